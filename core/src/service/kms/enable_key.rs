//! `EnableKey`: makes a disabled key usable again.
//! Source: KMS API Reference, `EnableKey`.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Step;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId" } }

/// The row of `EnableKey`.
#[derive(Debug)]
pub(super) struct EnableKey;

impl Operation for EnableKey {
    const NAME: &'static str = "EnableKey";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:EnableKey"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.step(&key, Step::Enable, now)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
