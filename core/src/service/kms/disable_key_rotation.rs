//! `DisableKeyRotation`: no more new material by schedule.
//! Source: KMS API Reference, `DisableKeyRotation`; kms.md, section 8.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId" } }

/// The row of `DisableKeyRotation`.
#[derive(Debug)]
pub(super) struct DisableKeyRotation;

impl Operation for DisableKeyRotation {
    const NAME: &'static str = "DisableKeyRotation";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:DisableKeyRotation"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.disable_rotation(&key, now)?;
        call.trail.happened = call.world.keys.synchronized(&key, now);
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
