//! `ScheduleKeyDeletion`: the key is unusable at once, and gone after 7 to 30 days.
//! Source: KMS API Reference, `ScheduleKeyDeletion`; kms.md 9.3.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, Timestamp};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Key;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! {
    in Input { key_id: String = "KeyId", days: Option<i64> = "PendingWindowInDays" }
    out Output {
        key_id: KeyArn = "KeyId",
        deletion_date: Option<Timestamp> = "DeletionDate",
        key_state: &'static str = "KeyState",
        days: u32 = "PendingWindowInDays",
    }
}

/// The waiting period when none is given, in days.
const DEFAULT_DAYS: i64 = 30;

/// The row of `ScheduleKeyDeletion`.
#[derive(Debug)]
pub(super) struct ScheduleKeyDeletion;

impl Operation for ScheduleKeyDeletion {
    const NAME: &'static str = "ScheduleKeyDeletion";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE.filling(&[("PendingWindowInDays", Filled::Int(DEFAULT_DAYS))]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let days = input.days.unwrap_or(DEFAULT_DAYS);
        // Within the model's 1 to 365. Measured in us-east-1, 2026.
        if !(7..=30).contains(&days) {
            return Err(Fault::Validation { message: "PendingWindowInDays must be between 7 and 30".into() });
        }
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        let idle = key_id::days_without_use(&found.arn, call);
        let needs = found.needs("kms:ScheduleKeyDeletion");
        let needs = needs.fact("kms:ScheduleKeyDeletionPendingWindowInDays", days.to_string());
        Ok(needs.fact("kms:TrailingDaysWithoutKeyUsage", idle.to_string()))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let days = u32::try_from(input.days.unwrap_or(DEFAULT_DAYS)).map_err(|_| Fault::Internal)?;
        let now = call.now();
        let state = call.world.keys.schedule_deletion(&key, days, now)?;
        let deletion_date = call.world.keys.find(&key, now).and_then(Key::deletion_date);
        // The response elements are the date or, of a primary that waits for its replicas, the days (kms.md 20.2).
        if deletion_date.is_some() {
            call.trail.hides_output = &["PendingWindowInDays"];
        }
        Ok(Output { key_id: key.into_target(), deletion_date, key_state: state.as_str(), days })
    }
}
