//! Grants: who may do what with a key, beside its policy. Source: KMS Developer Guide, "Grants in AWS KMS"; kms.md,
//! section 16.

use super::quota::Resources;
use super::{Consistency, Demand, Keys, count};
use crate::base::{AccountId, BadId, Fault, KeyArn, KeyId, Region, Timestamp};
use crate::policy::{Grant, Requester};
use crate::world::Permit;
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{fmt, ops::Bound, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The id of a grant: 32 bytes, shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub [u8; 32]);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl fmt::Debug for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for GrantId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let mut bytes = [0; 32];
        let decoded = base16ct::lower::decode(text, &mut bytes).map_err(|_| BadId)?;
        if decoded.len() == 32 { Ok(Self(bytes)) } else { Err(BadId) }
    }
}

impl Serialize for GrantId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GrantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A grantee, or who may retire a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "CreateGrant has these two members")]
pub enum Party {
    /// A user, role, session, federated user or account.
    Principal {
        /// Its ARN, as it was given.
        arn: String,
        /// The unique id behind the ARN of a user or role: a new user of an old name is somebody else.
        unique_id: Option<String>,
    },
    /// A service principal.
    Service(String),
}

impl Party {
    /// The ARN of a principal.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        if let Self::Principal { arn, .. } = self { Some(arn) } else { None }
    }

    /// The name of a service.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        if let Self::Service(name) = self { Some(name) } else { None }
    }

    /// The unique id of a user or role.
    fn unique_id(&self) -> Option<&str> {
        if let Self::Principal { unique_id, .. } = self { unique_id.as_deref() } else { None }
    }

    /// What stays the same as long as it is the same principal: the unique id of a user or role, which may get another
    /// name or path; of all others the text that was given.
    #[must_use]
    pub fn lasting(&self) -> &str {
        let (Self::Principal { arn: text, .. } | Self::Service(text)) = self;
        self.unique_id().unwrap_or(text)
    }
}

/// Under which circumstances a grant allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraints {
    /// `EncryptionContextEquals`.
    pub equals: Option<BTreeMap<String, String>>,
    /// `EncryptionContextSubset`.
    pub subset: Option<BTreeMap<String, String>>,
    /// `SourceArn`.
    pub source_arn: Option<String>,
}

/// What a grant says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// Whom it allows.
    pub grantee: Party,
    /// Who may retire it.
    pub retiree: Option<Party>,
    /// What it allows: `Decrypt`, `ReEncryptFrom`.
    pub operations: Vec<String>,
    /// Under which circumstances.
    pub constraints: Constraints,
    /// `Name`, which makes retries safe.
    pub name: Option<String>,
    /// The account that creates it.
    pub issuer: AccountId,
}

impl Terms {
    /// Whether all properties are equal; the order of operations is none.
    fn same(&self, other: &Self) -> bool {
        let set = |terms: &Self| {
            let mut operations = terms.operations.clone();
            operations.sort_unstable();
            operations.dedup();
            operations
        };
        self.parties() == other.parties()
            && (&self.constraints, &self.name, self.issuer) == (&other.constraints, &other.name, other.issuer)
            && set(self) == set(other)
    }

    /// Whom it allows, and who may retire it.
    fn parties(&self) -> (&str, Option<&str>) {
        (self.grantee.lasting(), self.retiree.as_ref().map(Party::lasting))
    }
}

/// A grant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// The key it is on.
    pub key: KeyArn,
    /// `CreationDate`.
    pub created: Timestamp,
    /// What it says.
    pub terms: Terms,
    compiled: Arc<Grant>,
}

/// The form in a saved lab.
#[derive(Serialize, Deserialize)]
struct Saved {
    id: GrantId,
    key: KeyArn,
    created: Timestamp,
    terms: Terms,
}

impl From<Saved> for GrantRow {
    fn from(Saved { id, key, created, terms }: Saved) -> Self {
        let party = |party: Option<&Party>, part: fn(&Party) -> Option<&str>| party.and_then(part).map(String::from);
        let compiled = Grant {
            id: id.to_string(),
            operations: terms.operations.clone(),
            grantee_principal: party(Some(&terms.grantee), Party::principal),
            grantee_id: party(Some(&terms.grantee), Party::unique_id),
            grantee_service: party(Some(&terms.grantee), Party::service),
            retiring_principal: party(terms.retiree.as_ref(), Party::principal),
            retiring_id: party(terms.retiree.as_ref(), Party::unique_id),
            retiring_service: party(terms.retiree.as_ref(), Party::service),
            issuing_account: terms.issuer,
            context_equals: terms.constraints.equals.clone(),
            context_subset: terms.constraints.subset.clone(),
            source_arn: terms.constraints.source_arn.clone(),
        };
        Self { id, key, created, terms, compiled: Arc::new(compiled) }
    }
}

impl From<GrantRow> for Saved {
    fn from(GrantRow { id, key, created, terms, .. }: GrantRow) -> Self {
        Self { id, key, created, terms }
    }
}

/// By what grants are found. Parties stand in the index by what is [lasting](Party::lasting) about them.
///
/// The order is that of the members: those of a key stand side by side, so that what one request asks about a key's grants
/// is found in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Facet {
    /// The id of the key; none where the grants are those of many.
    id: Option<KeyId>,
    by: By,
    text: Option<Arc<str>>,
    region: Region,
    account: Option<AccountId>,
}

/// What [`Facet::text`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// Nothing: all of a key.
    Key,
    /// The grantee of those of a key.
    Grantee,
    /// The name of those of a key.
    Name,
    /// The principal that may retire those in a Region.
    Retiree,
}

impl Facet {
    fn of_key(key: &KeyArn, by: By, text: Option<&str>) -> Self {
        let KeyArn { account, region, id } = key;
        Self { id: Some(*id), by, text: text.map(Arc::from), region: region.clone(), account: Some(*account) }
    }

    fn of_retiree(region: &Region, retiree: &str) -> Self {
        Self { id: None, by: By::Retiree, text: Some(retiree.into()), region: region.clone(), account: None }
    }
}

impl GrantRow {
    /// The entries of the index.
    pub(super) fn facets(&self) -> impl Iterator<Item = Facet> {
        let Self { key, terms, .. } = self;
        let name = terms.name.as_deref().map(|name| Facet::of_key(key, By::Name, Some(name)));
        let (grantee, retiree) = terms.parties();
        let retiree = retiree.map(|retiree| Facet::of_retiree(&key.region, retiree));
        let grantee = Facet::of_key(key, By::Grantee, Some(grantee));
        [Facet::of_key(key, By::Key, None), grantee].into_iter().chain(name).chain(retiree)
    }
}

/// A grant as the target of a permit: its key, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantAt {
    /// The key.
    pub key: KeyArn,
    /// The grant.
    pub id: GrantId,
}

impl Keys {
    /// The grant of that id.
    #[must_use]
    pub fn grant(&self, id: &GrantId) -> Option<&GrantRow> {
        self.grants.get(id).map(|row| &**row)
    }

    /// The grants on a key in the order of their ids, after `after`.
    pub fn grants_on(&self, key: &KeyArn, after: Option<GrantId>) -> impl Iterator<Item = (&GrantId, &GrantRow)> {
        self.grants_by(Facet::of_key(key, By::Key, None), after)
    }

    /// The grants on a key for one grantee, as [`Party::lasting`] gives it.
    pub fn grants_to(
        &self,
        key: &KeyArn,
        grantee: &str,
        after: Option<GrantId>,
    ) -> impl Iterator<Item = (&GrantId, &GrantRow)> {
        self.grants_by(Facet::of_key(key, By::Grantee, Some(grantee)), after)
    }

    /// The grants in a Region, on keys of any account, that a principal may retire, as [`Party::lasting`] gives it.
    pub fn grants_retirable_by(
        &self,
        region: &Region,
        retiree: &str,
        after: Option<GrantId>,
    ) -> impl Iterator<Item = (&GrantId, &GrantRow)> {
        self.grants_by(Facet::of_retiree(region, retiree), after)
    }

    fn grants_by(&self, facet: Facet, after: Option<GrantId>) -> impl Iterator<Item = (&GrantId, &GrantRow)> {
        let from = match after {
            Some(id) => Bound::Excluded((facet.clone(), id)),
            None => Bound::Included((facet.clone(), GrantId([0; 32]))),
        };
        let to = Bound::Included((facet, GrantId([0xff; 32])));
        self.granted.range((from, to)).map(|((_, id), row)| (id, &**row))
    }

    /// The grants on a key that may concern `requester` at `now`: those for it that have taken effect or whose tokens it
    /// presents, and the one that it wants to retire.
    #[must_use]
    pub fn grants_for(
        &self,
        key: &KeyArn,
        requester: &Requester,
        retires: Option<&str>,
        (now, presented): (Timestamp, &[GrantId]),
    ) -> Vec<Arc<Grant>> {
        if self.grants_of.get(key).is_none_or(|count| *count == 0) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for name in names(key, requester) {
            let granted = self.grants_to(key, &name, None).map(|(_, row)| row);
            let counts = |row: &&GrantRow| self.effective(row.created, now) || presented.contains(&row.id);
            found.extend(granted.filter(counts).map(|row| row.compiled.clone()));
        }
        let retired = retires.and_then(|id| self.grants.get(&id.parse().ok()?)).filter(|row| row.key == *key);
        if let Some(row) = retired
            && !found.iter().any(|grant| Arc::ptr_eq(grant, &row.compiled))
        {
            found.push(row.compiled.clone());
        }
        found
    }

    /// When the last of those grants for `requester` takes effect that have not by `now`, if there are any.
    #[must_use]
    pub fn grants_awaited(&self, key: &KeyArn, requester: &Requester, now: Timestamp) -> Option<Timestamp> {
        if self.consistency == Consistency::Strong {
            return None;
        }
        let names = names(key, requester);
        let rows = names.iter().flat_map(|name| self.grants_to(key, name, None)).map(|(_, row)| row.created);
        let last = rows.filter(|created| !self.effective(*created, now)).max()?;
        Some(last.plus(self.consistency.delay()))
    }

    /// All grants on a key, as the authorizer takes them.
    #[must_use]
    pub fn all_grants(&self, key: &KeyArn) -> Vec<Arc<Grant>> {
        if self.grants_of.get(key).is_none_or(|count| *count == 0) {
            return Vec::new();
        }
        self.grants_on(key, None).map(|(_, row)| row.compiled.clone()).collect()
    }

    /// Makes a grant, or finds the one of the same name that says the same.
    ///
    /// # Errors
    /// [`Fault::Disabled`], [`Fault::InvalidState`], [`Fault::Validation`] for an operation that no grant on such a key
    /// can allow, [`Fault::LimitExceeded`] beyond the quota of grants.
    pub fn create_grant(
        &mut self,
        key: &Permit<KeyArn>,
        id: GrantId,
        terms: Terms,
        now: Timestamp,
    ) -> Result<GrantId, Fault> {
        let record = self.key(key, now)?;
        self.state(key, now)?.admits(Demand::Grant, key)?;
        let symmetric = record.spec == super::KeySpec::Symmetric;
        let possible = record.usage.grant_operations(symmetric);
        if let Some(wrong) = terms.operations.iter().find(|operation| !possible.contains(&operation.as_str())) {
            // Not recorded; the sentence is ours.
            let message =
                format!("Operation {wrong} is not supported in a grant for a key with KeySpec {}", record.spec);
            return Err(Fault::Validation { message });
        }
        if let Some(name) = &terms.name {
            let mut same = self.grants_by(Facet::of_key(key, By::Name, Some(name)), None);
            if let Some((id, _)) = same.find(|(_, row)| row.terms.same(&terms)) {
                return Ok(*id);
            }
        }
        self.limits.admit(Resources::Grants, self.grants_of.get(&**key).copied().unwrap_or_default())?;
        let row = Arc::new(GrantRow::from(Saved { id, key: (**key).clone(), created: now, terms }));
        for facet in row.facets() {
            self.granted.insert((facet, id), row.clone());
        }
        self.grants.insert(id, row);
        count(&mut self.grants_of, (**key).clone(), 1);
        Ok(id)
    }

    /// Ends a grant. Every state of the key allows it.
    ///
    /// # Errors
    /// [`Fault::NotFound`].
    pub fn end_grant(&mut self, at: &Permit<GrantAt>) -> Result<(), Fault> {
        if self.grants.get(&at.id).is_none_or(|row| row.key != at.key) {
            return Err(absent_grant(&at.id.to_string()));
        }
        self.forget_grant(&at.id);
        count(&mut self.grants_of, at.key.clone(), -1);
        Ok(())
    }

    /// Removes a grant from table and index.
    pub(super) fn forget_grant(&mut self, id: &GrantId) {
        let Some(row) = self.grants.remove(id) else { return };
        for facet in row.facets() {
            self.granted.remove(&(facet, *id));
        }
    }
}

/// The names under which grants may mean `requester`. Source: authorization.md 6.4, row "requester"; users and roles are
/// meant by their unique ids (authorization.md 1.5).
fn names(key: &KeyArn, requester: &Requester) -> Vec<String> {
    let Requester { arn, unique_id, role_arn, user_arn, .. } = requester;
    let mut names = Vec::from([arn.clone()]);
    names.extend([unique_id, role_arn, user_arn].into_iter().filter(|name| !name.is_empty()).cloned());
    names.extend(requester.service_names.iter().cloned());
    if let Some(account) = requester.account {
        names.push(format!("arn:{}:iam::{account}:root", key.region.partition()));
        names.push(account.to_string());
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The refusal for a grant that is not there.
#[must_use]
pub fn absent_grant(id: &str) -> Fault {
    Fault::NotFound { message: format!("Grant ID {id} not found") }
}
