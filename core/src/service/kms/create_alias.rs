//! `CreateAlias`: a name for a key.
//! Source: KMS API Reference, `CreateAlias`; kms.md, section 10. Needs the permission on the alias and on the key.

use super::alias_name;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::AliasArn;
use crate::world::{Needs, Permit, Resource};
use alloc::string::{String, ToString};

view! { in Input { alias_name: String = "AliasName", target_key_id: String = "TargetKeyId" } }

/// The row of `CreateAlias`.
#[derive(Debug)]
pub(super) struct CreateAlias;

impl Operation for CreateAlias {
    const NAME: &'static str = "CreateAlias";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = (AliasArn, KeyArn);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        let alias = alias_name::parse(&input.alias_name, call)?;
        alias_name::refuse_alias_as_target(&input.target_key_id)?;
        let found = key_id::find(&input.target_key_id, Forms::Key, call)?;
        let on_alias = Resource::Plain(alias.to_string());
        Ok(Needs::one("kms:CreateAlias", on_alias, (alias, found.arn)).and("kms:CreateAlias", found.resource))
    }

    fn run(call: &mut Call<'_>, at: Permit<Self::Target>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.create_alias(&at, now)?;
        call.trail.response.push(("keyId", at.1.to_string()));
        Ok(())
    }
}
