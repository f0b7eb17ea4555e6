//! `UpdateGroup`: gives a group another name, another path, or both. Its unique id, members and policies stay.
//! Source: IAM API Reference, `UpdateGroup`: the caller needs permission on the old and on the new name.

use alloc::string::String;

use super::lookup::to_rename;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input {
        group_name: String = "GroupName",
        new_path: Option<String> = "NewPath",
        new_name: Option<String> = "NewGroupName",
    }
}

#[derive(Debug)]
pub(crate) struct UpdateGroup;

impl Operation for UpdateGroup {
    const NAME: &'static str = "UpdateGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = (EntityKey, EntityKey);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<(EntityKey, EntityKey)>, Fault> {
        let new = (input.new_path.as_deref(), input.new_name.as_deref());
        Ok(to_rename(call, "iam:UpdateGroup", Kind::Group, &input.group_name, new))
    }

    fn run(call: &mut Call<'_>, target: Permit<(EntityKey, EntityKey)>, input: Input) -> Result<(), Fault> {
        let (from, to) = target.split();
        call.world.identity.rename((&from, &to), &input.group_name, input.new_name, input.new_path)
    }
}
