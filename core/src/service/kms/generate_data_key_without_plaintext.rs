//! `GenerateDataKeyWithoutPlaintext`: a new data key, sealed under a key and shown to nobody.
//! Source: KMS API Reference, `GenerateDataKeyWithoutPlaintext`.

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
        key_spec: Option<String> = "KeySpec",
        number_of_bytes: Option<i64> = "NumberOfBytes",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output {
        ciphertext_blob: Blob = "CiphertextBlob",
        key_id: KeyArn = "KeyId",
        key_material_id: Option<MaterialId> = "KeyMaterialId",
    }
}

/// The row of `GenerateDataKeyWithoutPlaintext`.
#[derive(Debug)]
pub(super) struct GenerateDataKeyWithoutPlaintext;

impl Operation for GenerateDataKeyWithoutPlaintext {
    const NAME: &'static str = "GenerateDataKeyWithoutPlaintext";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let length = (input.key_spec.as_deref(), input.number_of_bytes);
        let action = "kms:GenerateDataKeyWithoutPlaintext";
        data_key::needs(action, &input.key_id, length, &input.context, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Wanted::new(input.key_spec.as_deref(), input.number_of_bytes, &input.context, input.dry_run)?;
        let made = wanted.make(Self::NAME, &key, call)?;
        Ok(Output { ciphertext_blob: made.sealed.into(), key_id: key.into_target(), key_material_id: made.material })
    }
}
