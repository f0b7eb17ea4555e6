//! `GetCallerIdentity`: who am I. Needs no permission and cannot be denied.
//! Source: STS API Reference, `GetCallerIdentity`.

use alloc::string::String;

use super::session::QUOTA;
use crate::base::{AccountId, Fault};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};

view! {
    out Output { user_id: String = "UserId", account: AccountId = "Account", arn: String = "Arn" }
}

#[derive(Debug)]
pub(crate) struct GetCallerIdentity;

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const QUOTA: Quota = QUOTA;
    const AUDIT: Audit = Audit::READ;
    type Input = ();
    type Output = Output;
    type Target = ();

    fn needs((): &(), _: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(Needs::nothing(()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, (): ()) -> Result<Output, Fault> {
        let caller = call.caller();
        Ok(Output { user_id: caller.user_id(), account: caller.account, arn: caller.requester.arn.clone() })
    }
}
