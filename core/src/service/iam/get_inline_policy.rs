//! `GetGroupPolicy`, `GetRolePolicy`, `GetUserPolicy`: an inline policy, percent-encoded.
//! Source: IAM API Reference, the three pages.

use alloc::{format, string::String};

use super::lookup::on;
use super::shapes::encoded;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in GroupInput { name: String = "GroupName", policy: String = "PolicyName" }
    out GroupOutput { name: String = "GroupName", policy: String = "PolicyName", document: String = "PolicyDocument" }
    in RoleInput { name: String = "RoleName", policy: String = "PolicyName" }
    out RoleOutput { name: String = "RoleName", policy: String = "PolicyName", document: String = "PolicyDocument" }
    in UserInput { name: String = "UserName", policy: String = "PolicyName" }
    out UserOutput { name: String = "UserName", policy: String = "PolicyName", document: String = "PolicyDocument" }
}

#[derive(Debug)]
pub(crate) struct GetGroupPolicy;

impl Operation for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = GroupInput;
    type Output = GroupOutput;
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:GetGroupPolicy", Kind::Group, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<GroupOutput, Fault> {
        let (name, policy, document) = get(call, &target, &input.name, input.policy)?;
        Ok(GroupOutput { name, policy, document })
    }
}

#[derive(Debug)]
pub(crate) struct GetRolePolicy;

impl Operation for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = RoleInput;
    type Output = RoleOutput;
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:GetRolePolicy", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<RoleOutput, Fault> {
        let (name, policy, document) = get(call, &target, &input.name, input.policy)?;
        Ok(RoleOutput { name, policy, document })
    }
}

#[derive(Debug)]
pub(crate) struct GetUserPolicy;

impl Operation for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = UserInput;
    type Output = UserOutput;
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:GetUserPolicy", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<UserOutput, Fault> {
        let (name, policy, document) = get(call, &target, &input.name, input.policy)?;
        Ok(UserOutput { name, policy, document })
    }
}

/// The names as they were given, and the document.
fn get(call: &Call<'_>, at: &EntityKey, name: &str, policy: String) -> Result<(String, String, String), Fault> {
    let (_, entity) = call.world.identity.find(at.account(), at.kind(), name)?;
    match entity.inline.get(&policy) {
        Some(document) => Ok((entity.name.clone(), policy, encoded(document.text()))),
        None => Err(Fault::NoSuchEntity {
            message: format!("The {} policy with name {policy} cannot be found.", at.kind()),
        }),
    }
}
