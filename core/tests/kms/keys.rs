//! Keys as records: making, describing, listing, switching, tagging, deleting.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use serde_json::{Value, json};

const ABSENT: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err(Refused { status: 400, code: code.into(), message: message.into() })
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
}

fn state(lab: &mut TestLab, key: &str) -> String {
    let answer = lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
    answer["KeyMetadata"]["KeyState"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_without_parameters_has_exactly_the_members_of_a_symmetric_key() {
    // Source: kms.md 9.2 and 21, point 1.
    let mut lab = lab();
    let created = lab.kms("CreateKey", json!({})).unwrap();
    let metadata = created["KeyMetadata"].as_object().unwrap().clone();
    let id = metadata["KeyId"].as_str().unwrap();
    let material = metadata["CurrentKeyMaterialId"].as_str().unwrap();
    assert_eq!((id.len(), id.as_bytes()[14], material.len()), (36, b'4', 64));
    let want = json!({
        "AWSAccountId": "111122223333",
        "KeyId": id,
        "Arn": arn(id),
        "CreationDate": 1_767_225_600.0,
        "Enabled": true,
        "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
        "CurrentKeyMaterialId": material,
    });
    let created_at = metadata["CreationDate"].as_f64().unwrap();
    assert_eq!(created_at, 1_767_225_600.0);
    let mut want = want;
    want["CreationDate"] = metadata["CreationDate"].clone();
    assert_eq!(Value::from(metadata.clone()), want);
    for given in [id.to_owned(), arn(id)] {
        assert_eq!(lab.kms("DescribeKey", json!({ "KeyId": given })).unwrap(), created, "{given}");
    }
}

#[test]
fn what_cannot_be_made_is_refused_as_aws_refuses_it() {
    let mut lab = lab();
    let cases = [
        (
            json!({ "KeySpec": "HMAC_256" }),
            "ValidationException",
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        ),
        (
            json!({ "KeySpec": "RSA_2048", "KeyUsage": "KEY_AGREEMENT" }),
            "ValidationException",
            "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
        ),
        (
            json!({ "KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" }),
            "ValidationException",
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is \
             deprecated.",
        ),
        (
            json!({ "KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY" }),
            "UnsupportedOperationException",
            "KeySpec SM2 is not supported in this Region",
        ),
        (json!({ "KeySpec": "SM2" }), "UnsupportedOperationException", "KeySpec SM2 is not supported in this Region"),
        (
            json!({ "Origin": "AWS_CLOUDHSM" }),
            "ValidationException",
            "1 validation error detected: Value null at 'customKeyStoreId' failed to satisfy constraint: Member must not \
             be null",
        ),
        (
            json!({ "Origin": "EXTERNAL", "KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY" }),
            "ValidationException",
            "KeySpec ML_DSA_44 is not compatible with Origin EXTERNAL",
        ),
    ];
    for (body, code, message) in cases {
        assert_eq!(lab.kms("CreateKey", body.clone()), refused(code, message), "{body}");
    }
    assert_eq!(lab.kms("ListKeys", json!({})).unwrap(), json!({ "Keys": [], "Truncated": false }));
}

#[test]
fn key_ids_mean_what_the_guide_says() {
    // Source: kms.md 1.2.
    let mut lab = lab();
    let key = lab.key();
    let missing = format!("Key '{}' does not exist", arn(ABSENT));
    let no_alias = ("InvalidArnException", "Key Aliases are not supported for this operation.");
    let capitals = format!("Key '{}' does not exist", arn("1234ABCD-12AB-34CD-56EF-1234567890AB"));
    let capitals = ("NotFoundException", capitals.as_str());
    let cases = [
        // Given, to DescribeKey and to GetKeyPolicy.
        ("foo", ("NotFoundException", "Invalid keyId 'foo'"), ("NotFoundException", "Invalid keyId 'foo'")),
        (
            "1234abcd12ab34cd56ef1234567890ab",
            ("NotFoundException", "Invalid keyId '1234abcd12ab34cd56ef1234567890ab'"),
            ("NotFoundException", "Invalid keyId '1234abcd12ab34cd56ef1234567890ab'"),
        ),
        (
            "mrk-fake-key-id",
            ("NotFoundException", "Invalid keyId 'mrk-fake-key-id'"),
            ("NotFoundException", "Invalid keyId 'mrk-fake-key-id'"),
        ),
        (ABSENT, ("NotFoundException", missing.as_str()), ("NotFoundException", missing.as_str())),
        (&arn(ABSENT), ("NotFoundException", missing.as_str()), ("NotFoundException", missing.as_str())),
        (
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ("NotFoundException", "Invalid arn eu-west-1"),
            ("NotFoundException", "Invalid arn eu-west-1"),
        ),
        (
            "alias/none",
            ("NotFoundException", "Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found."),
            no_alias,
        ),
        (
            "arn:aws:kms:us-east-1:111122223333:alias/none",
            ("NotFoundException", "Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found."),
            no_alias,
        ),
        // Measured in us-east-1, 2026.
        ("1234ABCD-12AB-34CD-56EF-1234567890AB", capitals, capitals),
        ("arn:aws:kms:us-east-1:111122223333:key/1234ABCD-12AB-34CD-56EF-1234567890AB", capitals, capitals),
        (
            "arn:aws:kms:us-east-1:111122223333:key/foo",
            ("NotFoundException", "Invalid keyId foo"),
            ("NotFoundException", "Invalid keyId foo"),
        ),
        (
            "arn:aws:s3:::bucket",
            ("InvalidArnException", "Invalid arn arn:aws:s3:::bucket"),
            ("InvalidArnException", "Invalid arn arn:aws:s3:::bucket"),
        ),
        ("arn:aws", ("InvalidArnException", "Invalid arn arn:aws"), ("InvalidArnException", "Invalid arn arn:aws")),
    ];
    for (given, described, policy) in cases {
        for (operation, (code, message)) in [("DescribeKey", described), ("GetKeyPolicy", policy)] {
            let answer = lab.kms(operation, json!({ "KeyId": given }));
            assert_eq!(answer, refused(code, message), "{operation} {given}");
        }
    }
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    for given in ["alias/a".into(), "arn:aws:kms:us-east-1:111122223333:alias/a".into(), key.clone(), arn(&key)] {
        let answer = lab.kms("DescribeKey", json!({ "KeyId": given })).unwrap();
        assert_eq!(answer["KeyMetadata"]["KeyId"], key, "{given}");
    }
    // Neither the name of an alias that exists is taken there, nor a key's own id in capital letters anywhere.
    assert_eq!(lab.kms("GetKeyPolicy", json!({ "KeyId": "alias/a" })), refused(no_alias.0, no_alias.1));
    let body = json!({ "KeyId": key.to_ascii_uppercase() });
    assert_eq!(lab.kms("DescribeKey", body).unwrap_err().code, "NotFoundException");
}

#[test]
fn regions_and_accounts_do_not_see_each_others_keys() {
    let mut lab = lab();
    let key = lab.key();
    let admin = lab.admin.clone();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let empty = json!({ "Keys": [], "Truncated": false });
    assert_eq!(lab.kms_as(&admin, "eu-west-1", "ListKeys", json!({})).unwrap(), empty);
    assert_eq!(lab.kms_as(&other, "us-east-1", "ListKeys", json!({})).unwrap(), empty);
    let own = format!("Key 'arn:aws:kms:us-east-1:444455556666:key/{key}' does not exist");
    let answer = lab.kms_as(&other, "us-east-1", "DescribeKey", json!({ "KeyId": key }));
    assert_eq!(answer, refused("NotFoundException", &own), "a bare id means the caller's account");
    // Source: authorization.md 8.2: absent and forbidden keys of another account look alike.
    for id in [key.as_str(), ABSENT] {
        let refusal = lab.kms_as(&other, "us-east-1", "DescribeKey", json!({ "KeyId": arn(id) })).unwrap_err();
        assert_eq!(refusal.code, "AccessDeniedException");
        assert_eq!(
            refusal.message,
            "User: arn:aws:iam::444455556666:user/administrator is not authorized to perform: kms:DescribeKey on this \
             resource because the resource does not exist in this Region, no resource-based policies allow access, or \
             a resource-based policy explicitly denies access"
        );
    }
}

#[test]
fn lists_come_in_pages_by_key_id() {
    let mut lab = lab();
    let mut made: Vec<String> = (0..7).map(|_| lab.key()).collect();
    made.sort();
    let (mut listed, mut marker) = (Vec::new(), Value::Null);
    loop {
        let mut body = json!({ "Limit": 3 });
        if !marker.is_null() {
            body["Marker"] = marker;
        }
        let page = lab.kms("ListKeys", body).unwrap();
        let keys = page["Keys"].as_array().unwrap().clone();
        listed.extend(keys.iter().map(|entry| entry["KeyId"].as_str().unwrap().to_owned()));
        assert_eq!(keys[0]["KeyArn"], arn(keys[0]["KeyId"].as_str().unwrap()));
        marker = page["NextMarker"].clone();
        assert_eq!(page["Truncated"], !marker.is_null());
        if marker.is_null() {
            break;
        }
        let elsewhere = json!({ "Limit": 3, "Marker": marker });
        assert_eq!(lab.kms("ListAliases", elsewhere), refused("InvalidMarkerException", ""));
    }
    assert_eq!(listed, made);
    assert_eq!(lab.kms("ListKeys", json!({ "Marker": "nonsense" })), refused("InvalidMarkerException", ""));
    // Source: kms.md 1.5: each list has its own maximum.
    for (operation, maximum) in [
        ("ListKeys", 1000),
        ("ListAliases", 100),
        ("ListKeyPolicies", 1000),
        ("ListGrants", 100),
        ("ListResourceTags", 50),
    ] {
        let body = |limit: i64| json!({ "KeyId": made[0], "Limit": limit });
        let body = |limit| if operation == "ListKeys" { json!({ "Limit": limit }) } else { body(limit) };
        assert!(lab.kms(operation, body(maximum)).is_ok(), "{operation}");
        let message = format!(
            "1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have value \
             less than or equal to {maximum}",
            maximum + 1
        );
        assert_eq!(lab.kms(operation, body(maximum + 1)), refused("ValidationException", &message), "{operation}");
    }
}

#[test]
fn keys_are_switched_off_and_on() {
    let mut lab = lab();
    let key = lab.key();
    let steps =
        [("EnableKey", "Enabled"), ("DisableKey", "Disabled"), ("DisableKey", "Disabled"), ("EnableKey", "Enabled")];
    for (operation, want) in steps {
        assert_eq!(lab.kms(operation, json!({ "KeyId": key })), Ok(Value::Null), "no body");
        assert_eq!(state(&mut lab, &key), want);
        let described = lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
        assert_eq!(described["KeyMetadata"]["Enabled"], want == "Enabled");
    }
}

#[test]
fn a_scheduled_deletion_can_be_cancelled_until_it_happens() {
    let mut lab = lab();
    let key = lab.key();
    let sealed = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    lab.kms("CreateAlias", json!({ "AliasName": "alias/doomed", "TargetKeyId": key })).unwrap();
    let rule = |days: i64, bound: &str| {
        format!(
            "1 validation error detected: Value '{days}' at 'pendingWindowInDays' failed to satisfy constraint: Member \
             must have value {bound}"
        )
    };
    let between = || "PendingWindowInDays must be between 7 and 30".into();
    let cases = [
        (0, rule(0, "greater than or equal to 1")),
        (1, between()),
        (6, between()),
        (31, between()),
        (365, between()),
        (366, rule(366, "less than or equal to 365")),
    ];
    for (days, message) in cases {
        let answer = lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": days }));
        assert_eq!(answer, refused("ValidationException", &message));
    }
    let answer = lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).unwrap();
    assert_eq!(answer["KeyId"], arn(&key));
    assert_eq!((&answer["KeyState"], &answer["PendingWindowInDays"]), (&json!("PendingDeletion"), &json!(30)));
    assert_eq!(answer["DeletionDate"].as_f64().unwrap(), 1_767_225_600.0 + 30.0 * 86_400.0);
    lab.advance_days(29);
    assert_eq!(lab.kms("CancelKeyDeletion", json!({ "KeyId": key })), Ok(json!({ "KeyId": arn(&key) })));
    // Source: kms.md 3.1 and 21, point 32.
    let described = lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
    assert_eq!(described["KeyMetadata"]["KeyState"], "Disabled");
    assert_eq!(described["KeyMetadata"]["DeletionDate"], Value::Null);
    lab.advance_days(30);
    assert_eq!(state(&mut lab, &key), "Disabled", "a cancelled deletion does not happen");

    lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    lab.advance_days(6);
    assert_eq!(state(&mut lab, &key), "PendingDeletion");
    lab.advance_days(1);
    let missing = format!("Key '{}' does not exist", arn(&key));
    assert_eq!(lab.kms("DescribeKey", json!({ "KeyId": key })), refused("NotFoundException", &missing));
    assert_eq!(lab.kms("CancelKeyDeletion", json!({ "KeyId": key })), refused("NotFoundException", &missing));
    let gone = "Alias arn:aws:kms:us-east-1:111122223333:alias/doomed is not found.";
    assert_eq!(lab.kms("DescribeKey", json!({ "KeyId": "alias/doomed" })), refused("NotFoundException", gone));
    let aliases = lab.kms("ListAliases", json!({})).unwrap();
    let names = aliases["Aliases"].as_array().unwrap().iter().map(|row| row["AliasName"].as_str().unwrap());
    assert!(names.into_iter().all(|name| name.starts_with("alias/aws/")), "only AWS's are left");
    assert_eq!(lab.kms("ListKeys", json!({})).unwrap()["Keys"], json!([]));
    let lost = lab.kms("Decrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] })).unwrap_err();
    assert_eq!(lost.code, "AccessDeniedException", "the blob's key does not exist: {}", lost.message);
}

#[test]
fn tags_follow_their_rules() {
    // Source: kms.md, section 11.
    let mut lab = lab();
    let tag = |key: &str, value: &str| json!({ "TagKey": key, "TagValue": value });
    let many: Vec<Value> = (0..51).map(|n| tag(&n.to_string(), "v")).collect();
    let long = "k".repeat(129);
    let too_long = format!(
        "1 validation error detected: Value '{long}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member \
         must have length less than or equal to 128"
    );
    let cases = [
        (json!([tag("a", "1"), tag("a", "2")]), "TagException", "Duplicate tag keys"),
        (json!([tag("aws:a", "1")]), "TagException", "Tags beginning with aws: are reserved"),
        (json!([tag("AWS:a", "1")]), "TagException", "Tags beginning with aws: are reserved"),
        (json!(many), "TagException", "Too many tags"),
        (json!([tag(&long, "v")]), "ValidationException", too_long.as_str()),
    ];
    let key = lab.key();
    for (tags, code, message) in cases {
        assert_eq!(lab.kms("CreateKey", json!({ "Tags": tags })), refused(code, message), "{tags}");
        let body = json!({ "KeyId": key, "Tags": tags });
        assert_eq!(lab.kms("TagResource", body), refused(code, message), "{tags}");
    }
    let list = |lab: &mut TestLab| lab.kms("ListResourceTags", json!({ "KeyId": key })).unwrap();
    assert_eq!(list(&mut lab), json!({ "Tags": [], "Truncated": false }));
    lab.kms("TagResource", json!({ "KeyId": key, "Tags": [tag("a", "1"), tag("A", "2")] })).unwrap();
    lab.kms("TagResource", json!({ "KeyId": key, "Tags": [tag("a", "3")] })).unwrap();
    assert_eq!(list(&mut lab)["Tags"], json!([tag("A", "2"), tag("a", "3")]), "keys are case-sensitive");
    lab.kms("TagResource", json!({ "KeyId": key, "Tags": many[..48] })).unwrap();
    assert_eq!(
        lab.kms("TagResource", json!({ "KeyId": key, "Tags": [tag("one more", "")] })),
        refused("TagException", "Too many tags")
    );
    assert_eq!(list(&mut lab)["Tags"].as_array().unwrap().len(), 50, "a refused request changes nothing");
    assert_eq!(lab.kms("UntagResource", json!({ "KeyId": key, "TagKeys": ["a", "not there"] })), Ok(Value::Null));
    assert_eq!(list(&mut lab)["Tags"].as_array().unwrap().len(), 49);
    let page = lab.kms("ListResourceTags", json!({ "KeyId": key, "Limit": 40 })).unwrap();
    let rest = lab.kms("ListResourceTags", json!({ "KeyId": key, "Marker": page["NextMarker"] })).unwrap();
    assert_eq!((page["Truncated"].clone(), rest["Tags"].as_array().unwrap().len()), (json!(true), 9));
}

#[test]
fn descriptions_are_replaced() {
    let mut lab = lab();
    let created = lab.kms("CreateKey", json!({ "Description": "first" })).unwrap();
    let key = created["KeyMetadata"]["KeyId"].clone();
    assert_eq!(created["KeyMetadata"]["Description"], "first");
    for description in ["", "second", "dritte \u{1f511}"] {
        lab.kms("UpdateKeyDescription", json!({ "KeyId": key, "Description": description })).unwrap();
        let described = lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
        assert_eq!(described["KeyMetadata"]["Description"], description);
    }
}

#[test]
fn a_request_without_members_is_a_modelled_refusal() {
    let mut lab = lab();
    for operation in [
        "CancelKeyDeletion",
        "CreateAlias",
        "CreateGrant",
        "Decrypt",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "EnableKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateRandom",
        "GetKeyPolicy",
        "ListGrants",
        "ListKeyPolicies",
        "ListResourceTags",
        "ListRetirableGrants",
        "PutKeyPolicy",
        "ReEncrypt",
        "RetireGrant",
        "RevokeGrant",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    ] {
        let refusal = lab.kms(operation, json!({})).unwrap_err();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "ValidationException"), "{operation}");
    }
}

#[test]
fn random_bytes_have_their_own_rules() {
    use base64ct::{Base64, Encoding};
    let mut lab = lab();
    assert_eq!(lab.kms("GenerateRandom", json!({})), refused("ValidationException", "NumberOfBytes is required."));
    for (bytes, bound) in [(0, "greater than or equal to 1"), (1025, "less than or equal to 1024")] {
        let message = format!(
            "1 validation error detected: Value '{bytes}' at 'numberOfBytes' failed to satisfy constraint: Member must \
             have value {bound}"
        );
        assert_eq!(
            lab.kms("GenerateRandom", json!({ "NumberOfBytes": bytes })),
            refused("ValidationException", &message)
        );
    }
    for bytes in [1, 32, 1024] {
        let answer = lab.kms("GenerateRandom", json!({ "NumberOfBytes": bytes })).unwrap();
        assert_eq!(Base64::decode_vec(answer["Plaintext"].as_str().unwrap()).unwrap().len(), bytes);
    }
}

/// An account is in every partition by the same names: suites for several partitions have one lab.
#[test]
fn keys_of_another_partition_are_used_by_the_same_accounts() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    let allowed = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}]}"#;
    let (alice, bob) = (lab.user("alice", Some(allowed)), lab.user("bob", None));
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")] {
        let made = lab.kms_as(&admin, region, "CreateKey", json!({})).unwrap();
        let id = made["KeyMetadata"]["KeyId"].as_str().unwrap();
        let key = format!("arn:{partition}:kms:{region}:111122223333:key/{id}");
        assert_eq!(made["KeyMetadata"]["Arn"], *key);
        let policy = lab.kms_as(&admin, region, "GetKeyPolicy", json!({ "KeyId": id })).unwrap();
        let policy: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
        let root = format!("arn:{partition}:iam::111122223333:root");
        assert_eq!(policy["Statement"][0]["Principal"]["AWS"], *root);
        let sealed = lab.kms_as(&alice, region, "Encrypt", json!({ "KeyId": id, "Plaintext": "aGk=" })).unwrap();
        let open = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
        assert_eq!(lab.kms_as(&admin, region, "Decrypt", open).unwrap()["Plaintext"], "aGk=");
        let message = format!(
            "User: arn:{partition}:iam::111122223333:user/bob is not authorized to perform: kms:Encrypt on resource: {key} \
             because no identity-based policy allows the kms:Encrypt action"
        );
        let denied = lab.kms_as(&bob, region, "Encrypt", json!({ "KeyId": id, "Plaintext": "aGk=" }));
        assert_eq!(denied, refused("AccessDeniedException", &message));
    }
}
