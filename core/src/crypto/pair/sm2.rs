//! SM2: GB/T 32918, on the curve sm2p256v1.

use super::{Chance, Encryption, Message, Private, Public, Refusal, Signing, shown, written};
use crate::base::Secret;
use crate::crypto::hash::Hash;
use ::sm2::dsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use ::sm2::dsa::signature::{RandomizedSigner, Verifier};
use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
use ::sm2::elliptic_curve::Generate;
use ::sm2::pke::{Cipher, DecryptingKey, EncryptingKey};
use ::sm2::{PublicKey, SecretKey};
use alloc::{boxed::Box, vec::Vec};
use pkcs8::der::Decode;
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use sm3::Sm3;

/// The distinguishing id that the standard (GM/T 0009, 10) and KMS use for every signer.
const ID: &str = "1234567812345678";

/// A private key.
pub(super) struct Sm2(SecretKey);

/// A public key.
pub(super) struct Sm2Public(PublicKey);

impl Sm2 {
    pub(super) fn generate(chance: &mut Chance<'_>) -> Result<Self, Refusal> {
        Ok(Self(SecretKey::try_generate_from_rng(chance)?))
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Refusal> {
        SecretKey::from_pkcs8_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl Private for Sm2 {
    fn pkcs8(&self) -> Result<Secret, Refusal> {
        written(self.0.to_pkcs8_der())
    }

    fn public(&self) -> Box<dyn Public> {
        Box::new(Sm2Public(self.0.public_key()))
    }

    fn sign(&self, by: Signing, message: Message<'_>, chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        if by != Signing::Sm2 {
            return Err(Refusal::Unfit);
        }
        let key = SigningKey::new(ID, &self.0).map_err(|_| Refusal::BadKey)?;
        let signature = match message {
            Message::Whole(message) => key.try_sign_with_rng(chance, message),
            Message::Digest(digest) if digest.len() == Hash::Sm3.size() => key.sign_prehash_with_rng(chance, digest),
            _ => return Err(Refusal::Unfit),
        };
        // By its types it can also fail for a nonce that does not do, which happens once in 2^256 times.
        signature.map(|signature: Signature| signature.to_der().to_vec()).map_err(|_| Refusal::NoEntropy)
    }

    fn decrypt(&self, by: Encryption, ciphertext: &[u8], _: &mut Chance<'_>) -> Result<Secret, Refusal> {
        if by != Encryption::Sm2 {
            return Err(Refusal::Unfit);
        }
        let cipher = Cipher::<::sm2::Sm2, Sm3>::from_der(ciphertext).map_err(|_| Refusal::BadCiphertext)?;
        let plaintext = DecryptingKey::new(self.0.clone()).decrypt_cipher(&cipher).map(Secret::new);
        let plaintext = plaintext.map_err(|_| Refusal::BadCiphertext)?;
        // GB/T 32918.4, 7.1, B4: a key stream of zeros alone is an error, which the crate does not look for.
        if plaintext.expose() == cipher.c2() { Err(Refusal::BadCiphertext) } else { Ok(plaintext) }
    }

    fn agree(&self, spki: &[u8]) -> Result<Secret, Refusal> {
        let peer = PublicKey::from_public_key_der(spki).map_err(|_| Refusal::BadKey)?;
        Ok(Secret::new(self.0.diffie_hellman(&peer).raw_secret_bytes().to_vec()))
    }
}

impl Sm2Public {
    pub(super) fn from_spki(der: &[u8]) -> Result<Self, Refusal> {
        PublicKey::from_public_key_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl Public for Sm2Public {
    fn spki(&self) -> Result<Vec<u8>, Refusal> {
        shown(self.0.to_public_key_der())
    }

    fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
        if by != Signing::Sm2 {
            return Err(Refusal::Unfit);
        }
        let key = VerifyingKey::new(ID, self.0).map_err(|_| Refusal::BadKey)?;
        let signature = Signature::from_der(signature).map_err(|_| Refusal::BadSignature)?;
        let verified = match message {
            Message::Whole(message) => key.verify(message, &signature),
            Message::Digest(digest) if digest.len() == Hash::Sm3.size() => key.verify_prehash(digest, &signature),
            _ => return Err(Refusal::Unfit),
        };
        verified.map_err(|_| Refusal::BadSignature)
    }

    fn encrypt(&self, by: Encryption, plaintext: &[u8], chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        if by != Encryption::Sm2 || plaintext.is_empty() {
            return Err(Refusal::Unfit);
        }
        EncryptingKey::new(self.0).encrypt_der(chance, plaintext).map_err(|_| Refusal::NoEntropy)
    }
}
