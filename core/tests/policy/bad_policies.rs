//! Policies that are none: every place holds the wrong type once, and texts are deep, long, doubled, cut and foreign. Each is
//! refused with AWS's code and sentence of the API that takes it, in bounded time and memory, and nothing changes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may fail, and has std"
)]

use crate::support::{Refused, TestLab, lab};
use kmslab::policy::{
    Context, Kind, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, decide, explain,
};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const ROOT: &str = "arn:aws:iam::111122223333:root";

/// A policy that has something in every place that its kind knows.
fn full(kind: Kind) -> Value {
    let conditions = json!({
        "StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-f6g7h8i9j0"]},
        "Bool": {"aws:SecureTransport": true},
        "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
        "ForAnyValue:StringLike": {"aws:CalledVia": "*.amazonaws.com"},
    });
    let principal = json!({"AWS": [ROOT, "111122223333"], "Service": "ec2.amazonaws.com"});
    let mut statement = json!({"Sid": "a", "Effect": "Allow", "Condition": conditions});
    let (action, resource) = match kind {
        Kind::Trust => (json!(["sts:AssumeRole", "sts:TagSession"]), Value::Null),
        Kind::Bucket => (json!(["s3:GetObject", "s3:PutObject"]), json!(["arn:aws:s3:::b/*"])),
        _ => (json!(["kms:*", "kms:Decrypt"]), json!(["*"])),
    };
    statement["Action"] = action;
    if !resource.is_null() {
        statement["Resource"] = resource;
    }
    if matches!(kind, Kind::Key | Kind::Bucket | Kind::Trust | Kind::Endpoint) {
        statement["Principal"] = principal;
    }
    json!({"Version": "2012-10-17", "Id": "full", "Statement": [statement]})
}

/// What is put in every place.
fn wrongs() -> Vec<Value> {
    let mut all = vec![json!(null), json!(true), json!(false), json!(0), json!(-1.5e300), json!("x"), json!("")];
    all.extend([json!([]), json!({}), json!([[]]), json!([{}]), json!([null]), json!([1]), json!({"x": {"x": 1}})]);
    all
}

/// Every place of a document, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| places(value, &format!("{at}/{n}"), out)),
        _ => {}
    }
}

/// Whether the grammar takes `value` at `place`. Source: authorization.md 1.1.
fn fits(place: &str, value: &Value) -> bool {
    let steps: Vec<&str> = place.split('/').skip(1).collect();
    let scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    match steps.as_slice() {
        ["Id"] | ["Statement", _, "Sid"] => value.is_string(),
        // Somebody else is named besides.
        ["Statement", _, "Principal", _] => value == &json!([]),
        ["Statement", _, "Condition"] | ["Statement", _, "Condition", _] => value == &json!({}),
        ["Statement", _, "Condition", _, _] => {
            scalar(value) || value.as_array().is_some_and(|values| values.iter().all(scalar))
        }
        ["Statement", _, "Condition", _, _, _] => scalar(value),
        _ => false,
    }
}

/// Stores `text` where policies of that kind are stored.
fn store(lab: &mut TestLab, kind: Kind, text: &str) -> Result<(), Refused> {
    match kind {
        Kind::Key => lab.kms("CreateKey", json!({"Policy": text, "BypassPolicyLockoutSafetyCheck": true})).map(|_| ()),
        Kind::Trust => {
            lab.iam("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", text)])?;
            lab.iam("DeleteRole", &[("RoleName", "r")]).map(|_| ())
        }
        Kind::Session => {
            let admin = lab.admin.clone();
            lab.sts_as(&admin, "GetFederationToken", &[("Name", "fed"), ("Policy", text)]).map(|_| ())
        }
        _ => {
            lab.iam("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", text)])?;
            lab.iam("DeletePolicy", &[("PolicyArn", "arn:aws:iam::111122223333:policy/p")]).map(|_| ())
        }
    }
}

/// Kinds with an API that stores them, and the code of its refusal.
const APIS: &[(Kind, &str)] = &[
    (Kind::Key, "MalformedPolicyDocumentException"),
    (Kind::Identity, "MalformedPolicyDocument"),
    (Kind::Trust, "MalformedPolicyDocument"),
    (Kind::Session, "MalformedPolicyDocument"),
];

const KINDS: &[Kind] = &[
    Kind::Identity,
    Kind::Boundary,
    Kind::Session,
    Kind::Scp,
    Kind::Rcp,
    Kind::Trust,
    Kind::Key,
    Kind::Bucket,
    Kind::Endpoint,
];

#[test]
fn a_wrong_type_in_any_place_is_refused_in_the_words_of_its_api() {
    let mut lab = lab();
    for kind in KINDS {
        let whole = full(*kind);
        let api = APIS.iter().find(|(of, _)| of == kind);
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        assert!(all.len() >= 20, "{kind:?}: {all:?}");
        for place in &all {
            for wrong in wrongs() {
                let mut document = whole.clone();
                *document.pointer_mut(place).unwrap() = wrong.clone();
                let text = document.to_string();
                let read = Policy::parse(*kind, &text);
                // What an older, laxer service has stored is read without a panic, too.
                let _ = Policy::parse_lenient(*kind, &text);
                if fits(place, &wrong) {
                    if !matches!(kind, Kind::Rcp) {
                        assert!(read.is_ok(), "{kind:?} {place} = {wrong}: {:?}", read.err());
                    }
                    continue;
                }
                let error = read.map(|_| format!("{kind:?} {place} = {wrong} is taken")).unwrap_err();
                assert!(error.line == 1 && error.column > 0 && !error.detail.is_empty());
                // Neither texts nor empty things are a wrong type everywhere; every other mistake is one of syntax.
                let plain =
                    wrong.is_string() || wrong == json!([]) || wrong == json!({}) || wrong.to_string().contains('x');
                let another = place.is_empty() || (wrong == json!([{}]) && place == "/Statement");
                let typed = !(plain || another);
                if typed && !matches!(kind, Kind::Scp | Kind::Rcp) {
                    assert_eq!(error.message, "Syntax errors in policy.", "{kind:?} {place} = {wrong}");
                }
                if let Some((_, code)) = api {
                    let refused = store(&mut lab, *kind, &text).unwrap_err();
                    let expected = Refused { status: 400, code: (*code).into(), message: error.message.clone() };
                    assert_eq!(refused, expected, "{kind:?} {place} = {wrong}");
                }
            }
        }
        assert!(Policy::parse(*kind, &whole.to_string()).is_ok() != matches!(kind, Kind::Rcp));
    }
    // Nothing was left behind.
    assert_eq!(lab.kms("ListKeys", json!({})).unwrap()["Keys"], json!([]));
    assert!(!lab.iam("ListPolicies", &[("Scope", "Local")]).unwrap().contains("<member>"));
}

#[test]
fn members_that_occur_twice_are_refused_at_every_depth() {
    for kind in KINDS {
        let whole = full(*kind);
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        for place in all {
            let Some(Value::Object(members)) = whole.pointer(&place) else { continue };
            for (name, value) in members {
                let mut document = whole.clone();
                let object = document.pointer_mut(&place).unwrap().as_object_mut().unwrap();
                object.insert("@twice".into(), value.clone());
                let text = document.to_string().replace("@twice", name);
                let error = Policy::parse(*kind, &text).map(|_| text.clone()).unwrap_err();
                assert!(error.detail.contains("occurs twice"), "{text}: {error}");
                assert!(Policy::parse_lenient(*kind, &text).is_err(), "{text}");
            }
        }
    }
}

#[test]
fn every_beginning_of_a_policy_is_refused() {
    let text = full(Kind::Key).to_string();
    for end in 0..text.len() {
        let error = Policy::parse(Kind::Key, &text[..end]).map(|_| end).unwrap_err();
        assert_eq!(error.message, "Syntax errors in policy.");
        assert!(Policy::parse(Kind::Key, &format!("{}x", &text[..=end])).is_err());
    }
}

/// A key policy with `statement` in it.
fn key_policy(statement: &str) -> String {
    let root = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{ROOT}"}},"Action":"kms:*","Resource":"*"}}"#);
    format!(r#"{{"Version":"2012-10-17","Statement":[{root}{statement}]}}"#)
}

#[test]
fn monstrous_texts_get_the_answer_of_kms() {
    let malformed = ("MalformedPolicyDocumentException", "Syntax errors in policy.");
    let condition = |value: &str| {
        key_policy(&format!(
            r#",{{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":{{"NumericEquals":{{"aws:MultiFactorAuthAge":{value}}}}}}}"#
        ))
    };
    let many = |count: usize| {
        let statement = r#",{"Effect":"Deny","Principal":"*","Action":"kms:*a*b*c*d*","Resource":"*"}"#;
        key_policy(&statement.repeat(count))
    };
    let cases: Vec<(&str, String, (&str, &str))> = vec![
        ("lists inside each other", "[".repeat(30_000), malformed),
        ("objects inside each other", r#"{"Statement":"#.repeat(2_400), malformed),
        ("deep in a condition", condition(&("[".repeat(5_000) + &"]".repeat(5_000))), malformed),
        ("half a surrogate", key_policy(r#",{"Sid":"\ud800"}"#), malformed),
        ("a control character", key_policy(",{\"Sid\":\"\t\"}"), malformed),
        ("two documents", key_policy("") + &key_policy(""), malformed),
        ("a comment", "/* x */ ".to_owned() + &key_policy(""), malformed),
        ("a number beyond all", condition(&"9".repeat(30_000)), ("", "")),
        ("an exponent beyond all", condition("1e999999999"), ("", "")),
        ("no number", condition("NaN"), malformed),
        (
            "an astral character",
            key_policy(",{\"Sid\":\"😀\"}"),
            ("ValidationException", "failed to satisfy constraint"),
        ),
        ("the same, escaped", key_policy(r#",{"Sid":"\ud83d\ude00"}"#), malformed),
        ("a byte order mark", format!("\u{feff}{}", key_policy("")), ("ValidationException", "failed to satisfy")),
        ("a zero", "\u{0}".to_owned(), ("ValidationException", "failed to satisfy constraint")),
        ("nothing", String::new(), ("ValidationException", "failed to satisfy constraint")),
        ("blanks", " ".repeat(1_000), malformed),
        ("32 KB of wildcards", many(400), ("", "")),
        ("more than 32 KB", many(500), ("LimitExceededException", "")),
        ("more than 131,072 characters", many(3_000), ("ValidationException", "131072")),
    ];
    let mut lab = lab();
    for (name, text, (code, message)) in cases {
        let began = Instant::now();
        let answer = lab.kms("CreateKey", json!({"Policy": text}));
        assert!(began.elapsed() < Duration::from_secs(2), "{name}: {:?}", began.elapsed());
        match answer {
            Ok(_) => assert_eq!(code, "", "{name} is taken"),
            Err(refused) => {
                assert_eq!((refused.status, refused.code.as_str()), (400, code), "{name}: {}", refused.message);
                assert!(refused.message.contains(message), "{name}: {}", refused.message);
            }
        }
    }
    // Bytes that are no UTF-8 are no JSON.
    let admin = lab.admin.clone();
    let mut body = br#"{"Policy":""#.to_vec();
    body.extend([0xff, 0xc0, 0x80, b'"', b'}']);
    let response = lab.kms_raw(&admin, "us-east-1", "CreateKey", body);
    let answer: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!((response.status, &answer["__type"]), (400, &json!("SerializationException")));
}

#[test]
fn monstrous_texts_get_the_answer_of_iam() {
    let statement = |body: &str| format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{body}}}}}"#);
    let usual = r#""Action":"kms:Decrypt","Resource":"*""#;
    let syntax = ("MalformedPolicyDocument", 400, "Syntax errors in policy.");
    let limit = |text| ("LimitExceeded", 409, text);
    let invalid = ("ValidationError", 400, "failed to satisfy constraint");
    let cases: Vec<(&str, String, (&str, u16, &str))> = vec![
        ("lists inside each other", "[".repeat(60_000), syntax),
        ("an astral character", statement(&format!(r#""Sid":"😀",{usual}"#)), invalid),
        (
            "an astral character, escaped",
            statement(&format!(r#""Sid":"\ud83d\ude00",{usual}"#)),
            ("MalformedPolicyDocument", 400, "alpha-numeric"),
        ),
        ("nothing", String::new(), invalid),
        (
            "too long",
            statement(&format!(r#""Action":"kms:Decrypt","Resource":"arn:aws:s3:::{}""#, "*".repeat(7_000))),
            limit("PolicySize"),
        ),
        ("long by blanks only", statement(usual) + &" ".repeat(50_000), ("", 200, "")),
        ("more than 131,072 characters", statement(usual) + &" ".repeat(140_000), ("ValidationError", 400, "131072")),
    ];
    let mut lab = lab();
    for (name, text, (code, status, message)) in cases {
        let began = Instant::now();
        match store(&mut lab, Kind::Identity, &text) {
            Ok(()) => assert_eq!(code, "", "{name} is taken"),
            Err(refused) => {
                assert_eq!((refused.status, refused.code.as_str()), (status, code), "{name}: {}", refused.message);
                assert!(refused.message.contains(message), "{name}: {}", refused.message);
            }
        }
        assert!(began.elapsed() < Duration::from_secs(2), "{name}: {:?}", began.elapsed());
    }
}

/// Patterns that make matchers by trial and error take for ever, in every element that has patterns.
#[test]
fn wildcards_decide_and_explain_in_bounded_time() {
    let stars = "*a".repeat(8_000);
    let marks = "?*".repeat(8_000);
    let long = "a".repeat(4_000);
    let user = Requester::new(RequesterKind::User, "111122223333".parse().ok(), "arn:aws:iam::111122223333:user/a");
    for pattern in [&stars, &marks, &(stars.clone() + "b"), &"*".repeat(16_000)] {
        let texts = [
            json!({"Action": "kms:*", "Resource": format!("arn:aws:kms:us-east-1:111122223333:{pattern}")}),
            json!({"Action": format!("kms:{}", pattern.replace('?', "*")), "Resource": "*"}),
            json!({"Action": "*", "Resource": "*", "Condition": {
                "StringLike": {"kms:EncryptionContext:k": [pattern, pattern]},
                "ForAllValues:StringNotLike": {"aws:TagKeys": pattern},
                "ArnLike": {"aws:SourceArn": format!("arn:aws:s3:::{pattern}")}}}),
        ];
        for mut statement in texts {
            statement["Effect"] = json!("Allow");
            let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
            let began = Instant::now();
            let policy = Arc::new(Policy::parse(Kind::Identity, &text).unwrap());
            let named = kmslab::policy::Named { name: "p".into(), arn: None, policy };
            let side = PrincipalSide { identity: vec![named], ..PrincipalSide::default() };
            let policies = Policies { principal: Arc::new(side), ..Policies::default() };
            let mut context = Context::new();
            context.set("kms:EncryptionContext:k", &long);
            context.set_list("aws:TagKeys", [&long, &long, &long]);
            context.set("aws:SourceArn", format!("arn:aws:s3:::{long}"));
            let resource = format!("arn:aws:kms:us-east-1:111122223333:{long}");
            let query = Query {
                requester: &user,
                action: "kms:DescribeKey",
                resource: &resource,
                resource_account: "111122223333".parse().ok(),
                context: &context,
                retire_grant: None,
                via_service: false,
            };
            let decision = decide(&query, &policies);
            assert_eq!(decision.allowed(), explain(&query, &policies).allowed);
            assert!(began.elapsed() < Duration::from_secs(4), "{:?} for {text:.80}", began.elapsed());
        }
    }
}

/// A text costs memory by its length, and not by what is in it.
#[test]
fn memory_is_bounded_by_the_length_of_the_text() {
    let texts = [
        full(Kind::Key).to_string(),
        key_policy(&r#",{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#.repeat(400)),
        format!(r#"{{"Statement":[{}1]}}"#, "[],".repeat(40_000)),
        format!(r#"{{"Statement":[{}1]}}"#, "{},".repeat(40_000)),
        format!(r#"{{"Statement":{{"Action":[{}1]}}}}"#, r#""","#.repeat(40_000)),
        "[".repeat(250_000),
        format!("{{{}", r#""a":"#.repeat(50_000)),
        format!(r#""{}"#, "\\u00e9".repeat(40_000)),
    ];
    for text in texts {
        let used = allocation_counter::measure(|| {
            let _ = Policy::parse(Kind::Key, &text);
            let _ = Policy::parse_lenient(Kind::Key, &text);
        });
        let most = 256 * u64::try_from(text.len()).unwrap() + 65_536;
        assert!(used.bytes_max < most, "{} bytes for {} of {text:.40}", used.bytes_max, text.len());
    }
}
