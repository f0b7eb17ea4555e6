//! `RemoveUserFromGroup`: the user loses the policies of the group.
//! Source: IAM API Reference, `RemoveUserFromGroup`: the permission is on the group.

use alloc::string::String;

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! { in Input { group_name: String = "GroupName", user_name: String = "UserName" } }

#[derive(Debug)]
pub(crate) struct RemoveUserFromGroup;

impl Operation for RemoveUserFromGroup {
    const NAME: &'static str = "RemoveUserFromGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:RemoveUserFromGroup", Kind::Group, &input.group_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.leave(&target, &input.group_name, &input.user_name)
    }
}
