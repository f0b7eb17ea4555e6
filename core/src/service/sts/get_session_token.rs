//! `GetSessionToken`: temporary credentials of the calling user itself. Needs no permission.
//! Source: STS API Reference, `GetSessionToken`: 15 minutes to 36 hours, 12 hours by default; an hour at most for the
//! root user.

use alloc::string::String;

use super::session::{Credentials, HOUR, QUOTA, no_mfa};
use crate::base::{Fault, Timespan};
use crate::policy::RequesterKind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Making, Subject};
use crate::world::{Needs, Permit};

/// Seconds that a session lasts when the caller does not say.
pub(super) const DEFAULT: i64 = 43_200;

view! {
    in Input {
        duration: Option<i64> = "DurationSeconds",
        serial: Option<String> = "SerialNumber",
        code: Option<String> = "TokenCode",
    }
    out Output { credentials: Credentials = "Credentials" }
}

#[derive(Debug)]
pub(crate) struct GetSessionToken;

impl Operation for GetSessionToken {
    const NAME: &'static str = "GetSessionToken";
    const QUOTA: Quota = QUOTA;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(input: &Input, _: &Call<'_>) -> Result<Needs<()>, Fault> {
        no_mfa(input.serial.as_deref(), input.code.as_deref())?;
        Ok(Needs::nothing(()))
    }

    fn run(call: &mut Call<'_>, target: Permit<()>, input: Input) -> Result<Output, Fault> {
        let caller = call.caller();
        let account = caller.account;
        let seconds = input.duration.unwrap_or(DEFAULT);
        let (subject, seconds) = match caller.requester.kind {
            RequesterKind::Root => (Subject::Root, seconds.min(HOUR)),
            _ => (Subject::User { user: caller.requester.unique_id.clone() }, seconds),
        };
        let making = &mut Making { now: call.now(), entropy: call.entropy };
        let length = Timespan::seconds(seconds);
        let issued = call.world.identity.open_session(&target, account, subject, length, making)?;
        Ok(Output { credentials: Credentials::of(issued)? })
    }
}
