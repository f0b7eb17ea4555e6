//! What is wrong with a policy, or unwise: findings with their place, reason and remedy.
//!
//! A file is a policy, a CloudFormation template (JSON or YAML) or a Terraform plan or state (JSON); every policy in it is
//! looked at by itself, or only the parts that were selected. What AWS refuses is told with AWS's sentence, and what can still be read is checked all the same.

mod actions;
mod conditions;
mod document;
mod keys;
mod place;
mod principals;
mod sheet;
mod source;
mod table;
mod template;
mod yaml;

pub use document::document;
pub use keys::{ConditionKeyRow, condition_keys};
pub use table::{CHECKS, Check, Severity};

use super::BadQuestion;
use crate::base::sort_by;
use crate::policy::{Kind, not_json};
use alloc::{format, string::String, vec::Vec};
use document::{Document, Part};
use serde::Serialize;
use sheet::{Raw, Sheet};
use source::{Found, Root};

/// Whether requests for `action` can have the condition key; also where that is not known.
pub(super) fn has_key(key: &str, action: &str) -> bool {
    keys::find(key).is_none_or(|row| row.is_of(action))
}

/// One thing about a policy that should be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The check: a row of [`CHECKS`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found here.
    pub message: String,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// The policy in its file, such as `Resources.Key.Properties.KeyPolicy`; empty when the file is the policy.
    pub policy: String,
    /// What the policy was read as.
    pub kind: Kind,
    /// The statement, counted from 1; nothing when it is about the policy as a whole.
    pub statement: Option<usize>,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// Where it begins, counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// Where it ends.
    pub end_line: u32,
    /// The column after its last character.
    pub end_column: u32,
}

/// What [`check`] found in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checked {
    /// How many policies there are.
    pub policies: usize,
    /// In the order of their places.
    pub findings: Vec<Finding>,
}

/// Looks at every policy in the text of a file. `kind`: what policies are, where the file does not tell; without it, it
/// is guessed from what they say.
///
/// ```
/// use kmslab::report::{Severity, check};
///
/// let checked = check(r#"{"Version": "2012-10-17", "Statement": [{
///     "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}"#, None);
/// let worst = &checked.findings[0];
/// assert_eq!((worst.code, worst.severity), ("KMS101", Severity::Error));
/// assert_eq!((worst.line, worst.column), (2, 37));
/// ```
#[must_use]
pub fn check(text: &str, kind: Option<Kind>) -> Checked {
    match Document::read(text) {
        Ok(file) => looked_at(&file, None, kind),
        Err(wrong) => {
            let kind = kind.unwrap_or(Kind::Identity);
            let message = format!("{} ({})", not_json(kind), wrong.what);
            let mut own = [Raw::new("KMS001", wrong.at, message)];
            place::finish(&mut own, text, None);
            told(text, 1, own.into_iter().map(|raw| (raw, String::new(), kind)).collect())
        }
    }
}

/// The same for parts of a file, each named by a normalized path (RFC 9535, section 2.7) such as
/// `$['Resources']['Key']`: the policies in it; of the policy that it is in, what is found inside of it; or else it is
/// taken to be a policy itself. Places are those in the file.
///
/// # Errors
/// [`BadQuestion`] when the text is neither JSON nor YAML, or a path leads nowhere in it.
pub fn check_parts(text: &str, kind: Option<Kind>, paths: &[String]) -> Result<Checked, BadQuestion> {
    let Ok(file) = Document::read(text) else {
        document(text)?;
        return Ok(check(text, kind));
    };
    let parts = file.selected(paths)?;
    Ok(looked_at(&file, Some(&parts), kind))
}

fn looked_at(file: &Document<'_>, parts: Option<&[Part<'_, '_>]>, kind: Option<Kind>) -> Checked {
    let mut policies: usize = 0;
    let mut raws: Vec<(Raw, String, Kind)> = Vec::new();
    source::each(file, parts, &mut |found: Found<'_>| {
        policies = policies.saturating_add(1);
        let guess = |root| kind.unwrap_or_else(|| source::guessed(root));
        let (kind, mut own) = match &found.root {
            Root::Policy(root) => {
                let kind = found.kind.unwrap_or_else(|| guess(root));
                let mut sheet = Sheet::new(kind, root);
                sheet.look();
                (kind, template::without(&found.guesses, sheet.found))
            }
            Root::Wrong(wrong) => {
                let kind = found.kind.or(kind).unwrap_or(Kind::Identity);
                let message = format!("{} ({})", not_json(kind), wrong.what);
                (kind, Vec::from([Raw::new("KMS001", wrong.at, message)]))
            }
            Root::Unknown(at) => {
                let kind = found.kind.or(kind).unwrap_or(Kind::Identity);
                let message = "the policy is not known before it is applied; it was not checked";
                (kind, Vec::from([Raw::new("KMS002", *at, message)]))
            }
        };
        match found.literal {
            Some(start) => place::through(&mut own, found.text, file, start),
            None => place::finish(&mut own, file.text, file.ends.as_ref()),
        }
        if let Some(only) = &found.only {
            own.retain(|raw| only.iter().any(|range| range.contains(&raw.at)));
        }
        raws.extend(own.into_iter().map(|raw| (raw, found.name.clone(), kind)));
    });
    told(file.text, policies, raws)
}

fn told(text: &str, policies: usize, mut raws: Vec<(Raw, String, Kind)>) -> Checked {
    sort_by(&mut raws, |(a, ..), (b, ..)| (a.at, a.code).cmp(&(b.at, b.code)));
    let places = place::Places::of(text, raws.iter().flat_map(|(raw, ..)| [raw.at, raw.end]));
    let findings = raws
        .into_iter()
        .filter_map(|(raw, policy, kind)| {
            let row = table::row(raw.code)?;
            let (line, column) = places.get(raw.at);
            let (end_line, end_column) = places.get(raw.end);
            Some(Finding {
                code: row.code,
                severity: row.severity,
                message: raw.message,
                why: row.why,
                fix: row.fix,
                policy,
                kind,
                statement: raw.statement,
                sid: raw.sid,
                line,
                column,
                end_line,
                end_column,
            })
        })
        .collect();
    Checked { policies, findings }
}
