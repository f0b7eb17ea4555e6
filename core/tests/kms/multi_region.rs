//! Multi-Region keys: a primary, its replicas, and what they share. Source: kms.md, section 13.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use serde_json::{Value, json};

const HOME: &str = "us-east-1";
const AWAY: &str = "eu-west-1";
const FAR: &str = "ap-southeast-2";

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:111122223333:key/{id}")
}

fn here(lab: &mut TestLab, region: &str, operation: &str, body: Value) -> Result<Value, Refused> {
    let admin = lab.admin.clone();
    lab.kms_as(&admin, region, operation, body)
}

fn primary(lab: &mut TestLab) -> String {
    let made = lab.kms("CreateKey", json!({ "MultiRegion": true, "Description": "orders" })).unwrap();
    made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

fn with_replica(lab: &mut TestLab) -> String {
    let key = primary(lab);
    lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": AWAY })).unwrap();
    key
}

fn metadata(lab: &mut TestLab, region: &str, key: &str) -> Value {
    here(lab, region, "DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"].clone()
}

fn seal(lab: &mut TestLab, region: &str, key: &str) -> Value {
    here(lab, region, "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap()["CiphertextBlob"].clone()
}

#[test]
fn a_primary_key_has_its_configuration_and_its_replica_the_same() {
    let mut lab = lab();
    let key = primary(&mut lab);
    assert!(key.starts_with("mrk-") && key.len() == 36, "{key}");
    let own = |region: &str| json!({ "Arn": arn(region, &key), "Region": region });
    let made = metadata(&mut lab, HOME, &key);
    assert_eq!(made["MultiRegion"], true);
    let alone = json!({ "MultiRegionKeyType": "PRIMARY", "PrimaryKey": own(HOME), "ReplicaKeys": [] });
    assert_eq!(made["MultiRegionConfiguration"], alone);

    let tags = json!([{ "TagKey": "team", "TagValue": "sales" }]);
    let body = json!({ "KeyId": key, "ReplicaRegion": AWAY, "Tags": tags });
    let answer = lab.kms("ReplicateKey", body).unwrap();
    let of = |kind: &str| json!({ "MultiRegionKeyType": kind, "PrimaryKey": own(HOME), "ReplicaKeys": [own(AWAY)] });
    let replica = &answer["ReplicaKeyMetadata"];
    assert_eq!(
        *replica,
        json!({
            "AWSAccountId": "111122223333",
            "KeyId": key,
            "Arn": arn(AWAY, &key),
            "CreationDate": 1_767_225_600.0,
            "Enabled": false,
            "Description": "",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Creating",
            "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "MultiRegion": true,
            "MultiRegionConfiguration": of("REPLICA"),
        })
    );
    assert_eq!(answer["ReplicaTags"], tags);
    let policy: Value = serde_json::from_str(answer["ReplicaPolicy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Id"], "key-default-1");
    let home = metadata(&mut lab, HOME, &key);
    let away = metadata(&mut lab, AWAY, &key);
    assert_eq!(
        (&home["MultiRegionConfiguration"], &away["MultiRegionConfiguration"]),
        (&of("PRIMARY"), &of("REPLICA"))
    );
    assert_eq!((&away["KeyState"], &away["Enabled"]), (&json!("Enabled"), &json!(true)));
    assert_eq!(away["CurrentKeyMaterialId"], home["CurrentKeyMaterialId"]);
    let untagged = lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": FAR })).unwrap();
    assert_eq!(untagged.get("ReplicaTags"), None);
    assert_eq!(metadata(&mut lab, AWAY, &key)["MultiRegionConfiguration"]["ReplicaKeys"], json!([own(AWAY), own(FAR)]));
    // Listed where it is.
    for region in [HOME, AWAY, FAR] {
        let listed = here(&mut lab, region, "ListKeys", json!({})).unwrap();
        assert_eq!(listed["Keys"], json!([{ "KeyId": key, "KeyArn": arn(region, &key) }]));
    }
}

#[test]
fn what_one_seals_the_other_opens() {
    let mut lab = lab();
    let key = with_replica(&mut lab);
    for (from, to) in [(HOME, AWAY), (AWAY, HOME)] {
        let blob = seal(&mut lab, from, &key);
        for body in [json!({ "CiphertextBlob": blob }), json!({ "CiphertextBlob": blob, "KeyId": key })] {
            let opened = here(&mut lab, to, "Decrypt", body).unwrap();
            assert_eq!((&opened["Plaintext"], &opened["KeyId"]), (&json!("aGk="), &json!(arn(to, &key))));
        }
        // Where there is no relative, there is no key.
        let refused = here(&mut lab, FAR, "Decrypt", json!({ "CiphertextBlob": blob })).unwrap_err();
        assert_eq!(refused.code, "AccessDeniedException");
    }
}

#[test]
fn rotation_is_shared_and_the_primarys_to_decide() {
    let mut lab = lab();
    let key = primary(&mut lab);
    let old = seal(&mut lab, HOME, &key);
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": AWAY })).unwrap();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    let [here_, there] =
        [HOME, AWAY].map(|region| here(&mut lab, region, "GetKeyRotationStatus", json!({ "KeyId": key })).unwrap());
    assert_eq!(here_, there);
    lab.advance_days(100);
    // The replica looks first.
    let blob = seal(&mut lab, AWAY, &key);
    let [here_, there] = [HOME, AWAY].map(|region| {
        let body = json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
        here(&mut lab, region, "ListKeyRotations", body).unwrap()
    });
    assert_eq!((&here_, here_["Rotations"].as_array().unwrap().len()), (&there, 3));
    for blob in [old, blob] {
        for region in [HOME, AWAY] {
            assert_eq!(
                here(&mut lab, region, "Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"],
                "aGk="
            );
        }
    }
    let message = format!("{} is not a multi-region primary key.", arn(AWAY, &key));
    let want = Refused { status: 400, code: "UnsupportedOperationException".into(), message };
    for (operation, more) in [
        ("EnableKeyRotation", json!({})),
        ("DisableKeyRotation", json!({})),
        ("RotateKeyOnDemand", json!({})),
        ("ReplicateKey", json!({ "ReplicaRegion": FAR })),
        ("UpdatePrimaryRegion", json!({ "PrimaryRegion": HOME })),
    ] {
        let mut body = more;
        body["KeyId"] = json!(key);
        assert_eq!(here(&mut lab, AWAY, operation, body), Err(want.clone()), "{operation}");
    }
}

#[test]
fn all_else_is_each_keys_own() {
    let mut lab = lab();
    let key = with_replica(&mut lab);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}]}"#;
    here(&mut lab, AWAY, "PutKeyPolicy", json!({ "KeyId": key, "Policy": policy })).unwrap();
    here(&mut lab, AWAY, "TagResource", json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "b" }] })).unwrap();
    here(&mut lab, AWAY, "CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    here(&mut lab, AWAY, "UpdateKeyDescription", json!({ "KeyId": key, "Description": "away" })).unwrap();
    here(&mut lab, AWAY, "DisableKey", json!({ "KeyId": key })).unwrap();
    assert_ne!(lab.kms("GetKeyPolicy", json!({ "KeyId": key })).unwrap()["Policy"], policy);
    assert_eq!(lab.kms("ListResourceTags", json!({ "KeyId": key })).unwrap()["Tags"], json!([]));
    assert_eq!(lab.kms("ListAliases", json!({ "KeyId": key })).unwrap()["Aliases"], json!([]));
    let home = metadata(&mut lab, HOME, &key);
    assert_eq!((&home["Description"], &home["KeyState"]), (&json!("orders"), &json!("Enabled")));
    seal(&mut lab, HOME, &key);
    let used = here(&mut lab, AWAY, "GetKeyLastUsage", json!({ "KeyId": key })).unwrap();
    assert_eq!(used["KeyLastUsage"], json!({}), "use is counted where it happens");
}

#[test]
fn what_cannot_be_replicated_is_refused() {
    let mut lab = lab();
    let single = lab.key();
    let key = with_replica(&mut lab);
    let absent = "mrk-1234abcd12ab34cd56ef1234567890ab";
    let not_primary = |region: &str, key: &str| format!("{} is not a multi-region primary key.", arn(region, key));
    let cases = [
        (&*single, AWAY, "UnsupportedOperationException", not_primary(HOME, &single)),
        (&single, HOME, "UnsupportedOperationException", not_primary(HOME, &single)),
        (&key, AWAY, "AlreadyExistsException", format!("{} already exists.", arn(AWAY, &key))),
        (&key, HOME, "ValidationException", "replicaRegion us-east-1 is the Region of the key.".into()),
        (
            &key,
            "cn-north-1",
            "ValidationException",
            "replicaRegion cn-north-1 is in another partition than the key.".into(),
        ),
        (absent, AWAY, "NotFoundException", format!("Key '{}' does not exist", arn(HOME, absent))),
    ];
    for (key, region, code, message) in cases {
        let got = lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": region })).unwrap_err();
        assert_eq!(got, Refused { status: 400, code: code.into(), message }, "{key} {region}");
    }
    // Recorded: that comes before the Region's being the replica's own.
    for region in [AWAY, FAR] {
        let got = here(&mut lab, AWAY, "ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": region })).unwrap_err();
        assert_eq!((got.code.as_str(), got.message), ("UnsupportedOperationException", not_primary(AWAY, &key)));
    }
    lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
    let got = lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": FAR })).unwrap_err();
    assert_eq!((got.code.as_str(), got.message), ("DisabledException", format!("{} is disabled.", arn(HOME, &key))));
    // The lockout check and the policy's own rules hold for replicas, too.
    lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    let nobody = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:Decrypt","Resource":"*"}]}"#;
    let mut body = json!({ "KeyId": key, "ReplicaRegion": FAR, "Policy": nobody });
    assert_eq!(lab.kms("ReplicateKey", body.clone()).unwrap_err().code, "MalformedPolicyDocumentException");
    assert_eq!(here(&mut lab, FAR, "ListKeys", json!({})).unwrap()["Keys"], json!([]));
    body["BypassPolicyLockoutSafetyCheck"] = json!(true);
    lab.kms("ReplicateKey", body).unwrap();
}

#[test]
fn the_primary_moves_and_takes_its_rights_along() {
    let mut lab = lab();
    let key = with_replica(&mut lab);
    lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": FAR })).unwrap();
    let single = lab.key();
    for (given, region, code) in [
        (&*single, AWAY, "UnsupportedOperationException"),
        (&key, "eu-central-1", "NotFoundException"),
        (&key, HOME, "ValidationException"),
    ] {
        let got = lab.kms("UpdatePrimaryRegion", json!({ "KeyId": given, "PrimaryRegion": region })).unwrap_err();
        assert_eq!(got.code, code, "{given} {region}: {got:?}");
    }
    // A replica is told that it is none, also of its own Region.
    let got = here(&mut lab, AWAY, "UpdatePrimaryRegion", json!({ "KeyId": key, "PrimaryRegion": AWAY })).unwrap_err();
    assert_eq!(got.message, format!("{} is not a multi-region primary key.", arn(AWAY, &key)));
    here(&mut lab, AWAY, "DisableKey", json!({ "KeyId": key })).unwrap();
    let moved = json!({ "KeyId": key, "PrimaryRegion": AWAY });
    let got = lab.kms("UpdatePrimaryRegion", moved.clone()).unwrap_err();
    assert_eq!(got.message, format!("{} is disabled.", arn(AWAY, &key)));
    here(&mut lab, AWAY, "EnableKey", json!({ "KeyId": key })).unwrap();
    assert_eq!(lab.kms("UpdatePrimaryRegion", moved).unwrap(), Value::Null);
    for (region, kind) in [(HOME, "REPLICA"), (AWAY, "PRIMARY"), (FAR, "REPLICA")] {
        let got = metadata(&mut lab, region, &key)["MultiRegionConfiguration"].clone();
        assert_eq!((&got["MultiRegionKeyType"], &got["PrimaryKey"]["Region"]), (&json!(kind), &json!(AWAY)));
        let replicas: Vec<&Value> = got["ReplicaKeys"].as_array().unwrap().iter().map(|key| &key["Region"]).collect();
        assert_eq!(replicas, [HOME, FAR]);
    }
    here(&mut lab, AWAY, "RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    here(&mut lab, AWAY, "ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-central-1" })).unwrap();
}

#[test]
fn a_primary_goes_after_its_replicas() {
    let mut lab = lab();
    let key = with_replica(&mut lab);
    let answer = lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 10 })).unwrap();
    let want = json!({ "KeyId": arn(HOME, &key), "KeyState": "PendingReplicaDeletion", "PendingWindowInDays": 10 });
    assert_eq!(answer, want);
    let got = metadata(&mut lab, HOME, &key);
    assert_eq!((&got["KeyState"], &got["PendingDeletionWindowInDays"]), (&json!("PendingReplicaDeletion"), &json!(10)));
    assert_eq!(got.get("DeletionDate"), None);
    let refused = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap_err();
    assert_eq!(refused.message, format!("{} is pending replica deletion.", arn(HOME, &key)));
    // Years later it still waits; scheduled is not deleted.
    lab.advance_days(1000);
    let blob = seal(&mut lab, AWAY, &key);
    here(&mut lab, AWAY, "ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    lab.advance_days(6);
    assert_eq!(metadata(&mut lab, HOME, &key)["KeyState"], "PendingReplicaDeletion");
    lab.advance_days(3);
    let got = metadata(&mut lab, HOME, &key);
    assert_eq!(got["KeyState"], "PendingDeletion");
    // From the moment at which the replica went.
    assert_eq!(got["DeletionDate"], 1_767_225_600.0 + 86_400.0 * 1017.0);
    assert_eq!(got["MultiRegionConfiguration"]["ReplicaKeys"], json!([]));
    lab.kms("CancelKeyDeletion", json!({ "KeyId": key })).unwrap();
    lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap()["Plaintext"], "aGk=");
    // And all at once, when nobody has looked for long.
    lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": AWAY })).unwrap();
    for region in [HOME, AWAY] {
        here(&mut lab, region, "ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    }
    lab.advance_days(15);
    for region in [HOME, AWAY] {
        assert_eq!(here(&mut lab, region, "ListKeys", json!({})).unwrap()["Keys"], json!([]), "{region}");
    }
    assert_eq!(lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap_err().code, "AccessDeniedException");
}

#[test]
fn policies_see_regions_and_roles() {
    let mut lab = lab();
    let key = primary(&mut lab);
    let policy = |action: &str, condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["{action}"],"Resource":"*","Condition":{{"StringEquals":{condition}}}}},{{"Effect":"Allow","Action":["kms:CreateKey"],"Resource":"*"}}]}}"#
        )
    };
    let alice = lab.user(
        "alice",
        Some(&policy("kms:ReplicateKey", r#"{"kms:ReplicaRegion":"eu-west-1","kms:MultiRegionKeyType":"PRIMARY"}"#)),
    );
    let replicate = |lab: &mut TestLab, who, region| {
        lab.kms_as(who, HOME, "ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": region }))
    };
    assert_eq!(replicate(&mut lab, &alice, FAR).unwrap_err().code, "AccessDeniedException");
    replicate(&mut lab, &alice, AWAY).unwrap();
    // CreateKey is asked for in the Region of the replica.
    let bob = lab.user("bob", Some(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"},{"Effect":"Deny","Action":"kms:CreateKey","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"ap-southeast-2"}}}]}"#));
    let denied = replicate(&mut lab, &bob, FAR).unwrap_err();
    assert!(denied.message.contains("kms:CreateKey on resource: * with an explicit deny"), "{}", denied.message);
    replicate(&mut lab, &bob, "eu-central-1").unwrap();
    // The primary moves by leave of both.
    let carol = lab.user(
        "carol",
        Some(&policy(
            "kms:UpdatePrimaryRegion",
            r#"{"kms:PrimaryRegion":"eu-west-1","kms:MultiRegionKeyType":"PRIMARY"}"#,
        )),
    );
    let moved = |lab: &mut TestLab| {
        lab.kms_as(&carol, HOME, "UpdatePrimaryRegion", json!({ "KeyId": key, "PrimaryRegion": AWAY }))
    };
    let denied = moved(&mut lab).unwrap_err();
    assert!(denied.message.contains(&format!("on resource: {}", arn(AWAY, &key))), "{}", denied.message);
    let both = policy("kms:UpdatePrimaryRegion", r#"{"kms:PrimaryRegion":"eu-west-1","kms:MultiRegion":"true"}"#);
    lab.iam("PutUserPolicy", &[("UserName", "carol"), ("PolicyName", "inline"), ("PolicyDocument", &both)]).unwrap();
    moved(&mut lab).unwrap();
}

#[test]
fn the_trail_of_each_region_has_its_part() {
    let mut lab = lab();
    let key = primary(&mut lab);
    let before = lab.lab.trail_len();
    lab.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": AWAY })).unwrap();
    lab.kms("UpdatePrimaryRegion", json!({ "KeyId": key, "PrimaryRegion": AWAY })).unwrap();
    here(&mut lab, AWAY, "RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    let records: Vec<Value> = lab.lab.trail(before).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let seen: Vec<(&str, &str, Vec<&str>)> = records
        .iter()
        .map(|record| {
            let arns = record["resources"].as_array().unwrap().iter().map(|row| row["ARN"].as_str().unwrap()).collect();
            (record["eventName"].as_str().unwrap(), record["awsRegion"].as_str().unwrap(), arns)
        })
        .collect();
    let (home, away) = (arn(HOME, &key), arn(AWAY, &key));
    let want = [
        ("ReplicateKey", HOME, vec![&*home]),
        ("CreateKey", AWAY, vec![&*away]),
        ("UpdatePrimaryRegion", HOME, vec![&home]),
        ("UpdatePrimaryRegion", AWAY, vec![&away]),
        ("RotateKeyOnDemand", AWAY, vec![&away]),
        ("RotateKey", AWAY, vec![&away]),
        ("SynchronizeMultiRegionKey", HOME, vec![&away, &home]),
    ];
    assert_eq!(seen, want);
    assert_eq!(records[0]["requestParameters"]["replicaRegion"], AWAY);
    assert_eq!(records[0]["responseElements"]["replicaKeyMetadata"]["keyState"], "Creating");
    assert_eq!(records[1]["requestParameters"]["multiRegion"], true);
    assert_eq!(records[1]["responseElements"]["keyMetadata"]["arn"], away);
    assert_eq!(records[6]["eventType"], "AwsApiCall");
}
