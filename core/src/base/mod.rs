//! Words that all rooms use. Looks into nothing else.

mod arn;
mod fault;
mod id;
mod quote;
mod secret;
mod sort;
mod time;

pub use arn::{Arn, BadArn};
pub use fault::{Dialect, Fault};
pub use id::{AccountId, BadId, KeyArn, KeyId, MaterialId, Region, Uuid};
pub(crate) use quote::quote;
pub use secret::{Secret, same};
pub(crate) use sort::{gathered, sort_by, sort_by_rank};
pub use time::{Timespan, Timestamp};

use core::fmt;

/// Where the time comes from. The core never reads a clock of its own.
pub trait Clock: fmt::Debug + Send {
    /// The present moment. It never goes backwards.
    fn now(&self) -> Timestamp;
}

/// Where chance comes from: the operating system's generator, the browser's, or a seeded one.
pub trait Entropy: fmt::Debug + Send {
    /// Fills all of `out`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source fails; the content of `out` is then unspecified.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoEntropy;

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness failed")
    }
}

impl core::error::Error for NoEntropy {}
