//! `UntagPolicy`, `UntagRole`, `UntagUser`: takes tags away. Keys that are not there are passed over.
//! Source: IAM API Reference, the three pages.

use alloc::{string::String, vec::Vec};

use super::lookup::{on, on_policy};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Case, EntityKey, Kind, PolicyKey};
use crate::world::{Needs, Permit};

view! {
    in PolicyInput { arn: String = "PolicyArn", keys: Vec<String> = "TagKeys" }
    in RoleInput { name: String = "RoleName", keys: Vec<String> = "TagKeys" }
    in UserInput { name: String = "UserName", keys: Vec<String> = "TagKeys" }
}

#[derive(Debug)]
pub(crate) struct UntagPolicy;

impl Operation for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = PolicyInput;
    type Output = ();
    type Target = PolicyKey;

    fn needs(input: &PolicyInput, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        Ok(on_policy(call, "iam:UntagPolicy", &input.arn)?.list("aws:TagKeys", &input.keys))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: PolicyInput) -> Result<(), Fault> {
        let policy = call.world.identity.policy_mut(&target, &input.arn)?;
        input.keys.iter().for_each(|key| policy.tags.remove(key, Case::Kept));
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct UntagRole;

impl Operation for UntagRole {
    const NAME: &'static str = "UntagRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:UntagRole", Kind::Role, &input.name).list("aws:TagKeys", &input.keys))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        let role = call.world.identity.entity_mut(&target, &input.name)?;
        input.keys.iter().for_each(|key| role.tags.remove(key, Case::Folded));
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct UntagUser;

impl Operation for UntagUser {
    const NAME: &'static str = "UntagUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:UntagUser", Kind::User, &input.name).list("aws:TagKeys", &input.keys))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        let user = call.world.identity.entity_mut(&target, &input.name)?;
        input.keys.iter().for_each(|key| user.tags.remove(key, Case::Folded));
        Ok(())
    }
}
