//! `GenerateMac`: a message authentication code under an HMAC key.
//! Source: KMS API Reference, `GenerateMac`; kms.md 4.5.

use super::encryption::{self, Tokens};
use super::mac::{self, HIDDEN};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        message: Blob = "Message",
        key_id: String = "KeyId",
        algorithm: String = "MacAlgorithm",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output { mac: Blob = "Mac", algorithm: String = "MacAlgorithm", key_id: KeyArn = "KeyId" }
}

/// The row of `GenerateMac`.
#[derive(Debug)]
pub(super) struct GenerateMac;

impl Operation for GenerateMac {
    const NAME: &'static str = "GenerateMac";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        mac::needs("kms:GenerateMac", &input.key_id, &input.algorithm, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let (ready, hash) = mac::fit(Self::NAME, &input.algorithm, &key, call)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        let made = call.world.keys.mac(&ready, hash, &input.message)?;
        encryption::used(call, &ready);
        Ok(Output { mac: made.into(), algorithm: input.algorithm, key_id: key.into_target() })
    }
}
