//! What would change a decision. Nothing is guessed: each change is made, and the request decided again.

mod edit;
mod find;
mod request;
mod slot;

use super::{Effect, Kind, Policies, Query, Reason, Requester, RequesterKind, StatementEffect, scene::Scene};
use alloc::{string::String, vec::Vec};
use find::{Step, Try, steps};
use serde::Serialize;
use serde_json::Value;

/// What would change a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Of a request that is not allowed: changes of which each alone would allow it, the smallest first. No other single
    /// change of these kinds would.
    pub alone: Vec<Change>,
    /// Where no single change would allow it: changes that would do so together, in this order.
    pub together: Vec<Change>,
    /// Of an allowed request: removals of which each alone would deny it.
    pub hangs_on: Vec<Change>,
}

/// One change of the request, of a policy or of the grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What is changed.
    pub kind: ChangeKind,
    /// What to do, as a part of a sentence: `add kms:Decrypt to the actions of statement 1 of the key policy`.
    pub text: String,
    /// A remark for the reader; may be empty.
    pub note: &'static str,
    /// The policy that is changed, as findings call it, or the id of the grant; `None` for a policy or grant to be made.
    pub policy: Option<String>,
    /// The kind of the policy that is changed or made.
    pub policy_kind: Option<Kind>,
    /// The `Sid` of the statement.
    pub sid: Option<String>,
    /// Which statement of the policy, counted from 1; 0 where no statement is changed.
    pub index: usize,
    /// Where it begins in the policy's text, counted from 1; 0 where no statement is changed.
    pub line: u32,
    /// The condition key whose values are changed, in the request or in a statement.
    pub key: Option<String>,
    /// What is added or taken away: values, an action, a resource, a principal. Of a request: the key's values then;
    /// none when it is absent then.
    pub values: Vec<String>,
    /// The statement to be added, or the grant to be made in the words of `CreateGrant`.
    pub document: Option<Value>,
    /// The decision's reason after this change. Of changes that work together: after this one and those before it.
    pub then: Reason,
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// A condition key of the request.
    Request,
    /// The values of a condition of a statement.
    Condition,
    /// The `Action` or `NotAction` element of a statement.
    Action,
    /// The `Resource` or `NotResource` element of a statement.
    Resource,
    /// The `Principal` element of a statement.
    Principal,
    /// A statement is added.
    AddStatement,
    /// A grant is made.
    AddGrant,
    /// A statement is removed.
    RemoveStatement,
    /// A grant is revoked.
    RemoveGrant,
}

/// How many changes a combination has at most.
const TOGETHER: usize = 8;

/// What would change the decision `reason` of `scene`.
pub(super) fn changes(scene: &Scene<'_>, reason: Reason) -> Changes {
    let mut changes = Changes::default();
    if scene.is_free() {
        return changes;
    }
    if reason.effect() == Effect::Allow {
        changes.hangs_on = find::removals(scene)
            .into_iter()
            .map(|step| made(scene, step))
            .filter(|change| change.then.effect() != Effect::Allow)
            .collect();
        // What an organization allows everywhere tells the least.
        changes.hangs_on.sort_by_key(|change| change.policy_kind == Some(Kind::Scp));
        return changes;
    }
    if reason == Reason::CrossAccountNotSupported {
        return changes; // no policy helps
    }
    changes.alone = steps(scene)
        .into_iter()
        .map(|step| made(scene, step))
        .filter(|change| change.then.effect() == Effect::Allow)
        .collect();
    if changes.alone.is_empty() {
        changes.together = together(scene);
    }
    changes
}

/// The change of a step, with the decision after it.
fn made(scene: &Scene<'_>, step: Step) -> Change {
    let mut change = step.change;
    change.then = match &step.made {
        Try::Context(context) => {
            let query = Query { context, ..*scene.query };
            super::decide(&query, scene.policies).reason
        }
        Try::Policies(policies) => super::decide(scene.query, policies).reason,
    };
    change
}

/// How far a request is from being allowed: matching Denys, silent levels of the organization, the reason.
fn distance(query: &Query<'_>, policies: &Policies) -> (usize, usize, Option<core::cmp::Reverse<Reason>>) {
    let reason = super::decide(query, policies).reason;
    if reason.effect() == Effect::Allow {
        return (0, 0, None);
    }
    let scene = Scene::new(query, policies);
    let denying = slot::seats(&scene).into_iter().map(|seat| {
        let all = seat.named.policy.statements().iter();
        all.filter(|statement| statement.effect == StatementEffect::Deny && find::matches(statement, &scene)).count()
    });
    let silent = scene.scp().iter().filter(|level| !scene.allows(&level.policies)).count();
    // Reasons stand in the order of evaluation: a later one is closer.
    (denying.sum(), silent, Some(core::cmp::Reverse(reason)))
}

/// Changes that allow the request together: always the first that brings it closer.
fn together(scene: &Scene<'_>) -> Vec<Change> {
    let mut done: Vec<Change> = Vec::new();
    let (mut context, mut policies) = (scene.query.context.clone(), scene.policies.clone());
    loop {
        let query = Query { context: &context, ..*scene.query };
        let now = distance(&query, &policies);
        if now.2.is_none() {
            break;
        }
        if done.len() >= TOGETHER {
            return Vec::new();
        }
        let closer = steps(&Scene::new(&query, &policies)).into_iter().find_map(|mut step| {
            let (context, policies) = step.applied(&context, &policies);
            let query = Query { context: &context, ..*scene.query };
            step.change.then = super::decide(&query, &policies).reason;
            (distance(&query, &policies) < now).then_some((step.change, context, policies))
        });
        let Some(found) = closer else { return Vec::new() };
        let change;
        (change, context, policies) = found;
        done.push(change);
    }
    done
}

/// As somebody would name the requester in a policy: the role or user behind a session, or itself.
fn naming(requester: &Requester) -> Option<&str> {
    let own = &*requester.arn;
    let behind = match requester.kind {
        RequesterKind::Anonymous => return Some("*"),
        RequesterKind::RoleSession => &*requester.role_arn,
        RequesterKind::FederatedUser => &*requester.user_arn,
        _ => own,
    };
    let name = if behind.is_empty() { own } else { behind };
    (!name.is_empty()).then_some(name)
}
