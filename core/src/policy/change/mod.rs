//! What would change a decision. Nothing is guessed: each change is made, and the request decided again.

mod edit;
mod find;
mod request;
mod slot;

use super::{
    Effect, Kind, Query, Reason, Requester, RequesterKind, StatementEffect,
    decide::judge,
    scene::Scene,
    seen::{STATEMENT, Seen},
};
use crate::base::sort_by_rank;
use alloc::{rc::Rc, string::String, vec::Vec};
use find::{Applied, Step, Try, steps};
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
    /// Whether there may be others: trying all would take too long.
    pub cut: bool,
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

/// What would change the decision `reason` of `scene`, which remembers in `seen`.
pub(super) fn changes(scene: &Scene<'_>, reason: Reason, seen: &Rc<Seen>) -> Changes {
    let mut changes = Changes::default();
    if scene.is_free() {
        return changes;
    }
    seen.begin();
    let made = |step| made(scene, seen, step);
    if reason.effect() == Effect::Allow {
        let removals = find::removals(scene, seen).into_iter().filter_map(made);
        changes.hangs_on = removals.filter(|change| change.then.effect() != Effect::Allow).collect();
        // What an organization allows everywhere tells the least.
        sort_by_rank(&mut changes.hangs_on, |change| u64::from(change.policy_kind == Some(Kind::Scp)));
    } else if reason != Reason::CrossAccountNotSupported {
        // (No policy lets an operation that stays in its account be called from another.)
        let all = steps(scene, seen).into_iter().filter_map(made);
        changes.alone = all.filter(|change| change.then.effect() == Effect::Allow).collect();
        if changes.alone.is_empty() {
            changes.together = together(scene, seen);
        }
    }
    changes.cut = seen.is_cut();
    changes
}

/// The change of a step, with the decision after it; nothing when there was work enough.
fn made(scene: &Scene<'_>, seen: &Rc<Seen>, step: Step) -> Option<Change> {
    let mut change = step.change;
    // What is added leaves all that was found as it was.
    if !matches!(change.kind, ChangeKind::AddStatement | ChangeKind::AddGrant) && !seen.goes_on() {
        return None;
    }
    change.then = match &step.made {
        Try::Context(key, context) => {
            let query = Query { context, ..*scene.query };
            judge(&Scene::remembering(&query, scene.policies, &seen.beside(key))).0
        }
        Try::Policies(policies) => scene.reason_by(policies),
    };
    Some(change)
}

/// How far a request is from being allowed: matching Denys, silent levels of the organization, the reason.
fn distance(scene: &Scene<'_>, seen: &Seen, reason: Reason) -> (usize, usize, Option<core::cmp::Reverse<Reason>>) {
    if reason.effect() == Effect::Allow {
        return (0, 0, None);
    }
    let statements: usize = slot::seats(scene).iter().map(|seat| seat.named.policy.statements().len()).sum();
    seen.charge(statements.saturating_mul(STATEMENT));
    let denying = slot::seats(scene).into_iter().map(|seat| {
        let all = seat.named.policy.statements().iter();
        all.filter(|statement| statement.effect == StatementEffect::Deny && find::matches(statement, scene)).count()
    });
    let silent = scene.scp().iter().filter(|level| !scene.allows(&level.policies)).count();
    // Reasons stand in the order of evaluation: a later one is closer.
    (denying.sum(), silent, Some(core::cmp::Reverse(reason)))
}

/// Changes that allow the request together: always the first that brings it closer.
fn together(scene: &Scene<'_>, seen: &Rc<Seen>) -> Vec<Change> {
    let mut done: Vec<Change> = Vec::new();
    let mut now =
        Applied { context: scene.query.context.clone(), policies: scene.policies.clone(), seen: seen.clone() };
    loop {
        let query = Query { context: &now.context, ..*scene.query };
        let scene = Scene::remembering(&query, &now.policies, &now.seen);
        let far = distance(&scene, &now.seen, judge(&scene).0);
        if far.2.is_none() {
            return done;
        }
        if done.len() >= TOGETHER {
            return Vec::new();
        }
        let closer = steps(&scene, &now.seen).into_iter().map_while(|step| {
            let mut step = now.seen.goes_on().then_some(step)?;
            let next = step.made.applied(&now);
            let query = Query { context: &next.context, ..*scene.query };
            let scene = Scene::remembering(&query, &next.policies, &next.seen);
            step.change.then = judge(&scene).0;
            Some((distance(&scene, &next.seen, step.change.then) < far).then_some((step.change, next)))
        });
        let Some((change, next)) = closer.flatten().next() else { return Vec::new() };
        done.push(change);
        now = next;
    }
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
