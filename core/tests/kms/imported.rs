//! Imported material: wrapping, tokens, expiry, what is the same and what is new. Source: kms.md, section 7.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::import_support::{HOME, bytes, external, here, metadata, wrapped};
use crate::support::{Refused, TestLab, lab};
use base64ct::{Base64, Encoding};
use kmslab::base::Timespan;
use kmslab::crypto::pair::PairSpec;
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z, where the lab's clock starts.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const AWAY: &str = "eu-west-1";

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:111122223333:key/{id}")
}

fn refused(code: &str, message: impl Into<String>) -> Refused {
    Refused { status: 400, code: code.into(), message: message.into() }
}

/// A public key to wrap with, and its token. RSA keys take long to make: a test takes one for all its imports.
struct Parameters {
    token: Value,
    key: Vec<u8>,
}

fn parameters(lab: &mut TestLab, region: &str, key: &str, algorithm: &str) -> Parameters {
    let body = json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048" });
    let answer = here(lab, region, "GetParametersForImport", body).unwrap();
    assert_eq!(answer["KeyId"], arn(region, key));
    Parameters { token: answer["ImportToken"].clone(), key: bytes(&answer["PublicKey"]) }
}

impl Parameters {
    fn wrap(&self, material: &[u8]) -> Vec<u8> {
        wrapped("RSAES_OAEP_SHA_256", PairSpec::Rsa2048, &self.key, material)
    }

    /// The body of an import of `material` into `key`.
    fn body(&self, key: &str, material: &[u8], more: &Value) -> Value {
        let mut body = json!({
            "KeyId": key,
            "ImportToken": self.token,
            "EncryptedKeyMaterial": Base64::encode_string(&self.wrap(material)),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    fn import(&self, lab: &mut TestLab, key: &str, material: &[u8], more: &Value) -> Result<Value, Refused> {
        self.import_in(lab, HOME, key, material, more)
    }

    fn import_in(
        &self,
        lab: &mut TestLab,
        region: &str,
        key: &str,
        material: &[u8],
        more: &Value,
    ) -> Result<Value, Refused> {
        here(lab, region, "ImportKeyMaterial", self.body(key, material, more))
    }
}

fn state(lab: &mut TestLab, key: &str) -> String {
    metadata(lab, HOME, key)["KeyState"].as_str().unwrap().to_owned()
}

fn materials(lab: &mut TestLab, region: &str, key: &str) -> Vec<Value> {
    let body = json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
    here(lab, region, "ListKeyRotations", body).unwrap()["Rotations"].as_array().unwrap().clone()
}

/// `KeyMaterialState` and `ImportState` of each material.
fn states(lab: &mut TestLab, region: &str, key: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    materials(lab, region, key)
        .iter()
        .map(|material| (text(&material["KeyMaterialState"]), text(&material["ImportState"])))
        .collect()
}

fn seal(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap()["CiphertextBlob"].clone()
}

#[test]
fn a_key_waits_for_its_material_has_it_and_loses_it() {
    // Source: kms.md 21, point 2.
    let mut lab = lab();
    let key = external(&mut lab, json!({}));
    let waiting = metadata(&mut lab, HOME, &key);
    assert_eq!(
        (&waiting["KeyState"], &waiting["Enabled"], &waiting["Origin"]),
        (&json!("PendingImport"), &json!(false), &json!("EXTERNAL"))
    );
    assert_eq!((waiting.get("ExpirationModel"), waiting.get("CurrentKeyMaterialId")), (None, None));
    let pending = refused("KMSInvalidStateException", format!("{} is pending import.", arn(HOME, &key)));
    let sealing = json!({ "KeyId": key, "Plaintext": "aGk=" });
    for operation in ["Encrypt", "RotateKeyOnDemand", "EnableKey", "DisableKey"] {
        assert_eq!(lab.kms(operation, sealing.clone()), Err(pending.clone()), "{operation}");
    }
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    let answer = wrap.import(&mut lab, &key, &[1; 32], &json!({})).unwrap();
    let id = answer["KeyMaterialId"].clone();
    assert_eq!((id.as_str().unwrap().len(), &answer["KeyId"]), (64, &json!(arn(HOME, &key))));
    let there = metadata(&mut lab, HOME, &key);
    assert_eq!((&there["KeyState"], &there["Enabled"]), (&json!("Enabled"), &json!(true)));
    assert_eq!((&there["ExpirationModel"], there.get("ValidTo")), (&json!("KEY_MATERIAL_DOES_NOT_EXPIRE"), None));
    assert_eq!(there["CurrentKeyMaterialId"], id);
    let status = lab.kms("GetKeyRotationStatus", json!({ "KeyId": key })).unwrap();
    assert_eq!(status["KeyRotationEnabled"], false);
    let blob = seal(&mut lab, &key);

    let answer = lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key })).unwrap();
    assert_eq!(answer, json!({ "KeyId": arn(HOME, &key), "KeyMaterialId": id }));
    let gone = metadata(&mut lab, HOME, &key);
    assert_eq!((&gone["KeyState"], gone.get("ExpirationModel")), (&json!("PendingImport"), None));
    assert_eq!(gone["CurrentKeyMaterialId"], id, "it stays");
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })), Err(pending));
    assert!(!lab.lab.save().contains(&Base64::encode_string(&[1; 32])), "deleted is erased");
    lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key })).unwrap();
    // The same again, and nothing but the same.
    let other = wrap.import(&mut lab, &key, &[2; 32], &json!({})).unwrap_err();
    assert_eq!(other.code, "IncorrectKeyMaterialException");
    assert_eq!(wrap.import(&mut lab, &key, &[1; 32], &json!({})).unwrap()["KeyMaterialId"], id);
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"], "aGk=");
    // The same bytes under another key are another material.
    let second = external(&mut lab, json!({}));
    let wrap = parameters(&mut lab, HOME, &second, "RSAES_OAEP_SHA_256");
    assert_ne!(wrap.import(&mut lab, &second, &[1; 32], &json!({})).unwrap()["KeyMaterialId"], id);
    assert_eq!(
        lab.kms("Decrypt", json!({ "CiphertextBlob": blob, "KeyId": second })).unwrap_err().code,
        "IncorrectKeyException"
    );
}

#[test]
fn material_expires_when_its_day_comes() {
    let mut lab = lab();
    let key = external(&mut lab, json!({}));
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    let until = |day: i64| json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": START + day * DAY });
    let validation = |message: &str| Err(refused("ValidationException", message));
    let unset = json!({ "ExpirationModel": null });
    for (more, want) in [
        (unset, validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")),
        (until(0), validation("The validTo date must be in the future")),
        (until(366), validation("The validTo date must be within 365 days")),
        (
            json!({ "ValidTo": START + DAY }),
            validation("A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"),
        ),
    ] {
        assert_eq!(wrap.import(&mut lab, &key, &[1; 32], &more), want, "{more}");
    }
    wrap.import(&mut lab, &key, &[1; 32], &until(10)).unwrap();
    let there = metadata(&mut lab, HOME, &key);
    assert_eq!(
        (&there["ExpirationModel"], there["ValidTo"].as_f64()),
        (&json!("KEY_MATERIAL_EXPIRES"), Some(1_768_089_600.0))
    );
    assert_eq!(materials(&mut lab, HOME, &key)[0]["ValidTo"], there["ValidTo"]);
    let blob = seal(&mut lab, &key);
    lab.lab.advance(Timespan::seconds(12 * 3600)).unwrap();
    // To change the date, import again.
    wrap.import(&mut lab, &key, &[1; 32], &until(20)).unwrap();
    lab.advance_days(19);
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"], "aGk=");
    let before = lab.lab.trail_len();
    lab.lab.advance(Timespan::seconds(12 * 3600)).unwrap();
    let gone = metadata(&mut lab, HOME, &key);
    assert_eq!(
        (&gone["KeyState"], gone.get("ValidTo"), gone.get("ExpirationModel")),
        (&json!("PendingImport"), None, None)
    );
    let record: Value = serde_json::from_str(&lab.lab.trail(before)[0]).unwrap();
    assert_eq!(
        (&record["eventName"], &record["eventTime"]),
        (&json!("DeleteExpiredKeyMaterial"), &json!("2026-01-21T00:00:00Z"))
    );
    assert_eq!(record["serviceEventDetails"], json!({ "keyId": key }));
    assert_eq!(states(&mut lab, HOME, &key), [("CURRENT".into(), "PENDING_IMPORT".into())]);
    // The token is over by now.
    let late = wrap.import(&mut lab, &key, &[1; 32], &json!({})).unwrap_err();
    assert_eq!(late.code, "ExpiredImportTokenException");
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    wrap.import(&mut lab, &key, &[1; 32], &json!({})).unwrap();
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"], "aGk=");
}

#[test]
fn what_is_wrong_with_an_import_is_said_as_aws_says_it() {
    let mut lab = lab();
    let key = external(&mut lab, json!({}));
    let own = lab.key();
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    let origin = format!("{} origin is AWS_KMS which is not valid for this operation.", arn(HOME, &own));
    let origin = refused("UnsupportedOperationException", origin);
    let asking = |key: &str, algorithm: &str, spec: &str| json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": spec });
    let get = |lab: &mut TestLab, body| lab.kms("GetParametersForImport", body);
    assert_eq!(get(&mut lab, asking(&own, "RSAES_OAEP_SHA_256", "RSA_2048")), Err(origin.clone()));
    assert_eq!(lab.kms("ImportKeyMaterial", wrap.body(&own, &[1; 32], &json!({}))), Err(origin.clone()));
    assert_eq!(lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": own })), Err(origin));
    for (algorithm, spec) in [
        ("RSAES_PKCS1_V1_5", "RSA_2048"),
        ("SM2PKE", "RSA_2048"),
        ("RSAES_OAEP_SHA_256", "SM2"),
        ("RSA_AES_KEY_WRAP_SHA_256", "RSA_2048"),
    ] {
        let got = get(&mut lab, asking(&key, algorithm, spec)).unwrap_err();
        assert_eq!(got.code, "ValidationException", "{algorithm} {spec}");
    }
    let other = external(&mut lab, json!({}));
    let wrapped = Base64::encode_string(&wrap.wrap(&[1; 32]));
    // More members; then the code.
    let cases = [
        (&*other, json!({}), "InvalidImportTokenException"),
        (&key, json!({ "ImportToken": "AAAA" }), "InvalidImportTokenException"),
        (&key, json!({ "ImportToken": wrapped }), "InvalidImportTokenException"),
        (&key, json!({ "EncryptedKeyMaterial": "AAAA" }), "ValidationException"),
        (&key, json!({ "EncryptedKeyMaterial": Base64::encode_string(&[1; 256]) }), "InvalidCiphertextException"),
        (
            &key,
            json!({ "EncryptedKeyMaterial": Base64::encode_string(&wrap.wrap(&[1; 16])) }),
            "IncorrectKeyMaterialException",
        ),
        (
            &key,
            json!({ "EncryptedKeyMaterial": Base64::encode_string(&wrap.wrap(&[1; 33])) }),
            "IncorrectKeyMaterialException",
        ),
        (&key, json!({ "ImportType": "EXISTING_KEY_MATERIAL" }), "IncorrectKeyMaterialException"),
        (&key, json!({ "ImportType": "NEW_KEY_MATERIAL", "KeyMaterialId": "0".repeat(64) }), "ValidationException"),
        (&key, json!({ "KeyMaterialId": "0".repeat(63) }), "ValidationException"),
    ];
    for (key, more, code) in cases {
        let got = wrap.import(&mut lab, key, &[1; 32], &more).unwrap_err();
        assert_eq!(got.code, code, "{more}: {got:?}");
    }
    assert_eq!(state(&mut lab, &key), "PendingImport");
    wrap.import(&mut lab, &key, &[1; 32], &json!({ "ImportType": "NEW_KEY_MATERIAL" })).unwrap();
    for (more, code) in [
        (json!({ "ImportType": "NEW_KEY_MATERIAL" }), "IncorrectKeyMaterialException"),
        (json!({ "KeyMaterialId": "0".repeat(64) }), "IncorrectKeyMaterialException"),
    ] {
        assert_eq!(wrap.import(&mut lab, &key, &[1; 32], &more).unwrap_err().code, code, "{more}");
    }
    let absent = lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key, "KeyMaterialId": "0".repeat(64) }));
    assert_eq!(absent.unwrap_err().code, "NotFoundException");
    // States: kms.md 3.2, note 8.
    lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).unwrap();
    let pending = refused("KMSInvalidStateException", format!("{} is pending deletion.", arn(HOME, &key)));
    assert_eq!(wrap.import(&mut lab, &key, &[1; 32], &json!({})), Err(pending.clone()));
    assert_eq!(get(&mut lab, asking(&key, "RSAES_OAEP_SHA_256", "RSA_2048")), Err(pending));
    lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key })).unwrap();
    assert_eq!(state(&mut lab, &key), "PendingDeletion");
    lab.kms("CancelKeyDeletion", json!({ "KeyId": key })).unwrap();
    assert_eq!(state(&mut lab, &key), "PendingImport");
}

#[test]
fn several_materials_rotate_on_demand_and_all_must_be_there() {
    let mut lab = lab();
    let key = external(&mut lab, json!({}));
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    let first = wrap.import(&mut lab, &key, &[1; 32], &json!({ "KeyMaterialDescription": "of January" })).unwrap()["KeyMaterialId"].clone();
    let none = format!("No available key material pending rotation for the key: {}.", arn(HOME, &key));
    assert_eq!(lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })), Err(refused("KMSInvalidStateException", none)));
    let origin = format!("{} origin is EXTERNAL which is not valid for this operation.", arn(HOME, &key));
    for operation in ["EnableKeyRotation", "DisableKeyRotation"] {
        let want = Err(refused("UnsupportedOperationException", origin.clone()));
        assert_eq!(lab.kms(operation, json!({ "KeyId": key })), want, "{operation}");
    }
    let blob = seal(&mut lab, &key);
    let new = json!({ "ImportType": "NEW_KEY_MATERIAL", "KeyMaterialDescription": "of February" });
    let second = wrap.import(&mut lab, &key, &[2; 32], &new).unwrap()["KeyMaterialId"].clone();
    assert_eq!(metadata(&mut lab, HOME, &key)["CurrentKeyMaterialId"], first, "it waits");
    let third = wrap.import(&mut lab, &key, &[3; 32], &new).unwrap_err();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(third.code, "KMSInvalidStateException");
    assert!(third.message.starts_with("New key material (id: "), "{}", third.message);
    assert!(third.message.ends_with(&format!(
        ") cannot be imported into KMS key {}, because another key material (id: {}) is pending rotation.",
        arn(HOME, &key),
        text(&second)
    )));
    assert_eq!(
        materials(&mut lab, HOME, &key),
        [
            json!({
                "KeyId": key, "KeyMaterialId": first, "KeyMaterialDescription": "of January", "ImportState": "IMPORTED",
                "KeyMaterialState": "CURRENT", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }),
            json!({
                "KeyId": key, "KeyMaterialId": second, "KeyMaterialDescription": "of February", "ImportState": "IMPORTED",
                "KeyMaterialState": "PENDING_ROTATION", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }),
        ]
    );
    // What is pending goes without a trace.
    lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key, "KeyMaterialId": second })).unwrap();
    assert_eq!((state(&mut lab, &key), materials(&mut lab, HOME, &key).len()), ("Enabled".into(), 1));
    wrap.import(&mut lab, &key, &[2; 32], &new).unwrap();
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    assert_eq!(metadata(&mut lab, HOME, &key)["CurrentKeyMaterialId"], second);
    assert_eq!(materials(&mut lab, HOME, &key)[1]["RotationType"], "ON_DEMAND");
    let opened = lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap();
    assert_eq!((&opened["KeyMaterialId"], &opened["Plaintext"]), (&first, &json!("aGk=")));
    // One of them missing: nothing works, with whatever the other sealed.
    let newer = seal(&mut lab, &key);
    lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key, "KeyMaterialId": first })).unwrap();
    assert_eq!(states(&mut lab, HOME, &key)[0], ("NON_CURRENT".into(), "PENDING_IMPORT".into()));
    let missing = lab.kms("Decrypt", json!({ "CiphertextBlob": newer })).unwrap_err();
    assert_eq!(missing.message, format!("{} is pending import.", arn(HOME, &key)));
    let more = json!({ "ImportType": "EXISTING_KEY_MATERIAL", "KeyMaterialId": first });
    wrap.import(&mut lab, &key, &[1; 32], &more).unwrap();
    assert_eq!(state(&mut lab, &key), "Enabled");
    assert_eq!(materials(&mut lab, HOME, &key)[0]["KeyMaterialDescription"], "of January", "kept");
    for blob in [blob, newer] {
        lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap();
    }
}

#[test]
fn related_keys_have_the_same_material_and_each_imports_it() {
    let mut lab = lab();
    let key = external(&mut lab, json!({ "MultiRegion": true }));
    let home = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    home.import(&mut lab, &key, &[1; 32], &json!({})).unwrap();
    let made = lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": AWAY })).unwrap();
    assert_eq!(made["ReplicaKeyMetadata"]["KeyState"], "Creating");
    assert_eq!(metadata(&mut lab, AWAY, &key)["KeyState"], "PendingImport");
    let away = parameters(&mut lab, AWAY, &key, "RSAES_OAEP_SHA_256");
    let new = json!({ "ImportType": "NEW_KEY_MATERIAL" });
    for (material, more, code) in [
        ([2; 32], json!({}), "IncorrectKeyMaterialException"),
        ([2; 32], new.clone(), "UnsupportedOperationException"),
        ([1; 32], json!({ "KeyMaterialDescription": "x" }), "UnsupportedOperationException"),
    ] {
        assert_eq!(away.import_in(&mut lab, AWAY, &key, &material, &more).unwrap_err().code, code, "{more}");
    }
    assert_eq!(
        home.import_in(&mut lab, AWAY, &key, &[1; 32], &json!({})).unwrap_err().code,
        "InvalidImportTokenException"
    );
    let until = json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": START + 100 * DAY });
    away.import_in(&mut lab, AWAY, &key, &[1; 32], &until).unwrap();
    assert_eq!(metadata(&mut lab, AWAY, &key)["KeyState"], "Enabled");
    assert_eq!(metadata(&mut lab, HOME, &key).get("ValidTo"), None, "each has its own date");
    let blob = seal(&mut lab, &key);
    let opened = here(&mut lab, AWAY, "Decrypt", json!({ "CiphertextBlob": blob })).unwrap();
    assert_eq!(opened["Plaintext"], "aGk=");

    // New material: first the primary, then each replica, then the rotation.
    home.import(&mut lab, &key, &[2; 32], &new).unwrap();
    let waits = ("PENDING_MULTI_REGION_IMPORT_AND_ROTATION".to_owned(), "IMPORTED".to_owned());
    assert_eq!(states(&mut lab, HOME, &key)[1], waits);
    assert_eq!(states(&mut lab, AWAY, &key)[1], (waits.0, "PENDING_IMPORT".into()));
    assert_eq!(lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap_err().code, "KMSInvalidStateException");
    away.import_in(&mut lab, AWAY, &key, &[2; 32], &json!({})).unwrap();
    for region in [HOME, AWAY] {
        assert_eq!(states(&mut lab, region, &key)[1], ("PENDING_ROTATION".into(), "IMPORTED".into()));
    }
    // Deleted in the primary it is deleted in all.
    let second = materials(&mut lab, HOME, &key)[1]["KeyMaterialId"].clone();
    lab.kms("DeleteImportedKeyMaterial", json!({ "KeyId": key, "KeyMaterialId": second })).unwrap();
    assert_eq!(states(&mut lab, AWAY, &key).len(), 1);
    home.import(&mut lab, &key, &[2; 32], &new).unwrap();
    away.import_in(&mut lab, AWAY, &key, &[2; 32], &json!({})).unwrap();
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    for region in [HOME, AWAY] {
        assert_eq!(metadata(&mut lab, region, &key)["CurrentKeyMaterialId"], second);
    }
    // Deleted in a replica it is deleted there alone; and expiry is there alone, too.
    here(&mut lab, AWAY, "DeleteImportedKeyMaterial", json!({ "KeyId": key })).unwrap();
    assert_eq!(metadata(&mut lab, AWAY, &key)["KeyState"], "PendingImport");
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"], "aGk=");
    lab.advance_days(101);
    assert_eq!(states(&mut lab, AWAY, &key)[0].1, "PENDING_IMPORT");
    assert_eq!(state(&mut lab, &key), "Enabled");
}

#[test]
fn policies_see_how_material_is_wrapped_and_when_it_expires() {
    let mut lab = lab();
    let key = external(&mut lab, json!({}));
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"kms:GetParametersForImport","Resource":"*","Condition":{"StringEquals":{"kms:WrappingAlgorithm":"RSAES_OAEP_SHA_256","kms:WrappingKeySpec":"RSA_2048"}}},
        {"Effect":"Allow","Action":"kms:ImportKeyMaterial","Resource":"*","Condition":{"StringEquals":{"kms:ExpirationModel":"KEY_MATERIAL_EXPIRES"},"NumericLessThan":{"kms:ValidTo":"1768000000"}}}]}"#;
    let alice = lab.user("alice", Some(policy));
    let mut get = json!({ "KeyId": key, "WrappingAlgorithm": "RSAES_OAEP_SHA_1", "WrappingKeySpec": "RSA_2048" });
    assert_eq!(
        lab.kms_as(&alice, HOME, "GetParametersForImport", get.clone()).unwrap_err().code,
        "AccessDeniedException"
    );
    get["WrappingAlgorithm"] = json!("RSAES_OAEP_SHA_256");
    lab.kms_as(&alice, HOME, "GetParametersForImport", get).unwrap();
    let wrap = parameters(&mut lab, HOME, &key, "RSAES_OAEP_SHA_256");
    for (day, model, allowed) in
        [(9, Some("KEY_MATERIAL_EXPIRES"), false), (8, None, false), (8, Some("KEY_MATERIAL_EXPIRES"), true)]
    {
        let more = json!({ "ExpirationModel": model, "ValidTo": START + day * DAY });
        let got = lab.kms_as(&alice, HOME, "ImportKeyMaterial", wrap.body(&key, &[1; 32], &more));
        assert_eq!(got.is_ok(), allowed, "{more}: {got:?}");
    }
    // Neither the token nor the material is in the trail.
    let record: Value = serde_json::from_str(&lab.lab.trail(lab.lab.trail_len() - 1)[0]).unwrap();
    let want =
        json!({ "keyId": key, "validTo": "Jan 9, 2026, 12:00:00 AM", "expirationModel": "KEY_MATERIAL_EXPIRES" });
    assert_eq!(record["requestParameters"], want);
    assert!(record["responseElements"]["keyMaterialId"].is_string());
}
