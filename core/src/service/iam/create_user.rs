//! `CreateUser`: makes a user, who can do nothing yet.
//! Source: IAM API Reference, `CreateUser`.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::lookup::to_make;
use super::shapes::{Detail, Tag, User, read_tags};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Case, Draft, EntityKey, Kind, Making, Nature};
use crate::world::{Needs, Permit};

view! {
    in Input {
        path: Option<String> = "Path",
        user_name: String = "UserName",
        boundary: Option<String> = "PermissionsBoundary",
        tags: Vec<Tag> = "Tags",
    }
    out Output { user: User = "User" }
}

#[derive(Debug)]
pub(crate) struct CreateUser;

impl Operation for CreateUser {
    const NAME: &'static str = "CreateUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        let place = (input.path.as_deref(), input.user_name.as_str());
        let with = (input.tags.as_slice(), input.boundary.as_deref());
        to_make(call, ("iam:CreateUser", Some("iam:TagUser")), Kind::User, place, with)
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let draft = Draft {
            name: input.user_name.clone(),
            path: input.path.unwrap_or_else(|| "/".into()),
            tags: read_tags(&input.tags, Case::Folded)?,
            boundary: input.boundary,
            nature: Nature::User { groups: BTreeSet::new() },
        };
        let now = call.now();
        let identity = &mut call.world.identity;
        identity.create(&target, draft, &mut Making { entropy: call.entropy, now })?;
        let (key, user) = identity.find(target.account(), Kind::User, &input.user_name)?;
        Ok(Output { user: User::of(identity, key.account(), user, Detail::Made) })
    }
}
