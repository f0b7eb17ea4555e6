//! Why nothing came of it.

use super::suite::{CommitmentPolicy, Suite};
use crate::base::NoEntropy;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// What a [`KeyProvider`](super::KeyProvider) refuses with: an answer of KMS, or an error of its own.
pub type ProviderError = Box<dyn core::error::Error + Send + Sync>;

/// Why a message was not sealed, or not opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refused {
    /// The bytes are no message: what is wrong with them. Whoever sent them can see it too.
    BadMessage(String),
    /// The message ends too early.
    Cut,
    /// The key, the header, a frame or the signature do not belong together. Which of them is wrong, nobody learns.
    NotAuthentic,
    /// The commitment policy does not allow the algorithm suite.
    Policy {
        /// What it is, or was to be.
        suite: Suite,
        /// The policy.
        policy: CommitmentPolicy,
        /// Whether it was to be sealed, not opened.
        sealing: bool,
    },
    /// More encrypted data keys than the limit allows.
    TooManyKeys {
        /// So many.
        found: usize,
        /// At most so many.
        most: usize,
    },
    /// A body or a frame that is longer than the limit allows.
    TooLarge {
        /// So many bytes.
        found: u64,
        /// At most so many.
        most: u64,
    },
    /// None of the keys at hand opened an encrypted data key: what they said, in the order that they were asked.
    NoKey(Vec<ProviderError>),
    /// A provider could not make or wrap a data key.
    Provider(ProviderError),
    /// What is wrong with the encryption context.
    Context(String),
    /// More plaintext than one message holds, or than was announced.
    TooLong,
    /// An argument that cannot be: what is wrong with it.
    Unfit(String),
    /// The source of randomness failed.
    NoEntropy,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadMessage(what) => write!(f, "not a message: {what}"),
            Self::Cut => f.write_str("the message is cut: its end is missing"),
            Self::NotAuthentic => {
                f.write_str("the message is not authentic: it, its key or its encryption context was changed")
            }
            Self::Policy { suite, policy, sealing } => {
                let what = if *sealing { "sealing" } else { "opening" };
                write!(f, "the commitment policy {policy} does not allow {what} with {suite}")
            }
            Self::TooManyKeys { found, most } => write!(f, "{found} encrypted data keys, at most {most} are allowed"),
            Self::TooLarge { found, most } => write!(f, "a body or frame of {found} bytes, at most {most} are allowed"),
            Self::NoKey(said) => {
                f.write_str("none of the encrypted data keys could be opened")?;
                said.iter().try_for_each(|error| write!(f, "; {error}"))
            }
            Self::Provider(error) => write!(f, "{error}"),
            Self::Context(what) => write!(f, "encryption context: {what}"),
            Self::TooLong => f.write_str("more plaintext than was announced, or than one message holds"),
            Self::Unfit(what) => f.write_str(what),
            Self::NoEntropy => f.write_str("the source of randomness failed"),
        }
    }
}

impl core::error::Error for Refused {}

impl From<NoEntropy> for Refused {
    fn from(_: NoEntropy) -> Self {
        Self::NoEntropy
    }
}
