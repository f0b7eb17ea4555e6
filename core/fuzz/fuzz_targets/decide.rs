//! Decisions: policies of every kind and a request, all from the same bytes. What is decided is what is explained, a Deny
//! never allows, and no pattern takes longer than the fuzzer's limit of time (`-timeout`).
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use kmslab::policy::{
    Context, Kind, Level, Named, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, ResourceKind,
    ResourceSide, decide, explain,
};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// Words that decisions turn on, so that not every text has to be found by chance.
const WORDS: &[&str] = &[
    "*",
    "?",
    "kms:*",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:RetireGrant",
    "arn:aws:kms:us-east-1:111122223333:key/1",
    "arn:aws:kms:*:111122223333:key/*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "${aws:username}",
    "true",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/app/s",
    "10.0.0.0/8",
    "2001:db8::1",
    "2026-01-01T00:00:00Z",
    "-1e400",
    "${*}",
    "${aws:PrincipalTag/x, \u{27}*\u{27}}",
    "ec2.amazonaws.com",
    "o-a1b2c3d4e5",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "NumericLessThan",
    "Bool",
    "DateGreaterThan",
    "IpAddress",
    "NotIpAddress",
    "ArnLike",
    "ArnNotEquals",
    "BinaryEquals",
    "Null",
    "ArnLikeIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotLike",
    "ForAllValues:ArnLikeIfExists",
    "ForAnyValue:NumericEquals",
];
const KEYS: &[&str] =
    &["aws:username", "kms:EncryptionContext:a", "aws:TagKeys", "aws:SourceIp", "aws:CurrentTime", "a:b"];

/// A word of the list, or any text.
#[derive(Debug)]
struct Word(String);

impl<'a> Arbitrary<'a> for Word {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self(match u.int_in_range(0..=3)? {
            0 => u.arbitrary()?,
            1 => format!("{}{}", u.choose(WORDS)?, u.arbitrary::<&str>()?),
            2 => u.choose(WORDS)?.repeat(u.int_in_range(1..=64)?),
            _ => (*u.choose(WORDS)?).to_owned(),
        }))
    }
}

#[derive(Debug, Arbitrary)]
struct Statement {
    allow: bool,
    principals: Vec<Word>,
    not_action: bool,
    actions: Vec<Word>,
    not_resource: bool,
    resources: Vec<Word>,
    conditions: Vec<(u8, u8, Vec<Word>)>,
}

#[derive(Debug, Arbitrary)]
struct Given {
    /// A text as it is, in the place of the first key policy.
    raw: Option<String>,
    identity: Vec<Statement>,
    boundary: Option<Vec<Statement>>,
    session: Option<Vec<Statement>>,
    scp: Option<Vec<Statement>>,
    rcp: Vec<Statement>,
    key: Vec<Statement>,
    endpoint: Option<Vec<Statement>>,
    requester: u8,
    action: Word,
    resource: Word,
    context: Vec<(u8, Vec<Word>)>,
    via_service: bool,
}

/// The text of a document.
fn text(statements: &[Statement], named: bool, deny: bool) -> String {
    let quoted = |text: &str| format!("{text:?}").replace("\\u{", "u{").replace("\\'", "'").replace("\\0", "0");
    let list = |words: &[Word]| words.iter().map(|word| quoted(&word.0)).collect::<Vec<_>>().join(",");
    let mut out = Vec::new();
    for one in statements {
        let mut parts = vec![format!(r#""Effect":"{}""#, if one.allow && !deny { "Allow" } else { "Deny" })];
        if named {
            parts.push(match one.principals.as_slice() {
                [] => r#""Principal":"*""#.to_owned(),
                words => format!(r#""Principal":{{"AWS":[{}]}}"#, list(words)),
            });
        }
        let not = |negated: bool| if negated { "Not" } else { "" };
        parts.push(format!(r#""{}Action":[{}]"#, not(one.not_action), list(&one.actions)));
        parts.push(format!(r#""{}Resource":[{}]"#, not(one.not_resource), list(&one.resources)));
        let mut seen = Vec::new();
        let mut conditions = Vec::new();
        for (operator, key, values) in &one.conditions {
            let operator = OPERATORS[usize::from(*operator) % OPERATORS.len()];
            if !seen.contains(&operator) {
                seen.push(operator);
                let key = KEYS[usize::from(*key) % KEYS.len()];
                conditions.push(format!(r#""{operator}":{{"{key}":[{}]}}"#, list(values)));
            }
        }
        parts.push(format!(r#""Condition":{{{}}}"#, conditions.join(",")));
        out.push(format!("{{{}}}", parts.join(",")));
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, out.join(","))
}

fn policy(kind: Kind, text: &str) -> Vec<Named> {
    let read = Policy::parse_lenient(kind, text).ok();
    read.map(|policy| Named { name: "p".into(), arn: None, policy: Arc::new(policy) }).into_iter().collect()
}

fn requester(choice: u8) -> Requester {
    let account = "111122223333".parse().ok();
    let (kind, arn) = match choice % 6 {
        0 => (RequesterKind::User, "arn:aws:iam::111122223333:user/alice"),
        1 => (RequesterKind::RoleSession, "arn:aws:sts::111122223333:assumed-role/app/s"),
        2 => (RequesterKind::Root, "arn:aws:iam::111122223333:root"),
        3 => (RequesterKind::FederatedUser, "arn:aws:sts::111122223333:federated-user/f"),
        4 => (RequesterKind::Service, "ec2.amazonaws.com"),
        _ => (RequesterKind::User, "arn:aws:iam::444455556666:user/alice"),
    };
    let account = match choice % 6 {
        4 => None,
        5 => "444455556666".parse().ok(),
        _ => account,
    };
    let mut requester = Requester::new(kind, account, arn);
    if kind == RequesterKind::RoleSession {
        requester.role_arn = "arn:aws:iam::111122223333:role/app".into();
        requester.session_name = "s".into();
    }
    requester
}

fuzz_target!(|given: Given| {
    let one = |kind, statements: &[Statement]| policy(kind, &text(statements, kind == Kind::Endpoint, false));
    let mut key = policy(Kind::Key, &text(&given.key, true, false));
    if let Some(raw) = &given.raw {
        key.extend(policy(Kind::Key, raw));
    }
    let rcp = policy(Kind::Rcp, &text(&given.rcp, true, true));
    let side = PrincipalSide {
        identity: one(Kind::Identity, &given.identity),
        boundary: given.boundary.as_deref().and_then(|statements| one(Kind::Boundary, statements).pop()),
        session: given.session.as_deref().map(|statements| one(Kind::Session, statements)),
        scp: given.scp.as_deref().map(|of| vec![Level { name: "Root".into(), policies: one(Kind::Scp, of) }]),
        in_management_account: false,
    };
    let resource = ResourceSide {
        kind: ResourceKind::Key { aws_managed: false },
        owner: "111122223333".parse().unwrap(),
        arn: given.resource.0.clone(),
        policies: key,
        assumed: None,
        rcp: vec![Level { name: "Root".into(), policies: rcp }],
    };
    let mut policies = Policies {
        principal: Arc::new(side),
        resource: Some(Arc::new(resource)),
        grants: Vec::new(),
        endpoint: given.endpoint.as_deref().and_then(|statements| one(Kind::Endpoint, statements).pop()),
    };
    let mut context = Context::new();
    for (key, values) in &given.context {
        let key = KEYS[usize::from(*key) % KEYS.len()];
        match values.as_slice() {
            [one] => context.set(key, &one.0),
            many => context.set_list(key, many.iter().map(|word| &word.0)),
        }
    }
    let requester = requester(given.requester);
    let query = Query {
        requester: &requester,
        action: &given.action.0,
        resource: &given.resource.0,
        resource_account: "111122223333".parse().ok(),
        context: &context,
        retire_grant: None,
        via_service: given.via_service,
    };
    let decision = decide(&query, &policies);
    let explained = explain(&query, &policies);
    assert_eq!(decision.allowed(), explained.allowed);
    // One more Deny can only take away.
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    Arc::make_mut(&mut policies.principal).identity.extend(policy(Kind::Identity, deny));
    assert!(!decide(&query, &policies).allowed() || decision.allowed());
});
