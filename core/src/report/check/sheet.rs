//! A policy under examination: its statements, and what was found.

use super::source::member;
use crate::policy::{Condition, Draft, Kind, List, Node, Operator, Set, Value, Word, covered_by, drafts, refusal};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// A finding before its place in the file is known.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) code: &'static str,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) message: String,
    pub(super) statement: Option<usize>,
    pub(super) sid: Option<String>,
}

impl Raw {
    pub(super) fn new(code: &'static str, at: usize, message: impl Into<String>) -> Self {
        Self { code, at, end: at, message: message.into(), statement: None, sid: None }
    }
}

/// A statement, and what is asked of it again and again.
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) draft: Draft<'a>,
    pub(super) allows: bool,
    pub(super) conditions: Vec<Clause<'a>>,
}

/// A condition whose operator can be read.
pub(super) struct Clause<'a> {
    pub(super) operator: Operator,
    /// The operator as written.
    pub(super) name: &'a str,
    pub(super) at: usize,
    pub(super) key: &'a str,
    pub(super) key_at: usize,
    pub(super) values: Vec<Word<'a>>,
}

impl<'a> Clause<'a> {
    fn of(from: &Condition<'a>) -> Option<Self> {
        Some(Self {
            operator: Operator::of(from.operator.1)?,
            name: from.operator.1,
            at: from.operator.0,
            key: from.key.1,
            key_at: from.key.0,
            values: from.values.clone(),
        })
    }

    /// Whether the key is `name`, whose case does not count.
    pub(super) fn is(&self, name: &str) -> bool {
        self.key.eq_ignore_ascii_case(name)
    }

    /// Whether only requests that have the key, with one of the values, pass.
    pub(super) fn is_positive(&self) -> bool {
        let Operator { set, negated, if_exists, .. } = self.operator;
        set != Set::All && !negated && !if_exists && self.operator.compares() != "Null"
    }
}

impl<'a> Line<'a> {
    /// Whom the statement names; nothing when it has `NotPrincipal`, or no principals.
    pub(super) fn principals(&self) -> &[(List, Word<'a>)] {
        match &self.draft.principal {
            Some((_, false, entries)) => entries,
            _ => &[],
        }
    }

    /// The entries of `Action`; nothing when it has `NotAction`.
    pub(super) fn actions(&self) -> &[Word<'a>] {
        match &self.draft.action {
            Some((_, false, entries)) => entries,
            _ => &[],
        }
    }

    /// The entries of `Resource`; nothing when it has `NotResource`.
    pub(super) fn resources(&self) -> &[Word<'a>] {
        match &self.draft.resource {
            Some((_, false, entries)) => entries,
            _ => &[],
        }
    }

    /// Whether the statement is about `action`.
    pub(super) fn covers(&self, action: &str) -> bool {
        match &self.draft.action {
            Some((_, negated, entries)) => {
                entries.iter().any(|(_, entry)| covered_by(entry).any(|known| known == action)) != *negated
            }
            None => false,
        }
    }

    /// Whether a `Null` condition asks for the key to be there.
    pub(super) fn wants(&self, key: &str) -> bool {
        self.conditions.iter().any(|clause| {
            let present = || clause.values.iter().any(|(_, value)| value.eq_ignore_ascii_case("false"));
            clause.operator.compares() == "Null" && clause.is(key) && present()
        })
    }

    /// How messages name it.
    pub(super) fn name(&self) -> String {
        match self.draft.sid {
            Some((_, sid)) if !sid.is_empty() => format!("statement {sid:?}"),
            _ => format!("statement {}", self.number),
        }
    }
}

/// The policy.
pub(super) struct Sheet<'a> {
    pub(super) kind: Kind,
    pub(super) root: &'a Node<'a>,
    pub(super) lines: Vec<Line<'a>>,
    pub(super) found: Vec<Raw>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(kind: Kind, root: &'a Node<'a>) -> Self {
        let read = drafts(kind, root, false).map(|(_, drafts)| drafts).unwrap_or_default();
        let lines = (1..).zip(read).filter_map(|(number, (_, draft))| {
            let draft = draft.ok()?;
            let allows = draft.effect.is_some_and(|(_, effect)| effect == "Allow");
            let conditions = draft.conditions.iter().filter_map(Clause::of).collect();
            Some(Line { number, draft, allows, conditions })
        });
        Self { kind, root, lines: lines.collect(), found: Vec::new() }
    }

    /// Makes every check.
    pub(super) fn look(&mut self) {
        let refused = refusal(self.kind, self.root);
        let mut found = Vec::new();
        self.document(&mut found);
        self.principals(&mut found);
        self.actions(&mut found);
        self.conditions(&mut found);
        if let Some((at, sentence, detail)) = refused {
            // What AWS says is said once, and a policy that it does not store locks nobody out.
            found.retain(|raw: &Raw| raw.at != at || matches!(raw.code, "KMS101" | "KMS102"));
            let whole = self.lines.len() == self.statements().len();
            found.retain(|raw| whole || !matches!(raw.code, "KMS109" | "KMS110"));
            let mut raw = Raw::new("KMS001", at, format!("{sentence} ({detail})"));
            let line = self.lines.iter().rev().find(|line| line.draft.at <= at);
            if let Some(line) = line.filter(|_| at != self.root.at) {
                raw.statement = Some(line.number);
                raw.sid = line.draft.sid.map(|(_, sid)| sid.to_owned());
            }
            found.push(raw);
        }
        self.found = found;
    }

    fn statements(&self) -> &[Node<'a>] {
        match member(self.root, "Statement") {
            Some(Node { value: Value::List(nodes), .. }) => nodes,
            Some(node) => core::slice::from_ref(node),
            None => &[],
        }
    }

    /// A finding about `line`.
    pub(super) fn raw(line: &Line<'_>, code: &'static str, at: usize, message: String) -> Raw {
        let sid = line.draft.sid.map(|(_, sid)| sid.to_owned()).filter(|sid| !sid.is_empty());
        Raw { statement: Some(line.number), sid, ..Raw::new(code, at, message) }
    }

    /// Version, Sids, empty lists.
    fn document(&self, out: &mut Vec<Raw>) {
        let version = member(self.root, "Version");
        let current = version.is_some_and(|node| matches!(&node.value, Value::Text(text) if text == "2012-10-17"));
        if !current && !self.lines.is_empty() {
            let at = version.map_or(self.root.at, |node| node.at);
            let mut variables = false;
            for line in &self.lines {
                let values = line.conditions.iter().flat_map(|clause| &clause.values);
                let resources = line.draft.resource.iter().flat_map(|(_, _, entries)| entries);
                if let Some((at, text)) = values.chain(resources).find(|(_, text)| text.contains("${")) {
                    variables = true;
                    out.push(Self::raw(line, "KMS005", *at, format!("{text} is plain text in this policy")));
                }
            }
            if !variables {
                out.push(Raw::new("KMS006", at, "the policy has no \"Version\": \"2012-10-17\""));
            }
        }
        let mut sids: Vec<&str> = Vec::new();
        for line in &self.lines {
            if let Some((at, sid)) = line.draft.sid.filter(|(_, sid)| !sid.is_empty()) {
                if sids.contains(&sid) {
                    out.push(Self::raw(line, "KMS004", at, format!("the Sid {sid} occurs twice")));
                }
                sids.push(sid);
            }
            let Draft { principal, action, resource, .. } = &line.draft;
            let lists = [
                ("Principal", principal.as_ref().filter(|(_, _, entries)| entries.is_empty()).map(|found| found.0)),
                ("Action", action.as_ref().filter(|(_, _, entries)| entries.is_empty()).map(|found| found.0)),
                ("Resource", resource.as_ref().filter(|(_, _, entries)| entries.is_empty()).map(|found| found.0)),
            ];
            let values = line.conditions.iter().filter(|clause| clause.values.is_empty());
            let values = values.map(|clause| (clause.key, clause.key_at));
            for (name, at) in lists.into_iter().filter_map(|(name, at)| Some((name, at?))).chain(values) {
                out.push(Self::raw(line, "KMS003", at, format!("the list of {name} is empty")));
            }
        }
    }
}
