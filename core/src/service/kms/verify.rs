//! `Verify`: whether a signature is the key's over a message. It never answers no: it fails.
//! Source: KMS API Reference, `Verify`; kms.md 4.4.

use super::encryption::{self, Tokens};
use super::signing::{self, Asked};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        message: Blob = "Message",
        message_type: Option<String> = "MessageType",
        signature: Blob = "Signature",
        algorithm: String = "SigningAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output { key_id: KeyArn = "KeyId", signature_valid: bool = "SignatureValid", algorithm: String = "SigningAlgorithm" }
}

/// The row of `Verify`.
#[derive(Debug)]
pub(super) struct Verify;

impl Operation for Verify {
    const NAME: &'static str = "Verify";
    const QUOTA: Quota = Quota::OfKey;
    const AUDIT: Audit = Audit::READ.hiding(signing::HIDDEN).filling(&[("MessageType", Filled::Text(signing::RAW))]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let asked = Asked::new(&input.algorithm, input.message_type.as_deref(), &input.message);
        asked.needs("kms:Verify", &input.key_id, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let asked = Asked::new(&input.algorithm, input.message_type.as_deref(), &input.message);
        let (ready, by, message) = asked.fit(Self::NAME, &key, call)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        call.world.keys.verify(&ready, by, message, &input.signature)?;
        encryption::used(call, &ready);
        Ok(Output { key_id: key.into_target(), signature_valid: true, algorithm: input.algorithm })
    }
}
