//! `DeleteAlias`: removes a name of a key, not the key.
//! Source: KMS API Reference, `DeleteAlias`. Needs the permission on the alias and on the key.

use super::{alias_name, key_id};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::AliasArn;
use crate::world::{Needs, Permit, Resource};
use alloc::string::{String, ToString};

view! { in Input { alias_name: String = "AliasName" } }

/// The row of `DeleteAlias`.
#[derive(Debug)]
pub(super) struct DeleteAlias;

impl Operation for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = AliasArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<AliasArn>, Fault> {
        let alias = alias_name::parse(&input.alias_name, call)?;
        let key = match call.world.keys.alias(&alias, call.now()) {
            Some(row) => Resource::Key(row.key.clone()),
            None => key_id::absent_alias(&alias),
        };
        let on_alias = Resource::Plain(alias.to_string());
        Ok(Needs::one("kms:DeleteAlias", on_alias, alias).and("kms:DeleteAlias", key))
    }

    fn run(call: &mut Call<'_>, alias: Permit<AliasArn>, _: Input) -> Result<(), Fault> {
        let key = call.world.keys.delete_alias(&alias)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
