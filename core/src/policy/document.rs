//! A policy document: parsed once, immutable.

use super::{
    StatementEffect,
    action::About,
    grammar,
    hash::hash,
    principal::{Grain, Name, Principals, identifiers},
    statement::{Request, Statement},
};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::fmt;
use serde::Serialize;

/// What a policy is attached to: each kind has its own grammar and its own sentences for what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Identity-based: managed or inline.
    Identity,
    /// Identity-based, as IAM takes it when a managed policy is made: of the current version. Kept as
    /// [`Identity`](Self::Identity).
    Managed,
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
    /// Whether IAM or STS stores it to say what somebody may do: they look less closely at names and condition keys.
    pub(crate) const fn is_permissions(self) -> bool {
        matches!(self, Self::Identity | Self::Managed | Self::Boundary | Self::Session)
    }

    /// Whether statements of this kind name principals.
    pub(crate) const fn has_principals(self) -> bool {
        matches!(self, Self::Rcp | Self::Trust | Self::Key | Self::Bucket | Self::Endpoint)
    }
}

/// A policy document, compiled. Made by [`Policy::parse`].
#[derive(Debug, Clone)]
pub struct Policy {
    kind: Kind,
    text: Arc<str>,
    statements: Box<[Statement]>,
    index: Index,
    variables: bool,
}

/// Where to look for statements that may match.
#[derive(Debug, Clone)]
enum Index {
    /// Few statements: those that are about the action.
    Few(Few),
    /// Many statements: those that name one of the requester's identifiers, and those that name everybody or nobody in
    /// particular.
    Many(Many),
}

/// A few statements: which are about an action, and what is known of them without looking. One bit a statement.
#[derive(Debug, Clone)]
struct Few {
    about: About,
    /// Those that deny.
    denies: u8,
    /// Those that match whatever they are about: they name everybody and everything, on no condition.
    total: u8,
}

/// How many principals a few statements may name.
const NAMES: usize = 32;

/// Many statements: which name an identifier.
#[derive(Debug, Clone)]
struct Many {
    /// Statements that every request has to look at.
    open: Box<[u32]>,
    /// Hash of an identifier and a statement that names it, sorted.
    named: Box<[(u64, u32)]>,
    /// One more than the place in `named` of the first with a hash that ends like the slot's number, or of one of the
    /// slots before; 0 is free. At most half of the slots are taken.
    slots: Box<[u32]>,
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
    /// Whether it is the ARN of a principal, which is none; KMS has a code of its own for that.
    pub(crate) bad_arn: bool,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {}: {})", self.message, self.line, self.column, self.detail)
    }
}

impl core::error::Error for PolicyError {}

impl Policy {
    /// Reads a document as AWS does when it stores one.
    ///
    /// Whether the principals exist, whether the caller would lock itself out and whether the document is too long for
    /// its place is not known here.
    ///
    /// # Errors
    /// [`PolicyError`] with AWS's sentence for the first thing that is wrong, in the order: JSON and syntax, version,
    /// dates and forms of ARNs, Sids, missing elements, resources, actions, conditions, principals.
    ///
    /// # Source
    /// IAM User Guide, "IAM JSON policy reference"; the sentences: authorization.md 1.10.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        grammar::read(kind, text, true)
            .map(|(statements, variables)| Self::new(kind, text.into(), statements, variables))
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
        grammar::read(kind, text, false)
            .map(|(statements, variables)| Self::new(kind, text.into(), statements, variables))
    }

    fn new(kind: Kind, text: Arc<str>, statements: Vec<Statement>, variables: bool) -> Self {
        let index = Index::of(&statements);
        let kind = if kind == Kind::Managed { Kind::Identity } else { kind };
        Self { kind, text, statements: statements.into(), index, variables }
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

    /// The same policy, with another statement number `at` (from 0), or without it.
    pub(super) fn with(&self, at: usize, statement: Option<Statement>) -> Self {
        let mut statements = self.statements.to_vec();
        match (statements.get_mut(at), statement) {
            (Some(place), Some(statement)) => *place = statement,
            (Some(_), None) => drop(statements.remove(at)),
            (None, _) => {}
        }
        Self::new(self.kind, Arc::clone(&self.text), statements, self.variables)
    }

    /// The same policy, with the statements of `other` added.
    pub(super) fn joined(&self, other: &Self) -> Self {
        let statements = self.statements.iter().chain(&other.statements).cloned().collect();
        Self::new(self.kind, Arc::clone(&self.text), statements, self.variables)
    }

    /// Whether the document's version has policy variables.
    pub(super) const fn has_variables(&self) -> bool {
        self.variables
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

    /// Every principal that an Allow of it names, with any element: also `*` and services. Of `NotPrincipal`: `*`.
    pub(crate) fn allowed_principals(&self) -> impl Iterator<Item = &str> {
        let allows = self.statements.iter().filter(|statement| statement.effect == StatementEffect::Allow);
        allows.flat_map(|statement| match &statement.principals {
            Principals::NotPrincipal(_) => Vec::from(["*"]),
            principals => principals.entries().iter().map(|entry| &*entry.text).collect(),
        })
    }

    pub(super) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Adds to `verdict` what the policy says about `request`.
    #[inline]
    pub(super) fn weigh(&self, request: &Request<'_>, verdict: &mut Verdict) {
        match &self.index {
            Index::Few(few) => match few.about.mask(&request.action) {
                Some(0) => {}
                Some(mask) => self.weigh_few(few, mask, request, verdict),
                None => self.statements.iter().for_each(|statement| verdict.add(statement, request)),
            },
            Index::Many(many) => self.weigh_many(many, request, verdict),
        }
    }

    /// `mask`: one bit for each statement that is about the action.
    fn weigh_few(&self, few: &Few, mask: u8, request: &Request<'_>, verdict: &mut Verdict) {
        let total = mask & few.total;
        if total & few.denies != 0 {
            verdict.denies = true;
        }
        if total & !few.denies != 0 {
            verdict.allows = Grain::Exact;
        }
        let mut rest = mask & !few.total;
        while rest != 0 {
            if let Some(statement) = self.statements.get(rest.trailing_zeros() as usize) {
                verdict.add_about(statement, request);
            }
            rest &= rest.wrapping_sub(1); // without the lowest bit
        }
    }

    fn weigh_many(&self, many: &Many, request: &Request<'_>, verdict: &mut Verdict) {
        let mut look_at = |at: u32| {
            if let Some(statement) = self.statements.get(at as usize) {
                verdict.add(statement, request);
            }
        };
        many.open.iter().copied().for_each(&mut look_at);
        if !many.named.is_empty() {
            identifiers(request.requester).flat_map(|id| many.naming(id)).for_each(look_at);
        }
    }
}

impl Index {
    fn of(statements: &[Statement]) -> Self {
        let names: usize = statements.iter().map(|statement| statement.principals.entries().len()).sum();
        if statements.len() <= About::MOST && names <= NAMES {
            let actions = statements.iter().map(|statement| statement.actions.as_ref().filter(|_| !statement.broken));
            let mask = |which: fn(&Statement) -> bool| {
                statements.iter().rev().fold(0, |mask, statement| (mask << 1) | u8::from(which(statement)))
            };
            return Self::Few(Few {
                about: About::of(actions),
                denies: mask(|statement| statement.effect == StatementEffect::Deny),
                total: mask(Statement::is_total),
            });
        }
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
        Self::Many(Many::new(open, named))
    }
}

impl Many {
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose the slot")]
    fn new(open: Vec<u32>, mut named: Vec<(u64, u32)>) -> Self {
        named.sort_unstable();
        named.dedup();
        let mut slots = alloc::vec![0; named.len().saturating_mul(2).next_power_of_two()];
        let mask = slots.len().wrapping_sub(1);
        let mut before = None;
        for (place, (hash, _)) in (1_u32..).zip(&named) {
            if before.replace(*hash) == Some(*hash) {
                continue;
            }
            let mut at = *hash as usize & mask;
            while slots.get(at).is_some_and(|taken| *taken != 0) {
                at = at.wrapping_add(1) & mask;
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = place;
            }
        }
        Self { open: open.into(), named: named.into(), slots: slots.into() }
    }

    /// The statements that name what hashes like `id`.
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose the slot")]
    fn naming(&self, id: &str) -> impl Iterator<Item = u32> {
        let (wanted, mask) = (hash(id), self.slots.len().wrapping_sub(1));
        let mut at = wanted as usize & mask;
        let found = loop {
            let place = self.slots.get(at).and_then(|place| place.checked_sub(1));
            let rest = place.and_then(|place| self.named.get(place as usize..)).unwrap_or_default();
            match rest {
                [(hash, _), ..] if *hash != wanted => at = at.wrapping_add(1) & mask,
                rest => break rest,
            }
        };
        found.iter().take_while(move |(hash, _)| *hash == wanted).map(|(_, at)| *at)
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

    /// What both say.
    pub(super) fn join(&mut self, other: Self) {
        self.denies = self.denies || other.denies;
        self.allows = self.allows.max(other.allows);
    }

    fn add(&mut self, statement: &Statement, request: &Request<'_>) {
        if statement.is_about(&request.action) {
            self.add_about(statement, request);
        }
    }

    /// The same for a statement that is known to be about the action.
    fn add_about(&mut self, statement: &Statement, request: &Request<'_>) {
        match statement.effect {
            StatementEffect::Deny => {
                self.denies = self.denies || statement.grain(request, Grain::None) > Grain::None;
            }
            StatementEffect::Allow => {
                self.allows = self.allows.max(statement.grain(request, self.allows));
            }
        }
    }
}
