//! `CancelKeyDeletion`: a key that is pending deletion stays; it is disabled then.
//! Source: KMS API Reference, `CancelKeyDeletion`.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Step;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId" }
    out Output { key_id: KeyArn = "KeyId" }
}

/// The row of `CancelKeyDeletion`.
#[derive(Debug)]
pub(super) struct CancelKeyDeletion;

impl Operation for CancelKeyDeletion {
    const NAME: &'static str = "CancelKeyDeletion";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:CancelKeyDeletion"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        let now = call.now();
        call.world.keys.step(&key, Step::CancelDeletion, now)?;
        Ok(Output { key_id: key.into_target() })
    }
}
