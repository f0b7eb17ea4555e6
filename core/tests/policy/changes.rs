//! What would change a decision: the smallest changes first, each made and decided again.
#![expect(clippy::unwrap_used, reason = "a test has to fail when its input cannot be read")]

use kmslab::policy::{ChangeKind, Effect, Explanation};
use kmslab::report::{PolicySet, Question};
use serde_json::{Value, json};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const APP: &str = "arn:aws:iam::111122223333:role/app";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn allow(further: Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"});
    statement.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    statement
}

fn deny(further: Value) -> Value {
    allow(json!({"Effect": "Deny"}))
        .as_object()
        .unwrap()
        .clone()
        .into_iter()
        .chain(further.as_object().unwrap().clone())
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn explained(who: &str, policies: &Value, context: &[(&str, &str)]) -> Explanation {
    let mut asked = Question::new(who, "kms:Decrypt", KEY).unwrap();
    let pairs = context.iter().filter_map(|(key, value)| Some((key.strip_prefix("ec:")?, value)));
    asked.encryption_context(pairs.map(|(key, value)| (key.into(), (*value).into())).collect());
    for (key, value) in context.iter().filter(|(key, _)| !key.starts_with("ec:")) {
        asked.set(key, vec![(*value).into()], true);
    }
    PolicySet::parse(&policies.to_string()).unwrap().explain(&asked)
}

/// What a person reads.
fn alone(explanation: &Explanation) -> Vec<&str> {
    explanation.changes.alone.iter().map(|change| &*change.text).collect()
}

#[test]
fn the_smallest_change_comes_first() {
    let root = json!({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"});
    let bob = json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"},
        "Action": "kms:Decrypt", "Resource": "*"});
    let vpce = json!({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}});
    let cases = [
        // A value that the caller can send.
        (
            ALICE,
            json!({"identity_policies": {"p": policy(json!([allow(vpce.clone())]))}}),
            vec![],
            "call with aws:SourceVpce = vpce-1",
        ),
        (
            ALICE,
            json!({"identity_policies": {"p": policy(json!([deny(json!({"Condition": {"Bool": {"aws:SecureTransport": "false"}}})), allow(json!({}))]))}}),
            vec![("aws:SecureTransport", "false")],
            "call without aws:SecureTransport",
        ),
        // What was encrypted is encrypted: there the policy is changed first.
        (
            ALICE,
            json!({"identity_policies": {"p": policy(json!([allow(json!({"Condition": {"StringEquals": {"kms:EncryptionContext:app": "shop"}}}))]))}}),
            vec![("ec:app", "bank")],
            "add bank to the values of StringEquals on kms:EncryptionContext:app in statement 1 of identity-based policy p",
        ),
        (
            ALICE,
            json!({"identity_policies": {"p": policy(json!([allow(json!({"Sid": "Reads", "Action": "kms:Encrypt"}))]))}}),
            vec![],
            "add kms:Decrypt to the actions of statement 'Reads' of identity-based policy p",
        ),
        (ALICE, json!({}), vec![], "allow kms:Decrypt on the resource in an identity-based policy of user alice"),
        // The key policy lacks the statement for the account; to be named in it is less.
        (
            ALICE,
            json!({"key_policy": policy(json!([bob])), "identity_policies": policy(json!([allow(json!({}))]))}),
            vec![],
            "add arn:aws:iam::111122223333:user/alice to the principals of statement 1 of the key policy",
        ),
        (
            APP,
            json!({"identity_policies": policy(json!([allow(json!({}))])), "permissions_boundary": policy(json!([allow(json!({"Action": "s3:*"}))]))}),
            vec![],
            "allow kms:Decrypt in the permissions boundary",
        ),
        (
            ALICE,
            json!({"key_policy": policy(json!([root, deny(json!({"Principal": "*", "Condition": {"StringNotEquals": {"aws:PrincipalArn": APP}}}))])),
                "identity_policies": policy(json!([allow(json!({}))]))}),
            vec![],
            "add arn:aws:iam::111122223333:user/alice to the values of StringNotEquals on aws:PrincipalArn in statement 2 of the key policy",
        ),
    ];
    for (who, policies, context, want) in cases {
        let explanation = explained(who, &policies, &context);
        assert_eq!(alone(&explanation).first(), Some(&want), "{policies}\n{}", explanation.to_text(100, false));
    }
}

#[test]
fn a_key_policy_without_the_account_is_told() {
    let policies = json!({
        "key_policy": policy(json!([{"Effect": "Allow", "Principal": {"AWS": APP}, "Action": "kms:*", "Resource": "*"}])),
        "identity_policies": policy(json!([allow(json!({}))])),
    });
    let explanation = explained(ALICE, &policies, &[]);
    let found = explanation.changes.alone.iter().find(|change| change.text.contains("leave the decision")).unwrap();
    assert_eq!(found.document.as_ref().unwrap()["Principal"], json!({"AWS": "arn:aws:iam::111122223333:root"}));
    // Without an Allow of alice's own it would change nothing by itself.
    let explanation = explained(ALICE, &json!({"key_policy": policies["key_policy"]}), &[]);
    assert!(alone(&explanation).iter().all(|text| !text.contains("leave the decision")));
    assert!(alone(&explanation).contains(&"grant Decrypt on the key to user alice"));
}

#[test]
fn while_a_deny_stands_nothing_else_helps() {
    let full = policy(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    let guard = policy(json!([deny(json!({"Sid": "NoDecrypt"}))]));
    let identity = policy(json!([allow(json!({}))]));
    let scps = json!([[full, guard]]);
    let one = explained(ALICE, &json!({"identity_policies": identity, "scps": scps}), &[]);
    let removal = "remove statement 'NoDecrypt' of service control policy scp of root 2 (at root)";
    assert_eq!(alone(&one), [removal]);
    assert!(one.to_text(100, false).contains("Only this would allow it:\n  • remove statement 'NoDecrypt'"));
    // The Deny away, an Allow is still missing: two changes, in that order.
    let two = explained(ALICE, &json!({"scps": scps}), &[]);
    assert!(two.changes.alone.is_empty());
    let texts: Vec<&str> = two.changes.together.iter().map(|change| &*change.text).collect();
    assert_eq!(texts, [removal, "allow kms:Decrypt on the resource in an identity-based policy of user alice"]);
    assert!(
        two.to_markdown().contains("No single change allows it; all of these do:\n\n- remove statement 'NoDecrypt'")
    );
    assert!(two.to_html().contains("No single change allows it; all of these do"));
}

#[test]
fn an_allow_hangs_on_what_nothing_replaces() {
    let twice = policy(json!([allow(json!({})), allow(json!({"Action": "kms:*"}))]));
    let grant = json!([{"GrantId": "g1", "GranteePrincipal": ALICE, "Operations": ["Decrypt"]}]);
    let once = policy(json!([allow(json!({}))]));
    let account = json!({"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*",
        "Resource": "*"});
    let key = policy(json!([account]));
    let cases = [
        (
            json!({"key_policy": key, "identity_policies": {"p": once}}),
            vec!["remove statement 'Account' of the key policy", "remove statement 1 of identity-based policy p"],
        ),
        (
            json!({"key_policy": key, "identity_policies": {"p": twice}}),
            vec!["remove statement 'Account' of the key policy"],
        ),
        (json!({"grants": grant}), vec!["revoke grant g1"]),
        (json!({"grants": grant, "identity_policies": {"p": once}}), vec![]),
    ];
    for (policies, want) in cases {
        let explanation = explained(ALICE, &policies, &[]);
        assert!(explanation.allowed);
        let texts: Vec<&str> = explanation.changes.hangs_on.iter().map(|change| &*change.text).collect();
        assert_eq!(texts, want, "{policies}");
        assert!(explanation.changes.hangs_on.iter().all(|change| change.then.effect() != Effect::Allow));
    }
}

#[test]
fn what_nobody_can_change_is_not_proposed() {
    // The key of another account, for an operation that stays in its account.
    let asked = Question::new("arn:aws:iam::444455556666:user/bob", "kms:DisableKey", KEY).unwrap();
    let policies = PolicySet::parse("{}").unwrap();
    assert_eq!(policies.explain(&asked).changes, kmslab::policy::Changes::default());
    // Who asks does not follow from the call.
    let own = json!({"Condition": {"StringEquals": {"aws:PrincipalArn": APP}}});
    let explanation = explained(ALICE, &json!({"identity_policies": policy(json!([allow(own)]))}), &[]);
    assert!(explanation.changes.alone.iter().all(|change| change.kind != ChangeKind::Request));
}

/// Policies as long as AWS takes them, of patterns that are as dear as can be: the search for changes ends, and says so.
#[test]
fn hostile_policies_are_not_searched_to_the_end() {
    let hostile = |effect: &str, operator: &str, count: usize| {
        let dear = |at: usize| format!("*a?z{at}*");
        let own = |at: usize| json!({"Effect": effect, "Action": "kms:Decrypt", "Resource": "*", "Condition": {operator: {"kms:EncryptionContext:a": dear(at)}}});
        policy((0..count).map(own).collect())
    };
    let guard = hostile("Deny", "StringNotLike", 60);
    let reads = hostile("Allow", "StringLike", 40);
    let policies = json!({"scps": [[guard, guard], [guard, guard]], "identity_policies": [reads, reads, reads, reads]});
    let explanation = explained(ALICE, &policies, &[("ec:a", &"a".repeat(8_000))]);
    assert!(explanation.changes.cut);
    for text in [explanation.to_text(100, false), explanation.to_html(), explanation.to_markdown()] {
        assert!(text.contains("not everything was tried: that would take too long"), "{text}");
        assert!(!text.contains("Only"), "{text}");
    }
    // Even long policies of the usual kind are.
    let usual = |at: usize| json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": format!("team-{at}")}}});
    let usual = policy((0..12).map(usual).collect());
    let policies = json!({"scps": [[usual, usual], [usual]], "identity_policies": [usual, usual, usual, usual, usual]});
    let explanation = explained(ALICE, &policies, &[]);
    assert!(!explanation.changes.cut);
    assert!(
        explanation.to_text(100, false).contains("tag the requester team = team-0"),
        "{}",
        explanation.to_text(100, false)
    );
}

/// What is long is held against a request once; another value of its key is another request.
#[test]
fn another_value_is_tried_however_long() {
    let (long, other) = ("z".repeat(600), "a".repeat(600));
    let wants = |operator: &str| json!({"Condition": {operator: {"aws:RequestTag/long": [long, "z?*"]}}});
    let cases = [
        (json!([allow(wants("StringLike"))]), vec![("aws:RequestTag/long", &*other)]),
        (json!([deny(wants("StringNotLike")), allow(json!({}))]), vec![("aws:RequestTag/long", &*other)]),
    ];
    for (statements, context) in cases {
        let explanation = explained(ALICE, &json!({"identity_policies": policy(statements)}), &context);
        assert!(alone(&explanation).contains(&&*format!("call with aws:RequestTag/long = {long}")), "{explanation:?}");
    }
}

/// However many Allows stand before it.
#[test]
fn every_deny_is_looked_at() {
    let other = |at: usize| json!({"Effect": "Allow", "Action": format!("kms:{}", ["Encrypt", "DescribeKey"][at % 2]), "Resource": "*"});
    let guard = deny(json!({"Sid": "Away", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}));
    let statements: Value = (0..14).map(other).chain([guard, allow(json!({}))]).collect();
    let explanation = explained(ALICE, &json!({"identity_policies": {"p": policy(statements)}}), &[]);
    let changes = alone(&explanation);
    assert!(changes.contains(&"call with aws:SourceVpce = vpce-1"), "{changes:?}");
    assert!(changes.contains(&"remove statement 'Away' of identity-based policy p"), "{changes:?}");
    // Not every Allow was tried, which is said.
    assert!(explanation.changes.cut);
    assert!(!explanation.to_text(100, false).contains("Only"));
}
