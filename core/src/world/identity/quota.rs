//! What IAM limits, in one table. Numbers are AWS's defaults; none can be raised in a lab.
//! Source: IAM User Guide, "IAM and AWS STS quotas".

use alloc::format;

use super::entity::Kind;
use crate::base::Fault;

/// Access keys of one user, active or not.
pub const ACCESS_KEYS_PER_USER: usize = 2;
/// Groups that one user is a member of.
pub const GROUPS_PER_USER: usize = 10;
/// Managed policies that hang on one user, group or role.
pub const POLICIES_PER_ENTITY: usize = 10;
/// Tags on one user, role or policy.
pub const TAGS: usize = 50;
/// Versions that a customer managed policy keeps.
pub const VERSIONS_PER_POLICY: usize = 5;
/// Characters of a managed policy, whitespace not counted.
pub const POLICY_SIZE: usize = 6_144;
/// Characters of a role's trust policy, whitespace not counted.
pub const TRUST_POLICY_SIZE: usize = 2_048;
/// Customer managed policies of one account.
pub const POLICIES: usize = 1_500;
/// Characters of a session's inline policy and policy ARNs together.
pub const SESSION_POLICY_SIZE: usize = 2_048;
/// Managed policies that a session may name.
pub const SESSION_POLICY_ARNS: usize = 10;

impl Kind {
    /// How many of this kind one account holds.
    #[must_use]
    pub const fn quota(self) -> usize {
        match self {
            Self::User => 5_000,
            Self::Group => 300,
            Self::Role => 1_000,
        }
    }

    /// Characters of all inline policies of one of this kind, whitespace not counted.
    #[must_use]
    pub const fn inline_size(self) -> usize {
        match self {
            Self::User => 2_048,
            Self::Group => 5_120,
            Self::Role => 10_240,
        }
    }
}

/// The refusal when `name` would pass `limit`.
#[must_use]
pub fn exceeded(name: &str, limit: usize) -> Fault {
    Fault::LimitExceeded { message: format!("Cannot exceed quota for {name}: {limit}") }
}
