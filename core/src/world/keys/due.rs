//! What time alone does to keys: rotations by schedule, the end of imported material and that of the waiting period.
//!
//! There are no timers. Before a request is served, what has become due since the one before is done, dated when it was
//! due; the record of each key says when that is.

use super::{AliasArn, GrantId, Key, Keys, Origin, Place, RotationType, count};
use crate::base::{Entropy, Fault, KeyArn, MaterialId, Secret, Timestamp, sort_by_rank};
use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

/// Something that KMS has done by itself.
#[derive(Debug, Clone)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// To which key.
    pub key: KeyArn,
    /// What.
    pub what: What,
}

/// What KMS does by itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum What {
    /// The waiting period of the key is over.
    Deleted,
    /// The key has new material.
    Rotated {
        /// By schedule or on demand.
        kind: RotationType,
        /// Where its material is from.
        origin: Origin,
        /// What was current.
        previous: MaterialId,
        /// What is current.
        current: MaterialId,
    },
    /// Imported material is over its date.
    MaterialExpired,
    /// A replica has taken over what its primary shares.
    Synchronized {
        /// The replica and all its relatives.
        keys: Vec<KeyArn>,
    },
}

impl Key {
    /// When time alone changes it next.
    pub(super) fn next_due(&self, arn: &KeyArn) -> Option<Timestamp> {
        [self.deletion_date(), self.next_rotation(arn), self.next_expiry(), self.rotated_at(arn)]
            .into_iter()
            .flatten()
            .min()
    }
}

impl Keys {
    /// Does what has become due by `now`: rotates keys, deletes expired material, and removes the keys whose deletion date has come, with their
    /// policies, grants, aliases and tags. The change is no part of a request: it is kept at once. Costs one look when
    /// nothing is due.
    ///
    /// Returns what has happened, in order. When chance fails, rotations stay due.
    pub fn settle(&mut self, now: Timestamp, entropy: &mut dyn Entropy) -> Vec<Happened> {
        let mut happened = Vec::new();
        while let Some((due, arn)) = self.first_due(now) {
            match self.do_due(&arn, due, now, entropy) {
                Ok(mut done) if self.moved_on(&arn, due) || !done.is_empty() => {
                    self.commit();
                    happened.append(&mut done);
                }
                _ => {
                    self.tables().into_iter().for_each(|table| table.rollback());
                    break;
                }
            }
        }
        // A key is rotated until now before the next key's turn comes.
        sort_by_rank(&mut happened, |event| event.at.rank());
        happened
    }

    /// Whether what was due for a key at `due` is done, also where nothing came of it.
    fn moved_on(&self, arn: &KeyArn, due: Timestamp) -> bool {
        self.due.get(&(due, arn.clone())).is_none()
    }

    fn first_due(&self, now: Timestamp) -> Option<(Timestamp, KeyArn)> {
        let ((due, arn), ()) = self.due.iter().next()?;
        (*due <= now).then(|| (*due, arn.clone()))
    }

    fn do_due(
        &mut self,
        arn: &KeyArn,
        due: Timestamp,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<Happened>, Fault> {
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        if key.deletion_date().is_some_and(|date| date <= due) {
            self.purge(arn, due)?;
            return Ok(vec![Happened { at: due, key: arn.clone(), what: What::Deleted }]);
        }
        if key.next_expiry().is_some_and(|date| date <= due) {
            self.expire_material(arn, due)?;
            return Ok(vec![Happened { at: due, key: arn.clone(), what: What::MaterialExpired }]);
        }
        let mut material = || {
            let mut bytes = vec![0; 32];
            entropy.fill(&mut bytes)?;
            Ok(Secret::new(bytes))
        };
        if key.rotated_at(arn).is_some_and(|date| date <= due) {
            return self.finish_rotation(arn, due, &mut material);
        }
        self.rotate_due(arn, now, material)
    }

    /// Removes everything about a key.
    fn purge(&mut self, arn: &KeyArn, at: Timestamp) -> Result<(), Fault> {
        self.due.remove(&(at, arn.clone()));
        self.policies.remove(arn);
        self.used.remove(arn);
        self.shares.remove(arn);
        if let Some(key) = self.keys.remove(arn) {
            count(&mut self.keys_in, Place::of(arn), -1);
            self.leave(arn, &key, at)?;
        }
        let names: Vec<String> = self.aliases_of(arn).map(str::to_string).collect();
        for name in names {
            self.named.remove(&(arn.clone(), name.clone()));
            self.aliases.remove(&AliasArn { place: Place::of(arn), name });
        }
        let ids: Vec<GrantId> = self.grants_on(arn, None).map(|(id, _)| *id).collect();
        ids.iter().for_each(|id| self.forget_grant(id));
        self.grants_of.remove(arn);
        Ok(())
    }
}
