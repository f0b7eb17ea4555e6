//! Grants: making, using, listing, ending. Source: kms.md, section 16.
#![expect(clippy::std_instead_of_alloc, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use kmslab::lab::Credentials;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROOT: &str = "arn:aws:iam::111122223333:root";

fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err(Refused { status: 400, code: code.into(), message: message.into() })
}

fn user(name: &str) -> String {
    format!("arn:aws:iam::111122223333:user/{name}")
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
}

/// A lab with a key and the users alice and bob, who may do nothing.
fn scene() -> (TestLab, String, Credentials, Credentials) {
    let mut lab = lab();
    let key = lab.key();
    let (alice, bob) = (lab.user("alice", None), lab.user("bob", None));
    (lab, key, alice, bob)
}

fn grant(lab: &mut TestLab, key: &str, more: Value) -> Value {
    let mut body = json!({ "KeyId": key, "GranteePrincipal": user("alice"), "Operations": ["Encrypt", "Decrypt"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    lab.kms("CreateGrant", body).unwrap()
}

fn may(lab: &mut TestLab, who: &Credentials, operation: &str, body: Value) -> bool {
    match lab.kms_as(who, "us-east-1", operation, body) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.code, "AccessDeniedException", "{operation}: {}", refusal.message);
            false
        }
    }
}

#[test]
fn a_grant_allows_its_operations_to_its_grantee_until_it_ends() {
    let (mut lab, key, alice, bob) = scene();
    let encrypt = || json!({ "KeyId": key, "Plaintext": "aGk=" });
    assert!(!may(&mut lab, &alice, "Encrypt", encrypt()));
    let made = grant(&mut lab, &key, json!({}));
    assert_eq!(made.as_object().unwrap().keys().collect::<Vec<_>>(), ["GrantId", "GrantToken"]);
    assert!(may(&mut lab, &alice, "Encrypt", encrypt()));
    assert!(!may(&mut lab, &bob, "Encrypt", encrypt()));
    assert!(!may(&mut lab, &alice, "DescribeKey", json!({ "KeyId": key })), "not among the operations");
    let other = lab.key();
    assert!(!may(&mut lab, &alice, "Encrypt", json!({ "KeyId": other, "Plaintext": "aGk=" })), "on this key alone");
    lab.kms("RevokeGrant", json!({ "KeyId": key, "GrantId": made["GrantId"] })).unwrap();
    assert!(!may(&mut lab, &alice, "Encrypt", encrypt()));
}

#[test]
fn constraints_hold_the_encryption_context() {
    // Source: kms.md 16.4.
    let (mut lab, key, alice, _) = scene();
    let cases = [
        ("EncryptionContextEquals", json!({ "a": "1" }), json!({ "a": "1" }), true),
        ("EncryptionContextEquals", json!({ "a": "1" }), json!({ "a": "1", "b": "2" }), false),
        ("EncryptionContextEquals", json!({ "a": "1" }), json!({ "a": "2", "A": "1" }), false),
        ("EncryptionContextEquals", json!({ "a": "1" }), json!({}), false),
        ("EncryptionContextSubset", json!({ "a": "1" }), json!({ "a": "1", "b": "2" }), true),
        ("EncryptionContextSubset", json!({ "a": "1" }), json!({ "a": "2" }), false),
        ("EncryptionContextSubset", json!({ "a": "1" }), json!({ "b": "2" }), false),
    ];
    for (kind, constraint, context, want) in cases {
        let made = grant(&mut lab, &key, json!({ "Constraints": { kind: constraint } }));
        let body = json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionContext": context });
        assert_eq!(may(&mut lab, &alice, "Encrypt", body), want, "{kind} {constraint} with {context}");
        lab.kms("RevokeGrant", json!({ "KeyId": key, "GrantId": made["GrantId"] })).unwrap();
    }
}

#[test]
fn a_grant_can_only_pass_on_what_it_gives() {
    // Source: kms.md 16.4, "grant with CreateGrant".
    let (mut lab, key, alice, _) = scene();
    let constraint = json!({ "EncryptionContextSubset": { "a": "1" } });
    let more = json!({ "Operations": ["Decrypt", "Encrypt", "CreateGrant"], "Constraints": constraint });
    grant(&mut lab, &key, more);
    let more_pairs = json!({ "EncryptionContextSubset": { "a": "1", "b": "2" } });
    let equals = json!({ "EncryptionContextEquals": { "a": "1" } });
    let cases = [
        (json!(["Decrypt"]), constraint.clone(), true),
        (json!(["Decrypt", "Encrypt"]), more_pairs, true),
        (json!(["Decrypt"]), equals, true),
        (json!(["Decrypt"]), json!({ "EncryptionContextSubset": { "b": "2" } }), false),
        (json!(["Decrypt"]), Value::Null, false),
        (json!(["Decrypt", "GenerateDataKey"]), constraint, false),
    ];
    for (operations, constraints, want) in cases {
        let mut body = json!({ "KeyId": key, "GranteePrincipal": user("bob"), "Operations": operations });
        if !constraints.is_null() {
            body["Constraints"] = constraints.clone();
        }
        assert_eq!(may(&mut lab, &alice, "CreateGrant", body), want, "{operations} {constraints}");
    }
}

#[test]
fn a_named_grant_is_made_once() {
    // Source: kms.md 16.2.
    let (mut lab, key, ..) = scene();
    let first = grant(&mut lab, &key, json!({ "Name": "n" }));
    let again = grant(&mut lab, &key, json!({ "Name": "n", "Operations": ["Decrypt", "Encrypt"] }));
    assert_eq!(again["GrantId"], first["GrantId"], "the order of operations is none");
    assert_ne!(again["GrantToken"], first["GrantToken"]);
    let differing = [
        json!({ "Name": "n", "Operations": ["Decrypt"] }),
        json!({ "Name": "n", "GranteePrincipal": user("bob") }),
        json!({ "Name": "n", "RetiringPrincipal": user("bob") }),
        json!({ "Name": "n", "Constraints": { "EncryptionContextEquals": { "a": "1" } } }),
        json!({ "Name": "m" }),
        json!({}),
        json!({}),
    ];
    let mut ids = BTreeSet::from([first["GrantId"].to_string()]);
    for more in differing {
        let made = grant(&mut lab, &key, more.clone());
        assert!(ids.insert(made["GrantId"].to_string()), "{more} is a new grant");
    }
    let listed = lab.kms("ListGrants", json!({ "KeyId": key })).unwrap();
    assert_eq!(listed["Grants"].as_array().unwrap().len(), ids.len());
}

#[test]
fn grant_tokens_are_those_that_create_grant_made() {
    let (mut lab, key, alice, _) = scene();
    let made = grant(&mut lab, &key, json!({ "Operations": ["Encrypt", "DescribeKey"] }));
    let token = made["GrantToken"].as_str().unwrap().to_owned();
    assert_eq!(token.len(), 384);
    let body = |token: &str| json!({ "KeyId": key, "Plaintext": "aGk=", "GrantTokens": [token] });
    assert!(may(&mut lab, &alice, "Encrypt", body(&token)));
    assert!(may(&mut lab, &alice, "DescribeKey", json!({ "KeyId": key, "GrantTokens": [token] })));
    let invalid = refused("InvalidGrantTokenException", "");
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let turned = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        assert_eq!(lab.kms("Encrypt", body(&turned)), invalid, "at {at}");
    }
    for wrong in ["x", "!", &token[1..], &token[..383]] {
        assert_eq!(lab.kms("Encrypt", body(wrong)), invalid, "{wrong}");
        assert_eq!(lab.kms("RetireGrant", json!({ "GrantToken": wrong })), invalid, "{wrong}");
    }
    let eleven = json!({ "KeyId": key, "Plaintext": "aGk=", "GrantTokens": vec![token.clone(); 11] });
    assert_eq!(lab.kms("Encrypt", eleven).unwrap_err().code, "ValidationException");
    let admin = lab.admin.clone();
    assert_eq!(lab.kms_as(&admin, "eu-west-1", "RetireGrant", json!({ "GrantToken": token })), invalid);
    lab.kms("RevokeGrant", json!({ "KeyId": key, "GrantId": made["GrantId"] })).unwrap();
    assert_eq!(lab.kms("Encrypt", body(&token)), invalid, "its grant has ended");
}

#[test]
fn who_may_end_a_grant_stands_in_the_grant() {
    // Source: kms.md 16.5.
    let (mut lab, key, alice, bob) = scene();
    let admin = lab.admin.clone();
    // The grant; then whether alice (grantee), bob, and the administrator (of the account that made it) may retire it.
    let cases = [
        (json!({}), [false, false, true]),
        (json!({ "Operations": ["Decrypt", "RetireGrant"] }), [true, false, true]),
        (json!({ "RetiringPrincipal": user("bob") }), [false, true, true]),
    ];
    for (more, wanted) in cases {
        for (who, want) in [&alice, &bob, &admin].into_iter().zip(wanted) {
            for by_token in [false, true] {
                let made = grant(&mut lab, &key, more.clone());
                let body = match by_token {
                    true => json!({ "GrantToken": made["GrantToken"] }),
                    false => json!({ "KeyId": arn(&key), "GrantId": made["GrantId"] }),
                };
                let dry = lab.kms_as(who, "us-east-1", "RetireGrant", {
                    let mut dry = body.clone();
                    dry["DryRun"] = json!(true);
                    dry
                });
                assert_eq!(dry.unwrap_err().code == "DryRunOperationException", want, "{more} {}", who.access_key_id);
                assert_eq!(may(&mut lab, who, "RetireGrant", body), want, "{more} {}", who.access_key_id);
            }
        }
    }
    let made = grant(&mut lab, &key, json!({}));
    let revoke = json!({ "KeyId": key, "GrantId": made["GrantId"] });
    assert!(!may(&mut lab, &alice, "RevokeGrant", revoke.clone()));
    let dry = json!({ "KeyId": key, "GrantId": made["GrantId"], "DryRun": true });
    assert_eq!(lab.kms("RevokeGrant", dry).unwrap_err().code, "DryRunOperationException");
    assert!(may(&mut lab, &admin, "RevokeGrant", revoke.clone()));
    let id = made["GrantId"].as_str().unwrap();
    let missing = refused("NotFoundException", &format!("Grant ID {id} not found"));
    assert_eq!(lab.kms("RevokeGrant", revoke.clone()), missing);
    assert_eq!(lab.kms("RetireGrant", revoke), missing);
    let other = lab.key();
    let made = grant(&mut lab, &key, json!({}));
    for operation in ["RevokeGrant", "RetireGrant"] {
        let elsewhere = lab.kms(operation, json!({ "KeyId": other, "GrantId": made["GrantId"] })).unwrap_err();
        assert_eq!(elsewhere.code, "NotFoundException", "{operation}: a grant of another key");
        let malformed = lab.kms(operation, json!({ "KeyId": key, "GrantId": "xyz" }));
        assert_eq!(malformed, refused("InvalidGrantIdException", ""), "{operation}");
    }
    for body in
        [json!({ "KeyId": key }), json!({ "GrantId": made["GrantId"] }), json!({ "GrantToken": "t", "KeyId": key })]
    {
        assert_eq!(lab.kms("RetireGrant", body.clone()).unwrap_err().code, "ValidationException", "{body}");
    }
}

#[test]
fn what_no_grant_can_be_is_refused() {
    let (mut lab, key, ..) = scene();
    lab.iam("CreateGroup", &[("GroupName", "people")]).unwrap();
    let group = "arn:aws:iam::111122223333:group/people";
    let nobody = user("nobody");
    let not_valid = |arn: &str| format!("ARN does not refer to a valid principal: {arn}");
    let many: Value = (0..9).map(|n| (n.to_string(), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    let cases = [
        (json!({ "GranteePrincipal": group }), "InvalidArnException", not_valid(group)),
        (json!({ "GranteePrincipal": nobody }), "InvalidArnException", not_valid(&nobody)),
        (json!({ "RetiringPrincipal": nobody }), "InvalidArnException", not_valid(&nobody)),
        (json!({ "GranteePrincipal": "sns.amazonaws.com" }), "InvalidArnException", not_valid("sns.amazonaws.com")),
        (json!({ "GranteePrincipal": "111122223333" }), "InvalidArnException", not_valid("111122223333")),
        (
            json!({ "Operations": ["Sign"] }),
            "ValidationException",
            "Operation Sign is not supported in a grant for a key with KeySpec SYMMETRIC_DEFAULT".into(),
        ),
        (
            json!({ "Operations": ["CreateGrant"] }),
            "ValidationException",
            "Grants must not contain only the CreateGrant operation.".into(),
        ),
        (
            json!({ "Constraints": { "EncryptionContextEquals": {"a": "b"}, "EncryptionContextSubset": {"a": "b"} } }),
            "ValidationException",
            "More than one constraint supplied".into(),
        ),
        (
            json!({ "Constraints": { "EncryptionContextEquals": many } }),
            "ValidationException",
            "A grant constraint can have at most 8 encryption context pairs.".into(),
        ),
        (
            json!({ "Constraints": { "EncryptionContextSubset": { "a": "v".repeat(385) } } }),
            "ValidationException",
            "A value in a grant constraint can have at most 384 characters.".into(),
        ),
        (
            json!({ "GranteeServicePrincipal": "sns.us-east-1.amazonaws.com" }),
            "ValidationException",
            "Specify either GranteePrincipal or GranteeServicePrincipal, not both.".into(),
        ),
    ];
    for (more, code, message) in cases {
        let mut body = json!({ "KeyId": key, "GranteePrincipal": user("alice"), "Operations": ["Decrypt"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(lab.kms("CreateGrant", body), refused(code, &message), "{more}");
    }
    let none = json!({ "KeyId": key, "Operations": ["Decrypt"] });
    assert_eq!(lab.kms("CreateGrant", none).unwrap_err().code, "ValidationException");
    let dry = json!({ "KeyId": key, "GranteePrincipal": user("alice"), "Operations": ["Decrypt"], "DryRun": true });
    assert_eq!(lab.kms("CreateGrant", dry).unwrap_err().code, "DryRunOperationException");
    assert_eq!(lab.kms("ListGrants", json!({ "KeyId": key })).unwrap()["Grants"], json!([]));
}

#[test]
fn lists_show_grants_as_they_are() {
    let (mut lab, key, ..) = scene();
    let constraints = json!({ "EncryptionContextSubset": { "a": "1" } });
    let more = json!({ "Name": "n", "RetiringPrincipal": user("bob"), "Constraints": constraints });
    let full = grant(&mut lab, &key, more);
    let bare = grant(&mut lab, &key, json!({ "GranteePrincipal": user("bob") }));
    let listed = lab.kms("ListGrants", json!({ "KeyId": key, "GrantId": full["GrantId"] })).unwrap();
    let created = listed["Grants"][0]["CreationDate"].clone();
    let want = json!({
        "KeyId": arn(&key),
        "GrantId": full["GrantId"],
        "Name": "n",
        "CreationDate": created,
        "GranteePrincipal": user("alice"),
        "RetiringPrincipal": user("bob"),
        "IssuingAccount": ROOT,
        "Operations": ["Encrypt", "Decrypt"],
        "Constraints": constraints,
    });
    assert_eq!(listed, json!({ "Grants": [want], "Truncated": false }));
    let bobs = lab.kms("ListGrants", json!({ "KeyId": key, "GranteePrincipal": user("bob") })).unwrap();
    assert_eq!((bobs["Grants"].as_array().unwrap().len(), &bobs["Grants"][0]["GrantId"]), (1, &bare["GrantId"]));
    let retirable = lab.kms("ListRetirableGrants", json!({ "RetiringPrincipal": user("bob") })).unwrap();
    assert_eq!(
        (retirable["Grants"].as_array().unwrap().len(), &retirable["Grants"][0]["GrantId"]),
        (1, &full["GrantId"])
    );
    let page = lab.kms("ListGrants", json!({ "KeyId": key, "Limit": 1 })).unwrap();
    let rest = lab.kms("ListGrants", json!({ "KeyId": key, "Marker": page["NextMarker"] })).unwrap();
    let ids = BTreeSet::from([&page["Grants"][0]["GrantId"], &rest["Grants"][0]["GrantId"]].map(Value::to_string));
    assert_eq!(ids, BTreeSet::from([full["GrantId"].to_string(), bare["GrantId"].to_string()]));
    let other = lab.key();
    let foreign = json!({ "KeyId": other, "Marker": page["NextMarker"] });
    assert_eq!(lab.kms("ListGrants", foreign), refused("InvalidMarkerException", ""));
    // A principal that is gone is shown as its unique id, and a new one of its name is somebody else.
    let alices_key = lab.iam("ListAccessKeys", &[("UserName", "alice")]).unwrap();
    let id = crate::support::tag(&alices_key, "AccessKeyId").unwrap();
    lab.iam("DeleteAccessKey", &[("UserName", "alice"), ("AccessKeyId", &id)]).unwrap();
    lab.iam("DeleteUser", &[("UserName", "alice")]).unwrap();
    let again = lab.user("alice", None);
    let listed = lab.kms("ListGrants", json!({ "KeyId": key, "GrantId": full["GrantId"] })).unwrap();
    assert!(listed["Grants"][0]["GranteePrincipal"].as_str().unwrap().starts_with("AIDA"));
    let body = json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionContext": { "a": "1" } });
    assert!(!may(&mut lab, &again, "Encrypt", body));
}

#[test]
fn retirable_grants_are_listed_for_ones_own_principals_only() {
    let (mut lab, key, ..) = scene();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let stranger = "arn:aws:iam::444455556666:user/administrator";
    let made = grant(&mut lab, &key, json!({ "RetiringPrincipal": stranger }));
    let body = json!({ "RetiringPrincipal": stranger });
    assert_eq!(lab.kms("ListRetirableGrants", body.clone()).unwrap_err().code, "AccessDeniedException");
    // The key belongs to another account than the principal's.
    let listed = lab.kms_as(&other, "us-east-1", "ListRetirableGrants", body).unwrap();
    assert_eq!(listed["Grants"][0]["GrantId"], made["GrantId"]);
    let body = json!({ "GrantToken": made["GrantToken"] });
    assert!(may(&mut lab, &other, "RetireGrant", body));
}

#[test]
fn many_grants_stay_fast_and_correct() {
    let (mut lab, key, alice, bob) = scene();
    for n in 0..3000 {
        grant(
            &mut lab,
            &key,
            json!({ "GranteePrincipal": user("bob"), "Operations": ["Decrypt"], "Name": n.to_string() }),
        );
    }
    let more = json!({ "Constraints": { "EncryptionContextEquals": { "a": "1" } } });
    grant(&mut lab, &key, more);
    let body = json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionContext": { "a": "1" } });
    assert!(may(&mut lab, &alice, "Encrypt", body.clone()));
    assert!(!may(&mut lab, &bob, "Encrypt", body));
    let again =
        grant(&mut lab, &key, json!({ "GranteePrincipal": user("bob"), "Operations": ["Decrypt"], "Name": "2999" }));
    let listed = lab.kms("ListGrants", json!({ "KeyId": key, "GrantId": again["GrantId"] })).unwrap();
    assert_eq!(listed["Grants"][0]["Name"], "2999");
}
