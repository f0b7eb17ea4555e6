//! Condition keys: their types, and which actions of KMS have them.
//!
//! `keys.txt` is sorted: name (a trailing `*` stands for what the request chooses), type, `single` or `multi`, and for
//! keys of KMS the actions that have it; `-` where they are not listed.
//!
//! Source: Service Authorization Reference; IAM User Guide, "AWS global condition context keys".

use crate::policy::matches_folded;
use alloc::{string::String, vec::Vec};
use serde::Serialize;

const TEXT: &str = include_str!("keys.txt");

/// A condition key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// `String`, `ARN`, `Bool`, `Date`, `IPAddress` or `Numeric`.
    pub(super) of: &'static str,
    pub(super) multi: bool,
    /// With commas, without their service.
    actions: &'static str,
}

impl Row {
    /// Whether requests for `action` (of KMS, such as `kms:Decrypt`) have the key; also where that is not known.
    pub(super) fn is_of(&self, action: &str) -> bool {
        let name = action.split_once(':').map_or(action, |(_, name)| name);
        self.actions == "-" || self.actions.split(',').any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// A condition key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConditionKeyRow {
    /// Such as `kms:ViaService`. A trailing `*` stands for what the request chooses: `kms:EncryptionContext:*`.
    pub name: &'static str,
    /// `String`, `ARN`, `Bool`, `Date`, `IPAddress` or `Numeric`.
    #[serde(rename = "type")]
    pub of: &'static str,
    /// Whether a request may have several values of it.
    pub multi: bool,
    /// The actions of KMS whose requests have it; `None` where they are not listed.
    pub actions: Option<Vec<String>>,
}

/// Every condition key that is known: the global ones, those of KMS, IAM and S3, and some of EC2 and STS.
pub fn condition_keys() -> impl Iterator<Item = ConditionKeyRow> {
    all().map(|Row { name, of, multi, actions }| {
        let listed = || actions.split(',').map(|action| ["kms:", action].concat()).collect();
        ConditionKeyRow { name, of, multi, actions: (actions != "-").then(listed) }
    })
}

/// Every row.
pub(super) fn all() -> impl Iterator<Item = Row> {
    TEXT.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(Row { name: words.next()?, of: words.next()?, multi: words.next()? == "multi", actions: words.next()? })
    })
}

/// The row of the key `name`; case does not count.
pub(super) fn find(name: &str) -> Option<Row> {
    all()
        .find(|row| row.name.eq_ignore_ascii_case(name))
        .or_else(|| all().filter(|row| row.name.ends_with('*')).find(|row| matches_folded(row.name, name)))
}

/// Whether the table holds every key that begins like `name`. (Keys of `sts:` are also made by identity providers.)
pub(super) fn is_whole(name: &str) -> bool {
    let service = name.split(':').next().unwrap_or_default();
    ["kms", "aws", "s3", "iam"].iter().any(|whole| whole.eq_ignore_ascii_case(service))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{
        collections::{BTreeMap, BTreeSet},
        string::ToString,
        vec,
    };
    use std::{eprintln, fs, path::PathBuf};

    #[test]
    fn condition_keys_are_told_with_their_actions() {
        let row = |name| condition_keys().find(|row| row.name == name).unwrap();
        let via = row("kms:ViaService");
        assert_eq!((via.of, via.multi), ("String", false));
        assert!(via.actions.unwrap().contains(&"kms:Decrypt".to_string()));
        assert!(row("aws:CalledVia").multi && row("aws:CalledVia").actions.is_none());
        assert_eq!(condition_keys().count(), TEXT.lines().count());
    }

    #[test]
    fn keys_are_found_without_case() {
        assert_eq!(find("KMS:viaservice").unwrap().name, "kms:ViaService");
        assert_eq!(find("kms:EncryptionContext:app").unwrap().name, "kms:EncryptionContext:*");
        assert_eq!(find("kms:RecipientAttestation:PCR31").unwrap().name, "kms:RecipientAttestation:PCR*");
        assert!(find("kms:ViaServices").is_none());
        assert!(find("kms:GrantOperations").unwrap().is_of("kms:CreateGrant"));
        assert!(!find("kms:GrantOperations").unwrap().is_of("kms:Decrypt"));
        assert!(all().all(|row| !row.actions.is_empty()));
    }

    /// The fields of one line of CSV.
    fn fields(line: &str) -> Vec<String> {
        let (mut fields, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        fields
    }

    fn name(key: &str) -> String {
        match key.find(['$', '<']) {
            Some(at) => alloc::format!("{}*", &key[..at]),
            None => key.to_string(),
        }
    }

    /// The table is made from the reference's CSV files; where they are at hand, it has to agree with them.
    #[test]
    fn the_table_agrees_with_the_reference() {
        let shared = std::env::var_os("KMSLAB_SHARED")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
        let read = |file: &str| {
            let text = fs::read_to_string(shared.join("reference").join(file)).ok()?;
            Some(text.lines().skip(1).map(fields).collect::<Vec<_>>())
        };
        let Some(actions) = read("kms-actions.csv") else {
            eprintln!("skipped: {} is not here", shared.display());
            return;
        };
        let mut of = BTreeMap::<String, BTreeSet<String>>::new();
        for row in actions {
            for key in row[4].split('|').chain(row[5].split('|')).filter(|key| key.starts_with("kms:")) {
                of.entry(name(key)).or_default().insert(row[0][4..].to_string());
            }
        }
        let mut want = BTreeMap::<String, [String; 3]>::new();
        let listed = |of: Option<&BTreeSet<String>>| {
            of.map_or("-".to_string(), |of| of.iter().cloned().collect::<Vec<_>>().join(","))
        };
        for row in read("kms-condition-keys.csv").unwrap().iter().filter(|row| row[0].starts_with("kms:")) {
            let key = name(&row[0]);
            let actions = listed(of.get(&key));
            want.insert(key, [row[1].clone(), row[2].clone(), actions]);
        }
        for row in read("global-condition-keys.csv").unwrap() {
            want.entry(name(&row[0])).or_insert([row[1].clone(), row[2].clone(), "-".to_string()]);
        }
        for row in read("other-service-condition-keys.csv").unwrap() {
            if ["s3:", "iam:", "ec2:", "sts:"].iter().any(|service| row[1].starts_with(service)) {
                want.entry(name(&row[1])).or_insert([row[2].clone(), row[3].clone(), "-".to_string()]);
            }
        }
        let values = |row: Row| if row.multi { "multi" } else { "single" };
        let have: BTreeMap<_, _> = all()
            .map(|row| (row.name.to_string(), [row.of.to_string(), values(row).to_string(), row.actions.to_string()]))
            .collect();
        assert_eq!(have, want);
    }
}
