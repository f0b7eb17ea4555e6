//! `GenerateRandom`: random bytes.
//! Source: KMS API Reference, `GenerateRandom`; kms.md 6.3.

use super::key_stores;
use super::recipient::{self, Answer, Recipient};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::StoreType;
use crate::world::{Needs, Permit, Resource};
use alloc::{string::String, vec};

view! {
    in Input {
        number_of_bytes: Option<i64> = "NumberOfBytes",
        custom_key_store_id: Option<String> = "CustomKeyStoreId",
        recipient: Option<Recipient> = "Recipient",
    }
    out Output { plaintext: Option<Blob> = "Plaintext", for_recipient: Option<Blob> = "CiphertextForRecipient" }
}

/// The row of `GenerateRandom`.
#[derive(Debug)]
pub(super) struct GenerateRandom;

impl Operation for GenerateRandom {
    const NAME: &'static str = "GenerateRandom";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    /// `requestParameters` is null. Source: kms.md 20.2.
    const AUDIT: Audit = Audit::READ.hiding(&["NumberOfBytes", "CustomKeyStoreId", "Recipient"]);
    type Input = Input;
    type Output = Output;
    /// How many bytes.
    type Target = usize;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<usize>, Fault> {
        let bytes = input.number_of_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| Fault::Validation { message: "NumberOfBytes is required.".into() })?;
        let needs = Needs::one("kms:GenerateRandom", Resource::Any, bytes);
        recipient::facts(needs, input.recipient.as_ref(), call)
    }

    fn run(call: &mut Call<'_>, bytes: Permit<usize>, input: Input) -> Result<Output, Fault> {
        if let Some(id) = input.custom_key_store_id {
            let at = key_stores::at(&id, call);
            if call.world.keys.stores.find(&at)?.kind() == StoreType::External {
                // The sentence is ours.
                let message = "GenerateRandom is not supported in external key stores.".into();
                return Err(Fault::UnsupportedOperation { message });
            }
            call.world.keys.connected(&at, call.now())?;
            call.trail.additional.push(("customKeyStoreId", id));
        }
        let mut plaintext = vec![0; *bytes];
        call.entropy.fill(&mut plaintext)?;
        let Answer { plaintext, for_recipient } = recipient::answer(input.recipient.as_ref(), &plaintext, call)?;
        Ok(Output { plaintext, for_recipient })
    }
}
