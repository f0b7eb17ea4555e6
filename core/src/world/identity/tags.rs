//! Tags of users, roles, policies and sessions.
//! Source: IAM User Guide, "Tags for AWS Identity and Access Management resources", rules for tagging.

use alloc::{boxed::Box, collections::BTreeMap, string::String, string::ToString};
use core::fmt;
use serde::{Deserialize, Serialize};

use super::quota;
use crate::base::Fault;

/// Tags, in the order of their keys. Whether `Team` and `team` are one key depends on what is tagged: for users, roles
/// and sessions they are (the case given first is kept), for policies they are two.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags(BTreeMap<String, Box<(String, String)>>);

/// Whether keys that differ in case only are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Users, roles, sessions.
    Folded,
    /// Customer managed policies.
    Kept,
}

impl Case {
    fn key(self, key: &str) -> String {
        match self {
            Self::Folded => key.to_lowercase(),
            Self::Kept => key.into(),
        }
    }

    /// What IAM says to a key that comes twice: recorded for roles and policies. STS says the first, too.
    const fn duplicate(self) -> &'static str {
        match self {
            Self::Folded => "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            Self::Kept => "Duplicate tag keys found.",
        }
    }
}

impl Tags {
    /// The tags of a request. No key may come twice.
    ///
    /// # Errors
    /// [`Fault::InvalidInput`] for a repeated key or one that begins with `aws:`, [`Fault::LimitExceeded`] over 50.
    pub fn of<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, case: Case) -> Result<Self, Fault> {
        let mut tags = Self::default();
        for (key, value) in pairs {
            if tags.get(key, case).is_some() {
                return Err(Fault::InvalidInput { message: case.duplicate().into() });
            }
            tags.put(key, value, case)?;
        }
        Ok(tags)
    }

    /// Sets `key` to `value`, over what it was.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn put(&mut self, key: &str, value: &str, case: Case) -> Result<(), Fault> {
        if key.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("aws:")) {
            return Err(Fault::InvalidInput { message: RESERVED.into() });
        }
        let at = case.key(key);
        if let Some((_, held)) = self.0.get_mut(&at).map(|tag| &mut **tag) {
            *held = value.into();
            return Ok(());
        }
        if self.0.len() >= quota::TAGS {
            return Err(quota::exceeded("TagsPerResource", quota::TAGS));
        }
        self.0.insert(at, Box::new((key.to_string(), value.to_string())));
        Ok(())
    }

    /// Sets all of `pairs`.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn put_all<'a>(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)>, case: Case) -> Result<(), Fault> {
        let given = Self::of(pairs, case)?;
        given.iter().try_for_each(|(key, value)| self.put(key, value, case))
    }

    /// Takes the tag `key` away, when there is one.
    pub fn remove(&mut self, key: &str, case: Case) {
        self.0.remove(&case.key(key));
    }

    /// The value of the tag `key`.
    #[must_use]
    pub fn get(&self, key: &str, case: Case) -> Option<&str> {
        self.0.get(&case.key(key)).map(|tag| tag.1.as_str())
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.values().map(|tag| (tag.0.as_str(), tag.1.as_str()))
    }

    /// Keys and values, in order, each with the text that the order goes by.
    pub fn keyed(&self) -> impl Iterator<Item = (&str, (&str, &str))> {
        self.0.iter().map(|(at, tag)| (at.as_str(), (tag.0.as_str(), tag.1.as_str())))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These tags with those of `over` on top, keys compared without case.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let mut all = self.0.clone();
        all.extend(over.0.iter().map(|(key, pair)| (key.to_lowercase(), pair.clone())));
        Self(all)
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Unconfirmed; the rule is in the guide, the sentence is the shape's.
const RESERVED: &str = "Tag keys that begin with aws: are reserved for AWS use.";

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec::Vec};

    #[test]
    fn keys_of_users_and_roles_have_no_case() {
        let mut tags = Tags::of([("Department", "finance")].into_iter(), Case::Folded).unwrap();
        tags.put("department", "hr", Case::Folded).unwrap();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("Department", "hr")]); // the guide's example
        assert!(Tags::of([("a", ""), ("A", "")].into_iter(), Case::Folded).is_err());
        assert!(Tags::of([("a", ""), ("A", "")].into_iter(), Case::Kept).is_ok());
        assert!(Tags::of([("AWS:x", "")].into_iter(), Case::Folded).is_err());
    }

    #[test]
    fn a_session_tag_covers_the_roles() {
        let role = Tags::of([("Team", "red"), ("cost", "1")].into_iter(), Case::Folded).unwrap();
        let session = Tags::of([("team", "blue")].into_iter(), Case::Folded).unwrap();
        assert_eq!(format!("{:?}", role.overlaid(&session)), r#"{"cost": "1", "team": "blue"}"#);
    }

    #[test]
    fn fifty_tags_fit() {
        let keys: Vec<_> = (0..51).map(|n| format!("k{n}")).collect();
        assert!(Tags::of(keys.iter().take(50).map(|key| (key.as_str(), "")), Case::Folded).is_ok());
        let fault = Tags::of(keys.iter().map(|key| (key.as_str(), "")), Case::Folded).unwrap_err();
        assert_eq!(format!("{fault}"), "Cannot exceed quota for TagsPerResource: 50");
    }
}
