//! `UpdateAccessKey`: switches an access key off or on again.
//! Source: IAM API Reference, `UpdateAccessKey`. `Expired` is a status to be read, not to be set: unconfirmed what IAM
//! says then.

use alloc::string::String;

use super::lookup::on_holder;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::Holder;
use crate::world::{Needs, Permit};

view! {
    in Input {
        user_name: Option<String> = "UserName",
        id: String = "AccessKeyId",
        status: String = "Status",
    }
}

#[derive(Debug)]
pub(crate) struct UpdateAccessKey;

impl Operation for UpdateAccessKey {
    const NAME: &'static str = "UpdateAccessKey";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = Holder;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Holder>, Fault> {
        if input.status == "Expired" {
            return Err(Fault::InvalidInput {
                message: "The status of an access key can be Active or Inactive.".into(),
            });
        }
        on_holder(call, "iam:UpdateAccessKey", input.user_name.as_deref())
    }

    fn run(call: &mut Call<'_>, target: Permit<Holder>, input: Input) -> Result<(), Fault> {
        call.world.identity.set_key_status(&target, &input.id, input.status == "Active")
    }
}
