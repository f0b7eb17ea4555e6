//! Keys, chance and a KMS for the tests of messages.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

use crate::support::{TestLab, lab};
use alloc::sync::Arc;
use base64ct::{Base64, Encoding};
use kmslab::base::{Entropy, NoEntropy, Secret, Timestamp};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::envelope::{KeyProvider, KmsAnswer, KmsClient, ProviderError, RawAes};
use serde_json::{Value, json};
use std::sync::Mutex;

/// Not chance, and no short cycle either (xorshift): the messages of tests repeat.
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Entropy for Dice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_secs(1_767_225_600)
}

pub(crate) fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

/// Bytes that tell where they stand.
pub(crate) fn patterned(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

/// A raw AES key of `length` bytes.
pub(crate) fn raw(name: &str, length: usize) -> Box<dyn KeyProvider> {
    Box::new(RawAes::new("tests", name, Secret::new(vec![7; length])).unwrap())
}

/// A lab's KMS, asked by its administrator; it counts the calls.
#[derive(Debug, Clone)]
pub(crate) struct LabKms {
    lab: Arc<Mutex<(TestLab, usize)>>,
    region: String,
}

impl LabKms {
    pub(crate) fn new() -> Self {
        Self { lab: Arc::new(Mutex::new((lab(), 0))), region: "us-east-1".into() }
    }

    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self { region: region.into(), ..self.clone() }
    }

    /// The ARN of a new key.
    pub(crate) fn create_key(&mut self) -> String {
        let answer = self.call("CreateKey", json!({})).unwrap();
        answer["KeyMetadata"]["Arn"].as_str().unwrap().into()
    }

    /// The ARNs of a new multi-Region key and of its replica in `region`.
    pub(crate) fn create_multi_region_key(&mut self, region: &str) -> (String, String) {
        let answer = self.call("CreateKey", json!({ "MultiRegion": true })).unwrap();
        let primary: String = answer["KeyMetadata"]["Arn"].as_str().unwrap().into();
        let answer = self.call("ReplicateKey", json!({ "KeyId": primary, "ReplicaRegion": region })).unwrap();
        (primary, answer["ReplicaKeyMetadata"]["Arn"].as_str().unwrap().into())
    }

    /// How often it was asked since [`Self::forget`].
    pub(crate) fn calls(&self) -> usize {
        self.lab.lock().unwrap().1
    }

    pub(crate) fn forget(&self) {
        self.lab.lock().unwrap().1 = 0;
    }

    fn call(&mut self, operation: &str, body: Value) -> Result<Value, ProviderError> {
        let mut lab = self.lab.lock().unwrap();
        lab.1 += 1;
        let admin = lab.0.admin.clone();
        let answer = lab.0.kms_as(&admin, &self.region, operation, body);
        answer.map_err(|refused| format!("{}: {}", refused.code, refused.message).into())
    }
}

fn answer(answer: &Value) -> KmsAnswer {
    let bytes = |member: &str| Base64::decode_vec(answer[member].as_str().unwrap_or_default()).unwrap();
    KmsAnswer {
        key_arn: answer["KeyId"].as_str().unwrap().into(),
        plaintext: Secret::new(bytes("Plaintext")),
        ciphertext: bytes("CiphertextBlob"),
    }
}

impl KmsClient for LabKms {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        length: usize,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        let body = json!({ "KeyId": key_id, "NumberOfBytes": length, "EncryptionContext": context });
        self.call("GenerateDataKey", body).as_ref().map(answer).map_err(|error| error.to_string().into())
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &Secret,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        let plaintext = Base64::encode_string(plaintext.expose());
        let body = json!({ "KeyId": key_id, "Plaintext": plaintext, "EncryptionContext": context });
        self.call("Encrypt", body).as_ref().map(answer).map_err(|error| error.to_string().into())
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        let ciphertext = Base64::encode_string(ciphertext);
        let body = json!({ "KeyId": key_id, "CiphertextBlob": ciphertext, "EncryptionContext": context });
        self.call("Decrypt", body).as_ref().map(answer).map_err(|error| error.to_string().into())
    }
}
