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
        source_key_material_id: Option<MaterialId> = "SourceKeyMaterialId",
        destination_key_material_id: Option<MaterialId> = "DestinationKeyMaterialId",
    }
}

/// The row of `ReEncrypt`.
#[derive(Debug)]
pub(super) struct ReEncrypt;

impl Operation for ReEncrypt {
    const NAME: &'static str = "ReEncrypt";
    const QUOTA: Quota = Quota::OfKey;
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
            key_member: "SourceKeyId",
            algorithm: input.source_algorithm.as_deref().unwrap_or(SYMMETRIC_DEFAULT),
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
        let blob = encryption::read(input.ciphertext_blob.as_deref(), &input.modifiers);
        let opens = encryption::opening(call, &from, "ReEncryptFrom", &source_algorithm, blob)?;
        let seals = call.world.keys.ready(&to, Use::encryption("ReEncryptTo", &destination_algorithm), call.now())?;
        encryption::check_context(&opens, &input.source_context)?;
        encryption::check_context(&seals, &input.destination_context)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let blob = input.ciphertext_blob.ok_or_else(|| missing("ciphertextBlob"))?;
        let (plaintext, opened) = encryption::open(call, &opens, &source_algorithm, &input.source_context, &blob)?;
        let context = &input.destination_context;
        let (ciphertext, sealed) = encryption::seal(call, &seals, &destination_algorithm, context, &plaintext)?;
        encryption::used_material(call, &opens, "sourceKeyMaterialId", opened);
        encryption::used_material(call, &seals, "destinationKeyMaterialId", sealed);
        let shown = |ready, material| call.world.keys.shown(ready, material);
        Ok(Output {
            ciphertext_blob: ciphertext.into(),
            source_key_id: from.into_target(),
            key_id: to.into_target(),
            source_algorithm,
            destination_algorithm,
            source_key_material_id: shown(&opens, opened),
            destination_key_material_id: shown(&seals, sealed),
        })
    }
}
