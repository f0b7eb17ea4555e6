//! A policy document: parsed once, immutable.

use super::{
    StatementEffect, grammar,
    hash::hash,
    principal::{Grain, Name, Principals, identifiers},
    statement::{Request, Statement},
};
use alloc::{
    boxed::Box,
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

impl Kind {
    /// Whether statements of this kind name principals.
    pub(super) const fn has_principals(self) -> bool {
        matches!(self, Self::Rcp | Self::Trust | Self::Key | Self::Bucket | Self::Endpoint)
    }
}

/// A policy document, compiled. Made by [`Policy::parse`].
#[derive(Debug, Clone)]
pub struct Policy {
    kind: Kind,
    text: String,
    statements: Box<[Statement]>,
    index: Index,
}

/// Where to look for statements that may match: those that name one of the requester's identifiers, and those that
/// name everybody or nobody in particular.
#[derive(Debug, Clone, Default)]
struct Index {
    /// Hash of an identifier and a statement that names it, sorted.
    named: Box<[(u64, u32)]>,
    /// Statements that every request has to look at.
    open: Box<[u32]>,
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

/// Up to so many statements are looked at one by one: an index would cost more than it saves.
const FEW: usize = 8;

impl Policy {
    /// Reads a document as AWS does when it stores one.
    ///
    /// Whether the principals exist, whether the caller would lock itself out and whether the document is too long for
    /// its place is not known here.
    ///
    /// # Errors
    /// [`PolicyError`] with AWS's sentence for the first thing that is wrong, in the order: JSON and syntax, version,
    /// shape of the statements, actions, resources and conditions, principals.
    ///
    /// # Source
    /// IAM User Guide, "IAM JSON policy reference"; the sentences: authorization.md 1.10.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        grammar::read(kind, text, true).map(|statements| Self::new(kind, text, statements))
    }

    /// Reads a document as one that was stored long ago: a statement that would be refused today is kept and has no
    /// effect.
    ///
    /// # Errors
    /// [`PolicyError`] when the text is not JSON, or has no statements.
    ///
    /// # Source
    /// KMS API, `PutKeyPolicy`: statements without `Action` or `Resource` are accepted and have no effect.
    pub fn parse_lenient(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        grammar::read(kind, text, false).map(|statements| Self::new(kind, text, statements))
    }

    fn new(kind: Kind, text: &str, statements: Vec<Statement>) -> Self {
        let index = Index::of(&statements);
        Self { kind, text: text.to_string(), statements: statements.into(), index }
    }

    /// The same policy, in which the principal ARNs of `ids` match only a requester with the unique id beside them: a
    /// user or role that was deleted and made again under its old name does not match.
    #[must_use]
    pub fn bound(mut self, ids: &[(String, String)]) -> Self {
        for statement in &mut self.statements {
            let (Principals::Principal(entries) | Principals::NotPrincipal(entries)) = &mut statement.principals else {
                continue;
            };
            for entry in entries {
                let id = ids.iter().find(|(arn, _)| **arn == *entry.text).map(|(_, id)| id);
                if let (Name::Arn { bound }, Some(id)) = (&mut entry.name, id) {
                    *bound = Some(id.as_str().into());
                }
            }
        }
        self.index = Index::of(&self.statements);
        self
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
        let entries = self.statements.iter().flat_map(|statement| statement.principals.entries());
        entries.filter_map(|entry| {
            let aws = matches!(entry.name, Name::Account { .. } | Name::Arn { .. } | Name::UniqueId);
            aws.then_some(&*entry.text)
        })
    }

    pub(super) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What the policy says about `request`.
    pub(super) fn weigh(&self, request: &Request<'_>) -> Verdict {
        let mut verdict = Verdict::SILENT;
        if self.statements.len() <= FEW {
            for statement in &self.statements {
                verdict.add(statement, request);
            }
            return verdict;
        }
        let mut look_at = |at: &u32| {
            if let Some(statement) = usize::try_from(*at).ok().and_then(|at| self.statements.get(at)) {
                verdict.add(statement, request);
            }
        };
        self.index.open.iter().for_each(&mut look_at);
        if !self.index.named.is_empty() {
            for id in identifiers(request.requester) {
                self.index.naming(id).for_each(|(_, at)| look_at(at));
            }
        }
        verdict
    }
}

impl Index {
    fn of(statements: &[Statement]) -> Self {
        let mut named = Vec::new();
        let mut open = Vec::new();
        for (at, statement) in (0_u32..).zip(statements) {
            let entries = match &statement.principals {
                Principals::Principal(entries) if !entries.iter().any(|e| matches!(e.name, Name::Everyone)) => entries,
                _ => {
                    open.push(at);
                    continue;
                }
            };
            named.extend(entries.iter().flat_map(|entry| entry.identifiers()).map(|id| (hash(id), at)));
        }
        named.sort_unstable();
        named.dedup();
        Self { named: named.into(), open: open.into() }
    }

    fn naming(&self, id: &str) -> impl Iterator<Item = &(u64, u32)> {
        let wanted = hash(id);
        let start = self.named.partition_point(|(hash, _)| *hash < wanted);
        self.named.iter().skip(start).take_while(move |(hash, _)| *hash == wanted)
    }
}

/// What policies say: whether a statement denies, and how closely an Allow names the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) denies: bool,
    pub(super) allows: Grain,
}

impl Verdict {
    pub(super) const SILENT: Self = Self { denies: false, allows: Grain::None };

    fn add(&mut self, statement: &Statement, request: &Request<'_>) {
        match statement.effect {
            StatementEffect::Deny => {
                self.denies = self.denies || statement.grain(request, Grain::None) > Grain::None;
            }
            StatementEffect::Allow => {
                self.allows = self.allows.max(statement.grain(request, self.allows));
            }
        }
    }

    /// Both together: statements of several documents of one type are pooled.
    pub(super) fn with(self, other: Self) -> Self {
        Self { denies: self.denies || other.denies, allows: self.allows.max(other.allows) }
    }
}
