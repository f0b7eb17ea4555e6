//! RSA: RFC 8017.
//!
//! RUSTSEC-2023-0071 ("Marvin"): the time of a private operation of the `rsa` crate may tell something about its
//! operands. Every private operation here is blinded with fresh chance, PKCS #1 v1.5 *decryption*, which the attack
//! needs, is not offered, and a lab's keys are test keys. Do not take this for a hardened implementation; native faces
//! have one of a [provider](crate::crypto::provider), which does all but the PSS signatures of seeded labs.
//!
//! The `rsa` crate's OAEP does not look at the first octet of the encoded message, so that nobody can learn from its
//! answer whether it was zero (Manger's attack). RFC 8017, 7.1.2, step 3g, would refuse another: no encryption makes one.
//! It is the one answer in which providers may differ.

use super::{Chance, Encryption, Message, PairSpec, Private, Public, Refusal, Signing, shown, written};
use crate::base::Secret;
use crate::crypto::hash::Hash;
use ::rsa::traits::PublicKeyParts;
use alloc::{boxed::Box, vec::Vec};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};

/// A private key.
pub(super) struct Rsa(::rsa::PrivateKey);

/// A public key.
pub(super) struct RsaPublic(::rsa::PublicKey);

/// Whether a modulus has the bits of `spec`.
fn fits(key: &impl PublicKeyParts, spec: PairSpec) -> Result<(), Refusal> {
    let bits = usize::try_from(key.n().bit_width_vartime()).ok();
    if bits.is_some() && bits == spec.modulus() { Ok(()) } else { Err(Refusal::BadKey) }
}

impl Rsa {
    pub(super) fn generate(spec: PairSpec, chance: &mut Chance<'_>) -> Result<Self, Refusal> {
        let bits = spec.modulus().ok_or(Refusal::Unfit)?;
        ::rsa::PrivateKey::new(chance, bits).map(Self).map_err(|_| Refusal::NoEntropy)
    }

    pub(super) fn from_pkcs8(spec: PairSpec, der: &[u8]) -> Result<Self, Refusal> {
        let key = ::rsa::PrivateKey::from_pkcs8_der(der).map_err(|_| Refusal::BadKey)?;
        fits(&key, spec)?;
        Ok(Self(key))
    }
}

impl Private for Rsa {
    fn pkcs8(&self) -> Result<Secret, Refusal> {
        written(self.0.to_pkcs8_der())
    }

    fn public(&self) -> Box<dyn Public> {
        Box::new(RsaPublic(self.0.to_public_key()))
    }

    fn sign(&self, by: Signing, message: Message<'_>, chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        use sha2::{Sha224, Sha256, Sha384, Sha512};
        let digest = message.digest(by.hash().ok_or(Refusal::Unfit)?)?;
        let (key, digest) = (&self.0, &*digest);
        let signature = match by {
            Signing::Pss(Hash::Sha224) => key.pss_sign_prehash_with_rng::<Sha224, _>(chance, digest),
            Signing::Pss(Hash::Sha256) => key.pss_sign_prehash_with_rng::<Sha256, _>(chance, digest),
            Signing::Pss(Hash::Sha384) => key.pss_sign_prehash_with_rng::<Sha384, _>(chance, digest),
            Signing::Pss(Hash::Sha512) => key.pss_sign_prehash_with_rng::<Sha512, _>(chance, digest),
            Signing::Pkcs1(Hash::Sha224) => key.pkcs1v15_sign_prehash_with_rng::<Sha224, _>(chance, digest),
            Signing::Pkcs1(Hash::Sha256) => key.pkcs1v15_sign_prehash_with_rng::<Sha256, _>(chance, digest),
            Signing::Pkcs1(Hash::Sha384) => key.pkcs1v15_sign_prehash_with_rng::<Sha384, _>(chance, digest),
            Signing::Pkcs1(Hash::Sha512) => key.pkcs1v15_sign_prehash_with_rng::<Sha512, _>(chance, digest),
            _ => return Err(Refusal::Unfit),
        };
        // The digest has its length and every modulus has room for it: chance is what can fail.
        signature.map_err(|_| Refusal::NoEntropy)
    }

    fn decrypt(&self, by: Encryption, ciphertext: &[u8], chance: &mut Chance<'_>) -> Result<Secret, Refusal> {
        let plaintext = match by {
            Encryption::Oaep(Hash::Sha1) => self.0.oaep_decrypt_with_rng::<sha1::Sha1, _>(chance, ciphertext),
            Encryption::Oaep(Hash::Sha256) => self.0.oaep_decrypt_with_rng::<sha2::Sha256, _>(chance, ciphertext),
            Encryption::Oaep(Hash::Sha384) => self.0.oaep_decrypt_with_rng::<sha2::Sha384, _>(chance, ciphertext),
            Encryption::Oaep(Hash::Sha512) => self.0.oaep_decrypt_with_rng::<sha2::Sha512, _>(chance, ciphertext),
            _ => return Err(Refusal::Unfit),
        };
        match plaintext {
            Ok(plaintext) => Ok(Secret::new(plaintext)),
            Err(::rsa::Error::Rng) => Err(Refusal::NoEntropy),
            Err(_) => Err(Refusal::BadCiphertext),
        }
    }
}

impl RsaPublic {
    pub(super) fn from_spki(spec: PairSpec, der: &[u8]) -> Result<Self, Refusal> {
        let key = ::rsa::PublicKey::from_public_key_der(der).map_err(|_| Refusal::BadKey)?;
        fits(&key, spec)?;
        Ok(Self(key))
    }
}

impl Public for RsaPublic {
    fn spki(&self) -> Result<Vec<u8>, Refusal> {
        shown(self.0.to_public_key_der())
    }

    fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
        use sha2::{Sha224, Sha256, Sha384, Sha512};
        let digest = message.digest(by.hash().ok_or(Refusal::Unfit)?)?;
        let (key, digest) = (&self.0, &*digest);
        let verified = match by {
            Signing::Pss(Hash::Sha224) => key.pss_verify_prehash::<Sha224>(digest, signature),
            Signing::Pss(Hash::Sha256) => key.pss_verify_prehash::<Sha256>(digest, signature),
            Signing::Pss(Hash::Sha384) => key.pss_verify_prehash::<Sha384>(digest, signature),
            Signing::Pss(Hash::Sha512) => key.pss_verify_prehash::<Sha512>(digest, signature),
            Signing::Pkcs1(Hash::Sha224) => key.pkcs1v15_verify_prehash::<Sha224>(digest, signature),
            Signing::Pkcs1(Hash::Sha256) => key.pkcs1v15_verify_prehash::<Sha256>(digest, signature),
            Signing::Pkcs1(Hash::Sha384) => key.pkcs1v15_verify_prehash::<Sha384>(digest, signature),
            Signing::Pkcs1(Hash::Sha512) => key.pkcs1v15_verify_prehash::<Sha512>(digest, signature),
            _ => return Err(Refusal::Unfit),
        };
        verified.map_err(|_| Refusal::BadSignature)
    }

    fn encrypt(&self, by: Encryption, plaintext: &[u8], chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        let ciphertext = match by {
            Encryption::Oaep(Hash::Sha1) => self.0.oaep_encrypt_with_rng::<sha1::Sha1, _>(chance, plaintext),
            Encryption::Oaep(Hash::Sha256) => self.0.oaep_encrypt_with_rng::<sha2::Sha256, _>(chance, plaintext),
            Encryption::Oaep(Hash::Sha384) => self.0.oaep_encrypt_with_rng::<sha2::Sha384, _>(chance, plaintext),
            Encryption::Oaep(Hash::Sha512) => self.0.oaep_encrypt_with_rng::<sha2::Sha512, _>(chance, plaintext),
            _ => return Err(Refusal::Unfit),
        };
        ciphertext.map_err(|error| match error {
            ::rsa::Error::Rng => Refusal::NoEntropy,
            _ => Refusal::Unfit,
        })
    }
}
