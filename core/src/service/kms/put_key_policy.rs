//! `PutKeyPolicy`: replaces the policy of a key.
//! Source: KMS API Reference, `PutKeyPolicy`; kms.md 12.2.

use super::key_id::{self, Forms};
use super::key_policy::{self, DEFAULT, no_such_policy};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::view;
use crate::world::keys::AWS_RAM;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! {
    in Input {
        key_id: String = "KeyId",
        policy_name: Option<String> = "PolicyName",
        policy: String = "Policy",
        bypass: Option<bool> = "BypassPolicyLockoutSafetyCheck",
    }
}

/// The row of `PutKeyPolicy`.
#[derive(Debug)]
pub(super) struct PutKeyPolicy;

impl Operation for PutKeyPolicy {
    const NAME: &'static str = "PutKeyPolicy";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE
        .filling(&[("PolicyName", Filled::Text(DEFAULT)), ("BypassPolicyLockoutSafetyCheck", Filled::Bool(false))]);
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let name = input.policy_name.as_deref().unwrap_or(DEFAULT);
        if name == AWS_RAM {
            let message = "The AWS_RAM policy can only be managed by the RAM service";
            return Err(Fault::Validation { message: message.into() });
        }
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        let needs = found.needs("kms:PutKeyPolicy").fact("kms:PolicyName", name);
        Ok(match input.bypass {
            Some(bypass) => needs.fact("kms:BypassPolicyLockoutSafetyCheck", bypass.to_string()),
            None => needs,
        })
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<(), Fault> {
        if input.policy_name.is_some_and(|name| name != DEFAULT) {
            return Err(no_such_policy());
        }
        let document = key_policy::accept(&input.policy, call)?;
        if input.bypass != Some(true) {
            key_policy::keep_control(&document, &key, call)?;
        }
        call.world.keys.put_policy(&key, document)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
