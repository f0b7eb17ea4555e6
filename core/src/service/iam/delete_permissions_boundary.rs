//! `DeleteRolePermissionsBoundary`, `DeleteUserPermissionsBoundary`: unbounds somebody.
//! Source: IAM API Reference, the two pages. That there has to be a boundary is in the list of errors; its sentence is
//! unconfirmed.

use alloc::{format, string::String};

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in RoleInput { name: String = "RoleName" }
    in UserInput { name: String = "UserName" }
}

#[derive(Debug)]
pub(crate) struct DeleteRolePermissionsBoundary;

impl Operation for DeleteRolePermissionsBoundary {
    const NAME: &'static str = "DeleteRolePermissionsBoundary";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteRolePermissionsBoundary", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        delete(call, &target, &input.name)
    }
}

#[derive(Debug)]
pub(crate) struct DeleteUserPermissionsBoundary;

impl Operation for DeleteUserPermissionsBoundary {
    const NAME: &'static str = "DeleteUserPermissionsBoundary";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteUserPermissionsBoundary", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        delete(call, &target, &input.name)
    }
}

fn delete(call: &mut Call<'_>, at: &Permit<EntityKey>, name: &str) -> Result<(), Fault> {
    match call.world.identity.entity_mut(at, name)?.boundary.take() {
        Some(_) => Ok(()),
        None => Err(Fault::NoSuchEntity {
            message: format!("The {} with name {name} does not have a permissions boundary.", at.kind()),
        }),
    }
}
