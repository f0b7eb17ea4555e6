//! Imported material: keys whose material KMS did not make. It may expire, be deleted, and be imported again, the same
//! each time. Source: KMS Developer Guide, "Importing key material for AWS KMS keys"; kms.md, section 7.
//!
//! The id of a material follows from its bytes and its key, so nothing else is needed to know a material again.

use super::material::material_id;
use super::rotation::{MaterialState, Rotated};
use super::{Demand, Family, Happened, Key, KeySpec, Keys, Origin, Parameters, Step, Wrap};
use crate::base::{Entropy, Fault, KeyArn, MaterialId, Secret, Timestamp};
use crate::crypto::pair::{PrivateKey, Slow};
use crate::world::Permit;
use alloc::{format, string::String, vec::Vec};

/// Whether material is new to its key: `ImportType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the API's two")]
pub enum ImportType {
    /// It becomes the key's.
    New,
    /// It is the key's already.
    Existing,
}

/// An import that is asked for.
#[derive(Debug)]
pub struct Import<'a> {
    /// `ImportToken`.
    pub token: &'a [u8],
    /// `EncryptedKeyMaterial`.
    pub wrapped: &'a [u8],
    /// When the material expires, if ever.
    pub expires: Option<Timestamp>,
    /// Whether it is new to the key; `None` takes what comes.
    pub kind: Option<ImportType>,
    /// `KeyMaterialDescription`.
    pub description: Option<String>,
    /// The id that the material must have.
    pub id: Option<MaterialId>,
}

/// What is known of a material of an imported key.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Whether it is there.
    pub present: bool,
    /// When it expires, if it is there and does.
    pub expires: Option<Timestamp>,
    /// `KeyMaterialDescription`.
    pub description: String,
}

impl KeySpec {
    /// Whether keys of the spec can have imported material. Source: kms.md 4.1; of ML-KEM it is unconfirmed.
    #[must_use]
    pub const fn is_importable(self) -> bool {
        !matches!(
            self,
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 | Self::MlKem512 | Self::MlKem768 | Self::MlKem1024
        )
    }

    /// The bytes as material of a key of this spec, written as KMS writes it; `None` when they are none.
    /// Source: kms.md 7.2.
    pub(super) fn accept(self, bytes: Secret) -> Option<Secret> {
        if let Some(pair) = self.pair() {
            return PrivateKey::from_pkcs8(pair, bytes.expose()).and_then(|key| key.to_pkcs8()).ok();
        }
        let length = bytes.expose().len();
        let fits = match self.mac() {
            Some(hash) => (hash.size()..=128).contains(&length),
            None => length == 32,
        };
        fits.then_some(bytes)
    }
}

impl Key {
    /// When the first of its imported materials expires.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.imports.values().flatten().min().copied()
    }

    /// Whether it lacks material that belongs to it for good.
    pub(super) fn is_incomplete(&self) -> bool {
        let lacks = |id: &MaterialId| !self.imports.contains_key(id);
        self.origin == Origin::External && (self.materials.is_empty() || self.materials.iter().any(lacks))
    }

    /// When the first of the materials expires that belong to it for good, as `KeyMetadata` tells it; `None` when no
    /// such material is there.
    #[must_use]
    pub fn expiry(&self) -> Option<Option<Timestamp>> {
        let mut dates = self.materials.iter().filter_map(|id| self.imports.get(id)).peekable();
        dates.peek()?;
        Some(dates.flatten().min().copied())
    }
}

impl Keys {
    /// The key, when `demand` can be made on its imported material.
    fn importable(&self, arn: &KeyArn, demand: Demand, now: Timestamp) -> Result<&Key, Fault> {
        let key = self.key(arn, now)?;
        key.must_come_from(arn, &[Origin::External])?;
        self.state(arn, now)?.admits(demand, arn)?;
        Ok(key)
    }

    /// Makes a public key to wrap material with, and the token that goes with it.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys of another origin; [`Fault::InvalidState`]; [`Fault::Validation`] when keys
    /// of the spec cannot be wrapped so.
    pub fn import_parameters(
        &self,
        arn: &Permit<KeyArn>,
        wrap: Wrap,
        now: Timestamp,
        pairs: &mut Slow,
        entropy: &mut dyn Entropy,
    ) -> Result<Parameters, Fault> {
        let key = self.importable(arn, Demand::ImportParameters, now)?;
        wrap.must_carry(key.spec)?;
        let pair = pairs.generate(wrap.pair()?, entropy).map_err(|_| Fault::Internal)?;
        wrap.parameters(arn, &key.token_key, now, &pair, entropy)
    }

    /// Imports material into a key. Gives its id.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys of another origin, and for new material of a replica;
    /// [`Fault::InvalidState`]; [`Fault::InvalidImportToken`], [`Fault::ExpiredImportToken`];
    /// [`Fault::InvalidCiphertext`] for material that the token's key does not unwrap; [`Fault::IncorrectKeyMaterial`] for
    /// material that is none for this key, or not the one it is to be; [`Fault::WrongState`] for new material while other
    /// material is pending.
    pub fn import(
        &mut self,
        arn: &Permit<KeyArn>,
        import: Import<'_>,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<MaterialId, Fault> {
        let key = self.importable(arn, Demand::Import, now)?;
        let symmetric = key.spec.family() == Family::Symmetric;
        if !symmetric && (import.kind.is_some() || import.description.is_some() || import.id.is_some()) {
            // Neither code nor sentence are recorded.
            let message = "ImportType, KeyMaterialDescription and KeyMaterialId are only supported with symmetric \
                           encryption keys.";
            return Err(Fault::Validation { message: message.into() });
        }
        let bytes = Wrap::open(self, arn, import.token, now)?.unwrap(import.wrapped, entropy)?;
        let secret = key.spec.accept(bytes).ok_or(INVALID)?;
        let id = material_id(arn.id, &secret);
        let known = key.materials.contains(&id) || key.pending == Some(id);
        let first = key.materials.is_empty() && key.pending.is_none();
        match import.kind.unwrap_or(if first { ImportType::New } else { ImportType::Existing }) {
            ImportType::New => self.add_import(arn, id, known)?,
            ImportType::Existing if !known || import.id.is_some_and(|wanted| wanted != id) => return Err(OTHER),
            ImportType::Existing => {}
        }
        if import.description.is_some() {
            // It is set on the primary only; the code is our choice.
            self.key(arn, now)?.must_be_primary(arn)?;
        }
        self.store_import(arn, id, secret, import.description);
        self.change(arn, |key| key.imports.insert(id, import.expires))?;
        if !self.key(arn, now)?.is_incomplete() {
            self.pass(arn, Step::CompleteMaterial, now)?;
        }
        Ok(id)
    }

    /// Makes a material one of the key's: the first is current at once, a later one waits for its rotation.
    fn add_import(&mut self, arn: &KeyArn, id: MaterialId, known: bool) -> Result<(), Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        key.must_be_primary(arn)?;
        if known {
            return Err(KNOWN);
        }
        if let Some(old) = key.pending {
            let message = format!(
                "New key material (id: {id}) cannot be imported into KMS key {arn}, because another key material (id: \
                 {old}) is pending rotation."
            );
            return Err(Fault::WrongState { message });
        }
        let first = key.materials.is_empty();
        self.family(arn).iter().try_for_each(|arn| {
            self.change(arn, |key| if first { key.materials.push(id) } else { key.pending = Some(id) })
        })
    }

    fn store_import(&mut self, arn: &KeyArn, id: MaterialId, secret: Secret, description: Option<String>) {
        match self.materials.get(&id).map(|material| material.with_secret(secret.clone())) {
            Some(material) => self.materials.insert(id, material),
            None => drop(self.add_material(arn, secret, None)),
        }
        if let (Some(material), Some(description)) = (self.materials.edit(&id), description) {
            material.description = description;
        }
    }

    /// Deletes a material of an imported key: the one of that id, or the current one. Gives which.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for keys of another origin; [`Fault::InvalidState`]; [`Fault::NotFound`] for an id
    /// that is none of the key's.
    pub fn delete_material(
        &mut self,
        arn: &Permit<KeyArn>,
        id: Option<MaterialId>,
        now: Timestamp,
    ) -> Result<Option<MaterialId>, Fault> {
        let key = self.importable(arn, Demand::MaterialDeletion, now)?;
        let Some(id) = id.or_else(|| key.current_material()) else { return Ok(None) };
        if !key.materials.contains(&id) && key.pending != Some(id) {
            // Not recorded; the sentence is ours.
            let message = format!("Key material '{id}' of key '{}' does not exist", **arn);
            return Err(Fault::NotFound { message });
        }
        self.lose(arn, id, now)?;
        Ok(Some(id))
    }

    /// Deletes the materials of a key that expire at `at` or before.
    pub(super) fn expire_material(&mut self, arn: &KeyArn, at: Timestamp) -> Result<(), Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        let over = |(id, date): (&MaterialId, &Option<Timestamp>)| date.filter(|date| *date <= at).map(|_| *id);
        let ids: Vec<MaterialId> = key.imports.iter().filter_map(over).collect();
        ids.into_iter().try_for_each(|id| self.lose(arn, id, at))
    }

    /// Takes a material away. One that was pending is gone, and with the primary's those of its replicas.
    fn lose(&mut self, arn: &KeyArn, id: MaterialId, at: Timestamp) -> Result<(), Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        let (pending, replica) = (key.pending == Some(id), key.is_replica(arn));
        if pending && !replica {
            for arn in self.family(arn) {
                self.change(&arn, |key| {
                    key.imports.remove(&id);
                    key.pending = None;
                })?;
            }
            self.materials.remove(&id);
            return Ok(());
        }
        self.change(arn, |key| key.imports.remove(&id))?;
        self.forget_unless_imported(arn, &id);
        if pending { Ok(()) } else { self.pass(arn, Step::LoseMaterial, at) }
    }

    /// Erases a material that neither the key nor a relative has any more. That it was theirs stays known.
    pub(super) fn forget_unless_imported(&mut self, arn: &KeyArn, id: &MaterialId) {
        let Some(spec) = self.keys.get(arn).map(|key| key.spec) else { return };
        let has = |arn: &KeyArn| self.keys.get(arn).is_some_and(|key| key.imports.contains_key(id));
        if self.family(arn).iter().any(has) {
            return;
        }
        if let Some(empty) = self.materials.get(id).map(|material| material.erased(spec, self)) {
            self.materials.insert(*id, empty);
        }
    }

    /// Takes a key through a step that its state allows.
    fn pass(&mut self, arn: &KeyArn, step: Step, at: Timestamp) -> Result<(), Fault> {
        let state = self.state(arn, at)?.after(step).ok_or(Fault::Internal)?;
        self.change(arn, |key| key.state = state)
    }

    /// Makes the pending material the current one of a key and its relatives.
    pub(super) fn promote_pending(&mut self, arn: &KeyArn, rotated: Rotated) -> Result<Vec<Happened>, Fault> {
        let id = self.promotable(arn)?;
        if let Some(material) = self.materials.edit(&id) {
            material.rotated = Some(rotated);
        }
        for arn in self.family(arn) {
            self.change(&arn, |key| key.pending = None)?;
        }
        self.renew(arn, id, rotated)
    }

    /// The pending material, when every related key has it.
    pub(super) fn promotable(&self, arn: &KeyArn) -> Result<MaterialId, Fault> {
        let pending = self.keys.get(arn).and_then(|key| key.pending);
        // That replicas lack it is refused likewise (unconfirmed).
        let ready = pending.filter(|id| self.pending_state(arn, id) == MaterialState::PendingRotation);
        let message = || format!("No available key material pending rotation for the key: {arn}.");
        ready.ok_or_else(|| Fault::WrongState { message: message() })
    }

    /// What a pending material waits for.
    pub(super) fn pending_state(&self, arn: &KeyArn, id: &MaterialId) -> MaterialState {
        let has = |arn: &KeyArn| self.keys.get(arn).is_some_and(|key| key.imports.contains_key(id));
        if self.family(arn).iter().all(has) {
            MaterialState::PendingRotation
        } else {
            MaterialState::PendingImportAndRotation
        }
    }

    /// What is known of a material of an imported key.
    pub(super) fn imported(&self, key: &Key, id: &MaterialId) -> Imported {
        let import = key.imports.get(id);
        Imported {
            present: import.is_some(),
            expires: import.copied().flatten(),
            description: self.materials.get(id).map(|material| material.description.clone()).unwrap_or_default(),
        }
    }
}

const INVALID: Fault =
    Fault::IncorrectKeyMaterial { message: "The key material is not valid for the key spec of the KMS key." };
const OTHER: Fault =
    Fault::IncorrectKeyMaterial { message: "The key material is not the one that was previously imported." };
const KNOWN: Fault =
    Fault::IncorrectKeyMaterial { message: "The key material is already associated with the KMS key." };
