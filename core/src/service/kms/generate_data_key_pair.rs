//! `GenerateDataKeyPair`: a new key pair for use outside of KMS, its private key open and sealed under a key.
//! Source: KMS API Reference, `GenerateDataKeyPair`.

use super::data_key_pair::{self, Wanted};
use super::encryption::{HIDDEN, Pairs, Tokens};
use super::recipient::{self, Recipient};
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
        recipient: Option<Recipient> = "Recipient",
        dry_run: bool = "DryRun",
    }
    out Output {
        private_key_ciphertext_blob: Blob = "PrivateKeyCiphertextBlob",
        private_key_plaintext: Option<Blob> = "PrivateKeyPlaintext",
        public_key: Blob = "PublicKey",
        key_id: KeyArn = "KeyId",
        spec: String = "KeyPairSpec",
        for_recipient: Option<Blob> = "CiphertextForRecipient",
        key_material_id: MaterialId = "KeyMaterialId",
    }
}

/// The row of `GenerateDataKeyPair`.
#[derive(Debug)]
pub(super) struct GenerateDataKeyPair;

impl Operation for GenerateDataKeyPair {
    const NAME: &'static str = "GenerateDataKeyPair";
    const QUOTA: Quota = Quota::OfPairSpec;
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let action = "kms:GenerateDataKeyPair";
        let tokens = &input.grant_tokens;
        let needs = data_key_pair::needs(action, &input.key_id, &input.spec, &input.context, tokens, call)?;
        recipient::facts(needs, input.recipient.as_ref(), call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Wanted { spec: &input.spec, context: &input.context, dry_run: input.dry_run };
        let made = wanted.make(Self::NAME, &key, call)?;
        let answer = recipient::answer(input.recipient.as_ref(), made.private.expose(), call)?;
        Ok(Output {
            private_key_ciphertext_blob: made.sealed.into(),
            private_key_plaintext: answer.plaintext,
            public_key: made.public.into(),
            key_id: key.into_target(),
            spec: input.spec,
            for_recipient: answer.for_recipient,
            key_material_id: made.material,
        })
    }
}
