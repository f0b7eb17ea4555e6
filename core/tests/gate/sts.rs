//! STS through the one gate: who one is, and who one may become.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, credentials, lab, tag};
use kmslab::base::Timespan;
use kmslab::lab::Credentials;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const ALLOW_ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Parameters of a call.
type Given<'a> = &'a [(&'a str, &'a str)];

/// A trust policy that admits `principal` under `condition`.
fn trust(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
        "Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{{{condition}}}}}]}}"#
    )
}

/// A role that trusts its account.
fn role(lab: &mut TestLab, name: &str) -> String {
    let trust = trust("111122223333", "");
    lab.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]).unwrap();
    format!("arn:aws:iam::111122223333:role/{name}")
}

/// The credentials of an answer.
fn session(answer: &str) -> Credentials {
    let part = |name| tag(answer, name).unwrap();
    credentials(&part("AccessKeyId"), &part("SecretAccessKey"), Some(&part("SessionToken")))
}

fn assume(lab: &mut TestLab, who: &Credentials, more: &[(&str, &str)]) -> Result<String, Refused> {
    let mut parameters = vec![("RoleArn", ROLE), ("RoleSessionName", "s1")];
    for (name, value) in more {
        parameters.retain(|(held, _)| held != name);
        parameters.push((name, value));
    }
    lab.sts_as(who, "AssumeRole", &parameters)
}

fn whoami(lab: &mut TestLab, who: &Credentials) -> String {
    tag(&lab.sts_as(who, "GetCallerIdentity", &[]).unwrap(), "Arn").unwrap()
}

fn denied(arn: &str, action: &str, resource: &str) -> Refused {
    Refused {
        status: 403,
        code: "AccessDenied".into(),
        message: format!("User: {arn} is not authorized to perform: {action} on resource: {resource}"),
    }
}

#[test]
fn everybody_is_somebody() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let nobody = lab.user("nobody", None); // no permission is needed
    let assumed = session(&assume(&mut lab, &admin, &[]).unwrap());
    let token = session(&lab.sts_as(&admin, "GetSessionToken", &[]).unwrap());
    let federated = session(&lab.sts_as(&admin, "GetFederationToken", &[("Name", "bob")]).unwrap());
    let cases = [
        (&admin, "AIDA", "arn:aws:iam::111122223333:user/administrator"),
        (&nobody, "AIDA", "arn:aws:iam::111122223333:user/nobody"),
        (&assumed, "AROA", "arn:aws:sts::111122223333:assumed-role/app/s1"),
        (&token, "AIDA", "arn:aws:iam::111122223333:user/administrator"),
        (&federated, "111122223333:bob", "arn:aws:sts::111122223333:federated-user/bob"),
    ];
    for (who, id, arn) in cases {
        let answer = lab.sts_as(who, "GetCallerIdentity", &[]).unwrap();
        assert_eq!(tag(&answer, "Arn").unwrap(), arn);
        assert_eq!(tag(&answer, "Account").unwrap(), "111122223333");
        assert!(tag(&answer, "UserId").unwrap().starts_with(id), "{answer}");
    }
    assert!(answer_has(&mut lab, &admin, "GetCallerIdentity", "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""));
}

fn answer_has(lab: &mut TestLab, who: &Credentials, action: &str, text: &str) -> bool {
    lab.sts_as(who, action, &[]).unwrap().contains(text)
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts() {
    let mut lab = lab();
    role(&mut lab, "app");
    let alice = lab.user("alice", Some(ALLOW_ALL));
    let bob = lab.user("bob", None);
    let bob_arn = "arn:aws:iam::111122223333:user/bob";
    let alice_arn = "arn:aws:iam::111122223333:user/alice";
    // The role trusts the account: then an identity policy has to allow it.
    assert!(assume(&mut lab, &alice, &[]).is_ok());
    assert_eq!(assume(&mut lab, &bob, &[]).unwrap_err(), denied(bob_arn, "sts:AssumeRole", ROLE));
    // The role trusts bob himself: that is enough, and alice is out.
    let document = trust(bob_arn, "");
    lab.iam("UpdateAssumeRolePolicy", &[("RoleName", "app"), ("PolicyDocument", &document)]).unwrap();
    assert!(assume(&mut lab, &bob, &[]).is_ok());
    assert_eq!(assume(&mut lab, &alice, &[]).unwrap_err(), denied(alice_arn, "sts:AssumeRole", ROLE));
    // A role that is not there looks the same.
    let nowhere = "arn:aws:iam::111122223333:role/nowhere";
    let refused = assume(&mut lab, &alice, &[("RoleArn", nowhere)]).unwrap_err();
    assert_eq!(refused, denied(alice_arn, "sts:AssumeRole", nowhere));
    // Another user of bob's name is not bob.
    for (action, parameters) in [
        ("DeleteAccessKey", vec![("UserName", "bob"), ("AccessKeyId", bob.access_key_id.as_str())]),
        ("DeleteUser", vec![("UserName", "bob")]),
    ] {
        lab.iam(action, &parameters).unwrap();
    }
    let bob = lab.user("bob", Some(ALLOW_ALL));
    assert_eq!(assume(&mut lab, &bob, &[]).unwrap_err(), denied(bob_arn, "sts:AssumeRole", ROLE));
}

#[test]
fn across_accounts_both_sides_have_to_agree() {
    let mut lab = lab();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let document = trust("444455556666", "");
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &document)]).unwrap();
    let session = session(&assume(&mut lab, &other, &[]).unwrap());
    assert_eq!(whoami(&mut lab, &session), "arn:aws:sts::111122223333:assumed-role/app/s1");
    let admin = lab.admin.clone();
    let refused = assume(&mut lab, &admin, &[]).unwrap_err();
    assert_eq!(refused, denied("arn:aws:iam::111122223333:user/administrator", "sts:AssumeRole", ROLE));
}

#[test]
fn conditions_of_a_trust_policy() {
    let cases: [(&str, Given<'_>, bool); 8] = [
        (r#""StringEquals":{"sts:ExternalId":"x42"}"#, &[("ExternalId", "x42")], true),
        (r#""StringEquals":{"sts:ExternalId":"x42"}"#, &[("ExternalId", "x43")], false),
        (r#""StringEquals":{"sts:ExternalId":"x42"}"#, &[], false),
        (r#""StringLike":{"sts:RoleSessionName":"${aws:username}"}"#, &[("RoleSessionName", "administrator")], true),
        (r#""StringLike":{"sts:RoleSessionName":"${aws:username}"}"#, &[], false),
        (
            r#""StringEquals":{"aws:RequestTag/team":"red"}"#,
            &[("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")],
            true,
        ),
        (r#""StringEquals":{"sts:SourceIdentity":"al"}"#, &[("SourceIdentity", "al")], true),
        (r#""StringEquals":{"sts:SourceIdentity":"al"}"#, &[("SourceIdentity", "bo")], false),
    ];
    for (condition, parameters, want) in cases {
        let mut lab = lab();
        let admin = lab.admin.clone();
        let document = trust("111122223333", condition);
        lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &document)]).unwrap();
        let seen = assume(&mut lab, &admin, parameters);
        assert_eq!(seen.is_ok(), want, "{condition} with {parameters:?}: {seen:?}");
    }
}

#[test]
fn parameters_that_sts_refuses() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let tag_a = [("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1")];
    let twice = [tag_a[0], tag_a[1], ("Tags.member.2.Key", "A"), ("Tags.member.2.Value", "2")];
    let sid = "a".repeat(2_049 - ALLOW_ALL.len() - 9);
    let long = ALLOW_ALL.replace("\"Effect\"", &format!("\"Sid\":\"{sid}\",\"Effect\""));
    // storage.md 4.4.
    let cases: [(Given<'_>, &str, &str); 9] = [
        (&[("RoleArn", "no arn but twenty letters")], "ValidationError", "no arn but twenty letters is invalid"),
        (
            &[("RoleArn", "arn:aws:iam::111122223333:user/x")],
            "ValidationError",
            "arn:aws:iam::111122223333:user/x is invalid",
        ),
        (
            &[("DurationSeconds", "3601")],
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        (&twice, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
        (
            &[("TransitiveTagKeys.member.1", "a")],
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.",
        ),
        (&[("Policy", "{")], "MalformedPolicyDocument", "Syntax errors in policy."),
        (
            &[("Policy", &long)],
            "PackedPolicyTooLarge",
            "Packed policy consumes 101% of allotted space, please use smaller policy",
        ),
        (
            &[("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/Nothing")],
            "InvalidParameterValue",
            "Policy arn:aws:iam::aws:policy/Nothing does not exist or is not attachable.",
        ),
        (
            &[("SerialNumber", "arn:aws:iam::111122223333:mfa/a"), ("TokenCode", "123456")],
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        ),
    ];
    for (parameters, code, message) in cases {
        let refused = assume(&mut lab, &admin, parameters).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.message.as_str()), (code, message), "{parameters:?}");
    }
}

#[test]
fn a_session_is_narrowed_by_its_policies() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let attach = [("RoleName", "app"), ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")];
    lab.iam("AttachRolePolicy", &attach).unwrap();
    let kms = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    // Parameters, may it create a KMS key, may it list users, is it told its packed size.
    let cases: [(Given<'_>, bool, bool, bool); 4] = [
        (&[], true, true, false),
        (&[("Policy", kms)], true, false, true),
        (&[("PolicyArns.member.1.arn", read)], false, true, true),
        (&[("Policy", kms), ("PolicyArns.member.1.arn", read)], true, true, true),
    ];
    for (parameters, creates, lists, told) in cases {
        let answer = assume(&mut lab, &admin, parameters).unwrap();
        assert_eq!(tag(&answer, "PackedPolicySize").is_some(), told, "{answer}");
        let who = session(&answer);
        let created = lab.kms_as(&who, "us-east-1", "CreateKey", serde_json::json!({}));
        assert_eq!(created.is_ok(), creates, "{parameters:?}: {created:?}");
        let listed = lab.iam_as(&who, "ListUsers", &[]);
        assert_eq!(listed.is_ok(), lists, "{parameters:?}: {listed:?}");
        if let Err(refused) = listed {
            let arn = "arn:aws:sts::111122223333:assumed-role/app/s1";
            let users = "arn:aws:iam::111122223333:user/";
            let mut want = denied(arn, "iam:ListUsers", users);
            want.message += " because no session policy allows the iam:ListUsers action";
            assert_eq!(refused, want);
        }
    }
}

#[test]
fn tags_and_source_identity_go_down_the_chain() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    for name in ["app", "next"] {
        role(&mut lab, name);
        lab.iam("PutRolePolicy", &[("RoleName", name), ("PolicyName", "p"), ("PolicyDocument", ALLOW_ALL)]).unwrap();
    }
    let parameters = [
        ("Tags.member.1.Key", "Team"),
        ("Tags.member.1.Value", "red"),
        ("Tags.member.2.Key", "local"),
        ("Tags.member.2.Value", "1"),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "al"),
    ];
    let answer = assume(&mut lab, &admin, &parameters).unwrap();
    assert_eq!(tag(&answer, "SourceIdentity").as_deref(), Some("al"));
    let first = session(&answer);
    let next = ("RoleArn", "arn:aws:iam::111122223333:role/next");
    // The next role admits whoever comes with the team's tag and the source identity, whatever it says itself.
    let condition = r#""StringEquals":{"aws:PrincipalTag/team":"red","aws:SourceIdentity":"al"}"#;
    let document = trust(ROLE, condition);
    lab.iam("UpdateAssumeRolePolicy", &[("RoleName", "next"), ("PolicyDocument", &document)]).unwrap();
    let answer = assume(&mut lab, &first, &[next]).unwrap();
    assert_eq!(tag(&answer, "SourceIdentity").as_deref(), Some("al"));
    let second = session(&answer);
    // What is inherited can neither be changed nor given again.
    let conflict = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag \
                    key from the calling session.";
    let refused =
        assume(&mut lab, &first, &[next, ("Tags.member.1.Key", "TEAM"), ("Tags.member.1.Value", "x")]).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("InvalidParameterValue", conflict));
    assert_eq!(assume(&mut lab, &first, &[next, ("SourceIdentity", "bo")]).unwrap_err().code, "AccessDenied");
    // A chained session lasts an hour at most.
    lab.iam("UpdateRole", &[("RoleName", "next"), ("MaxSessionDuration", "43200")]).unwrap();
    let refused = assume(&mut lab, &first, &[next, ("DurationSeconds", "3601")]).unwrap_err();
    let limit = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("ValidationError", limit));
    assert_eq!(whoami(&mut lab, &second), "arn:aws:sts::111122223333:assumed-role/next/s1");
}

#[test]
fn a_session_has_fifty_tags_with_those_it_inherits() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    for name in ["app", "next"] {
        role(&mut lab, name);
        lab.iam("PutRolePolicy", &[("RoleName", name), ("PolicyName", "p"), ("PolicyDocument", ALLOW_ALL)]).unwrap();
    }
    let tags = |from: usize, count: usize| -> Vec<(String, String)> {
        let tag = |n: usize| {
            let at = n + 1;
            let key = format!("k{}", from + n);
            [(format!("Tags.member.{at}.Key"), key), (format!("Tags.member.{at}.Value"), "v".into())]
        };
        (0..count).flat_map(tag).collect()
    };
    let mut inherited = tags(0, 30);
    inherited.extend((0..30).map(|n| (format!("TransitiveTagKeys.member.{}", n + 1), format!("k{n}"))));
    let more = |tags: &[(String, String)]| -> Vec<(&'static str, &'static str)> {
        let leak = |text: &String| -> &'static str { Box::leak(text.clone().into_boxed_str()) };
        tags.iter().map(|(name, value)| (leak(name), leak(value))).collect()
    };
    let first = session(&assume(&mut lab, &admin, &more(&inherited)).unwrap());
    for (count, want) in [(20, None), (21, Some("102")), (50, Some("160"))] {
        let mut parameters = more(&tags(30, count));
        parameters.push(("RoleArn", "arn:aws:iam::111122223333:role/next"));
        let refused = assume(&mut lab, &first, &parameters).err();
        let want = want.map(|percent| Refused {
            status: 400,
            code: "PackedPolicyTooLarge".into(),
            message: format!("Packed policy consumes {percent}% of allotted space, please use smaller policy"),
        });
        assert_eq!(refused, want, "{count} more");
    }
}

#[test]
fn credentials_end() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let answer = assume(&mut lab, &admin, &[("DurationSeconds", "900")]).unwrap();
    assert_eq!(tag(&answer, "Expiration").unwrap(), "2026-01-01T00:15:00Z");
    let who = session(&answer);
    let wrong = Credentials { session_token: admin.session_token.clone(), ..who.clone() };
    let refused = lab.sts_as(&wrong, "GetCallerIdentity", &[]).unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidClientTokenId"));
    lab.lab.advance(Timespan::seconds(899)).unwrap();
    assert!(lab.sts_as(&who, "GetCallerIdentity", &[]).is_ok());
    lab.lab.advance(Timespan::seconds(1)).unwrap();
    let refused = lab.sts_as(&who, "GetCallerIdentity", &[]).unwrap_err();
    let want = "The security token included in the request is expired";
    assert_eq!((refused.status, refused.code.as_str(), refused.message.as_str()), (403, "ExpiredToken", want));
}

#[test]
fn what_a_users_own_session_may_not_do() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let token = session(&lab.sts_as(&admin, "GetSessionToken", &[]).unwrap());
    let refused = lab.iam_as(&token, "ListUsers", &[]).unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidClientTokenId"));
    for action in ["GetSessionToken", "GetFederationToken"] {
        let refused = lab.sts_as(&token, action, &[("Name", "bob")]).unwrap_err();
        let want = format!("Cannot call {action} with session credentials");
        assert_eq!((refused.code.as_str(), refused.message), ("AccessDenied", want));
    }
    let assumed = session(&assume(&mut lab, &token, &[]).unwrap());
    let refused = lab.sts_as(&assumed, "GetSessionToken", &[]).unwrap_err();
    assert_eq!(refused.message, "Cannot call GetSessionToken with session credentials");
    assert!(lab.kms_as(&token, "us-east-1", "ListKeys", serde_json::json!({})).is_ok());
}

#[test]
fn a_federated_user_needs_a_policy_of_its_own() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    let bare = lab.sts_as(&admin, "GetFederationToken", &[("Name", "bob")]).unwrap();
    assert_eq!(tag(&bare, "PackedPolicySize").as_deref(), Some("0"));
    assert_eq!(tag(&bare, "FederatedUserId").as_deref(), Some("111122223333:bob"));
    let given = lab.sts_as(&admin, "GetFederationToken", &[("Name", "bob"), ("Policy", ALLOW_ALL)]).unwrap();
    for (answer, works) in [(bare, false), (given, true)] {
        let who = session(&answer);
        let seen = lab.kms_as(&who, "us-east-1", "ListKeys", serde_json::json!({}));
        assert_eq!(seen.is_ok(), works, "{seen:?}");
    }
    let poor = lab.user("poor", None);
    let refused = lab.sts_as(&poor, "GetFederationToken", &[("Name", "bob")]).unwrap_err();
    let mut want = denied(
        "arn:aws:iam::111122223333:user/poor",
        "sts:GetFederationToken",
        "arn:aws:sts::111122223333:federated-user/bob",
    );
    want.message += " because no identity-based policy allows the sts:GetFederationToken action";
    assert_eq!(refused, want);
}

#[test]
fn an_access_key_names_its_account() {
    let mut lab = lab();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let admin = lab.admin.clone();
    for (id, want) in [(admin.access_key_id.clone(), "111122223333"), (other.access_key_id.clone(), "444455556666")] {
        let answer = lab.sts_as(&admin, "GetAccessKeyInfo", &[("AccessKeyId", &id)]).unwrap();
        assert_eq!(tag(&answer, "Account").as_deref(), Some(want));
    }
    let refused = lab.sts_as(&admin, "GetAccessKeyInfo", &[("AccessKeyId", "AKIAAAAAAAAAAAAAAAAA")]).unwrap_err();
    assert_eq!(refused.code, "ValidationError");
}

#[test]
fn the_trail_knows_the_session_and_no_secret() {
    let mut lab = lab();
    role(&mut lab, "app");
    let admin = lab.admin.clone();
    let from = lab.lab.trail_len();
    let who = session(&assume(&mut lab, &admin, &[]).unwrap());
    lab.sts_as(&who, "GetCallerIdentity", &[]).unwrap();
    assert!(lab.iam_as(&who, "GetUser", &[]).is_err());
    lab.iam("GetRole", &[("RoleName", "nowhere")]).unwrap_err();
    let records = lab.lab.trail(from);
    let seen: Vec<serde_json::Value> = records.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    for record in &records {
        assert!(!record.contains(who.secret_access_key.expose_text()), "{record}");
    }
    // As recorded by CloudTrail (`cloudtrail-other.jsonl`).
    let answer = &seen[0]["responseElements"];
    assert_eq!(seen[0]["readOnly"], true);
    assert_eq!(answer["assumedRoleUser"]["arn"], "arn:aws:sts::111122223333:assumed-role/app/s1");
    assert_eq!(answer["credentials"]["accessKeyId"], who.access_key_id.as_str());
    assert_eq!(answer["credentials"]["expiration"], "Jan 1, 2026, 1:00:00 AM");
    assert_eq!(seen[0]["resources"][0]["ARN"], ROLE);
    assert_eq!(seen[1]["userIdentity"]["type"], "AssumedRole");
    assert_eq!(seen[1]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"], ROLE);
    assert_eq!(seen[3]["errorCode"], "NoSuchEntityException");
    assert_eq!(seen[3]["errorMessage"], "The role with name nowhere cannot be found.");
}

#[test]
fn a_trust_policy_follows_the_user_through_a_new_name() {
    let mut lab = lab();
    let bob = lab.user("bob", None);
    let document = trust("arn:aws:iam::111122223333:user/bob", "");
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &document)]).unwrap();
    lab.iam("UpdateUser", &[("UserName", "bob"), ("NewUserName", "robert"), ("NewPath", "/team/")]).unwrap();
    assert_eq!(whoami(&mut lab, &bob), "arn:aws:iam::111122223333:user/team/robert");
    assert!(assume(&mut lab, &bob, &[]).is_ok());
    // And whoever takes the old name is somebody else.
    let other = lab.user("bob", Some(ALLOW_ALL));
    let refused = assume(&mut lab, &other, &[]).unwrap_err();
    assert_eq!(refused, denied("arn:aws:iam::111122223333:user/bob", "sts:AssumeRole", ROLE));
}
