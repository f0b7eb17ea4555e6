//! Multi-Region keys: one key id and one material in several Regions, a primary and its replicas.
//! Source: KMS Developer Guide, "Multi-Region keys in AWS KMS"; kms.md, section 13.
//!
//! Each Region has a record of its own. What relatives share stands in each of them, and is changed in all at once.

use super::quota::Resources;
use super::{Demand, Happened, Key, KeyState, Keys, Origin, Place, Settled, Step, What, count};
use crate::base::{Fault, KeyArn, Region, Secret, Timespan, Timestamp};
use crate::world::Permit;
use crate::world::identity::Document;
use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};
use core::mem;
use serde::{Deserialize, Serialize};

/// Where a multi-Region key and its relatives are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The Region of the primary key.
    pub primary: Region,
    /// The Regions of the replicas, in the order in which they were made.
    pub replicas: Vec<Region>,
}

impl Related {
    /// A primary key in `region`, without replicas.
    #[must_use]
    pub const fn new(region: Region) -> Self {
        Self { primary: region, replicas: Vec::new() }
    }

    /// `MultiRegionKeyType` of the key in `region`.
    #[must_use]
    pub fn role(&self, region: &Region) -> &'static str {
        if self.primary == *region { "PRIMARY" } else { "REPLICA" }
    }

    fn regions(&self) -> impl Iterator<Item = &Region> {
        core::iter::once(&self.primary).chain(&self.replicas)
    }
}

/// What is a replica's own.
#[derive(Debug)]
pub struct NewReplica {
    /// `Description`.
    pub description: String,
    /// Tag keys and values.
    pub tags: BTreeMap<String, String>,
    /// Its policy.
    pub policy: Document,
    /// 32 random bytes, under which grant tokens are sealed.
    pub token_key: Secret,
}

impl Key {
    pub(super) fn is_replica(&self, arn: &KeyArn) -> bool {
        self.related.as_ref().is_some_and(|related| related.primary != arn.region)
    }

    /// Whether it is a multi-Region primary key that has replicas.
    pub(super) fn has_replicas(&self, arn: &KeyArn) -> bool {
        self.related.as_ref().is_some_and(|related| related.primary == arn.region && !related.replicas.is_empty())
    }

    /// Refuses replicas: the primary has a say in what they share.
    pub(super) fn must_be_primary(&self, arn: &KeyArn) -> Result<(), Fault> {
        if self.is_replica(arn) { Err(not_primary(arn)) } else { Ok(()) }
    }
}

/// Recorded for `ReplicateKey` on a replica.
fn not_primary(arn: &KeyArn) -> Fault {
    Fault::UnsupportedOperation { message: format!("{arn} is not a multi-region primary key.") }
}

/// The refusal of the Region that the key is in. Not recorded; the sentence is ours.
fn own_region(member: &str, region: &Region) -> Fault {
    Fault::Validation { message: format!("{member} {region} is the Region of the key.") }
}

impl Keys {
    /// The key and its relatives.
    pub(super) fn family(&self, arn: &KeyArn) -> Vec<KeyArn> {
        match self.keys.get(arn).and_then(|key| key.related.as_ref()) {
            Some(related) => related.regions().map(|region| KeyArn { region: region.clone(), ..arn.clone() }).collect(),
            None => vec![arn.clone()],
        }
    }

    /// That the replicas of a primary key have taken over a change, at once.
    #[must_use]
    pub fn synchronized(&self, arn: &KeyArn, at: Timestamp) -> Vec<Happened> {
        let keys = self.family(arn);
        let replicas = keys.iter().filter(|key| *key != arn);
        replicas.map(|key| Happened { at, key: key.clone(), what: What::Synchronized { keys: keys.clone() } }).collect()
    }

    /// Makes a replica of a primary key in another Region: a pair of the primary and of the place of the replica.
    ///
    /// # Errors
    /// [`Fault::Disabled`] and [`Fault::InvalidState`]; [`Fault::UnsupportedOperation`] for a key that is no primary;
    /// [`Fault::Validation`] for the key's own Region, after that: recorded of a replica; [`Fault::ReplicaExists`];
    /// [`Fault::LimitExceeded`] beyond the quota of keys in the Region.
    pub fn replicate(
        &mut self,
        at: &Permit<(KeyArn, Place)>,
        new: NewReplica,
        now: Timestamp,
    ) -> Result<KeyArn, Fault> {
        let (arn, place) = &**at;
        let primary = self.key(arn, now)?.clone();
        self.state(arn, now)?.admits(Demand::Replication, arn)?;
        let Some(mut related) = primary.related.filter(|related| related.primary == arn.region) else {
            return Err(not_primary(arn));
        };
        if place.region == arn.region {
            return Err(own_region("replicaRegion", &place.region));
        }
        let replica = place.key(arn.id);
        if self.keys.get(&replica).is_some() {
            return Err(Fault::ReplicaExists { key: format!("{replica}") });
        }
        self.limits.admit(Resources::Keys, self.keys_in.get(place).copied().unwrap_or_default())?;
        related.replicas.push(place.region.clone());
        // Its material is imported in each Region.
        let then = if primary.origin == Origin::External { Settled::PendingImport } else { Settled::Enabled };
        let record = Key {
            created: now,
            description: new.description,
            tags: new.tags,
            // With strong consistency the state is past for whoever asks next.
            state: KeyState::Creating { until: now.plus(self.consistency.transition()), then },
            imports: BTreeMap::new(),
            related: Some(related.clone()),
            token_key: new.token_key,
            ..primary
        };
        self.put(&replica, record, new.policy);
        count(&mut self.keys_in, place.clone(), 1);
        self.relate(arn, &related)?;
        Ok(replica)
    }

    /// Makes a replica the primary key, and the primary a replica: a pair of the primary and of the replica.
    ///
    /// # Errors
    /// [`Fault::Disabled`] and [`Fault::InvalidState`] of either; [`Fault::UnsupportedOperation`] when they are no primary
    /// and replica; [`Fault::Validation`] for the primary's own Region.
    pub fn change_primary(&mut self, at: &Permit<(KeyArn, KeyArn)>, now: Timestamp) -> Result<(), Fault> {
        let (from, to) = &**at;
        self.state(from, now)?.admits(Demand::Cryptography, from)?;
        let Some(mut related) = self.key(from, now)?.related.clone().filter(|related| related.primary == from.region)
        else {
            return Err(not_primary(from));
        };
        if to.region == from.region {
            return Err(own_region("primaryRegion", &to.region));
        }
        self.state(to, now)?.admits(Demand::Cryptography, to)?;
        let Some(replica) = related.replicas.iter_mut().find(|region| **region == to.region) else {
            // Not recorded; the sentence is ours.
            let message = format!("{to} is not a multi-region replica key.");
            return Err(Fault::UnsupportedOperation { message });
        };
        mem::swap(replica, &mut related.primary);
        self.relate(from, &related)?;
        for arn in [from, to] {
            let until = now.plus(self.consistency.transition());
            let state = self.state(arn, now)?.after(Step::ChangePrimary { until }).ok_or(Fault::Internal)?;
            self.change(arn, |key| key.state = state)?;
        }
        Ok(())
    }

    /// Says in each record where the relatives are.
    fn relate(&mut self, arn: &KeyArn, related: &Related) -> Result<(), Fault> {
        let family = self.family(arn);
        family.iter().try_for_each(|arn| self.change(arn, |key| key.related = Some(related.clone())))
    }

    /// Tells the relatives of a key that it is gone since `at`. The last one takes the material along; a primary that has
    /// waited for its last replica starts its own waiting period.
    pub(super) fn leave(&mut self, arn: &KeyArn, key: &Key, at: Timestamp) -> Result<(), Fault> {
        let mut rest = key.related.clone();
        if let Some(related) = &mut rest {
            related.replicas.retain(|region| *region != arn.region);
        }
        let Some(related) = rest.filter(|related| related.primary != arn.region) else {
            key.materials.iter().chain(&key.pending).for_each(|id| drop(self.materials.remove(id)));
            return Ok(());
        };
        let primary = KeyArn { region: related.primary.clone(), ..arn.clone() };
        for region in related.regions() {
            let relative = KeyArn { region: region.clone(), ..arn.clone() };
            self.change(&relative, |key| key.related = Some(related.clone()))?;
        }
        let waits = self.keys.get(&primary).map(|key| key.state);
        if let Some(KeyState::PendingReplicaDeletion { days }) = waits.filter(|_| related.replicas.is_empty()) {
            let step = Step::LoseLastReplica { until: at.plus(Timespan::days(i64::from(days))) };
            let state = KeyState::PendingReplicaDeletion { days }.after(step).ok_or(Fault::Internal)?;
            self.change(&primary, |key| key.state = state)?;
        }
        key.imports.keys().for_each(|id| self.forget_unless_imported(&primary, id));
        Ok(())
    }
}
