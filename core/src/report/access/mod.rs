//! Who can do what: for one permission, for one principal, for all of them.

mod estate;
mod render;

pub(super) use render::escape;
#[cfg(test)]
mod tests;

pub use estate::Estate;

use super::{BadQuestion, Question, check::has_key};
use crate::policy::{self, ALWAYS, Conditions, Party, Reach, Requester, RequesterKind, Subject, classes, ones};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use estate::{fixed, name, nothing, strangers};
use serde::{Serialize, Serializer};

/// Condition keys: name, values, and whether the key is single-valued.
pub type Keys = [(String, Vec<String>, bool)];

/// Who can do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhoCan {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Those of the estate who can, with the conditions; the others cannot.
    pub principals: Vec<Holder>,
    /// Those outside of the estate whom the policy or a grant of the resource lets in: what their own accounts allow is
    /// not known.
    pub others: Vec<Holder>,
}

/// Somebody who can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The ARN (of a role, for its sessions), the name of a service, an account, or `*`.
    pub principal: String,
    /// `root`, `user`, `role`, `session`, `federated-user`, `service`, `account`, `everybody`.
    pub kind: &'static str,
    /// Under which conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// A remark; may be empty.
    pub note: &'static str,
}

/// What one principal can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatCan {
    /// The principal.
    pub principal: String,
    /// What it can do, resource by resource; `*` for actions without one.
    pub resources: Vec<Reached>,
}

/// What can be done with a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The ARN, or `*`.
    pub resource: String,
    /// The actions, those of the same conditions together.
    pub access: Vec<Access>,
}

/// Actions under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// The actions.
    pub actions: Vec<&'static str>,
    /// Under which conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
}

/// Who can do what with all keys. Principals that no policy tells apart share a row, keys that none tells apart a column.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The actions: one bit each, in this order.
    pub actions: Vec<&'static str>,
    /// The rows: ARNs.
    pub principals: Vec<Vec<String>>,
    /// The columns: ARNs of keys.
    pub keys: Vec<Vec<String>>,
    /// What can be done, by row and then column. What does not stand here cannot.
    pub cells: Vec<Cell>,
    /// The conditions that cells refer to; the first is that there are none.
    pub conditions: Vec<Conditions>,
}

/// What the principals of a row can do with the keys of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a row, a column, actions and their conditions")]
pub struct Cell {
    /// The number of the row.
    pub row: usize,
    /// The number of the column.
    pub column: usize,
    /// The actions, one bit each.
    pub actions: u64,
    /// The number of their conditions.
    pub conditions: usize,
}

impl Matrix {
    /// The names of the actions in a set.
    pub fn named(&self, actions: u64) -> impl Iterator<Item = &'static str> {
        ones(actions).filter_map(|at| self.actions.get(at as usize).copied())
    }
}

impl Serialize for Matrix {
    /// As `actions`, `principals`, `keys`, and `access`: objects with `principals` and `keys` (numbers of a row and of a
    /// column), `actions`, and `any` and `exact` of the conditions.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            principals: usize,
            keys: usize,
            actions: Vec<&'static str>,
            #[serde(flatten)]
            conditions: &'a Conditions,
        }
        #[derive(Serialize)]
        struct Whole<'a> {
            actions: &'a [&'static str],
            principals: &'a [Vec<String>],
            keys: &'a [Vec<String>],
            access: Vec<Written<'a>>,
        }
        let none = Conditions::default();
        let access = self.cells.iter().map(|cell| Written {
            principals: cell.row,
            keys: cell.column,
            actions: self.named(cell.actions).collect(),
            conditions: self.conditions.get(cell.conditions).unwrap_or(&none),
        });
        let access = access.collect();
        Whole { actions: &self.actions, principals: &self.principals, keys: &self.keys, access }.serialize(serializer)
    }
}

/// Every action of KMS that acts on a key, or (`false`) on nothing.
fn kms_actions(on_keys: bool) -> Vec<&'static str> {
    policy::covered_by("kms:*")
        .filter(|action| policy::has_no_resource(action) != on_keys && is_on_a_key(action))
        .collect()
}

/// Whether the action is about keys: custom key stores and aliases have permissions of their own beside.
fn is_on_a_key(action: &str) -> bool {
    !action.ends_with("KeyStore")
}

fn no_action(action: &str) -> Result<(), BadQuestion> {
    // Reads the action as `authorize` does.
    Question::new("*", action, "*").map(|_| ())
}

/// Who can do `action` on `resource` (an ARN of the estate, or `*`), and under which conditions on the call. `context`:
/// condition keys that every call has.
///
/// # Errors
/// [`BadQuestion`] when there is no such action, or the estate has no such resource.
pub fn who_can(estate: &Estate, action: &str, resource: &str, context: &Keys) -> Result<WhoCan, BadQuestion> {
    no_action(action)?;
    let whole = resource == "*" || policy::has_no_resource(action);
    let nobody = nothing(None);
    let subject = match estate.subjects.iter().find(|subject| subject.arn == resource) {
        _ if whole => &nobody,
        Some(subject) => subject,
        None => return Err(missing("resource", resource)),
    };
    let fixed = fixed(context);
    let others: Vec<(Party, &'static str)> = if whole { Vec::new() } else { strangers(estate, subject) };
    let own: Vec<Subject> = estate
        .parties
        .iter()
        .map(|party| nothing(party.requester.account))
        .take(if whole { usize::MAX } else { 0 })
        .collect();
    let mut reach = Reach::new(&[action], &fixed, has_key);
    let mut principals = Vec::new();
    for (at, party) in estate.parties.iter().enumerate() {
        let subject = own.get(at).unwrap_or(subject);
        principals.extend(held(&mut reach, party, subject, ""));
    }
    let mut outside = Vec::new();
    for (party, note) in &others {
        outside.extend(held(&mut reach, party, subject, note));
    }
    Ok(WhoCan { action: action.to_owned(), resource: subject.arn.clone(), principals, others: outside })
}

fn held<'a>(reach: &mut Reach<'a>, party: &'a Party, subject: &'a Subject, note: &'static str) -> Option<Holder> {
    let (_, conditions) = reach.access(party, subject).into_iter().next()?;
    let requester = &party.requester;
    let conditions = reach.conditions(conditions).clone();
    Some(Holder { principal: name(requester).to_owned(), kind: kind(requester, party.stranger), conditions, note })
}

fn kind(requester: &Requester, stranger: bool) -> &'static str {
    match requester.kind {
        RequesterKind::User if requester.arn == "*" => "everybody",
        RequesterKind::User if stranger && requester.arn.ends_with(":root") => "account",
        RequesterKind::Root => "root",
        RequesterKind::User => "user",
        RequesterKind::RoleSession if name(requester) == requester.role_arn => "role",
        RequesterKind::RoleSession => "session",
        RequesterKind::FederatedUser => "federated-user",
        RequesterKind::Service => "service",
        _ => "other",
    }
}

fn missing(part: &str, what: &str) -> BadQuestion {
    BadQuestion { part: part.into(), message: format!("there is no {what} among those given") }
}

/// What a principal of the estate can do with each of its keys, and without one. `context`: condition keys that every
/// call has.
///
/// # Errors
/// [`BadQuestion`] when the estate has no such principal.
pub fn what_can(estate: &Estate, principal: &str, context: &Keys) -> Result<WhatCan, BadQuestion> {
    let is = |party: &&Party| name(&party.requester) == principal || party.requester.arn == principal;
    let party = estate.parties.iter().find(is).ok_or_else(|| missing("principal", principal))?;
    let fixed = fixed(context);
    let own = nothing(party.requester.account);
    let (general, on_keys) = (kms_actions(false), kms_actions(true));
    let mut resources = Vec::new();
    let mut reach = Reach::new(&general, &fixed, has_key);
    resources.extend(reached(&mut reach, party, &own, &general));
    let mut reach = Reach::new(&on_keys, &fixed, has_key);
    for subject in estate.subjects.iter().filter(|subject| is_key(subject)) {
        resources.extend(reached(&mut reach, party, subject, &on_keys));
    }
    let assume = ["sts:AssumeRole"];
    let mut reach = Reach::new(&assume, &fixed, has_key);
    for subject in estate.subjects.iter().filter(|subject| subject.arn.contains(":role/")) {
        resources.extend(reached(&mut reach, party, subject, &assume));
    }
    Ok(WhatCan { principal: name(&party.requester).to_owned(), resources })
}

fn is_key(subject: &Subject) -> bool {
    subject.arn.contains(":key/")
}

fn reached<'a>(
    reach: &mut Reach<'a>,
    party: &'a Party,
    subject: &'a Subject,
    actions: &[&'static str],
) -> Option<Reached> {
    let access = reach.access(party, subject).into_iter().map(|(mask, conditions)| Access {
        actions: ones(mask).filter_map(|at| actions.get(at as usize).copied()).collect(),
        conditions: reach.conditions(conditions).clone(),
    });
    let access: Vec<Access> = access.collect();
    (!access.is_empty()).then(|| Reached { resource: subject.arn.clone(), access })
}

/// Who can do what with all keys of the estate. `context`: condition keys that every call has.
#[must_use]
pub fn matrix(estate: &Estate, context: &Keys) -> Matrix {
    let fixed = fixed(context);
    let actions = kms_actions(true);
    let subjects: Vec<Subject> = estate.subjects.iter().filter(|subject| is_key(subject)).cloned().collect();
    let classes = classes(&estate.parties, &subjects);
    let mut reach = Reach::new(&actions, &fixed, has_key);
    let mut cells = Vec::new();
    let mut most = ALWAYS;
    // One kind of keys after the other: what its first key answers to a kind of principals, the others answer too.
    let mut columns: Vec<(usize, usize)> = classes.subject_kinds.iter().copied().zip(0..).collect();
    columns.sort_unstable();
    let mut answers: Vec<Option<Vec<(u64, usize)>>> = Vec::new();
    let mut of_kind = None;
    for (kind, column) in columns {
        if of_kind.replace(kind) != Some(kind) {
            answers.clear();
            answers.resize(classes.kinds, None);
        }
        let members = classes.subjects.get(column).and_then(|members| members.first());
        let Some(subject) = members.and_then(|at| subjects.get(*at)) else { continue };
        let related = classes.related.get(column).map(Vec::as_slice).unwrap_or_default();
        for row in classes.candidates.get(column).into_iter().flatten() {
            let members = classes.parties.get(*row);
            let Some(party) = members.and_then(|members| estate.parties.get(*members.first()?)) else { continue };
            let mut ask = || reach.access(party, subject);
            let own;
            let kind = classes.party_kinds.get(*row).and_then(|kind| answers.get_mut(*kind));
            let found = match kind.filter(|_| related.binary_search(row).is_err()) {
                Some(answer) => answer.get_or_insert_with(ask),
                None => {
                    own = ask();
                    &own
                }
            };
            for (actions, conditions) in found {
                most = most.max(*conditions);
                cells.push(Cell { row: *row, column, actions: *actions, conditions: *conditions });
            }
        }
    }
    cells.sort_unstable();
    let conditions = (0..=most).map(|number| reach.conditions(number).clone()).collect();
    let principals = classes.parties.iter().map(|members| {
        members
            .iter()
            .filter_map(|at| estate.parties.get(*at))
            .map(|party| name(&party.requester).to_string())
            .collect()
    });
    let keys = classes
        .subjects
        .iter()
        .map(|members| members.iter().filter_map(|at| subjects.get(*at)).map(|subject| subject.arn.clone()).collect());
    Matrix { actions, principals: principals.collect(), keys: keys.collect(), cells, conditions }
}
