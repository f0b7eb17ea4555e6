//! One statement or grant, held against the request element by element.

use super::{
    Context, Element, Finding, Grant, Kind, Named, Requester, StatementEffect, Values,
    action::Action,
    condition::Clause,
    grant::{self, Constraint},
    pattern::Pattern,
    principal::{Grain, Principals},
    scene::Scene,
    statement::{Request, Statement},
};
use alloc::{
    borrow::ToOwned,
    boxed::Box,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec,
    vec::Vec,
};

/// What keeps a statement from matching, from the most to the least telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Miss {
    /// Nothing: it matches.
    None,
    Condition,
    Resource,
    Action,
    Principal,
}

/// Every mismatch of `statement`; `None` when it cannot match anything.
pub(super) fn misses(statement: &Statement, request: &Request<'_>) -> Option<Vec<Miss>> {
    if statement.broken {
        return None;
    }
    let mut misses = Vec::new();
    if statement.principal_grain(request) == Grain::None {
        misses.push(Miss::Principal);
    }
    if !statement.actions.as_ref().is_some_and(|actions| actions.matches(&request.action)) {
        misses.push(Miss::Action);
    }
    if !request.is_on(statement.resources.as_ref()) {
        misses.push(Miss::Resource);
    }
    let conditions = statement.conditions.iter().filter(|clause| !request.meets(clause));
    misses.extend(conditions.map(|_| Miss::Condition));
    Some(misses)
}

/// Describes statement number `at` (from 0) of `named`.
pub(super) fn of_statement(
    named: &Named,
    level: Option<&str>,
    at: usize,
    statement: &Statement,
    request: &Request<'_>,
) -> Finding {
    let kind = named.policy.kind();
    let mut elements = Vec::new();
    elements.extend(principal_element(statement, request));
    elements.push(action_element(statement, request));
    elements.extend(resource_element(statement, request, kind));
    elements.extend(statement.conditions.iter().map(|clause| condition_element(clause, request)));
    let missing = elements.iter().filter(|element| !element.matched).count();
    Finding {
        policy: level.map_or_else(|| named.name.to_string(), |level| format!("{} (at {level})", named.name)),
        kind,
        sid: statement.sid.as_deref().map(String::from),
        index: at.saturating_add(1),
        line: statement.place.0,
        column: statement.place.1,
        effect: statement.effect,
        matched: missing == 0,
        decided: false,
        near: missing == 1,
        if_matched: None,
        elements,
    }
}

fn element(name: &'static str, matched: bool, wanted: Vec<String>, got: Option<Vec<String>>) -> Element {
    Element { element: name, matched, wanted, got, operator: None, key: None, note: String::new() }
}

fn texts(entries: &[Box<str>]) -> Vec<String> {
    entries.iter().map(|entry| entry.to_string()).collect()
}

fn principal_element(statement: &Statement, request: &Request<'_>) -> Option<Element> {
    let name = match &statement.principals {
        Principals::Attached => return None,
        Principals::Principal(_) => "Principal",
        Principals::NotPrincipal(_) => "NotPrincipal",
    };
    let requester = request.requester;
    let grain = statement.principal_grain(request);
    let entries = statement.principals.entries();
    let wanted = entries.iter().map(|entry| entry.text.to_string()).collect();
    let mut element = element(name, grain > Grain::None, wanted, Some(names(requester)));
    element.note = match (&statement.principals, grain) {
        (Principals::NotPrincipal(_), Grain::Exact)
            if request.has_boundary && statement.effect == StatementEffect::Deny =>
        {
            "a requester with a permissions boundary is always denied by NotPrincipal".to_owned()
        }
        (Principals::NotPrincipal(_), Grain::Exact) => {
            "every level has to be listed: the account, the role or user, and the session".to_owned()
        }
        (Principals::NotPrincipal(_), _) => "the requester is exempt".to_owned(),
        (_, Grain::Account) => "names the account: its IAM policies decide".to_owned(),
        (_, Grain::Issuer) => "names the role or user behind the session".to_owned(),
        (_, Grain::Exact) => String::new(),
        (_, Grain::None) => not_named(entries.iter().map(|entry| &*entry.text), requester),
    };
    Some(element)
}

/// What a policy can call the requester, closest first.
fn names(requester: &Requester) -> Vec<String> {
    let account = requester.account.map_or_else(String::new, |account| account.to_string());
    let all = [&requester.arn, &requester.role_arn, &requester.user_arn, &account];
    all.into_iter().filter(|name| !name.is_empty()).cloned().collect()
}

/// Why entries that look like the requester do not name it.
fn not_named<'a>(entries: impl Iterator<Item = &'a str>, requester: &Requester) -> String {
    let own = [&*requester.arn, &*requester.role_arn, &*requester.user_arn];
    for entry in entries {
        if entry != "*" && entry.contains(['*', '?']) {
            return format!("{entry}: a principal has no wildcards, so it names nobody");
        }
        if own.contains(&entry) {
            return format!("{entry} means the one that had this name when the policy was stored");
        }
        if own.iter().any(|name| name.eq_ignore_ascii_case(entry)) {
            return format!("{entry} differs in the case of its letters");
        }
    }
    String::new()
}

fn action_element(statement: &Statement, request: &Request<'_>) -> Element {
    let got = Some(vec![request.action.text().to_owned()]);
    let Some(actions) = &statement.actions else {
        let mut element = element("Action", false, Vec::new(), got);
        element.note = "the element is missing: the statement has no effect".to_owned();
        return element;
    };
    let name = if actions.negated { "NotAction" } else { "Action" };
    let matched = actions.matches(&request.action);
    let mut element = element(name, matched, texts(&actions.entries), got);
    if !matched && !actions.negated {
        let unknown = actions.entries.iter().find(|entry| Action::of(entry).is_misspelt());
        element.note = unknown.map_or_else(String::new, |entry| format!("there is no action {entry}"));
    }
    element
}

fn resource_element(statement: &Statement, request: &Request<'_>, kind: Kind) -> Option<Element> {
    let got = Some(vec![request.resource.to_owned()]);
    let Some(resources) = &statement.resources else {
        let mut element = element("Resource", false, Vec::new(), got);
        element.note = "the element is missing: the statement has no effect".to_owned();
        return Some(element);
    };
    if kind == Kind::Trust {
        return None; // a trust policy is about its role
    }
    let name = if resources.negated { "NotResource" } else { "Resource" };
    let matched = request.is_on(Some(resources));
    let mut element = element(name, matched, texts(&resources.entries), got);
    if !matched && !resources.negated {
        element.note = not_covered(&resources.entries, request);
    }
    if let Some(variable) = without_value(resources.patterns(), request.context) {
        element.note = variable;
    }
    Some(element)
}

/// Why the one entry that is written does not cover the resource.
fn not_covered(entries: &[Box<str>], request: &Request<'_>) -> String {
    let resource = request.resource;
    if resource == "*" {
        return "the action acts on no resource: only \"*\" covers it".to_owned();
    }
    let [entry] = entries else { return String::new() };
    if !entry.starts_with("arn:") {
        return format!("{entry} is no ARN and covers nothing");
    }
    if entry.contains(":alias/") && resource.contains(":key/") {
        return "an alias ARN does not stand for its key; name the key's ARN".to_owned();
    }
    if resource.strip_prefix(&**entry).is_some_and(|rest| rest.starts_with('/')) {
        return format!("{entry} does not cover what is in it; that is {entry}/*");
    }
    let segments = ["", "partition", "service", "Region", "account", "resource"];
    let mut pairs = segments.iter().zip(entry.splitn(6, ':').zip(resource.splitn(6, ':')));
    match pairs.find(|(_, (wanted, got))| wanted != got && !wanted.contains(['*', '?', '$'])) {
        Some((name, (wanted, got))) if wanted.eq_ignore_ascii_case(got) => {
            format!("the {name} differs in the case of its letters")
        }
        Some((name, (wanted, got))) if !name.is_empty() => format!("the {name} is {got}, not {wanted}"),
        _ => String::new(),
    }
}

/// Names the first policy variable that has no value in the request.
pub(super) fn without_value<'a>(patterns: impl Iterator<Item = &'a Pattern>, context: &Context) -> Option<String> {
    let mut variables = patterns.flat_map(Pattern::variables);
    let (key, _) = variables.find(|(key, default)| default.is_none() && context.single(key).is_none())?;
    Some(format!("the policy variable ${{{}}} has no value in this request", key.name))
}

fn condition_element(clause: &Arc<Clause>, request: &Request<'_>) -> Element {
    let context = request.context;
    let got = context.look_up(&clause.key).map(Values::to_vec);
    let matched = request.meets(clause);
    let mut note = clause.remark(context);
    let alike = |value: &String| {
        clause.wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
            && !clause.wanted.iter().any(|wanted| **wanted == **value)
    };
    if note.is_empty() && !matched && got.iter().flatten().any(alike) && clause.is_about_text() {
        note = "differs in the case of its letters".to_owned();
    }
    Element {
        element: "Condition",
        matched,
        wanted: texts(&clause.wanted),
        got,
        operator: Some(clause.operator.to_string()),
        key: Some(clause.key.name.to_string()),
        note,
    }
}

/// Describes grant number `at` (from 0) for a request that would use it.
pub(super) fn of_grant(grant: &Grant, at: usize, scene: &Scene<'_>) -> Finding {
    let requester = scene.query.requester;
    let grantees = grant.grantee_principal.iter().chain(&grant.grantee_service).cloned().collect();
    let grantee = element("Grantee", grant::is_for(grant, requester), grantees, Some(names(requester)));
    let action = &scene.request.action;
    let listed = grant::lists(grant, action);
    let mut operations = element("Operations", listed, grant.operations.clone(), Some(vec![action.name().to_owned()]));
    if !listed && !action.is_grantable() {
        operations.note = "no grant can give this operation".to_owned();
    }
    let mut elements = vec![grantee, operations];
    elements.extend(grant::constraints(grant, scene).map(|constraint| constraint_element(constraint, scene)));
    finding_of_grant(grant, at, elements)
}

/// Describes the grant that a `kms:RetireGrant` names.
pub(super) fn of_retired(grant: &Grant, matched: bool, scene: &Scene<'_>) -> Finding {
    let requester = scene.query.requester;
    let mut wanted: Vec<String> = grant.retiring_principal.iter().chain(&grant.retiring_service).cloned().collect();
    if grant.operations.iter().any(|operation| operation == "RetireGrant") {
        wanted.extend(grant.grantee_principal.iter().chain(&grant.grantee_service).cloned());
    }
    wanted.push(grant.issuing_account.to_string());
    let mut who = element("Grantee", matched, wanted, Some(names(requester)));
    who.note = "may end it: the retiring principal, the grantee if the grant lists RetireGrant, and the account that \
                created it, by its IAM policies"
        .to_owned();
    finding_of_grant(grant, 0, vec![who])
}

fn finding_of_grant(grant: &Grant, at: usize, elements: Vec<Element>) -> Finding {
    let missing = elements.iter().filter(|element| !element.matched).count();
    Finding {
        policy: grant.id.clone(),
        kind: Kind::Key,
        sid: None,
        index: at.saturating_add(1),
        line: 0,
        column: 0,
        effect: StatementEffect::Allow,
        matched: missing == 0,
        decided: false,
        near: missing == 1,
        if_matched: None,
        elements,
    }
}

fn constraint_element(constraint: Constraint<'_>, scene: &Scene<'_>) -> Element {
    let context = scene.query.context;
    let creates = scene.request.action.is("kms:CreateGrant");
    let pairs = |pairs: &BTreeMap<String, String>| pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let asked = || {
        let asked: Vec<String> = context.encryption_context().map(|(key, value)| format!("{key}={value}")).collect();
        (!asked.is_empty()).then_some(asked)
    };
    let value = |key: &str| context.value(key).map(|value| vec![value.to_owned()]);
    let (operator, wanted, got) = match constraint {
        Constraint::Equals(wanted) => ("EncryptionContextEquals", pairs(wanted), asked()),
        Constraint::Subset(wanted) => ("EncryptionContextSubset", pairs(wanted), asked()),
        Constraint::SourceArn(arn) => {
            let key = if creates { "kms:GrantConstraintSourceArn" } else { "aws:SourceArn" };
            ("SourceArn", vec![arn.to_owned()], value(key))
        }
        Constraint::ParentOperations(operations) => {
            let asked = context.get("kms:GrantOperations").map(Values::to_vec);
            ("Operations", operations.to_vec(), asked)
        }
    };
    let matched = constraint.holds(scene);
    let mut element = element("Constraint", matched, wanted, got);
    element.operator = Some(operator.to_owned());
    if creates && !matched {
        element.note = "a grant made through a grant may not give more than its parent".to_owned();
    }
    element
}
