//! A stored policy document: its text, its compiled form, and the principals it is bound to.

use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};
use serde::{Deserialize, Serialize};

use crate::policy::{Kind, Policy, PolicyError};

/// A policy document at rest. Saved as its text and compiled again on opening.
///
/// Where it names users and roles as principals it is bound to their unique ids: a new user with an old name is not the
/// one that was meant. Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Document {
    policy: Arc<Policy>,
    bound: Vec<(String, String)>,
}

impl Document {
    /// Parses `text`. Principals are neither looked up nor bound.
    ///
    /// # Errors
    /// What the policy language says about the text.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        Ok(Self { policy: Arc::new(Policy::parse(kind, text)?), bound: Vec::new() })
    }

    /// The same policy, in which each ARN of `ids` means only the requester with that unique id.
    #[must_use]
    pub fn bound_to(policy: Policy, ids: Vec<(String, String)>) -> Self {
        Self { policy: Arc::new(policy.bound(&ids)), bound: ids }
    }

    /// The compiled form.
    #[must_use]
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The text as it was given; of a key policy as AWS stores it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.policy.text()
    }

    /// Whether `other` is the same text about the same principals.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.text() == other.text() && self.bound == other.bound
    }

    /// The text as AWS gives it back: principals with the ARN that `arn_of` finds for their unique id now, or with the
    /// bare unique id when there is none any more.
    #[must_use]
    pub fn shown(&self, arn_of: impl Fn(&str) -> Option<String>) -> String {
        let now: Vec<(&str, String)> = self
            .bound
            .iter()
            .map(|(arn, id)| (arn.as_str(), arn_of(id).unwrap_or_else(|| id.clone())))
            .filter(|(arn, now)| arn != now)
            .collect();
        with_principals(self.text(), |principal| {
            now.iter().find(|(arn, _)| *arn == principal).map(|(_, now)| now.as_str())
        })
    }
}

/// Where a document is wrong, and how, in our words.
#[must_use]
pub fn flaw(error: &PolicyError) -> String {
    format!("line {}, column {}: {}", error.line, error.column, error.detail)
}

/// The form in a saved lab.
#[derive(Serialize, Deserialize)]
struct Saved {
    kind: String,
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bound: Vec<(String, String)>,
}

/// The kinds of policies that are stored, by their names in a saved lab.
const KINDS: [(Kind, &str); 7] = [
    (Kind::Identity, "identity"),
    (Kind::Session, "session"),
    (Kind::Trust, "trust"),
    (Kind::Key, "key"),
    (Kind::Scp, "scp"),
    (Kind::Rcp, "rcp"),
    (Kind::Endpoint, "endpoint"),
];

impl From<Document> for Saved {
    fn from(document: Document) -> Self {
        let kind = KINDS.iter().find(|(kind, _)| *kind == document.policy.kind());
        Self {
            kind: kind.map_or("identity", |(_, name)| name).into(),
            text: document.text().into(),
            bound: document.bound,
        }
    }
}

impl TryFrom<Saved> for Document {
    type Error = String;
    fn try_from(saved: Saved) -> Result<Self, String> {
        let kind = KINDS.iter().find(|(_, name)| *name == saved.kind).ok_or("a kind of policy that is not stored")?;
        let policy = Policy::parse(kind.0, &saved.text).map_err(|error| error.message)?;
        Ok(Self::bound_to(policy, saved.bound))
    }
}

/// How many characters of `text` count towards IAM's size limits: all but the whitespace between JSON tokens.
/// Source: IAM User Guide, "IAM and AWS STS quotas": "IAM doesn't count white space".
#[must_use]
pub fn size(text: &str) -> usize {
    let mut inside = false;
    let mut escaped = false;
    text.chars()
        .filter(|c| {
            let counts = inside || !c.is_ascii_whitespace();
            if *c == '"' && !escaped {
                inside = !inside;
            }
            escaped = inside && *c == '\\' && !escaped;
            counts
        })
        .count()
}

/// `text` with every `AWS` principal for which `instead` knows another name replaced by that. Nothing else is touched,
/// not even the spaces. `text` is JSON that the policy language has accepted.
fn with_principals<'a>(text: &str, instead: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    // One entry for each open object or list: the key at hand, or nothing inside a list.
    let mut open: Vec<Option<Cow<'_, str>>> = Vec::new();
    let mut at_key = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c != '"' {
            match c {
                '{' => open.push(Some(Cow::Borrowed(""))),
                '[' => open.push(None),
                '}' | ']' => drop(open.pop()),
                _ => {}
            }
            at_key = match c {
                '{' => true,
                ',' => matches!(open.last(), Some(Some(_))),
                _ => at_key && c.is_ascii_whitespace(),
            };
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let token = rest.get(..string_length(rest)).unwrap_or(rest);
        rest = rest.get(token.len()..).unwrap_or_default();
        let value: Cow<'_, str> = serde_json::from_str::<String>(token).map_or(Cow::Borrowed(token), Cow::Owned);
        if at_key {
            if let Some(Some(key)) = open.last_mut() {
                *key = value;
            }
            at_key = false;
            out.push_str(token);
            continue;
        }
        let mut path = open.iter().flatten().map(AsRef::as_ref);
        let principal = path.next() == Some("Statement")
            && matches!(path.next(), Some("Principal" | "NotPrincipal"))
            && path.next() == Some("AWS");
        match instead(&value).filter(|_| principal) {
            Some(name) => {
                out.push('"');
                out.push_str(name); // an ARN or a unique id: nothing to escape
                out.push('"');
            }
            None => out.push_str(token),
        }
    }
    out
}

/// How long the JSON string at the start of `rest` is, quotes included.
fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at.saturating_add(1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_between_tokens_is_free() {
        for (text, want) in [("{ \"a\" :\n\t\"b c\" }", 11), ("\"\\\" x\" ", 6), ("", 0)] {
            assert_eq!(size(text), want, "{text}");
        }
    }

    #[test]
    fn only_principals_are_renamed() {
        let text = r#"{ "Statement": [ {"Principal": {"AWS": ["A", "arn:x\/B"], "Service": "A"}, "Condition": {"StringEquals": {"AWS": "A"}}} ] , "Id": "A" }"#;
        let shown = with_principals(text, |name| match name {
            "A" => Some("AIDA1"),
            "arn:x/B" => Some("AROA2"),
            _ => None,
        });
        let want = text.replace(r#"["A", "arn:x\/B"]"#, r#"["AIDA1", "AROA2"]"#);
        assert_eq!(shown, want);
        assert_eq!(with_principals(text, |_| None), text);
    }
}
