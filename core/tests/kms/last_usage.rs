//! The last use of a key: only what worked, and where to find it in the trail. Source: kms.md 9.4.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{TestLab, lab};
use serde_json::{Value, json};

fn usage(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("GetKeyLastUsage", json!({ "KeyId": key })).unwrap()
}

#[test]
fn each_use_that_works_is_the_last_one_and_nothing_else_is() {
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    let start = 1_767_225_600.0;
    let never = json!({ "KeyId": key, "KeyLastUsage": {}, "TrackingStartDate": start, "KeyCreationDate": start });
    lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
    assert_eq!(usage(&mut lab, &key), never);
    let blob = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap()["CiphertextBlob"].clone();
    let cases = [
        ("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_128" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_128" })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": other })),
    ];
    for (day, (operation, body)) in (1..).zip(cases) {
        lab.advance_days(1);
        lab.kms(operation, body.clone()).unwrap();
        let record: Value =
            serde_json::from_str(lab.lab.trail(lab.lab.trail_len().saturating_sub(1)).first().unwrap()).unwrap();
        let want = json!({
            "Operation": operation,
            "Timestamp": start + 86_400.0 * f64::from(day),
            "CloudTrailEventId": record["eventID"],
            "KmsRequestId": record["requestID"],
        });
        assert_eq!(usage(&mut lab, &key)["KeyLastUsage"], want);
        // Neither a dry run nor a refusal is use.
        let mut dry = body;
        dry["DryRun"] = json!(true);
        lab.kms(operation, dry).unwrap_err();
        lab.kms("Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": { "a": "b" } })).unwrap_err();
        assert_eq!(usage(&mut lab, &key)["KeyLastUsage"], want);
    }
    assert_eq!(usage(&mut lab, &other)["KeyLastUsage"]["Operation"], "ReEncrypt");
    let refused = lab.kms("GetKeyLastUsage", json!({ "KeyId": "alias/a" })).unwrap_err();
    assert_eq!(refused.message, "Key Aliases are not supported for this operation.");
}

#[test]
fn use_from_another_account_is_told_by_the_owners_record() {
    let mut lab = lab();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},"Action":"kms:*","Resource":"*"}]}"#;
    let made = lab.kms("CreateKey", json!({ "Policy": policy })).unwrap()["KeyMetadata"].clone();
    let before = lab.lab.trail_len();
    lab.kms_as(&other, "us-east-1", "Encrypt", json!({ "KeyId": made["Arn"], "Plaintext": "aGk=" })).unwrap();
    let records: Vec<Value> = lab.lab.trail(before).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let owners = records.iter().find(|record| record["recipientAccountId"] == "111122223333").unwrap();
    assert_eq!(records.len(), 2);
    let used = usage(&mut lab, made["KeyId"].as_str().unwrap());
    assert_eq!(used["KeyLastUsage"]["CloudTrailEventId"], owners["eventID"]);
    let foreign = lab.kms_as(&other, "us-east-1", "GetKeyLastUsage", json!({ "KeyId": made["Arn"] })).unwrap_err();
    assert_eq!(foreign.code, "AccessDeniedException");
}
