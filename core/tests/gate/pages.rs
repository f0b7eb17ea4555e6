//! Lists in pages: whatever the names are, a marker is one that the model lets a client send back.
//! Source: IAM API Reference, `Marker` (1 to 320 characters); KMS API Reference, `Marker` (1 to 1,024).
#![expect(clippy::std_instead_of_alloc, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{TestLab, lab, tag};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;

/// The texts of `element` on all pages of an IAM list, one item a page.
fn all_of(lab: &mut TestLab, action: &str, parameters: &[(&str, &str)], element: &str) -> Vec<String> {
    let (mut seen, mut marker) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = [parameters, &[("MaxItems", "1")]].concat();
        if let Some(marker) = &marker {
            parameters.push(("Marker", marker));
        }
        let answer = lab.iam(action, &parameters).unwrap();
        seen.extend(tag(&answer, element));
        marker = tag(&answer, "Marker");
        if marker.is_none() {
            return seen;
        }
    }
}

#[test]
fn pages_of_iam_go_on_after_long_names() {
    let mut lab = lab();
    lab.iam("CreateUser", &[("UserName", "alice")]).unwrap();
    // ARNs of 541 characters that differ at their ends, and one short one.
    let long = format!("/{}/", "p".repeat(500));
    let mut arns = BTreeSet::new();
    for (path, name) in [(long.as_str(), "a"), (&long, "b"), (&long, "c"), ("/", "z")] {
        let parameters = [("PolicyName", name), ("Path", path), ("PolicyDocument", DOCUMENT)];
        let arn = tag(&lab.iam("CreatePolicy", &parameters).unwrap(), "Arn").unwrap();
        lab.iam("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", &arn)]).unwrap();
        arns.insert(arn);
    }
    let seen = all_of(&mut lab, "ListAttachedUserPolicies", &[("UserName", "alice")], "PolicyArn");
    assert_eq!(seen, arns.into_iter().collect::<Vec<_>>());

    let keys: Vec<String> = ["a", "b", "c"].map(|end| "鍵".repeat(127) + end).into();
    for key in &keys {
        let parameters = [("UserName", "alice"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", "v")];
        lab.iam("TagUser", &parameters).unwrap();
    }
    assert_eq!(all_of(&mut lab, "ListUserTags", &[("UserName", "alice")], "Key"), keys);
}

#[test]
fn pages_of_kms_go_on_after_long_names() {
    let mut lab = lab();
    let key = lab.key();
    // Control characters, which JSON writes as six; wide ones; and the longest alias.
    let names: Vec<String> = ["\u{1}", "\n", "字", "\u{10ffff}"]
        .iter()
        .flat_map(|one| ["a", "b"].map(|end| one.repeat(127) + end))
        .collect();
    let tags: Vec<Value> = names.iter().map(|name| json!({ "TagKey": name, "TagValue": "v" })).collect();
    lab.kms("TagResource", json!({ "KeyId": key, "Tags": tags })).unwrap();
    let aliases = ["a", "b"].map(|end| format!("alias/{}{end}", "n".repeat(249)));
    for name in &aliases {
        lab.kms("CreateAlias", json!({ "AliasName": name, "TargetKeyId": key })).unwrap();
    }
    let cases = [
        ("ListResourceTags", "Tags", "TagKey", json!({ "KeyId": key, "Limit": 1 }), names),
        ("ListAliases", "Aliases", "AliasName", json!({ "KeyId": key, "Limit": 1 }), aliases.into()),
    ];
    for (operation, list, member, mut body, want) in cases {
        let mut seen = Vec::new();
        loop {
            let page = lab.kms(operation, body.clone()).unwrap();
            seen.extend(page[list].as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()));
            if page["Truncated"] == json!(false) {
                break;
            }
            body["Marker"] = page["NextMarker"].clone();
        }
        assert_eq!(seen, want, "{operation}");
    }
}
