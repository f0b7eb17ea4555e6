//! `CreateAccessKey`: makes a long-term access key of a user, or of the caller. The secret is told this once.
//! Source: IAM API Reference, `CreateAccessKey`.

use alloc::string::String;

use super::lookup::on_holder;
use crate::base::{Fault, Secret, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Holder, Making};
use crate::world::{Needs, Permit};

view! {
    in Input { user_name: Option<String> = "UserName" }
    out Output { key: AccessKey = "AccessKey" }
    out AccessKey {
        user_name: Option<String> = "UserName",
        id: String = "AccessKeyId",
        status: &'static str = "Status",
        secret: Secret = "SecretAccessKey",
        created: Timestamp = "CreateDate",
    }
}

#[derive(Debug)]
pub(crate) struct CreateAccessKey;

impl Operation for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = Holder;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Holder>, Fault> {
        on_holder(call, "iam:CreateAccessKey", input.user_name.as_deref())
    }

    fn run(call: &mut Call<'_>, target: Permit<Holder>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let identity = &mut call.world.identity;
        let name = input.user_name.as_deref().unwrap_or_default();
        let issued = identity.create_key(&target, name, &mut Making { entropy: call.entropy, now })?;
        let user_name = match &*target {
            Holder::User(key) => identity.entity(key).map(|user| user.name.clone()),
            Holder::Root(_) => None,
        };
        let (id, secret) = (issued.access_key_id, issued.secret);
        Ok(Output { key: AccessKey { user_name, id, status: "Active", secret, created: now } })
    }
}
