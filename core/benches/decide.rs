//! How long a decision takes. One iteration is one [`decide`]. Cedar and Rego (in regorus) answer the same questions in the
//! same run, from the same statements in their languages; they have one list of policies where IAM has sides, so they
//! have less to do: the statement that hands a key over to IAM is none in theirs. On all requests of the mixed set the
//! three decide alike, which is checked first.
//!
//! Budgets: 0.25 µs for the usual set; 1 µs with 1,000 further statements that name other principals.

#[path = "../tests/decide_support/mod.rs"]
mod decide_support;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use criterion::{Criterion, criterion_group, criterion_main};
use decide_support::{ACTIONS, Asked, Usual, mixed};
use kmslab::policy::{Kind, Policy, decide, explain};
use kmslab_benches::{measured, percentile, row};
use regorus::{Engine, Value};
use std::hint::black_box;

/// The usual set in Cedar.
const CEDAR: &str = r#"
    permit(principal == Role::"KeyAdmin", action in [Action::"kms:CreateAlias", Action::"kms:CreateGrant", Action::"kms:DescribeKey",
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

fn entities() -> Entities {
    let account = r#"{"type": "Account", "id": "111122223333"}"#;
    let kms = r#"{"type": "Action", "id": "kms:*"}"#;
    let entity = |kind: &str, id: &str, parent: &str| {
        format!(r#"{{"uid": {{"type": "{kind}", "id": "{id}"}}, "attrs": {{}}, "parents": [{parent}]}}"#)
    };
    let roles = ["App", "KeyAdmin", "Producer", "Stranger"].map(|role| entity("Role", role, account));
    let actions = ACTIONS.map(|action| entity("Action", action, kms));
    let others = [entity("Account", "111122223333", ""), entity("Action", "kms:*", ""), entity("Key", "k", account)];
    let all: Vec<String> = roles.into_iter().chain(actions).chain(others).collect();
    Entities::from_json_str(&format!("[{}]", all.join(",")), None).unwrap()
}

/// What Cedar and Rego are told about the circumstances.
fn circumstances(asked: Asked) -> String {
    let app = asked.app.map(|name| format!(r#""appName": "{name}", "#)).unwrap_or_default();
    let for_aws = if asked.for_aws { r#""isForAws": true, "# } else { "" };
    format!(r#"{{{app}{for_aws}"requestedRegion": "us-east-1", "keySpec": "SYMMETRIC_DEFAULT"}}"#)
}

fn cedar_request(asked: Asked) -> Request {
    let uid = |text: &str| text.parse::<EntityUid>().unwrap();
    let context = Context::from_json_str(&circumstances(asked), None).unwrap();
    let who = uid(&format!(r#"Role::"{}""#, asked.role));
    let action = uid(&format!(r#"Action::"{}""#, asked.action));
    Request::new(who, action, uid(r#"Key::"k""#), context, None).unwrap()
}

fn cedar(others: usize) -> PolicySet {
    let others: String = (0..others)
        .map(|n| {
            format!(
                r#"permit(principal == Role::"other-{n}",
                   action in [Action::"kms:Decrypt", Action::"kms:GenerateDataKey"], resource);"#
            )
        })
        .collect();
    format!("{CEDAR}{others}").parse().unwrap()
}

/// The usual set in Rego, but for the statements of others.
const REGO: &str = r#"
    package kms
    import rego.v1

    default allow := false
    allow if { not denied; allowed }

    allowed if { input.role == "KeyAdmin"; input.action in {"kms:CreateAlias", "kms:CreateGrant", "kms:DescribeKey",
        "kms:EnableKey", "kms:ListGrants", "kms:PutKeyPolicy", "kms:UpdateAlias", "kms:RevokeGrant", "kms:DisableKey",
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

fn rego_input(asked: Asked) -> Value {
    let input = format!(
        r#"{{"account": "111122223333", "role": "{}", "action": "{}", "resource": "{}", "context": {}}}"#,
        asked.role,
        asked.action,
        decide_support::KEY,
        circumstances(asked)
    );
    Value::from_json_str(&input).unwrap()
}

fn rego(others: usize) -> Engine {
    let others: String = (0..others)
        .map(|n| {
            format!(
                r#"allowed if {{ input.role == "other-{n}"; input.action in {{"kms:Decrypt", "kms:GenerateDataKey"}} }}
                "#
            )
        })
        .collect();
    let mut engine = Engine::new();
    engine.add_policy("kms.rego".to_owned(), format!("{REGO}{others}")).unwrap();
    engine
}

/// The usual request.
const ASKED: Asked = Asked { role: "App", action: "kms:Decrypt", app: Some("Payments"), for_aws: false };

/// All three engines on every request of the mixed set: first that they agree, then how long each request takes.
fn spread() {
    let (usual, policies, entities, mut engine) = (Usual::new(0).unwrap(), cedar(0), entities(), rego(0));
    let authorizer = Authorizer::new();
    let [mut ours, mut cedars, mut regos] = [const { Vec::new() }; 3];
    for asked in mixed() {
        let one = usual.asking(asked);
        let allowed = decide(&one.query(), &one.policies).allowed();
        let request = cedar_request(asked);
        let in_cedar = authorizer.is_authorized(&request, &policies, &entities).decision() == Decision::Allow;
        let input = rego_input(asked);
        engine.set_input(input.clone());
        let in_rego = engine.eval_rule(RULE.to_owned()).unwrap() == Value::from(true);
        assert_eq!((allowed, allowed), (in_cedar, in_rego), "{asked:?}");
        ours.push(measured(|| decide(black_box(&one.query()), black_box(&one.policies))));
        cedars.push(measured(|| authorizer.is_authorized(black_box(&request), &policies, &entities)));
        regos.push(measured(|| {
            engine.set_input(black_box(&input).clone());
            engine.eval_rule(RULE.to_owned())
        }));
    }
    for (share, limit) in [(50, Some(0.25)), (99, None)] {
        let [ours, cedar, rego] = [&mut ours, &mut cedars, &mut regos].map(|times| percentile(times, share));
        let what = format!("decide: {} mixed requests, p{share}", cedars.len());
        row(&what, ours, Some((cedar, "cedar-policy")), limit);
        row(&format!("{what} again"), ours, Some((rego, "regorus")), None);
    }
}

fn decisions(c: &mut Criterion) {
    spread();
    for others in [0, 1_000] {
        let usual = Usual::new(others).unwrap();
        assert!(decide(&usual.query(), &usual.policies).allowed(), "the usual request is allowed");
        let name = format!("usual set and {others} statements of others");
        c.bench_function(&format!("policy/decide/{name}"), |b| {
            b.iter(|| decide(black_box(&usual.query()), black_box(&usual.policies)));
        });

        let (request, policies, entities) = (cedar_request(ASKED), cedar(others), entities());
        let authorizer = Authorizer::new();
        assert_eq!(authorizer.is_authorized(&request, &policies, &entities).decision(), Decision::Allow);
        c.bench_function(&format!("policy/cedar/{name}"), |b| {
            b.iter(|| authorizer.is_authorized(black_box(&request), black_box(&policies), black_box(&entities)));
        });

        let (input, mut engine) = (rego_input(ASKED), rego(others));
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
