//! `GetGroup`: a group and its members, in pages.
//! Source: IAM API Reference, `GetGroup`.

use alloc::{string::String, vec::Vec};

use super::lookup::on;
use super::page::page;
use super::shapes::{Detail, Group, User};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input {
        group_name: String = "GroupName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        group: Group = "Group",
        users: Vec<User> = "Users",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct GetGroup;

impl Operation for GetGroup {
    const NAME: &'static str = "GetGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:GetGroup", Kind::Group, &input.group_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let (key, group) = identity.find(target.account(), Kind::Group, &input.group_name)?;
        let members = identity.members(&key).map(|(at, user)| (at.folded(), user));
        let found = page(members, input.marker.as_deref(), input.max_items)?;
        let line = |user| User::of(identity, key.account(), user, Detail::Line);
        Ok(Output {
            group: Group::of(identity, key.account(), group),
            users: found.items.into_iter().map(line).collect(),
            truncated: found.truncated,
            marker: found.marker,
        })
    }
}
