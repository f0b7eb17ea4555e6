//! Rotation: new material for a key, by its schedule or on demand. What the old material sealed still opens.
//! Source: KMS Developer Guide, "Rotate AWS KMS keys"; kms.md, section 8.

use super::{Consistency, Demand, Family, Happened, Imported, Key, KeyState, Keys, Origin, What, quota};
use crate::base::{Fault, KeyArn, MaterialId, Secret, Timespan, Timestamp};
use crate::world::Permit;
use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The rotation period when none is given, and that of AWS managed keys, in days.
pub(super) const YEAR: u32 = 365;

/// Before an automatic rotation nobody rotates on demand. Source: KMS API, `ConflictException`.
const MARGIN: Timespan = Timespan::seconds(20 * 60);

/// Automatic rotation that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// `RotationPeriodInDays`.
    pub days: u32,
    /// `NextRotationDate`.
    pub next: Timestamp,
}

impl Schedule {
    /// Every `days`, from `now` on.
    #[must_use]
    pub const fn new(days: u32, now: Timestamp) -> Self {
        Self { days, next: now.plus(Self::period(days)) }
    }

    const fn period(days: u32) -> Timespan {
        Timespan::days(days as i64)
    }

    /// After the rotation at `next`.
    const fn after(self) -> Self {
        Self { days: self.days, next: self.next.plus(Self::period(self.days)) }
    }
}

/// A rotation on demand that is not done yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnderWay {
    /// When it was asked for.
    since: Timestamp,
    /// When it is done.
    until: Timestamp,
}

/// Why a key was rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the API's two")]
pub enum RotationType {
    /// Its schedule said so.
    #[serde(rename = "AUTOMATIC")]
    Automatic,
    /// `RotateKeyOnDemand`.
    #[serde(rename = "ON_DEMAND")]
    OnDemand,
}

impl RotationType {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "AUTOMATIC",
            Self::OnDemand => "ON_DEMAND",
        }
    }
}

/// The rotation that made a material the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotated {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub kind: RotationType,
}

/// What a material is to its key: `KeyMaterialState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MaterialState {
    /// It encrypts and decrypts.
    Current,
    /// It decrypts.
    NonCurrent,
    /// It is imported, and waits for `RotateKeyOnDemand`.
    PendingRotation,
    /// The same, and some related multi-Region key still waits for it to be imported.
    PendingImportAndRotation,
}

impl MaterialState {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::NonCurrent => "NON_CURRENT",
            Self::PendingRotation => "PENDING_ROTATION",
            Self::PendingImportAndRotation => "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
        }
    }
}

/// One material of a key, as `ListKeyRotations` tells it.
#[derive(Debug, Clone)]
pub struct MaterialFacts {
    /// Its id.
    pub id: MaterialId,
    /// What it is to the key.
    pub state: MaterialState,
    /// How it became the current one; the first material just was.
    pub rotated: Option<Rotated>,
    /// How it was imported, where it is imported at all.
    pub imported: Option<Imported>,
}

impl Key {
    /// The schedule, unless the key is pending deletion: then its rotation status is false.
    #[must_use]
    pub fn rotation(&self) -> Option<Schedule> {
        let leaving = matches!(self.state, KeyState::PendingDeletion { .. } | KeyState::PendingReplicaDeletion { .. });
        self.rotation.filter(|_| !leaving)
    }

    /// When its schedule rotates it, if nothing changes: not while it is disabled, and a replica with its primary.
    pub(super) fn next_rotation(&self, arn: &KeyArn) -> Option<Timestamp> {
        let runs = matches!(self.state, KeyState::Enabled | KeyState::Creating { .. } | KeyState::Updating { .. });
        self.rotation.filter(|_| runs && !self.is_replica(arn)).map(|schedule| schedule.next)
    }

    /// `OnDemandRotationStartDate`: when the rotation on demand was asked for that is under way.
    #[must_use]
    pub fn rotating_since(&self) -> Option<Timestamp> {
        self.rotating.map(|under_way| under_way.since)
    }

    /// When its rotation on demand is done: a replica's with its primary.
    pub(super) fn rotated_at(&self, arn: &KeyArn) -> Option<Timestamp> {
        self.rotating.filter(|_| !self.is_replica(arn)).map(|under_way| under_way.until)
    }

    /// Refuses keys whose origin does not go with the operation: notes 6 and 7 of the key state table.
    pub(super) fn must_come_from(&self, arn: &KeyArn, origins: &[Origin]) -> Result<(), Fault> {
        if origins.contains(&self.origin) {
            return Ok(());
        }
        let message = format!("{arn} origin is {} which is not valid for this operation.", self.origin);
        Err(Fault::UnsupportedOperation { message })
    }

    /// Refuses what has one material for life: key pairs and HMAC keys. AWS says nothing else, as recorded for
    /// `RotateKeyOnDemand`.
    pub(super) fn must_be_symmetric(&self) -> Result<(), Fault> {
        match self.spec.family() {
            Family::Symmetric => Ok(()),
            _ => Err(Fault::UnsupportedOperation { message: String::new() }),
        }
    }
}

impl Keys {
    /// Turns automatic rotation on, or changes its period, for the key and its relatives.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for imported keys, keys in key stores, key pairs, HMAC keys and replicas;
    /// [`Fault::Disabled`] and [`Fault::InvalidState`].
    pub fn enable_rotation(&mut self, arn: &Permit<KeyArn>, days: Option<u32>, now: Timestamp) -> Result<(), Fault> {
        let key = self.schedulable(arn, now)?;
        key.must_be_symmetric()?;
        key.must_be_primary(arn)?;
        let days = days.unwrap_or(YEAR);
        // The same period again changes nothing (unconfirmed); another one counts from now.
        let same = key.rotation.filter(|schedule| schedule.days == days);
        self.set_schedule(arn, Some(same.unwrap_or_else(|| Schedule::new(days, now))))
    }

    /// Turns automatic rotation off, for the key and its relatives. What never rotates may be told so, too: measured in
    /// us-east-1, 2026.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for imported keys, keys in key stores and replicas; [`Fault::Disabled`] and
    /// [`Fault::InvalidState`].
    pub fn disable_rotation(&mut self, arn: &Permit<KeyArn>, now: Timestamp) -> Result<(), Fault> {
        self.schedulable(arn, now)?.must_be_primary(arn)?;
        self.set_schedule(arn, None)
    }

    /// The key, when its origin and state let its automatic rotation be turned on and off.
    fn schedulable(&self, arn: &KeyArn, now: Timestamp) -> Result<&Key, Fault> {
        let key = self.key(arn, now)?;
        key.must_come_from(arn, &[Origin::AwsKms])?;
        self.state(arn, now)?.admits(Demand::Cryptography, arn)?;
        Ok(key)
    }

    fn set_schedule(&mut self, arn: &KeyArn, schedule: Option<Schedule>) -> Result<(), Fault> {
        self.family(arn).iter().try_for_each(|arn| self.change(arn, |key| key.rotation = schedule))
    }

    /// A key that was enabled again, and was due for rotation meanwhile, is due now.
    pub(super) fn catch_up(&mut self, arn: &KeyArn, now: Timestamp) -> Result<(), Fault> {
        let missed = self.keys.get(arn).and_then(|key| key.rotation).filter(|schedule| schedule.next < now);
        missed.map_or(Ok(()), |schedule| self.set_schedule(arn, Some(Schedule { next: now, ..schedule })))
    }

    /// The status of a key's automatic rotation.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys in key stores, and for imported keys that wait for their material.
    pub fn rotation_status(&self, arn: &Permit<KeyArn>, now: Timestamp) -> Result<Option<Schedule>, Fault> {
        let key = self.key(arn, now)?;
        let waits = self.state(arn, now)? == KeyState::PendingImport;
        let origins: &[Origin] = if waits { &[Origin::AwsKms] } else { &[Origin::AwsKms, Origin::External] };
        key.must_come_from(arn, origins)?;
        Ok(key.rotation())
    }

    /// Rotates a key now, with its relatives; `material` is what comes next. The schedule stays. Where consistency is
    /// eventual it takes some seconds, and nothing has happened yet.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys in key stores, key pairs, HMAC keys and replicas; [`Fault::Disabled`] and
    /// [`Fault::InvalidState`]; [`Fault::LimitExceeded`] after 25 times; [`Fault::Conflict`] shortly before the schedule's
    /// own rotation, and while another is under way (unconfirmed); [`Fault::WrongState`] for an imported key without new material.
    pub fn rotate(&mut self, arn: &Permit<KeyArn>, material: Secret, now: Timestamp) -> Result<Vec<Happened>, Fault> {
        let key = self.key(arn, now)?;
        key.must_come_from(arn, &[Origin::AwsKms, Origin::External])?;
        self.state(arn, now)?.admits(Demand::Cryptography, arn)?;
        key.must_be_symmetric()?;
        key.must_be_primary(arn)?;
        if self.rotated_on_demand(key) >= quota::ROTATIONS {
            let message = format!(
                "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can \
                 be performed for this key: {}",
                **arn
            );
            return Err(Fault::LimitExceeded { message });
        }
        if key.rotating.is_some() || key.next_rotation(arn).is_some_and(|next| next <= now.plus(MARGIN)) {
            return Err(Fault::Conflict);
        }
        if self.consistency == Consistency::Eventual {
            if key.origin == Origin::External {
                self.promotable(arn)?;
            }
            let under_way = UnderWay { since: now, until: now.plus(self.consistency.transition()) };
            self.set_rotating(arn, Some(under_way))?;
            return Ok(Vec::new());
        }
        let rotated = Rotated { at: now, kind: RotationType::OnDemand };
        if key.origin == Origin::External {
            return self.promote_pending(arn, rotated);
        }
        let material = self.add_material(arn, material, Some(rotated));
        self.renew(arn, material, rotated)
    }

    /// Ends a rotation on demand that has been under way. Imported material that was deleted meanwhile is not rotated to.
    pub(super) fn finish_rotation(
        &mut self,
        arn: &KeyArn,
        at: Timestamp,
        material: &mut dyn FnMut() -> Result<Secret, Fault>,
    ) -> Result<Vec<Happened>, Fault> {
        self.set_rotating(arn, None)?;
        let rotated = Rotated { at, kind: RotationType::OnDemand };
        let external = self.keys.get(arn).is_some_and(|key| key.origin == Origin::External);
        if external && self.promotable(arn).is_err() {
            return Ok(Vec::new());
        }
        if external {
            return self.promote_pending(arn, rotated);
        }
        let material = self.add_material(arn, material()?, Some(rotated));
        self.renew(arn, material, rotated)
    }

    fn set_rotating(&mut self, arn: &KeyArn, under_way: Option<UnderWay>) -> Result<(), Fault> {
        self.family(arn).iter().try_for_each(|arn| self.change(arn, |key| key.rotating = under_way))
    }

    fn rotated_on_demand(&self, key: &Key) -> usize {
        let made = |id: &&MaterialId| self.materials.get(*id).and_then(|material| material.rotated);
        key.materials.iter().filter_map(|id| made(&id)).filter(|made| made.kind == RotationType::OnDemand).count()
    }

    /// Rotates a key as often as its schedule says until `now`.
    pub(super) fn rotate_due(
        &mut self,
        arn: &KeyArn,
        now: Timestamp,
        mut material: impl FnMut() -> Result<Secret, Fault>,
    ) -> Result<Vec<Happened>, Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        let Some(mut schedule) = key.rotation else { return Ok(Vec::new()) };
        let (origin, mut previous) = (key.origin, key.current_material().ok_or(Fault::Internal)?);
        let (mut happened, mut made) = (Vec::new(), Vec::new());
        // Time ends somewhere: what is due then stays due.
        while schedule.next <= now && schedule.after().next > schedule.next {
            let rotated = Rotated { at: schedule.next, kind: RotationType::Automatic };
            let current = self.add_material(arn, material()?, Some(rotated));
            let what = What::Rotated { kind: rotated.kind, origin, previous, current };
            happened.push(Happened { at: rotated.at, key: arn.clone(), what });
            happened.append(&mut self.synchronized(arn, rotated.at));
            made.push(current);
            (previous, schedule) = (current, schedule.after());
        }
        // Each record once, however often it was due: records are copied when they are changed.
        for arn in self.family(arn) {
            self.change(&arn, |key| {
                key.materials.extend(&made);
                key.rotation = Some(schedule);
            })?;
        }
        Ok(happened)
    }

    /// Makes a material the current one of a key and its relatives.
    pub(super) fn renew(
        &mut self,
        arn: &KeyArn,
        current: MaterialId,
        rotated: Rotated,
    ) -> Result<Vec<Happened>, Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        let (origin, previous) = (key.origin, key.current_material().ok_or(Fault::Internal)?);
        let family = self.family(arn);
        family.iter().try_for_each(|arn| self.change(arn, |key| key.materials.push(current)))?;
        let what = What::Rotated { kind: rotated.kind, origin, previous, current };
        let own = Happened { at: rotated.at, key: arn.clone(), what };
        Ok(core::iter::once(own).chain(self.synchronized(arn, rotated.at)).collect())
    }

    /// Refuses keys that are never rotated: `IncludeKeyMaterial` is for others. The sentence is not recorded.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`].
    pub fn must_rotate(&self, arn: &Permit<KeyArn>, now: Timestamp) -> Result<(), Fault> {
        let key = self.key(arn, now)?;
        key.must_come_from(arn, &[Origin::AwsKms, Origin::External])?;
        key.must_be_symmetric()
    }

    /// The materials of a key, oldest first.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys in key stores.
    pub fn materials_of(&self, arn: &KeyArn, now: Timestamp) -> Result<Vec<MaterialFacts>, Fault> {
        let key = self.key(arn, now)?;
        key.must_come_from(arn, &[Origin::AwsKms, Origin::External])?;
        if key.must_be_symmetric().is_err() {
            return Ok(Vec::new());
        }
        let current = key.current_material();
        let facts = |id: &MaterialId| MaterialFacts {
            id: *id,
            state: if key.pending == Some(*id) {
                self.pending_state(arn, id)
            } else if current == Some(*id) {
                MaterialState::Current
            } else {
                MaterialState::NonCurrent
            },
            rotated: self.materials.get(id).and_then(|material| material.rotated),
            imported: (key.origin == Origin::External).then(|| self.imported(key, id)),
        };
        Ok(key.materials.iter().chain(&key.pending).map(facts).collect())
    }
}
