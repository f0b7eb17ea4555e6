//! `AttachGroupPolicy`, `AttachRolePolicy`, `AttachUserPolicy`: hangs a managed policy on somebody. Again changes
//! nothing.
//! Source: IAM API Reference, the three pages.

use alloc::string::String;

use super::lookup::{attach_formed, on};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in GroupInput { name: String = "GroupName", policy: String = "PolicyArn" }
    in RoleInput { name: String = "RoleName", policy: String = "PolicyArn" }
    in UserInput { name: String = "UserName", policy: String = "PolicyArn" }
}

#[derive(Debug)]
pub(crate) struct AttachGroupPolicy;

impl Operation for AttachGroupPolicy {
    const NAME: &'static str = "AttachGroupPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = GroupInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        attach_formed(&input.policy)?;
        let needs = on(call, "iam:AttachGroupPolicy", Kind::Group, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<(), Fault> {
        call.world.identity.attach(&target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct AttachRolePolicy;

impl Operation for AttachRolePolicy {
    const NAME: &'static str = "AttachRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        attach_formed(&input.policy)?;
        let needs = on(call, "iam:AttachRolePolicy", Kind::Role, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        call.world.identity.attach(&target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct AttachUserPolicy;

impl Operation for AttachUserPolicy {
    const NAME: &'static str = "AttachUserPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        attach_formed(&input.policy)?;
        let needs = on(call, "iam:AttachUserPolicy", Kind::User, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        call.world.identity.attach(&target, &input.name, &input.policy)
    }
}
