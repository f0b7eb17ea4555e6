//! `RotateKeyOnDemand`: new material now; some seconds later where consistency is eventual.
//! Source: KMS API Reference, `RotateKeyOnDemand`; kms.md, section 8.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, Secret};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId" }
    out Output { key_id: KeyArn = "KeyId" }
}

/// The row of `RotateKeyOnDemand`.
#[derive(Debug)]
pub(super) struct RotateKeyOnDemand;

impl Operation for RotateKeyOnDemand {
    const NAME: &'static str = "RotateKeyOnDemand";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:RotateKeyOnDemand"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        let now = call.now();
        let material = Secret::new(call.random::<32>()?.into());
        call.trail.happened = call.world.keys.rotate(&key, material, now)?;
        Ok(Output { key_id: key.into_target() })
    }
}
