//! `DetachGroupPolicy`, `DetachRolePolicy`, `DetachUserPolicy`: takes a managed policy away from somebody.
//! Source: IAM API Reference, the three pages.

use alloc::{format, string::String};

use super::lookup::{on, well_formed};
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
pub(crate) struct DetachGroupPolicy;

impl Operation for DetachGroupPolicy {
    const NAME: &'static str = "DetachGroupPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = GroupInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        well_formed(&input.policy)?;
        let needs = on(call, "iam:DetachGroupPolicy", Kind::Group, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<(), Fault> {
        detach(call, &target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct DetachRolePolicy;

impl Operation for DetachRolePolicy {
    const NAME: &'static str = "DetachRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        well_formed(&input.policy)?;
        let needs = on(call, "iam:DetachRolePolicy", Kind::Role, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        detach(call, &target, &input.name, &input.policy)
    }
}

#[derive(Debug)]
pub(crate) struct DetachUserPolicy;

impl Operation for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        well_formed(&input.policy)?;
        let needs = on(call, "iam:DetachUserPolicy", Kind::User, &input.name);
        Ok(needs.fact("iam:PolicyARN", input.policy.as_str()))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        detach(call, &target, &input.name, &input.policy)
    }
}

fn detach(call: &mut Call<'_>, at: &Permit<EntityKey>, name: &str, arn: &str) -> Result<(), Fault> {
    let entity = call.world.identity.entity_mut(at, name)?;
    match entity.attached.iter().position(|held| held == arn) {
        Some(place) => {
            entity.attached.remove(place);
            Ok(())
        }
        None => Err(Fault::NoSuchEntity { message: format!("Policy {arn} was not found.") }),
    }
}
