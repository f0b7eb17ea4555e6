//! How long a decision takes. One iteration is one [`decide`]. Cedar answers the same question in the same run, from the
//! same statements in its language; it has one list of policies where IAM has sides, so it has less to do.
//!
//! Budgets: 0.25 µs for the usual set; 1 µs with 1,000 further statements that name other principals.

#[path = "../tests/decide_support/mod.rs"]
mod decide_support;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use criterion::{Criterion, criterion_group, criterion_main};
use decide_support::Usual;
use kmslab::policy::{Kind, Policy, decide, explain};
use std::hint::black_box;

/// The usual set in Cedar.
const CEDAR: &str = r#"
    permit(principal in Account::"111122223333", action in Action::"kms:*", resource);
    permit(principal == Role::"KeyAdmin", action in [Action::"kms:CreateAlias", Action::"kms:DescribeKey",
        Action::"kms:EnableKey", Action::"kms:ListGrants", Action::"kms:PutKeyPolicy", Action::"kms:UpdateAlias",
        Action::"kms:RevokeGrant", Action::"kms:DisableKey", Action::"kms:GetKeyPolicy", Action::"kms:DeleteAlias",
        Action::"kms:ScheduleKeyDeletion"], resource);
    permit(principal == Role::"Producer", action in [Action::"kms:Encrypt", Action::"kms:Decrypt",
        Action::"kms:ReEncryptFrom", Action::"kms:ReEncryptTo", Action::"kms:GenerateDataKey",
        Action::"kms:DescribeKey"], resource);
    permit(principal == Role::"Producer", action in [Action::"kms:CreateGrant", Action::"kms:ListGrants",
        Action::"kms:RevokeGrant"], resource) when { context has isForAws && context.isForAws };
    permit(principal == Role::"App", action in [Action::"s3:GetObject", Action::"s3:ListBucket"], resource);
    permit(principal == Role::"App", action == Action::"kms:Decrypt", resource in Account::"111122223333")
        when { context has appName && context.appName == "Payments" };
    permit(principal == Role::"App", action in Action::"logs:*", resource) when { resource has name && resource.name like "/app/*" };
    forbid(principal == Role::"App", action == Action::"kms:ScheduleKeyDeletion", resource);
    forbid(principal, action in [Action::"kms:DisableKey", Action::"kms:ScheduleKeyDeletion"], resource);
    forbid(principal, action, resource) unless { action in [Action::"iam:*", Action::"sts:*", Action::"kms:*"]
        || ["us-east-1", "eu-west-1"].contains(context.requestedRegion) };
"#;

const ENTITIES: &str = r#"[
    {"uid": {"type": "Account", "id": "111122223333"}, "attrs": {}, "parents": []},
    {"uid": {"type": "Role", "id": "App"}, "attrs": {}, "parents": [{"type": "Account", "id": "111122223333"}]},
    {"uid": {"type": "Key", "id": "k"}, "attrs": {}, "parents": [{"type": "Account", "id": "111122223333"}]},
    {"uid": {"type": "Action", "id": "kms:Decrypt"}, "attrs": {}, "parents": [{"type": "Action", "id": "kms:*"}]},
    {"uid": {"type": "Action", "id": "kms:*"}, "attrs": {}, "parents": []}]"#;

fn cedar(others: usize) -> (Request, PolicySet, Entities) {
    let others: String = (0..others)
        .map(|n| {
            format!(
                r#"permit(principal == Role::"other-{n}",
                   action in [Action::"kms:Decrypt", Action::"kms:GenerateDataKey"], resource);"#
            )
        })
        .collect();
    let uid = |text: &str| text.parse::<EntityUid>().unwrap();
    let context = r#"{"appName": "Payments", "requestedRegion": "us-east-1", "keySpec": "SYMMETRIC_DEFAULT"}"#;
    let context = Context::from_json_str(context, None).unwrap();
    let (who, action, what) = (uid(r#"Role::"App""#), uid(r#"Action::"kms:Decrypt""#), uid(r#"Key::"k""#));
    let request = Request::new(who, action, what, context, None).unwrap();
    (request, format!("{CEDAR}{others}").parse().unwrap(), Entities::from_json_str(ENTITIES, None).unwrap())
}

fn decisions(c: &mut Criterion) {
    for others in [0, 1_000] {
        let usual = Usual::new(others).unwrap();
        assert!(decide(&usual.query(), &usual.policies).allowed(), "the usual request is allowed");
        let name = format!("usual set and {others} statements of others");
        c.bench_function(&format!("policy/decide/{name}"), |b| {
            b.iter(|| decide(black_box(&usual.query()), black_box(&usual.policies)));
        });

        let (request, policies, entities) = cedar(others);
        let authorizer = Authorizer::new();
        assert_eq!(authorizer.is_authorized(&request, &policies, &entities).decision(), Decision::Allow);
        c.bench_function(&format!("policy/cedar/{name}"), |b| {
            b.iter(|| authorizer.is_authorized(black_box(&request), black_box(&policies), black_box(&entities)));
        });
    }

    let usual = Usual::new(0).unwrap();
    let side = usual.policies.resource.as_ref().unwrap();
    let text = side.policies.first().unwrap().policy.text();
    c.bench_function("policy/parse a key policy of 4 statements", |b| {
        b.iter(|| Policy::parse(Kind::Key, black_box(text)));
    });
    c.bench_function("policy/explain the usual set", |b| {
        b.iter(|| explain(black_box(&usual.query()), black_box(&usual.policies)));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
