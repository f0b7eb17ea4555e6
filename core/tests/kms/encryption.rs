//! Encrypt, Decrypt, ReEncrypt and data keys, through the gate.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err(Refused { status: 400, code: code.into(), message: message.into() })
}

fn invalid() -> Result<Value, Refused> {
    refused("InvalidCiphertextException", "")
}

fn incorrect() -> Result<Value, Refused> {
    let message = "The key ID in the request does not identify a CMK that can perform this operation.";
    refused("IncorrectKeyException", message)
}

fn dry() -> Result<Value, Refused> {
    refused("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
}

fn encrypt(lab: &mut TestLab, key: &str, context: &Value) -> String {
    let body = json!({ "KeyId": key, "Plaintext": "c2VjcmV0", "EncryptionContext": context });
    lab.kms("Encrypt", body).unwrap()["CiphertextBlob"].as_str().unwrap().to_owned()
}

fn material(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"]["CurrentKeyMaterialId"].clone()
}

#[test]
fn what_is_encrypted_can_be_decrypted_by_every_form_of_its_key_id() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    let material = material(&mut lab, &key);
    let forms = [key.clone(), arn(&key), "alias/a".into(), "arn:aws:kms:us-east-1:111122223333:alias/a".into()];
    for form in &forms {
        let sealed = lab.kms("Encrypt", json!({ "KeyId": form, "Plaintext": "c2VjcmV0" })).unwrap();
        let blob = &sealed["CiphertextBlob"];
        let want = json!({ "CiphertextBlob": blob, "KeyId": arn(&key), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" });
        assert_eq!(sealed, want, "Encrypt does not tell the material (kms.md, notes to 2.2)");
        for key_id in forms.iter().map(Some).chain([None]) {
            let mut body = json!({ "CiphertextBlob": blob });
            if let Some(key_id) = key_id {
                body["KeyId"] = json!(key_id);
            }
            let want = json!({
                "KeyId": arn(&key),
                "Plaintext": "c2VjcmV0",
                "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "KeyMaterialId": material,
            });
            assert_eq!(lab.kms("Decrypt", body), Ok(want), "{form} then {key_id:?}");
        }
    }
    let [one, two] = [(); 2].map(|()| encrypt(&mut lab, &key, &json!({})));
    assert_ne!(one, two, "each message is another");
}

#[test]
fn only_the_same_encryption_context_opens() {
    let mut lab = lab();
    let key = lab.key();
    let contexts = [
        json!({}),
        json!({ "a": "bc" }),
        json!({ "ab": "c" }),
        json!({ "abc": "" }),
        json!({ "": "abc" }),
        json!({ "A": "bc" }),
        json!({ "a": "BC" }),
        json!({ "a": "bc", "d": "e" }),
        json!({ "a": "e", "d": "bc" }),
        json!({ "\u{e9}": "\u{1f511}" }),
        json!({ "e\u{301}": "\u{1f511}" }),
    ];
    for sealing in &contexts {
        let blob = encrypt(&mut lab, &key, sealing);
        for opening in &contexts {
            let answer = lab.kms("Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": opening }));
            if sealing == opening {
                assert_eq!(answer.unwrap()["Plaintext"], "c2VjcmV0", "{sealing}");
            } else {
                assert_eq!(answer, invalid(), "{sealing} opened with {opening}");
            }
        }
    }
    let blob = encrypt(&mut lab, &key, &json!({ "a": "1", "b": "2" }));
    let other_order = format!(r#"{{"CiphertextBlob":"{blob}","EncryptionContext":{{"b":"2","a":"1"}}}}"#);
    let admin = lab.admin.clone();
    assert_eq!(lab.kms_raw(&admin, "us-east-1", "Decrypt", other_order.into_bytes()).status, 200);
}

#[test]
fn every_turned_bit_is_an_invalid_ciphertext() {
    let mut lab = lab();
    let key = lab.key();
    let blob = Base64::decode_vec(&encrypt(&mut lab, &key, &json!({ "a": "b" }))).unwrap();
    for bit in 0..blob.len() * 8 {
        let mut turned = blob.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let turned = Base64::encode_string(&turned);
        let mut body = json!({ "CiphertextBlob": turned, "EncryptionContext": { "a": "b" } });
        assert_eq!(lab.kms("Decrypt", body.clone()), invalid(), "bit {bit}");
        body["KeyId"] = json!(key);
        assert_eq!(lab.kms("Decrypt", body), invalid(), "bit {bit}, key named");
        let body =
            json!({ "CiphertextBlob": turned, "SourceEncryptionContext": { "a": "b" }, "DestinationKeyId": key });
        assert_eq!(lab.kms("ReEncrypt", body), invalid(), "bit {bit}, ReEncrypt");
    }
    for cut in 1..blob.len() {
        for part in [&blob[..cut], &blob[cut..]] {
            let body = json!({ "CiphertextBlob": Base64::encode_string(part), "EncryptionContext": { "a": "b" } });
            assert_eq!(lab.kms("Decrypt", body), invalid(), "cut at {cut}");
        }
    }
}

#[test]
fn another_key_does_not_open() {
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    let blob = encrypt(&mut lab, &key, &json!({}));
    let body = json!({ "CiphertextBlob": blob, "KeyId": other });
    assert_eq!(lab.kms("Decrypt", body), incorrect());
    let body = json!({ "CiphertextBlob": blob, "SourceKeyId": other, "DestinationKeyId": key });
    assert_eq!(lab.kms("ReEncrypt", body), incorrect());
    // An alias that has moved names the new key (kms.md 5.4).
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    assert!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob, "KeyId": "alias/a" })).is_ok());
    lab.kms("UpdateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": other })).unwrap();
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob, "KeyId": "alias/a" })), incorrect());
    assert!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).is_ok());
}

#[test]
fn a_ciphertext_of_another_region_or_lab_has_no_key_here() {
    let mut lab = lab();
    let key = lab.key();
    let blob = encrypt(&mut lab, &key, &json!({}));
    let admin = lab.admin.clone();
    let refusal = lab.kms_as(&admin, "eu-west-1", "Decrypt", json!({ "CiphertextBlob": blob })).unwrap_err();
    assert_eq!(refusal.code, "AccessDeniedException");
    // Source: authorization.md 8.2.
    assert_eq!(
        refusal.message,
        "User: arn:aws:iam::111122223333:user/administrator is not authorized to perform: kms:Decrypt on the resource \
         associated with this ciphertext because the resource does not exist in this Region, no resource-based \
         policies allow access, or a resource-based policy explicitly denies access"
    );
}

#[test]
fn re_encrypt_changes_key_and_context() {
    let mut lab = lab();
    let (from, to) = (lab.key(), lab.key());
    let (old, new) = (material(&mut lab, &from), material(&mut lab, &to));
    let blob = encrypt(&mut lab, &from, &json!({ "a": "1" }));
    let body = json!({
        "CiphertextBlob": blob,
        "SourceEncryptionContext": { "a": "1" },
        "DestinationKeyId": to,
        "DestinationEncryptionContext": { "b": "2" },
    });
    let mut answer = lab.kms("ReEncrypt", body.clone()).unwrap();
    let sealed = answer["CiphertextBlob"].take();
    let want = json!({
        "CiphertextBlob": null,
        "SourceKeyId": arn(&from),
        "KeyId": arn(&to),
        "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "SourceKeyMaterialId": old,
        "DestinationKeyMaterialId": new,
    });
    assert_eq!(answer, want);
    let opened = lab.kms("Decrypt", json!({ "CiphertextBlob": sealed, "EncryptionContext": { "b": "2" } })).unwrap();
    assert_eq!((&opened["KeyId"], &opened["Plaintext"]), (&json!(arn(&to)), &json!("c2VjcmV0")));
    let mut wrong = body.clone();
    wrong["SourceEncryptionContext"] = json!({});
    assert_eq!(lab.kms("ReEncrypt", wrong), invalid());
    let mut dried = body;
    dried["DryRun"] = json!(true);
    assert_eq!(lab.kms("ReEncrypt", dried), dry());
}

#[test]
fn data_keys_are_as_long_as_asked() {
    let mut lab = lab();
    let key = lab.key();
    let either = refused("ValidationException", "Please specify either number of bytes or key spec.");
    let cases = [
        (json!({ "KeySpec": "AES_256" }), Some(32)),
        (json!({ "KeySpec": "AES_128" }), Some(16)),
        (json!({ "NumberOfBytes": 1 }), Some(1)),
        (json!({ "NumberOfBytes": 1024 }), Some(1024)),
        (json!({}), None),
        (json!({ "NumberOfBytes": 32, "KeySpec": "AES_256" }), None),
    ];
    for (mut body, length) in cases {
        body["KeyId"] = json!(key);
        body["EncryptionContext"] = json!({ "purpose": "test" });
        for operation in ["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"] {
            let answer = lab.kms(operation, body.clone());
            let Some(length) = length else {
                assert_eq!(answer, either, "{operation} {body}");
                continue;
            };
            let answer = answer.unwrap();
            let shows = answer.get("Plaintext").cloned();
            assert_eq!(shows.is_some(), operation == "GenerateDataKey");
            assert_eq!(
                (&answer["KeyId"], answer.as_object().unwrap().len()),
                (&json!(arn(&key)), 3 + usize::from(shows.is_some()))
            );
            let opening =
                json!({ "CiphertextBlob": answer["CiphertextBlob"], "EncryptionContext": { "purpose": "test" } });
            let opened = lab.kms("Decrypt", opening).unwrap();
            assert_eq!(opened["KeyMaterialId"], answer["KeyMaterialId"]);
            assert_eq!(Base64::decode_vec(opened["Plaintext"].as_str().unwrap()).unwrap().len(), length);
            assert!(shows.is_none_or(|plaintext| plaintext == opened["Plaintext"]));
        }
    }
    // Source: kms.md 5.2 and 21, point 35.
    let answer = lab.kms("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })).unwrap();
    assert_eq!(Base64::decode_vec(answer["CiphertextBlob"].as_str().unwrap()).unwrap().len(), 184);
}

#[test]
fn plaintexts_have_1_to_4096_bytes() {
    let mut lab = lab();
    let key = lab.key();
    let constraint =
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length";
    for (length, bound) in
        [(0, Some("greater than or equal to 1")), (1, None), (4096, None), (4097, Some("less than or equal to 4096"))]
    {
        let plaintext = Base64::encode_string(&vec![7; length]);
        let answer = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": plaintext }));
        match bound {
            Some(bound) => assert_eq!(answer, refused("ValidationException", &format!("{constraint} {bound}"))),
            None => {
                let opened =
                    lab.kms("Decrypt", json!({ "CiphertextBlob": answer.unwrap()["CiphertextBlob"] })).unwrap();
                assert_eq!(opened["Plaintext"], plaintext);
            }
        }
    }
}

#[test]
fn a_dry_run_says_what_would_have_been_and_does_nothing() {
    // Source: kms.md 6.4.
    let mut lab = lab();
    let key = lab.key();
    let nobody = lab.user("nobody", None);
    let blob = encrypt(&mut lab, &key, &json!({}));
    let cases = [
        ("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_256" })),
    ];
    for (operation, mut body) in cases {
        body["DryRun"] = json!(true);
        assert_eq!(lab.kms(operation, body.clone()), dry(), "{operation}");
        let refusal = lab.kms_as(&nobody, "us-east-1", operation, body.clone()).unwrap_err();
        assert_eq!(refusal.code, "AccessDeniedException", "{operation}");
        lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
        let disabled = refused("DisabledException", &format!("{} is disabled.", arn(&key)));
        assert_eq!(lab.kms(operation, body.clone()), disabled, "{operation}");
        lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    }
    let ignoring = |body: Value| {
        let mut body = body;
        body["DryRunModifiers"] = json!(["IGNORE_CIPHERTEXT"]);
        body
    };
    let missing = |member: &str| {
        let rule = "failed to satisfy constraint: Member must not be null";
        refused("ValidationException", &format!("1 validation error detected: Value null at '{member}' {rule}"))
    };
    // One sentence, whether the model's check says it or the operation.
    assert_eq!(lab.kms("Encrypt", json!({ "Plaintext": "aGk=" })), missing("keyId"));
    assert_eq!(lab.kms("Decrypt", ignoring(json!({ "KeyId": key, "DryRun": true }))), dry());
    // Neither bytes that are no ciphertext nor one of another key are looked at.
    let other = lab.key();
    let foreign = encrypt(&mut lab, &other, &json!({}));
    for blob in ["aGk=".into(), foreign] {
        let body = json!({ "KeyId": key, "CiphertextBlob": blob, "DryRun": true });
        assert_eq!(lab.kms("Decrypt", ignoring(body)), dry());
        let body = json!({ "SourceKeyId": key, "DestinationKeyId": key, "CiphertextBlob": blob, "DryRun": true });
        assert_eq!(lab.kms("ReEncrypt", ignoring(body)), dry());
    }
    let nameless = |member: &str| refused("ValidationException", &format!("{member} must not be null"));
    assert_eq!(lab.kms("Decrypt", ignoring(json!({ "DryRun": true }))), nameless("KeyId"));
    assert_eq!(lab.kms("Decrypt", json!({ "KeyId": key, "DryRun": true })), missing("ciphertextBlob"));
    assert_eq!(lab.kms("Decrypt", ignoring(json!({ "KeyId": key }))).unwrap_err().code, "ValidationException");
    let body = json!({ "SourceKeyId": key, "DestinationKeyId": key, "DryRun": true });
    assert_eq!(lab.kms("ReEncrypt", ignoring(body)), dry());
    let body = json!({ "DestinationKeyId": key, "DryRun": true });
    assert_eq!(lab.kms("ReEncrypt", ignoring(body)), nameless("SourceKeyId"));
}

#[test]
fn an_algorithm_of_another_spec_does_not_fit() {
    let mut lab = lab();
    let key = lab.key();
    let blob = encrypt(&mut lab, &key, &json!({}));
    let message = "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.";
    let cases = [
        ("Encrypt", "EncryptionAlgorithm", json!({ "KeyId": key, "Plaintext": "aGk=" })),
        ("Decrypt", "EncryptionAlgorithm", json!({ "KeyId": key, "CiphertextBlob": blob })),
        (
            "ReEncrypt",
            "SourceEncryptionAlgorithm",
            json!({ "CiphertextBlob": blob, "SourceKeyId": key, "DestinationKeyId": key }),
        ),
        ("ReEncrypt", "DestinationEncryptionAlgorithm", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
    ];
    for (operation, member, mut body) in cases {
        body[member] = json!("SYMMETRIC_DEFAULT");
        assert!(lab.kms(operation, body.clone()).is_ok(), "{operation}");
        body[member] = json!("RSAES_OAEP_SHA_256");
        assert_eq!(lab.kms(operation, body), refused("InvalidKeyUsageException", message), "{operation} {member}");
    }
}

#[test]
fn a_recipient_that_is_not_attested_is_refused_and_never_answered_in_the_clear() {
    let mut lab = lab();
    let key = lab.key();
    let blob = encrypt(&mut lab, &key, &json!({}));
    let recipient = json!({ "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "aGk=" });
    let cases = [
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateRandom", json!({ "NumberOfBytes": 32 })),
    ];
    for (operation, mut body) in cases {
        body["Recipient"] = recipient.clone();
        let refused = lab.kms(operation, body).unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{operation}");
        assert_eq!(refused.message, "The attestation document is not valid: it is malformed.", "{operation}");
    }
}
