//! IAM's policy simulator: what `SimulateCustomPolicy`, `SimulatePrincipalPolicy` and the two `GetContextKeysFor…` share.
//!
//! Nothing is evaluated here: every pair of an action and a resource goes through [`crate::policy::explain`], the engine
//! that decides on real calls, and what that tells is put into IAM's words.
//!
//! What is read of an input stands in [`given`], whose policies a principal has in [`source`], who calls in [`caller`],
//! the decisions in [`judge`] and the answers in [`answer`].
//!
//! Where the lab and AWS differ: a `ResourcePolicy` counts for `sts:AssumeRole`, too (AWS ignores trust policies:
//! aws-cli issue 10314). A KMS key (or role, for `sts:AssumeRole`) without a `ResourcePolicy` counts as one whose policy
//! leaves the decision to its account, since IAM does not read key policies (authorization.md 9).
//!
//! Not simulated: the check that a request's actions need the same kinds of resources, and that an EC2 scenario has the
//! resources it asks for. A `ResourcePolicy` counts for resources that are named, not for `*`. Answers name at most as many
//! matched statements of a policy type as an explanation keeps (50).
//!
//! Source: IAM API Reference, the four pages; authorization.md 9; storage.md 4.3.

pub(crate) mod answer;
pub(crate) mod caller;
pub(crate) mod given;
pub(crate) mod judge;
pub(crate) mod source;

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use crate::base::Fault;
use crate::policy::{Kind, Policy};
use crate::service::Call;
use crate::world::identity::flaw;

/// What is wrong with the input.
pub(crate) fn invalid(message: impl Into<String>) -> Fault {
    Fault::InvalidInput { message: message.into() }
}

/// Compiles a policy of the input.
///
/// # Errors
/// [`Fault::InvalidInput`] with the sentence that IAM has when it stores such a policy; the simulator's own sentence is
/// unconfirmed.
pub(crate) fn compiled(call: &mut Call<'_>, kind: Kind, text: &str) -> Result<Arc<Policy>, Fault> {
    Policy::parse(kind, text).map(Arc::new).map_err(|error| {
        call.world.decisions.remark(flaw(&error));
        invalid(error.message)
    })
}

/// The condition keys that the policies name, each once.
pub(crate) fn context_keys<'a>(policies: impl Iterator<Item = &'a Arc<Policy>>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let keys = policies.flat_map(|policy| policy.context_keys());
    keys.filter(|key| seen.insert(key.to_lowercase())).map(ToString::to_string).collect()
}

/// The policies of `PolicyInputList`, with the ids that answers call them by.
///
/// # Errors
/// [`Fault::InvalidInput`].
pub(crate) fn inputs(call: &mut Call<'_>, texts: &[String]) -> Result<Vec<(String, Arc<Policy>)>, Fault> {
    let numbered = (1_usize..).zip(texts);
    numbered
        .map(|(number, text)| Ok((format!("PolicyInputList.{number}"), compiled(call, Kind::Identity, text)?)))
        .collect()
}
