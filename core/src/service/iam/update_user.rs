//! `UpdateUser`: gives a user another name, another path, or both. Its unique id, keys and policies stay.
//! Source: IAM API Reference, `UpdateUser`: the caller needs permission on the old and on the new name.

use alloc::string::String;

use super::lookup::to_rename;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{EntityKey, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input {
        user_name: String = "UserName",
        new_path: Option<String> = "NewPath",
        new_name: Option<String> = "NewUserName",
    }
}

#[derive(Debug)]
pub(crate) struct UpdateUser;

impl Operation for UpdateUser {
    const NAME: &'static str = "UpdateUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = (EntityKey, EntityKey);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<(EntityKey, EntityKey)>, Fault> {
        let new = (input.new_path.as_deref(), input.new_name.as_deref());
        Ok(to_rename(call, "iam:UpdateUser", Kind::User, &input.user_name, new))
    }

    fn run(call: &mut Call<'_>, target: Permit<(EntityKey, EntityKey)>, input: Input) -> Result<(), Fault> {
        let (from, to) = target.split();
        call.world.identity.rename((&from, &to), &input.user_name, input.new_name, input.new_path)
    }
}
