//! What other emulators, simulators and analysers have been found to get wrong. `docs/pitfalls.md` names the test of each.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may fail, and has std"
)]

use crate::support::{Refused, TestLab, credentials, lab, tag};
use kmslab::lab::{PolicySet, Question};
use serde_json::{Value, json};

const OWN: &str = "111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn allow(action: &str, resource: &str, condition: Value) -> String {
    let mut statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn denied(refused: &Refused) -> bool {
    matches!(refused.code.as_str(), "AccessDeniedException" | "AccessDenied")
}

/// A key, its ARN, and something that it has encrypted.
fn sealed(lab: &mut TestLab) -> (String, Value) {
    let id = lab.key();
    let answer = lab.kms("Encrypt", json!({"KeyId": id, "Plaintext": "aGk="})).unwrap();
    (answer["KeyId"].as_str().unwrap().to_owned(), answer["CiphertextBlob"].clone())
}

fn admin_without(lab: &mut TestLab, name: &str) -> kmslab::lab::Credentials {
    lab.user(name, None)
}

#[test]
fn a_right_that_is_missing_shows_before_deployment_for_users_and_sessions() {
    let mut lab = lab();
    let (key, blob) = sealed(&mut lab);
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}]});
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &trust.to_string())]).unwrap();
    let admin = lab.admin.clone();
    let assume = |lab: &mut TestLab, policy: &str| {
        let given = [("RoleArn", ROLE), ("RoleSessionName", "s1"), ("Policy", policy)];
        let answer = lab.sts_as(&admin, "AssumeRole", &given[..if policy.is_empty() { 2 } else { 3 }]).unwrap();
        let part = |name: &str| tag(&answer, name).unwrap();
        credentials(&part("AccessKeyId"), &part("SecretAccessKey"), Some(&part("SessionToken")))
    };
    let decrypt = json!({"CiphertextBlob": blob});
    let alice = admin_without(&mut lab, "alice");
    let session = assume(&mut lab, "");
    for who in [&alice, &session] {
        assert!(denied(&lab.kms_as(who, "us-east-1", "Decrypt", decrypt.clone()).unwrap_err()));
    }
    let policy = allow("kms:*", &key, Value::Null);
    lab.iam("PutRolePolicy", &[("RoleName", "app"), ("PolicyName", "p"), ("PolicyDocument", &policy)]).unwrap();
    // The session that is there already has it, and another one no more than its own policy leaves.
    assert!(lab.kms_as(&session, "us-east-1", "Decrypt", decrypt.clone()).is_ok());
    let narrowed = assume(&mut lab, &allow("kms:DescribeKey", "*", Value::Null));
    assert!(denied(&lab.kms_as(&narrowed, "us-east-1", "Decrypt", decrypt).unwrap_err()));
    assert!(lab.kms_as(&narrowed, "us-east-1", "DescribeKey", json!({"KeyId": key})).is_ok());
}

#[test]
fn a_key_scoped_policy_fits_the_key_behind_ciphertexts_and_aliases() {
    let mut lab = lab();
    let ((mine, blob), (_, other)) = (sealed(&mut lab), sealed(&mut lab));
    lab.kms("CreateAlias", json!({"AliasName": "alias/mine", "TargetKeyId": mine})).unwrap();
    let policy = allow("kms:*", &mine, Value::Null);
    let alice = lab.user("alice", Some(&policy));
    let mut call = |operation: &str, body: Value| lab.kms_as(&alice, "us-east-1", operation, body).map(|_| ());
    // Decrypt without a KeyId: the key is in the ciphertext.
    assert!(call("Decrypt", json!({"CiphertextBlob": blob})).is_ok());
    assert!(denied(&call("Decrypt", json!({"CiphertextBlob": other})).unwrap_err()));
    // A key that is named by alias is that key.
    for name in ["alias/mine", "arn:aws:kms:us-east-1:111122223333:alias/mine"] {
        assert!(call("Encrypt", json!({"KeyId": name, "Plaintext": "aGk="})).is_ok(), "{name}");
    }
}

#[test]
fn requests_by_alias_have_their_condition_keys() {
    let cases = [
        (json!({"StringEquals": {"kms:RequestAlias": "alias/mine"}}), (true, false)),
        (json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/mine"}}), (true, true)),
        (json!({"StringEquals": {"kms:RequestAlias": "alias/other"}}), (false, false)),
    ];
    for (condition, want) in cases {
        let mut lab = lab();
        let (key, _) = sealed(&mut lab);
        lab.kms("CreateAlias", json!({"AliasName": "alias/mine", "TargetKeyId": key})).unwrap();
        let alice = lab.user("alice", Some(&allow("kms:Encrypt", "*", condition.clone())));
        let mut by = |name: &str| {
            lab.kms_as(&alice, "us-east-1", "Encrypt", json!({"KeyId": name, "Plaintext": "aGk="})).is_ok()
        };
        assert_eq!((by("alias/mine"), by(&key)), want, "{condition}");
    }
}

#[test]
fn a_bucket_policy_that_denies_everything_is_respected_and_its_owner_can_repair_it() {
    let deny = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}]});
    let all: Value = serde_json::from_str(EVERYTHING).unwrap();
    let set = PolicySet::parse(&json!({"bucket_policy": deny, "identity_policies": all}).to_string()).unwrap();
    let root = format!("arn:aws:iam::{OWN}:root");
    let cases = [
        (ALICE, "s3:GetObject", "arn:aws:s3:::b/k", false),
        (ALICE, "s3:DeleteBucketPolicy", "arn:aws:s3:::b", false),
        (&root, "s3:GetObject", "arn:aws:s3:::b/k", false),
        (&root, "s3:DeleteBucketPolicy", "arn:aws:s3:::b", true),
        ("444455556666", "s3:GetObject", "arn:aws:s3:::b/k", false),
    ];
    for (who, action, resource, want) in cases {
        let decision = set.decide(&Question::new(who, action, resource).unwrap());
        assert_eq!(decision.allowed(), want, "{who} {action}: {:?}", decision.reason);
    }
}

#[test]
fn a_condition_key_that_no_request_has_is_told_and_does_not_vanish() {
    let mut lab = lab();
    let (key, _) = sealed(&mut lab);
    // The owner of the resource is always known.
    let account = json!({"StringEquals": {"aws:ResourceAccount": OWN}});
    let alice = lab.user("alice", Some(&allow("kms:Encrypt", "*", account)));
    let body = json!({"KeyId": key, "Plaintext": "aGk="});
    assert!(lab.kms_as(&alice, "us-east-1", "Encrypt", body.clone()).is_ok());
    let unknown = json!({"StringEquals": {"aws:NoSuchKey": "x"}});
    let bob = lab.user("bob", Some(&allow("kms:Encrypt", "*", unknown)));
    assert!(denied(&lab.kms_as(&bob, "us-east-1", "Encrypt", body).unwrap_err()));
    let explained = serde_json::to_string(&lab.lab.explain(None).unwrap()).unwrap();
    assert!(explained.contains("aws:NoSuchKey") && explained.contains("absent"), "{explained}");
}

#[test]
fn an_allow_of_iam_alone_opens_no_key() {
    let mut lab = lab();
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{OWN}:user/administrator")}, "Action": "kms:*", "Resource": "*"}]});
    let answer = lab.kms("CreateKey", json!({"Policy": policy.to_string()})).unwrap();
    let key = answer["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let alice = lab.user("alice", Some(EVERYTHING));
    let refused = lab.kms_as(&alice, "us-east-1", "Encrypt", json!({"KeyId": key, "Plaintext": "aGk="})).unwrap_err();
    assert!(refused.message.ends_with("because no resource-based policy allows the kms:Encrypt action"), "{refused:?}");
    let explanation = &lab.lab.explain(None).unwrap().checks[0];
    let outcome = |stage: &str| explanation.stages.iter().find(|known| known.name == stage).unwrap().outcome;
    assert_eq!(outcome("identity"), kmslab::policy::Outcome::Allows);
}

#[test]
fn nobody_raises_himself() {
    let mut lab = lab();
    let alice = lab.user("alice", Some(&allow("kms:*", "*", Value::Null)));
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (action, parameters) in [
        ("AttachUserPolicy", vec![("UserName", "alice"), ("PolicyArn", admin)]),
        ("PutUserPolicy", vec![("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", EVERYTHING)]),
        ("CreateAccessKey", vec![("UserName", "administrator")]),
    ] {
        assert!(denied(&lab.iam_as(&alice, action, &parameters).unwrap_err()), "{action}");
    }
}

#[test]
fn key_policies_refuse_what_is_attached_to_the_key_and_name_it() {
    let mut lab = lab();
    let keys = json!({"StringEquals": {"aws:ResourceTag/team": "red"}, "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/a"}});
    let root = json!({"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "kms:*", "Resource": "*"});
    let mut second = root.clone();
    second["Condition"] = keys;
    let policy = json!({"Version": "2012-10-17", "Statement": [root, second]}).to_string();
    let refused = lab.kms("CreateKey", json!({"Policy": policy})).unwrap_err();
    assert_eq!(refused.code, "MalformedPolicyDocumentException");
    let message = "These condition keys are not permitted in a key policy: ";
    assert!(refused.message.starts_with(message), "{}", refused.message);
    assert!(refused.message.contains("aws:ResourceTag/team") && refused.message.contains("kms:ResourceAliases"));
}

#[test]
fn a_principal_that_is_not_there_is_refused_and_named_in_the_explanation() {
    let mut lab = lab();
    let ghost = format!("arn:aws:iam::{OWN}:role/ghost");
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": [OWN, ghost]}, "Action": "kms:*", "Resource": "*"}]}).to_string();
    let refused = lab.kms("CreateKey", json!({"Policy": policy})).unwrap_err();
    assert_eq!(refused.message, "Policy contains a statement with one or more invalid principals.");
    let explained = lab.lab.explain(None).unwrap();
    assert!(explained.notes.iter().any(|note| note.contains(&ghost)), "{:?}", explained.notes);
    // Made in the same plan before the key, it is there.
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}]});
    lab.iam("CreateRole", &[("RoleName", "ghost"), ("AssumeRolePolicyDocument", &trust.to_string())]).unwrap();
    assert!(lab.kms("CreateKey", json!({"Policy": policy})).is_ok());
}

#[test]
fn a_service_is_bound_to_one_encryption_context_by_grant_or_by_policy() {
    let mut lab = lab();
    let (key, _) = sealed(&mut lab);
    let subset = json!({"StringEquals": {"kms:EncryptionContext:app": "shop"}});
    let alice = lab.user("alice", Some(&allow("kms:Encrypt", &key, subset)));
    let bob = lab.user("bob", None);
    let grant = json!({"KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/bob", "Operations": ["Encrypt"],
        "Constraints": {"EncryptionContextSubset": {"app": "shop"}}});
    lab.kms("CreateGrant", grant).unwrap();
    for who in [&alice, &bob] {
        let mut with = |context: Value| {
            let body = json!({"KeyId": key, "Plaintext": "aGk=", "EncryptionContext": context});
            lab.kms_as(who, "us-east-1", "Encrypt", body).is_ok()
        };
        assert!(with(json!({"app": "shop"})) && with(json!({"app": "shop", "user": "7"})));
        assert!(!with(json!({"app": "bank"})) && !with(json!({})) && !with(json!({"user": "shop"})));
    }
}

#[test]
fn a_group_is_no_grantee() {
    let mut lab = lab();
    let (key, _) = sealed(&mut lab);
    lab.iam("CreateGroup", &[("GroupName", "people")]).unwrap();
    let group = format!("arn:aws:iam::{OWN}:group/people");
    let refused = lab
        .kms("CreateGrant", json!({"KeyId": key, "GranteePrincipal": group, "Operations": ["Decrypt"]}))
        .unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "InvalidArnException"), "{refused:?}");
}

/// What AWS's own simulator answers with `allowed` for any role, whatever it trusts. Each: the effect, whom it is about, the
/// condition, the action, whether the caller's own policy allows it, what the request says, and what is right.
#[test]
fn the_simulator_and_the_gate_heed_trust_policies() {
    let user = || json!({"AWS": ALICE});
    let mfa = || json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let web = "sts:AssumeRoleWithWebIdentity";
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let sub = "token.actions.githubusercontent.com:sub";
    type Case<'a> = (&'a str, Value, bool, &'a str, Option<(&'a str, &'a str, &'a str)>, &'a str);
    let trust = |effect: &str, principal: Value, condition: Value, action: &str| {
        let mut statement = json!({"Effect": effect, "Principal": principal, "Action": action});
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    let own = "sts:AssumeRole";
    let mut not_principal = trust("Allow", user(), Value::Null, own);
    let named = not_principal["Statement"][0].as_object_mut().unwrap().remove("Principal").unwrap();
    not_principal["Statement"][0]["NotPrincipal"] = named;
    let cases: Vec<Case<'_>> = vec![
        ("the trust policy alone allows", trust("Allow", user(), Value::Null, own), false, own, None, "allowed"),
        ("the trust policy denies", trust("Deny", user(), Value::Null, own), true, own, None, "explicitDeny"),
        (
            "MFA is missing",
            trust("Allow", user(), mfa(), own),
            true,
            own,
            Some(("aws:MultiFactorAuthPresent", "boolean", "false")),
            "implicitDeny",
        ),
        (
            "MFA is there",
            trust("Allow", user(), mfa(), own),
            true,
            own,
            Some(("aws:MultiFactorAuthPresent", "boolean", "true")),
            "allowed",
        ),
        (
            "another address",
            trust("Allow", user(), json!({"IpAddress": {"aws:SourceIp": "10.0.0.1/32"}}), own),
            true,
            own,
            Some(("aws:SourceIp", "ip", "203.0.113.42")),
            "implicitDeny",
        ),
        (
            "MFA is too old",
            trust("Allow", user(), json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}), own),
            true,
            own,
            Some(("aws:MultiFactorAuthAge", "numeric", "99999")),
            "implicitDeny",
        ),
        (
            "another subject of an identity provider",
            trust("Allow", json!({"Federated": provider}), json!({"StringEquals": {sub: "repo:a/b"}}), web),
            true,
            web,
            Some((sub, "string", "repo:c/d")),
            "implicitDeny",
        ),
        (
            "a user is no identity provider",
            trust("Allow", json!({"Federated": provider}), Value::Null, web),
            true,
            web,
            None,
            "implicitDeny",
        ),
        (
            "only a service is trusted",
            trust("Allow", json!({"Service": "ec2.amazonaws.com"}), Value::Null, own),
            true,
            own,
            None,
            "implicitDeny",
        ),
        (
            "MFA is not asked for any more",
            trust("Allow", user(), Value::Null, own),
            true,
            own,
            Some(("aws:MultiFactorAuthPresent", "boolean", "false")),
            "allowed",
        ),
        // IAM takes no such trust policy, so there is nothing to simulate with.
        ("everybody but the caller", not_principal, true, own, None, "InvalidInput"),
    ];
    for (name, trust, allowed, action, context, want) in cases {
        let mut lab = lab();
        let alice = lab.user("alice", allowed.then_some(EVERYTHING));
        let text = trust.to_string();
        let mut given = vec![
            ("PolicySourceArn", ALICE),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", ROLE),
            ("ResourcePolicy", &text),
        ];
        if let Some((key, kind, value)) = context {
            given.push(("ContextEntries.member.1.ContextKeyName", key));
            given.push(("ContextEntries.member.1.ContextKeyType", kind));
            given.push(("ContextEntries.member.1.ContextKeyValues.member.1", value));
        }
        let decision = match lab.iam("SimulatePrincipalPolicy", &given) {
            Ok(answer) => tag(&answer, "EvalDecision").unwrap(),
            Err(refused) => refused.code,
        };
        assert_eq!(decision, want, "simulated: {name}");
        // The same at the gate, for what a caller in a lab can be: one without MFA, from no address.
        let made = lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &text)]);
        assert_eq!(made.is_err(), want == "InvalidInput", "{name}: {made:?}");
        if made.is_ok() && action == own && name != "MFA is there" {
            let assumed = lab.sts_as(&alice, "AssumeRole", &[("RoleArn", ROLE), ("RoleSessionName", "s1")]);
            assert_eq!(assumed.is_ok(), want == "allowed", "at the gate: {name}: {assumed:?}");
        }
    }
}
