//! Which changes are tried, in the order in which they are worth telling.

use super::{
    Change, ChangeKind,
    edit::{Edit, spared, widened},
    naming,
    request::{self, Other},
    slot::{Layer, Seat, Slot, add, put, seats},
};
use crate::base::sort_by_rank;
use crate::policy::{
    Assumed, Context, Grant, Kind, Policies, Policy, Reason, RequesterKind, ResourceKind, StatementEffect, Values,
    grant,
    principal::Grain,
    scene::{Scene, Target},
    seen::{COPY, Seen},
    stages::resource_policy,
    statement::Statement,
    summary::{definite_name, whom},
};
use alloc::{
    format,
    rc::Rc,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use serde_json::{Value, json};

/// A change, and what it makes of request or policies.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) change: Change,
    pub(super) made: Try,
}

#[derive(Debug)]
pub(super) enum Try {
    /// Another value of a condition key.
    Context(String, Context),
    Policies(Policies),
}

/// A request and its policies, after changes.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) context: Context,
    pub(super) policies: Policies,
    pub(super) seen: Rc<Seen>,
}

impl Try {
    /// Request and policies after this change of `now`.
    pub(super) fn applied(self, now: &Applied) -> Applied {
        match self {
            Self::Context(key, context) => {
                Applied { seen: now.seen.beside(&key), context, policies: now.policies.clone() }
            }
            Self::Policies(policies) => Applied { seen: now.seen.clone(), context: now.context.clone(), policies },
        }
    }
}

/// How many Allows of one policy are tried.
const MOST: usize = 12;

/// Whether a statement matches the request.
pub(super) fn matches(statement: &Statement, scene: &Scene<'_>) -> bool {
    statement.is_about(&scene.request.action) && statement.grain(&scene.request, Grain::None) > Grain::None
}

/// Changes that may allow the request, the smallest first.
pub(super) fn steps(scene: &Scene<'_>, seen: &Seen) -> Vec<Step> {
    let mut all: Vec<(u8, Step)> = Vec::new();
    for seat in seats(scene) {
        for (rank, step) in of_policy(scene, seen, &seat) {
            // One statement of a policy that names others is as good as the next.
            let named = step.change.kind == ChangeKind::Principal;
            let twice = |(_, other): &(u8, Step)| {
                other.change.kind == ChangeKind::Principal && other.change.policy == step.change.policy
            };
            if !(named && all.iter().any(twice)) {
                all.push((rank, step));
            }
        }
    }
    let grants = scene.policies.grants.iter().filter(|grant| is_close(grant, scene));
    all.extend(grants.filter_map(|grant| request::for_grant(grant, scene)).map(asked));
    all.extend(added(scene));
    all.extend(granted(scene).map(|step| (7, step)));
    sort_by_rank(&mut all, |(rank, _)| u64::from(*rank)); // within a rank in the order of evaluation
    let mut steps: Vec<Step> = Vec::new();
    for (_, step) in all {
        // Two statements may ask for the same value of the request.
        if !steps.iter().any(|other| other.change.text == step.change.text) {
            steps.push(step);
        }
    }
    steps
}

/// A step that changes the request. One that no call can make good afterwards stands behind those that policies can.
fn asked(other: Other) -> (u8, Step) {
    let rank = if other.note.is_empty() { 0 } else { 8 };
    let Other { key, values, what, note, context } = other;
    let change = Change { key: Some(key.clone()), values, note, ..blank(ChangeKind::Request, what) };
    (rank, Step { change, made: Try::Context(key, context) })
}

/// What can be done about the statements of one policy.
fn of_policy(scene: &Scene<'_>, seen: &Seen, seat: &Seat<'_>) -> Vec<(u8, Step)> {
    let policy = &seat.named.policy;
    let variables = policy.has_variables();
    let fixed = seat.is_of_aws() || (matches!(seat.slot, Slot::Resource(_)) && !is_writable(scene));
    let mut found = Vec::new();
    let mut tried = 0_usize;
    for (at, statement) in policy.statements().iter().enumerate() {
        if statement.broken {
            continue;
        }
        if !seen.goes_on() {
            break;
        }
        let before = found.len();
        if statement.effect == StatementEffect::Deny {
            if !matches(statement, scene) {
                continue;
            }
            let clauses = statement.conditions.iter();
            found.extend(clauses.filter_map(|clause| request::other(clause, false, scene, seen)).map(asked));
            if !fixed {
                let edits = spared(statement, &scene.request, variables);
                found.extend(edits.into_iter().filter_map(|edit| edited(scene, seen, seat, at, edit)));
                found.extend(removed(scene, seen, seat, at).map(|step| (9, step)));
            }
        } else if tried >= MOST {
            seen.cut();
        } else {
            let missing: Vec<_> = statement.conditions.iter().filter(|clause| !scene.request.meets(clause)).collect();
            if let [clause] = *missing {
                found.extend(request::other(clause, true, scene, seen).map(asked));
            }
            if !fixed {
                let edit = widened(statement, policy.kind(), &scene.request, variables);
                found.extend(edit.and_then(|edit| edited(scene, seen, seat, at, edit)));
            }
        }
        tried = tried.saturating_add(usize::from(found.len() > before && statement.effect == StatementEffect::Allow));
    }
    found
}

fn edited(scene: &Scene<'_>, seen: &Seen, seat: &Seat<'_>, at: usize, edit: Edit) -> Option<(u8, Step)> {
    let Edit { kind, key, values, what, statement } = edit;
    let rank = match kind {
        ChangeKind::Condition => 1,
        ChangeKind::Resource => 2,
        ChangeKind::Action => 3,
        _ => 5,
    };
    let mut policies = scene.policies.clone();
    put(&mut policies, seat.slot, changed(seat, seen, at, Some(statement)))?;
    let change = Change { key, values, ..placed(kind, &what, seat, at)? };
    Some((rank, Step { change, made: Try::Policies(policies) }))
}

/// The policy with another statement, or without one.
fn changed(seat: &Seat<'_>, seen: &Seen, at: usize, statement: Option<Statement>) -> Policy {
    let policy = &seat.named.policy;
    seen.charge(policy.statements().len().saturating_mul(COPY));
    policy.with(at, statement)
}

fn removed(scene: &Scene<'_>, seen: &Seen, seat: &Seat<'_>, at: usize) -> Option<Step> {
    let mut policies = scene.policies.clone();
    put(&mut policies, seat.slot, changed(seat, seen, at, None))?;
    let change = placed(ChangeKind::RemoveStatement, "remove", seat, at)?;
    Some(Step { change, made: Try::Policies(policies) })
}

/// Every removal of a statement or grant that allows.
pub(super) fn removals(scene: &Scene<'_>, seen: &Seen) -> Vec<Step> {
    let mut steps = Vec::new();
    for seat in seats(scene) {
        let all = seat.named.policy.statements().iter().enumerate();
        let allowing =
            all.filter(|(_, statement)| statement.effect == StatementEffect::Allow && matches(statement, scene));
        steps.extend(allowing.take_while(|_| seen.goes_on()).filter_map(|(at, _)| removed(scene, seen, &seat, at)));
    }
    for (at, grant) in scene.policies.grants.iter().enumerate() {
        let retired = scene.retires() && scene.query.retire_grant == Some(&*grant.id);
        if !retired && !scene.retires() && grant::allows(grant, scene) {
            let mut policies = scene.policies.clone();
            policies.grants.remove(at);
            let change = Change {
                policy: Some(grant.id.clone()),
                ..blank(ChangeKind::RemoveGrant, format!("revoke grant {}", grant.id))
            };
            steps.push(Step { change, made: Try::Policies(policies) });
        }
    }
    steps
}

/// Statements that could be added, one a layer that has to allow.
fn added(scene: &Scene<'_>) -> Vec<(u8, Step)> {
    let action = scene.query.action;
    let plain = json!({"Effect": "Allow", "Action": action, "Resource": scene.request.resource});
    let requester = scene.query.requester;
    let whom = whom(requester);
    let mut found = Vec::new();
    for (at, level) in scene.scp().iter().enumerate() {
        if !scene.allows(&level.policies) {
            let text = format!("allow {action} in a service control policy at level {}", level.name);
            found.push((4, Layer::Scp(at), Kind::Scp, text, plain.clone()));
        }
    }
    if scene.endpoint().is_some() {
        let mut statement = plain.clone();
        set(&mut statement, "Principal", json!("*"));
        let text = format!("allow {action} in the policy of the VPC endpoint");
        found.push((4, Layer::Endpoint, Kind::Endpoint, text, statement));
    }
    if scene.has_identity() && !requester.service_linked {
        let on = if scene.request.resource == "*" { "" } else { " on the resource" };
        let text = format!("allow {action}{on} in an identity-based policy of {whom}");
        found.push((4, Layer::Identity, Kind::Identity, text, plain.clone()));
        if let Some(named) = scene.boundary() {
            let text = format!("allow {action} in {}", definite_name(Kind::Boundary, &named.name));
            found.push((4, Layer::Boundary, Kind::Boundary, text, plain.clone()));
        }
        if scene.session().is_some() || scene.lacks_session() {
            let text = match scene.session() {
                Some(_) => format!("allow {action} in the session policy"),
                None => format!("pass a session policy that allows {action}"),
            };
            found.push((4, Layer::Session, Kind::Session, text, plain));
        }
    }
    if is_writable(scene) {
        found.extend(on_the_resource(scene).into_iter().map(|(rank, text, statement)| {
            let kind = match scene.target {
                Target::Key => Kind::Key,
                Target::Role => Kind::Trust,
                Target::Other => Kind::Bucket,
            };
            (rank, Layer::Resource, kind, text, statement)
        }));
    }
    let step = |(rank, layer, kind, text, statement): (u8, Layer, Kind, String, Value)| {
        let mut policies = scene.policies.clone();
        let document = json!({"Version": "2012-10-17", "Statement": [&statement]});
        add(&mut policies, layer, kind, &serde_json::to_string(&document).ok()?)?;
        let change =
            Change { policy_kind: Some(kind), document: Some(statement), ..blank(ChangeKind::AddStatement, text) };
        Some((rank, Step { change, made: Try::Policies(policies) }))
    };
    found.into_iter().filter_map(step).collect()
}

/// Statements for the policy of the resource: one that names the requester, and one that leaves it to the account.
fn on_the_resource(scene: &Scene<'_>) -> Vec<(u8, String, Value)> {
    let (action, requester, what) = (scene.query.action, scene.query.requester, resource_policy(scene));
    let mut found = Vec::new();
    let resource = match scene.target {
        Target::Key => Some("*"),
        Target::Role => None,
        Target::Other => Some(scene.request.resource),
    };
    let mut allow = |rank, principal: Value, actions: &str, text: String| {
        let mut statement = json!({"Effect": "Allow", "Principal": principal, "Action": actions});
        if let Some(resource) = resource {
            set(&mut statement, "Resource", json!(resource));
        }
        found.push((rank, text, statement));
    };
    if let Some(name) = naming(requester) {
        let principal = match requester.kind {
            RequesterKind::Service => json!({"Service": name}),
            RequesterKind::FederatedIdp => json!({"Federated": name}),
            RequesterKind::Anonymous => json!("*"),
            _ => json!({"AWS": name}),
        };
        allow(5, principal, action, format!("allow {action} to {} in the {what}", whom(requester)));
    }
    let owner = scene.side.map(|side| side.owner);
    let partition = scene.request.resource.split(':').nth(1).unwrap_or("aws");
    if let (Some(owner), Target::Key, true, false) = (owner, scene.target, scene.has_identity(), scene.cross) {
        let text =
            format!("let the {what} leave the decision to the IAM policies of account {owner}, as a new key's does");
        allow(6, json!({"AWS": format!("arn:{partition}:iam::{owner}:root")}), "kms:*", text);
    }
    found
}

/// A grant for the requester.
fn granted(scene: &Scene<'_>) -> Option<Step> {
    let requester = scene.query.requester;
    let action = &scene.request.action;
    if scene.target != Target::Key || scene.retires() || !action.is_grantable() || !scene.has_identity() {
        return None;
    }
    if !is_writable(scene) && !is_assumed_of_a_key(scene) {
        return None;
    }
    let grantee = naming(requester)?;
    let mut operations = Vec::from([action.name().to_string()]);
    if action.is("kms:CreateGrant") {
        operations.extend(scene.query.context.get("kms:GrantOperations").map(Values::to_vec).unwrap_or_default());
    }
    let grant = Grant {
        id: String::new(),
        operations: operations.clone(),
        grantee_principal: Some(grantee.into()),
        grantee_id: None,
        grantee_service: None,
        retiring_principal: None,
        retiring_id: None,
        retiring_service: None,
        issuing_account: scene.side?.owner,
        context_equals: None,
        context_subset: None,
        source_arn: None,
    };
    let mut policies = scene.policies.clone();
    policies.grants.push(Arc::new(grant));
    let text = format!("grant {} on the key to {}", operations.join(", "), whom(requester));
    let change = Change {
        document: Some(json!({"GranteePrincipal": grantee, "Operations": operations})),
        ..blank(ChangeKind::AddGrant, text)
    };
    Some(Step { change, made: Try::Policies(policies) })
}

/// Whether a grant is the requester's and gives the operation, so that only its constraints may be in the way.
fn is_close(grant: &Grant, scene: &Scene<'_>) -> bool {
    grant::is_for(grant, scene.query.requester) && grant::lists(grant, &scene.request.action)
}

/// Whether the resource has a policy that somebody can write to.
fn is_writable(scene: &Scene<'_>) -> bool {
    let own = scene.side.filter(|side| side.assumed.is_none() && !scene.retires());
    own.is_some_and(|side| side.kind != (ResourceKind::Key { aws_managed: true }) && !side.policies.is_empty())
}

/// Whether the key exists, though its policy was not given.
fn is_assumed_of_a_key(scene: &Scene<'_>) -> bool {
    scene.side.is_some_and(|side| side.assumed == Some(Assumed::NotGiven))
}

fn set(object: &mut Value, member: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(member.into(), value);
    }
}

/// A change about statement number `at` (from 0) of a policy: `what` it, and where.
fn placed(kind: ChangeKind, what: &str, seat: &Seat<'_>, at: usize) -> Option<Change> {
    let statement = seat.named.policy.statements().get(at)?;
    let policy_kind = seat.named.policy.kind();
    let index = at.saturating_add(1);
    let title =
        statement.sid.as_deref().map_or_else(|| format!("statement {index}"), |sid| format!("statement '{sid}'"));
    let text = format!("{what} {title} of {}", definite_name(policy_kind, &seat.name()));
    Some(Change {
        policy: Some(seat.name()),
        policy_kind: Some(policy_kind),
        sid: statement.sid.as_deref().map(String::from),
        index,
        line: statement.place.0,
        ..blank(kind, text)
    })
}

fn blank(kind: ChangeKind, text: String) -> Change {
    Change {
        kind,
        text,
        note: "",
        policy: None,
        policy_kind: None,
        sid: None,
        index: 0,
        line: 0,
        key: None,
        values: Vec::new(),
        document: None,
        then: Reason::NoResourceAllow,
    }
}
