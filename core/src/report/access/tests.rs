//! Held against the decision itself, in every context that the policies of a small organization can tell apart.

use super::*;
use crate::policy::{Context, Policies, Query, decide};
use alloc::{collections::BTreeSet, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

fn key(n: usize) -> String {
    let account = ACCOUNTS[n % 2];
    format!("arn:aws:kms:us-east-1:{account}:key/0000000{n}-12ab-34cd-56ef-1234567890ab")
}

/// The number of a condition of the estate, which is put in its place later: a few, or there would be too many contexts.
fn conditions() -> impl Strategy<Value = Value> {
    (0_usize..5).prop_map(|n| json!({"#": n}))
}

/// The statements of `document` with the conditions of `pool`.
fn filled(document: &mut Value, pool: &[Value]) {
    match document {
        Value::Object(members) => {
            if let Some(n) = members.get("#").and_then(Value::as_u64) {
                *document = usize::try_from(n).ok().and_then(|n| pool.get(n)).cloned().unwrap_or_else(|| json!({}));
            } else {
                members.values_mut().for_each(|each| filled(each, pool));
            }
        }
        Value::Array(each) => each.iter_mut().for_each(|each| filled(each, pool)),
        _ => {}
    }
}

/// Conditions on keys that a call chooses, and on those that follow from who asks and what for.
fn pool() -> impl Strategy<Value = Vec<Value>> {
    let all = vec![
        json!({"StringEquals": {"kms:EncryptionContext:app": "shop"}}),
        json!({"StringNotEquals": {"kms:EncryptionContext:app": ["shop", "bank"]}}),
        json!({"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app", "tenant"]}}),
        json!({"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "tenant"}}),
        json!({"Null": {"kms:EncryptionContext:app": "false"}}),
        json!({"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}),
        json!({"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com", "ec2.us-east-1.amazonaws.com"]}}),
        json!({"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
        json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        json!({"NotIpAddress": {"aws:SourceIp": ["10.1.0.0/16"]}}),
        json!({"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "10"}}),
        json!({"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}),
        json!({"StringEquals": {"kms:EncryptionContext:app": "${aws:PrincipalTag/team}"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r*"}}),
        json!({"StringEquals": {"kms:CallerAccount": ACCOUNTS[0]}}),
        json!({"ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt", "Encrypt"]}}),
    ];
    subsequence(all, 3)
}

/// Values of the keys that the conditions above look at: what no one of them tells apart stands here once.
const OPEN: &[(&str, &[&[&str]])] = &[
    (
        "kms:ViaService",
        &[
            &[],
            &["s3.us-east-1.amazonaws.com"],
            &["s3.eu-west-1.amazonaws.com"],
            &["ec2.us-east-1.amazonaws.com"],
            &["x"],
        ],
    ),
    ("aws:SourceVpce", &[&[], &["vpce-1"], &["vpce-2"]]),
    ("aws:MultiFactorAuthPresent", &[&[], &["true"], &["false"]]),
    ("aws:SourceIp", &[&[], &["10.1.2.3"], &["10.2.3.4"], &["192.0.2.1"]]),
    ("kms:ScheduleKeyDeletionPendingWindowInDays", &[&[], &["7"], &["30"]]),
    (
        "kms:GrantOperations",
        &[
            &[],
            &["Decrypt"],
            &["Encrypt"],
            &["CreateGrant"],
            &["DescribeKey"],
            &["Sign"],
            &["Decrypt", "Encrypt"],
            &["Decrypt", "Sign"],
        ],
    ),
    ("kms:GrantConstraintType", &[&[], &["EncryptionContextEquals"], &["EncryptionContextSubset"]]),
    (
        "kms:EncryptionContext",
        &[
            &[],
            &["app=shop"],
            &["app=bank"],
            &["app=red"],
            &["app=blue"],
            &["app=blue", "tenant=1"],
            &["app=blue", "x=1"],
            &["app=x"],
            &["tenant=1"],
            &["app=shop", "tenant=1"],
            &["app=shop", "x=1"],
            &["x=1"],
            &["app=red", "tenant=1"],
            &["app=red", "x=1"],
            &["app=x", "tenant=1"],
            &["tenant=1", "x=1"],
            &["app=bank", "tenant=1"],
            &["app=bank", "x=1"],
            &["app=x", "x=1"],
        ],
    ),
];

/// Every context that the keys in use can have.
fn contexts(used: &BTreeSet<&str>, action: &str) -> Vec<Context> {
    let mut all = vec![Context::new()];
    for (key, values) in OPEN.iter().filter(|(key, _)| used.contains(key)) {
        let pairs = *key == "kms:EncryptionContext";
        let exists = if pairs { has_key("kms:EncryptionContext:app", action) } else { has_key(key, action) };
        if !exists {
            continue;
        }
        all = all
            .iter()
            .flat_map(|before| {
                values.iter().map(|values| {
                    let mut context = before.clone();
                    if pairs {
                        let pairs = values.iter().filter_map(|pair| pair.split_once('='));
                        pairs
                            .clone()
                            .for_each(|(key, value)| context.set(&format!("kms:EncryptionContext:{key}"), value));
                        context.set_list("kms:EncryptionContextKeys", pairs.map(|(key, _)| key));
                    } else if *key == "kms:GrantOperations" {
                        context.set_list(key, values.iter());
                    } else if let [value] = values {
                        context.set(key, value);
                    }
                    context
                })
            })
            .collect();
    }
    all
}

fn actions() -> impl Strategy<Value = Value> {
    select(vec![
        json!("kms:*"),
        json!(["kms:Decrypt", "kms:DescribeKey"]),
        json!(["kms:Encrypt", "kms:CreateGrant", "kms:RetireGrant"]),
        json!("kms:ScheduleKeyDeletion"),
        json!("*"),
    ])
}

fn resources() -> impl Strategy<Value = Value> {
    select(vec![
        json!("*"),
        json!("*"),
        json!(key(0)),
        json!([key(1), key(2)]),
        json!(format!("arn:aws:kms:*:{}:key/*", ACCOUNTS[0])),
        json!("arn:aws:kms:us-east-1:*:key/${aws:PrincipalTag/id}*"),
    ])
}

fn principals() -> impl Strategy<Value = Value> {
    select(vec![
        json!("*"),
        json!({"AWS": ACCOUNTS[0]}),
        json!({"AWS": ACCOUNTS[1]}),
        json!({"AWS": format!("arn:aws:iam::{}:user/u0", ACCOUNTS[0])}),
        json!({"AWS": format!("arn:aws:iam::{}:role/r1", ACCOUNTS[0])}),
        json!({"AWS": [format!("arn:aws:iam::{}:role/r1", ACCOUNTS[1]), ACCOUNTS[0]]}),
        json!({"AWS": format!("arn:aws:sts::{}:assumed-role/r1/session", ACCOUNTS[0])}),
    ])
}

fn statement(principal: bool) -> impl Strategy<Value = Value> {
    let effect = select(vec!["Allow", "Allow", "Allow", "Deny"]);
    (effect, actions(), resources(), conditions(), principals()).prop_map(
        move |(effect, action, resource, condition, who)| {
            let mut statement =
                json!({"Effect": effect, "Action": action, "Resource": resource, "Condition": condition});
            if principal {
                statement["Principal"] = who;
                statement["Resource"] = json!("*");
            }
            statement
        },
    )
}

fn policy(principal: bool, most: usize) -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(principal), 1..=most)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn grants() -> impl Strategy<Value = Value> {
    let grant = (
        select(vec!["user/u0", "role/r1"]),
        subsequence(vec!["Decrypt", "Encrypt", "CreateGrant", "DescribeKey", "RetireGrant"], 1..4),
        select(vec![
            json!({}),
            json!({"EncryptionContextSubset": {"app": "shop"}}),
            json!({"EncryptionContextEquals": {"app": "shop", "tenant": "1"}}),
        ]),
        any::<bool>(),
    );
    prop::collection::vec(
        grant.prop_map(|(who, operations, constraints, retires)| {
            let who = format!("arn:aws:iam::{}:{who}", ACCOUNTS[0]);
            let mut grant = json!({"GranteePrincipal": who, "Operations": operations, "Constraints": constraints});
            if retires {
                grant["RetiringPrincipal"] = json!(who);
            }
            grant
        }),
        0..2,
    )
    .prop_map(Value::from)
}

prop_compose! {
    fn estates()(
        identities in prop::collection::vec(policy(false, 3), 5),
        boundary in prop::option::weighted(0.2, policy(false, 2)),
        scp in prop::option::weighted(0.2, policy(false, 2)),
        rcp in prop::option::weighted(0.1, statement(true)),
        keys in prop::collection::vec((prop::option::weighted(0.7, policy(true, 4)), grants()), 3),
        shared in any::<bool>(),
        pool in pool(),
    ) -> Value {
        let arn = |n: usize| match n {
            0 => format!("arn:aws:iam::{}:user/u0", ACCOUNTS[0]),
            1 => format!("arn:aws:iam::{}:role/r1", ACCOUNTS[0]),
            2 => format!("arn:aws:iam::{}:role/r1", ACCOUNTS[1]),
            3 => format!("arn:aws:iam::{}:root", ACCOUNTS[0]),
            n => format!("arn:aws:iam::{}:user/u{n}", ACCOUNTS[0]),
        };
        let principals: Vec<Value> = identities.iter().enumerate().map(|(n, identity)| {
            // Two of them are alike but for their names, and two share their policies.
            let identity = if shared { &identities[0] } else { identity };
            let mut one = json!({"arn": arn(n), "identity_policies": identity,
                "tags": {"team": if n % 2 == 0 { "red" } else { "blue" }, "id": "0000"}});
            if let (Some(boundary), 0 | 1) = (&boundary, n) {
                one["permissions_boundary"] = boundary.clone();
            }
            one
        }).collect();
        let resources: Vec<Value> = keys.iter().enumerate().map(|(n, (policy, grants))| {
            let mut one = json!({"arn": key(n), "grants": grants, "tags": {"team": if n == 2 { "blue" } else { "red" }}});
            if let Some(policy) = policy {
                one["key_policy"] = policy.clone();
            }
            one
        }).collect();
        let mut estate = json!({"principals": principals, "resources": resources});
        if let Some(scp) = scp {
            estate["scps"] = json!({ACCOUNTS[0]: scp});
        }
        if let Some(mut rcp) = rcp {
            rcp["Effect"] = json!("Deny");
            rcp["Principal"] = json!("*");
            if rcp["Action"] == "*" {
                rcp["Action"] = json!("kms:*");
            }
            estate["rcps"] = json!({ACCOUNTS[0]: {"Version": "2012-10-17", "Statement": rcp}});
        }
        filled(&mut estate, &pool);
        let resources = estate["resources"].as_array_mut().unwrap();
        let policies = resources.iter_mut().filter_map(|one| one.pointer_mut("/key_policy/Statement")?.as_array_mut());
        for statement in policies.flatten() {
            // Tags of resources do not stand in key policies.
            if statement["Condition"].to_string().contains("aws:ResourceTag") {
                statement["Condition"] = json!({});
            }
        }
        estate
    }
}

/// Whether it is allowed in some context, and in all of them: by deciding in each.
fn brute(party: &Party, subject: &Subject, action: &str, used: &BTreeSet<&str>) -> [bool; 2] {
    let mut found = [false, true];
    let mut grants: Vec<Option<&str>> = vec![None];
    if action == "kms:RetireGrant" {
        grants = subject.grants.iter().map(|grant| Some(&*grant.id)).collect();
    }
    let mut contexts = contexts(used, action);
    for open in &mut contexts {
        let mut context = party.keys.clone();
        context.absorb(&subject.keys);
        if let Some(owner) = subject.owner {
            context.set("aws:ResourceAccount", owner.as_str());
        }
        context.absorb(open);
        context.set("aws:SecureTransport", "true");
        let policies = Policies {
            principal: party.side.clone(),
            resource: subject.side.clone(),
            grants: subject.grants.clone(),
            endpoint: None,
        };
        let allowed = grants.iter().any(|grant| {
            let query = Query {
                requester: &party.requester,
                action,
                resource: &subject.arn,
                resource_account: subject.owner,
                context: &context,
                retire_grant: *grant,
                via_service: false,
            };
            decide(&query, &policies).allowed()
        });
        found = [found[0] || allowed, found[1] && allowed];
    }
    found
}

/// The open keys that a document names.
fn used(document: &Value) -> BTreeSet<&'static str> {
    let text = document.to_string();
    let mut used: BTreeSet<&str> = OPEN.iter().map(|(key, _)| *key).filter(|key| text.contains(key)).collect();
    if text.contains("EncryptionContext") {
        used.insert("kms:EncryptionContext");
    }
    if text.contains("\"CreateGrant\"") {
        used.extend(["kms:GrantOperations", "kms:GrantConstraintType", "kms:EncryptionContext"]);
    }
    used
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn access_is_what_deciding_in_every_context_gives(document in estates()) {
        let estate = Estate::parse(&document.to_string()).map_err(|bad| TestCaseError::fail(bad.to_string()))?;
        let used = used(&document);
        let asked = ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:RetireGrant"];
        let whole = matrix(&estate, &[]);
        for party in &estate.parties {
            for subject in &estate.subjects {
                for action in asked {
                    let [some, all] = brute(party, subject, action, &used);
                    let found = who_can(&estate, action, &subject.arn, &[]).unwrap();
                    let holder = found.principals.iter().find(|holder| holder.principal == name(&party.requester));
                    let told = |holder: Option<&Holder>| holder.map(|holder| (holder.conditions.any.clone(), holder.conditions.exact));
                    let about = format!("{} {action} {} {:?}", name(&party.requester), subject.arn, told(holder));
                    prop_assert_eq!(holder.is_some(), some, "{}", about);
                    let always = holder.is_some_and(|holder| holder.conditions.any.is_empty() && holder.conditions.exact);
                    prop_assert_eq!(always, all && some, "{}", about);
                    // The matrix says the same of the classes that the two are in.
                    let row = whole.principals.iter().position(|row| row.iter().any(|arn| arn == name(&party.requester)));
                    let column = whole.keys.iter().position(|column| column.contains(&subject.arn));
                    let cell = whole.cells.iter().find(|cell| {
                        Some(cell.row) == row && Some(cell.column) == column && whole.named(cell.actions).any(|own| own == action)
                    });
                    prop_assert_eq!(cell.is_some(), some, "matrix: {}", about);
                    prop_assert_eq!(cell.map(|cell| &whole.conditions[cell.conditions]), holder.map(|holder| &holder.conditions));
                }
            }
        }
    }
}

/// One estate whose answers are written down.
fn small() -> Estate {
    let key_policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNTS[0]}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "kms:Decrypt", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey*", "Resource": "*"},
        {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:ViaAWSService": "false"}}}]});
    let reads = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:ListKeys"], "Resource": "*"}]});
    let user =
        |name: &str| json!({"arn": format!("arn:aws:iam::{}:user/{name}", ACCOUNTS[0]), "identity_policies": reads});
    let document = json!({
        "principals": [user("alice"), user("bob"), {"arn": format!("arn:aws:iam::{}:root", ACCOUNTS[0])}],
        "resources": [{"arn": key(0), "key_policy": key_policy}, {"arn": key(2)}],
    });
    Estate::parse(&document.to_string()).unwrap()
}

#[test]
fn who_can_says_under_which_conditions() {
    let found = who_can(&small(), "kms:Decrypt", &key(0), &[]).unwrap();
    let text = found.to_text();
    let own = "when aws:SourceVpce StringEquals vpce-1\n                   or when not aws:ViaAWSService Bool false";
    for (kind, who) in [("user", "user/alice"), ("user", "user/bob"), ("root", "root")] {
        assert!(
            text.contains(&format!("  {kind:<14} arn:aws:iam::{}:{who}\n                   {own}\n", ACCOUNTS[0])),
            "{text}"
        );
    }
    assert!(text.contains("account        arn:aws:iam::999988887777:root (as far as its account allows)"), "{text}");
    assert!(text.contains("everybody      * (everybody with credentials of AWS"), "{text}");
    assert!(
        text.contains("aws:PrincipalOrgID StringEquals o-1234567890, and aws:SourceVpce StringEquals vpce-1"),
        "{text}"
    );
    assert!(!text.contains("cloudtrail"), "{text}");
    assert!(
        found.to_html().contains("user/alice")
            && found.to_markdown().contains("| user | arn:aws:iam::111122223333:user/alice |")
    );
    // A key that every call has is no condition any more.
    let fixed = [("aws:SourceVpce".to_owned(), vec!["vpce-1".to_owned()], true)];
    let found = who_can(&small(), "kms:Decrypt", &key(0), &fixed).unwrap();
    assert!(found.principals.iter().all(|holder| holder.conditions.any.is_empty() && holder.conditions.exact));
    let service = who_can(&small(), "kms:GenerateDataKey", &key(0), &[]).unwrap();
    assert!(
        service.others.iter().any(|holder| holder.kind == "service" && holder.principal == "cloudtrail.amazonaws.com")
    );
    let general = who_can(&small(), "kms:ListKeys", "*", &[]).unwrap();
    assert_eq!(general.principals.len(), 3);
    assert!(who_can(&small(), "kms:Dcrypt", &key(0), &[]).is_err());
    assert!(who_can(&small(), "kms:Decrypt", &key(1), &[]).is_err());
}

#[test]
fn those_whom_nothing_tells_apart_share_a_row() {
    let whole = matrix(&small(), &[]);
    assert_eq!(whole.principals.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let text = whole.to_text();
    assert!(text.contains(&format!("arn:aws:iam::{}:user/alice and 1 like it", ACCOUNTS[0])), "{text}");
    assert!(text.contains("URGMPD"), "{text}");
    let written = serde_json::to_value(&whole).unwrap();
    assert_eq!(
        written["principals"][0],
        json!([format!("arn:aws:iam::{}:user/alice", ACCOUNTS[0]), format!("arn:aws:iam::{}:user/bob", ACCOUNTS[0])])
    );
    assert_eq!(written["access"][0]["actions"], json!(["kms:Decrypt"]));
    assert!(whole.to_html().contains("<table"));
}

#[test]
fn what_can_goes_through_the_keys() {
    let alice = format!("arn:aws:iam::{}:user/alice", ACCOUNTS[0]);
    let found = what_can(&small(), &alice, &[]).unwrap();
    let all: Vec<(&str, Vec<&str>)> =
        found.resources.iter().map(|reached| (&*reached.resource, reached.access[0].actions.clone())).collect();
    assert_eq!(all, [("*", vec!["kms:ListKeys"]), (&*key(0), vec!["kms:Decrypt"]), (&*key(2), vec!["kms:Decrypt"])]);
    assert!(found.to_text().contains("  without a resource\n    kms:ListKeys\n"));
    assert!(what_can(&small(), "arn:aws:iam::111122223333:user/nobody", &[]).is_err());
}
