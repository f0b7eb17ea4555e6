//! The record of a key, and what changes it.

use super::quota::{self, Resources};
use super::rotation::{self, Schedule, UnderWay};
use super::{Demand, InStore, KeyPolicy, KeySpec, KeyState, KeyUsage, Keys, Origin, Related, Step, count};
use crate::base::{AccountId, Fault, KeyArn, KeyId, MaterialId, Region, Secret, Timespan, Timestamp, Uuid};
use crate::world::Permit;
use crate::world::identity::Document;
use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Where keys live: an account's part of a Region.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl Place {
    /// Where a key is.
    #[must_use]
    pub fn of(arn: &KeyArn) -> Self {
        Self { account: arn.account, region: arn.region.clone() }
    }

    /// The ARN `…:key/*`: a key that has no id yet.
    #[must_use]
    pub fn any_key(&self) -> String {
        self.key_arn("*")
    }

    /// The ARN of a key of that id, be it none.
    #[must_use]
    pub fn key_arn(&self, id: &str) -> String {
        format!("arn:{}:kms:{}:{}:key/{id}", self.region.partition(), self.region, self.account)
    }

    /// The key of that id here.
    #[must_use]
    pub fn key(&self, id: KeyId) -> KeyArn {
        KeyArn { account: self.account, region: self.region.clone(), id }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// A KMS key. Its policy, aliases and grants stand elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// `CreationDate`.
    pub created: Timestamp,
    /// `Description`, maybe empty.
    pub description: String,
    /// What it is for.
    pub usage: KeyUsage,
    /// What it is.
    pub spec: KeySpec,
    /// Where its material is from.
    pub origin: Origin,
    /// The name of the service that AWS manages the key for: `s3`. `None` for customer managed keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_for: Option<Cow<'static, str>>,
    /// Tag keys and values.
    pub tags: BTreeMap<String, String>,
    /// Ids of its materials, oldest first; the last is the current one. Related multi-Region keys have the same.
    pub materials: Vec<MaterialId>,
    pub(super) state: KeyState,
    /// The custom key store that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<InStore>,
    /// Its automatic rotation, when that is on. Related multi-Region keys have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rotation: Option<Schedule>,
    /// Imported material that waits for its rotation. Related multi-Region keys have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<MaterialId>,
    /// Its rotation on demand, while that is under way. Related multi-Region keys have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rotating: Option<UnderWay>,
    /// What is imported, with the date on which it expires. Each Region has its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) imports: BTreeMap<MaterialId, Option<Timestamp>>,
    /// Where a multi-Region key and its relatives are: the same in each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related: Option<Related>,
    /// Under which its grant tokens are sealed: keys without symmetric material have grants, too.
    pub(super) token_key: Secret,
}

impl Key {
    /// Its state at `now`; `None` when it is gone by then.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Option<KeyState> {
        self.state.at(now)
    }

    /// When it is deleted, if that is so.
    #[must_use]
    pub fn deletion_date(&self) -> Option<Timestamp> {
        match self.state {
            KeyState::PendingDeletion { until } => Some(until),
            _ => None,
        }
    }

    /// The id of the material that encrypts now.
    #[must_use]
    pub fn current_material(&self) -> Option<MaterialId> {
        self.materials.last().copied()
    }
}

/// A cryptographic operation that worked, as `GetKeyLastUsage` tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub operation: Cow<'static, str>,
    /// The id of its request.
    pub request_id: Uuid,
}

/// What a new key is to be.
#[derive(Debug)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// `Description`.
    pub description: String,
    /// What it is for.
    pub usage: KeyUsage,
    /// What it is.
    pub spec: KeySpec,
    /// Where its material is from.
    pub origin: Origin,
    /// The service that AWS manages it for.
    pub managed_for: Option<&'static str>,
    /// Tag keys and values.
    pub tags: BTreeMap<String, String>,
    /// Its policy.
    pub policy: Document,
    /// What [`KeySpec::material`] makes, or nothing while the material is to be imported.
    pub material: Option<Secret>,
    /// 32 random bytes, under which grant tokens are sealed.
    pub token_key: Secret,
}

impl Keys {
    /// Makes a key.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] beyond the quota of keys in the account and Region; [`Fault::Internal`] when the id is taken.
    pub fn create(&mut self, place: &Permit<Place>, new: NewKey, now: Timestamp) -> Result<KeyArn, Fault> {
        self.limits.admit(Resources::Keys, self.keys_in.get(&**place).copied().unwrap_or_default())?;
        let arn = self.add(place, new, now)?;
        count(&mut self.keys_in, (**place).clone(), 1);
        Ok(arn)
    }

    /// Adds a key, whoever manages it.
    pub(super) fn add(&mut self, place: &Place, new: NewKey, now: Timestamp) -> Result<KeyArn, Fault> {
        let arn = place.key(new.id);
        if self.keys.get(&arn).is_some() {
            return Err(Fault::Internal);
        }
        let state = if new.material.is_some() { KeyState::Enabled } else { KeyState::PendingImport };
        let materials = match new.material {
            Some(secret) => vec![self.add_material(&arn, secret, None)],
            None => Vec::new(),
        };
        let key = Key {
            created: now,
            description: new.description,
            usage: new.usage,
            spec: new.spec,
            origin: new.origin,
            managed_for: new.managed_for.map(Cow::Borrowed),
            tags: new.tags,
            materials,
            state,
            store: None,
            // AWS managed keys are rotated every year.
            rotation: new.managed_for.map(|_| Schedule::new(rotation::YEAR, now)),
            pending: None,
            rotating: None,
            imports: BTreeMap::new(),
            related: new.id.is_multi_region().then(|| Related::new(place.region.clone())),
            token_key: new.token_key,
        };
        self.put(&arn, key, new.policy);
        Ok(arn)
    }

    /// Stores a new record.
    pub(super) fn put(&mut self, arn: &KeyArn, key: Key, policy: Document) {
        if let Some(due) = key.next_due(arn) {
            self.due.insert((due, arn.clone()), ());
        }
        let policy = KeyPolicy::new(arn.clone(), self.last_document.shared(policy), key.managed_for.is_some());
        self.policies.insert(arn.clone(), policy);
        self.keys.insert(arn.clone(), key);
    }

    /// Changes a record, and with it the moment at which time alone changes it next.
    pub(super) fn change<T>(&mut self, arn: &KeyArn, change: impl FnOnce(&mut Key) -> T) -> Result<T, Fault> {
        let key = self.keys.edit(arn).ok_or(Fault::Internal)?;
        let before = key.next_due(arn);
        let result = change(key);
        let after = key.next_due(arn);
        if before != after {
            if let Some(due) = before {
                self.due.remove(&(due, arn.clone()));
            }
            if let Some(due) = after {
                self.due.insert((due, arn.clone()), ());
            }
        }
        Ok(result)
    }

    /// Takes a key through `step`, and gives its new state.
    ///
    /// # Errors
    /// [`Fault::InvalidState`] where the state does not allow it.
    pub fn step(&mut self, arn: &Permit<KeyArn>, step: Step, now: Timestamp) -> Result<KeyState, Fault> {
        let state = self.state(arn, now)?;
        let Some(after) = state.after(step) else {
            return Err(match step {
                // Note 4.
                Step::CancelDeletion => Fault::InvalidState { key: arn.to_string(), state: "not pending deletion" },
                _ => state.refusal(arn),
            });
        };
        // Documentation has every key disabled then; one without its material cannot be enabled (unconfirmed).
        let incomplete = self.key(arn, now)?.is_incomplete();
        let after = if step == Step::CancelDeletion && incomplete { KeyState::PendingImport } else { after };
        self.change(arn, |key| key.state = after)?;
        if step == Step::Enable {
            self.catch_up(arn, now)?;
        }
        self.follow_store(arn, now);
        self.state(arn, now)
    }

    /// Takes a key through a step of its store, if its state has one for it.
    pub(super) fn follow(&mut self, arn: &KeyArn, step: Step) {
        if let Some(after) = self.keys.get(arn).and_then(|key| key.state.after(step)) {
            drop(self.change(arn, |key| key.state = after));
        }
    }

    /// Starts the waiting period of `days` after which a key is gone; that of a multi-Region primary key starts when its
    /// last replica is gone. Gives the new state.
    ///
    /// # Errors
    /// [`Fault::InvalidState`] where the state does not allow it.
    pub fn schedule_deletion(&mut self, arn: &Permit<KeyArn>, days: u32, now: Timestamp) -> Result<KeyState, Fault> {
        let step = if self.key(arn, now)?.has_replicas(arn) {
            Step::ScheduleReplicaDeletion { days }
        } else {
            Step::ScheduleDeletion { until: now.plus(Timespan::days(i64::from(days))) }
        };
        self.step(arn, step, now)
    }

    /// Replaces a key's description.
    ///
    /// # Errors
    /// [`Fault::InvalidState`] while the key is pending deletion.
    pub fn describe(&mut self, arn: &Permit<KeyArn>, description: String, now: Timestamp) -> Result<(), Fault> {
        self.setting(arn, now)?.description = description;
        Ok(())
    }

    /// Adds tags to a key, over those of the same tag keys.
    ///
    /// # Errors
    /// [`Fault::InvalidState`] while the key is pending deletion, [`Fault::Tag`] beyond 50 tags.
    pub fn tag(&mut self, arn: &Permit<KeyArn>, tags: BTreeMap<String, String>, now: Timestamp) -> Result<(), Fault> {
        let key = self.setting(arn, now)?;
        key.tags.extend(tags);
        if key.tags.len() > quota::TAGS { Err(Fault::Tag { message: "Too many tags" }) } else { Ok(()) }
    }

    /// Takes tags off a key. Tag keys that it does not have are passed over.
    ///
    /// # Errors
    /// [`Fault::InvalidState`] while the key is pending deletion.
    pub fn untag(&mut self, arn: &Permit<KeyArn>, tag_keys: &[String], now: Timestamp) -> Result<(), Fault> {
        let key = self.setting(arn, now)?;
        tag_keys.iter().for_each(|tag| drop(key.tags.remove(tag)));
        Ok(())
    }

    /// The record, when the key's settings may be changed.
    fn setting(&mut self, arn: &KeyArn, now: Timestamp) -> Result<&mut Key, Fault> {
        let state = self.state(arn, now)?;
        state.admits(Demand::Settings, arn)?;
        self.keys.edit(arn).ok_or(Fault::Internal)
    }
}
