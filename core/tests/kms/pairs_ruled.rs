//! Who may use key pairs and HMAC keys, in which state, and what remains: states, dry runs, condition keys, grants, the
//! trail, saved labs.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab, lab};
use kmslab::base::Timestamp;
use kmslab::lab::{Lab, LocalCall, Request};
use serde_json::{Value, json};

/// A key of each usage, and requests that work on it.
struct Scene {
    lab: TestLab,
    signs: String,
    macs: String,
    agrees: String,
    encapsulates: String,
    decrypts: String,
    seals: String,
    made: Value,
}

fn scene() -> Scene {
    let mut lab = lab();
    let mut key = |spec: &str, usage: &str| {
        let made = lab.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap();
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    };
    let signs = key("ECC_NIST_P256", "SIGN_VERIFY");
    let macs = key("HMAC_256", "GENERATE_VERIFY_MAC");
    let agrees = key("ECC_NIST_P384", "KEY_AGREEMENT");
    let encapsulates = key("ML_KEM_768", "ENCAPSULATE_DECAPSULATE");
    let decrypts = key("RSA_2048", "ENCRYPT_DECRYPT");
    let seals = lab.key();
    let mut scene = Scene { lab, signs, macs, agrees, encapsulates, decrypts, seals, made: json!({}) };
    for operation in ["Sign", "GenerateMac", "Encapsulate", "Encrypt", "GetPublicKey"] {
        let (_, body) = scene.body(operation);
        let answer = scene.lab.kms(operation, body).unwrap();
        for member in ["Signature", "Mac", "SharedSecretCiphertextBlob", "CiphertextBlob", "PublicKey"] {
            if let Some(value) = answer.get(member) {
                scene.made[member] = value.clone();
            }
        }
    }
    scene
}

/// The operations that this file is about.
const OPERATIONS: &[&str] = &[
    "Decapsulate",
    "Decrypt",
    "DeriveSharedSecret",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "Sign",
    "Verify",
    "VerifyMac",
];

impl Scene {
    /// A key, and a request that works on it.
    fn body(&self, operation: &str) -> (String, Value) {
        let Self { signs, macs, agrees, encapsulates, decrypts, seals, made, .. } = self;
        let (key, mut body) = match operation {
            "Sign" => (signs, json!({ "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256" })),
            "Verify" => {
                let signature = &made["Signature"];
                (signs, json!({ "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256", "Signature": signature }))
            }
            "GenerateMac" => (macs, json!({ "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256" })),
            "VerifyMac" => (macs, json!({ "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256", "Mac": made["Mac"] })),
            "DeriveSharedSecret" => {
                (agrees, json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": made["PublicKey"] }))
            }
            "Encapsulate" => (encapsulates, json!({ "EncapsulationAlgorithm": "ML_KEM" })),
            "Decapsulate" => {
                let blob = &made["SharedSecretCiphertextBlob"];
                (encapsulates, json!({ "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": blob }))
            }
            "Encrypt" => (decrypts, json!({ "Plaintext": "aGk=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" })),
            "Decrypt" => {
                let blob = &made["CiphertextBlob"];
                (decrypts, json!({ "CiphertextBlob": blob, "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" }))
            }
            "GetPublicKey" => (agrees, json!({})),
            _ => (seals, json!({ "KeyPairSpec": "ECC_NIST_P256" })),
        };
        body["KeyId"] = json!(key);
        (key.clone(), body)
    }
}

#[test]
fn states_let_through_what_the_table_says() {
    // Source: kms.md 3.2.
    let mut scene = scene();
    for operation in OPERATIONS {
        let (key, body) = scene.body(operation);
        let shows = *operation == "GetPublicKey";
        assert_eq!(scene.lab.kms(operation, body.clone()).map(drop), Ok(()), "{operation}");
        scene.lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
        let disabled = scene.lab.kms(operation, body.clone()).map(drop).map_err(|refusal| refusal.code);
        assert_eq!(disabled, if shows { Ok(()) } else { Err("DisabledException".to_owned()) }, "{operation}");
        scene.lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).unwrap();
        let pending = scene.lab.kms(operation, body).unwrap_err();
        let message = format!("arn:aws:kms:us-east-1:111122223333:key/{key} is pending deletion.");
        assert_eq!((pending.code.as_str(), pending.message), ("KMSInvalidStateException", message), "{operation}");
        scene.lab.kms("CancelKeyDeletion", json!({ "KeyId": key })).unwrap();
        scene.lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    }
}

#[test]
fn a_dry_run_never_succeeds_and_counts_as_no_use() {
    let mut scene = scene();
    for operation in OPERATIONS.iter().filter(|operation| **operation != "GetPublicKey") {
        let (_, mut body) = scene.body(operation);
        body["DryRun"] = json!(true);
        let refusal = scene.lab.kms(operation, body).unwrap_err();
        assert_eq!(refusal.code, "DryRunOperationException", "{operation}");
    }
}

#[test]
fn condition_keys_tell_what_is_asked_for() {
    // Source: kms-condition-keys.csv.
    let cases = [
        ("Sign", "kms:SigningAlgorithm", "ECDSA_SHA_256", "ECDSA_SHA_384"),
        ("Sign", "kms:MessageType", "RAW", "DIGEST"),
        ("Verify", "kms:SigningAlgorithm", "ECDSA_SHA_256", "ECDSA_SHA_384"),
        ("Verify", "kms:MessageType", "RAW", "EXTERNAL_MU"),
        ("GenerateMac", "kms:MacAlgorithm", "HMAC_SHA_256", "HMAC_SHA_512"),
        ("VerifyMac", "kms:MacAlgorithm", "HMAC_SHA_256", "HMAC_SHA_512"),
        ("DeriveSharedSecret", "kms:KeyAgreementAlgorithm", "ECDH", "none"),
        ("Encrypt", "kms:EncryptionAlgorithm", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"),
        ("Decrypt", "kms:EncryptionAlgorithm", "RSAES_OAEP_SHA_1", "SYMMETRIC_DEFAULT"),
        ("GenerateDataKeyPair", "kms:DataKeyPairSpec", "ECC_NIST_P256", "RSA_2048"),
        ("GenerateDataKeyPair", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1"),
        ("GenerateDataKeyPairWithoutPlaintext", "kms:DataKeyPairSpec", "ECC_NIST_P256", "SM2"),
        ("Sign", "kms:KeySpec", "ECC_NIST_P256", "RSA_2048"),
        ("Encapsulate", "kms:KeyUsage", "ENCAPSULATE_DECAPSULATE", "KEY_AGREEMENT"),
        ("Decapsulate", "kms:KeyOrigin", "AWS_KMS", "EXTERNAL"),
        ("GetPublicKey", "kms:KeySpec", "ECC_NIST_P384", "ECC_NIST_P256"),
    ];
    let mut scene = scene();
    for (at, (operation, key, value, other)) in cases.into_iter().enumerate() {
        for (wanted, allowed) in [(value, true), (other, false)] {
            let policy = json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Action": format!("kms:{operation}"),
                "Resource": "*",
                "Condition": { "StringEquals": { key: wanted } },
            }] });
            let user = scene.lab.user(&format!("u{at}-{allowed}"), Some(&policy.to_string()));
            let (_, body) = scene.body(operation);
            let answer =
                scene.lab.kms_as(&user, "us-east-1", operation, body).map(drop).map_err(|refusal| refusal.code);
            let want = if allowed { Ok(()) } else { Err("AccessDeniedException".to_owned()) };
            assert_eq!(answer, want, "{operation} {key} {wanted}");
        }
    }
}

#[test]
fn grants_allow_the_operations_of_the_usage() {
    let mut scene = scene();
    let user = scene.lab.user("grantee", None);
    for operation in OPERATIONS {
        let (key, body) = scene.body(operation);
        let call = |scene: &mut Scene| scene.lab.kms_as(&user, "us-east-1", operation, body.clone());
        assert_eq!(call(&mut scene).unwrap_err().code, "AccessDeniedException", "{operation}");
        let grantee = "arn:aws:iam::111122223333:user/grantee";
        let grant = json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": [operation] });
        let grant = scene.lab.kms("CreateGrant", grant).unwrap();
        assert_eq!(call(&mut scene).map(drop), Ok(()), "{operation}");
        scene.lab.kms("RevokeGrant", json!({ "KeyId": key, "GrantId": grant["GrantId"] })).unwrap();
    }
}

#[test]
fn the_trail_shows_what_was_asked_and_no_content() {
    // Source: kms.md 20.2.
    let mut scene = scene();
    let cases = [
        ("Sign", json!({ "messageType": "RAW", "signingAlgorithm": "ECDSA_SHA_256" })),
        ("Verify", json!({ "messageType": "RAW", "signingAlgorithm": "ECDSA_SHA_256" })),
        ("GenerateMac", json!({ "macAlgorithm": "HMAC_SHA_256" })),
        ("VerifyMac", json!({ "macAlgorithm": "HMAC_SHA_256" })),
        ("GetPublicKey", json!({})),
        ("DeriveSharedSecret", json!({ "keyAgreementAlgorithm": "ECDH" })),
        ("Encapsulate", json!({ "encapsulationAlgorithm": "ML_KEM" })),
        ("Decapsulate", json!({ "encapsulationAlgorithm": "ML_KEM" })),
        ("Encrypt", json!({ "encryptionAlgorithm": "RSAES_OAEP_SHA_1" })),
        ("Decrypt", json!({ "encryptionAlgorithm": "RSAES_OAEP_SHA_1" })),
        ("GenerateDataKeyPair", json!({ "keyPairSpec": "ECC_NIST_P256" })),
    ];
    for (operation, mut want) in cases {
        let (key, body) = scene.body(operation);
        scene.lab.kms(operation, body).unwrap();
        want["keyId"] = json!(key);
        let record = last_record(&scene.lab.lab);
        assert_eq!(record["eventName"], operation);
        assert_eq!(record["requestParameters"], want, "{operation}");
        assert_eq!((&record["responseElements"], &record["readOnly"]), (&Value::Null, &json!(true)), "{operation}");
        let named = record["additionalEventData"].get("keyMaterialId").is_some();
        assert_eq!(named, operation == "GenerateDataKeyPair", "{operation}: {record}");
    }
}

fn last_record(lab: &Lab) -> Value {
    serde_json::from_str(lab.trail(lab.trail_len() - 1).last().unwrap()).unwrap()
}

#[test]
fn a_saved_lab_has_its_keys_again() {
    let mut scene = scene();
    let text = scene.lab.lab.save();
    let mut other = scene;
    other.lab.lab = Lab::open(&text, Box::new(Standing), Box::new(NoChance)).unwrap();
    for operation in OPERATIONS {
        let (_, body) = other.body(operation);
        assert_eq!(other.lab.kms(operation, body).map(drop), Ok(()), "{operation}");
    }
    assert_eq!(other.lab.lab.now(), Timestamp::from_secs(1_767_225_600));
}

#[test]
fn what_takes_long_is_done_without_the_lab_and_changes_nothing() {
    let slow = [
        ("CreateKey", json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" })),
        ("GenerateDataKeyPair", json!({ "KeyPairSpec": "RSA_2048" })),
        ("GenerateDataKeyPairWithoutPlaintext", json!({ "KeyPairSpec": "RSA_2048" })),
    ];
    let (mut one, mut other) = (lab(), lab());
    let (key, same) = (one.key(), other.key());
    assert_eq!(key, same, "labs of one seed");
    for (operation, mut body) in slow {
        if operation != "CreateKey" {
            body["KeyId"] = json!(key);
        }
        let call = LocalCall {
            region: "us-east-1".into(),
            credentials: one.admin.clone(),
            request: Request {
                method: "POST".into(),
                target: "/".into(),
                headers: vec![
                    ("X-Amz-Target".into(), format!("TrentService.{operation}")),
                    ("Content-Type".into(), "application/x-amz-json-1.1".into()),
                ],
                body: body.to_string().into_bytes(),
                peer: None,
            },
        };
        let before = one.lab.trail_len();
        let work = one.lab.attempt_local(&call, None).unwrap_err();
        assert_eq!(one.lab.trail_len(), before, "{operation}: an attempt is no call");
        let answer = one.lab.attempt_local(&call, Some(work.run())).unwrap().encode();
        assert_eq!(one.lab.trail_len(), before + 1, "{operation}");
        assert_eq!(answer.status, 200, "{operation}");
        // Whether somebody waits outside or not, a seed repeats.
        assert_eq!(other.kms(operation, body), Ok(serde_json::from_slice(&answer.body).unwrap()), "{operation}");
    }
    // Who may not is told so at once.
    let nobody = one.user("nobody", None);
    let request = json!({ "KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY" });
    assert_eq!(one.kms_as(&nobody, "us-east-1", "CreateKey", request).unwrap_err().code, "AccessDeniedException");
}
