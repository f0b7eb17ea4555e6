//! `DisableKey`: stops every cryptographic use of a key, until `EnableKey`.
//! Source: KMS API Reference, `DisableKey`.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Step;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId" } }

/// The row of `DisableKey`.
#[derive(Debug)]
pub(super) struct DisableKey;

impl Operation for DisableKey {
    const NAME: &'static str = "DisableKey";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        let idle = key_id::days_without_use(&found.arn, call);
        Ok(found.needs("kms:DisableKey").fact("kms:TrailingDaysWithoutKeyUsage", idle.to_string()))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.step(&key, Step::Disable, now)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
