//! `DeleteRole`: deletes a role that nothing hangs on any more.
//! Source: IAM API Reference, `DeleteRole`.

use alloc::string::String;

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! { in Input { role_name: String = "RoleName" } }

#[derive(Debug)]
pub(crate) struct DeleteRole;

impl Operation for DeleteRole {
    const NAME: &'static str = "DeleteRole";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteRole", Kind::Role, &input.role_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.delete(&target, &input.role_name)
    }
}
