//! Actions: the table of those we know, and what an `Action` or `NotAction` element covers.
//!
//! The table (`actions.txt`, sorted without case) holds every action of KMS, IAM, STS, S3 and the EBS part of EC2 with
//! what the decision needs to know of it. A statement's patterns are tried on the whole table once, when the policy is
//! read; a request then costs one bit. Actions that the table lacks are matched by their text.
//!
//! Source: Service Authorization Reference; KMS Developer Guide, "AWS KMS permissions".

use super::{glob, hash};
use alloc::{boxed::Box, vec::Vec};
use serde::Serialize;

/// An action of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    name: &'static str,
    /// Whether it is one of KMS.
    kms: bool,
    /// Whether it acts on resources; otherwise it is authorized on `*`.
    resource: bool,
    /// KMS: whether it works on keys of other accounts.
    cross: bool,
    /// KMS: whether a grant can give it.
    grant: bool,
}

const TEXT: &str = include_str!("actions.txt");
const COUNT: usize = lines(TEXT.as_bytes());
static ROWS: [Row; COUNT] = rows();

/// One more than the place in [`ROWS`] of the actions whose hash ends here or before; 0 is free.
static SLOTS: [u16; SLOT_COUNT] = slots();
const SLOT_COUNT: usize = 2048;
/// How many words of 64 bits hold one bit for each row.
const WORDS: usize = COUNT.div_ceil(64);

const fn lines(mut rest: &[u8]) -> usize {
    let mut count = 0_usize;
    while let [first, tail @ ..] = rest {
        if *first == b'\n' {
            count = count.saturating_add(1);
        }
        rest = tail;
    }
    count
}

/// Whether the service of `action` is one whose actions are known in full (KMS, IAM, STS, S3), and has no such action.
/// Patterns are never misspelt.
#[must_use]
pub fn is_misspelt(action: &str) -> bool {
    Action::of(action).is_misspelt()
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: out of bounds does not compile")]
#[expect(clippy::panic, reason = "evaluated at compile time: an unknown word does not compile")]
const fn rows() -> [Row; COUNT] {
    let mut rows = [Row { name: "", kms: false, resource: false, cross: false, grant: false }; COUNT];
    let mut rest = TEXT;
    let mut at = 0_usize;
    while at < COUNT {
        let (line, tail) = until(rest, b'\n');
        rest = tail;
        let (name, mut words) = until(line, b' ');
        rows[at].name = name;
        rows[at].kms = matches!(name.as_bytes(), [b'k', b'm', b's', b':', ..]);
        while !words.is_empty() {
            let (word, tail) = until(words, b' ');
            words = tail;
            match word.as_bytes() {
                b"resource" => rows[at].resource = true,
                b"cross" => rows[at].cross = true,
                b"grant" => rows[at].grant = true,
                _ => panic!("actions.txt: unknown word"),
            }
        }
        at = at.saturating_add(1);
    }
    rows
}

/// `text` up to `mark`, and what follows the mark.
const fn until(text: &str, mark: u8) -> (&str, &str) {
    let mut rest = text.as_bytes();
    let mut length = 0_usize;
    while let [first, tail @ ..] = rest {
        if *first == mark {
            let (before, after) = text.split_at(length);
            return (before, after.split_at(1).1);
        }
        length = length.saturating_add(1);
        rest = tail;
    }
    (text, "")
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: out of bounds does not compile")]
#[expect(clippy::cast_possible_truncation, reason = "the table has fewer rows than u16 counts, and slots are masked")]
const fn slots() -> [u16; SLOT_COUNT] {
    let mut slots = [0; SLOT_COUNT];
    let mut at = 0_usize;
    while at < COUNT {
        let mut slot = hash::folded(ROWS[at].name) as usize & MASK;
        while slots[slot] != 0 {
            slot = slot.wrapping_add(1) & MASK;
        }
        at = at.saturating_add(1);
        slots[slot] = at as u16;
    }
    slots
}
const MASK: usize = SLOT_COUNT - 1;

/// The action of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Action<'a> {
    text: &'a str,
    row: Option<usize>,
}

impl<'a> Action<'a> {
    /// Looks the action up. Its case does not count.
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose the slot")]
    pub(super) fn of(text: &'a str) -> Self {
        let mut slot = hash::folded(text) as usize & MASK;
        let row = loop {
            let Some(row) = SLOTS.get(slot).and_then(|place| usize::from(*place).checked_sub(1)) else { break None };
            // Most callers spell as AWS does, and comparing bytes is the quicker of the two.
            if ROWS.get(row).is_some_and(|known| known.name == text || known.name.eq_ignore_ascii_case(text)) {
                break Some(row);
            }
            slot = slot.wrapping_add(1) & MASK;
        };
        Self { text, row }
    }

    /// As it was given.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Whether it has no wildcard, its service is one that the table holds in full, and the table lacks it.
    pub(super) fn is_misspelt(&self) -> bool {
        let whole = ["kms", "iam", "sts", "s3"].iter().any(|service| self.belongs_to(service));
        whole && self.row.is_none() && !glob::is_wild(self.text)
    }

    /// Whether it is the action `name`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.text.eq_ignore_ascii_case(name)
    }

    /// Whether it belongs to `service`.
    pub(super) fn belongs_to(&self, service: &str) -> bool {
        self.text.split_at_checked(service.len()).is_some_and(|(start, rest)| {
            (rest.is_empty() || rest.starts_with(':')) && start.eq_ignore_ascii_case(service)
        })
    }

    /// Whether it belongs to KMS.
    pub(super) fn is_kms(&self) -> bool {
        self.row().map_or_else(|| self.belongs_to("kms"), |row| row.kms)
    }

    /// `Decrypt` of `kms:Decrypt`.
    pub(super) fn name(&self) -> &'a str {
        self.text.split_once(':').map_or("", |(_, name)| name)
    }

    /// Whether the table knows that it acts on no resource.
    pub(super) fn has_no_resource(&self) -> bool {
        self.row().is_some_and(|row| !row.resource)
    }

    /// KMS: whether it works on keys of other accounts.
    pub(super) fn crosses_accounts(&self) -> bool {
        self.row().is_some_and(|row| row.cross)
    }

    /// KMS: whether a grant can give it.
    pub(super) fn is_grantable(&self) -> bool {
        self.row().is_some_and(|row| row.grant)
    }

    fn row(&self) -> Option<&'static Row> {
        ROWS.get(self.row?)
    }
}

/// A set of actions of the table: one bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Known([u64; WORDS]);

impl Known {
    const ALL: Self = Self([u64::MAX; WORDS]);

    fn add(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row >> 6) {
            *word |= 1 << (row & 63);
        }
    }

    /// The places that are in it; `others`: that are not.
    fn rows(&self, others: bool) -> impl Iterator<Item = usize> {
        let flip = if others { u64::MAX } else { 0 };
        (0..).step_by(64).zip(&self.0).flat_map(move |(first, word)| {
            let mut rest = word ^ flip;
            core::iter::from_fn(move || {
                let at = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1); // without the lowest bit
                (at < 64).then_some(at.saturating_add(first))
            })
        })
    }

    fn has(&self, row: usize) -> bool {
        self.0.get(row >> 6).is_some_and(|word| (word >> (row & 63)) & 1 == 1)
    }
}

/// Which of a few statements are about an action: for each action of the table one byte, in it one bit a statement.
#[derive(Debug, Clone)]
pub(super) struct About(Box<[u8]>);

impl About {
    /// How many statements it can tell apart.
    pub(super) const MOST: usize = 8;

    /// `statements`: their actions; `None` for a statement that is about none.
    pub(super) fn of<'a>(statements: impl Iterator<Item = Option<&'a Actions>>) -> Self {
        let mut masks = alloc::vec![0_u8; COUNT];
        for (bit, actions) in (0..Self::MOST).zip(statements) {
            let Some(actions) = actions else { continue };
            for row in actions.covered.rows(actions.negated) {
                if let Some(mask) = masks.get_mut(row) {
                    *mask |= 1 << bit;
                }
            }
        }
        Self(masks.into())
    }

    /// One bit for each statement that is about `action`; `None` when the table lacks the action and texts have to be
    /// compared.
    pub(super) fn mask(&self, action: &Action<'_>) -> Option<u8> {
        self.0.get(action.row?).copied()
    }
}

/// An action as IAM names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ActionRow {
    /// Such as `kms:Decrypt`.
    pub name: &'static str,
    /// Whether it acts on resources; otherwise it is authorized on `*`.
    pub resource: bool,
    /// Whether a KMS grant can give it.
    pub grant: bool,
}

/// Every action that is known, by name: those of KMS, IAM, STS and S3, and the EBS part of EC2.
pub fn actions() -> impl Iterator<Item = ActionRow> {
    ROWS.iter().map(|&Row { name, resource, grant, .. }| ActionRow { name, resource, grant })
}

/// The actions of the table that `entry` covers.
pub(crate) fn covered_by(entry: &str) -> impl Iterator<Item = &'static str> {
    let all = entry == "*";
    let rows = if all { ROWS.len() } else { 0 };
    let own = (!all).then(|| rows_of(entry).map(|(_, row)| row));
    ROWS.iter().take(rows).chain(own.into_iter().flatten()).map(|row| row.name)
}

/// The actions of the service that `entry` names, where the table holds all of them; otherwise none.
pub(crate) fn siblings(entry: &str) -> impl Iterator<Item = &'static str> {
    let whole = ["kms", "iam", "sts", "s3"].iter().any(|service| Action::of(entry).belongs_to(service));
    let service = entry.find(':').and_then(|colon| entry.get(..=colon)).unwrap_or(entry);
    rows_from(service).filter(move |_| whole).map(|(_, row)| row.name)
}

/// Whether the table knows that the action acts on no resource.
pub(crate) fn has_no_resource(action: &str) -> bool {
    Action::of(action).has_no_resource()
}

/// What an `Action` or `NotAction` element says.
#[derive(Debug, Clone)]
pub(super) struct Actions {
    /// Whether it is `NotAction`.
    pub(super) negated: bool,
    /// The entries as written.
    pub(super) entries: Box<[Box<str>]>,
    /// One bit for each action of the table: whether some entry covers it.
    covered: Known,
}

impl Actions {
    pub(super) fn new(negated: bool, entries: Vec<Box<str>>) -> Self {
        let mut covered = Known::default();
        for entry in &entries {
            if **entry == *"*" {
                covered = Known::ALL;
            } else if glob::is_wild(entry) {
                rows_of(entry).for_each(|(at, _)| covered.add(at));
            } else if let Some(at) = Action::of(entry).row {
                covered.add(at);
            }
        }
        Self { negated, entries: entries.into(), covered }
    }

    /// Whether the element matches `action`.
    pub(super) fn matches(&self, action: &Action<'_>) -> bool {
        let covered = match action.row {
            Some(row) => self.covered.has(row),
            None => self.entries.iter().any(|entry| covers(entry, action.text)),
        };
        covered != self.negated
    }
}

/// The rows that begin with `start` without regard to case, and their places: the table is sorted.
fn rows_from(start: &str) -> impl Iterator<Item = (usize, &'static Row)> {
    let order = move |row: &Row| {
        let own = row.name.bytes().take(start.len()).map(|byte| byte.to_ascii_lowercase());
        own.cmp(start.bytes().map(|byte| byte.to_ascii_lowercase()))
    };
    let first = ROWS.partition_point(|row| order(row).is_lt());
    ROWS.iter().enumerate().skip(first).take_while(move |(_, row)| order(row).is_eq())
}

/// The rows that `entry` with wildcards covers, and their places. What stands before the first wildcard says where they
/// are; mostly nothing is left to be compared then.
fn rows_of(entry: &str) -> impl Iterator<Item = (usize, &'static Row)> {
    let length = entry.bytes().position(|byte| matches!(byte, b'*' | b'?')).unwrap_or(entry.len());
    let (start, rest) = entry.split_at_checked(length).unwrap_or((entry, ""));
    // Wildcards do not reach into the service's name.
    let start = if start.contains(':') { start } else { "\u{7f}" };
    let covers = move |row: &Row| rest == "*" || glob::matches_folded(rest, row.name.get(length..).unwrap_or_default());
    rows_from(start).filter(move |(_, row)| covers(row))
}

/// Whether `entry` covers `action`. Wildcards do not reach into the service's name.
fn covers(entry: &str, action: &str) -> bool {
    if entry == "*" {
        return true;
    }
    let (Some((service, pattern)), Some((of, name))) = (entry.split_once(':'), action.split_once(':')) else {
        return false;
    };
    service.eq_ignore_ascii_case(of) && glob::matches_folded(pattern, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeMap, string::String, vec};
    use std::{eprintln, fs, path::PathBuf};

    #[test]
    fn every_row_is_found_without_case() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(Action::of(&row.name.to_ascii_uppercase()).row, Some(at), "{}", row.name);
        }
        assert_eq!(Action::of("kms:ReEncrypt").row, None);
        assert!(ROWS.is_sorted_by_key(|row| row.name.to_ascii_lowercase()), "actions.txt is not sorted");
    }

    #[test]
    fn rows_of_a_pattern_are_those_that_it_covers() {
        let patterns = [
            "kms:*",
            "KMS:*",
            "kms:create*",
            "kms:*Key",
            "kms:?ncrypt",
            "kms:Decrypt",
            "kms:Gen*Pair*",
            "kms:*a*a*",
            "k*:Decrypt",
            "kms*",
            "*:*",
            "?",
            "**",
            "kms:",
            "kms:\u{e9}*",
            "s3:Get*",
            "sqs:*",
            "",
            "kms:Z*",
            "zzz:*",
            "\u{7f}",
            ":*",
            "kms:**",
        ];
        for pattern in patterns {
            let want: Vec<usize> = (0..COUNT).filter(|at| pattern != "*" && covers(pattern, ROWS[*at].name)).collect();
            assert_eq!(rows_of(pattern).map(|(at, _)| at).collect::<Vec<_>>(), want, "{pattern}");
            let known = Actions::new(false, vec![pattern.into()]).covered;
            if glob::is_wild(pattern) {
                assert_eq!(known.rows(false).collect::<Vec<_>>(), want, "{pattern}");
                let all = known.rows(false).count() + known.rows(true).filter(|row| *row < COUNT).count();
                assert_eq!(all, COUNT, "{pattern}");
            }
        }
    }

    #[test]
    fn elements() {
        let cases = [
            (false, vec!["KMS:decrypt"], "kms:Decrypt", true),
            (false, vec!["kms:*Data*Plaintext"], "kms:GenerateDataKeyWithoutPlaintext", true),
            (false, vec!["kms:Encryp?"], "kms:Encrypt", true),
            (false, vec!["kms:ReEncrypt"], "kms:ReEncryptTo", false),
            (false, vec!["kms:ReEncrypt*"], "kms:ReEncryptTo", true),
            (false, vec!["k*:Decrypt"], "kms:Decrypt", false),
            (false, vec!["*"], "lambda:Invoke", true),
            (false, vec!["lambda:In*"], "lambda:Invoke", true),
            (true, vec!["iam:*"], "lambda:Invoke", true),
            (true, vec!["iam:*", "kms:De*"], "kms:Decrypt", false),
            (true, vec!["*"], "kms:Decrypt", false),
        ];
        for (negated, entries, action, want) in cases {
            let actions = Actions::new(negated, entries.iter().map(|entry| (*entry).into()).collect());
            assert_eq!(actions.matches(&Action::of(action)), want, "{negated} {entries:?} {action}");
        }
    }

    /// The table is made from the reference's CSV files; where they are at hand, it has to agree with them.
    #[test]
    fn the_table_agrees_with_the_reference() {
        let shared = std::env::var_os("KMSLAB_SHARED")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
        let mut want = BTreeMap::<String, [bool; 3]>::new();
        for file in ["kms", "iam", "sts", "s3", "ec2-ebs"] {
            let path = shared.join("reference").join(std::format!("{file}-actions.csv"));
            let Ok(text) = fs::read_to_string(&path) else {
                eprintln!("skipped: {} is not here", path.display());
                return;
            };
            let mut records = text.lines().map(fields);
            let header = records.next().unwrap();
            let column = |name: &str| header.iter().position(|field| field == name);
            for record in records {
                let field = |name: &str| column(name).map_or("", |at| record[at].as_str());
                let row = want.entry(record[0].clone()).or_default();
                let kind =
                    if field("resource_type").is_empty() { field("resource_types") } else { field("resource_type") };
                row[0] |= !matches!(kind, "" | "*");
                row[1] |= field("cross_account") == "yes";
                row[2] |= field("grant_operation") == "yes";
            }
        }
        let have: BTreeMap<_, _> =
            ROWS.iter().map(|row| (String::from(row.name), [row.resource, row.cross, row.grant])).collect();
        assert_eq!(have, want);
    }

    /// The fields of one line of CSV.
    fn fields(line: &str) -> Vec<String> {
        let mut fields = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        fields
    }
}
