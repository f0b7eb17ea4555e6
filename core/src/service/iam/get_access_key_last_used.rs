//! `GetAccessKeyLastUsed`: whose access key it is, and when, where and for what it was used last.
//! Source: IAM API Reference, `GetAccessKeyLastUsed`: a key that was never used says `N/A`.

use alloc::{format, string::String};

use super::lookup::also;
use crate::base::{Fault, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit, Resource};

view! {
    in Input { id: String = "AccessKeyId" }
    out Output { user_name: Option<String> = "UserName", last: LastUsed = "AccessKeyLastUsed" }
    out LastUsed {
        at: Option<Timestamp> = "LastUsedDate",
        service: String = "ServiceName",
        region: String = "Region",
    }
}

#[derive(Debug)]
pub(crate) struct GetAccessKeyLastUsed;

impl Operation for GetAccessKeyLastUsed {
    const NAME: &'static str = "GetAccessKeyLastUsed";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = Option<String>;

    /// The permission is on the key's user; of a key that is not the account's nothing can be asked, and the refusal has
    /// a form of its own (recorded).
    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Option<String>>, Fault> {
        let action = "iam:GetAccessKeyLastUsed";
        let identity = &call.world.identity;
        let refused = || Fault::AccessDenied {
            message: format!(
                "User: {} is not authorized to perform {action} on resource: access key {}",
                call.caller().requester.arn,
                input.id
            ),
        };
        let key = identity.access_key(&input.id).filter(|key| key.account == call.account()).ok_or_else(refused)?;
        Ok(match key.user.as_deref().and_then(|id| identity.by_id(id)) {
            Some((at, user)) => also(Needs::nothing(Some(user.name.clone())), call, action, at, &user.name),
            None => Needs::one(action, Resource::Plain(identity.root_arn(key.account)), None),
        })
    }

    fn run(call: &mut Call<'_>, target: Permit<Option<String>>, input: Input) -> Result<Output, Fault> {
        let last = call.world.identity.last_use(&input.id);
        let text = |text: Option<&String>| text.map_or_else(|| "N/A".into(), String::clone);
        let last = LastUsed {
            at: last.map(|last| last.at),
            service: text(last.map(|last| &last.service)),
            region: text(last.map(|last| &last.region)),
        };
        Ok(Output { user_name: target.into_target(), last })
    }
}
