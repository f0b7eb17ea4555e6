//! Classes of those who ask and of what is asked for: members of a class are told apart by no policy and no grant, so that
//! one answer holds for all of them.

use super::{Party, Subject};
use crate::policy::{
    Context, Grant, Named, Policy, ResourceKind, StatementEffect,
    condition::Clause,
    pattern::Pattern,
    principal::{Name, Principals, account_of, identifiers},
    statement::Statement,
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
    /// For each class of parties, its kind: but for what names one of them, those of a kind are alike.
    pub(crate) party_kinds: Vec<usize>,
    /// How many kinds of parties there are.
    pub(crate) kinds: usize,
    /// For each class of subjects, its kind, likewise.
    pub(crate) subject_kinds: Vec<usize>,
    /// For each class of subjects: the classes of parties that it names or that name it, in order. For all others the
    /// answer is that of their kinds.
    pub(crate) related: Vec<Vec<usize>>,
}

/// Puts those whom no policy tells apart into one class.
pub(crate) fn classes(parties: &[Party], subjects: &[Subject]) -> Classes {
    let mut words = Words::default();
    parties.iter().for_each(|party| words.read_party(party));
    subjects.iter().for_each(|subject| words.read_subject(subject));
    let own: Vec<_> = parties.iter().enumerate().map(|(at, party)| words.of_party(at, party)).collect();
    let parties_of = grouped(own.iter().cloned());
    let first = |members: &Vec<usize>| members.first().copied().unwrap_or_default();
    let anonymous = |members| {
        let mut signature = own.get(first(members)).cloned().unwrap_or_default();
        if let Some(named) = signature.get_mut(NAMED) {
            *named = 0;
        }
        signature
    };
    let (kinds, party_kinds) = numbered(parties_of.iter().map(anonymous));
    let subjects_of = grouped(subjects.iter().enumerate().map(|(at, subject)| words.of_subject(at, subject)));
    let mut reduced = BTreeMap::new();
    let (_, subject_kinds) = numbered(subjects_of.iter().map(|members| {
        let at = first(members);
        subjects.get(at).map(|subject| words.of_kind(at, subject, &mut reduced)).unwrap_or_default()
    }));
    let index = Index::new(&words, parties, &parties_of);
    let firsts = subjects_of.iter().map(|members| subjects.get(first(members)));
    let (candidates, related) = firsts
        .map(|subject| subject.map(|subject| (index.candidates(subject), index.related(subject))).unwrap_or_default())
        .unzip();
    Classes { candidates, related, parties: parties_of, subjects: subjects_of, party_kinds, kinds, subject_kinds }
}

/// One number for all that are alike, and how many numbers there are.
fn numbered(signatures: impl Iterator<Item = Vec<usize>>) -> (usize, Vec<usize>) {
    let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let numbers = signatures.map(|signature| {
        let next = known.len();
        *known.entry(signature).or_insert(next)
    });
    let numbers = numbers.collect();
    (known.len(), numbers)
}

/// Where the signature of a party says whether it is named.
const NAMED: usize = 1;

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
    /// Those of them in policies of resources.
    exact_there: BTreeSet<String>,
    /// Patterns of ARNs.
    wild: BTreeMap<String, &'a Pattern>,
    /// Whether what a resource is compared with depends on who asks.
    varies: bool,
}

impl<'a> Words<'a> {
    fn read_party(&mut self, party: &'a Party) {
        policies(party).for_each(|named| self.read(&named.policy));
    }

    fn read_subject(&mut self, subject: &'a Subject) {
        if let Some(side) = &subject.side {
            let levels = side.rcp.iter().flat_map(|level| &level.policies);
            side.policies.iter().chain(levels).for_each(|named| self.read(&named.policy));
        }
        self.named.extend(subject.grants.iter().flat_map(|grant| names(grant)));
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
            self.read_variables(statement.resource_patterns());
            for pattern in statement.resource_patterns() {
                match pattern {
                    Pattern::Exact(text) => {
                        self.exact.insert(text.to_string());
                        if policy.kind().has_principals() {
                            self.exact_there.insert(text.to_string());
                        }
                    }
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
        let mut signature = self.of_place(subject);
        let side = subject.side.as_deref();
        let unique = self.varies || !subject.grants.is_empty() || self.exact.contains(&subject.arn);
        signature.push(if unique { at.saturating_add(1) } else { 0 });
        if !unique {
            self.add_patterns(&mut signature, subject);
        }
        if let Some(side) = side {
            self.add_policies(&mut signature, &side.policies);
            signature.push(side.rcp.len());
            side.rcp.iter().for_each(|level| self.add_policies(&mut signature, &level.policies));
        }
        self.add_keys(&mut signature, &subject.keys);
        signature
    }

    /// What parties find that the subject does not name, and that do not name it.
    fn of_kind(&mut self, at: usize, subject: &Subject, reduced: &mut BTreeMap<usize, usize>) -> Vec<usize> {
        let mut signature = self.of_place(subject);
        let unique = self.varies || self.exact_there.contains(&subject.arn);
        signature.push(if unique { at.saturating_add(1) } else { 0 });
        self.add_patterns(&mut signature, subject);
        if let Some(side) = subject.side.as_deref() {
            signature.push(side.policies.len());
            for named in &side.policies {
                let place = Arc::as_ptr(&named.policy) as usize;
                let number = match reduced.get(&place) {
                    Some(number) => *number,
                    None => {
                        let number = self.text(&anonymous(&named.policy));
                        reduced.insert(place, number);
                        number
                    }
                };
                signature.push(number);
            }
            signature.push(side.rcp.len());
            side.rcp.iter().for_each(|level| self.add_policies(&mut signature, &level.policies));
        }
        // Whose accounts a grant names counts for everybody in them: they may end it.
        let account = |name: &Option<String>| name.as_deref().and_then(account_of);
        for grant in &subject.grants {
            let accounts =
                (grant.issuing_account, account(&grant.retiring_principal), account(&grant.grantee_principal));
            let number = self.text(&format!("{accounts:?} {:?}", grant.operations));
            signature.push(number);
        }
        self.add_keys(&mut signature, &subject.keys);
        signature
    }

    /// Whose it is, and what.
    fn of_place(&mut self, subject: &Subject) -> Vec<usize> {
        let owner = subject.owner.map_or_else(String::new, |owner| owner.to_string());
        let side = subject.side.as_deref();
        // arn:partition:service:region:account:resource
        let mut parts = subject.arn.splitn(6, ':').skip(1);
        let (partition, service) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let kind = parts.nth(2).unwrap_or_default().split('/').next().unwrap_or_default();
        let base = format!(
            "{:?} {:?} {owner} {partition} {service} {kind}",
            side.map(|side| side.kind),
            side.map(|side| side.owner)
        );
        Vec::from([self.text(&base)])
    }

    /// Which patterns of ARNs cover it.
    fn add_patterns(&self, signature: &mut Vec<usize>, subject: &Subject) {
        let none = Context::new();
        let (mut bits, mut count) = (1_usize, 0_u32);
        for pattern in self.wild.values() {
            bits = (bits << 1) | usize::from(pattern.matches(&subject.arn, &none));
            count = count.saturating_add(1);
            if count.is_multiple_of(31) {
                signature.push(core::mem::replace(&mut bits, 1));
            }
        }
        signature.push(bits);
    }
}

/// What a policy says of those whom it does not name: its statements without the names in them, and without those that
/// name somebody only.
fn anonymous(policy: &Policy) -> String {
    let mut content = format!("{:?}", policy.kind());
    for statement in policy.statements().iter().filter(|statement| !statement.broken) {
        let (negated, entries) = match &statement.principals {
            Principals::Attached => (false, None),
            Principals::Principal(entries) => (false, Some(entries)),
            Principals::NotPrincipal(entries) => (true, Some(entries)),
        };
        let open = |name: &Name| matches!(name, Name::Everyone | Name::Account { .. });
        let open: Option<Vec<&str>> =
            entries.map(|all| all.iter().filter(|entry| open(&entry.name)).map(|entry| &*entry.text).collect());
        if !negated && open.as_ref().is_some_and(Vec::is_empty) {
            continue;
        }
        let actions = statement.actions.as_ref().map(|actions| (actions.negated, &actions.entries));
        let resources = statement.resources.as_ref().map(|resources| (resources.negated, &resources.entries));
        content.push_str(&format!(
            "\n{:?} {negated} {open:?} {actions:?} {resources:?} {:?}",
            statement.effect, statement.conditions
        ));
    }
    content
}

/// Where classes of parties are found.
struct Index<'a> {
    by_account: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<&'a str, Vec<usize>>,
    /// By the resources that their policies name.
    by_resource: BTreeMap<&'a str, Vec<usize>>,
    count: usize,
}

impl<'a> Index<'a> {
    fn new(words: &Words<'a>, parties: &'a [Party], classes: &[Vec<usize>]) -> Self {
        let (by_account, by_name, by_resource) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut index = Self { by_account, by_name, by_resource, count: classes.len() };
        for (class, members) in classes.iter().enumerate() {
            let Some(party) = members.first().and_then(|at| parties.get(*at)) else { continue };
            if let Some(account) = party.requester.account {
                index.by_account.entry(account.to_string()).or_default().push(class);
            }
            for id in identifiers(&party.requester).filter(|id| words.named.contains(id)) {
                index.by_name.entry(id).or_default().push(class);
            }
            let statements = policies(party).flat_map(|named| named.policy.statements());
            for pattern in statements.flat_map(Statement::resource_patterns) {
                if let Pattern::Exact(text) = pattern {
                    index.by_resource.entry(text).or_default().push(class);
                }
            }
        }
        index
    }

    fn add_account(&self, found: &mut Vec<usize>, account: &str) {
        found.extend(self.by_account.get(account).into_iter().flatten().copied());
    }

    fn add_name(&self, found: &mut Vec<usize>, name: &str) {
        found.extend(self.by_name.get(name).into_iter().flatten().copied());
    }

    /// The classes that the subject may let in.
    fn candidates(&self, subject: &Subject) -> Vec<usize> {
        let everyone = || (0..self.count).collect::<Vec<_>>();
        let Some(side) = subject.side.as_deref() else { return everyone() };
        if !matches!(side.kind, ResourceKind::Key { .. } | ResourceKind::Role) {
            return everyone();
        }
        let mut found = Vec::new();
        let statements = side.policies.iter().flat_map(|named| named.policy.statements());
        for statement in statements.filter(|statement| statement.effect == StatementEffect::Allow) {
            let Principals::Principal(entries) = &statement.principals else { return everyone() };
            for entry in entries {
                match &entry.name {
                    Name::Everyone => return everyone(),
                    Name::Account { id, .. } => self.add_account(&mut found, id.as_str()),
                    _ => entry.identifiers().for_each(|id| self.add_name(&mut found, id)),
                }
            }
        }
        for grant in &subject.grants {
            for name in names(grant) {
                self.add_name(&mut found, name);
                if let Some(account) = account_of(name) {
                    self.add_account(&mut found, account.as_str());
                }
            }
            self.add_account(&mut found, grant.issuing_account.as_str());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The classes that the subject names, or that name it.
    fn related(&self, subject: &Subject) -> Vec<usize> {
        let mut found = self.by_resource.get(&*subject.arn).cloned().unwrap_or_default();
        if let Some(side) = &subject.side {
            let levels = side.rcp.iter().flat_map(|level| &level.policies);
            let statements = side.policies.iter().chain(levels).flat_map(|named| named.policy.statements());
            for entry in statements.flat_map(|statement| statement.principals.entries()) {
                if !matches!(entry.name, Name::Everyone | Name::Account { .. }) {
                    entry.identifiers().for_each(|id| self.add_name(&mut found, id));
                }
            }
        }
        subject.grants.iter().flat_map(|grant| names(grant)).for_each(|name| self.add_name(&mut found, name));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whom a grant names.
fn names(grant: &Grant) -> impl Iterator<Item = &str> {
    let names = [
        &grant.grantee_principal,
        &grant.grantee_id,
        &grant.grantee_service,
        &grant.retiring_principal,
        &grant.retiring_id,
        &grant.retiring_service,
    ];
    names.into_iter().flatten().map(String::as_str)
}

/// The policies that a party brings along.
fn policies(party: &Party) -> impl Iterator<Item = &Named> {
    let side = &party.side;
    let levels = side.scp.iter().flatten().flat_map(|level| &level.policies);
    side.identity.iter().chain(&side.boundary).chain(side.session.iter().flatten()).chain(levels)
}
