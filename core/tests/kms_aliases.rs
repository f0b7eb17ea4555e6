//! Aliases: names, targets, limits. Source: kms.md, section 10.

mod support;

use serde_json::{Value, json};
use support::{Refused, lab};

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
    let rows: Vec<_> = all["Aliases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["AliasName"].clone(), row["TargetKeyId"].clone()))
        .collect();
    assert_eq!(
        rows,
        [(json!("alias/a"), json!(key)), (json!("alias/b"), json!(other)), (json!("alias/c"), json!(other))]
    );
    let moved = &all["Aliases"][1];
    assert_eq!(moved["AliasArn"], "arn:aws:kms:us-east-1:111122223333:alias/b");
    assert_eq!(moved["LastUpdatedDate"].as_f64().unwrap() - moved["CreationDate"].as_f64().unwrap(), 86_400.0);
    let of_key = lab.kms("ListAliases", json!({ "KeyId": key })).unwrap();
    assert_eq!(of_key["Aliases"].as_array().unwrap().len(), 1);
    let page = lab.kms("ListAliases", json!({ "Limit": 2 })).unwrap();
    let rest = lab.kms("ListAliases", json!({ "Limit": 2, "Marker": page["NextMarker"] })).unwrap();
    assert_eq!((rest["Aliases"][0]["AliasName"].clone(), rest["Truncated"].clone()), (json!("alias/c"), json!(false)));
    lab.kms("DeleteAlias", json!({ "AliasName": "alias/a" })).unwrap();
    assert_eq!(lab.kms("ListAliases", json!({ "KeyId": key })).unwrap()["Aliases"], json!([]));
    assert!(lab.kms("DescribeKey", json!({ "KeyId": key })).is_ok(), "the key stays");
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
