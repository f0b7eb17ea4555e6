//! What `Sign` and `Verify` share: which algorithm goes with which type of message. Source: kms.md 4.4.

use super::encryption;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::crypto::pair::{Message, Signing};
use crate::service::Call;
use crate::world::keys::{KeyUsage, Ready, Use, signing};
use crate::world::{Needs, Permit};
use alloc::{format, string::String};

/// Members that never enter the trail.
pub(super) const HIDDEN: &[&str] = &["Message", "Signature", "GrantTokens"];

/// The default of `MessageType`.
pub(super) const RAW: &str = "RAW";

/// A message and how it is signed, as both operations take them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    algorithm: &'a str,
    message_type: &'a str,
    message: &'a [u8],
}

impl<'a> Asked<'a> {
    pub(super) fn new(algorithm: &'a str, message_type: Option<&'a str>, message: &'a [u8]) -> Self {
        Self { algorithm, message_type: message_type.unwrap_or(RAW), message }
    }

    /// The permission `action` on the key.
    pub(super) fn needs(
        self,
        action: &'static str,
        key_id: &str,
        tokens: &[String],
        call: &Call<'_>,
    ) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(tokens, call)?;
        let needs = found.needs(action).fact("kms:SigningAlgorithm", self.algorithm);
        Ok(needs.fact("kms:MessageType", self.message_type))
    }

    /// Checks that key, algorithm, type and length of the message go together.
    pub(super) fn fit(
        self,
        operation: &'static str,
        key: &Permit<KeyArn>,
        call: &Call<'_>,
    ) -> Result<(Ready, Signing, Message<'a>), Fault> {
        let wanted = Use { usage: KeyUsage::SignVerify, algorithm: self.algorithm, operation };
        let ready = call.world.keys.ready(key, wanted, call.now())?;
        let by = signing(self.algorithm).ok_or(Fault::Internal)?;
        let message = self.message(by, &ready)?;
        Ok((ready, by, message))
    }

    /// Reported as answers of AWS: the sentences for `DIGEST` with ML-DSA and for both algorithms of Ed25519, and that
    /// a key's spec is what is named in the first, the algorithm in the second. Those for `EXTERNAL_MU` follow them and
    /// are unconfirmed.
    fn message(self, by: Signing, ready: &Ready) -> Result<Message<'a>, Fault> {
        let Self { algorithm, message_type, message } = self;
        let refused = |with: String| {
            let message = format!("Message type {message_type} is incompatible with {with}.");
            Err(Fault::Validation { message })
        };
        let long = |length: usize| match message.len() == length {
            true => Ok(()),
            false => Err(Fault::Validation { message: format!("Digest is invalid length for algorithm {algorithm}.") }),
        };
        match (by, message_type) {
            (Signing::Ed25519, RAW) => Ok(Message::Whole(message)),
            // The digest is what is signed, and that hashes it again: KMS API Reference, `Sign`, `MessageType`.
            (Signing::Ed25519ph, "DIGEST") => long(64).map(|()| Message::Whole(message)),
            (Signing::Ed25519 | Signing::Ed25519ph, _) => refused(format!("algorithm {algorithm}")),
            (_, RAW) => Ok(Message::Whole(message)),
            (Signing::MlDsa, "EXTERNAL_MU") => long(64).map(|()| Message::Mu(message)),
            (_, "DIGEST") => match by.hash() {
                Some(hash) => long(hash.size()).map(|()| Message::Digest(message)),
                None => refused(format!("key spec {}", ready.spec())),
            },
            _ => refused(format!("key spec {}", ready.spec())),
        }
    }
}
