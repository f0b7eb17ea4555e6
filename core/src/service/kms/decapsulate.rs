//! `Decapsulate`: the secret that `Encapsulate` made. A ciphertext that was not made for the key gives another secret:
//! that is implicit rejection, not success.
//! Source: KMS API, `Decapsulate`; kms.md 4.6.

use super::encryption::{self, Tokens};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::{KeyUsage, Use};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        ciphertext: Blob = "SharedSecretCiphertextBlob",
        algorithm: String = "EncapsulationAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output {
        key_id: KeyArn = "KeyId",
        shared_secret: Blob = "SharedSecret",
        algorithm: String = "EncapsulationAlgorithm",
    }
}

/// The row of `Decapsulate`.
#[derive(Debug)]
pub(super) struct Decapsulate;

impl Operation for Decapsulate {
    const NAME: &'static str = "Decapsulate";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ.hiding(&["SharedSecretCiphertextBlob", "GrantTokens"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        Ok(found.needs("kms:Decapsulate"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted =
            Use { usage: KeyUsage::EncapsulateDecapsulate, algorithm: &input.algorithm, operation: Self::NAME };
        let ready = call.world.keys.ready(&key, wanted, call.now())?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let secret = call.world.keys.decapsulate(&ready, &input.ciphertext)?;
        encryption::used(call, &ready);
        Ok(Output { key_id: key.into_target(), shared_secret: secret.expose().into(), algorithm: input.algorithm })
    }
}
