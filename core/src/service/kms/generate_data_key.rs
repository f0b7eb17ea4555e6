//! `GenerateDataKey`: a new data key, open and sealed under a key.
//! Source: KMS API Reference, `GenerateDataKey`.

use super::data_key::{self, Wanted};
use super::encryption::{HIDDEN, Pairs, Tokens};
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
    /// The environment that the plaintext is for.
    in Recipient {}
    out Output {
        ciphertext_blob: Blob = "CiphertextBlob",
        plaintext: Blob = "Plaintext",
        key_id: KeyArn = "KeyId",
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
        data_key::needs("kms:GenerateDataKey", &input.key_id, length, &input.context, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Wanted::new(input.key_spec.as_deref(), input.number_of_bytes, &input.context, input.dry_run)?;
        let refused = input.recipient.map(|_| super::not_yet("Recipient, the answer to attested environments,"));
        let made = wanted.make(Self::NAME, &key, refused, call)?;
        Ok(Output {
            ciphertext_blob: made.sealed.into(),
            plaintext: made.plaintext.as_slice().into(),
            key_id: key.into_target(),
            key_material_id: made.material,
        })
    }
}
