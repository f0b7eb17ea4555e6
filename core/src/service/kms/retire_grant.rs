//! `RetireGrant`: ends a grant, by those whom the grant lets.
//! Source: KMS API Reference, `RetireGrant`; kms.md 16.5.

use super::grants;
use super::key_id::{self, Forms};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{GrantAt, absent_grant};
use crate::world::{Needs, Permit, Resource};
use alloc::string::{String, ToString};

view! {
    in Input {
        grant_token: Option<String> = "GrantToken",
        key_id: Option<String> = "KeyId",
        grant_id: Option<String> = "GrantId",
        dry_run: bool = "DryRun",
    }
}

/// The row of `RetireGrant`.
#[derive(Debug)]
pub(super) struct RetireGrant;

impl Operation for RetireGrant {
    const NAME: &'static str = "RetireGrant";
    const QUOTA: Quota = Quota::Own(50);
    const AUDIT: Audit = Audit::WRITE.hiding(&["GrantToken"]);
    type Input = Input;
    type Output = ();
    type Target = GrantAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<GrantAt>, Fault> {
        let id = match (&input.grant_token, &input.key_id, &input.grant_id) {
            (Some(token), None, None) => call.world.keys.grant_of_token(token, call.region())?,
            (None, Some(key), Some(id)) => {
                let id = grants::grant_id(id)?;
                let found = key_id::find(key, Forms::Key, call)?;
                let known = call.world.keys.grant(&id).is_some_and(|row| row.key == found.arn);
                if found.is_absent() {
                    return Ok(Needs::one("kms:RetireGrant", found.resource, GrantAt { key: found.arn, id }));
                }
                // Who may end a grant stands in the grant: without it there is nothing to judge by.
                known.then_some(id).ok_or_else(|| absent_grant(&id.to_string()))?
            }
            _ => {
                // The sentence is ours.
                let message = "Specify either GrantToken, or both KeyId and GrantId.";
                return Err(Fault::Validation { message: message.into() });
            }
        };
        let row = call.world.keys.grant(&id).ok_or_else(|| absent_grant(&id.to_string()))?;
        let at = GrantAt { key: row.key.clone(), id };
        let needs = Needs::one("kms:RetireGrant", Resource::Key(row.key.clone()), at).retiring(id.to_string());
        Ok(grants::constraint_facts(needs, &row.terms.constraints))
    }

    fn run(call: &mut Call<'_>, at: Permit<GrantAt>, input: Input) -> Result<(), Fault> {
        call.world.keys.end_grant(&at)?;
        if input.dry_run {
            // What has been written is undone.
            return Err(Fault::DryRun);
        }
        call.trail.response.push(("keyId", at.key.to_string()));
        call.trail.additional.push(("grantId", at.id.to_string()));
        Ok(())
    }
}
