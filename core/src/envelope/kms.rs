//! Keys of AWS KMS that wrap data keys, through any client: a lab's, or one that asks AWS.
//!
//! Source: AWS Encryption SDK Specification, `framework/aws-kms/aws-kms-keyring.md`, `aws-kms-mrk-keyring.md`,
//! `aws-kms-discovery-keyring.md` and `aws-kms-mrk-match-for-decrypt.md`.

use super::header::EncryptedDataKey;
use super::keys::{DataKey, KeyProvider};
use super::refused::{ProviderError, Refused};
use crate::base::{Arn, Entropy, Secret};
use crate::crypto::blob::EncryptionContext;
use alloc::{boxed::Box, format, string::String, string::ToString, vec::Vec};
use core::fmt;

/// The provider of encrypted data keys that AWS KMS wrapped.
pub const PROVIDER: &str = "aws-kms";

/// What KMS answered.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "clients make it")]
pub struct KmsAnswer {
    /// `KeyId`: the ARN of the key that was used.
    pub key_arn: String,
    /// `Plaintext`; empty in an answer to `Encrypt`.
    pub plaintext: Secret,
    /// `CiphertextBlob`; empty in an answer to `Decrypt`.
    pub ciphertext: Vec<u8>,
}

/// Asks KMS. Its errors are handed to the user as they are.
pub trait KmsClient: fmt::Debug + Send {
    /// `GenerateDataKey`, of `length` bytes.
    ///
    /// # Errors
    /// What KMS answered.
    fn generate_data_key(
        &mut self,
        key_id: &str,
        length: usize,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError>;

    /// `Encrypt`.
    ///
    /// # Errors
    /// What KMS answered.
    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &Secret,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError>;

    /// `Decrypt`, with the key that is expected.
    ///
    /// # Errors
    /// What KMS answered.
    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError>;
}

/// One KMS key. A multi-Region key unwraps what any of its related keys wrapped.
#[derive(Debug)]
pub struct KmsKey<C> {
    key_id: String,
    client: C,
}

impl<C: KmsClient> KmsKey<C> {
    /// The key with this id, ARN, alias or alias ARN.
    #[must_use]
    pub fn new(key_id: &str, client: C) -> Self {
        Self { key_id: key_id.into(), client }
    }

    /// Whether a data key that `by` wrapped may be this key's; of aliases KMS alone knows.
    fn matches(&self, by: &Arn) -> bool {
        let id = by.resource().strip_prefix("key/").unwrap_or_default();
        match self.key_id.parse::<Arn>() {
            Ok(own) if own.resource().starts_with("key/") => related(&own, by),
            Ok(own) => own.account() == by.account(),
            Err(_) => self.key_id.starts_with("alias/") || self.key_id == id,
        }
    }
}

impl<C: KmsClient> KeyProvider for KmsKey<C> {
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<DataKey, ProviderError> {
        let KmsAnswer { key_arn, plaintext, ciphertext } =
            self.client.generate_data_key(&self.key_id, length, context)?;
        Ok(DataKey { plaintext, wrapped: wrapped(key_arn, ciphertext)? })
    }

    fn wrap(
        &mut self,
        key: &Secret,
        context: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<EncryptedDataKey, ProviderError> {
        let answer = self.client.encrypt(&self.key_id, key, context)?;
        wrapped(answer.key_arn, answer.ciphertext)
    }

    fn unwrap(
        &mut self,
        key: &EncryptedDataKey,
        context: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<Option<Secret>, ProviderError> {
        let Some(by) = wrapped_by(key).filter(|by| self.matches(by)) else { return Ok(None) };
        let answer = self.client.decrypt(&self.key_id, &key.ciphertext, context)?;
        let used = answer.key_arn.parse::<Arn>().ok().filter(|used| related(used, &by));
        used.map(|_| Some(answer.plaintext)).ok_or_else(other_key)
    }
}

/// Whatever KMS key wrapped a data key, as far as the filter lets it. It wraps nothing itself.
#[derive(Debug)]
pub struct Discovery<C> {
    client: C,
    partition: String,
    accounts: Vec<String>,
    region: Option<String>,
}

impl<C: KmsClient> Discovery<C> {
    /// Keys of `partition`, such as `aws`, and of these accounts; of any when there are none.
    ///
    /// With a Region, that of the client: keys of that Region, and multi-Region keys, which are asked for there wherever
    /// they wrapped. Without one, each key is asked for by its own ARN.
    #[must_use]
    pub fn new(client: C, partition: &str, accounts: Vec<String>, region: Option<String>) -> Self {
        Self { client, partition: partition.into(), accounts, region }
    }

    /// The ARN under which `by` is asked for, when the filter lets it.
    fn key_id(&self, by: &Arn) -> Option<String> {
        let account = self.accounts.is_empty() || self.accounts.iter().any(|account| account == by.account());
        if by.partition() != self.partition || !account {
            return None;
        }
        match &self.region {
            Some(region) if is_multi_region(by) => {
                Some(format!("arn:{}:kms:{region}:{}:{}", by.partition(), by.account(), by.resource()))
            }
            Some(region) if by.region() != region => None,
            _ => Some(by.to_string()),
        }
    }
}

impl<C: KmsClient> KeyProvider for Discovery<C> {
    fn wrap(
        &mut self,
        _: &Secret,
        _: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<EncryptedDataKey, ProviderError> {
        Err(Box::new(Refused::Unfit("to seal, name a key: discovery only opens".into())))
    }

    fn unwrap(
        &mut self,
        key: &EncryptedDataKey,
        context: &EncryptionContext,
        _: &mut dyn Entropy,
    ) -> Result<Option<Secret>, ProviderError> {
        let Some(key_id) = wrapped_by(key).and_then(|by| self.key_id(&by)) else { return Ok(None) };
        let answer = self.client.decrypt(&key_id, &key.ciphertext, context)?;
        if answer.key_arn == key_id { Ok(Some(answer.plaintext)) } else { Err(other_key()) }
    }
}

fn wrapped(key_arn: String, ciphertext: Vec<u8>) -> Result<EncryptedDataKey, ProviderError> {
    let key = EncryptedDataKey { provider: PROVIDER.into(), info: key_arn.into_bytes(), ciphertext };
    if wrapped_by(&key).is_some() { Ok(key) } else { Err(other_key()) }
}

/// The ARN of the KMS key that wrapped `key`.
fn wrapped_by(key: &EncryptedDataKey) -> Option<Arn> {
    let info = core::str::from_utf8(&key.info).ok().filter(|_| key.provider == PROVIDER)?;
    info.parse::<Arn>().ok().filter(|arn| arn.service() == "kms" && arn.resource().starts_with("key/"))
}

/// Whether two ARNs are one key's, or those of related multi-Region keys.
fn related(one: &Arn, other: &Arn) -> bool {
    let but_region = |arn: &Arn| [arn.partition(), arn.account(), arn.resource()].map(String::from);
    one == other || (is_multi_region(one) && but_region(one) == but_region(other))
}

fn is_multi_region(arn: &Arn) -> bool {
    arn.resource().starts_with("key/mrk-")
}

fn other_key() -> ProviderError {
    Box::new(Refused::Unfit("KMS answered for another key than it was asked for".into()))
}
