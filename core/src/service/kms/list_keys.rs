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
        let limit = page::limit(MANY, input.limit)?;
        // A marker names the last key: the caller's own by its id, another account's by its ARN.
        let known = |text: &str| text.parse::<KeyId>().is_ok() || text.starts_with("arn:");
        let parse = |text: &str| known(text).then(|| String::from(text));
        let page = Page::read(MANY, scope, input.limit, input.marker.as_deref(), parse)?;
        let (own, others) = match owners.as_slice() {
            [] => (true, false),
            owners => (owners.iter().any(|it| it == "SELF"), owners.iter().any(|it| it == "OTHER_ACCOUNTS_VIA_RAM")),
        };
        let last = page.after.clone();
        let after = last.as_deref().and_then(|last| last.parse::<KeyId>().ok());
        let (all, now) = (&call.world.keys, call.now());
        let mine = all.keys_at(&place, after, now).map(|(arn, _)| arn);
        // One more than fits tells that there is another page.
        let one_more = limit.saturating_add(1);
        let mut keys: Vec<KeyArn> =
            mine.filter(|_| own && after.is_some() == last.is_some()).take(one_more).cloned().collect();
        // Own keys come first, and no page has keys of both kinds (kms.md 1.5).
        let page = if keys.is_empty() { page } else { page.at_most(keys.len()) };
        if others {
            let after = last.as_deref().filter(|_| after.is_none());
            keys.extend(all.shared_with(place.account, place.region.as_str(), after, now).take(one_more).cloned());
        }
        let name = |arn: &KeyArn| if arn.account == place.account { arn.id.to_string() } else { arn.to_string() };
        let (keys, next_marker) = page.fill(keys.into_iter(), name);
        let keys = keys.into_iter().map(|arn| KeyListEntry { key_id: arn.id, key_arn: arn }).collect();
        Ok(Output { keys, truncated: next_marker.is_some(), next_marker })
    }
}
