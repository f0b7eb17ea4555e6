//! `EnableKeyRotation`: new material every so many days, beginning with the first period from now.
//! Source: KMS API Reference, `EnableKeyRotation`; kms.md, section 8.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId", days: Option<i64> = "RotationPeriodInDays" } }

/// The row of `EnableKeyRotation`.
#[derive(Debug)]
pub(super) struct EnableKeyRotation;

impl Operation for EnableKeyRotation {
    const NAME: &'static str = "EnableKeyRotation";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let needs = key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:EnableKeyRotation");
        Ok(match input.days {
            Some(days) => needs.fact("kms:RotationPeriodInDays", days.to_string()),
            None => needs,
        })
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<(), Fault> {
        let now = call.now();
        // The model lets 90 to 2560 through.
        let days = input.days.map(u32::try_from).transpose().map_err(|_| Fault::Internal)?;
        call.world.keys.enable_rotation(&key, days, now)?;
        call.trail.happened = call.world.keys.synchronized(&key, now);
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
