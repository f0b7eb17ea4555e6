//! `UpdateRoleDescription`: changes a role's description, and gives the role. `UpdateRole` is the newer way.
//! Source: IAM API Reference, `UpdateRoleDescription`; which members the answer has is recorded.

use alloc::string::String;

use super::lookup::on;
use super::shapes::{Detail, Role};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind, Nature};
use crate::world::{Needs, Permit};

view! {
    in Input { role_name: String = "RoleName", description: String = "Description" }
    out Output { role: Role = "Role" }
}

#[derive(Debug)]
pub(crate) struct UpdateRoleDescription;

impl Operation for UpdateRoleDescription {
    const NAME: &'static str = "UpdateRoleDescription";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:UpdateRoleDescription", Kind::Role, &input.role_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let identity = &mut call.world.identity;
        if let Nature::Role { description, .. } = &mut identity.entity_mut(&target, &input.role_name)?.nature {
            *description = Some(input.description);
        }
        let (key, role) = identity.find(target.account(), Kind::Role, &input.role_name)?;
        let role = Role::of(identity, key.account(), role, Detail::Line);
        Ok(Output { role: Role { max_session: None, ..role } })
    }
}
