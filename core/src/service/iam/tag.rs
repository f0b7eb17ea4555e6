//! `TagPolicy`, `TagRole`, `TagUser`: adds tags, or gives those that are there a new value.
//! Source: IAM API Reference, the three pages.

use alloc::{string::String, vec::Vec};

use super::lookup::{on, on_policy, request_tags};
use super::shapes::{Tag, pairs};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Case, EntityKey, Kind, PolicyKey};
use crate::world::{Needs, Permit};

view! {
    in PolicyInput { arn: String = "PolicyArn", tags: Vec<Tag> = "Tags" }
    in RoleInput { name: String = "RoleName", tags: Vec<Tag> = "Tags" }
    in UserInput { name: String = "UserName", tags: Vec<Tag> = "Tags" }
}

#[derive(Debug)]
pub(crate) struct TagPolicy;

impl Operation for TagPolicy {
    const NAME: &'static str = "TagPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = PolicyInput;
    type Output = ();
    type Target = PolicyKey;

    fn needs(input: &PolicyInput, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        Ok(request_tags(on_policy(call, "iam:TagPolicy", &input.arn)?, &input.tags))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: PolicyInput) -> Result<(), Fault> {
        call.world.identity.policy_mut(&target, &input.arn)?.tags.put_all(pairs(&input.tags), Case::Kept)
    }
}

#[derive(Debug)]
pub(crate) struct TagRole;

impl Operation for TagRole {
    const NAME: &'static str = "TagRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(request_tags(on(call, "iam:TagRole", Kind::Role, &input.name), &input.tags))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        call.world.identity.entity_mut(&target, &input.name)?.tags.put_all(pairs(&input.tags), Case::Folded)
    }
}

#[derive(Debug)]
pub(crate) struct TagUser;

impl Operation for TagUser {
    const NAME: &'static str = "TagUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(request_tags(on(call, "iam:TagUser", Kind::User, &input.name), &input.tags))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        call.world.identity.entity_mut(&target, &input.name)?.tags.put_all(pairs(&input.tags), Case::Folded)
    }
}
