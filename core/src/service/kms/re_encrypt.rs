//! `ReEncrypt`: from one key or encryption context to another, without showing the plaintext.
//! Source: KMS API Reference, `ReEncrypt`; kms.md 5.6. Two permissions; authorization.md 4.4, point 9.

use super::encryption::{self, HIDDEN, Pairs, SYMMETRIC_DEFAULT, Sealed, Tokens};
use super::key_id::{self, Forms};
use super::missing;
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::Use;
use crate::world::{Needs, Permit};
use alloc::{string::String, vec::Vec};
use zeroize::Zeroizing;

view! {
    in Input {
        ciphertext_blob: Option<Blob> = "CiphertextBlob",
        source_context: Pairs = "SourceEncryptionContext",
        source_key_id: Option<String> = "SourceKeyId",
        destination_key_id: String = "DestinationKeyId",
        destination_context: Pairs = "DestinationEncryptionContext",
        source_algorithm: Option<String> = "SourceEncryptionAlgorithm",
        destination_algorithm: Option<String> = "DestinationEncryptionAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
        modifiers: Vec<String> = "DryRunModifiers",
    }
    out Output {
        ciphertext_blob: Blob = "CiphertextBlob",
        source_key_id: KeyArn = "SourceKeyId",
        key_id: KeyArn = "KeyId",
        source_algorithm: String = "SourceEncryptionAlgorithm",
        destination_algorithm: String = "DestinationEncryptionAlgorithm",
        source_key_material_id: MaterialId = "SourceKeyMaterialId",
        destination_key_material_id: MaterialId = "DestinationKeyMaterialId",
    }
}

/// The row of `ReEncrypt`.
#[derive(Debug)]
pub(super) struct ReEncrypt;

impl Operation for ReEncrypt {
    const NAME: &'static str = "ReEncrypt";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN).filling(&[
        ("SourceEncryptionAlgorithm", Filled::Text(SYMMETRIC_DEFAULT)),
        ("DestinationEncryptionAlgorithm", Filled::Text(SYMMETRIC_DEFAULT)),
    ]);
    type Input = Input;
    type Output = Output;
    type Target = (KeyArn, KeyArn);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        let sealed = Sealed {
            blob: input.ciphertext_blob.as_deref(),
            key_id: input.source_key_id.as_deref(),
            key_member: "sourceKeyId",
            dry_run: input.dry_run,
            modifiers: &input.modifiers,
            action: "kms:ReEncryptFrom",
        };
        let from = sealed.find(call)?;
        let to = key_id::find(&input.destination_key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        let same = if from.arn == to.arn { "true" } else { "false" };
        let algorithm = |given: &Option<String>| given.clone().unwrap_or_else(|| SYMMETRIC_DEFAULT.into());
        let mut needs = Needs::nothing((from.arn, to.arn));
        let sides = [
            ("kms:ReEncryptFrom", from.resource, from.alias, algorithm(&input.source_algorithm), &input.source_context),
            (
                "kms:ReEncryptTo",
                to.resource,
                to.alias,
                algorithm(&input.destination_algorithm),
                &input.destination_context,
            ),
        ];
        for (action, resource, alias, algorithm, context) in sides {
            needs = needs.and(action, resource).fact("kms:ReEncryptOnSameKey", same);
            needs = encryption::facts(needs, &algorithm, context);
            if let Some(name) = alias {
                needs = needs.fact("kms:RequestAlias", name);
            }
        }
        Ok(needs)
    }

    fn run(call: &mut Call<'_>, keys: Permit<Self::Target>, input: Input) -> Result<Output, Fault> {
        let (from, to) = keys.split();
        let source_algorithm = input.source_algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.into());
        let destination_algorithm = input.destination_algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.into());
        let (opening, sealing) = (
            Use::encryption("ReEncryptFrom", &source_algorithm),
            Use::encryption("ReEncryptTo", &destination_algorithm),
        );
        let opens = call.world.keys.ready(&from, opening, call.now())?;
        let seals = call.world.keys.ready(&to, sealing, call.now())?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let blob = input.ciphertext_blob.ok_or_else(|| missing("ciphertextBlob"))?;
        let (plaintext, material) = call.world.keys.open(&opens, &blob, &input.source_context)?;
        let plaintext = Zeroizing::new(plaintext);
        let nonce = call.random()?;
        let sealed = call.world.keys.seal(&seals, nonce, &input.destination_context, &plaintext)?;
        encryption::used(call, &opens, "sourceKeyMaterialId", material);
        encryption::used(call, &seals, "destinationKeyMaterialId", seals.material());
        Ok(Output {
            ciphertext_blob: sealed.into(),
            source_key_id: from.into_target(),
            key_id: to.into_target(),
            source_algorithm,
            destination_algorithm,
            source_key_material_id: material,
            destination_key_material_id: seals.material(),
        })
    }
}
