//! `GenerateDataKey`: a new data key, open and sealed under a key.
//! Source: KMS API Reference, `GenerateDataKey`.

use super::data_key::{self, Wanted};
use super::encryption::{HIDDEN, Pairs, Tokens};
use super::recipient::{self, Recipient};
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        context: Pairs = "EncryptionContext",
        number_of_bytes: Option<i64> = "NumberOfBytes",
        key_spec: Option<String> = "KeySpec",
        grant_tokens: Tokens = "GrantTokens",
        recipient: Option<Recipient> = "Recipient",
        dry_run: bool = "DryRun",
    }
    out Output {
        ciphertext_blob: Blob = "CiphertextBlob",
        plaintext: Option<Blob> = "Plaintext",
        key_id: KeyArn = "KeyId",
        for_recipient: Option<Blob> = "CiphertextForRecipient",
        key_material_id: Option<MaterialId> = "KeyMaterialId",
    }
}

/// The row of `GenerateDataKey`.
#[derive(Debug)]
pub(super) struct GenerateDataKey;

impl Operation for GenerateDataKey {
    const NAME: &'static str = "GenerateDataKey";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let length = (input.key_spec.as_deref(), input.number_of_bytes);
        let (action, tokens) = ("kms:GenerateDataKey", &input.grant_tokens);
        let needs = data_key::needs(action, &input.key_id, length, &input.context, tokens, call)?;
        recipient::facts(needs, input.recipient.as_ref(), call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Wanted::new(input.key_spec.as_deref(), input.number_of_bytes, &input.context, input.dry_run)?;
        let made = wanted.make(Self::NAME, &key, call)?;
        let answer = recipient::answer(input.recipient.as_ref(), &made.plaintext, call)?;
        Ok(Output {
            ciphertext_blob: made.sealed.into(),
            plaintext: answer.plaintext,
            key_id: key.into_target(),
            for_recipient: answer.for_recipient,
            // Of a material a recipient hears nothing (kms.md 2.2).
            key_material_id: made.material.filter(|_| input.recipient.is_none()),
        })
    }
}
