//! `ListPolicyTags`, `ListRoleTags`, `ListUserTags`: the tags, by key, in pages.
//! Source: IAM API Reference, the three pages.

use alloc::{string::String, vec::Vec};

use super::lookup::{on, on_policy};
use super::page::page;
use super::shapes::Tag;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind, PolicyKey, Tags};
use crate::world::{Needs, Permit};

view! {
    in PolicyInput {
        arn: String = "PolicyArn",
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
        tags: Vec<Tag> = "Tags",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListPolicyTags;

impl Operation for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = PolicyInput;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &PolicyInput, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:ListPolicyTags", &input.arn)
    }

    fn run(call: &mut Call<'_>, _: Permit<PolicyKey>, input: PolicyInput) -> Result<Output, Fault> {
        let (_, policy) = call.world.identity.managed_for(call.account(), &input.arn)?;
        list(&policy.tags, input.marker.as_deref(), input.max_items)
    }
}

#[derive(Debug)]
pub(crate) struct ListRoleTags;

impl Operation for ListRoleTags {
    const NAME: &'static str = "ListRoleTags";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = RoleInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &RoleInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListRoleTags", Kind::Role, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: RoleInput) -> Result<Output, Fault> {
        let (_, role) = call.world.identity.find(target.account(), Kind::Role, &input.name)?;
        list(&role.tags, input.marker.as_deref(), input.max_items)
    }
}

#[derive(Debug)]
pub(crate) struct ListUserTags;

impl Operation for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = UserInput;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &UserInput, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListUserTags", Kind::User, &input.name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: UserInput) -> Result<Output, Fault> {
        let (_, user) = call.world.identity.find(target.account(), Kind::User, &input.name)?;
        list(&user.tags, input.marker.as_deref(), input.max_items)
    }
}

fn list(tags: &Tags, marker: Option<&str>, max_items: Option<u32>) -> Result<Output, Fault> {
    let found = page(tags.keyed(), marker, max_items)?;
    let tags = found.items.into_iter().map(|(key, value)| Tag { key: key.into(), value: value.into() });
    Ok(Output { tags: tags.collect(), truncated: found.truncated, marker: found.marker })
}
