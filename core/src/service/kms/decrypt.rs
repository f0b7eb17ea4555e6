//! `Decrypt`: the plaintext of a ciphertext that `Encrypt`, `GenerateDataKey` and their like made.
//! Source: KMS API Reference, `Decrypt`; kms.md 5.4.

use super::encryption::{self, HIDDEN, Pairs, SYMMETRIC_DEFAULT, Sealed, Tokens};
use super::missing;
use super::recipient::{self, Answer, Recipient};
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::{string::String, vec::Vec};

view! {
    in Input {
        ciphertext_blob: Option<Blob> = "CiphertextBlob",
        key_id: Option<String> = "KeyId",
        context: Pairs = "EncryptionContext",
        algorithm: Option<String> = "EncryptionAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        recipient: Option<Recipient> = "Recipient",
        dry_run: bool = "DryRun",
        modifiers: Vec<String> = "DryRunModifiers",
    }
    out Output {
        key_id: KeyArn = "KeyId",
        plaintext: Option<Blob> = "Plaintext",
        algorithm: String = "EncryptionAlgorithm",
        for_recipient: Option<Blob> = "CiphertextForRecipient",
        key_material_id: Option<MaterialId> = "KeyMaterialId",
    }
}

/// The row of `Decrypt`.
#[derive(Debug)]
pub(super) struct Decrypt;

impl Operation for Decrypt {
    const NAME: &'static str = "Decrypt";
    const QUOTA: Quota = Quota::OfKey;
    const AUDIT: Audit =
        Audit::READ.hiding(HIDDEN).filling(&[("EncryptionAlgorithm", Filled::Text(SYMMETRIC_DEFAULT))]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let algorithm = input.algorithm.as_deref().unwrap_or(SYMMETRIC_DEFAULT);
        let sealed = Sealed {
            blob: input.ciphertext_blob.as_deref(),
            key_id: input.key_id.as_deref(),
            key_member: "KeyId",
            algorithm,
            dry_run: input.dry_run,
            modifiers: &input.modifiers,
            action: "kms:Decrypt",
        };
        let found = sealed.find(call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        let needs = encryption::facts(found.needs("kms:Decrypt"), algorithm, &input.context);
        recipient::facts(needs, input.recipient.as_ref(), call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let algorithm = input.algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.into());
        let blob = encryption::read(input.ciphertext_blob.as_deref(), &input.modifiers);
        let ready = encryption::opening(call, &key, "Decrypt", &algorithm, blob)?;
        encryption::check_context(&ready, &input.context)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let blob = input.ciphertext_blob.ok_or_else(|| missing("ciphertextBlob"))?;
        let (plaintext, material) = encryption::open(call, &ready, &algorithm, &input.context, &blob)?;
        encryption::used_material(call, &ready, "keyMaterialId", material);
        // Of a material a recipient hears nothing (kms.md 2.2).
        let key_material_id = call.world.keys.shown(&ready, material).filter(|_| input.recipient.is_none());
        let Answer { plaintext, for_recipient } = recipient::answer(input.recipient.as_ref(), &plaintext, call)?;
        Ok(Output { key_id: key.into_target(), plaintext, algorithm, for_recipient, key_material_id })
    }
}
