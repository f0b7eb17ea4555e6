//! What exists in KMS: keys and their material, policies, aliases, tags, grants.
//!
//! Finding out that something exists is free to the other rooms; material and every change need a permit. All state
//! stands in tables; the indexes beside them are made again from the rest when a saved lab is opened.

mod algorithm;
mod alias;
mod consistency;
mod due;
mod fixture;
mod grant;
mod import;
mod import_token;
mod key;
mod managed;
mod material;
mod pairs;
mod policy;
pub mod quota;
mod related;
mod rotation;
mod shared;
mod spec;
mod state;
mod stores;
mod token;

pub use algorithm::{encryption, mac, signing};
pub use alias::{Alias, AliasArn};
pub use consistency::Consistency;
pub use due::{Happened, What};
pub use fixture::{Compat, accept_material};
pub use grant::{Constraints, GrantAt, GrantId, GrantRow, Party, Terms, absent_grant};
pub use import::{Import, ImportType, Imported};
pub use import_token::{Parameters, Wrap};
pub use key::{Key, LastUse, NewKey, Place};
pub use managed::{MANAGED, Managed, Wanted};
pub use material::{Ready, Use};
pub use policy::{KeyPolicy, default_policy};
pub use related::{NewReplica, Related};
pub use rotation::{MaterialFacts, MaterialState, Rotated, RotationType, Schedule};
pub use shared::AWS_RAM;
pub use spec::{Family, KeySpec, KeyUsage, Origin, UnknownName};
pub use state::{Demand, KeyState, Settled, Step};
pub use stores::{
    Backends, Backing, Carrier, Cluster, Connection, ConnectionError, ExternalKey, InStore, Manager, Metadata,
    PROXY_SERVICE, Post, Proxy, Store, StoreAt, StoreType, Stores, store_type,
};

use super::table::{Journaled, Table};
use crate::base::{Fault, KeyArn, KeyId, MaterialId, Timestamp};
use crate::crypto::provider::Provider;
use crate::policy::{Context, Name, ResourceSide};
use alloc::{format, string::String, sync::Arc};
use core::ops::Bound;
use grant::Facet;
use material::Material;
use serde::{Deserialize, Serialize};
use shared::Share;

/// Every KMS key of every account and Region, with what belongs to it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Saved")]
pub struct Keys {
    keys: Table<KeyArn, Key>,
    policies: Table<KeyArn, KeyPolicy>,
    materials: Table<MaterialId, Material>,
    aliases: Table<AliasArn, Alias>,
    grants: Table<GrantId, Arc<GrantRow>>,
    used: Table<KeyArn, LastUse>,
    /// With whom keys are shared through AWS RAM.
    shares: Table<KeyArn, Share>,
    /// The resource quotas.
    pub limits: quota::Limits,
    /// When grants and aliases take effect.
    pub consistency: Consistency,
    /// The custom key stores.
    pub stores: Stores,
    /// Who does what takes time, where that is not the core. It is the face's, and not saved.
    #[serde(skip)]
    pub provider: Option<Provider>,
    /// Whether the same chance has to give the same results, whoever makes them.
    #[serde(skip)]
    pub repeats: bool,
    /// The aliases of each key.
    #[serde(skip)]
    named: Table<(KeyArn, String), ()>,
    /// The grants by key, by grantee, by name, by retiring principal.
    #[serde(skip)]
    granted: Table<(Facet, GrantId), Arc<GrantRow>>,
    /// How many grants a key has. Counting 50,000 takes too long.
    #[serde(skip)]
    grants_of: Table<KeyArn, usize>,
    /// How many keys an account has in a Region.
    #[serde(skip)]
    keys_in: Table<Place, usize>,
    /// When time alone changes which key next: it is rotated, its material expires, it is deleted.
    #[serde(skip)]
    due: Table<(Timestamp, KeyArn), ()>,
    #[serde(skip)]
    last_document: policy::Last,
}

/// The part of [`Keys`] that a saved lab holds.
#[derive(Deserialize)]
struct Saved {
    keys: Table<KeyArn, Key>,
    policies: Table<KeyArn, KeyPolicy>,
    materials: Table<MaterialId, Material>,
    aliases: Table<AliasArn, Alias>,
    grants: Table<GrantId, Arc<GrantRow>>,
    used: Table<KeyArn, LastUse>,
    #[serde(default)]
    shares: Table<KeyArn, Share>,
    #[serde(default)]
    limits: quota::Limits,
    #[serde(default)]
    consistency: Consistency,
    #[serde(default)]
    stores: Stores,
}

impl From<Saved> for Keys {
    fn from(saved: Saved) -> Self {
        let Saved { keys, policies, materials, aliases, grants, used, shares, limits, consistency, stores } = saved;
        let state =
            Self { keys, policies, materials, aliases, grants, used, limits, consistency, stores, ..Self::default() };
        let mut all = Self { shares, ..state };
        for (arn, key) in all.keys.iter() {
            if let Some(due) = key.next_due(arn) {
                all.due.insert((due, arn.clone()), ());
            }
            if key.managed_for.is_none() {
                count(&mut all.keys_in, Place::of(arn), 1);
            } else if let Some(policy) = all.policies.edit(arn) {
                *policy = KeyPolicy::new(arn.clone(), policy.document().clone(), true);
            }
        }
        for (arn, policy) in all.policies.iter() {
            if let Some(share) = all.shares.edit(arn) {
                *share = share.clone().beside(policy);
            }
        }
        for (arn, alias) in all.aliases.iter() {
            all.named.insert((alias.key.clone(), arn.name.clone()), ());
        }
        for (id, row) in all.grants.iter() {
            for facet in row.facets() {
                all.granted.insert((facet, *id), row.clone());
            }
            count(&mut all.grants_of, row.key.clone(), 1);
        }
        all.commit();
        all
    }
}

impl Keys {
    /// The tables, to be committed or rolled back together.
    pub fn tables(&mut self) -> [&mut dyn Journaled; 12] {
        [
            &mut self.keys,
            &mut self.policies,
            &mut self.materials,
            &mut self.aliases,
            &mut self.grants,
            &mut self.used,
            &mut self.shares,
            &mut self.named,
            &mut self.granted,
            &mut self.grants_of,
            &mut self.keys_in,
            &mut self.due,
        ]
    }

    /// Forgets what was built from changes that are undone: nothing is kept outside of the tables.
    pub fn rolled_back(&mut self) {}

    fn commit(&mut self) {
        self.tables().into_iter().for_each(|table| table.commit());
    }

    // ---- Finding ----------------------------------------------------------------------------------------------

    /// The key, unless it is gone by `now`.
    #[must_use]
    pub fn find(&self, arn: &KeyArn, now: Timestamp) -> Option<&Key> {
        self.keys.get(arn).filter(|key| key.state(now).is_some())
    }

    /// Every key, also those that are gone by now and not yet removed.
    pub fn records(&self) -> impl Iterator<Item = (&KeyArn, &Key)> {
        self.keys.iter()
    }

    /// The key at `arn`, which was found before.
    fn key(&self, arn: &KeyArn, now: Timestamp) -> Result<&Key, Fault> {
        self.find(arn, now).ok_or_else(|| absent(arn))
    }

    /// The state of a key that was found before.
    fn state(&self, arn: &KeyArn, now: Timestamp) -> Result<KeyState, Fault> {
        self.keys.get(arn).and_then(|key| key.state(now)).ok_or_else(|| absent(arn))
    }

    /// Account and key id behind the id of a key material.
    #[must_use]
    pub fn of_material(&self, id: &MaterialId) -> Option<(Place, KeyId)> {
        self.materials.get(id).map(|material| (material.place.clone(), material.key))
    }

    /// The keys at `place` in the order of their ids, after `after`.
    pub fn keys_at<'a>(
        &'a self,
        place: &'a Place,
        after: Option<KeyId>,
        now: Timestamp,
    ) -> impl Iterator<Item = (&'a KeyArn, &'a Key)> {
        let from = match after {
            Some(id) => Bound::Excluded(place.key(id)),
            None => Bound::Included(place.key(KeyId::from_random([0; 16]))),
        };
        let here = move |arn: &KeyArn| arn.account == place.account && arn.region == place.region;
        self.keys
            .range((from, Bound::Unbounded))
            .take_while(move |(arn, _)| here(arn))
            .filter(move |(_, key)| key.state(now).is_some())
    }

    /// Every key that is there, in the order of ARNs.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = &KeyArn> {
        self.keys.iter().filter(move |(_, key)| key.state(now).is_some()).map(|(arn, _)| arn)
    }

    /// The last use of a key in a cryptographic operation that worked.
    #[must_use]
    pub fn last_use(&self, arn: &KeyArn) -> Option<&LastUse> {
        self.used.get(arn)
    }

    // ---- What the authorizer asks -----------------------------------------------------------------------------

    /// The key's policy, compiled.
    #[must_use]
    pub fn resource_side(&self, arn: &KeyArn) -> Option<Arc<ResourceSide>> {
        let shared = self.shares.get(arn).and_then(Share::side);
        shared.or_else(|| self.policies.get(arn).map(KeyPolicy::side)).cloned()
    }

    /// Sets the condition keys that follow from the key itself.
    /// Source: authorization.md 4.4; kms-condition-keys.csv, rows of kind resource.
    pub fn context(&self, arn: &KeyArn, now: Timestamp, context: &mut Context) {
        let Some(key) = self.find(arn, now) else { return };
        let (spec, usage) = (key.spec.as_str(), key.usage.as_str());
        context.put(const { Name::new("kms:KeySpec") }, spec);
        context.put(const { Name::new("kms:CustomerMasterKeySpec") }, spec);
        context.put(const { Name::new("kms:KeyUsage") }, usage);
        context.put(const { Name::new("kms:CustomerMasterKeyUsage") }, usage);
        context.put(const { Name::new("kms:KeyOrigin") }, key.origin.as_str());
        let multi_region = if arn.id.is_multi_region() { "true" } else { "false" };
        context.put(const { Name::new("kms:MultiRegion") }, multi_region);
        if let Some(related) = &key.related {
            context.put(const { Name::new("kms:MultiRegionKeyType") }, related.role(&arn.region));
        }
        let mut aliases = self.effective_aliases_of(arn, now).peekable();
        if aliases.peek().is_some() {
            context.set_list("kms:ResourceAliases", aliases);
        }
        for (tag, value) in &key.tags {
            context.set(&format!("aws:ResourceTag/{tag}"), value.as_str());
        }
    }
}

/// The refusal for a key that is not there.
#[must_use]
pub fn absent(arn: &KeyArn) -> Fault {
    Fault::NotFound { message: format!("Key '{arn}' does not exist") }
}

/// Adds `by` to the count at `key`. What counts nothing has no row.
fn count<K: Ord + Clone>(counts: &mut Table<K, usize>, key: K, by: isize) {
    match counts.get(&key).copied().unwrap_or_default().saturating_add_signed(by) {
        0 => drop(counts.remove(&key)),
        now => counts.insert(key, now),
    }
}
