//! What a lab tells about its answers: what a near miss is worth, what stands closest, what became of the call.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot get its answers has to fail")]

use crate::support::{TestLab, credentials, lab, tag};
use kmslab::lab::Credentials;
use serde_json::json;

/// A policy of one statement that allows `actions`, with the `further` elements.
fn allows(actions: &str, further: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{actions}"{further}}}]}}"#)
}

fn on_all(actions: &str) -> String {
    allows(actions, r#", "Resource": "*""#)
}

/// A key whose policy names only the lab's administrator: its id.
fn only_me(t: &mut TestLab) -> String {
    let identity = t.lab.credentials();
    let caller = t.sts_as(&identity, "GetCallerIdentity", &[]).unwrap();
    let me = tag(&caller, "Arn").unwrap();
    let statement =
        json!([{"Sid": "OnlyMe", "Effect": "Allow", "Principal": {"AWS": me}, "Action": "kms:*", "Resource": "*"}]);
    let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let answer = t.kms("CreateKey", json!({"Policy": policy})).unwrap();
    answer["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

/// A session of a role with AdministratorAccess, narrowed to `policy`.
fn session(t: &mut TestLab, policy: &str) -> Credentials {
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}]}"#;
    t.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", trust)]).unwrap();
    let inline = [("RoleName", "app"), ("PolicyName", "all"), ("PolicyDocument", &on_all("kms:*"))];
    t.iam("PutRolePolicy", &inline).unwrap();
    let admin = t.admin.clone();
    let arguments = [("RoleArn", "arn:aws:iam::111122223333:role/app"), ("RoleSessionName", "s1"), ("Policy", policy)];
    let answer = t.sts_as(&admin, "AssumeRole", &arguments).unwrap();
    let of = |name: &str| tag(&answer, name).unwrap();
    credentials(&of("AccessKeyId"), &of("SecretAccessKey"), Some(&of("SessionToken")))
}

/// The explanation of the last call, in lines that are wide enough for every sentence.
fn told(t: &TestLab) -> String {
    let checks = t.lab.explain(None).unwrap().checks;
    checks.iter().map(|check| check.to_text(300, false)).collect::<Vec<_>>().join("\n")
}

/// What stands below the policy types: the statements that came close.
fn hints(t: &TestLab) -> String {
    let told = told(t);
    let (_, hints) = told.split_once("· not involved").unwrap();
    let hints = hints.split_once('\n').unwrap().1.trim().replace("\n  ", "\n");
    let close = |part: &&str| part.starts_with("One element away") || part.starts_with("Closest");
    hints.split("\n\n").filter(close).collect::<Vec<_>>().join("\n\n")
}

const PRINCIPAL: &str = "≈ key policy default, statement 'OnlyMe', line 2
    ✗ Principal
      wanted arn:aws:iam::111122223333:user/administrator
";
const ACTION: &str = "    ✗ Action
      wanted kms:Encrypt
      got    kms:Decrypt";
const KEY_POLICY: &str =
    "    → but the key policy would still have to allow, or leave it to the account's IAM policies";

#[test]
fn a_near_miss_says_whether_it_is_enough() {
    let mut t = lab();
    let (key, open) = (only_me(&mut t), t.key());
    let encrypted = |t: &mut TestLab, key: &str| {
        t.kms("Encrypt", json!({"KeyId": key, "Plaintext": "aGk="})).unwrap()["CiphertextBlob"].clone()
    };
    let (locked, open) = (encrypted(&mut t, &key), encrypted(&mut t, &open));
    let alice = t.user("alice", Some(&on_all("kms:Encrypt")));
    let app = session(&mut t, &on_all("kms:Encrypt"));
    let alice_is = "      got    arn:aws:iam::111122223333:user/alice, 111122223333";
    let app_is =
        "      got    arn:aws:sts::111122223333:assumed-role/app/s1, arn:aws:iam::111122223333:role/app, 111122223333";
    let enough = "One element away from allowing:";
    let short = "One element away, but not enough by itself:";
    let inline = "≈ identity-based policy inline, statement 1, line 1";
    let narrow = "≈ session policy, statement 1, line 1";
    let cases = [
        // Named by the key policy, alice needs nothing else; her own policy alone would not help.
        (&alice, &locked, format!("{enough}\n{PRINCIPAL}{alice_is}\n\n{short}\n{inline}\n{ACTION}\n{KEY_POLICY}")),
        (&alice, &open, format!("{enough}\n{inline}\n{ACTION}")),
        // The session's policy limits what the key policy gives to its role.
        (
            &app,
            &locked,
            format!(
                "{short}\n{narrow}\n{ACTION}\n{KEY_POLICY}\n{PRINCIPAL}{app_is}\n    → but the session policy \
                 would still have to allow"
            ),
        ),
        (&app, &open, format!("{enough}\n{narrow}\n{ACTION}")),
    ];
    for (who, blob, want) in cases {
        t.kms_as(who, "us-east-1", "Decrypt", json!({"CiphertextBlob": blob})).unwrap_err();
        assert_eq!(hints(&t), want);
    }
}

#[test]
fn what_is_far_is_shown_when_nothing_is_near() {
    let mut t = lab();
    let key = t.key();
    let two = r#", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:SecureTransport": "false"}}"#;
    let absent = "    ✗ Condition StringEquals on aws:SourceVpce
      wanted vpce-1
      got    absent
      why    the key is absent from the request";
    let bool = "    ✗ Condition Bool on aws:SecureTransport
      wanted false
      got    true";
    let closest = "Closest:\n≈ identity-based policy inline, statement 1, line 1";
    let cases = [
        ("a", allows("kms:Encrypt", two), format!("{closest}\n{absent}\n{bool}")),
        (
            "b",
            allows("kms:Decrypt", two),
            format!("{closest}\n    ✗ Action\n      wanted kms:Decrypt\n      got    kms:Encrypt\n{absent}\n{bool}"),
        ),
        // About another matter.
        ("c", allows("s3:GetObject", two), String::new()),
    ];
    for (name, policy, want) in cases {
        let who = t.user(name, Some(&policy));
        t.kms_as(&who, "us-east-1", "Encrypt", json!({"KeyId": key, "Plaintext": "aGk="})).unwrap_err();
        assert_eq!(hints(&t), want, "{name}");
    }
}

#[test]
fn what_became_of_an_allowed_call_is_told() {
    let mut t = lab();
    let (key, disabled) = (only_me(&mut t), t.key());
    t.kms("DisableKey", json!({"KeyId": disabled})).unwrap();
    t.user("alice", None);
    let nobody = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/nobody"}, "Action": "kms:*", "Resource": "*"}]}"#;
    let operator = "{\"Statement\": [\n  {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n   \"Condition\": {\"StringEqual\": {\"aws:a\": \"b\"}}}]}";
    let missing = "11111111-2222-3333-4444-555555555555";
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{disabled}");
    let cases = [
        ("Encrypt", json!({"KeyId": disabled, "Plaintext": "aGk="}), format!("DisabledException: {arn} is disabled.")),
        // AWS says no more than the code.
        ("Decrypt", json!({"KeyId": key, "CiphertextBlob": "aGk="}), "InvalidCiphertextException".to_owned()),
        (
            "DescribeKey",
            json!({"KeyId": "alias/none"}),
            "NotFoundException: Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.".to_owned(),
        ),
        (
            "PutKeyPolicy",
            json!({"KeyId": key, "Policy": nobody}),
            "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.\n    \
             arn:aws:iam::111122223333:user/nobody does not exist, and a policy names only principals that do"
                .to_owned(),
        ),
    ];
    for (operation, input, want) in cases {
        let refused = t.kms(operation, input).unwrap_err();
        let told = told(&t);
        assert!(told.starts_with("✓ allowed"), "{told}");
        assert!(told.contains(&format!("\n  ✗ the call then failed: {want}\n\n")), "{told}");
        let explained = t.lab.explain(None).unwrap();
        // What is a note to the lab's user does not reach the caller.
        for note in &explained.notes {
            assert!(!refused.message.contains(note.as_str()), "{note}");
        }
        let last = explained.checks.last().unwrap();
        let code = want.split(':').next().unwrap();
        assert!(last.to_html().contains(&format!("the call then failed: {code}")), "{}", last.to_html());
        assert!(last.to_markdown().contains(&format!("❌ the call then failed: {code}")), "{}", last.to_markdown());
    }
    let parameters = [("UserName", "alice"), ("PolicyName", "x"), ("PolicyDocument", operator)];
    t.iam("PutUserPolicy", &parameters).unwrap_err();
    assert_eq!(t.lab.explain(None).unwrap().notes, ["line 3, column 18: there is no operator StringEqual"]);
    // A denied call did not get so far.
    let bob = t.user("bob", None);
    t.kms_as(&bob, "us-east-1", "DescribeKey", json!({"KeyId": missing})).unwrap_err();
    assert!(!told(&t).contains("then failed"));
}

#[test]
fn no_policy_of_a_key_that_is_not_there_is_quoted() {
    let mut t = lab();
    let missing = json!({"KeyId": "11111111-2222-3333-4444-555555555555"});
    let decide = ", so the IAM policies of the account decide.";
    let alice = t.user("alice", Some(&on_all("kms:*")));
    let bob = t.user("bob", None);
    let tagging = json!({"Tags": [{"TagKey": "a", "TagValue": "b"}]});
    let cases = [
        (&alice, "DescribeKey", &missing, format!("to user alice; there is no such key{decide}")),
        (&bob, "DescribeKey", &missing, format!("allows kms:DescribeKey; there is no such key{decide}")),
        (&alice, "CreateKey", &tagging, format!("to user alice; the key does not exist yet{decide}")),
    ];
    for (who, operation, input, want) in cases {
        let _ = t.kms_as(who, "us-east-1", operation, input.clone());
        let told = told(&t);
        assert!(told.contains(&want), "{told}");
        assert!(!told.contains("Enable IAM User Permissions") && !told.contains("key policy"), "{told}");
    }
}

#[test]
fn grants_come_close_too() {
    let mut t = lab();
    let key = t.key();
    let arn = "arn:aws:iam::111122223333:user/alice";
    let alice = t.user("alice", None);
    let constraints = json!({"EncryptionContextSubset": {"app": "shop"}});
    let grant = json!({"KeyId": key, "GranteePrincipal": arn, "Operations": ["Encrypt"], "Constraints": constraints});
    t.kms("CreateGrant", grant).unwrap();
    let (constraint, operations) = ("✗ Constraint EncryptionContextSubset", "✗ Operations");
    let cases = [
        ("Encrypt", json!({"KeyId": key, "Plaintext": "aGk="}), "One element away from allowing:", vec![constraint]),
        ("GenerateDataKey", json!({"KeyId": key, "KeySpec": "AES_256"}), "Closest:", vec![constraint, operations]),
    ];
    for (operation, input, heading, failing) in cases {
        t.kms_as(&alice, "us-east-1", operation, input).unwrap_err();
        let hints = hints(&t);
        assert!(hints.starts_with(heading), "{hints}");
        for element in failing {
            assert!(hints.contains(element), "{hints}");
        }
    }
}

/// Where the key policy delegates to the account and names the requester too, the second is what allowed.
#[test]
fn the_statement_that_names_the_requester_decides() {
    let root = "arn:aws:iam::111122223333:root";
    let role = "arn:aws:iam::111122223333:role/app";
    let session = "arn:aws:sts::111122223333:assumed-role/app/s1";
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    for (named, reason) in [(role, "ALLOW_RESOURCE_ROLE"), (session, "ALLOW_RESOURCE_DIRECT")] {
        let allow = |sid, who| json!({"Sid": sid, "Effect": "Allow", "Principal": {"AWS": who}, "Action": "kms:*", "Resource": "*"});
        let policy = json!({"Version": "2012-10-17", "Statement": [allow("Account", root), allow("Own", named)]});
        let set = kmslab::lab::PolicySet::parse(&json!({"key_policy": policy}).to_string()).unwrap();
        let asked = kmslab::lab::Question::new(session, "kms:Decrypt", key).unwrap();
        let explained = set.explain(&asked);
        assert_eq!(explained.reason.as_str(), reason);
        let resource = explained.stages.iter().find(|stage| stage.name == "resource").unwrap();
        let decided: Vec<_> =
            resource.statements.iter().filter(|finding| finding.decided).map(|finding| finding.sid.clone()).collect();
        assert_eq!(decided, [Some("Own".to_owned())], "{named}");
        assert!(explained.summary.contains("'Own'"), "{}", explained.summary);
    }
}
