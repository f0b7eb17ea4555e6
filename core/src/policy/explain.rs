//! The decision again, with everything that was looked at.

use super::{
    Changes, Effect, Kind, Policies, Query, Reason, change::changes, decide::judge, scene::Scene, stages::stages,
    summary::summary,
};
use crate::base::gathered;
use alloc::{
    collections::BTreeMap,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;

/// Why a request is or is not allowed: what was asked, every policy type in the order of evaluation, every statement
/// that comes close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether the request is allowed.
    pub allowed: bool,
    /// Allowed, or which kind of denial.
    pub effect: Effect,
    /// The one reason.
    pub reason: Reason,
    /// One plain sentence: what decided, and why.
    pub summary: String,
    /// What was asked.
    pub request: Asked,
    /// Each policy type, in the order of evaluation.
    pub stages: Vec<Stage>,
    /// What would change the decision.
    pub changes: Changes,
    /// What became of the call after an allowed decision, where a lab knows; shown to people, not to programs.
    #[serde(skip)]
    pub sequel: Vec<String>,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The requester's ARN, or the name of a service.
    pub principal: String,
    /// The requester's account.
    pub account: Option<String>,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The condition keys of the request.
    pub context: BTreeMap<String, Vec<String>>,
}

/// What one policy type says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// `organization`, `endpoint`, `resource`, `grants`, `identity`, `boundary`, `session`.
    pub name: &'static str,
    /// What it says.
    pub outcome: Outcome,
    /// One sentence.
    pub note: String,
    /// The statements that match or nearly match, or else the closest one.
    pub statements: Vec<Finding>,
}

/// What a policy type says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It allows.
    Allows,
    /// It denies.
    Denies,
    /// It says nothing.
    Silent,
    /// It leaves the decision to the account's IAM policies.
    Delegates,
    /// It does not count here.
    NotApplicable,
}

/// The effect of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[expect(clippy::exhaustive_enums, reason = "the policy language has these two")]
pub enum StatementEffect {
    /// `"Effect": "Allow"`
    Allow,
    /// `"Effect": "Deny"`
    Deny,
}

/// One statement (or grant), held against the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the policy; the id of a grant.
    pub policy: String,
    /// The kind of the policy; [`Kind::Key`] for a grant.
    pub kind: Kind,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// Which statement of the policy, counted from 1.
    pub index: usize,
    /// Where it begins in the policy's text, counted from 1; 0 for a grant.
    pub line: u32,
    /// Where in that line, in characters counted from 1; 0 for a grant.
    pub column: u32,
    /// Its effect.
    pub effect: StatementEffect,
    /// Whether every element matches.
    pub matched: bool,
    /// Whether it made the decision.
    pub decided: bool,
    /// Whether it is one element away from matching. A statement that neither matches nor is near is the closest one of
    /// a policy type that had to allow.
    pub near: bool,
    /// Of an Allow that is near, in a request that is not allowed: what the decision would be if it matched.
    pub if_matched: Option<Reason>,
    /// Each element.
    pub elements: Vec<Element>,
}

/// One element of a statement, held against the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Element {
    /// `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource`, `Condition`; of a grant `Grantee`,
    /// `Operations`, `Constraint`.
    pub element: &'static str,
    /// Whether it matches.
    pub matched: bool,
    /// What the statement says.
    pub wanted: Vec<String>,
    /// What the request has; `None` when the condition key is absent.
    pub got: Option<Vec<String>>,
    /// The condition operator.
    pub operator: Option<String>,
    /// The condition key.
    pub key: Option<String>,
    /// A remark for the reader; may be empty.
    pub note: String,
}

/// Decides as [`decide`](super::decide()) does, and tells why.
///
/// The work grows with the statements; of those that do not match, only the ones that are one element away are kept, and
/// at most ten for each stage. For these the decision is made again as if they matched: see [`Finding::if_matched`]. The
/// changes that would turn the decision are made, and it is made again for each of them.
#[must_use]
pub fn explain(query: &Query<'_>, policies: &Policies) -> Explanation {
    let seen = Rc::default();
    let scene = Scene::remembering(query, policies, &seen);
    let (reason, grant) = judge(&scene);
    let stages = stages(&scene, reason, grant);
    let context = query.context.iter().map(|(key, values)| (key.to_string(), values.to_vec()));
    Explanation {
        allowed: reason.effect() == Effect::Allow,
        effect: reason.effect(),
        reason,
        summary: summary(&scene, reason, &stages),
        request: Asked {
            principal: query.requester.arn.clone(),
            account: query.requester.account.map(|account| account.to_string()),
            action: query.action.into(),
            resource: scene.request.resource.into(),
            context: gathered(context),
        },
        stages,
        changes: changes(&scene, reason, &seen),
        sequel: Vec::new(),
    }
}
