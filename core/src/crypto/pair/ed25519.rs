//! Ed25519 and Ed25519ph: RFC 8032.

use super::{Chance, Message, Private, Public, Refusal, Signing, shown, written};
use crate::base::Secret;
use alloc::{boxed::Box, vec::Vec};
use ed25519_dalek::pkcs8::KeypairBytes;
use ed25519_dalek::{Digest, Sha512, Signature, Signer, SigningKey, Verifier, VerifyingKey};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::TryRng;
use zeroize::Zeroizing;

/// A private key.
pub(super) struct Ed25519(SigningKey);

/// A public key.
pub(super) struct Ed25519Public(VerifyingKey);

impl Ed25519 {
    pub(super) fn generate(chance: &mut Chance<'_>) -> Result<Self, Refusal> {
        let mut seed = Zeroizing::new([0; 32]);
        chance.try_fill_bytes(&mut *seed)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Refusal> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl Private for Ed25519 {
    fn pkcs8(&self) -> Result<Secret, Refusal> {
        // Without the public key, as OpenSSL writes it: older ones do not read the other form.
        written(KeypairBytes { secret_key: self.0.to_bytes(), public_key: None }.to_pkcs8_der())
    }

    fn public(&self) -> Box<dyn Public> {
        Box::new(Ed25519Public(self.0.verifying_key()))
    }

    fn sign(&self, by: Signing, message: Message<'_>, _: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        let signature = match (by, message) {
            (Signing::Ed25519, Message::Whole(message)) => self.0.try_sign(message),
            (Signing::Ed25519ph, Message::Whole(message)) => {
                self.0.sign_prehashed(Sha512::new_with_prefix(message), None)
            }
            _ => return Err(Refusal::Unfit),
        };
        signature.map(|signature| signature.to_bytes().to_vec()).map_err(|_| Refusal::Unfit)
    }
}

impl Ed25519Public {
    pub(super) fn from_spki(der: &[u8]) -> Result<Self, Refusal> {
        VerifyingKey::from_public_key_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl Public for Ed25519Public {
    fn spki(&self) -> Result<Vec<u8>, Refusal> {
        shown(self.0.to_public_key_der())
    }

    fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
        let signature = Signature::from_slice(signature).map_err(|_| Refusal::BadSignature)?;
        let verified = match (by, message) {
            (Signing::Ed25519, Message::Whole(message)) => self.0.verify(message, &signature),
            (Signing::Ed25519ph, Message::Whole(message)) => {
                self.0.verify_prehashed(Sha512::new_with_prefix(message), None, &signature)
            }
            _ => return Err(Refusal::Unfit),
        };
        verified.map_err(|_| Refusal::BadSignature)
    }
}
