//! `ListAttachedGroupPolicies`, `ListAttachedRolePolicies`, `ListAttachedUserPolicies`: the managed policies that hang
//! on somebody, by ARN, in pages.
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
        path_prefix: Option<String> = "PathPrefix",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    in RoleInput {
        name: String = "RoleName",
        path_prefix: Option<String> = "PathPrefix",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    in UserInput {
        name: String = "UserName",
        path_prefix: Option<String> = "PathPrefix",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        policies: Vec<Attached> = "AttachedPolicies",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
    out Attached { name: String = "PolicyName", arn: String = "PolicyArn" }
}

#[derive(Debug)]
pub(crate) struct ListAttachedGroupPolicies;

impl Operation for ListAttachedGroupPolicies {
    const NAME: &'static str = "ListAttachedGroupPolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = GroupInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &GroupInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListAttachedGroupPolicies", Kind::Group, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: GroupInput) -> Result<Output, Fault> {
        list(call, &target, (&input.name, input.path_prefix), (input.marker, input.max_items))
    }
}

#[derive(Debug)]
pub(crate) struct ListAttachedRolePolicies;

impl Operation for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = RoleInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListAttachedRolePolicies", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<Output, Fault> {
        list(call, &target, (&input.name, input.path_prefix), (input.marker, input.max_items))
    }
}

#[derive(Debug)]
pub(crate) struct ListAttachedUserPolicies;

impl Operation for ListAttachedUserPolicies {
    const NAME: &'static str = "ListAttachedUserPolicies";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = UserInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListAttachedUserPolicies", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<Output, Fault> {
        list(call, &target, (&input.name, input.path_prefix), (input.marker, input.max_items))
    }
}

fn list(
    call: &Call<'_>,
    at: &EntityKey,
    (name, prefix): (&str, Option<String>),
    (marker, max_items): (Option<String>, Option<u32>),
) -> Result<Output, Fault> {
    let identity = &call.world.identity;
    let (_, entity) = identity.find(at.account(), at.kind(), name)?;
    let prefix = prefix.as_deref().unwrap_or("/");
    let mut arns: Vec<&String> = entity.attached.iter().collect();
    arns.sort_unstable();
    let policies = arns.into_iter().filter_map(|arn| Some((arn, identity.managed(arn)?)));
    let policies = policies.filter(|(_, policy)| policy.path.starts_with(prefix));
    let policies = policies.map(|(arn, policy)| (arn, Attached { name: policy.name.clone(), arn: arn.clone() }));
    let found = page(policies, marker.as_deref(), max_items)?;
    Ok(Output { policies: found.items, truncated: found.truncated, marker: found.marker })
}
