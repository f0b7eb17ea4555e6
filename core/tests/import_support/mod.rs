//! What the tests of imported material share: wrapping as a client does it.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

use crate::support::{Refused, TestLab};
use aes_kw::{KeyInit, KwpAes256};
use base64ct::{Base64, Encoding};
use kmslab::base::{Entropy, NoEntropy};
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, PairSpec, PublicKey};
use serde_json::{Value, json};

pub(crate) const HOME: &str = "us-east-1";

/// Not chance, and no short cycle either (xorshift): the wrapping of tests repeats.
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

pub(crate) fn here(lab: &mut TestLab, region: &str, operation: &str, body: Value) -> Result<Value, Refused> {
    let admin = lab.admin.clone();
    lab.kms_as(&admin, region, operation, body)
}

pub(crate) fn external(lab: &mut TestLab, more: Value) -> String {
    let mut body = more;
    body["Origin"] = json!("EXTERNAL");
    lab.kms("CreateKey", body).unwrap()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

pub(crate) fn metadata(lab: &mut TestLab, region: &str, key: &str) -> Value {
    here(lab, region, "DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"].clone()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    Base64::decode_vec(value.as_str().unwrap()).unwrap()
}

/// Material under a wrapping of any kind, as a client makes it.
pub(crate) fn wrapped(algorithm: &str, spec: PairSpec, public_key: &[u8], material: &[u8]) -> Vec<u8> {
    let key = PublicKey::from_spki(spec, public_key).unwrap();
    let hash = if algorithm.ends_with("SHA_1") { Hash::Sha1 } else { Hash::Sha256 };
    let encryption = if algorithm == "SM2PKE" { Encryption::Sm2 } else { Encryption::Oaep(hash) };
    if !algorithm.starts_with("RSA_AES") {
        return key.encrypt(encryption, material, &mut Dice(0x9e37_79b9_7f4a_7c15)).unwrap();
    }
    let mut sealed = vec![0; material.len().div_ceil(8) * 8 + 8];
    KwpAes256::new(&[7; 32].into()).wrap_key(material, &mut sealed).unwrap();
    [key.encrypt(encryption, &[7; 32], &mut Dice(0x9e37_79b9_7f4a_7c15)).unwrap(), sealed].concat()
}
