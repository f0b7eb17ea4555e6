//! `CreateGroup`: makes a group without members.
//! Source: IAM API Reference, `CreateGroup`.

use alloc::string::String;

use super::lookup::to_make;
use super::shapes::Group;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Draft, EntityKey, Kind, Making, Nature, Tags};
use crate::world::{Needs, Permit};

view! {
    in Input { path: Option<String> = "Path", group_name: String = "GroupName" }
    out Output { group: Group = "Group" }
}

#[derive(Debug)]
pub(crate) struct CreateGroup;

impl Operation for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        let place = (input.path.as_deref(), input.group_name.as_str());
        to_make(call, ("iam:CreateGroup", None), Kind::Group, place, (&[], None))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let draft = Draft {
            name: input.group_name.clone(),
            path: input.path.unwrap_or_else(|| "/".into()),
            tags: Tags::default(),
            boundary: None,
            nature: Nature::Group,
        };
        let now = call.now();
        let identity = &mut call.world.identity;
        identity.create(&target, draft, &mut Making { entropy: call.entropy, now })?;
        let (key, group) = identity.find(target.account(), Kind::Group, &input.group_name)?;
        Ok(Output { group: Group::of(identity, key.account(), group) })
    }
}
