//! `ListKeyPolicies`: the names of a key's policies, which is `default`.
//! Source: KMS API Reference, `ListKeyPolicies`.

use super::key_id::{self, Forms};
use super::key_policy::DEFAULT;
use super::page::{self, MANY, Page};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::AWS_RAM;
use crate::world::{Needs, Permit};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

view! {
    in Input { key_id: String = "KeyId", limit: Option<i64> = "Limit", marker: Option<String> = "Marker" }
    out Output {
        policy_names: Vec<&'static str> = "PolicyNames",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

/// The row of `ListKeyPolicies`.
#[derive(Debug)]
pub(super) struct ListKeyPolicies;

impl Operation for ListKeyPolicies {
    const NAME: &'static str = "ListKeyPolicies";
    const QUOTA: Quota = Quota::Own(100);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        page::limit(MANY, input.limit)?;
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:ListKeyPolicies"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let scope = format!("ListKeyPolicies {}", *key);
        let names: &[&'static str] = if call.world.keys.is_shared(&key) { &[DEFAULT, AWS_RAM] } else { &[DEFAULT] };
        // After the last name there is no page, so no marker is good that would lead to it.
        let parse = |text: &str| (names.len() > 1 && text == DEFAULT).then_some(1);
        let page = Page::read(MANY, scope, input.limit, input.marker.as_deref(), parse)?;
        let from = page.after.unwrap_or_default();
        let (policy_names, next_marker) = page.fill(names.iter().copied().skip(from), ToString::to_string);
        Ok(Output { policy_names, truncated: next_marker.is_some(), next_marker })
    }
}
