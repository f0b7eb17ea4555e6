//! `DeleteUser`: deletes a user that nothing hangs on any more.
//! Source: IAM API Reference, `DeleteUser`.

use alloc::string::String;

use super::lookup::on;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! { in Input { user_name: String = "UserName" } }

#[derive(Debug)]
pub(crate) struct DeleteUser;

impl Operation for DeleteUser {
    const NAME: &'static str = "DeleteUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        Ok(on(call, "iam:DeleteUser", Kind::User, &input.user_name))
    }

    fn run(call: &mut Call<'_>, target: Permit<EntityKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.delete(&target, &input.user_name)
    }
}
