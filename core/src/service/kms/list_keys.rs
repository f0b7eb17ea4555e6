//! `ListKeys`: the keys of the account in the Region, by id.
//! Source: KMS API Reference, `ListKeys`.

use super::page::{self, MANY, Page};
use crate::base::{Fault, KeyArn, KeyId};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Place;
use crate::world::{Needs, Permit, Resource};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

view! {
    in Input {
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
        resource_owners: Vec<String> = "ResourceOwners",
    }
    /// One key.
    out KeyListEntry { key_id: KeyId = "KeyId", key_arn: KeyArn = "KeyArn" }
    out Output {
        keys: Vec<KeyListEntry> = "Keys",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

/// The row of `ListKeys`.
#[derive(Debug)]
pub(super) struct ListKeys;

impl Operation for ListKeys {
    const NAME: &'static str = "ListKeys";
    const QUOTA: Quota = Quota::Own(500);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = Place;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Place>, Fault> {
        page::limit(MANY, input.limit)?;
        let place = Place { account: call.account(), region: call.region().clone() };
        Ok(Needs::one("kms:ListKeys", Resource::Any, place))
    }

    fn run(call: &mut Call<'_>, place: Permit<Place>, input: Input) -> Result<Output, Fault> {
        // A marker belongs to its ResourceOwners, in whatever order they are given.
        let mut owners = input.resource_owners;
        owners.sort_unstable();
        owners.dedup();
        let scope = format!("ListKeys {:?} {}", *place, owners.join(" "));
        let page = Page::read(MANY, scope, input.limit, input.marker.as_deref(), |id| id.parse::<KeyId>().ok())?;
        // No account of a lab shares its keys through RAM.
        let own = owners.is_empty() || owners.iter().any(|owner| owner == "SELF");
        let after = page.after;
        let keys = call.world.keys.keys_at(&place, after, call.now()).map(|(arn, _)| arn.clone()).filter(|_| own);
        let (keys, next_marker) = page.fill(keys, |arn| arn.id.to_string());
        let keys = keys.into_iter().map(|arn| KeyListEntry { key_id: arn.id, key_arn: arn }).collect();
        Ok(Output { keys, truncated: next_marker.is_some(), next_marker })
    }
}
