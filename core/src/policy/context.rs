//! The condition keys of one request.

use alloc::{string::String, vec::Vec};

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
/// A multivalued key without values is the same as an absent key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    entries: Vec<(String, Values)>,
}

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

    /// What `key` holds.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Values> {
        self.entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, values)| values)
    }

    /// All keys, with their names as given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.entries.iter().map(|(name, values)| (name.as_str(), values))
    }

    fn put(&mut self, key: &str, values: Values) {
        match self.entries.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            Some((_, old)) => *old = values,
            None => self.entries.push((key.into(), values)),
        }
    }
}
