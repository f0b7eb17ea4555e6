//! `PutRolePermissionsBoundary`, `PutUserPermissionsBoundary`: sets the managed policy that bounds somebody.
//! Source: IAM API Reference, the two pages; the condition key is the new boundary.

use alloc::string::String;

use super::lookup::{boundary_formed, on};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in RoleInput { name: String = "RoleName", boundary: String = "PermissionsBoundary" }
    in UserInput { name: String = "UserName", boundary: String = "PermissionsBoundary" }
}

#[derive(Debug)]
pub(crate) struct PutRolePermissionsBoundary;

impl Operation for PutRolePermissionsBoundary {
    const NAME: &'static str = "PutRolePermissionsBoundary";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        boundary_formed(&input.boundary)?;
        let needs = on(call, "iam:PutRolePermissionsBoundary", Kind::Role, &input.name);
        Ok(needs.fact("iam:PermissionsBoundary", input.boundary.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        put(call, &target, &input.name, input.boundary)
    }
}

#[derive(Debug)]
pub(crate) struct PutUserPermissionsBoundary;

impl Operation for PutUserPermissionsBoundary {
    const NAME: &'static str = "PutUserPermissionsBoundary";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        boundary_formed(&input.boundary)?;
        let needs = on(call, "iam:PutUserPermissionsBoundary", Kind::User, &input.name);
        Ok(needs.fact("iam:PermissionsBoundary", input.boundary.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        put(call, &target, &input.name, input.boundary)
    }
}

fn put(call: &mut Call<'_>, at: &Permit<EntityKey>, name: &str, boundary: String) -> Result<(), Fault> {
    call.world.identity.find(at.account(), at.kind(), name)?;
    call.world.identity.bounding(at.account(), &boundary)?;
    call.world.identity.entity_mut(at, name)?.boundary = Some(boundary);
    Ok(())
}
