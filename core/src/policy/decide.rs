//! The decision.

use super::{Decision, Policies, Query, Reason};

/// Decides whether the request is allowed. Does not allocate.
#[must_use]
pub fn decide(query: &Query<'_>, policies: &Policies) -> Decision {
    let _ = (query, policies);
    let reason = Reason::NoIdentityAllow;
    Decision { effect: reason.effect(), reason, grant: None }
}
