//! `UpdateAlias`: makes an alias point to another key.
//! Source: KMS API Reference, `UpdateAlias`; kms.md, section 10. Needs the permission on the alias and on both keys.

use super::alias_name;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::AliasArn;
use crate::world::{Needs, Permit, Resource};
use alloc::string::{String, ToString};

view! { in Input { alias_name: String = "AliasName", target_key_id: String = "TargetKeyId" } }

/// The row of `UpdateAlias`.
#[derive(Debug)]
pub(super) struct UpdateAlias;

impl Operation for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = (AliasArn, KeyArn);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        let alias = alias_name::parse(&input.alias_name, call)?;
        alias_name::refuse_alias_as_target(&input.target_key_id)?;
        let found = key_id::find(&input.target_key_id, Forms::Key, call)?;
        let current = match call.world.keys.alias(&alias, call.now()) {
            Some(row) => Resource::Key(row.key.clone()),
            None => key_id::absent_alias(&alias),
        };
        let on_alias = Resource::Plain(alias.to_string());
        Ok(Needs::one("kms:UpdateAlias", on_alias, (alias, found.arn))
            .and("kms:UpdateAlias", current)
            .and("kms:UpdateAlias", found.resource))
    }

    fn run(call: &mut Call<'_>, at: Permit<Self::Target>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.update_alias(&at, now)?;
        call.trail.response.push(("keyId", at.1.to_string()));
        Ok(())
    }
}
