//! `ListGroupsForUser`: the groups that a user is a member of, by name, in pages.
//! Source: IAM API Reference, `ListGroupsForUser`.

use alloc::{string::String, vec::Vec};

use super::lookup::on;
use super::page::page;
use super::shapes::Group;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input {
        user_name: String = "UserName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        groups: Vec<Group> = "Groups",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListGroupsForUser;

impl Operation for ListGroupsForUser {
    const NAME: &'static str = "ListGroupsForUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:ListGroupsForUser", Kind::User, &input.user_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let account = target.account();
        let (_, user) = identity.find(account, Kind::User, &input.user_name)?;
        let groups = user
            .groups()
            .filter_map(|name| Some((name, identity.entity(&EntityKey::new(account, Kind::Group, name))?)));
        let found = page(groups, input.marker.as_deref(), input.max_items)?;
        Ok(Output {
            groups: found.items.into_iter().map(|group| Group::of(identity, account, group)).collect(),
            truncated: found.truncated,
            marker: found.marker,
        })
    }
}
