//! `GetAccessKeyInfo`: the account that an access key belongs to, whoever's it is.
//! Source: STS API Reference, `GetAccessKeyInfo`. AWS reads the account from the id itself; a lab knows the keys that
//! it has issued, and its sentence for others is ours.

use alloc::{format, string::String};

use super::session::QUOTA;
use crate::base::{AccountId, Fault};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit, Resource};

view! {
    in Input { access_key_id: String = "AccessKeyId" }
    out Output { account: AccountId = "Account" }
}

#[derive(Debug)]
pub(crate) struct GetAccessKeyInfo;

impl Operation for GetAccessKeyInfo {
    const NAME: &'static str = "GetAccessKeyInfo";
    const QUOTA: Quota = QUOTA;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(_: &Input, _: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(Needs::one("sts:GetAccessKeyInfo", Resource::Any, ()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let account = call.world.identity.account_of_key(&input.access_key_id);
        let unknown = || Fault::Validation { message: format!("Invalid access key ID: {}", input.access_key_id) };
        Ok(Output { account: account.ok_or_else(unknown)? })
    }
}
