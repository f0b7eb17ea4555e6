//! A lab says the same with this crate's provider as without; a seeded one repeats byte for byte.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

#[path = "../../core/tests/support/mod.rs"]
mod support;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use support::{TestLab, lab};

/// A story in which each kind of key is used, and everything that was answered.
fn story(lab: &mut TestLab) -> Vec<Value> {
    let mut told = Vec::new();
    let digest = Base64::encode_string(&[7; 32]);
    for (spec, algorithms) in [
        ("RSA_2048", &["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PSS_SHA_256"][..]),
        ("ECC_NIST_P256", &["ECDSA_SHA_256"]),
        ("ECC_SECG_P256K1", &["ECDSA_SHA_256"]),
    ] {
        let key = created(lab, spec, "SIGN_VERIFY");
        for algorithm in algorithms {
            let mut body = json!({
                "KeyId": key, "Message": digest, "MessageType": "DIGEST", "SigningAlgorithm": algorithm,
            });
            let signed = lab.kms("Sign", body.clone()).unwrap();
            body["Signature"] = signed["Signature"].clone();
            told.extend([signed, lab.kms("Verify", body.clone()).unwrap()]);
            body["Message"] = Base64::encode_string(&[8; 32]).into();
            let refused = lab.kms("Verify", body).unwrap_err();
            told.push(refused.code.into());
        }
    }
    let rsa = created(lab, "RSA_2048", "ENCRYPT_DECRYPT");
    for algorithm in ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] {
        let by = json!({ "KeyId": rsa, "EncryptionAlgorithm": algorithm });
        let with = |member: &str, value: &Value| {
            let mut body = by.clone();
            body[member] = value.clone();
            body
        };
        let sealed = lab.kms("Encrypt", with("Plaintext", &digest.clone().into())).unwrap();
        let opened = lab.kms("Decrypt", with("CiphertextBlob", &sealed["CiphertextBlob"])).unwrap();
        let refused = lab.kms("Decrypt", with("CiphertextBlob", &digest.clone().into())).unwrap_err();
        told.extend([sealed, opened, refused.code.into()]);
    }
    let (ours, theirs) =
        (created(lab, "ECC_NIST_P521", "KEY_AGREEMENT"), created(lab, "ECC_NIST_P521", "KEY_AGREEMENT"));
    let public = lab.kms("GetPublicKey", json!({ "KeyId": theirs })).unwrap()["PublicKey"].clone();
    let body = json!({ "KeyId": ours, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public });
    told.push(lab.kms("DeriveSharedSecret", body).unwrap());
    told.push(lab.kms("GenerateRandom", json!({ "NumberOfBytes": 16 })).unwrap());
    told
}

fn created(lab: &mut TestLab, spec: &str, usage: &str) -> String {
    let made = lab.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap();
    made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

#[test]
fn a_seeded_lab_repeats_with_every_provider() {
    let (mut own, mut native) = (lab(), lab());
    native.lab.provide(kmslab_native::PROVIDER);
    assert!(own.lab.provider().is_none() && native.lab.provider().is_some());
    let told = story(&mut own);
    assert_eq!(story(&mut native), told);
    assert_eq!(native.lab.save(), own.lab.save());
}
