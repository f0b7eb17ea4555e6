//! Keys of one's own that wrap data keys: AES, and RSA.
//!
//! Source: AWS Encryption SDK Specification, `framework/raw-aes-keyring.md` and `raw-rsa-keyring.md`.

use super::context::written;
use super::gcm::{GcmKey, IV, TAG, prepared};
use super::header::EncryptedDataKey;
use super::keys::KeyProvider;
use super::refused::{ProviderError, Refused};
use crate::base::{Entropy, Secret};
use crate::crypto::blob::EncryptionContext;
use crate::crypto::hash::Hash;
use crate::crypto::pair::{Encryption, PairSpec, PrivateKey, PublicKey};
use crate::crypto::provider::RUST_CRYPTO;
use alloc::{boxed::Box, string::String, vec::Vec};

/// An AES key, by which data keys are encrypted with AES-GCM.
///
/// The information of an encrypted data key is `name | tag length in bits 4 | IV length 4 | IV`.
#[derive(Debug)]
pub struct RawAes {
    namespace: String,
    name: String,
    key: GcmKey,
}

impl RawAes {
    /// The key `name` of `namespace`, of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`Refused::Unfit`] for keys of another length, and for AWS KMS's own namespace.
    #[expect(clippy::needless_pass_by_value, reason = "the key is taken over, and erased")]
    pub fn new(namespace: &str, name: &str, key: Secret) -> Result<Self, Refused> {
        let key = prepared(RUST_CRYPTO.aes_gcm, key.expose())?;
        Ok(Self { namespace: check_namespace(namespace)?, name: name.into(), key })
    }
}

impl KeyProvider for RawAes {
    fn wrap(
        &mut self,
        key: &Secret,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<EncryptedDataKey, ProviderError> {
        let mut iv = [0; IV];
        entropy.fill(&mut iv)?;
        let mut ciphertext = key.expose().to_vec();
        let tag = self.key.seal(&iv, &written(context)?, &mut ciphertext)?;
        ciphertext.extend_from_slice(&tag);
        let info = [self.name.as_bytes(), &LENGTHS, &iv].concat();
        Ok(EncryptedDataKey { provider: self.namespace.clone(), info, ciphertext })
    }

    fn unwrap(
        &mut self,
        key: &EncryptedDataKey,
        context: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<Option<Secret>, ProviderError> {
        let Some(iv) = key.info.strip_prefix(self.name.as_bytes()).and_then(|rest| rest.strip_prefix(&LENGTHS)) else {
            return Ok(None);
        };
        let (Ok(iv), Some((text, tag))) = (iv.try_into(), key.ciphertext.split_last_chunk::<TAG>()) else {
            return Ok(None);
        };
        if key.provider != self.namespace {
            return Ok(None);
        }
        let mut text = text.to_vec();
        self.key.open(iv, &written(context)?, &mut text, tag)?;
        Ok(Some(Secret::new(text)))
    }
}

/// 128 bits of tag, 12 bytes of IV.
const LENGTHS: [u8; 8] = [0, 0, 0, 128, 0, 0, 0, 12];

/// An RSA key, by which data keys are encrypted with OAEP. It binds no encryption context; the message's header does.
///
/// PKCS #1 v1.5 encryption, which the AWS Encryption SDK knows too, is not offered: its decryption tells attackers by its
/// answers what they need (RFC 8017, 7.2).
#[derive(Debug)]
pub struct RawRsa {
    namespace: String,
    name: String,
    public: PublicKey,
    private: Option<PrivateKey>,
    padding: Encryption,
}

impl RawRsa {
    /// A key that wraps only: SubjectPublicKeyInfo in DER. `hash` is that of OAEP and of its mask.
    ///
    /// # Errors
    /// [`Refused::Unfit`] for what is no RSA key of 2,048, 3,072 or 4,096 bits, and for AWS KMS's own namespace.
    pub fn public(namespace: &str, name: &str, spki: &[u8], hash: Hash) -> Result<Self, Refused> {
        let key = SPECS.into_iter().find_map(|spec| PublicKey::from_spki(spec, spki).ok());
        Self::of(namespace, name, key.ok_or_else(no_rsa)?, None, hash)
    }

    /// A key that wraps and unwraps: PKCS #8 in DER.
    ///
    /// # Errors
    /// As [`Self::public`].
    pub fn private(namespace: &str, name: &str, pkcs8: &[u8], hash: Hash) -> Result<Self, Refused> {
        let key = SPECS.into_iter().find_map(|spec| PrivateKey::from_pkcs8(spec, pkcs8).ok()).ok_or_else(no_rsa)?;
        let spki = key.public().to_spki().map_err(|_| no_rsa())?;
        let public = PublicKey::from_spki(key.spec(), &spki).map_err(|_| no_rsa())?;
        Self::of(namespace, name, public, Some(key), hash)
    }

    fn of(
        namespace: &str,
        name: &str,
        public: PublicKey,
        private: Option<PrivateKey>,
        hash: Hash,
    ) -> Result<Self, Refused> {
        if !matches!(hash, Hash::Sha1 | Hash::Sha256 | Hash::Sha384 | Hash::Sha512) {
            return Err(Refused::Unfit("OAEP goes with SHA-1, SHA-256, SHA-384 or SHA-512".into()));
        }
        let namespace = check_namespace(namespace)?;
        Ok(Self { namespace, name: name.into(), public, private, padding: Encryption::Oaep(hash) })
    }
}

impl KeyProvider for RawRsa {
    fn wrap(
        &mut self,
        key: &Secret,
        _: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<EncryptedDataKey, ProviderError> {
        let ciphertext = self.public.encrypt(self.padding, key.expose(), entropy).map_err(Box::new)?;
        let info: Vec<u8> = self.name.as_bytes().into();
        Ok(EncryptedDataKey { provider: self.namespace.clone(), info, ciphertext })
    }

    fn unwrap(
        &mut self,
        key: &EncryptedDataKey,
        _: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<Secret>, ProviderError> {
        let Some(private) = &self.private else { return Ok(None) };
        if key.provider != self.namespace || key.info != self.name.as_bytes() {
            return Ok(None);
        }
        Ok(Some(private.decrypt(self.padding, &key.ciphertext, entropy).map_err(Box::new)?))
    }
}

fn no_rsa() -> Refused {
    Refused::Unfit("not an RSA key of 2,048, 3,072 or 4,096 bits".into())
}

/// Raw keys may not say that they are AWS KMS's.
fn check_namespace(namespace: &str) -> Result<String, Refused> {
    if namespace.starts_with(super::kms::PROVIDER) {
        return Err(Refused::Unfit("the namespace aws-kms is AWS KMS's".into()));
    }
    Ok(namespace.into())
}

const SPECS: [PairSpec; 3] = [PairSpec::Rsa2048, PairSpec::Rsa3072, PairSpec::Rsa4096];
