//! `GetKeyPolicy`: the text of a key's policy.
//! Source: KMS API Reference, `GetKeyPolicy`; kms.md 12.

use super::key_id::{self, Forms};
use super::key_policy::{DEFAULT, no_such_policy};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{AWS_RAM, absent};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId", policy_name: Option<String> = "PolicyName" }
    out Output { policy: String = "Policy", policy_name: String = "PolicyName" }
}

/// The row of `GetKeyPolicy`.
#[derive(Debug)]
pub(super) struct GetKeyPolicy;

impl Operation for GetKeyPolicy {
    const NAME: &'static str = "GetKeyPolicy";
    const QUOTA: Quota = Quota::Own(1000);
    const AUDIT: Audit = Audit::READ.filling(&[("PolicyName", Filled::Text(DEFAULT))]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let name = input.policy_name.as_deref().unwrap_or(DEFAULT);
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        Ok(found.needs("kms:GetKeyPolicy").fact("kms:PolicyName", name))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let policy_name = input.policy_name.unwrap_or_else(|| DEFAULT.into());
        let document = match policy_name.as_str() {
            DEFAULT => call.world.keys.policy(&key).ok_or_else(|| absent(&key))?.document(),
            AWS_RAM => call.world.keys.shared_policy(&key).ok_or_else(no_such_policy)?,
            _ => return Err(no_such_policy()),
        };
        Ok(Output { policy: call.world.identity.shown(document), policy_name })
    }
}
