//! Questions that change nothing.
//!
//! What policies decide: [`PolicySet`] holds them compiled, without a lab; [`Question`] is one request, [`Batch`] takes
//! many. What is wrong with them, or unwise: [`check`]. What a lab would have cost in AWS: [`cost`](cost()). Who can do what: [`who_can`],
//! [`what_can`], [`matrix`] of an [`Estate`]. What a ciphertext consists of: [`inspect`]. The keys at a glance, and
//! the life of one: [`keys`](keys()), [`timeline`].

mod access;
mod anatomy;
mod ask;
mod batch;
mod check;
mod cost;
mod keys;
mod policy_set;
mod question;

pub use access::{Access, Cell, Estate, Holder, Keys, Matrix, Reached, WhatCan, WhoCan, matrix, what_can, who_can};
pub use anatomy::{Inspected, inspect};
pub use ask::ask;
pub use batch::{ActionId, Batch, PrincipalId, Reads, ResourceId};
pub use check::{
    CHECKS, Check, Checked, ConditionKeyRow, Finding, Severity, check, check_parts, condition_keys, document,
};
pub use cost::{Cost, CostLine, PRICES, PRICES_AS_OF, Price, cost};
pub use keys::{Event, KeyLine, KeyTable, MaterialSpan, Rotation, Span, Timeline, keys, timeline};
pub use policy_set::PolicySet;
pub(crate) use policy_set::several as policies_of;
pub use question::Question;

use alloc::string::String;
use core::fmt;

/// A part of a question is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadQuestion {
    /// Which part, such as `identity_policies[1]`.
    pub part: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for BadQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.message)
    }
}

impl core::error::Error for BadQuestion {}
