//! `ListAliases`: the aliases of the account in the Region, by name; or those of one key.
//! Source: KMS API Reference, `ListAliases`; kms.md, section 10.

use super::key_id::{self, Forms};
use super::page::{self, FEW, Page};
use crate::base::{Fault, KeyArn, KeyId, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{AliasArn, MANAGED, Place, absent};
use crate::world::{Needs, Permit, Resource};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::iter;

view! {
    in Input {
        key_id: Option<String> = "KeyId",
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
    }
    /// One alias.
    out AliasListEntry {
        alias_name: String = "AliasName",
        alias_arn: String = "AliasArn",
        target_key_id: Option<KeyId> = "TargetKeyId",
        creation_date: Option<Timestamp> = "CreationDate",
        last_updated_date: Option<Timestamp> = "LastUpdatedDate",
    }
    out Output {
        aliases: Vec<AliasListEntry> = "Aliases",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

/// The row of `ListAliases`.
#[derive(Debug)]
pub(super) struct ListAliases;

impl Operation for ListAliases {
    const NAME: &'static str = "ListAliases";
    const QUOTA: Quota = Quota::Own(500);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    /// Where, and of which key.
    type Target = (Place, Option<KeyArn>);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        page::limit(FEW, input.limit)?;
        let place = Place { account: call.account(), region: call.region().clone() };
        let key = match &input.key_id {
            Some(given) => Some(key_id::find(given, Forms::Key, call)?.arn),
            None => None,
        };
        Ok(Needs::one("kms:ListAliases", Resource::Any, (place, key)))
    }

    fn run(call: &mut Call<'_>, at: Permit<Self::Target>, input: Input) -> Result<Output, Fault> {
        let (place, key) = &*at;
        let now = call.now();
        if let Some(arn) = key {
            // Only the account's own keys can be asked about.
            let own = arn.account == place.account && call.world.keys.find(arn, now).is_some();
            own.then_some(()).ok_or_else(|| absent(arn))?;
        }
        let scope = format!("ListAliases {place:?} {}", key.as_ref().map_or_else(String::new, ToString::to_string));
        let page = Page::read(FEW, scope, input.limit, input.marker.as_deref(), |name| Some(name.to_string()))?;
        let after = page.after.clone();
        let keys = &call.world.keys;
        let made = keys.aliases_at(place, after.as_deref(), now);
        let made = made.filter(|(_, alias)| key.as_ref().is_none_or(|key| alias.key == *key));
        let mut made = made.map(|(arn, alias)| (arn.clone(), Some(alias))).peekable();
        // Predefined aliases are listed before they have a key, unless one key's are asked for.
        let all = if key.is_none() { MANAGED } else { &[] };
        let unmade = all.iter().map(|managed| AliasArn { place: place.clone(), name: managed.alias() });
        let unmade = unmade.filter(|alias| after.as_deref().is_none_or(|after| alias.name.as_str() > after));
        let mut unmade = unmade.filter(|alias| keys.alias(alias, now).is_none()).map(|alias| (alias, None)).peekable();
        let both = iter::from_fn(|| match (made.peek(), unmade.peek()) {
            (Some((one, _)), Some((other, _))) if other.name < one.name => unmade.next(),
            (None, Some(_)) => unmade.next(),
            _ => made.next(),
        });
        let (aliases, next_marker) = page.fill(both, |(arn, _)| arn.name.clone());
        let entries = aliases.into_iter().map(|(arn, alias)| AliasListEntry {
            alias_arn: arn.to_string(),
            alias_name: arn.name,
            target_key_id: alias.map(|alias| alias.key.id),
            creation_date: alias.map(|alias| alias.created),
            last_updated_date: alias.map(|alias| alias.updated),
        });
        Ok(Output { aliases: entries.collect(), truncated: next_marker.is_some(), next_marker })
    }
}
