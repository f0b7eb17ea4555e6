//! `DeleteAccessKey`: deletes an access key of a user, or of the caller.
//! Source: IAM API Reference, `DeleteAccessKey`.

use alloc::string::String;

use super::lookup::on_holder;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::Holder;
use crate::world::{Needs, Permit};

view! { in Input { user_name: Option<String> = "UserName", id: String = "AccessKeyId" } }

#[derive(Debug)]
pub(crate) struct DeleteAccessKey;

impl Operation for DeleteAccessKey {
    const NAME: &'static str = "DeleteAccessKey";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = Holder;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Holder>, Fault> {
        on_holder(call, "iam:DeleteAccessKey", input.user_name.as_deref())
    }

    fn run(call: &mut Call<'_>, target: Permit<Holder>, input: Input) -> Result<(), Fault> {
        call.world.identity.delete_key(&target, &input.id)
    }
}
