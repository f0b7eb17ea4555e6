//! `VerifyMac`: whether a message authentication code is the key's. It never answers no: it fails.
//! Source: KMS API Reference, `VerifyMac`; kms.md 4.5.

use super::encryption::{self, Tokens};
use super::mac::{self, HIDDEN};
use crate::base::{Fault, KeyArn, same};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        message: Blob = "Message",
        key_id: String = "KeyId",
        algorithm: String = "MacAlgorithm",
        mac: Blob = "Mac",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
    }
    out Output { key_id: KeyArn = "KeyId", mac_valid: bool = "MacValid", algorithm: String = "MacAlgorithm" }
}

/// The row of `VerifyMac`.
#[derive(Debug)]
pub(super) struct VerifyMac;

impl Operation for VerifyMac {
    const NAME: &'static str = "VerifyMac";
    const QUOTA: Quota = Quota::Shared("crypto_symmetric");
    const AUDIT: Audit = Audit::READ.hiding(HIDDEN);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        mac::needs("kms:VerifyMac", &input.key_id, &input.algorithm, &input.grant_tokens, call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let (ready, hash) = mac::fit(Self::NAME, &input.algorithm, &key, call)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        // All of it: a MAC that was cut short is another one.
        if !same(&call.world.keys.mac(&ready, hash, &input.message)?, &input.mac) {
            return Err(Fault::InvalidMac);
        }
        encryption::used(call, &ready);
        Ok(Output { key_id: key.into_target(), mac_valid: true, algorithm: input.algorithm })
    }
}
