//! Conditions whose outcome only the call tells, and the classes of values that they tell apart.

use super::formula::{Axis, Bits};
use crate::base::gathered;
use crate::policy::{
    Context, Grant,
    condition::{Clause, Operator},
    grant::Constraint,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// A condition.
#[derive(Debug)]
pub(super) enum Atom {
    /// Of a statement, with the values of what is known put in place of policy variables.
    Clause(Clause),
    /// A constraint of a grant.
    Grant { grant: Arc<Grant>, which: Which, creates: bool },
}

/// Which constraint of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Equals,
    Subset,
    SourceArn,
    Parent,
}

impl Which {
    pub(super) fn of(constraint: &Constraint<'_>) -> Self {
        match constraint {
            Constraint::Equals(_) => Self::Equals,
            Constraint::Subset(_) => Self::Subset,
            Constraint::SourceArn(_) => Self::SourceArn,
            Constraint::ParentOperations(_) => Self::Parent,
        }
    }

    fn from(self, grant: &Grant) -> Option<Constraint<'_>> {
        match self {
            Self::Equals => grant.context_equals.as_ref().map(Constraint::Equals),
            Self::Subset => grant.context_subset.as_ref().map(Constraint::Subset),
            Self::SourceArn => grant.source_arn.as_deref().map(Constraint::SourceArn),
            Self::Parent => Some(Constraint::ParentOperations(&grant.operations)),
        }
    }
}

/// A condition as it is told: it holds, or (negated) it does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Requirement {
    /// The condition key; `kms:EncryptionContext` of a grant's constraint.
    pub key: String,
    /// The condition operator, or the constraint: `EncryptionContextSubset`.
    pub operator: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether it must not hold. Where an operator has an opposite, that stands here instead.
    pub negated: bool,
}

impl core::fmt::Display for Requirement {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { key, operator, values, negated } = self;
        let not = if *negated { "not " } else { "" };
        write!(f, "{not}{key} {operator} {}", values.join(" | "))
    }
}

/// Operators and their opposites, which hold exactly when the others do not.
const OPPOSITES: &[(&str, &str)] = &[
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("NumericEquals", "NumericNotEquals"),
    ("DateEquals", "DateNotEquals"),
    ("IpAddress", "NotIpAddress"),
    ("ArnEquals", "ArnNotEquals"),
    ("ArnLike", "ArnNotLike"),
];

const PAIR: &str = "kms:EncryptionContext:";
const PAIRS: &str = "kms:EncryptionContextKeys";
/// What an atom of a grant that makes grants looks at.
const GRANTING: [&str; 3] = ["kms:GrantOperations", "kms:GrantConstraintType", "kms:GrantConstraintSourceArn"];
/// Multivalued keys. Source: authorization.md 4.3.
const MULTIVALUED: &[&str] = &[
    "aws:CalledVia",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceNamesList",
    "aws:ResourceOrgPaths",
    "aws:SourceOrgPaths",
    "aws:TagKeys",
    "aws:VpceOrgPaths",
    "kms:EncryptionContextKeys",
    "kms:GrantOperations",
    "kms:ResourceAliases",
];
/// How many values of a multivalued key are combined with each other.
const COMBINED: usize = 8;
/// How many combinations of values of keys that hang together are tried.
const COMBINATIONS: usize = 20_000;

impl Atom {
    /// What tells it from others.
    pub(super) fn signature(&self) -> String {
        match self {
            Self::Clause(clause) => {
                format!("{} {} {:?}", clause.operator, clause.key.name.to_lowercase(), clause.wanted)
            }
            Self::Grant { grant, which, creates } => format!("{:?} {creates}", which.from(grant)),
        }
    }

    pub(super) fn told(&self, holds: bool) -> Requirement {
        let pairs =
            |pairs: &BTreeMap<String, String>| pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (key, operator, values): (&str, &str, Vec<String>) = match self {
            Self::Clause(clause) => {
                let values: Vec<String> = clause.wanted.iter().map(|value| value.to_string()).collect();
                return told_clause(clause, values, holds);
            }
            Self::Grant { grant, which, .. } => match which.from(grant) {
                Some(Constraint::Equals(all)) => ("kms:EncryptionContext", "EncryptionContextEquals", pairs(all)),
                Some(Constraint::Subset(all)) => ("kms:EncryptionContext", "EncryptionContextSubset", pairs(all)),
                Some(Constraint::SourceArn(arn)) => ("aws:SourceArn", "SourceArn", Vec::from([arn.to_string()])),
                Some(Constraint::ParentOperations(all)) => ("kms:GrantOperations", "within", all.to_vec()),
                None => ("", "", Vec::new()),
            },
        };
        Requirement { key: key.into(), operator: operator.into(), values, negated: !holds }
    }

    /// Whether it holds under these keys.
    fn holds(&self, context: &Context) -> bool {
        match self {
            Self::Clause(clause) => clause.matches(context),
            Self::Grant { grant, which, creates } => {
                which.from(grant).is_none_or(|constraint| constraint.holds_in(context, *creates))
            }
        }
    }

    /// The keys that it looks at, without case; those of the encryption context are one.
    fn keys(&self) -> Vec<String> {
        let name = |key: &str| {
            let key = key.to_lowercase();
            if key.starts_with("kms:encryptioncontext") { "kms:encryptioncontext".into() } else { key }
        };
        match self {
            Self::Clause(clause) => {
                let variables =
                    clause.patterns().flat_map(|pattern| pattern.variables()).map(|(key, _)| name(&key.name));
                [name(&clause.key.name)].into_iter().chain(variables).collect()
            }
            Self::Grant { creates: true, .. } => GRANTING.iter().copied().chain([PAIR]).map(name).collect(),
            Self::Grant { which: Which::SourceArn, .. } => Vec::from([name("aws:SourceArn")]),
            Self::Grant { .. } => Vec::from([name(PAIR)]),
        }
    }
}

fn told_clause(clause: &Clause, values: Vec<String>, holds: bool) -> Requirement {
    let (key, mut operator) = (clause.key.name.to_string(), clause.operator.to_string());
    let mut told = Requirement { key, operator: operator.clone(), values, negated: !holds };
    if holds {
        return told;
    }
    let other = OPPOSITES.iter().find_map(|(a, b)| match &*operator {
        name if name == *a => Some(*b),
        name if name == *b => Some(*a),
        _ => None,
    });
    if let Some(other) = other {
        operator = other.into();
        told = Requirement { operator, negated: false, ..told };
    } else if let ("Null", [value]) = (&*operator, &*told.values) {
        let value = if value.eq_ignore_ascii_case("true") { "false" } else { "true" };
        told = Requirement { values: Vec::from([value.into()]), negated: false, ..told };
    }
    told
}

/// The classes of values of the keys that `atoms` look at; bit `n` stands for the `n`th.
pub(super) fn axes(atoms: &[&Atom]) -> Vec<Axis> {
    // Keys that one atom looks at hang together.
    let mut groups: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        let mut keys: BTreeSet<String> = gathered(atom.keys());
        let mut members = Vec::from([at]);
        groups.retain_mut(|(others, own)| {
            let apart = keys.is_disjoint(others);
            if !apart {
                keys.append(others);
                members.append(own);
            }
            apart
        });
        groups.push((keys, members));
    }
    groups.into_iter().map(|(_, members)| axis(atoms, &members)).collect()
}

/// Values of one key.
#[derive(Debug)]
struct Choice {
    name: String,
    values: Vec<Vec<String>>,
    several: bool,
}

fn axis(atoms: &[&Atom], members: &[usize]) -> Axis {
    let bit = |at: usize| 1_u64.checked_shl(u32::try_from(at).unwrap_or(63)).unwrap_or(0);
    let own: Vec<(Bits, &Atom)> =
        members.iter().filter_map(|at| atoms.get(*at).map(|atom| (bit(*at), *atom))).collect();
    let (choices, mut whole) = choices(&own);
    let mut points = BTreeSet::new();
    let mut at: Vec<usize> = alloc::vec![0; choices.len()];
    for step in 0.. {
        if step >= COMBINATIONS {
            whole = false;
            break;
        }
        let context = context(&choices, &at);
        let held = own.iter().filter(|(_, atom)| atom.holds(&context));
        points.insert(held.fold(0, |bits, (bit, _)| bits | bit));
        // The next combination, as an odometer counts.
        let next = at.iter().zip(&choices).position(|(at, choice)| at.saturating_add(1) < choice.values.len());
        let Some(next) = next else { break };
        for (n, place) in at.iter_mut().enumerate().take(next.saturating_add(1)) {
            *place = if n == next { place.saturating_add(1) } else { 0 };
        }
    }
    Axis { mask: own.iter().fold(0, |bits, (bit, _)| bits | bit), points: points.into_iter().collect(), whole }
}

fn context(choices: &[Choice], at: &[usize]) -> Context {
    let mut context = Context::new();
    let mut pairs = None;
    for (choice, at) in choices.iter().zip(at) {
        let values = choice.values.get(*at).map(Vec::as_slice).unwrap_or_default();
        if choice.name.starts_with(PAIR) {
            pairs
                .get_or_insert_with(Vec::new)
                .extend((!values.is_empty()).then(|| choice.name.get(PAIR.len()..)).flatten());
        }
        match values {
            [] => {}
            [value] if !choice.several => context.set(&choice.name, value),
            values => context.set_list(&choice.name, values),
        }
    }
    if let Some(pairs) = pairs {
        context.set_list(PAIRS, pairs);
    }
    context
}

/// The values to be tried for each key, and whether they certainly stand for all.
fn choices(atoms: &[(Bits, &Atom)]) -> (Vec<Choice>, bool) {
    let none = Context::new();
    let mut keys: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut wild: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut whole = true;
    let mut add = |name: &str, values: &mut dyn Iterator<Item = String>| {
        // Pairs of the encryption context are told apart by case.
        let folded = if name.get(..PAIR.len()).is_some_and(|start| start.eq_ignore_ascii_case(PAIR)) {
            [PAIR, name.get(PAIR.len()..).unwrap_or_default()].concat()
        } else {
            name.to_lowercase()
        };
        keys.entry(folded)
            .or_insert_with_key(|folded| {
                let shown = if folded.starts_with(PAIR) { folded.clone() } else { name.to_string() };
                (shown, BTreeSet::from([String::from("other")]))
            })
            .1
            .extend(values);
    };
    for (_, atom) in atoms {
        match atom {
            Atom::Clause(clause) => {
                let samples = clause.samples(&none);
                let name = &*clause.key.name;
                let folded = name.to_lowercase();
                for text in clause.patterns().filter_map(|pattern| pattern.wild_text()) {
                    wild.entry(folded.clone()).or_default().insert(text.to_string());
                }
                for (variable, _) in clause.patterns().flat_map(|pattern| pattern.variables()) {
                    whole = false;
                    add(&variable.name, &mut samples.iter().cloned());
                }
                if name.eq_ignore_ascii_case(PAIRS) {
                    for pair in &samples {
                        add(&[PAIR, pair].concat(), &mut core::iter::empty());
                    }
                } else {
                    add(name, &mut samples.into_iter());
                }
            }
            Atom::Grant { grant, which, creates } => {
                match which.from(grant) {
                    Some(Constraint::Equals(pairs) | Constraint::Subset(pairs)) => {
                        for (key, value) in pairs {
                            add(&[PAIR, key].concat(), &mut [value.clone()].into_iter());
                        }
                        add(&[PAIR, "other"].concat(), &mut core::iter::empty());
                    }
                    Some(Constraint::SourceArn(arn)) => {
                        let key = if *creates { GRANTING[2] } else { "aws:SourceArn" };
                        add(key, &mut [arn.to_string()].into_iter());
                    }
                    Some(Constraint::ParentOperations(all)) => add(GRANTING[0], &mut all.iter().cloned()),
                    None => {}
                }
                if *creates {
                    let kinds = ["EncryptionContextEquals", "EncryptionContextSubset"];
                    add(GRANTING[1], &mut kinds.map(String::from).into_iter());
                }
            }
        }
    }
    for (key, patterns) in wild.iter().filter(|(_, patterns)| patterns.len() > 1) {
        // Values that two patterns cover: the beginning of one, the end of the other. There may be others.
        whole = false;
        for a in patterns {
            let merged = patterns.iter().map(|b| {
                let (start, end) = (a.split('*').next().unwrap_or_default(), b.rsplit('*').next().unwrap_or_default());
                [start, end].concat().replace('?', "x")
            });
            if let Some((_, values)) = keys.get_mut(key) {
                values.extend(merged);
            }
        }
    }
    let choices = keys.into_values().map(|(name, values)| {
        let several = MULTIVALUED.iter().any(|multi| multi.eq_ignore_ascii_case(&name));
        let mut all = Vec::from([Vec::new()]);
        if several {
            let values: Vec<String> = values.into_iter().collect();
            whole = whole && values.len() <= COMBINED;
            for value in values.iter().take(COMBINED) {
                let with =
                    all.iter().map(|before: &Vec<String>| before.iter().chain([value]).cloned().collect::<Vec<_>>());
                let with: Vec<_> = with.collect();
                all.extend(with);
            }
        } else {
            all.extend(values.into_iter().map(|value| Vec::from([value])));
        }
        Choice { name, values: all, several }
    });
    let choices = choices.collect();
    (choices, whole)
}

/// The clause with the values of known keys in place of policy variables; `known`: whether a key without a value has none
/// in any call.
pub(super) fn resolved(clause: &Clause, context: &Context, known: impl Fn(&str) -> bool) -> Option<Clause> {
    let operator = Operator::of(&clause.operator)?;
    let wildcards = !operator.is_literal();
    let wanted = clause.patterns().filter_map(|pattern| pattern.resolved(wildcards, context, &known));
    let wanted = wanted.map(String::into_boxed_str).collect();
    Some(Clause::new(&clause.operator, operator, &clause.key.name, wanted, true))
}
