//! What key pairs and HMAC keys do. Each use needs a key that is [`Ready`]; nothing here hands out a private key.

use super::material::Material;
use super::{Demand, KeySpec, KeyState, Keys, Ready};
use crate::base::{Entropy, Fault, KeyArn, Secret, Timestamp};
use crate::crypto::hash::Hash;
use crate::crypto::mac;
use crate::crypto::pair::{Encryption, Message, PrivateKey, Refusal, Signing, Slow};
use crate::world::Permit;
use alloc::{string::String, sync::Arc, vec, vec::Vec};

impl KeySpec {
    /// New material, as KMS makes it: random bytes, or a key pair as PKCS#8.
    ///
    /// # Errors
    /// [`Fault::Internal`] when `entropy` fails, or the pair has to be made first.
    pub fn material(self, pairs: &mut Slow, entropy: &mut dyn Entropy) -> Result<Secret, Fault> {
        if let Some(spec) = self.pair() {
            let pair = pairs.generate(spec, entropy).and_then(|key| key.to_pkcs8());
            return pair.map_err(|_| Fault::Internal);
        }
        let mut bytes = vec![0; self.mac().map_or(32, Hash::size)];
        let filled = entropy.fill(&mut bytes);
        let secret = Secret::new(bytes);
        filled.map(|()| secret).map_err(Fault::from)
    }
}

impl Keys {
    /// The public key, as SubjectPublicKeyInfo. A disabled key shows it, too. What has none is refused without a sentence,
    /// and by its state before that: measured in us-east-1, 2026.
    ///
    /// # Errors
    /// [`Fault::InvalidState`]; [`Fault::UnsupportedOperation`] for a key that is no pair.
    pub fn public_key(&self, arn: &Permit<KeyArn>, now: Timestamp) -> Result<Vec<u8>, Fault> {
        let key = self.key(arn, now)?;
        let state = self.state(arn, now)?;
        state.admits(Demand::PublicKey, arn)?;
        if key.spec.pair().is_none() {
            return Err(match state {
                KeyState::PendingImport => state.refusal(arn),
                _ => Fault::UnsupportedOperation { message: String::new() },
            });
        }
        // Without material it has no public key (unconfirmed: the table of states allows the call).
        let material = key.current_material().and_then(|id| self.materials.get(&id));
        material.ok_or_else(|| KeyState::PendingImport.refusal(arn))?.public_key(key.spec, self)
    }

    /// Signs `message`, whose form and length fit the algorithm.
    ///
    /// # Errors
    /// [`Fault::Internal`] when they do not, or `entropy` fails.
    pub fn sign(
        &self,
        ready: &Ready,
        by: Signing,
        message: Message<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, Fault> {
        self.pair(ready)?.sign(by, message, entropy).map_err(fault)
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Fault::InvalidSignature`].
    pub fn verify(&self, ready: &Ready, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Fault> {
        self.pair(ready)?.public().verify(by, message, signature).map_err(fault)
    }

    /// Encrypts under the public key.
    ///
    /// # Errors
    /// [`Fault::Internal`] for more bytes than the key takes, and when `entropy` fails.
    pub fn encrypt(
        &self,
        ready: &Ready,
        by: Encryption,
        plaintext: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, Fault> {
        self.pair(ready)?.public().encrypt(by, plaintext, entropy).map_err(fault)
    }

    /// Decrypts what was encrypted under the public key, here or elsewhere.
    ///
    /// # Errors
    /// [`Fault::InvalidCiphertext`].
    pub fn decrypt(
        &self,
        ready: &Ready,
        by: Encryption,
        ciphertext: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Secret, Fault> {
        self.pair(ready)?.decrypt(by, ciphertext, entropy).map_err(fault)
    }

    /// The secret shared with the holder of the public key `spki`.
    ///
    /// # Errors
    /// [`Fault::Validation`], without a sentence as in AWS, for what is no public key on the same curve.
    pub fn agree(&self, ready: &Ready, spki: &[u8]) -> Result<Secret, Fault> {
        self.pair(ready)?.agree(spki).map_err(fault)
    }

    /// A new secret, after the form in which it travels.
    ///
    /// # Errors
    /// [`Fault::Internal`] when `entropy` fails.
    pub fn encapsulate(&self, ready: &Ready, entropy: &mut dyn Entropy) -> Result<(Vec<u8>, Secret), Fault> {
        self.pair(ready)?.public().encapsulate(entropy).map_err(fault)
    }

    /// The secret of an encapsulation.
    ///
    /// # Errors
    /// [`Fault::InvalidCiphertext`] for another length.
    pub fn decapsulate(&self, ready: &Ready, ciphertext: &[u8]) -> Result<Secret, Fault> {
        self.pair(ready)?.decapsulate(ciphertext).map_err(fault)
    }

    /// The HMAC of `message`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the key has no material.
    pub fn mac(&self, ready: &Ready, hash: Hash, message: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(mac::hmac(hash, self.ready_material(ready)?.secret(), message))
    }

    fn pair(&self, ready: &Ready) -> Result<Arc<PrivateKey>, Fault> {
        self.ready_material(ready)?.pair(ready.spec(), self)
    }

    fn ready_material(&self, ready: &Ready) -> Result<&Material, Fault> {
        self.materials.get(&ready.material()).ok_or(Fault::Internal)
    }
}

/// What the caller hears. That an algorithm does not fit, or a length, was looked at before.
fn fault(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::BadSignature => Fault::InvalidSignature,
        Refusal::BadCiphertext => Fault::InvalidCiphertext,
        // Recorded without a sentence.
        Refusal::BadKey => Fault::Validation { message: "".into() },
        _ => Fault::Internal,
    }
}
