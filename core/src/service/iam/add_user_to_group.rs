//! `AddUserToGroup`: the user has the policies of the group, too. Adding a member again changes nothing.
//! Source: IAM API Reference, `AddUserToGroup`: the permission is on the group.

use alloc::string::String;

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! { in Input { group_name: String = "GroupName", user_name: String = "UserName" } }

#[derive(Debug)]
pub(crate) struct AddUserToGroup;

impl Operation for AddUserToGroup {
    const NAME: &'static str = "AddUserToGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:AddUserToGroup", Kind::Group, &input.group_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.join(&target, &input.group_name, &input.user_name)
    }
}
