//! kmslab over HTTP: AWS KMS, IAM and STS on a local port, for every client that takes an endpoint URL.
//!
//! The lab decides everything; this crate reads and writes HTTP/1.1, keeps connections within [`Limits`], keeps web
//! pages out, logs, and stops in good order.

mod control;
mod desk;
mod door;
mod http;
mod log;
mod machine;
mod run;

pub use desk::{About, Desk, Remark};
pub use kmslab::wire::{Request, Response};
pub use machine::{OsEntropy, SystemClock};
pub use run::{Limits, Running, Settings, Stop, start};
