//! `DeleteGroupPolicy`, `DeleteRolePolicy`, `DeleteUserPolicy`: takes an inline policy away.
//! Source: IAM API Reference, the three pages.

use alloc::{format, string::String};

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in GroupInput { name: String = "GroupName", policy: String = "PolicyName" }
    in RoleInput { name: String = "RoleName", policy: String = "PolicyName" }
    in UserInput { name: String = "UserName", policy: String = "PolicyName" }
}

#[derive(Debug)]
pub(crate) struct DeleteGroupPolicy;

impl Operation for DeleteGroupPolicy {
    const NAME: &'static str = "DeleteGroupPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = GroupInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteGroupPolicy", Kind::Group, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<(), Fault> {
        delete(call, &target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct DeleteRolePolicy;

impl Operation for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteRolePolicy", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        delete(call, &target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct DeleteUserPolicy;

impl Operation for DeleteUserPolicy {
    const NAME: &'static str = "DeleteUserPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteUserPolicy", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        delete(call, &target, &input.name, &input.policy)
    }
}

fn delete(call: &mut Call<'_>, at: &Permit<EntityKey>, name: &str, policy: &str) -> Result<(), Fault> {
    let entity = call.world.identity.entity_mut(at, name)?;
    match entity.inline.remove(policy) {
        Some(_) => Ok(()),
        None => Err(Fault::NoSuchEntity {
            message: format!("The {} policy with name {policy} cannot be found.", at.kind()),
        }),
    }
}
