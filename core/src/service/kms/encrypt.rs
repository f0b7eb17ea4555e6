//! `Encrypt`: up to 4,096 bytes under a key.
//! Source: KMS API Reference, `Encrypt`.

use super::encryption::{self, HIDDEN, Pairs, SYMMETRIC_DEFAULT, Tokens};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::Use;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        plaintext: Blob = "Plaintext",
        context: Pairs = "EncryptionContext",
        algorithm: Option<String> = "EncryptionAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output {
        ciphertext_blob: Blob = "CiphertextBlob",
        key_id: KeyArn = "KeyId",
        algorithm: String = "EncryptionAlgorithm",
    }
}

/// The row of `Encrypt`.
#[derive(Debug)]
pub(super) struct Encrypt;

impl Operation for Encrypt {
    const NAME: &'static str = "Encrypt";
    const QUOTA: Quota = Quota::OfKey;
    const AUDIT: Audit =
        Audit::READ.hiding(HIDDEN).filling(&[("EncryptionAlgorithm", Filled::Text(SYMMETRIC_DEFAULT))]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        let algorithm = input.algorithm.as_deref().unwrap_or(SYMMETRIC_DEFAULT);
        Ok(encryption::facts(found.needs("kms:Encrypt"), algorithm, &input.context))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let algorithm = input.algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.into());
        let ready = call.world.keys.ready(&key, Use::encryption("Encrypt", &algorithm), call.now())?;
        encryption::check_context(&ready, &input.context)?;
        encryption::check_length(&ready, &algorithm, &input.plaintext)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let (sealed, material) = encryption::seal(call, &ready, &algorithm, &input.context, &input.plaintext)?;
        encryption::used_material(call, &ready, "keyMaterialId", material);
        Ok(Output { ciphertext_blob: sealed.into(), key_id: key.into_target(), algorithm })
    }
}
