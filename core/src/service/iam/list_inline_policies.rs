//! `ListGroupPolicies`, `ListRolePolicies`, `ListUserPolicies`: the names of the inline policies, in pages.
//! Source: IAM API Reference, the three pages.

use alloc::{string::String, vec::Vec};

use super::lookup::on;
use super::page::page;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in GroupInput {
        name: String = "GroupName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    in RoleInput {
        name: String = "RoleName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    in UserInput {
        name: String = "UserName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        names: Vec<String> = "PolicyNames",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListGroupPolicies;

impl Operation for ListGroupPolicies {
    const NAME: &'static str = "ListGroupPolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = GroupInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListGroupPolicies", Kind::Group, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<Output, Fault> {
        list(call, &target, &input.name, (input.marker, input.max_items))
    }
}

#[derive(Debug)]
pub(crate) struct ListRolePolicies;

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = RoleInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListRolePolicies", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<Output, Fault> {
        list(call, &target, &input.name, (input.marker, input.max_items))
    }
}

#[derive(Debug)]
pub(crate) struct ListUserPolicies;

impl Operation for ListUserPolicies {
    const NAME: &'static str = "ListUserPolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = UserInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListUserPolicies", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<Output, Fault> {
        list(call, &target, &input.name, (input.marker, input.max_items))
    }
}

fn list(
    call: &Call<'_>,
    at: &EntityKey,
    name: &str,
    (marker, max_items): (Option<String>, Option<u32>),
) -> Result<Output, Fault> {
    let (_, entity) = call.world.identity.find(at.account(), at.kind(), name)?;
    let found = page(entity.inline.keys().map(|name| (name, name.clone())), marker.as_deref(), max_items)?;
    Ok(Output { names: found.items, truncated: found.truncated, marker: found.marker })
}
