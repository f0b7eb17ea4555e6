//! Explanations for people and programs. What is shown, and in which order, is the same everywhere; it is decided here.

mod html;
mod markdown;
mod text;

use super::{
    Change, Effect, Element, Explanation, Finding, Outcome, Reason, Stage, StatementEffect,
    near::weight,
    summary::{called, statement},
};
use crate::base::sort_by_rank;
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

impl Explanation {
    /// Plain text in lines of at most `width` columns (where words allow; 40 at least), with ANSI colours when `colour`
    /// is set: the verdict, the policy types that had a say, the statements that came close, what would change
    /// the decision.
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
/// How many changes that would turn the decision are shown.
const CHANGES: usize = 5;
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

/// Statements that do not match, under one heading.
struct Hints<'a> {
    heading: &'static str,
    /// Each with what else stands in the way.
    findings: Vec<(&'a Finding, Option<String>)>,
}

/// The statements that came close, the most telling first; none when the request is allowed or a Deny stands against
/// it. Only those that would turn the decision are said to be one element away from allowing.
fn hints(explanation: &Explanation) -> Vec<Hints<'_>> {
    let reason = explanation.reason;
    if explanation.effect != Effect::ImplicitDeny || reason == Reason::CrossAccountNotSupported {
        return Vec::new();
    }
    let (mut near, mut closest) = (Vec::new(), Vec::new());
    for stage in &explanation.stages {
        if !matches!(stage.outcome, Outcome::Silent | Outcome::Delegates) {
            continue;
        }
        for finding in &stage.statements {
            if let Some(weight) = weight(finding, stage, reason) {
                let short = finding.if_matched.filter(|then| then.effect() != Effect::Allow);
                near.push((short, weight, stage, finding));
            } else if !finding.matched && !finding.near {
                closest.push((finding, None));
            }
        }
    }
    // Where boundary or session policy are what is missing, identity policies have allowed or need not.
    let limited = matches!(reason, Reason::NoBoundaryAllow | Reason::NoSessionAllow);
    near.retain(|(short, _, stage, _)| {
        short.is_none() || (stage.outcome == Outcome::Silent && !(limited && stage.name == "identity"))
    });
    // Within a rank in the order of the stages.
    sort_by_rank(&mut near, |(short, weight, ..)| u64::from(short.is_some()) << 8 | u64::from(*weight));
    near.truncate(NEAR);
    let near = near.into_iter().map(|(short, _, _, finding)| (finding, short.map(|then| missing(explanation, then))));
    let (short, enough) = near.partition(|(_, missing)| missing.is_some());
    let all = [
        ("One element away from allowing", enough),
        ("One element away, but not enough by itself", short),
        ("Closest", closest),
    ];
    let all = all.into_iter().filter(|(_, findings)| !findings.is_empty());
    all.map(|(heading, findings)| Hints { heading, findings }).collect()
}

/// What would change the decision, under one heading.
struct Outlook {
    heading: &'static str,
    /// What to do, and a remark that may be empty.
    lines: Vec<(String, &'static str)>,
    /// What is said below: how many more there are, and whether there may be others.
    rest: Vec<String>,
}

/// What is said where not all changes were tried.
const CUT: &str = "not everything was tried: that would take too long";

fn outlook(explanation: &Explanation) -> Option<Outlook> {
    let changes = &explanation.changes;
    let cut = changes.cut.then(|| CUT.to_owned());
    let of = |heading, all: &[Change]| {
        let line = |change: &Change| (change.text.clone(), change.note);
        let lines: Vec<_> = all.iter().take(CHANGES).map(line).collect();
        let more = all.len().saturating_sub(lines.len());
        let rest = (more > 0).then(|| format!("and {more} more")).into_iter().chain(cut.clone()).collect();
        (!lines.is_empty()).then_some(Outlook { heading, lines, rest })
    };
    let only = explanation.effect == Effect::ExplicitDeny && !changes.cut;
    let single = match (&*changes.alone, only) {
        ([_], true) => "Only this would allow it",
        ([_], false) => "This would allow it",
        (_, true) => "Only these would allow it, each alone",
        (_, false) => "Each of these alone would allow it",
    };
    let kept = match &*changes.hangs_on {
        [_] => "It would not be allowed without",
        _ => "It would not be allowed without any one of",
    };
    let mut kept = of(kept, &changes.hangs_on);
    for (text, _) in kept.iter_mut().flat_map(|kept| &mut kept.lines) {
        *text = ["remove ", "revoke "].iter().find_map(|verb| text.strip_prefix(verb)).unwrap_or(text).to_owned();
    }
    let together = || of("No single change allows it; all of these do", &changes.together);
    let unknown =
        || Some(Outlook { heading: "What would change it", lines: Vec::new(), rest: Vec::from([cut.clone()?]) });
    of(single, &changes.alone).or_else(together).or(kept).or_else(unknown)
}

/// What a decision with this reason still lacks.
fn missing(explanation: &Explanation, reason: Reason) -> String {
    let service = explanation.request.action.split(':').next().unwrap_or_default();
    let what = match reason {
        Reason::NoScpAllow => "every level of service control policies".to_owned(),
        Reason::NoVpceAllow => "the policy of the VPC endpoint".to_owned(),
        Reason::NoResourceAllow if service == "kms" => {
            return "the key policy would still have to allow, or leave it to the account's IAM policies".to_owned();
        }
        Reason::NoResourceAllow if service == "sts" => "the trust policy".to_owned(),
        Reason::NoResourceAllow => "the policy of the resource".to_owned(),
        Reason::NoIdentityAllow => "an identity-based policy of the requester".to_owned(),
        Reason::NoBoundaryAllow => "the permissions boundary".to_owned(),
        Reason::NoSessionAllow => "the session policy".to_owned(),
        _ => return reason.meaning().to_owned(),
    };
    format!("{what} would still have to allow")
}

/// The elements of a statement that do not match.
fn failing(finding: &Finding) -> impl Iterator<Item = &Element> {
    finding.elements.iter().filter(|element| !element.matched)
}

/// `key policy default, statement 'Sid', line 4`, `grant 1a2b`.
fn title(finding: &Finding) -> String {
    if finding.line == 0 {
        return format!("grant {}", finding.policy);
    }
    let (policy, statement) = (called(finding.kind, &finding.policy), statement(finding));
    format!("{policy}, {statement}, line {}", finding.line)
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
