//! `UpdateKeyDescription`: replaces a key's description.
//! Source: KMS API Reference, `UpdateKeyDescription`.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId", description: String = "Description" } }

/// The row of `UpdateKeyDescription`.
#[derive(Debug)]
pub(super) struct UpdateKeyDescription;

impl Operation for UpdateKeyDescription {
    const NAME: &'static str = "UpdateKeyDescription";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:UpdateKeyDescription"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.describe(&key, input.description, now)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
