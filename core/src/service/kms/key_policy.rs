//! What makes a key policy acceptable. Source: kms.md 12.2; authorization.md 1.10.

use crate::base::{Fault, KeyArn};
use crate::policy::{Kind, stored};
use crate::service::Call;
use crate::world::identity::{Document, Unbound};
use crate::world::keys::quota;
use alloc::format;

/// Parses a key policy, in the form in which AWS stores it; its principals must exist.
///
/// # Errors
/// [`Fault::LimitExceeded`] over 32 KB, [`Fault::InvalidArn`] for a principal's ARN that is none,
/// [`Fault::MalformedPolicy`].
pub(super) fn accept(text: &str, call: &mut Call<'_>) -> Result<Document, Fault> {
    if text.len() > quota::POLICY_BYTES {
        // Not recorded; the sentence is ours.
        let message = format!("The key policy exceeds the limit of {} bytes.", quota::POLICY_BYTES);
        return Err(Fault::LimitExceeded { message });
    }
    let identity = &call.world.identity;
    // A refusal is about the text as it was given.
    let bound = stored(text).and_then(|text| identity.bind(Kind::Key, &text).ok());
    bound.map_or_else(|| identity.bind(Kind::Key, text), Ok).map_err(|refusal| {
        call.world.decisions.remark(refusal.note());
        let message = match refusal {
            Unbound::Malformed(error) if error.bad_arn => {
                return Fault::InvalidArn { message: "An ARN in the specified key policy is invalid.".into() };
            }
            Unbound::Malformed(error) => error.message,
            // AWS does not say which.
            Unbound::NoSuchPrincipal(_) => "Policy contains a statement with one or more invalid principals.".into(),
        };
        Fault::MalformedPolicy { message }
    })
}

/// The lockout check: the caller must be able to change the policy again.
///
/// # Errors
/// [`Fault::MalformedPolicy`].
pub(super) fn keep_control(document: &Document, key: &KeyArn, call: &Call<'_>) -> Result<(), Fault> {
    if call.world.keeps_control(call.asking, key, document.policy()) {
        return Ok(());
    }
    let message = "The new key policy will not allow you to update the key policy in the future.";
    Err(Fault::MalformedPolicy { message: message.into() })
}

/// The policy that every key has.
pub(super) const DEFAULT: &str = "default";

/// The refusal of another policy name. Source: kms.md 12.2.
pub(super) fn no_such_policy() -> Fault {
    Fault::NotFound { message: "No such policy exists".into() }
}
