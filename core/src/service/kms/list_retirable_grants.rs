//! `ListRetirableGrants`: the grants in the Region, on keys of any account, that a principal of the account may retire.
//! Source: KMS API Reference, `ListRetirableGrants`.

use super::grants::{self, GrantListEntry, Grants};
use super::page::{self, FEW, Page};
use crate::base::{AccountId, Arn, Fault};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::GrantId;
use crate::world::{Needs, Permit, Resource};
use alloc::{
    format,
    string::{String, ToString},
};

view! {
    in Input {
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
        principal: Option<String> = "RetiringPrincipal",
        service: Option<String> = "RetiringServicePrincipal",
    }
}

/// The row of `ListRetirableGrants`.
#[derive(Debug)]
pub(super) struct ListRetirableGrants;

impl Operation for ListRetirableGrants {
    const NAME: &'static str = "ListRetirableGrants";
    const QUOTA: Quota = Quota::Own(100);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Grants;
    /// Whoever may retire.
    type Target = String;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<String>, Fault> {
        page::limit(FEW, input.limit)?;
        let retiree = match (&input.principal, &input.service) {
            (Some(arn), None) => {
                let account = account_of(arn)?;
                if account != call.account() {
                    // Source: the API page, "Cross-account use"; the sentence is the general one without its tail.
                    let (who, action) = (&call.caller().requester.arn, "kms:ListRetirableGrants");
                    let message = format!("User: {who} is not authorized to perform: {action} on resource: {arn}");
                    return Err(Fault::AccessDenied { message });
                }
                arn
            }
            (None, Some(service)) => service,
            _ => {
                // The sentence is ours.
                let message = "Specify either RetiringPrincipal or RetiringServicePrincipal.";
                return Err(Fault::Validation { message: message.into() });
            }
        };
        Ok(Needs::one("kms:ListRetirableGrants", Resource::Any, retiree.clone()))
    }

    fn run(call: &mut Call<'_>, retiree: Permit<String>, input: Input) -> Result<Grants, Fault> {
        let scope = format!("ListRetirableGrants {} {}", call.region(), *retiree);
        let read = |text: &str| text.parse::<GrantId>().ok();
        let page = Page::read(FEW, scope, input.limit, input.marker.as_deref(), read)?;
        let retiree = grants::lasting(&retiree, call);
        let rows = call.world.keys.grants_retirable_by(call.region(), &retiree, page.after);
        let (rows, next_marker) = page.fill(rows, |(id, _)| id.to_string());
        let entries = rows.into_iter().map(|(_, row)| GrantListEntry::of(row, call)).collect();
        Ok(Grants { grants: entries, truncated: next_marker.is_some(), next_marker })
    }
}

/// The account of a principal.
fn account_of(arn: &str) -> Result<AccountId, Fault> {
    let account = arn.parse::<Arn>().ok().and_then(|arn| arn.account().parse().ok());
    account.ok_or_else(|| Fault::InvalidArn { message: format!("ARN does not refer to a valid principal: {arn}") })
}
