//! Classes of those who ask and of what is asked for: members of a class are told apart by no policy and no grant, so that
//! one answer holds for all of them.

use super::{Party, Subject};
use crate::policy::{
    Context, Named, Policy, ResourceKind, StatementEffect,
    condition::Clause,
    pattern::Pattern,
    principal::{Name, Principals, account_of, identifiers},
    statement::Resources,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// The classes, each by the places of its members; the first member stands for all.
#[derive(Debug)]
pub(crate) struct Classes {
    pub(crate) parties: Vec<Vec<usize>>,
    pub(crate) subjects: Vec<Vec<usize>>,
    /// For each class of subjects: the classes of parties that may be let in, in order; the others are certainly not.
    pub(crate) candidates: Vec<Vec<usize>>,
}

/// Puts those whom no policy tells apart into one class.
pub(crate) fn classes(parties: &[Party], subjects: &[Subject]) -> Classes {
    let mut words = Words::default();
    parties.iter().for_each(|party| words.read_party(party));
    subjects.iter().for_each(|subject| words.read_subject(subject));
    let parties_of = grouped(parties.iter().enumerate().map(|(at, party)| words.of_party(at, party)));
    let subjects_of = grouped(subjects.iter().enumerate().map(|(at, subject)| words.of_subject(at, subject)));
    let candidates = candidates(&words, parties, subjects, &parties_of, &subjects_of);
    Classes { parties: parties_of, subjects: subjects_of, candidates }
}

fn grouped(signatures: impl Iterator<Item = Vec<usize>>) -> Vec<Vec<usize>> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for (at, signature) in signatures.enumerate() {
        let next = classes.len();
        let class = *known.entry(signature).or_insert(next);
        match classes.get_mut(class) {
            Some(members) => members.push(at),
            None => classes.push(Vec::from([at])),
        }
    }
    classes
}

/// What policies and grants can tell anybody or anything apart by.
#[derive(Debug, Default)]
struct Words<'a> {
    /// One number for all policies that say the same.
    policies: BTreeMap<usize, usize>,
    texts: BTreeMap<String, usize>,
    /// Conditions by their key, without case; `None`: the value itself counts, as a policy variable.
    keys: BTreeMap<String, Option<Vec<&'a Clause>>>,
    /// Names of principals.
    named: BTreeSet<&'a str>,
    /// ARNs of resources.
    exact: BTreeSet<String>,
    /// Patterns of ARNs.
    wild: BTreeMap<String, &'a Pattern>,
    /// Whether what a resource is compared with depends on who asks.
    varies: bool,
}

impl<'a> Words<'a> {
    fn read_party(&mut self, party: &'a Party) {
        let side = &party.side;
        let levels = side.scp.iter().flatten().flat_map(|level| &level.policies);
        let all = side.identity.iter().chain(&side.boundary).chain(side.session.iter().flatten()).chain(levels);
        all.for_each(|named| self.read(&named.policy));
    }

    fn read_subject(&mut self, subject: &'a Subject) {
        if let Some(side) = &subject.side {
            let levels = side.rcp.iter().flat_map(|level| &level.policies);
            side.policies.iter().chain(levels).for_each(|named| self.read(&named.policy));
        }
        for grant in &subject.grants {
            let names = [
                &grant.grantee_principal,
                &grant.grantee_id,
                &grant.grantee_service,
                &grant.retiring_principal,
                &grant.retiring_id,
                &grant.retiring_service,
            ];
            self.named.extend(names.into_iter().flatten().map(String::as_str));
        }
    }

    fn read(&mut self, policy: &'a Arc<Policy>) {
        let place = Arc::as_ptr(policy) as usize;
        if self.policies.contains_key(&place) {
            return;
        }
        let mut content = format!("{:?} {}", policy.kind(), policy.text());
        for statement in policy.statements() {
            for entry in statement.principals.entries() {
                match &entry.name {
                    Name::Arn { bound: Some(id) } => content.push_str(&format!(" {}={id}", entry.text)),
                    Name::Everyone | Name::Account { .. } => continue,
                    _ => {}
                }
                self.named.extend(entry.identifiers());
            }
        }
        let next = self.texts.len();
        let number = *self.texts.entry(content).or_insert(next);
        self.policies.insert(place, number);
        if number != next {
            return; // the same was read before
        }
        for statement in policy.statements() {
            for clause in &statement.conditions {
                let key = clause.key.name.to_lowercase();
                if clause.patterns().any(Pattern::is_template) {
                    // What the value is compared with depends on the other side: the value itself counts.
                    self.keys.insert(key, None);
                } else if let Some(clauses) = self.keys.entry(key).or_insert_with(|| Some(Vec::new())) {
                    clauses.push(clause);
                }
                self.read_variables(clause.patterns());
            }
            self.read_variables(statement.resources.iter().flat_map(Resources::patterns));
            for pattern in statement.resources.iter().flat_map(Resources::patterns) {
                match pattern {
                    Pattern::Exact(text) => drop(self.exact.insert(text.to_string())),
                    Pattern::Prefix(text) | Pattern::Glob(text) => drop(self.wild.insert(text.to_string(), pattern)),
                    Pattern::Template(_) => self.varies = true,
                }
            }
        }
    }

    fn read_variables(&mut self, patterns: impl Iterator<Item = &'a Pattern>) {
        for (key, _) in patterns.flat_map(Pattern::variables) {
            self.keys.insert(key.name.to_lowercase(), None);
        }
    }

    fn text(&mut self, text: &str) -> usize {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let next = self.texts.len();
        self.texts.insert(text.to_string(), next);
        next
    }

    fn add_policies(&self, signature: &mut Vec<usize>, policies: &[Named]) {
        let numbers = policies.iter().filter_map(|named| self.policies.get(&(Arc::as_ptr(&named.policy) as usize)));
        signature.push(policies.len());
        signature.extend(numbers);
    }

    /// What the conditions say to the keys of one side.
    fn add_keys(&mut self, signature: &mut Vec<usize>, context: &Context) {
        let mut raw = Vec::new();
        for (key, clauses) in &self.keys {
            let Some(values) = context.get(key) else {
                signature.push(0);
                continue;
            };
            match clauses {
                None => raw.push(values.to_vec().join("\u{0}")),
                Some(clauses) => {
                    let bits = clauses.chunks(32).map(|chunk| {
                        chunk.iter().fold(1_usize, |bits, clause| (bits << 1) | usize::from(clause.matches(context)))
                    });
                    signature.extend(bits);
                }
            }
        }
        for value in raw {
            let number = self.text(&value);
            signature.push(number);
        }
    }

    fn of_party(&mut self, at: usize, party: &Party) -> Vec<usize> {
        let (requester, side) = (&party.requester, &party.side);
        let mut signature = Vec::new();
        let account = requester.account.map_or_else(String::new, |account| account.to_string());
        let partition = requester.arn.split(':').nth(1).unwrap_or_default();
        let base = format!(
            "{:?} {account} {partition} {} {} {}",
            requester.kind, requester.service_linked, side.in_management_account, party.stranger
        );
        signature.push(self.text(&base));
        let is_named = identifiers(requester)
            .any(|id| Some(id) != requester.account.as_ref().map(|own| own.as_str()) && self.named.contains(id));
        signature.push(if is_named { at.saturating_add(1) } else { 0 });
        self.add_policies(&mut signature, &side.identity);
        self.add_policies(&mut signature, side.boundary.as_slice());
        signature.push(usize::from(side.session.is_some()));
        self.add_policies(&mut signature, side.session.as_deref().unwrap_or_default());
        let levels = side.scp.as_deref();
        signature.push(levels.map_or(0, |levels| levels.len().saturating_add(1)));
        levels.unwrap_or_default().iter().for_each(|level| self.add_policies(&mut signature, &level.policies));
        self.add_keys(&mut signature, &party.keys);
        signature
    }

    fn of_subject(&mut self, at: usize, subject: &Subject) -> Vec<usize> {
        let mut signature = Vec::new();
        let owner = subject.owner.map_or_else(String::new, |owner| owner.to_string());
        let side = subject.side.as_deref();
        let what = subject.arn.splitn(6, ':').skip(1).step_by(4).collect::<Vec<_>>().join(":");
        let what = what.split('/').next().unwrap_or_default().to_string();
        let service = subject.arn.split(':').nth(2).unwrap_or_default();
        let base =
            format!("{:?} {:?} {owner} {service} {what}", side.map(|side| side.kind), side.map(|side| side.owner));
        signature.push(self.text(&base));
        let unique = self.varies || !subject.grants.is_empty() || self.exact.contains(&subject.arn);
        signature.push(if unique { at.saturating_add(1) } else { 0 });
        if !unique {
            let none = Context::new();
            for chunk in self.wild.values().collect::<Vec<_>>().chunks(32) {
                let covers = |pattern: &&&Pattern| usize::from(pattern.matches(&subject.arn, &none));
                signature.push(chunk.iter().fold(1, |bits, pattern| (bits << 1) | covers(pattern)));
            }
        }
        if let Some(side) = side {
            self.add_policies(&mut signature, &side.policies);
            signature.push(side.rcp.len());
            side.rcp.iter().for_each(|level| self.add_policies(&mut signature, &level.policies));
        }
        self.add_keys(&mut signature, &subject.keys);
        signature
    }
}

/// Which classes of parties a class of subjects may let in.
fn candidates(
    words: &Words<'_>,
    parties: &[Party],
    subjects: &[Subject],
    parties_of: &[Vec<usize>],
    subjects_of: &[Vec<usize>],
) -> Vec<Vec<usize>> {
    let mut by_account: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (class, members) in parties_of.iter().enumerate() {
        let Some(party) = members.first().and_then(|at| parties.get(*at)) else { continue };
        if let Some(account) = party.requester.account {
            by_account.entry(account.to_string()).or_default().push(class);
        }
        for id in identifiers(&party.requester).filter(|id| words.named.contains(id)) {
            by_name.entry(id).or_default().push(class);
        }
    }
    let everyone = || (0..parties_of.len()).collect::<Vec<_>>();
    let of = |subject: &Subject| {
        let Some(side) = subject.side.as_deref() else { return everyone() };
        if !matches!(side.kind, ResourceKind::Key { .. } | ResourceKind::Role) {
            return everyone();
        }
        let mut found = Vec::new();
        let add_account = |found: &mut Vec<usize>, account: &str| {
            found.extend(by_account.get(account).into_iter().flatten().copied());
        };
        let add_name = |found: &mut Vec<usize>, name: &str| {
            found.extend(by_name.get(name).into_iter().flatten().copied());
        };
        let statements = side.policies.iter().flat_map(|named| named.policy.statements());
        for statement in statements.filter(|statement| statement.effect == StatementEffect::Allow) {
            let Principals::Principal(entries) = &statement.principals else { return everyone() };
            for entry in entries {
                match &entry.name {
                    Name::Everyone => return everyone(),
                    Name::Account { id, .. } => add_account(&mut found, id.as_str()),
                    _ => entry.identifiers().for_each(|id| add_name(&mut found, id)),
                }
            }
        }
        for grant in &subject.grants {
            let names =
                [&grant.grantee_principal, &grant.grantee_service, &grant.retiring_principal, &grant.retiring_service];
            for name in names.into_iter().chain([&grant.grantee_id, &grant.retiring_id]).flatten() {
                add_name(&mut found, name);
                if let Some(account) = account_of(name) {
                    add_account(&mut found, account.as_str());
                }
            }
            add_account(&mut found, grant.issuing_account.as_str());
        }
        found.sort_unstable();
        found.dedup();
        found
    };
    subjects_of
        .iter()
        .map(|members| members.first().and_then(|at| subjects.get(*at)).map(of).unwrap_or_default())
        .collect()
}
