//! COSE_Sign1 (RFC 9052, 4.2) with ES384 (RFC 9053, 2.1): a signed message, and the check of its signature.

use super::hash::Hash;
use super::pair::{Message, PairSpec, PublicKey, Signing};
use alloc::{string::String, vec::Vec};
use core::fmt;
use coset::cbor::value::Value;
use coset::{CborSerializable, CoseSign1, TaggedCborSerializable, iana};

/// A signed message. Whether the signature is right, only [`verify_es384`](Self::verify_es384) can tell.
pub struct Signed(CoseSign1);

/// The bytes are no COSE_Sign1 with ES384, or the signature is not that key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadMessage;

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").finish_non_exhaustive()
    }
}

impl Signed {
    /// Reads a message, with or without its tag.
    ///
    /// # Errors
    /// [`BadMessage`] when it is none, names another algorithm, or has no payload.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadMessage> {
        let read = CoseSign1::from_slice(bytes).or_else(|_| CoseSign1::from_tagged_slice(bytes));
        let message = read.map_err(|_| BadMessage)?;
        let es384 = coset::RegisteredLabelWithPrivate::Assigned(iana::Algorithm::ES384);
        let fits = message.protected.header.alg == Some(es384) && message.payload.is_some();
        if fits { Ok(Self(message)) } else { Err(BadMessage) }
    }

    /// Checks the signature against the public key `spki`, which is on P-384.
    ///
    /// # Errors
    /// [`BadMessage`] when it is another's, or over another message.
    pub fn verify_es384(&self, spki: &[u8]) -> Result<(), BadMessage> {
        let key = PublicKey::from_spki(PairSpec::P384, spki).map_err(|_| BadMessage)?;
        // COSE writes r and s one after the other, 48 bytes each.
        let signature = p384::ecdsa::Signature::from_slice(&self.0.signature).map_err(|_| BadMessage)?;
        let message = self.0.tbs_data(&[]);
        key.verify(Signing::Ecdsa(Hash::Sha384), Message::Whole(&message), signature.to_der().as_bytes())
            .map_err(|_| BadMessage)
    }

    /// The payload as a CBOR map (RFC 8949) with text keys.
    ///
    /// # Errors
    /// [`BadMessage`] when it is something else, or a key comes twice.
    pub fn payload(&self) -> Result<Members, BadMessage> {
        let payload = self.0.payload.as_deref().ok_or(BadMessage)?;
        let Ok(Value::Map(pairs)) = Value::from_slice(payload) else { return Err(BadMessage) };
        let mut members: Vec<(String, Value)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let key = key.into_text().map_err(|_| BadMessage)?;
            if members.iter().any(|(before, _)| *before == key) {
                return Err(BadMessage);
            }
            members.push((key, value));
        }
        Ok(Members(members))
    }
}

/// The members of a CBOR map.
#[derive(Debug)]
pub struct Members(Vec<(String, Value)>);

impl Members {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// A byte string.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        Some(self.get(name)?.as_bytes()?.as_slice())
    }

    /// An unsigned integer.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_integer()?.try_into().ok()
    }

    /// A list of byte strings.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<Vec<&[u8]>> {
        self.get(name)?.as_array()?.iter().map(|item| Some(item.as_bytes()?.as_slice())).collect()
    }

    /// A map from small integers to byte strings.
    #[must_use]
    pub fn numbered(&self, name: &str) -> Option<Vec<(u8, &[u8])>> {
        let pairs = self.get(name)?.as_map()?;
        pairs
            .iter()
            .map(|(key, value)| Some((key.as_integer()?.try_into().ok()?, value.as_bytes()?.as_slice())))
            .collect()
    }
}
