//! Aliases: names, targets, limits. Source: kms.md, section 10.

use crate::support::{Refused, lab};
use serde_json::{Value, json};

fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err(Refused { status: 400, code: code.into(), message: message.into() })
}

const PREFIX: &str = "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";

#[test]
fn names_follow_their_rules() {
    let mut lab = lab();
    let key = lab.key();
    let cases = [
        ("orders", "ValidationException", PREFIX),
        ("Alias/orders", "ValidationException", PREFIX),
        ("alias/aws/orders", "NotAuthorizedException", ""),
        ("alias/a:b", "ValidationException", "alias/a:b contains invalid characters for an alias"),
        ("alias/", "InvalidAliasNameException", "alias/ names no alias"),
    ];
    for (name, code, message) in cases {
        let target = json!({ "AliasName": name, "TargetKeyId": key });
        for (operation, body) in
            [("CreateAlias", target.clone()), ("UpdateAlias", target), ("DeleteAlias", json!({ "AliasName": name }))]
        {
            assert_eq!(lab.kms(operation, body), refused(code, message), "{operation} {name}");
        }
    }
    for name in ["alias/a", "alias/A", "alias/aws", "alias/a/b_c-9", &format!("alias/{}", "x".repeat(250))] {
        assert_eq!(lab.kms("CreateAlias", json!({ "AliasName": name, "TargetKeyId": key })), Ok(Value::Null), "{name}");
    }
    let again = lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key }));
    let arn = "arn:aws:kms:us-east-1:111122223333:alias/a";
    assert_eq!(again, refused("AlreadyExistsException", &format!("An alias with the name {arn} already exists")));
}

#[test]
fn targets_are_keys() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    let not_alias = refused("ValidationException", "Aliases must refer to keys. Not aliases");
    for target in ["alias/a", "arn:aws:kms:us-east-1:111122223333:alias/a"] {
        for (operation, name) in [("CreateAlias", "alias/b"), ("UpdateAlias", "alias/a")] {
            let answer = lab.kms(operation, json!({ "AliasName": name, "TargetKeyId": target }));
            assert_eq!(answer, not_alias, "{operation} {target}");
        }
    }
    for (operation, body) in [
        ("UpdateAlias", json!({ "AliasName": "alias/none", "TargetKeyId": key })),
        ("DeleteAlias", json!({ "AliasName": "alias/none" })),
    ] {
        let message = "Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.";
        assert_eq!(lab.kms(operation, body), refused("NotFoundException", message), "{operation}");
    }
}

#[test]
fn lists_show_where_aliases_point_and_since_when() {
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    for (name, target) in [("alias/b", &key), ("alias/a", &key), ("alias/c", &other)] {
        lab.kms("CreateAlias", json!({ "AliasName": name, "TargetKeyId": target })).unwrap();
    }
    lab.advance_days(1);
    lab.kms("UpdateAlias", json!({ "AliasName": "alias/b", "TargetKeyId": other })).unwrap();
    lab.kms("UpdateAlias", json!({ "AliasName": "alias/b", "TargetKeyId": other })).unwrap();
    let all = lab.kms("ListAliases", json!({})).unwrap();
    // AWS's own have no key yet.
    let (aws, own): (Vec<_>, Vec<_>) =
        all["Aliases"].as_array().unwrap().iter().partition(|row| row["TargetKeyId"].is_null());
    assert!(aws.iter().all(|row| row["AliasName"].as_str().unwrap().starts_with("alias/aws/")));
    assert_eq!(aws.len(), 14);
    assert_eq!(
        *aws[8],
        json!({ "AliasName": "alias/aws/s3", "AliasArn": "arn:aws:kms:us-east-1:111122223333:alias/aws/s3" })
    );
    let rows: Vec<_> = own.iter().map(|row| (row["AliasName"].clone(), row["TargetKeyId"].clone())).collect();
    assert_eq!(
        rows,
        [(json!("alias/a"), json!(key)), (json!("alias/b"), json!(other)), (json!("alias/c"), json!(other))]
    );
    let moved = own[1];
    assert_eq!(moved["AliasArn"], "arn:aws:kms:us-east-1:111122223333:alias/b");
    assert_eq!(moved["LastUpdatedDate"].as_f64().unwrap() - moved["CreationDate"].as_f64().unwrap(), 86_400.0);
    let of_key = lab.kms("ListAliases", json!({ "KeyId": key })).unwrap();
    assert_eq!(of_key["Aliases"].as_array().unwrap().len(), 1);
    let mut paged = Vec::new();
    let mut page = lab.kms("ListAliases", json!({ "Limit": 2 })).unwrap();
    loop {
        paged.extend(page["Aliases"].as_array().unwrap().clone());
        let Some(marker) = page["NextMarker"].as_str() else { break };
        page = lab.kms("ListAliases", json!({ "Limit": 2, "Marker": marker })).unwrap();
    }
    assert_eq!(json!(paged), all["Aliases"]);
    lab.kms("DeleteAlias", json!({ "AliasName": "alias/a" })).unwrap();
    assert_eq!(lab.kms("ListAliases", json!({ "KeyId": key })).unwrap()["Aliases"], json!([]));
    assert!(lab.kms("DescribeKey", json!({ "KeyId": key })).is_ok(), "the key stays");
}

#[test]
fn aws_managed_keys_are_made_when_asked_for_and_serve_their_service_alone() {
    let mut lab = lab();
    let s3 = lab.kms("DescribeKey", json!({ "KeyId": "alias/aws/s3" })).unwrap()["KeyMetadata"].clone();
    let named: Vec<_> =
        ["KeyManager", "Description", "KeySpec", "Origin", "KeyState"].map(|name| s3[name].clone()).into();
    let description = "Default key that protects my S3 objects when no other key is defined";
    assert_eq!(json!(named), json!(["AWS", description, "SYMMETRIC_DEFAULT", "AWS_KMS", "Enabled"]));
    for same in ["alias/aws/s3", "arn:aws:kms:us-east-1:111122223333:alias/aws/s3", s3["Arn"].as_str().unwrap()] {
        assert_eq!(lab.kms("DescribeKey", json!({ "KeyId": same })).unwrap()["KeyMetadata"], s3, "{same}");
    }
    let key = s3["KeyId"].as_str().unwrap();
    assert_eq!(lab.kms("ListKeys", json!({})).unwrap()["Keys"][0]["KeyId"], key);
    assert_eq!(lab.kms("ListAliases", json!({ "KeyId": key })).unwrap()["Aliases"][0]["AliasName"], "alias/aws/s3");
    let policy = lab.kms("GetKeyPolicy", json!({ "KeyId": key })).unwrap();
    assert!(policy["Policy"].as_str().unwrap().contains("\"kms:ViaService\" : \"s3.us-east-1.amazonaws.com\""));

    // The policy gives the account the reading operations and RevokeGrant; the rest is the service's, even for the
    // administrator.
    for (operation, body) in [
        ("Encrypt", json!({ "KeyId": "alias/aws/s3", "Plaintext": "AA==" })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("DisableKey", json!({ "KeyId": key })),
        ("ScheduleKeyDeletion", json!({ "KeyId": key })),
        ("UpdateKeyDescription", json!({ "KeyId": key, "Description": "mine" })),
        ("TagResource", json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "b" }] })),
        ("PutKeyPolicy", json!({ "KeyId": key, "Policy": policy["Policy"] })),
        ("CreateAlias", json!({ "AliasName": "alias/mine", "TargetKeyId": key })),
        (
            "CreateGrant",
            json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"] }),
        ),
    ] {
        assert_eq!(lab.kms(operation, body).unwrap_err().code, "AccessDeniedException", "{operation}");
    }
    for (operation, list) in [("ListGrants", "Grants"), ("ListResourceTags", "Tags")] {
        assert_eq!(lab.kms(operation, json!({ "KeyId": key })).unwrap()[list], json!([]), "{operation}");
    }

    // Who may not describe keys makes none; other names are not there.
    let alice = lab.user("alice", None);
    let made = lab.kms_as(&alice, "us-east-1", "DescribeKey", json!({ "KeyId": "alias/aws/ebs" }));
    assert_eq!(made.unwrap_err().code, "AccessDeniedException");
    assert_eq!(lab.kms("ListKeys", json!({})).unwrap()["Keys"].as_array().unwrap().len(), 1);
    let none = lab.kms("DescribeKey", json!({ "KeyId": "alias/aws/none" }));
    assert_eq!(none.unwrap_err().code, "NotFoundException");
    // Other operations make none.
    let early = lab.kms("Encrypt", json!({ "KeyId": "alias/aws/ebs", "Plaintext": "AA==" }));
    assert_eq!(early.unwrap_err().code, "NotFoundException");
}

#[test]
fn a_key_has_at_most_50_aliases() {
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    for n in 0..50 {
        lab.kms("CreateAlias", json!({ "AliasName": format!("alias/{n}"), "TargetKeyId": key })).unwrap();
    }
    let one_more = lab.kms("CreateAlias", json!({ "AliasName": "alias/more", "TargetKeyId": key })).unwrap_err();
    assert_eq!(one_more.code, "LimitExceededException");
    lab.kms("CreateAlias", json!({ "AliasName": "alias/more", "TargetKeyId": other })).unwrap();
    let moved = lab.kms("UpdateAlias", json!({ "AliasName": "alias/more", "TargetKeyId": key })).unwrap_err();
    assert_eq!(moved.code, "LimitExceededException");
    assert!(lab.kms("UpdateAlias", json!({ "AliasName": "alias/0", "TargetKeyId": key })).is_ok(), "it has it already");
}
