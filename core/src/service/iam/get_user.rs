//! `GetUser`: a user, or the caller itself when nobody is named.
//! Source: IAM API Reference, `GetUser`; the sentence for sessions: storage.md 4.2.

use alloc::string::String;

use super::lookup::on_holder;
use super::shapes::{Detail, User};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Holder, Kind};
use crate::world::{Needs, Permit};

view! {
    in Input { user_name: Option<String> = "UserName" }
    out Output { user: User = "User" }
}

#[derive(Debug)]
pub(crate) struct GetUser;

impl Operation for GetUser {
    const NAME: &'static str = "GetUser";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = Holder;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Holder>, Fault> {
        on_holder(call, "iam:GetUser", input.user_name.as_deref())
    }

    fn run(call: &mut Call<'_>, target: Permit<Holder>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let user = match target.into_target() {
            Holder::User(key) => {
                let name = input.user_name.as_deref().unwrap_or(key.folded());
                let (_, user) = identity.find(key.account(), Kind::User, name)?;
                User::of(identity, key.account(), user, Detail::Full)
            }
            Holder::Root(account) => User {
                path: None,
                name: None,
                id: account.as_str().into(),
                arn: identity.root_arn(account),
                created: identity.account(account).ok_or(Fault::Internal)?.created,
                boundary: None,
                tags: None,
            },
        };
        Ok(Output { user })
    }
}
