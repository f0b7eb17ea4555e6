//! `DeleteGroup`: deletes a group that nothing hangs on any more.
//! Source: IAM API Reference, `DeleteGroup`.

use alloc::string::String;

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! { in Input { group_name: String = "GroupName" } }

#[derive(Debug)]
pub(crate) struct DeleteGroup;

impl Operation for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteGroup", Kind::Group, &input.group_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.delete(&target, &input.group_name)
    }
}
