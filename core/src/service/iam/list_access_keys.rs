//! `ListAccessKeys`: the access keys of a user, or of the caller, without their secrets.
//! Source: IAM API Reference, `ListAccessKeys`.

use alloc::{string::String, vec::Vec};

use super::lookup::on_holder;
use super::page::page;
use crate::base::{Fault, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Holder, Kind, absent};
use crate::world::{Needs, Permit};

view! {
    in Input {
        user_name: Option<String> = "UserName",
        marker: Option<String> = "Marker",
        max_items: Option<u32> = "MaxItems",
    }
    out Output {
        keys: Vec<Metadata> = "AccessKeyMetadata",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
    out Metadata {
        user_name: Option<String> = "UserName",
        id: String = "AccessKeyId",
        status: &'static str = "Status",
        created: Timestamp = "CreateDate",
    }
}

#[derive(Debug)]
pub(crate) struct ListAccessKeys;

impl Operation for ListAccessKeys {
    const NAME: &'static str = "ListAccessKeys";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = Holder;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Holder>, Fault> {
        on_holder(call, "iam:ListAccessKeys", input.user_name.as_deref())
    }

    fn run(call: &mut Call<'_>, target: Permit<Holder>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let user_name = match &*target {
            Holder::User(key) => {
                let missing = || absent(Kind::User, input.user_name.as_deref().unwrap_or(key.folded()));
                Some(identity.entity(key).ok_or_else(missing)?.name.clone())
            }
            Holder::Root(_) => None,
        };
        let keys = identity.access_keys(&target).map(|(id, key)| (id, (id, key)));
        let found = page(keys, input.marker.as_deref(), input.max_items)?;
        let keys = found.items.into_iter().map(|(id, key)| Metadata {
            user_name: user_name.clone(),
            id: id.clone(),
            status: if key.active { "Active" } else { "Inactive" },
            created: key.created,
        });
        Ok(Output { keys: keys.collect(), truncated: found.truncated, marker: found.marker })
    }
}
