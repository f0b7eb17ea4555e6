//! Changes inside a statement: the smallest that makes an Allow match, or a Deny no longer.

use crate::policy::{
    Kind, RequesterKind, StatementEffect,
    action::Actions,
    change::{ChangeKind, naming},
    condition::{Clause, Operator},
    finding::{Miss, misses},
    near::is_of_another_service,
    principal::{Entry, Name, Principals},
    statement::{Request, Resources, Statement},
};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// A statement as it would be, and what was done to it.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) kind: ChangeKind,
    pub(super) key: Option<String>,
    pub(super) values: Vec<String>,
    /// Up to the name of the statement: `add kms:Decrypt to the actions of`.
    pub(super) what: String,
    pub(super) statement: Statement,
}

/// The edit of an Allow that is one element away from matching; `variables`: of its document's version.
pub(super) fn widened(statement: &Statement, kind: Kind, request: &Request<'_>, variables: bool) -> Option<Edit> {
    if statement.effect != StatementEffect::Allow {
        return None;
    }
    let [miss] = *misses(statement, request)? else { return None };
    match miss {
        Miss::None => None,
        Miss::Action if is_of_another_service(statement, &request.action) => None,
        Miss::Action => action(statement, request),
        Miss::Resource => resource(statement, kind, request, variables),
        Miss::Principal => principal(statement, request),
        Miss::Condition => {
            let at = statement.conditions.iter().position(|clause| !request.meets(clause))?;
            condition(statement, at, request, variables)
        }
    }
}

/// The edits of a Deny that matches, after which it would spare the request: entries of what it excepts.
pub(super) fn spared(statement: &Statement, request: &Request<'_>, variables: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, clause) in statement.conditions.iter().enumerate() {
        if clause.is_negated() {
            edits.extend(condition(statement, at, request, variables));
        }
    }
    if statement.actions.as_ref().is_some_and(|actions| actions.negated) {
        edits.extend(action(statement, request));
    }
    if statement.resources.as_ref().is_some_and(|resources| resources.negated) {
        edits.extend(resource(statement, Kind::Identity, request, variables));
    }
    edits
}

/// The action into the list, or out of a list that keeps it away; of a Deny, into the list of those it spares.
fn action(statement: &Statement, request: &Request<'_>) -> Option<Edit> {
    let name = request.action.text();
    let (negated, entries) = match &statement.actions {
        Some(actions) => (actions.negated, &*actions.entries),
        None => (false, [].as_slice()),
    };
    let allows = statement.effect == StatementEffect::Allow;
    let (entries, way) = changed(entries, name, negated && allows)?;
    let mut statement = statement.clone();
    statement.actions = Some(Actions::new(negated, entries.into()));
    let list = if negated { "NotAction" } else { "the actions" };
    Some(edit(ChangeKind::Action, name, &format!("{way} {list} of"), statement))
}

fn resource(statement: &Statement, kind: Kind, request: &Request<'_>, variables: bool) -> Option<Edit> {
    // In a key policy "*" is the key. Elsewhere it would be far more than what is asked for.
    let name = match (kind, request.resource) {
        (Kind::Key, _) => "*",
        (_, "*") => return None,
        (_, arn) => arn,
    };
    let (negated, entries) = match &statement.resources {
        Some(resources) => (resources.negated, &*resources.entries),
        None => (false, [].as_slice()),
    };
    let allows = statement.effect == StatementEffect::Allow;
    let (entries, way) = changed(entries, name, negated && allows)?;
    let mut statement = statement.clone();
    statement.resources = Some(Arc::new(Resources::new(negated, entries, variables)));
    let list = if negated { "NotResource" } else { "the resources" };
    Some(edit(ChangeKind::Resource, name, &format!("{way} {list} of"), statement))
}

fn principal(statement: &Statement, request: &Request<'_>) -> Option<Edit> {
    let Principals::Principal(entries) = &statement.principals else { return None };
    let name = naming(request.requester)?;
    // To be named there would give far more than what is asked for.
    let whole = |entry: &str| entry == "*" || entry.ends_with(":*");
    if statement.actions.as_ref().is_none_or(|all| all.negated || all.entries.iter().any(|entry| whole(entry))) {
        return None;
    }
    let entry = match request.requester.kind {
        RequesterKind::Service => Entry { text: name.into(), name: Name::Service },
        RequesterKind::FederatedIdp => Entry { text: name.into(), name: Name::Federated },
        _ => Entry::aws(name),
    };
    let entries = entries.iter().cloned().chain([entry]).collect();
    let mut statement = statement.clone();
    statement.principals = Principals::Principal(entries);
    Some(edit(ChangeKind::Principal, name, &format!("add {name} to the principals of"), statement))
}

/// The request's value into the list of a condition, or out of a list of values that an Allow refuses.
fn condition(statement: &Statement, at: usize, request: &Request<'_>, variables: bool) -> Option<Edit> {
    let clause = statement.conditions.get(at)?;
    let operator = Operator::of(&clause.operator)?;
    // Other values of these would change what the condition is about, or there are none.
    if !matches!(operator.compares(), "String" | "ARN" | "IPAddress" | "Binary") {
        return None;
    }
    let got = request.context.look_up(&clause.key)?.to_vec();
    let allows = statement.effect == StatementEffect::Allow;
    let mut wanted: Vec<Box<str>> = clause.wanted.to_vec();
    let mut values = Vec::new();
    if operator.negated && allows {
        values.extend(got.iter().filter(|value| wanted.iter().any(|entry| **entry == ***value)).cloned());
        wanted.retain(|entry| !values.iter().any(|value| **value == **entry));
    } else {
        values.extend(got.into_iter().filter(|value| !wanted.iter().any(|entry| **entry == **value)));
        wanted.extend(values.iter().map(|value| Box::from(value.as_str())));
    }
    let way = if operator.negated && allows { "from" } else { "to" };
    let verb = if way == "to" { "add" } else { "take" };
    let key = clause.key.name.to_string();
    let what = format!("{verb} {} {way} the values of {} on {key} in", values.join(", "), clause.operator);
    if values.is_empty() {
        return None;
    }
    let mut statement = statement.clone();
    *statement.conditions.get_mut(at)? = Arc::new(Clause::new(&clause.operator, operator, &key, wanted, variables));
    Some(Edit { kind: ChangeKind::Condition, key: Some(key), values, what, statement })
}

/// The entries with `name`, or without it when it has to leave (where it is written so), and what that is called.
fn changed(entries: &[Box<str>], name: &str, leaves: bool) -> Option<(Box<[Box<str>]>, String)> {
    if !leaves {
        return Some((entries.iter().cloned().chain([name.into()]).collect(), format!("add {name} to")));
    }
    let rest: Box<[Box<str>]> = entries.iter().filter(|entry| !entry.eq_ignore_ascii_case(name)).cloned().collect();
    (rest.len() < entries.len()).then(|| (rest, format!("take {name} out of")))
}

fn edit(kind: ChangeKind, value: &str, what: &str, statement: Statement) -> Edit {
    Edit { kind, key: None, values: Vec::from([String::from(value)]), what: what.to_string(), statement }
}
