//! What CloudTrail records of each KMS operation. Source: kms.md 20.2 to 20.4; AWS's published records.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]

use crate::support::{TestLab, lab};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn last(lab: &TestLab) -> Value {
    let from = lab.lab.trail_len() - 1;
    serde_json::from_str(&lab.lab.trail(from)[0]).unwrap()
}

#[test]
fn every_operation_is_recorded_as_aws_records_it() {
    let mut lab = lab();
    let key = lab.key();
    let other = lab.key();
    lab.user("alice", None);
    let arn = |id: &str| format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
    let (key_arn, other_arn) = (arn(&key), arn(&other));
    let material = |lab: &mut TestLab, key: &str| {
        lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"]["CurrentKeyMaterialId"].clone()
    };
    let (mine, others) = (material(&mut lab, &key), material(&mut lab, &other));
    let sealed = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap()["CiphertextBlob"].clone();
    let alice = "arn:aws:iam::111122223333:user/alice";
    let alias = "arn:aws:kms:us-east-1:111122223333:alias/a".to_owned();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}]}"#;
    let algorithm = "SYMMETRIC_DEFAULT";
    let one = || vec![key_arn.clone()];
    // Operation, body; then readOnly, requestParameters, responseElements, additionalEventData, resources.
    let cases = [
        (
            "Encrypt",
            json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionContext": { "a": "1" } }),
            true,
            json!({ "keyId": key, "encryptionAlgorithm": algorithm, "encryptionContext": { "a": "1" } }),
            Value::Null,
            json!({ "keyMaterialId": mine }),
            one(),
        ),
        (
            "Decrypt",
            json!({ "CiphertextBlob": sealed }),
            true,
            json!({ "encryptionAlgorithm": algorithm }),
            Value::Null,
            json!({ "keyMaterialId": mine }),
            one(),
        ),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed, "DestinationKeyId": other }),
            true,
            json!({
                "destinationKeyId": other,
                "sourceEncryptionAlgorithm": algorithm,
                "destinationEncryptionAlgorithm": algorithm,
            }),
            Value::Null,
            json!({ "sourceKeyMaterialId": mine, "destinationKeyMaterialId": others }),
            vec![key_arn.clone(), other_arn.clone()],
        ),
        (
            "GenerateDataKey",
            json!({ "KeyId": key_arn, "KeySpec": "AES_256" }),
            true,
            json!({ "keyId": key_arn, "keySpec": "AES_256" }),
            Value::Null,
            json!({ "keyMaterialId": mine }),
            one(),
        ),
        ("GenerateRandom", json!({ "NumberOfBytes": 8 }), true, Value::Null, Value::Null, Value::Null, vec![]),
        ("DescribeKey", json!({ "KeyId": key }), true, json!({ "keyId": key }), Value::Null, Value::Null, one()),
        (
            "GetKeyPolicy",
            json!({ "KeyId": key }),
            true,
            json!({ "keyId": key, "policyName": "default" }),
            Value::Null,
            Value::Null,
            one(),
        ),
        ("ListAliases", json!({ "Limit": 10 }), true, json!({ "limit": 10 }), Value::Null, Value::Null, vec![]),
        (
            "PutKeyPolicy",
            json!({ "KeyId": key, "Policy": policy }),
            false,
            json!({ "keyId": key, "policyName": "default", "policy": policy, "bypassPolicyLockoutSafetyCheck": false }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "CreateAlias",
            json!({ "AliasName": "alias/a", "TargetKeyId": key }),
            false,
            json!({ "aliasName": "alias/a", "targetKeyId": key }),
            json!({ "keyId": key_arn }),
            Value::Null,
            vec![alias.clone(), key_arn.clone()],
        ),
        (
            "DeleteAlias",
            json!({ "AliasName": "alias/a" }),
            false,
            json!({ "aliasName": "alias/a" }),
            json!({ "keyId": key_arn }),
            Value::Null,
            vec![alias, key_arn.clone()],
        ),
        (
            "TagResource",
            json!({ "KeyId": key, "Tags": [{ "TagKey": "k", "TagValue": "v" }] }),
            false,
            json!({ "keyId": key, "tags": [{ "tagKey": "k", "tagValue": "v" }] }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "UpdateKeyDescription",
            json!({ "KeyId": key, "Description": "d" }),
            false,
            json!({ "keyId": key, "description": "d" }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "DisableKey",
            json!({ "KeyId": key }),
            false,
            json!({ "keyId": key }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "EnableKey",
            json!({ "KeyId": key }),
            false,
            json!({ "keyId": key }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "ScheduleKeyDeletion",
            json!({ "KeyId": key }),
            false,
            json!({ "keyId": key, "pendingWindowInDays": 30 }),
            json!({
                "keyId": key_arn,
                "deletionDate": "Jan 31, 2026, 12:00:00 AM",
                "keyState": "PendingDeletion",
            }),
            Value::Null,
            one(),
        ),
        (
            "CancelKeyDeletion",
            json!({ "KeyId": key }),
            false,
            json!({ "keyId": key }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
        (
            "EnableKey",
            json!({ "KeyId": key }),
            false,
            json!({ "keyId": key }),
            json!({ "keyId": key_arn }),
            Value::Null,
            one(),
        ),
    ];
    for (operation, body, read_only, parameters, response, additional, resources) in cases {
        lab.kms(operation, body).unwrap();
        let record = last(&lab);
        assert_eq!(record["eventName"], operation);
        assert_eq!(record["eventSource"], "kms.amazonaws.com");
        assert_eq!(record["readOnly"], read_only, "{operation}");
        assert_eq!(record["requestParameters"], parameters, "{operation}");
        assert_eq!(record["responseElements"], response, "{operation}");
        assert_eq!(record["additionalEventData"], additional, "{operation}");
        let listed: Vec<Value> = resources
            .iter()
            .map(|arn| json!({ "accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": arn }))
            .collect();
        assert_eq!(record["resources"].as_array().cloned().unwrap_or_default(), listed, "{operation}");
        assert_eq!(record["errorCode"], Value::Null, "{operation}");
    }

    let body = json!({ "KeyId": key, "GranteePrincipal": alice, "Operations": ["Decrypt"], "Name": "n" });
    let made = lab.kms("CreateGrant", body).unwrap();
    let record = last(&lab);
    let want = json!({ "keyId": key, "granteePrincipal": alice, "operations": ["Decrypt"], "name": "n" });
    assert_eq!(record["requestParameters"], want);
    assert_eq!(record["responseElements"], json!({ "grantId": made["GrantId"], "keyId": key_arn }), "and no token");
    lab.kms("RetireGrant", json!({ "GrantToken": made["GrantToken"] })).unwrap();
    let record = last(&lab);
    assert_eq!(
        (&record["requestParameters"], &record["responseElements"]),
        (&Value::Null, &json!({ "keyId": key_arn }))
    );
    assert_eq!(record["additionalEventData"], json!({ "grantId": made["GrantId"] }));
}

#[test]
fn a_new_key_is_recorded_with_all_its_parameters() {
    let mut lab = lab();
    let created = lab.kms("CreateKey", json!({ "Tags": [{ "TagKey": "k", "TagValue": "v" }] })).unwrap();
    let record = last(&lab);
    let want = json!({
        "description": "",
        "keyUsage": "ENCRYPT_DECRYPT",
        "keySpec": "SYMMETRIC_DEFAULT",
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "multiRegion": false,
        "bypassPolicyLockoutSafetyCheck": false,
        "tags": [{ "tagKey": "k", "tagValue": "v" }],
        "policy": lab.kms("GetKeyPolicy", json!({ "KeyId": created["KeyMetadata"]["KeyId"] })).unwrap()["Policy"],
    });
    assert_eq!(record["requestParameters"], want);
    let metadata = &record["responseElements"]["keyMetadata"];
    assert_eq!(metadata["aWSAccountId"], "111122223333");
    assert_eq!(metadata["creationDate"], "Jan 1, 2026, 12:00:00 AM");
    assert_eq!(metadata["keyId"], created["KeyMetadata"]["KeyId"]);
    let arn = &created["KeyMetadata"]["Arn"];
    assert_eq!(record["resources"], json!([{ "accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": arn }]));
}

#[test]
fn refusals_are_recorded_and_cross_account_use_on_both_sides() {
    let mut lab = lab();
    let key = lab.key();
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{key}");
    let bob = lab.user("bob", None);
    let refusal = lab.kms_as(&bob, "us-east-1", "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap_err();
    let record = last(&lab);
    assert_eq!((&record["errorCode"], &record["errorMessage"]), (&json!("AccessDenied"), &json!(refusal.message)));
    assert_eq!(record["requestParameters"]["plaintext"], Value::Null);
    lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
    lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap_err();
    assert_eq!(last(&lab)["errorCode"], "DisabledException");
    lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();

    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let before = lab.lab.trail_len();
    lab.kms_as(&other, "us-east-1", "DescribeKey", json!({ "KeyId": arn })).unwrap_err();
    assert_eq!(lab.lab.trail_len(), before + 1, "a refused call is the caller's alone");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},"Action":"kms:*","Resource":"*"}]}"#;
    lab.kms("PutKeyPolicy", json!({ "KeyId": key, "Policy": policy })).unwrap();
    let before = lab.lab.trail_len();
    lab.kms_as(&other, "us-east-1", "DescribeKey", json!({ "KeyId": arn })).unwrap();
    let records: Vec<Value> = lab.lab.trail(before).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let recipients: Vec<&Value> = records.iter().map(|record| &record["recipientAccountId"]).collect();
    assert_eq!(recipients, ["444455556666", "111122223333"]);
    assert_eq!(records[0]["sharedEventID"], records[1]["sharedEventID"]);
}

#[test]
fn use_of_two_foreign_keys_is_recorded_with_both_owners() {
    // Source: kms.md 20.1; storage.md 4.7, `sharedEventID`.
    let mut lab = lab();
    let [second, third] =
        ["444455556666", "777788889999"].map(|account| lab.lab.add_account(account.parse().unwrap()).unwrap());
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"}]}"#;
    let [from, to] = [&second, &third].map(|owner| {
        let made = lab.kms_as(owner, "us-east-1", "CreateKey", json!({ "Policy": policy })).unwrap();
        made["KeyMetadata"]["Arn"].clone()
    });
    // The source key, the target key, and in whose trails the call is.
    let (own, one, two) = ("111122223333", "444455556666", "777788889999");
    let mine = json!(lab.key());
    let cases = [
        (&from, &to, vec![own, one, two]),
        (&to, &from, vec![own, two, one]),
        (&from, &from, vec![own, one]),
        (&mine, &to, vec![own, two]),
        (&mine, &mine, vec![own]),
    ];
    for (source, target, want) in cases {
        let sealed = lab.kms("Encrypt", json!({ "KeyId": source, "Plaintext": "aGk=" })).unwrap();
        let before = lab.lab.trail_len();
        let body = json!({ "CiphertextBlob": sealed["CiphertextBlob"], "DestinationKeyId": target });
        lab.kms("ReEncrypt", body).unwrap();
        let texts = lab.lab.trail(before);
        let records: Vec<Value> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let recipients: Vec<&Value> = records.iter().map(|record| &record["recipientAccountId"]).collect();
        assert_eq!(recipients, want, "{source} {target}");
        let ids: BTreeSet<&str> = records.iter().map(|record| record["eventID"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), want.len(), "each record has an id of its own");
        assert_eq!(records[0]["sharedEventID"].is_string(), want.len() > 1);
        assert!(records.iter().all(|record| record["sharedEventID"] == records[0]["sharedEventID"]));
    }
}

#[test]
fn a_deletion_that_happens_is_recorded_by_aws_itself() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    lab.advance_days(8);
    let before = lab.lab.trail_len();
    lab.kms("ListKeys", json!({})).unwrap();
    let records: Vec<Value> = lab.lab.trail(before).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(records.len(), 2);
    let mut record = records[0].clone();
    record.as_object_mut().unwrap().remove("eventID").unwrap();
    let want = json!({
        "eventVersion": "1.11",
        "userIdentity": { "accountId": "111122223333", "invokedBy": "AWS Internal" },
        "eventTime": "2026-01-08T00:00:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "DeleteKey",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": null,
        "responseElements": null,
        "readOnly": false,
        "resources": [{
            "accountId": "111122223333",
            "type": "AWS::KMS::Key",
            "ARN": format!("arn:aws:kms:us-east-1:111122223333:key/{key}"),
        }],
        "eventType": "AwsServiceEvent",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    });
    assert_eq!(record, want);
}
