//! `ListGroups`: the account's groups, by name, in pages.
//! Source: IAM API Reference, `ListGroups`.

use alloc::{string::String, vec::Vec};

use super::lookup::on_all;
use super::page::page;
use super::shapes::Group;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input {
        path_prefix: Option<String> = "PathPrefix",
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
pub(crate) struct ListGroups;

impl Operation for ListGroups {
    const NAME: &'static str = "ListGroups";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(on_all(call, "iam:ListGroups", Kind::Group, input.path_prefix.as_deref()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let all = identity.entities(call.account(), Kind::Group).filter(|(_, entity)| entity.path.starts_with(prefix));
        let all = all.map(|(at, entity)| (at.folded(), (at, entity)));
        let found = page(all, input.marker.as_deref(), input.max_items)?;
        let line = |(at, entity): (&EntityKey, _)| Group::of(identity, at.account(), entity);
        Ok(Output {
            groups: found.items.into_iter().map(line).collect(),
            truncated: found.truncated,
            marker: found.marker,
        })
    }
}
