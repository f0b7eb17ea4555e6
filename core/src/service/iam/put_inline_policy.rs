//! `PutGroupPolicy`, `PutRolePolicy`, `PutUserPolicy`: writes an inline policy, over one of the same name.
//! Source: IAM API Reference, the three pages.

use alloc::string::String;

use super::lookup::{identity_policy, on};
use crate::base::Fault;
use crate::policy;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in GroupInput { name: String = "GroupName", policy: String = "PolicyName", document: String = "PolicyDocument" }
    in RoleInput { name: String = "RoleName", policy: String = "PolicyName", document: String = "PolicyDocument" }
    in UserInput { name: String = "UserName", policy: String = "PolicyName", document: String = "PolicyDocument" }
}

#[derive(Debug)]
pub(crate) struct PutGroupPolicy;

impl Operation for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = GroupInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:PutGroupPolicy", Kind::Group, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<(), Fault> {
        put(call, &target, (&input.name, input.policy), &input.document)
    }
}

#[derive(Debug)]
pub(crate) struct PutRolePolicy;

impl Operation for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = RoleInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:PutRolePolicy", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<(), Fault> {
        put(call, &target, (&input.name, input.policy), &input.document)
    }
}

#[derive(Debug)]
pub(crate) struct PutUserPolicy;

impl Operation for PutUserPolicy {
    const NAME: &'static str = "PutUserPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = UserInput;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:PutUserPolicy", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<(), Fault> {
        put(call, &target, (&input.name, input.policy), &input.document)
    }
}

fn put(
    call: &mut Call<'_>,
    at: &Permit<EntityKey>,
    (name, policy): (&str, String),
    document: &str,
) -> Result<(), Fault> {
    call.world.identity.find(at.account(), at.kind(), name)?;
    let document = identity_policy(call, policy::Kind::Identity, document)?;
    call.world.identity.put_inline(at, name, policy, document)
}
