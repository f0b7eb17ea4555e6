//! AWS KMS you can embed: offline, enforcing, explaining.
//!
//! One crate does everything; the bindings translate types and decide nothing. Data flows one way:
//! bytes → [`wire`] (service, operation, protocol) → `wire::sigv4` (who signed) → [`world`] (credentials)
//! → [`wire`] (body, checked against the AWS model) → [`service`] (`needs`) → `world::authorize` with
//! [`policy`] (decision, reasons, `Permit`) → [`service`] (`run`) → the trail → [`wire`] (encode) → bytes.
//!
//! Beside that way stands [`envelope`]: data of any size, sealed under keys of any KMS.
//!
//! No I/O, clock, randomness, thread, global or `unsafe` is in here: time and chance arrive through
//! [`base::Clock`] and [`base::Entropy`].
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod base;
pub mod crypto;
pub mod envelope;
pub mod gateway;
pub mod lab;
pub mod policy;
pub mod report;
pub mod service;
pub mod wire;
pub mod world;
