//! `DeriveSharedSecret`: the secret that the holder of another public key can compute, too.
//! Source: KMS API Reference, `DeriveSharedSecret`; kms.md 4.6.

use super::encryption::{self, Tokens};
use super::key_id::{self, Forms};
use super::recipient::{self, Recipient};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::{KeyUsage, Use, absent};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        algorithm: String = "KeyAgreementAlgorithm",
        public_key: Blob = "PublicKey",
        grant_tokens: Tokens = "GrantTokens",
        dry_run: bool = "DryRun",
        recipient: Option<Recipient> = "Recipient",
    }
    out Output {
        key_id: KeyArn = "KeyId",
        shared_secret: Option<Blob> = "SharedSecret",
        for_recipient: Option<Blob> = "CiphertextForRecipient",
        algorithm: String = "KeyAgreementAlgorithm",
        key_origin: &'static str = "KeyOrigin",
    }
}

/// The row of `DeriveSharedSecret`.
#[derive(Debug)]
pub(super) struct DeriveSharedSecret;

impl Operation for DeriveSharedSecret {
    const NAME: &'static str = "DeriveSharedSecret";
    const QUOTA: Quota = Quota::Shared("crypto_ecc_sm2");
    const AUDIT: Audit = Audit::READ.hiding(&["PublicKey", "GrantTokens", "Recipient"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        let needs = found.needs("kms:DeriveSharedSecret").fact("kms:KeyAgreementAlgorithm", &input.algorithm);
        recipient::facts(needs, input.recipient.as_ref(), call)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wanted = Use { usage: KeyUsage::KeyAgreement, algorithm: &input.algorithm, operation: Self::NAME };
        let ready = call.world.keys.ready(&key, wanted, call.now())?;
        // The other's key is a parameter like any other: it is looked at before the dry run ends.
        let secret = call.world.keys.agree(&ready, &input.public_key)?;
        if input.dry_run {
            return Err(Fault::DryRun);
        }
        encryption::used(call, &ready);
        let answer = recipient::answer(input.recipient.as_ref(), secret.expose(), call)?;
        let origin = call.world.keys.find(&key, call.now()).ok_or_else(|| absent(&key))?.origin;
        Ok(Output {
            key_id: key.into_target(),
            shared_secret: answer.plaintext,
            for_recipient: answer.for_recipient,
            algorithm: input.algorithm,
            key_origin: origin.as_str(),
        })
    }
}
