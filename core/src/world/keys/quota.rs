//! KMS's resource quotas, and how their excess is answered. Source: kms.md 17.1. The sentences are not recorded
//! anywhere; these are ours.

use crate::base::Fault;
use alloc::format;

/// Keys of an account in a Region, in any state.
pub const KEYS: usize = 100_000;
/// Aliases of a key.
pub const ALIASES: usize = 50;
/// Grants on a key.
pub const GRANTS: usize = 50_000;
/// Tags of a key.
pub const TAGS: usize = 50;
/// Rotations of a key on demand, ever.
pub const ROTATIONS: usize = 25;
/// Bytes of a key policy.
pub const POLICY_BYTES: usize = 32_768;
/// Pairs in the encryption context of a grant's constraint.
pub const CONSTRAINT_PAIRS: usize = 8;
/// Characters in a value of such a pair.
pub const CONSTRAINT_VALUE: usize = 384;

/// The refusal of one more of `what`.
#[must_use]
pub fn exceeded(what: &str, limit: usize) -> Fault {
    Fault::LimitExceeded { message: format!("The limit of {limit} {what} has been reached.") }
}
