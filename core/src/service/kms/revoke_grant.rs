//! `RevokeGrant`: ends a grant, by those whom the key's policy lets.
//! Source: KMS API Reference, `RevokeGrant`; kms.md 16.5.

use super::grants;
use super::key_id::{self, Forms};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::GrantAt;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! {
    in Input { key_id: String = "KeyId", grant_id: String = "GrantId", dry_run: bool = "DryRun" }
}

/// The row of `RevokeGrant`.
#[derive(Debug)]
pub(super) struct RevokeGrant;

impl Operation for RevokeGrant {
    const NAME: &'static str = "RevokeGrant";
    const QUOTA: Quota = Quota::Own(50);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = GrantAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<GrantAt>, Fault> {
        let id = grants::grant_id(&input.grant_id)?;
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        Ok(Needs::one("kms:RevokeGrant", found.resource, GrantAt { key: found.arn, id }))
    }

    fn run(call: &mut Call<'_>, at: Permit<GrantAt>, input: Input) -> Result<(), Fault> {
        call.world.keys.end_grant(&at)?;
        if input.dry_run {
            // What has been written is undone.
            return Err(Fault::DryRun);
        }
        call.trail.response.push(("keyId", at.key.to_string()));
        Ok(())
    }
}
