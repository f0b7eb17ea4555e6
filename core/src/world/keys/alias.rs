//! Aliases: names that point to keys. Source: KMS Developer Guide, "Aliases in AWS KMS"; kms.md, section 10.

use super::quota::Resources;
use super::{Consistency, Demand, Keys, Place, absent};
use crate::base::{Fault, KeyArn, Timestamp};
use crate::world::Permit;
use alloc::{
    format,
    string::{String, ToString},
};
use core::{fmt, ops::Bound};
use serde::{Deserialize, Serialize};

/// An alias and where it lives; prints as the alias ARN.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AliasArn {
    /// Account and Region.
    pub place: Place,
    /// The name with its prefix: `alias/orders`.
    pub name: String,
}

impl fmt::Display for AliasArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { account, region } = &self.place;
        write!(f, "arn:{}:kms:{region}:{account}:{}", region.partition(), self.name)
    }
}

impl fmt::Debug for AliasArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl AliasArn {
    /// The refusal for an alias that is not there.
    #[must_use]
    pub fn absent(&self) -> Fault {
        Fault::NotFound { message: format!("Alias {self} is not found.") }
    }
}

/// What an alias points to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alias {
    /// The key.
    pub key: KeyArn,
    /// `CreationDate`.
    pub created: Timestamp,
    /// `LastUpdatedDate`.
    pub updated: Timestamp,
    /// The key that it leads to until the last change takes effect; no key for a new alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<KeyArn>,
}

impl Keys {
    /// The alias, unless its key is gone by `now`.
    #[must_use]
    pub fn alias(&self, arn: &AliasArn, now: Timestamp) -> Option<&Alias> {
        self.aliases.get(arn).filter(|alias| self.find(&alias.key, now).is_some())
    }

    /// The key that the alias leads to by `now`. Predefined aliases take effect at once: their services use them.
    #[must_use]
    pub fn resolve(&self, arn: &AliasArn, now: Timestamp) -> Option<&KeyArn> {
        let alias = self.alias(arn, now)?;
        if self.effective(alias.updated, now) || arn.name.starts_with("alias/aws/") {
            return Some(&alias.key);
        }
        alias.before.as_ref().filter(|key| self.find(key, now).is_some())
    }

    /// The aliases at `place` in the order of their names, after `after`.
    pub fn aliases_at<'a>(
        &'a self,
        place: &'a Place,
        after: Option<&str>,
        now: Timestamp,
    ) -> impl Iterator<Item = (&'a AliasArn, &'a Alias)> {
        let from = AliasArn { place: place.clone(), name: after.unwrap_or_default().into() };
        let here = move |arn: &AliasArn| arn.place == *place;
        self.aliases
            .range((Bound::Excluded(from), Bound::Unbounded))
            .take_while(move |(arn, _)| here(arn))
            .filter(move |(_, alias)| self.find(&alias.key, now).is_some())
    }

    /// The names of a key's aliases, in order.
    pub fn aliases_of<'a>(&'a self, key: &'a KeyArn) -> impl Iterator<Item = &'a str> {
        self.named
            .range((key.clone(), String::new())..)
            .map(|(row, ())| row)
            .take_while(move |(at, _)| at == key)
            .map(|(_, name)| name.as_str())
    }

    /// The names of the aliases that have taken effect by `now`, in order.
    pub(super) fn effective_aliases_of<'a>(&'a self, key: &'a KeyArn, now: Timestamp) -> impl Iterator<Item = &'a str> {
        let place = Place::of(key);
        self.aliases_of(key).filter(move |name| {
            let arn = || AliasArn { place: place.clone(), name: (*name).into() };
            self.consistency == Consistency::Strong || self.resolve(&arn(), now) == Some(key)
        })
    }

    /// Makes an alias for a key.
    ///
    /// # Errors
    /// [`Fault::AlreadyExists`], [`Fault::InvalidState`] while the key is pending deletion, [`Fault::LimitExceeded`].
    pub fn create_alias(&mut self, at: &Permit<(AliasArn, KeyArn)>, now: Timestamp) -> Result<(), Fault> {
        let (arn, key) = &**at;
        if self.alias(arn, now).is_some() {
            return Err(Fault::AlreadyExists { alias: arn.to_string() });
        }
        self.point(arn, key, now, now)
    }

    /// Makes an alias point to another key, of the same type and usage, or to the same.
    ///
    /// # Errors
    /// [`Fault::NotFound`], [`Fault::Validation`] for a key of another kind, [`Fault::InvalidState`] while the key that
    /// gets the alias is pending deletion, [`Fault::LimitExceeded`].
    pub fn update_alias(&mut self, at: &Permit<(AliasArn, KeyArn)>, now: Timestamp) -> Result<(), Fault> {
        let (arn, key) = &**at;
        let alias = self.alias(arn, now).ok_or_else(|| arn.absent())?;
        let (created, old) = (alias.created, alias.key.clone());
        let [before, after] = [&old, key].map(|key| self.find(key, now));
        let (before, after) = (before.ok_or_else(|| absent(&old))?, after.ok_or_else(|| absent(key))?);
        if before.usage != after.usage || before.spec.family() != after.spec.family() {
            // Not recorded; the sentence is ours.
            let message = format!("Alias {arn} can only be associated with a key of the same type and key usage.");
            return Err(Fault::Validation { message });
        }
        self.point(arn, key, created, now)?;
        if old != *key {
            self.named.remove(&(old, arn.name.clone()));
        }
        Ok(())
    }

    pub(super) fn point(
        &mut self,
        arn: &AliasArn,
        key: &KeyArn,
        created: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let state = self.state(key, now)?;
        state.admits(Demand::Settings, key)?;
        let others = self.aliases_of(key).filter(|name| *name != arn.name).count();
        self.limits.admit(Resources::Aliases, others)?;
        let before = match self.consistency {
            Consistency::Strong => None,
            Consistency::Eventual => self.resolve(arn, now).cloned(),
        };
        self.named.insert((key.clone(), arn.name.clone()), ());
        self.aliases.insert(arn.clone(), Alias { key: key.clone(), created, updated: now, before });
        Ok(())
    }

    /// Removes an alias, and gives the key that it pointed to. Every state of the key allows it.
    ///
    /// # Errors
    /// [`Fault::NotFound`].
    pub fn delete_alias(&mut self, arn: &Permit<AliasArn>) -> Result<KeyArn, Fault> {
        let alias = self.aliases.remove(arn).ok_or_else(|| arn.absent())?;
        self.named.remove(&(alias.key.clone(), arn.name.clone()));
        Ok(alias.key)
    }
}
