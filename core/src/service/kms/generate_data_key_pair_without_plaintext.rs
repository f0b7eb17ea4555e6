//! `GenerateDataKeyPairWithoutPlaintext`: a new key pair for use outside of KMS, its private key sealed under a key and
//! shown to nobody.
//! Source: KMS API Reference, `GenerateDataKeyPairWithoutPlaintext`.

use super::data_key_pair::{self, Wanted};
use super::encryption::{HIDDEN, Pairs, Tokens};
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        context: Pairs = "EncryptionContext",
        key_id: String = "KeyId",
        spec: String = "KeyPairSpec",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output {
        private_key_ciphertext_blob: Blob = "PrivateKeyCiphertextBlob",
        public_key: Blob = "PublicKey",
        key_id: KeyArn = "KeyId",
        spec: String = "KeyPairSpec",
        key_material_id: MaterialId = "KeyMaterialId",
    }
}

/// The row of `GenerateDataKeyPairWithoutPlaintext`.
#[derive(Debug)]
pub(super) struct GenerateDataKeyPairWithoutPlaintext;

impl Operation for GenerateDataKeyPairWithoutPlaintext {
    const NAME: &'static str = "GenerateDataKeyPairWithoutPlaintext";
    const QUOTA: Quota = Quota::OfPairSpec;
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let action = "kms:GenerateDataKeyPairWithoutPlaintext";
        data_key_pair::needs(action, &input.key_id, &input.spec, &input.context, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Wanted { spec: &input.spec, context: &input.context, dry_run: input.dry_run };
        let made = wanted.make(Self::NAME, &key, call)?;
        Ok(Output {
            private_key_ciphertext_blob: made.sealed.into(),
            public_key: made.public.into(),
            key_id: key.into_target(),
            spec: input.spec,
            key_material_id: made.material,
        })
    }
}
