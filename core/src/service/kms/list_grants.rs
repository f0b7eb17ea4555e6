//! `ListGrants`: the grants on a key.
//! Source: KMS API Reference, `ListGrants`; kms.md 16.6.

use super::grants::{self, GrantListEntry, Grants};
use super::key_id::{self, Forms};
use super::page::{self, FEW, Page};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{GrantId, GrantRow};
use crate::world::{Needs, Permit};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
};

view! {
    in Input {
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
        key_id: String = "KeyId",
        grant_id: Option<String> = "GrantId",
        grantee_principal: Option<String> = "GranteePrincipal",
        grantee_service: Option<String> = "GranteeServicePrincipal",
    }
}

/// The row of `ListGrants`.
#[derive(Debug)]
pub(super) struct ListGrants;

impl Operation for ListGrants {
    const NAME: &'static str = "ListGrants";
    const QUOTA: Quota = Quota::Own(100);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Grants;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        page::limit(FEW, input.limit)?;
        input.grant_id.as_deref().map(grants::grant_id).transpose()?;
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:ListGrants"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Grants, Fault> {
        let wanted = input.grant_id.as_deref().map(grants::grant_id).transpose()?;
        let grantees = [input.grantee_principal, input.grantee_service];
        let scope = format!("ListGrants {} {wanted:?} {grantees:?}", *key);
        let read = |text: &str| text.parse::<GrantId>().ok();
        let page = Page::read(FEW, scope, input.limit, input.marker.as_deref(), read)?;
        let [principal, service] = grantees;
        let principal = principal.map(|arn| grants::lasting(&arn, call));
        let keys = &call.world.keys;
        // The index by grantee serves the usual question; whoever asks for two grantees at once gets nothing.
        let first = principal.as_ref().or(service.as_ref());
        let rows: Box<dyn Iterator<Item = (&GrantId, &GrantRow)>> = match first {
            Some(grantee) => Box::new(keys.grants_to(&key, grantee, page.after)),
            None => Box::new(keys.grants_on(&key, page.after)),
        };
        let rows = rows.filter(|(id, row)| {
            let grantee = &row.terms.grantee;
            wanted.is_none_or(|wanted| wanted == **id)
                && principal.as_deref().is_none_or(|name| grantee.principal().is_some() && grantee.lasting() == name)
                && service.as_deref().is_none_or(|name| grantee.service() == Some(name))
        });
        let (rows, next_marker) = page.fill(rows, |(id, _)| id.to_string());
        let entries = rows.into_iter().map(|(_, row)| GrantListEntry::of(row, call)).collect();
        Ok(Grants { grants: entries, truncated: next_marker.is_some(), next_marker })
    }
}
