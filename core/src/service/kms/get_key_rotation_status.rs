//! `GetKeyRotationStatus`: whether a key has new material by schedule, and when next.
//! Source: KMS API Reference, `GetKeyRotationStatus`; kms.md, section 8: off, the answer has two members, on, four.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, KeyId, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{Key, Schedule};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId" }
    out Output {
        enabled: bool = "KeyRotationEnabled",
        // The documentation's examples have the bare id (unconfirmed).
        key_id: KeyId = "KeyId",
        days: Option<u32> = "RotationPeriodInDays",
        next: Option<Timestamp> = "NextRotationDate",
        on_demand: Option<Timestamp> = "OnDemandRotationStartDate",
    }
}

/// The row of `GetKeyRotationStatus`.
#[derive(Debug)]
pub(super) struct GetKeyRotationStatus;

impl Operation for GetKeyRotationStatus {
    const NAME: &'static str = "GetKeyRotationStatus";
    const QUOTA: Quota = Quota::Own(1000);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:GetKeyRotationStatus"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        let schedule = call.world.keys.rotation_status(&key, call.now())?;
        let (days, next) = schedule.map(|Schedule { days, next, .. }| (days, next)).unzip();
        let on_demand = call.world.keys.find(&key, call.now()).and_then(Key::rotating_since);
        Ok(Output { enabled: schedule.is_some(), key_id: key.id, days, next, on_demand })
    }
}
