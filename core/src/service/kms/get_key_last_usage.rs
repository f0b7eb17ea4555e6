//! `GetKeyLastUsage`: the last cryptographic operation that worked with a key.
//! Source: KMS API Reference, `GetKeyLastUsage`; kms.md 9.4. A lab tracks from the beginning, and without delay.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, KeyId, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::absent;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId" }
    /// The last use; without members when there was none.
    out KeyLastUsageData {
        operation: Option<String> = "Operation",
        timestamp: Option<Timestamp> = "Timestamp",
        cloud_trail_event_id: Option<String> = "CloudTrailEventId",
        kms_request_id: Option<String> = "KmsRequestId",
    }
    out Output {
        // The documentation's examples have the bare id (unconfirmed).
        key_id: KeyId = "KeyId",
        key_last_usage: KeyLastUsageData = "KeyLastUsage",
        tracking_start_date: Timestamp = "TrackingStartDate",
        key_creation_date: Timestamp = "KeyCreationDate",
    }
}

/// The row of `GetKeyLastUsage`.
#[derive(Debug)]
pub(super) struct GetKeyLastUsage;

impl Operation for GetKeyLastUsage {
    const NAME: &'static str = "GetKeyLastUsage";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:GetKeyLastUsage"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        let created = call.world.keys.find(&key, call.now()).ok_or_else(|| absent(&key))?.created;
        let last = call.world.keys.last_use(&key);
        Ok(Output {
            key_id: key.id,
            key_last_usage: KeyLastUsageData {
                operation: last.map(|last| api_name(&last.operation).into()),
                timestamp: last.map(|last| last.at),
                // The oldest records go; then the event has no id any more.
                cloud_trail_event_id: last
                    .and_then(|last| call.world.trail.event_of(last.request_id, key.account))
                    .map(|id| id.text()),
                kms_request_id: last.map(|last| last.request_id.text()),
            },
            tracking_start_date: created,
            key_creation_date: created,
        })
    }
}

/// The operation behind its two permissions.
fn api_name(operation: &str) -> &str {
    if operation.starts_with("ReEncrypt") { "ReEncrypt" } else { operation }
}
