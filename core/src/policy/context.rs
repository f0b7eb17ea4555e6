//! The condition keys of one request.

use super::hash;
use alloc::{boxed::Box, string::String, vec::Vec};

/// What a condition key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a key is single-valued or multivalued")]
pub enum Values {
    /// The value of a single-valued key.
    One(String),
    /// The values of a multivalued key.
    Many(Vec<String>),
}

impl Values {
    /// The values, whichever kind.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => core::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// The condition keys of one request. Names are compared without case and kept as given.
///
/// A multivalued key without values is the same as an absent key. Encryption context keys are told apart by case when
/// they are set, because the pairs of an encryption context are; a condition finds the first that fits without case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    hash: u64,
    name: Box<str>,
    values: Values,
}

/// The name of a condition key in a policy, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct Key {
    hash: u64,
    /// As written.
    pub(super) name: Box<str>,
}

impl Key {
    pub(super) fn new(name: &str) -> Self {
        Self { hash: hash::folded(name), name: name.into() }
    }
}

/// Before the key of a pair of the encryption context.
const PAIR: &str = "kms:EncryptionContext:";

impl Context {
    /// No keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Gives the single-valued `key` its `value`, in place of an earlier one.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.put(key, Values::One(value.into()));
    }

    /// Gives the multivalued `key` its `values`, in place of earlier ones.
    pub fn set_list(&mut self, key: &str, values: Vec<String>) {
        self.put(key, Values::Many(values));
    }

    fn put(&mut self, key: &str, values: Values) {
        let hash = hash::folded(key);
        let pair = after_prefix(key).is_some();
        let same = |entry: &&mut Entry| {
            entry.hash == hash && if pair { *entry.name == *key } else { entry.name.eq_ignore_ascii_case(key) }
        };
        match self.entries.iter_mut().find(same) {
            Some(entry) => entry.values = values,
            None => self.entries.push(Entry { hash, name: key.into(), values }),
        }
    }

    /// What `key` holds.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Values> {
        self.find(hash::folded(key), key)
    }

    /// All keys, with their names as given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.entries.iter().map(|entry| (&*entry.name, &entry.values))
    }

    /// What the key of a policy holds; nothing when it has no values.
    pub(super) fn look_up(&self, key: &Key) -> Option<&Values> {
        self.find(key.hash, &key.name).filter(|values| !values.as_slice().is_empty())
    }

    /// The one value of a single-valued key.
    pub(super) fn single(&self, key: &Key) -> Option<&str> {
        match self.look_up(key)? {
            Values::One(value) => Some(value),
            Values::Many(_) => None,
        }
    }

    /// The one value of the single-valued key `name`.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Values::One(value) => Some(value),
            Values::Many(_) => None,
        }
    }

    /// The pairs of the request's encryption context, with the case given.
    pub(super) fn encryption_context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|entry| match &entry.values {
            Values::One(value) => Some((after_prefix(&entry.name)?, value.as_str())),
            Values::Many(_) => None,
        })
    }

    fn find(&self, hash: u64, name: &str) -> Option<&Values> {
        let found = self.entries.iter().find(|entry| entry.hash == hash && entry.name.eq_ignore_ascii_case(name))?;
        Some(&found.values)
    }
}

/// `x` of `kms:EncryptionContext:x`.
fn after_prefix(name: &str) -> Option<&str> {
    let (prefix, key) = name.split_at_checked(PAIR.len())?;
    prefix.eq_ignore_ascii_case(PAIR).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn names_without_case_pairs_with_case() {
        let mut context = Context::new();
        context.set("aws:SourceIp", "a");
        context.set("AWS:sourceIP", "b");
        context.set("kms:EncryptionContext:k", "1");
        context.set("kms:EncryptionContext:K", "2");
        context.set_list("aws:TagKeys", vec![]);
        assert_eq!(context.value("aws:sourceip"), Some("b"));
        assert_eq!(context.encryption_context().collect::<Vec<_>>(), [("k", "1"), ("K", "2")]);
        assert_eq!(context.value("kms:EncryptionContext:K"), Some("1"));
        assert!(context.look_up(&Key::new("aws:TagKeys")).is_none());
        assert_eq!(context.iter().count(), 4);
    }
}
