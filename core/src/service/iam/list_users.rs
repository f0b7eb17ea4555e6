//! `ListUsers`: the account's users, by name, in pages.
//! Source: IAM API Reference, `ListUsers`.

use alloc::{string::String, vec::Vec};

use super::lookup::on_all;
use super::page::page;
use super::shapes::{Detail, User};
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
        users: Vec<User> = "Users",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
}

#[derive(Debug)]
pub(crate) struct ListUsers;

impl Operation for ListUsers {
    const NAME: &'static str = "ListUsers";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(on_all(call, "iam:ListUsers", Kind::User, input.path_prefix.as_deref()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let all = identity.entities(call.account(), Kind::User).filter(|(_, entity)| entity.path.starts_with(prefix));
        let all = all.map(|(at, entity)| (at.folded(), (at, entity)));
        let found = page(all, input.marker.as_deref(), input.max_items)?;
        let line = |(at, entity): (&EntityKey, _)| User::of(identity, at.account(), entity, Detail::Line);
        Ok(Output {
            users: found.items.into_iter().map(line).collect(),
            truncated: found.truncated,
            marker: found.marker,
        })
    }
}
