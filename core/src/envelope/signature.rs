//! The signature over header and body: ECDSA, with a key that is made for the message (or for the data key that several
//! messages have) and whose public half stands in the encryption context.
//!
//! Source: "Message format reference", "Footer structure"; Specification, `framework/algorithm-suites.md`, "ECDSA".

use super::context::PUBLIC_KEY;
use super::refused::Refused;
use super::suite::Suite;
use crate::base::Entropy;
use crate::crypto::blob::EncryptionContext;
use crate::crypto::hash::{Hash, Hashing};
use crate::crypto::pair::{Message, PairSpec, PrivateKey, PublicKey, Refusal, Signing};
use crate::crypto::provider::{Pairs, PreparedPrivate};
use alloc::{boxed::Box, string::String, vec::Vec};
use base64ct::{Base64, Encoding};

/// A key that signs, the core's or a provider's.
#[derive(Debug)]
pub(super) struct SigningKey {
    spec: PairSpec,
    key: Key,
}

#[derive(Debug)]
enum Key {
    Own(Box<PrivateKey>),
    Faster(Box<dyn PreparedPrivate>),
}

impl SigningKey {
    /// Bytes of its signatures: 71 on P-256, 103 on P-384.
    pub(super) const fn length(&self) -> usize {
        length(self.spec)
    }

    fn sign(&self, digest: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Refused> {
        let by = Signing::Ecdsa(hash(self.spec));
        match &self.key {
            Key::Own(key) => key.sign(by, Message::Digest(digest), entropy).map_err(no_entropy),
            Key::Faster(key) => key.sign(by, digest).ok_or(Refused::NoEntropy),
        }
    }
}

/// A new key for the signatures of `suite`, when it has them, and the text of its public half. Keys of a provider are made
/// with chance of its own.
pub(super) fn generate(
    by: &dyn Pairs,
    suite: Suite,
    entropy: &mut dyn Entropy,
) -> Result<Option<(SigningKey, String)>, Refused> {
    let Some(spec) = suite.curve() else { return Ok(None) };
    let (key, point) = if let Some((key, point)) = by.generate(spec) {
        let public = PublicKey::from_point(spec, &point).map_err(no_entropy)?;
        (Key::Faster(key), public.to_point())
    } else {
        let key = PrivateKey::generate(spec, entropy).map_err(no_entropy)?;
        let point = key.public().to_point();
        (Key::Own(Box::new(key)), point)
    };
    let public = Base64::encode_string(&point.map_err(no_entropy)?);
    Ok(Some((SigningKey { spec, key }, public)))
}

/// The public key in `context`: there for suites that sign, and for no other.
pub(super) fn public_key(suite: Suite, context: &EncryptionContext) -> Result<Option<PublicKey>, Refused> {
    let bad = |what: &str| Refused::BadMessage(what.into());
    match (suite.curve(), context.get(PUBLIC_KEY)) {
        (None, None) => Ok(None),
        (Some(spec), Some(text)) => {
            let point = Base64::decode_vec(text).map_err(|_| bad("its public key is not base64"))?;
            PublicKey::from_point(spec, &point).map(Some).map_err(|_| bad("its public key is not a point of the curve"))
        }
        (None, Some(_)) => Err(bad("a public key in a message without a signature")),
        (Some(_), None) => Err(bad("no public key in a message with a signature")),
    }
}

/// The hash of a stream that is signed at its end, or nothing where it is not.
pub(super) fn hashing(suite: Suite) -> Option<Hashing> {
    suite.curve().and_then(|spec| Hashing::new(hash(spec)))
}

/// The signature of what was hashed, in DER. It always has [`length`] bytes, so that the length of a message follows from
/// its plaintext's: the AWS Encryption SDKs do the same.
pub(super) fn sign(key: &SigningKey, hashing: Hashing, entropy: &mut dyn Entropy) -> Result<Vec<u8>, Refused> {
    let digest = hashing.finish();
    // Every second signature has that length; not one of a hundred having it, chance is none.
    for _ in 0..100 {
        let signature = key.sign(&digest, entropy)?;
        if signature.len() == key.length() {
            return Ok(signature);
        }
    }
    Err(Refused::NoEntropy)
}

/// Whether `signature` is over what was hashed.
pub(super) fn verify(key: &PublicKey, hashing: Hashing, signature: &[u8]) -> Result<(), Refused> {
    let digest = hashing.finish();
    let by = Signing::Ecdsa(hash(key.spec()));
    key.verify(by, Message::Digest(&digest), signature).map_err(|_| Refused::NotAuthentic)
}

/// Bytes of a signature: 71 on P-256, 103 on P-384.
pub(super) const fn length(spec: PairSpec) -> usize {
    match spec {
        PairSpec::P256 => 71,
        _ => 103,
    }
}

const fn hash(spec: PairSpec) -> Hash {
    match spec {
        PairSpec::P256 => Hash::Sha256,
        _ => Hash::Sha384,
    }
}

/// Keys are made and used as their spec has it: chance is what can fail.
const fn no_entropy(_: Refusal) -> Refused {
    Refused::NoEntropy
}
