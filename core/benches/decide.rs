//! How long a decision takes. One iteration is one [`decide`]. Cedar and Rego (in regorus) answer the same question in the
//! same run, from the same statements in their languages; they have one list of policies where IAM has sides, so they
//! have less to do.
//!
//! Budgets: 0.25 µs for the usual set; 1 µs with 1,000 further statements that name other principals.

#[path = "../tests/decide_support/mod.rs"]
mod decide_support;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use criterion::{Criterion, criterion_group, criterion_main};
use decide_support::Usual;
use kmslab::policy::{Kind, Policy, decide, explain};
use regorus::{Engine, Value};
use kmslab_benches as _;
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

/// The usual set in Rego, but for the statements of others.
const REGO: &str = r#"
    package kms
    import rego.v1

    default allow := false
    allow if { not denied; allowed }

    allowed if { input.account == "111122223333"; startswith(input.action, "kms:") }
    allowed if { input.role == "KeyAdmin"; input.action in {"kms:CreateAlias", "kms:DescribeKey", "kms:EnableKey",
        "kms:ListGrants", "kms:PutKeyPolicy", "kms:UpdateAlias", "kms:RevokeGrant", "kms:DisableKey",
        "kms:GetKeyPolicy", "kms:DeleteAlias", "kms:ScheduleKeyDeletion"} }
    allowed if { input.role == "Producer"; input.action in {"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom",
        "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"} }
    allowed if { input.role == "Producer"; input.action in {"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}
        input.context.isForAws }
    allowed if { input.role == "App"; input.action in {"s3:GetObject", "s3:ListBucket"} }
    allowed if { input.role == "App"; input.action == "kms:Decrypt"
        startswith(input.resource, "arn:aws:kms:us-east-1:111122223333:key/"); input.context.appName == "Payments" }
    allowed if { input.role == "App"; startswith(input.action, "logs:"); startswith(input.resource, "/app/") }

    denied if { input.role == "App"; input.action == "kms:ScheduleKeyDeletion" }
    denied if { input.action in {"kms:DisableKey", "kms:ScheduleKeyDeletion"} }
    denied if { not spared; not input.context.requestedRegion in {"us-east-1", "eu-west-1"} }
    spared if { some service in ["iam:", "sts:", "kms:"]; startswith(input.action, service) }
"#;

/// The rule that is asked for.
const RULE: &str = "data.kms.allow";

fn rego(others: usize) -> (Value, Engine) {
    let others: String = (0..others)
        .map(|n| {
            format!(
                r#"allowed if {{ input.role == "other-{n}"; input.action in {{"kms:Decrypt", "kms:GenerateDataKey"}} }}
                "#
            )
        })
        .collect();
    let input = format!(
        r#"{{"account": "111122223333", "role": "App", "action": "kms:Decrypt", "resource": "{}",
            "context": {{"appName": "Payments", "requestedRegion": "us-east-1", "keySpec": "SYMMETRIC_DEFAULT"}}}}"#,
        decide_support::KEY
    );
    let mut engine = Engine::new();
    engine.add_policy("kms.rego".to_owned(), format!("{REGO}{others}")).unwrap();
    (Value::from_json_str(&input).unwrap(), engine)
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

        let (input, mut engine) = rego(others);
        let mut ask = || {
            engine.set_input(black_box(&input).clone());
            engine.eval_rule(RULE.to_owned()).unwrap()
        };
        assert_eq!(ask(), Value::from(true));
        c.bench_function(&format!("policy/regorus/{name}"), |b| b.iter(&mut ask));
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
