//! Curves, not points: how a decision grows with what the policies hold. None may grow faster than what it has to read.
//!
//! A text may have 256 KiB, so the long curves are of several documents on one key, each as long as it may be.
//!
//! Statements and principals that do not concern the request are not read at all; values of a condition are looked up, and
//! patterns are tried one after the other, each in time linear in the text however often it says `*`.

use kmslab::policy::{
    Context, Kind, Named, Policies, Policy, PrincipalSide, Query, Requester, RequesterKind, ResourceKind, ResourceSide,
    decide,
};
use kmslab_benches::{measured, row};
use std::{hint::black_box, sync::Arc};

const ACCOUNT: &str = "111122223333";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ME: &str = "arn:aws:iam::111122223333:user/alice";

fn requester() -> Requester {
    Requester {
        kind: RequesterKind::User,
        account: Some(ACCOUNT.parse().unwrap()),
        arn: ME.to_owned(),
        unique_id: "AIDAALICEEXAMPLE00000".to_owned(),
        user_name: "alice".to_owned(),
        role_arn: String::new(),
        session_name: String::new(),
        user_arn: ME.to_owned(),
        federated_name: String::new(),
        service_linked: false,
        service_names: Vec::new(),
    }
}

/// So many bytes of statements go into one document.
const LENGTH: usize = 250_000;

fn documents(statements: &[String]) -> Vec<Named> {
    let mut texts = vec![String::new()];
    for statement in statements {
        if texts.last().unwrap().len() + statement.len() > LENGTH {
            texts.push(String::new());
        }
        let text = texts.last_mut().unwrap();
        text.push_str(if text.is_empty() { "" } else { "," });
        text.push_str(statement);
    }
    let compiled = |text: String| {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{text}]}}"#);
        let policy = Arc::new(Policy::parse(Kind::Key, &text).unwrap());
        Named { name: "default".into(), arn: None, policy }
    };
    texts.into_iter().map(compiled).collect()
}

/// What `kms:Decrypt` takes under key policies of these statements, with `app` as `AppName`. All curves end in an Allow, so
/// that nothing is decided before the end.
fn took(statements: &[String], app: &str) -> f64 {
    let account = ACCOUNT.parse().unwrap();
    let side = ResourceSide {
        kind: ResourceKind::Key { aws_managed: false },
        owner: account,
        arn: KEY.into(),
        policies: documents(statements),
        assumed: None,
        rcp: Vec::new(),
    };
    let principal = Arc::new(PrincipalSide::default());
    let policies = Policies { principal, resource: Some(Arc::new(side)), grants: Vec::new(), endpoint: None };
    let mut context = Context::new();
    context.set("kms:EncryptionContext:AppName", app);
    let requester = requester();
    let query = Query {
        requester: &requester,
        action: "kms:Decrypt",
        resource: KEY,
        resource_account: Some(account),
        context: &context,
        retire_grant: None,
        via_service: false,
    };
    assert!(decide(&query, &policies).allowed());
    measured(|| decide(black_box(&query), black_box(&policies)))
}

/// A statement; `rest` are its further elements.
fn statement(principal: &str, action: &str, rest: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": {principal}}}, "Action": "{action}", "Resource": "*"{rest}}}"#
    )
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.map(|value| format!(r#""{value}""#)).collect::<Vec<_>>().join(","))
}

fn main() {
    let me = format!(r#""{ME}""#);
    let last = statement(&me, "kms:Decrypt", "");
    let person = |n: usize| format!("arn:aws:iam::111122223333:user/other-{n}");
    let near = r#", "Condition": {"StringEquals": {"kms:EncryptionContext:AppName": "other"}}"#;
    for count in [1, 10, 100, 1_000, 10_000] {
        let with_last =
            |other: &dyn Fn(usize) -> String| (0..count).map(other).chain([last.clone()]).collect::<Vec<_>>();
        let others = with_last(&|n| statement(&format!(r#""{}""#, person(n)), "kms:*", ""));
        row(&format!("decide: {count} statements for others"), took(&others, "a"), None, Some(1.0));
        let own = with_last(&|_| statement(&me, "kms:Encrypt", ""));
        row(&format!("decide: {count} own statements on other actions"), took(&own, "a"), None, None);
        let false_ones = with_last(&|_| statement(&me, "kms:Decrypt", near));
        row(&format!("decide: {count} statements with a false condition"), took(&false_ones, "a"), None, None);
    }
    for count in [10, 100, 1_000, 10_000, 100_000_usize] {
        let all: Vec<String> = (0..count).map(person).chain([ME.to_owned()]).collect();
        let statements: Vec<String> =
            all.chunks(4_000).map(|some| statement(&list(some.iter().cloned()), "kms:Decrypt", "")).collect();
        row(&format!("decide: one of {count} principals"), took(&statements, "a"), None, None);
    }
    for (operator, star) in [("StringEquals", ""), ("StringLike", "*")] {
        for count in [1, 10, 100, 1_000] {
            let values = list((0..count).map(|n| format!("value-{n}{star}")));
            let condition =
                format!(r#", "Condition": {{"{operator}": {{"kms:EncryptionContext:AppName": {values}}}}}"#);
            let statement = statement(&me, "kms:Decrypt", &condition);
            let took = took(&[statement], &format!("value-{}", count - 1));
            row(&format!("decide: {operator} with {count} values"), took, None, None);
        }
    }
    for length in [10, 100, 1_000, 10_000] {
        let condition = r#", "Condition": {"StringNotLike": {"kms:EncryptionContext:AppName": "*a*a*a*a*b"}}"#;
        let took = took(&[statement(&me, "kms:Decrypt", condition)], &"a".repeat(length));
        row(&format!("decide: *a*a*a*a*b on {length} letters a"), took, None, None);
    }
}
