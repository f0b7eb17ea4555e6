//! Properties of the policy engine, held against made-up policies and requests.
#![expect(clippy::unwrap_used, reason = "a test has to fail when its input cannot be built")]
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]

use kmslab::policy::{
    Change, ChangeKind, Context, Effect, Explanation, Grant, Kind, Level, Named, Outcome, Policies, Policy,
    PrincipalSide, Query, Reason, Requester, RequesterKind, ResourceKind, ResourceSide, StatementEffect, decide,
    explain,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::sync::Arc;

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
const LONG_KEY: &str = "aws:RequestTag/long";

/// A request with its policies, still as documents.
#[derive(Debug, Clone)]
struct Given {
    requester: Requester,
    action: &'static str,
    context: Context,
    identity: Vec<Value>,
    boundary: Option<Vec<Value>>,
    session: Option<Vec<Value>>,
    scp: Option<Vec<Vec<Value>>>,
    rcp: Vec<Value>,
    key: Vec<Value>,
    endpoint: Option<Vec<Value>>,
    grant: Option<Grant>,
}

fn requesters() -> impl Strategy<Value = Requester> {
    let base = |kind, account: &str, arn: &str| Requester::new(kind, account.parse().ok(), arn);
    let user = |account: &str| base(RequesterKind::User, account, &format!("arn:aws:iam::{account}:user/Alice"));
    let session = |account: &str| {
        let mut session =
            base(RequesterKind::RoleSession, account, &format!("arn:aws:sts::{account}:assumed-role/App/s1"));
        session.role_arn = format!("arn:aws:iam::{account}:role/App");
        session
    };
    let mut federated = base(RequesterKind::FederatedUser, OWN, &format!("arn:aws:sts::{OWN}:federated-user/fed"));
    federated.user_arn = format!("arn:aws:iam::{OWN}:user/Alice");
    select(vec![
        user(OWN),
        user(OTHER),
        session(OWN),
        session(OTHER),
        federated,
        base(RequesterKind::Root, OWN, &format!("arn:aws:iam::{OWN}:root")),
        base(RequesterKind::Service, "", "cloudtrail.amazonaws.com"),
        base(RequesterKind::Anonymous, "", "anonymous"),
    ])
}

fn actions() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"Action": "kms:*"}),
        json!({"Action": ["kms:Decrypt", "kms:DescribeKey"]}),
        json!({"Action": "kms:Encrypt"}),
        json!({"NotAction": "iam:*"}),
        json!({"NotAction": ["kms:Decrypt"]}),
        json!({"Action": "s3:GetObject"}),
        json!({"Action": "*"}),
    ])
}

fn resources() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"Resource": "*"}),
        json!({"Resource": KEY}),
        json!({"Resource": "arn:aws:kms:*:111122223333:key/*"}),
        json!({"NotResource": KEY}),
        json!({"Resource": "arn:aws:kms:us-east-1:111122223333:key/${aws:PrincipalTag/key}"}),
    ])
}

fn conditions() -> impl Strategy<Value = Value> {
    select(vec![
        json!({}),
        json!({}),
        json!({"Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}),
        json!({"Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}),
        json!({"Condition": {"ForAllValues:StringLike": {"aws:TagKeys": ["a*", "b"]}}}),
        json!({"Condition": {"Null": {"aws:TagKeys": "false"}, "Bool": {"aws:SecureTransport": true}}}),
        // Long enough that an explanation remembers what it found.
        json!({"Condition": {"StringLike": {LONG_KEY: ["z".repeat(600) + "*", "*a?z*", "b*"]}}}),
        json!({"Condition": {"StringNotLike": {LONG_KEY: ["y".repeat(600), "*a?z*", "${aws:RequestedRegion}*"]}}}),
        json!({"Condition": {"StringNotLikeIfExists": {LONG_KEY: ["*a?z*", "*z"]}, "Bool": {"aws:SecureTransport": true}}}),
    ])
}

fn principals() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"Principal": "*"}),
        json!({"Principal": {"AWS": OWN}}),
        json!({"Principal": {"AWS": format!("arn:aws:iam::{OTHER}:root")}}),
        json!({"Principal": {"AWS": format!("arn:aws:iam::{OWN}:user/Alice")}}),
        json!({"Principal": {"AWS": [format!("arn:aws:iam::{OWN}:role/App"), OTHER]}}),
        json!({"Principal": {"AWS": format!("arn:aws:sts::{OWN}:assumed-role/App/s1")}}),
        json!({"Principal": {"AWS": format!("arn:aws:iam::{OWN}:role/Other")}}),
        json!({"Principal": {"Service": "cloudtrail.amazonaws.com"}}),
        json!({"NotPrincipal": {"AWS": [OWN, format!("arn:aws:iam::{OWN}:user/Alice")]}}),
    ])
}

fn statement(named: bool, allows: bool) -> impl Strategy<Value = Value> {
    let effect = if allows { select(vec!["Allow", "Allow", "Deny"]) } else { select(vec!["Deny"]) };
    (effect, actions(), resources(), conditions(), principals()).prop_map(move |parts| {
        let (effect, action, resource, condition, principal) = parts;
        let mut statement = json!({"Effect": effect});
        let principal = if named { principal } else { json!({}) };
        for part in [action, resource, condition, principal] {
            statement.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        statement
    })
}

fn statements(named: bool, most: usize) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement(named, true), 1..=most)
}

fn contexts() -> impl Strategy<Value = Context> {
    (any::<bool>(), any::<bool>(), any::<bool>(), select(vec![vec![], vec!["a1"], vec!["a1", "c"]])).prop_map(
        |(east, vpce, tag, keys)| {
            let mut context = Context::new();
            context.set("aws:RequestedRegion", if east { "us-east-1" } else { "eu-west-1" });
            context.set("aws:SecureTransport", "true");
            if vpce {
                context.set("aws:SourceVpce", "vpce-1");
            }
            if tag {
                context.set("aws:PrincipalTag/key", "1234abcd-12ab-34cd-56ef-1234567890ab");
            }
            if keys.len() < 2 {
                context.set(LONG_KEY, "a".repeat(600));
            }
            context.set_list("aws:TagKeys", keys);
            context
        },
    )
}

fn grants() -> impl Strategy<Value = Option<Grant>> {
    let grantee = select(vec![
        format!("arn:aws:iam::{OWN}:user/Alice"),
        format!("arn:aws:iam::{OWN}:role/App"),
        format!("arn:aws:iam::{OTHER}:role/App"),
    ]);
    prop::option::weighted(
        0.3,
        (grantee, any::<bool>()).prop_map(|(grantee, retires)| Grant {
            id: "g1".to_owned(),
            operations: vec!["Decrypt".to_owned(), "Encrypt".to_owned()],
            grantee_principal: Some(grantee.clone()),
            grantee_id: None,
            grantee_service: None,
            retiring_principal: retires.then_some(grantee),
            retiring_id: None,
            retiring_service: None,
            issuing_account: OWN.parse().unwrap(),
            context_equals: None,
            context_subset: None,
            source_arn: None,
        }),
    )
}

fn given() -> impl Strategy<Value = Given> {
    let own = (
        statements(false, 4),
        prop::option::weighted(0.3, statements(false, 3)),
        prop::option::weighted(0.3, statements(false, 3)),
        prop::option::weighted(0.3, prop::collection::vec(statements(false, 3), 1..3)),
    );
    let theirs = (
        prop::collection::vec(statement(true, false), 0..2),
        statements(true, 12),
        prop::option::weighted(0.2, statements(true, 3)),
        grants(),
    );
    let action = select(vec!["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", "kms:DisableKey", "kms:RetireGrant"]);
    (requesters(), action, contexts(), own, theirs).prop_map(|(requester, action, context, own, theirs)| {
        let (identity, boundary, session, scp) = own;
        let (rcp, key, endpoint, grant) = theirs;
        Given { requester, action, context, identity, boundary, session, scp, rcp, key, endpoint, grant }
    })
}

fn named(kind: Kind, statements: &[Value]) -> Named {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let policy = Arc::new(Policy::parse_lenient(kind, &text).unwrap());
    Named { name: "p".into(), arn: None, policy }
}

impl Given {
    fn policies(&self) -> Policies {
        let level = |kind, statements: &[Value]| Level { name: "ou".into(), policies: vec![named(kind, statements)] };
        let levels = |all: &Vec<Vec<Value>>| all.iter().map(|one| level(Kind::Scp, one)).collect();
        let principal = PrincipalSide {
            identity: vec![named(Kind::Identity, &self.identity)],
            boundary: self.boundary.as_ref().map(|statements| named(Kind::Boundary, statements)),
            session: self.session.as_ref().map(|statements| vec![named(Kind::Session, statements)]),
            scp: self.scp.as_ref().map(levels),
            in_management_account: false,
        };
        let resource = ResourceSide {
            kind: ResourceKind::Key { aws_managed: false },
            owner: OWN.parse().unwrap(),
            arn: KEY.to_owned(),
            policies: vec![named(Kind::Key, &self.key)],
            assumed: None,
            rcp: if self.rcp.is_empty() { Vec::new() } else { vec![level(Kind::Rcp, &self.rcp)] },
        };
        Policies {
            principal: Arc::new(principal),
            resource: Some(Arc::new(resource)),
            grants: self.grant.iter().cloned().map(Arc::new).collect(),
            endpoint: self.endpoint.as_ref().map(|statements| named(Kind::Endpoint, statements)),
        }
    }

    fn query(&self) -> Query<'_> {
        Query {
            requester: &self.requester,
            action: self.action,
            resource: KEY,
            resource_account: OWN.parse().ok(),
            context: &self.context,
            retire_grant: self.grant.as_ref().map(|grant| grant.id.as_str()),
            via_service: false,
        }
    }

    fn decide(&self) -> (Effect, Reason) {
        let decision = decide(&self.query(), &self.policies());
        (decision.effect, decision.reason)
    }

    /// With a change made to the documents; `None` for changes inside of statements, and where the place is not told.
    fn changed(&self, change: &Change) -> Option<Self> {
        let mut more = self.clone();
        let kind = change.policy_kind;
        let list = match kind {
            Some(Kind::Identity) => Some(&mut more.identity),
            Some(Kind::Boundary) => more.boundary.as_mut(),
            Some(Kind::Session) => Some(more.session.get_or_insert_default()),
            Some(Kind::Key) => Some(&mut more.key),
            Some(Kind::Endpoint) => more.endpoint.as_mut(),
            _ => None,
        };
        match change.kind {
            ChangeKind::AddStatement => list?.push(change.document.clone()?),
            ChangeKind::RemoveStatement => drop(list?.remove(change.index.checked_sub(1)?)),
            ChangeKind::RemoveGrant => more.grant = None,
            ChangeKind::Request => {
                let key = change.key.as_deref()?;
                match &*change.values {
                    [value] if !key.eq_ignore_ascii_case("aws:TagKeys") => more.context.set(key, value),
                    values => more.context.set_list(key, values),
                }
            }
            _ => return None,
        }
        Some(more)
    }

    fn explain(&self) -> Explanation {
        explain(&self.query(), &self.policies())
    }

    /// Every list of statements.
    fn lists(&mut self) -> Vec<&mut Vec<Value>> {
        let optional = [&mut self.boundary, &mut self.session, &mut self.endpoint].into_iter().flatten();
        let mut lists = vec![&mut self.identity, &mut self.rcp, &mut self.key];
        lists.extend(optional);
        lists.extend(self.scp.iter_mut().flatten());
        lists
    }
}

/// The decision again, from what the stages of an explanation say. It knows nothing of statements.
fn effect_of(explanation: &Explanation, requester: &Requester) -> Effect {
    let says = |name: &str| explanation.stages.iter().find(|stage| stage.name == name).unwrap().outcome;
    if explanation.stages.iter().any(|stage| stage.outcome == Outcome::Denies) {
        return Effect::ExplicitDeny;
    }
    let silent = |name: &str| says(name) == Outcome::Silent;
    if silent("organization") || silent("endpoint") || explanation.reason == Reason::CrossAccountNotSupported {
        return Effect::ImplicitDeny;
    }
    let limited = silent("boundary") || silent("session");
    let path = says("identity") == Outcome::Allows && !limited;
    let cross = requester.account.is_some_and(|account| account.as_str() != OWN);
    let allowed = match says("grants") {
        Outcome::Allows => true,
        Outcome::Delegates => path,
        _ if explanation.request.action == "kms:RetireGrant" => false,
        _ => match (requester.kind, says("resource")) {
            (RequesterKind::Anonymous, _) => false,
            (RequesterKind::Service, resource) => resource == Outcome::Allows,
            (_, Outcome::Silent) => false,
            (_, Outcome::Delegates) => path,
            (_, Outcome::Allows) if cross => path,
            (_, Outcome::Allows) => {
                let itself = explanation.stages.iter().any(|stage| stage.note.ends_with("the requester itself"));
                itself || !limited
            }
            _ => path,
        },
    };
    if allowed { Effect::Allow } else { Effect::ImplicitDeny }
}

proptest! {
    #[test]
    fn a_further_deny_never_allows(
        given in given(),
        deny in statement(true, false),
        at in any::<prop::sample::Index>(),
    ) {
        let before = given.decide().0;
        let mut more = given.clone();
        let mut lists = more.lists();
        let list = at.index(lists.len());
        lists[list].push(deny);
        if before != Effect::Allow {
            prop_assert_ne!(more.decide().0, Effect::Allow);
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter(given in given(), turn in 0_usize..12) {
        let before = given.decide();
        let mut turned = given.clone();
        for list in turned.lists() {
            list.reverse();
            let by = turn.checked_rem(list.len()).unwrap_or(0);
            list.rotate_left(by);
        }
        prop_assert_eq!(before, turned.decide());
    }

    #[test]
    fn one_list_or_two_documents_do_not_matter(given in given(), cut in any::<prop::sample::Index>()) {
        let mut policies = given.policies();
        let (first, second) = given.identity.split_at(cut.index(given.identity.len()));
        let side = Arc::make_mut(&mut policies.principal);
        side.identity = vec![named(Kind::Identity, first), named(Kind::Identity, second)];
        let decision = decide(&given.query(), &policies);
        prop_assert_eq!(given.decide(), (decision.effect, decision.reason));
    }

    #[test]
    fn an_explanation_tells_the_decision(given in given()) {
        let (effect, reason) = given.decide();
        let explanation = given.explain();
        prop_assert_eq!((explanation.effect, explanation.reason), (effect, reason));
        prop_assert_eq!(explanation.allowed, effect == Effect::Allow);
        prop_assert_eq!(effect_of(&explanation, &given.requester), effect, "{}", explanation.to_text(100, false));
        let decided = explanation.stages.iter().flat_map(|stage| &stage.statements).filter(|found| found.decided);
        for finding in decided.clone() {
            prop_assert!(finding.matched && finding.elements.iter().all(|element| element.matched));
        }
        if effect == Effect::ExplicitDeny {
            prop_assert!(decided.count() > 0, "{}", explanation.to_text(100, false));
        }
        prop_assert!(!explanation.to_html().is_empty() && !explanation.to_markdown().is_empty());
    }

    #[test]
    fn a_near_miss_tells_what_it_is_worth(given in given()) {
        let explanation = given.explain();
        for finding in explanation.stages.iter().flat_map(|stage| &stage.statements) {
            let asks = finding.near && finding.effect == StatementEffect::Allow;
            let asked = asks && explanation.effect == Effect::ImplicitDeny;
            prop_assert_eq!(finding.if_matched.is_some(), asked);
            let Some(then) = finding.if_matched else { continue };
            // The same with a statement that matches, where the place alone says which list it belongs to.
            let mut more = given.clone();
            let list = match finding.kind {
                Kind::Identity => Some(&mut more.identity),
                Kind::Boundary => more.boundary.as_mut(),
                Kind::Session => more.session.as_mut(),
                _ => None,
            };
            if let Some(list) = list {
                list.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
                prop_assert_eq!(more.decide().1, then);
            }
        }
    }

    #[test]
    fn a_change_does_what_it_says(given in given()) {
        let explanation = given.explain();
        let changes = &explanation.changes;
        let allowed = explanation.allowed;
        prop_assert!(allowed || changes.hangs_on.is_empty());
        prop_assert!(!allowed || changes.alone.is_empty());
        prop_assert!(changes.together.is_empty() || changes.alone.is_empty());
        for change in changes.alone.iter().chain(&changes.hangs_on) {
            prop_assert_eq!(change.then.effect() == Effect::Allow, !allowed, "{:?}", change);
            // The same change, made to the documents.
            let Some(more) = given.changed(change) else { continue };
            prop_assert_eq!(more.decide().1, change.then, "{:?}", change);
        }
        if let Some(last) = changes.together.last() {
            prop_assert_eq!(last.then.effect(), Effect::Allow);
            let made = changes.together.iter().try_fold(given.clone(), |given, change| given.changed(change));
            if let Some(made) = made {
                prop_assert_eq!(made.decide().1, last.then, "{:?}", changes.together);
            }
        }
    }

    #[test]
    fn statements_about_others_do_not_matter(given in given(), count in 0_usize..40) {
        let mut more = given.clone();
        for n in 0..count {
            let role = format!("arn:aws:iam::{OWN}:role/other-{n}");
            let other = json!({"Effect": "Deny", "Principal": {"AWS": role}, "Action": "*", "Resource": "*"});
            more.key.insert(n.min(more.key.len()), other);
        }
        prop_assert_eq!(given.decide(), more.decide());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), json in "[\\[\\]{}\",:0-9a-z\\\\ \\n-]{0,60}") {
        for kind in [Kind::Identity, Kind::Key, Kind::Trust, Kind::Bucket, Kind::Rcp, Kind::Endpoint] {
            for text in [&text, &json] {
                let _ = Policy::parse(kind, text);
                let _ = Policy::parse_lenient(kind, text);
            }
        }
    }

    #[test]
    fn no_policy_makes_the_engine_panic(
        elements in prop::collection::vec((
            select(vec!["Effect", "Sid", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"]),
            prop::collection::vec("[a-z0-9:*?${}/ ,'.é-]{0,24}", 0..3),
        ), 0..6),
        operator in select(vec!["StringLike", "ArnLike", "DateLessThan", "IpAddress", "NumericEquals", "Null", "BinaryEquals"]),
        value in "[a-z0-9:*?${}/ ,'.é+-]{0,24}",
        got in any::<String>(),
    ) {
        let mut statement = json!({"Effect": "Allow", "Condition": {operator: {"aws:key": value}}});
        for (name, values) in elements {
            statement[name] = json!(values);
        }
        let mut context = Context::new();
        context.set("aws:key", got.as_str());
        let requester = Requester::new(RequesterKind::User, OWN.parse().ok(), got.clone());
        for kind in [Kind::Identity, Kind::Key] {
            let policy = named(kind, core::slice::from_ref(&statement));
            let side = PrincipalSide { identity: vec![policy.clone()], ..PrincipalSide::default() };
            let resource = ResourceSide {
                kind: ResourceKind::Key { aws_managed: false },
                owner: OWN.parse().unwrap(),
                arn: got.clone(),
                policies: vec![policy],
                assumed: None,
                rcp: Vec::new(),
            };
            let policies = Policies {
                principal: Arc::new(side),
                resource: Some(Arc::new(resource)),
                ..Policies::default()
            };
            let query = Query {
                requester: &requester,
                action: &got,
                resource: &got,
                resource_account: None,
                context: &context,
                retire_grant: None,
                via_service: false,
            };
            let explanation = explain(&query, &policies);
            for width in [0, 40, 100] {
                let _ = explanation.to_text(width, true);
            }
            let _ = (explanation.to_html(), explanation.to_markdown(), explanation.to_json());
        }
    }
}

proptest! {
    // A case decides hundreds of times.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_removal_is_forgotten(given in given()) {
        let explanation = given.explain();
        let grant = explanation.changes.hangs_on.iter().any(|change| change.kind == ChangeKind::RemoveGrant);
        if explanation.allowed && explanation.request.action != "kms:RetireGrant" {
            let without = Given { grant: None, ..given.clone() };
            prop_assert_eq!(grant, without.decide().0 != Effect::Allow);
        }
        let mut fewer = given.clone();
        let lists = fewer.lists().len();
        for list in 0..lists {
            let count = fewer.lists()[list].len();
            for (at, number) in (0..count).zip(1..) {
                let mut without = given.clone();
                let statement = without.lists()[list].remove(at);
                // A removal that turns the decision is told; the lists of the organization have no names to tell by.
                let turns = (without.decide().0 == Effect::Allow) != explanation.allowed;
                let told = explanation.changes.alone.iter().chain(&explanation.changes.hangs_on);
                let kinds = told.filter(|change| change.kind == ChangeKind::RemoveStatement && change.index == number);
                prop_assert!(!turns || kinds.count() > 0, "{} is not told in {:?}", statement, explanation.changes);
            }
        }
    }
}
