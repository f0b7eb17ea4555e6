//! Key policies: what PutKeyPolicy takes, and whom it then lets in. Source: kms.md, section 12; authorization.md 6.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use kmslab::lab::Credentials;
use serde_json::{Value, json};

const ROOT: &str = "arn:aws:iam::111122223333:root";
const INVALID_PRINCIPAL: &str = "Policy contains a statement with one or more invalid principals.";
const LOCKED_OUT: &str = "The new key policy will not allow you to update the key policy in the future.";

fn refused(code: &str, message: &str) -> Result<Value, Refused> {
    Err(Refused { status: 400, code: code.into(), message: message.into() })
}

fn user(name: &str) -> String {
    format!("arn:aws:iam::111122223333:user/{name}")
}

fn statement(principal: Value, action: Value) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": action, "Resource": "*" })
}

fn policy(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn put(lab: &mut TestLab, key: &str, policy: &str) -> Result<Value, Refused> {
    lab.kms("PutKeyPolicy", json!({ "KeyId": key, "Policy": policy }))
}

fn get(lab: &mut TestLab, key: &str) -> String {
    let answer = lab.kms("GetKeyPolicy", json!({ "KeyId": key })).unwrap();
    assert_eq!(answer["PolicyName"], "default");
    answer["Policy"].as_str().unwrap().to_owned()
}

fn encrypt(lab: &mut TestLab, who: &Credentials, key: &str) -> Result<Value, Refused> {
    lab.kms_as(who, "us-east-1", "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" }))
}

#[test]
fn a_key_has_the_default_policy_until_it_is_given_another() {
    let mut lab = lab();
    let key = lab.key();
    let default = get(&mut lab, &key);
    // Source: kms.md 12.1, the spacing of the documented example.
    assert!(
        default
            .starts_with("{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {\n")
    );
    assert_eq!(serde_json::from_str::<Value>(&default).unwrap()["Statement"][0]["Principal"]["AWS"], ROOT);
    let own = format!("  {}\n", policy(&[statement(json!(ROOT), json!("kms:*"))]));
    assert_eq!(put(&mut lab, &key, &own), Ok(Value::Null));
    // Measured in us-east-1, 2026: whatever its spaces, it is stored in this form.
    let stored = "{\n  \"Statement\" : [ {\n    \"Action\" : \"kms:*\",\n    \"Effect\" : \"Allow\",\n    \
                  \"Principal\" : {\n      \"AWS\" : \"arn:aws:iam::111122223333:root\"\n    },\n    \
                  \"Resource\" : \"*\"\n  } ],\n  \"Version\" : \"2012-10-17\"\n}";
    assert_eq!(get(&mut lab, &key), stored);
    let made = lab.kms("CreateKey", json!({ "Policy": own, "MultiRegion": true })).unwrap()["KeyMetadata"].clone();
    assert_eq!(get(&mut lab, made["KeyId"].as_str().unwrap()), stored);
    let body = json!({ "KeyId": made["KeyId"], "ReplicaRegion": "eu-west-1", "Policy": own });
    assert_eq!(lab.kms("ReplicateKey", body).unwrap()["ReplicaPolicy"], stored);
    let names = lab.kms("ListKeyPolicies", json!({ "KeyId": key })).unwrap();
    assert_eq!(names, json!({ "PolicyNames": ["default"], "Truncated": false }));
    let none = refused("NotFoundException", "No such policy exists");
    for name in ["AWS_RAM", "other"] {
        assert_eq!(lab.kms("GetKeyPolicy", json!({ "KeyId": key, "PolicyName": name })), none);
    }
    let ram = lab.kms("PutKeyPolicy", json!({ "KeyId": key, "PolicyName": "AWS_RAM", "Policy": own }));
    assert_eq!(ram, refused("ValidationException", "The AWS_RAM policy can only be managed by the RAM service"));
}

#[test]
fn a_bad_policy_is_refused_and_changes_nothing() {
    let mut lab = lab();
    let key = lab.key();
    lab.iam("CreateGroup", &[("GroupName", "people")]).unwrap();
    let before = get(&mut lab, &key);
    let root = statement(json!(ROOT), json!("kms:*"));
    let with = |other: Value| policy(&[root.clone(), other]);
    let cases = [
        ("{".to_owned(), None),
        ("[]".to_owned(), None),
        (with(json!({ "Effect": "Perhaps", "Principal": "*", "Action": "kms:*", "Resource": "*" })), None),
        (with(statement(json!(user("nobody")), json!("kms:Encrypt"))), Some(INVALID_PRINCIPAL)),
        (
            with(statement(json!("arn:aws:iam::111122223333:group/people"), json!("kms:Encrypt"))),
            Some(INVALID_PRINCIPAL),
        ),
        (with(statement(json!("AIDAEXAMPLEEXAMPLE123"), json!("kms:Encrypt"))), Some(INVALID_PRINCIPAL)),
        (with(statement(json!("arn:aws:iam::111122223333:role/*"), json!("kms:Encrypt"))), Some(INVALID_PRINCIPAL)),
        (policy(&[statement(json!(ROOT), json!("kms:Encrypt"))]), Some(LOCKED_OUT)),
        (policy(&[statement(json!("444455556666"), json!("kms:*"))]), Some(LOCKED_OUT)),
    ];
    for (text, message) in cases {
        for refusal in [put(&mut lab, &key, &text), lab.kms("CreateKey", json!({ "Policy": text }))] {
            let refusal = refusal.unwrap_err();
            assert_eq!((refusal.status, refusal.code.as_str()), (400, "MalformedPolicyDocumentException"), "{text}");
            assert!(message.is_none_or(|message| refusal.message == message), "{text}: {}", refusal.message);
        }
        assert_eq!(get(&mut lab, &key), before, "{text}");
    }
    for arn in
        ["arn:aws:iam:::root", "arn:aws:iam::1234:root", "arn:aws:iam::111122223333", "arn:none:iam::111122223333:root"]
    {
        let text = with(statement(json!(arn), json!("kms:Encrypt")));
        for refusal in [put(&mut lab, &key, &text), lab.kms("CreateKey", json!({ "Policy": text }))] {
            assert_eq!(
                refusal,
                refused("InvalidArnException", "An ARN in the specified key policy is invalid."),
                "{arn}"
            );
        }
        assert_eq!(get(&mut lab, &key), before, "{arn}");
    }
    let long = format!("{}{}", " ".repeat(32_768), with(root.clone()));
    assert_eq!(put(&mut lab, &key, &long).unwrap_err().code, "LimitExceededException");
    let keys = lab.kms("ListKeys", json!({})).unwrap();
    assert_eq!(keys["Keys"].as_array().unwrap().len(), 1, "no refused CreateKey left a key");
}

#[test]
fn the_lockout_check_looks_at_the_caller_and_can_be_bypassed() {
    // Source: kms.md 12.2.
    let mut lab = lab();
    let key = lab.key();
    let allow =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:PutKeyPolicy","Resource":"*"}]}"#;
    let keeper = lab.user("keeper", Some(allow));
    let text = policy(&[statement(json!(user("keeper")), json!("kms:*"))]);
    assert_eq!(put(&mut lab, &key, &text), refused("MalformedPolicyDocumentException", LOCKED_OUT));
    let own = json!({ "KeyId": key, "Policy": text });
    assert_eq!(lab.kms_as(&keeper, "us-east-1", "PutKeyPolicy", own), Ok(Value::Null));
    assert_eq!(encrypt(&mut lab, &keeper, &key).map(drop), Ok(()));
    let admin = lab.admin.clone();
    let refusal = encrypt(&mut lab, &admin, &key).unwrap_err();
    assert!(
        refusal.message.ends_with("because no resource-based policy allows the kms:Encrypt action"),
        "{}",
        refusal.message
    );
    // Delegation counts only if the caller's own IAM policies allow PutKeyPolicy: keeper's do.
    let delegating = json!({ "KeyId": key, "Policy": policy(&[statement(json!(ROOT), json!("kms:*"))]) });
    assert_eq!(lab.kms_as(&keeper, "us-east-1", "PutKeyPolicy", delegating), Ok(Value::Null));
    let closed = policy(&[statement(json!(ROOT), json!("kms:Describe*"))]);
    let body = json!({ "KeyId": key, "Policy": closed, "BypassPolicyLockoutSafetyCheck": true });
    assert_eq!(lab.kms("PutKeyPolicy", body), Ok(Value::Null));
    assert_eq!(put(&mut lab, &key, &closed).unwrap_err().code, "AccessDeniedException", "nobody can change it now");
}

#[test]
fn the_key_policy_comes_first() {
    // Source: authorization.md 6.1. The main job: IAM policy under delegation, then without it, then a grant.
    let mut lab = lab();
    let key = lab.key();
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{key}");
    let bob = lab.user("bob", None);
    let sentence = |tail: &str| {
        format!("User: {} is not authorized to perform: kms:Encrypt on resource: {arn} {tail}", user("bob"))
    };
    let no_identity = sentence("because no identity-based policy allows the kms:Encrypt action");
    let no_resource = sentence("because no resource-based policy allows the kms:Encrypt action");
    assert_eq!(encrypt(&mut lab, &bob, &key), refused("AccessDeniedException", &no_identity));
    let allow = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:Encrypt", "Resource": arn }] });
    let parameters = [("UserName", "bob"), ("PolicyName", "p"), ("PolicyDocument", &allow.to_string())];
    lab.iam("PutUserPolicy", &parameters).unwrap();
    assert!(encrypt(&mut lab, &bob, &key).is_ok());
    put(&mut lab, &key, &policy(&[statement(json!(user("administrator")), json!("kms:*"))])).unwrap();
    assert_eq!(encrypt(&mut lab, &bob, &key), refused("AccessDeniedException", &no_resource));
    let grant = json!({ "KeyId": key, "GranteePrincipal": user("bob"), "Operations": ["Encrypt"] });
    lab.kms("CreateGrant", grant).unwrap();
    assert!(encrypt(&mut lab, &bob, &key).is_ok());
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*" });
    put(&mut lab, &key, &policy(&[statement(json!(user("administrator")), json!("kms:*")), deny])).unwrap();
    let explicit = sentence("with an explicit deny in a resource-based policy");
    assert_eq!(encrypt(&mut lab, &bob, &key), refused("AccessDeniedException", &explicit));
}

#[test]
fn conditions_see_what_the_request_says() {
    // Every condition key of kms.md 2.4 that these operations set: a statement that needs it lets the first request
    // through and not the second.
    let mut lab = lab();
    let key = lab.key();
    let other = lab.key();
    lab.user("grantee", None);
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    lab.kms("TagResource", json!({ "KeyId": key, "Tags": [{ "TagKey": "team", "TagValue": "red" }] })).unwrap();
    let sealed = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    let blob = &sealed["CiphertextBlob"];
    let encrypt = |context: Value| json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionContext": context });
    let grant = |more: Value| {
        let mut body =
            json!({ "KeyId": key, "GranteePrincipal": user("grantee"), "Operations": ["Decrypt"], "DryRun": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let plain = || encrypt(json!({}));
    let unlike = || json!({ "KeyId": other, "Plaintext": "aGk=" });
    let text = policy(&[statement(json!(ROOT), json!("kms:*"))]);
    let cases = [
        (
            "StringEquals",
            "kms:EncryptionContext:a",
            json!("1"),
            "Encrypt",
            encrypt(json!({ "a": "1" })),
            "Encrypt",
            encrypt(json!({ "a": "2" })),
        ),
        (
            "StringEquals",
            "kms:encryptioncontext:A",
            json!("1"),
            "Encrypt",
            encrypt(json!({ "a": "1" })),
            "Encrypt",
            plain(),
        ),
        (
            "ForAnyValue:StringEquals",
            "kms:EncryptionContextKeys",
            json!("a"),
            "Encrypt",
            encrypt(json!({ "b": "", "a": "" })),
            "Encrypt",
            encrypt(json!({ "A": "" })),
        ),
        (
            "StringEquals",
            "kms:EncryptionAlgorithm",
            json!("SYMMETRIC_DEFAULT"),
            "Encrypt",
            plain(),
            "DescribeKey",
            json!({ "KeyId": key }),
        ),
        (
            "StringEquals",
            "kms:RequestAlias",
            json!("alias/a"),
            "DescribeKey",
            json!({ "KeyId": "alias/a" }),
            "DescribeKey",
            json!({ "KeyId": key }),
        ),
        ("ForAnyValue:StringEquals", "kms:ResourceAliases", json!("alias/a"), "Encrypt", plain(), "Encrypt", unlike()),
        ("StringEquals", "aws:ResourceTag/team", json!("red"), "Encrypt", plain(), "Encrypt", unlike()),
        ("StringEquals", "kms:KeySpec", json!("SYMMETRIC_DEFAULT"), "Encrypt", plain(), "ListKeys", json!({})),
        ("StringEquals", "kms:KeyUsage", json!("ENCRYPT_DECRYPT"), "CreateKey", json!({}), "ListKeys", json!({})),
        ("StringEquals", "kms:KeyOrigin", json!("AWS_KMS"), "CreateKey", json!({}), "ListKeys", json!({})),
        ("Bool", "kms:MultiRegion", json!("false"), "Encrypt", plain(), "ListKeys", json!({})),
        ("StringEquals", "kms:CallerAccount", json!("111122223333"), "Encrypt", plain(), "ListKeys", json!({})),
        (
            "Bool",
            "kms:ReEncryptOnSameKey",
            json!("true"),
            "ReEncrypt",
            json!({ "CiphertextBlob": blob, "DestinationKeyId": key }),
            "ReEncrypt",
            json!({ "CiphertextBlob": blob, "DestinationKeyId": other }),
        ),
        (
            "StringEquals",
            "kms:GranteePrincipal",
            json!(user("grantee")),
            "CreateGrant",
            grant(json!({})),
            "CreateGrant",
            grant(json!({ "GranteePrincipal": user("administrator") })),
        ),
        (
            "StringEquals",
            "kms:RetiringPrincipal",
            json!(user("grantee")),
            "CreateGrant",
            grant(json!({ "RetiringPrincipal": user("grantee") })),
            "CreateGrant",
            grant(json!({})),
        ),
        (
            "ForAllValues:StringEquals",
            "kms:GrantOperations",
            json!(["Decrypt", "DescribeKey"]),
            "CreateGrant",
            grant(json!({})),
            "CreateGrant",
            grant(json!({ "Operations": ["Decrypt", "Encrypt"] })),
        ),
        (
            "StringEquals",
            "kms:GrantConstraintType",
            json!("EncryptionContextSubset"),
            "CreateGrant",
            grant(json!({ "Constraints": { "EncryptionContextSubset": { "a": "1" } } })),
            "CreateGrant",
            grant(json!({})),
        ),
        (
            "StringEquals",
            "kms:EncryptionContext:a",
            json!("1"),
            "CreateGrant",
            grant(json!({ "Constraints": { "EncryptionContextEquals": { "a": "1" } } })),
            "CreateGrant",
            grant(json!({})),
        ),
        (
            "StringEquals",
            "kms:PolicyName",
            json!("default"),
            "GetKeyPolicy",
            json!({ "KeyId": key }),
            "GetKeyPolicy",
            json!({ "KeyId": key, "PolicyName": "other" }),
        ),
        (
            "Bool",
            "kms:BypassPolicyLockoutSafetyCheck",
            json!("true"),
            "PutKeyPolicy",
            json!({ "KeyId": key, "Policy": text, "BypassPolicyLockoutSafetyCheck": true }),
            "PutKeyPolicy",
            json!({ "KeyId": key, "Policy": text }),
        ),
        (
            "NumericGreaterThanEquals",
            "kms:ScheduleKeyDeletionPendingWindowInDays",
            json!("30"),
            "ScheduleKeyDeletion",
            json!({ "KeyId": other }),
            "ScheduleKeyDeletion",
            json!({ "KeyId": other, "PendingWindowInDays": 29 }),
        ),
        (
            "NumericLessThan",
            "kms:TrailingDaysWithoutKeyUsage",
            json!("1"),
            "DisableKey",
            json!({ "KeyId": other }),
            "ListKeys",
            json!({}),
        ),
        (
            "StringEquals",
            "aws:RequestTag/team",
            json!("red"),
            "TagResource",
            json!({ "KeyId": key, "Tags": [{ "TagKey": "team", "TagValue": "red" }] }),
            "TagResource",
            json!({ "KeyId": key, "Tags": [{ "TagKey": "team", "TagValue": "blue" }] }),
        ),
        (
            "ForAnyValue:StringEquals",
            "aws:TagKeys",
            json!("team"),
            "UntagResource",
            json!({ "KeyId": other, "TagKeys": ["team"] }),
            "UntagResource",
            json!({ "KeyId": other, "TagKeys": ["Team"] }),
        ),
    ];
    for (n, (operator, condition, value, passes, passing, fails, failing)) in cases.into_iter().enumerate() {
        let allow = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": { operator: { condition: value } } },
        ] });
        let who = lab.user(&format!("u{n}"), Some(&allow.to_string()));
        let denied = |answer: &Result<Value, Refused>| {
            answer.as_ref().is_err_and(|refusal| refusal.code == "AccessDeniedException")
        };
        let answer = lab.kms_as(&who, "us-east-1", fails, failing.clone());
        assert!(denied(&answer), "{condition}: {fails} {failing} gave {answer:?}");
        let answer = lab.kms_as(&who, "us-east-1", passes, passing.clone());
        assert!(!denied(&answer), "{condition}: {passes} {passing} gave {answer:?}");
        for operation in ["EnableKey", "CancelKeyDeletion", "EnableKey"] {
            drop(lab.kms(operation, json!({ "KeyId": other })));
        }
    }
}

#[test]
fn operations_with_several_permissions_need_them_all() {
    // Source: authorization.md 6.3.
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    lab.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    let sealed = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    let arn = |id: &str| format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
    let alias = "arn:aws:kms:us-east-1:111122223333:alias/a".to_owned();
    let new = "arn:aws:kms:us-east-1:111122223333:alias/new".to_owned();
    let tagged = json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] });
    let cases = [
        (
            "CreateAlias",
            json!({ "AliasName": "alias/new", "TargetKeyId": key }),
            vec![("CreateAlias", new), ("CreateAlias", arn(&key))],
        ),
        (
            "UpdateAlias",
            json!({ "AliasName": "alias/a", "TargetKeyId": other }),
            vec![("UpdateAlias", alias.clone()), ("UpdateAlias", arn(&key)), ("UpdateAlias", arn(&other))],
        ),
        (
            "ReEncrypt",
            json!({ "CiphertextBlob": sealed["CiphertextBlob"], "DestinationKeyId": other }),
            vec![("ReEncryptFrom", arn(&key)), ("ReEncryptTo", arn(&other))],
        ),
        (
            "CreateKey",
            tagged,
            vec![("CreateKey", "*".into()), ("TagResource", "arn:aws:kms:us-east-1:111122223333:key/*".into())],
        ),
    ];
    let mut n = 0;
    for (operation, body, permissions) in cases {
        for without in 0..=permissions.len() {
            let statements: Vec<Value> = permissions
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != without)
                .map(
                    |(_, (action, on))| json!({ "Effect": "Allow", "Action": format!("kms:{action}"), "Resource": on }),
                )
                .collect();
            let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
            n += 1;
            let who = lab.user(&format!("u{n}"), Some(&document));
            let answer = lab.kms_as(&who, "us-east-1", operation, body.clone());
            if without == permissions.len() {
                assert!(answer.is_ok(), "{operation} with all: {answer:?}");
            } else {
                let refusal = answer.unwrap_err();
                assert_eq!(refusal.code, "AccessDeniedException", "{operation} without {:?}", permissions[without]);
                assert!(refusal.message.contains(&format!("kms:{} ", permissions[without].0)), "{}", refusal.message);
            }
        }
    }
    // An alias is deleted under the name it has; its key is the second resource.
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:DeleteAlias", "Resource": alias }] });
    let who = lab.user("deleter", Some(&document.to_string()));
    let refusal = lab.kms_as(&who, "us-east-1", "DeleteAlias", json!({ "AliasName": "alias/a" })).unwrap_err();
    assert!(refusal.message.contains(&arn(&other)), "{}", refusal.message);
}

#[test]
fn decrypt_is_judged_on_the_ciphertexts_key() {
    // What others' emulators get wrong: no KeyId, and a permission on one key only.
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{key}");
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": arn }] });
    let bob = lab.user("bob", Some(&document.to_string()));
    for (id, want) in [(&key, true), (&other, false)] {
        let sealed = lab.kms("Encrypt", json!({ "KeyId": id, "Plaintext": "aGk=" })).unwrap();
        let answer = lab.kms_as(&bob, "us-east-1", "Decrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] }));
        assert_eq!(answer.is_ok(), want);
        if let Err(refusal) = answer {
            let message = format!(
                "User: {} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext \
                 because no identity-based policy allows the kms:Decrypt action",
                user("bob")
            );
            assert_eq!(refusal.message, message);
        }
    }
}

#[test]
fn other_accounts_come_in_by_arn_when_both_sides_allow() {
    // Source: authorization.md 6.6.
    let mut lab = lab();
    let key = lab.key();
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{key}");
    lab.kms("CreateAlias", json!({ "AliasName": "alias/shared", "TargetKeyId": key })).unwrap();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let text = policy(&[statement(json!(ROOT), json!("kms:*")), statement(json!("444455556666"), json!("kms:*"))]);
    put(&mut lab, &key, &text).unwrap();
    let alias = "arn:aws:kms:us-east-1:111122223333:alias/shared";
    let sealed = encrypt(&mut lab, &other, &arn).unwrap();
    assert_eq!(sealed["KeyId"], json!(arn));
    assert!(encrypt(&mut lab, &other, alias).is_ok());
    assert_eq!(
        encrypt(&mut lab, &other, &key).unwrap_err().code,
        "NotFoundException",
        "a bare id means the own account"
    );
    assert_eq!(encrypt(&mut lab, &other, "alias/shared").unwrap_err().code, "NotFoundException");
    for key_id in [None, Some(arn.as_str()), Some(key.as_str()), Some(alias)] {
        // Source: kms.md 5.5: a short key id will do when the ciphertext is symmetric.
        let mut body = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
        if let Some(key_id) = key_id {
            body["KeyId"] = json!(key_id);
        }
        assert!(lab.kms_as(&other, "us-east-1", "Decrypt", body).is_ok(), "{key_id:?}");
    }
    // Operations without cross-account use fail whatever the policies say.
    let cases = [
        ("DisableKey", json!({ "KeyId": arn })),
        ("GetKeyPolicy", json!({ "KeyId": arn })),
        ("PutKeyPolicy", json!({ "KeyId": arn, "Policy": text })),
        ("ListKeyPolicies", json!({ "KeyId": arn })),
        ("ListResourceTags", json!({ "KeyId": arn })),
        ("ScheduleKeyDeletion", json!({ "KeyId": arn })),
        ("UpdateKeyDescription", json!({ "KeyId": arn, "Description": "x" })),
        ("CreateAlias", json!({ "AliasName": "alias/x", "TargetKeyId": arn })),
    ];
    for (operation, body) in cases {
        let refusal = lab.kms_as(&other, "us-east-1", operation, body).unwrap_err();
        assert_eq!(refusal.code, "AccessDeniedException", "{operation}: {}", refusal.message);
    }
    for (operation, body) in [("DescribeKey", json!({ "KeyId": arn })), ("ListGrants", json!({ "KeyId": arn }))] {
        assert!(lab.kms_as(&other, "us-east-1", operation, body).is_ok(), "{operation}");
    }
    put(&mut lab, &key, &policy(&[statement(json!(ROOT), json!("kms:*"))])).unwrap();
    assert_eq!(encrypt(&mut lab, &other, &arn).unwrap_err().code, "AccessDeniedException");
}

#[test]
fn a_principal_that_is_gone_is_shown_as_its_unique_id() {
    let mut lab = lab();
    let key = lab.key();
    lab.iam("CreateUser", &[("UserName", "carol")]).unwrap();
    let text = policy(&[statement(json!(ROOT), json!("kms:*")), statement(json!(user("carol")), json!("kms:Encrypt"))]);
    put(&mut lab, &key, &text).unwrap();
    lab.iam("DeleteUser", &[("UserName", "carol")]).unwrap();
    let shown: Value = serde_json::from_str(&get(&mut lab, &key)).unwrap();
    let principal = shown["Statement"][1]["Principal"]["AWS"].as_str().unwrap();
    assert!(principal.starts_with("AIDA"), "{principal}");
    let again = lab.user("carol", None);
    assert_eq!(
        encrypt(&mut lab, &again, &key).unwrap_err().code,
        "AccessDeniedException",
        "a new carol is somebody else"
    );
}
