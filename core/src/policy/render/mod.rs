//! Explanations for people and programs. What is shown, and in which order, is the same everywhere; it is decided here.

mod html;
mod markdown;
mod text;

use super::{Effect, Element, Explanation, Finding, Kind, Outcome, Stage, StatementEffect};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

impl Explanation {
    /// Plain text in lines of at most `width` columns (where words allow; 40 at least), with ANSI colours when `colour`
    /// is set: the verdict, the policy types that had a say, the statements that came close.
    #[must_use]
    pub fn to_text(&self, width: usize, colour: bool) -> String {
        text::render(self, width.max(40), colour)
    }

    /// A self-contained HTML fragment, readable on light and dark pages. All text of the request and of the policies is
    /// escaped.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::render(self)
    }

    /// GitHub-flavoured Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// JSON with the fields of [`Explanation`].
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and maps with string keys: nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How many statements that came close are shown.
const NEAR: usize = 3;
/// How many values of a list are shown.
const VALUES: usize = 6;

/// The verdict in a word or two.
const fn verdict(explanation: &Explanation) -> &'static str {
    match explanation.effect {
        Effect::Allow => "allowed",
        Effect::ExplicitDeny => "denied",
        Effect::ImplicitDeny => "not allowed",
    }
}

/// The stages that had a say, and the names of the others.
fn involved(explanation: &Explanation) -> (Vec<&Stage>, Vec<&'static str>) {
    let (with, without): (Vec<&Stage>, Vec<&Stage>) =
        explanation.stages.iter().partition(|stage| stage.outcome != Outcome::NotApplicable);
    (with, without.iter().map(|stage| stage.name).collect())
}

/// What a stage's outcome is called.
const fn outcome(stage: &Stage) -> &'static str {
    match stage.outcome {
        Outcome::Allows => "allows",
        Outcome::Denies => "denies",
        Outcome::Silent => "does not allow",
        Outcome::Delegates => "delegates",
        Outcome::NotApplicable => "does not count",
    }
}

/// The statements of a stage that are shown with it: those that decided, else those that match.
fn matching(stage: &Stage) -> Vec<&Finding> {
    let decided: Vec<&Finding> = stage.statements.iter().filter(|finding| finding.decided).collect();
    if !decided.is_empty() {
        return decided;
    }
    let of_interest = |finding: &&Finding| match stage.outcome {
        Outcome::Denies => finding.effect == StatementEffect::Deny,
        Outcome::Allows | Outcome::Delegates => finding.effect == StatementEffect::Allow,
        _ => false,
    };
    stage.statements.iter().filter(|finding| finding.matched).filter(of_interest).take(NEAR).collect()
}

/// The statements that would allow but for one element, most telling first; none when the request is allowed or a Deny
/// stands against it.
fn near(explanation: &Explanation) -> Vec<&Finding> {
    if explanation.effect != Effect::ImplicitDeny {
        return Vec::new();
    }
    let silent = explanation
        .stages
        .iter()
        .filter(|stage| matches!(stage.outcome, Outcome::Silent | Outcome::Delegates))
        .flat_map(|stage| &stage.statements);
    let mut found: Vec<(u8, &Finding)> = silent
        .filter(|finding| finding.near && finding.effect == StatementEffect::Allow)
        .filter_map(|finding| Some((weight(failing(finding)?)?, finding)))
        .collect();
    found.sort_by_key(|(weight, _)| *weight);
    found.into_iter().take(NEAR).map(|(_, finding)| finding).collect()
}

/// How little an element tells that keeps a statement away; nothing when it is not worth a line: most statements of a
/// long policy name somebody else.
fn weight(element: &Element) -> Option<u8> {
    match element.element {
        "Condition" | "Constraint" => Some(0),
        "Resource" | "NotResource" => Some(1),
        "Action" if element.note.is_empty() && !same_service(element) => None,
        "Action" | "NotAction" | "Operations" => Some(2),
        _ if !element.note.is_empty() => Some(1),
        _ => None,
    }
}

/// Whether the statement is about the service that was asked for at all.
fn same_service(action: &Element) -> bool {
    let service = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let asked = action.got.iter().flatten().next().map(|text| service(text));
    action.wanted.iter().any(|entry| Some(service(entry)) == asked)
}

/// The first element that does not match.
fn failing(finding: &Finding) -> Option<&Element> {
    finding.elements.iter().find(|element| !element.matched)
}

/// `key policy default, statement 'Sid', line 4`, `grant 1a2b`.
fn title(finding: &Finding) -> String {
    if finding.line == 0 {
        return format!("grant {}", finding.policy);
    }
    let kind = match finding.kind {
        Kind::Identity => "identity-based policy",
        Kind::Boundary => "permissions boundary",
        Kind::Session => "session policy",
        Kind::Scp => "service control policy",
        Kind::Rcp => "resource control policy",
        Kind::Trust => "trust policy",
        Kind::Key => "key policy",
        Kind::Bucket => "bucket policy",
        Kind::Endpoint => "endpoint policy",
    };
    let name = if finding.policy.is_empty() { String::new() } else { format!(" {}", finding.policy) };
    let statement = super::summary::statement(finding);
    format!("{kind}{name}, {statement}, line {}", finding.line)
}

/// `Condition StringEquals on aws:SourceVpce`, `Resource`.
fn heading(element: &Element) -> String {
    let mut text = element.element.to_owned();
    if let Some(operator) = &element.operator {
        text.push(' ');
        text.push_str(operator);
    }
    if let Some(key) = &element.key {
        text.push_str(" on ");
        text.push_str(key);
    }
    text
}

/// What the statement says, in a list that does not grow out of hand.
fn wanted(element: &Element) -> String {
    match element.element {
        _ if !element.wanted.is_empty() => listed(&element.wanted),
        "Condition" => "no values".to_owned(),
        _ => "no such element".to_owned(),
    }
}

/// What the request has.
fn got(element: &Element) -> String {
    match &element.got {
        None => "absent".to_owned(),
        Some(values) if values.is_empty() => "no values".to_owned(),
        Some(values) => listed(values),
    }
}

fn listed(values: &[String]) -> String {
    let shown: Vec<String> = values.iter().take(VALUES).map(|value| printable(value)).collect();
    let more = values.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{}, and {more} more", shown.join(", ")) }
}

/// A value as people can read it: an empty one as `""`.
fn printable(value: &str) -> String {
    if value.is_empty() { "\"\"".to_owned() } else { clean(value) }
}

/// Text without what a terminal or a page would act upon: control characters and those that turn the direction of
/// writing become escapes.
fn clean(text: &str) -> String {
    let acts = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::new(), |mut text, c| {
        if acts(c) {
            text.extend(c.escape_default())
        } else {
            text.push(c)
        }
        text
    })
}

/// The conditions of a statement that decided: they tell why it applied.
fn conditions(finding: &Finding) -> impl Iterator<Item = &Element> {
    finding.elements.iter().filter(|element| matches!(element.element, "Condition" | "Constraint" | "NotPrincipal"))
}

/// What was asked, as rows of a name and a value.
fn request(explanation: &Explanation) -> [(&'static str, String); 4] {
    let asked = &explanation.request;
    let account = asked.account.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    [
        ("principal", printable(&asked.principal)),
        ("account", account),
        ("action", printable(&asked.action)),
        ("resource", printable(&asked.resource)),
    ]
}
