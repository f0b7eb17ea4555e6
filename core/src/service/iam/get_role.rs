//! `GetRole`: a role with its trust policy.
//! Source: IAM API Reference, `GetRole`.

use alloc::string::String;

use super::lookup::on;
use super::shapes::{Detail, Role};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input { role_name: String = "RoleName" }
    out Output { role: Role = "Role" }
}

#[derive(Debug)]
pub(crate) struct GetRole;

impl Operation for GetRole {
    const NAME: &'static str = "GetRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:GetRole", Kind::Role, &input.role_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let (key, role) = identity.find(target.account(), Kind::Role, &input.role_name)?;
        Ok(Output { role: Role::of(identity, key.account(), role, Detail::Full) })
    }
}
