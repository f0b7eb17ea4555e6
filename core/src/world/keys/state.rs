//! The state of a key: one total function over steps, one table of what each state admits.
//! Source: KMS Developer Guide, "Key states of AWS KMS keys"; kms.md, section 3.

use crate::base::{Fault, KeyArn, Timestamp};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The state of a key, as it is recorded. What it is at a moment, [`at`](Self::at) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum KeyState {
    /// A replica that is being made. It is usable from `until` on.
    Creating {
        /// When it is ready.
        until: Timestamp,
        /// What it is then.
        then: Settled,
    },
    /// Usable.
    Enabled,
    /// Not usable until it is enabled.
    Disabled,
    /// It lacks its imported material.
    PendingImport,
    /// It is gone from `until` on.
    PendingDeletion {
        /// The `DeletionDate`.
        until: Timestamp,
    },
    /// A multi-Region primary that waits for its replicas to go; then it has `days` of its own.
    PendingReplicaDeletion {
        /// The waiting period to come, in days.
        days: u32,
    },
    /// Its custom key store is disconnected.
    Unavailable {
        /// What it is when the store is back.
        then: Settled,
    },
    /// The primary Region is changing, until `until`.
    Updating {
        /// When the change is done.
        until: Timestamp,
        /// What it is then.
        then: Settled,
    },
}

/// The states that a key stays in by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the three states that last")]
pub enum Settled {
    /// Usable.
    Enabled,
    /// Not usable until it is enabled.
    Disabled,
    /// It lacks its imported material.
    PendingImport,
}

/// What may happen to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// `EnableKey`.
    Enable,
    /// `DisableKey`.
    Disable,
    /// `ScheduleKeyDeletion`; the key is gone at `until`.
    ScheduleDeletion {
        /// The `DeletionDate`.
        until: Timestamp,
    },
    /// `ScheduleKeyDeletion` of a primary that has replicas.
    ScheduleReplicaDeletion {
        /// The waiting period to come, in days.
        days: u32,
    },
    /// `CancelKeyDeletion`.
    CancelDeletion,
    /// The last replica of a primary that waits for it is gone.
    LoseLastReplica {
        /// The `DeletionDate`.
        until: Timestamp,
    },
    /// The last missing material has been imported.
    CompleteMaterial,
    /// Imported material was deleted, or has expired.
    LoseMaterial,
    /// The custom key store is disconnected.
    Disconnect,
    /// The custom key store is connected again.
    Reconnect,
    /// `UpdatePrimaryRegion`, which takes until `until`.
    ChangePrimary {
        /// When the change is done.
        until: Timestamp,
    },
}

/// What an operation asks of a key's state. Source: kms.md 3.2, column by column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// Cryptographic use: Encrypt, Decrypt, ReEncrypt, GenerateDataKey and its like; rotation; UpdatePrimaryRegion.
    Cryptography,
    /// GetPublicKey.
    PublicKey,
    /// CreateGrant.
    Grant,
    /// ImportKeyMaterial.
    Import,
    /// GetParametersForImport.
    ImportParameters,
    /// DeleteImportedKeyMaterial.
    MaterialDeletion,
    /// ReplicateKey.
    Replication,
    /// CreateAlias and UpdateAlias (the key that gets the alias), TagResource, UntagResource, UpdateKeyDescription.
    Settings,
}

impl KeyState {
    /// The state at `now`; `None` when the key is gone by then.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Option<Self> {
        match self {
            Self::PendingDeletion { until } if until <= now => None,
            Self::Creating { until, then } | Self::Updating { until, then } if until <= now => Some(then.into()),
            state => Some(state),
        }
    }

    /// The state after `step`, or `None` where AWS refuses the step.
    #[must_use]
    pub fn after(self, step: Step) -> Option<Self> {
        use KeyState::{
            Creating, Disabled, Enabled, PendingDeletion, PendingImport, PendingReplicaDeletion, Unavailable, Updating,
        };
        Some(match (self, step) {
            (Enabled | Disabled, Step::Enable) => Enabled,
            (Enabled | Disabled, Step::Disable) => Disabled,
            // Note 12: it succeeds, and shows when the store is connected again.
            (Unavailable { .. }, Step::Enable) => Unavailable { then: Settled::Enabled },
            (Unavailable { .. }, Step::Disable) => Unavailable { then: Settled::Disabled },
            (
                Enabled | Disabled | PendingImport | Unavailable { .. } | Creating { .. },
                Step::ScheduleDeletion { until },
            ) => PendingDeletion { until },
            (
                Enabled | Disabled | PendingImport | Unavailable { .. } | Creating { .. },
                Step::ScheduleReplicaDeletion { days },
            ) => PendingReplicaDeletion { days },
            (PendingDeletion { .. } | PendingReplicaDeletion { .. }, Step::CancelDeletion) => Disabled,
            (PendingReplicaDeletion { .. }, Step::LoseLastReplica { until }) => PendingDeletion { until },
            (PendingImport, Step::CompleteMaterial) => Enabled,
            // A disabled key keeps waiting to be enabled (unconfirmed).
            (Enabled | Disabled, Step::CompleteMaterial) => self,
            (Enabled | Disabled | PendingImport, Step::LoseMaterial) => PendingImport,
            // Pending deletion stays pending deletion.
            (PendingDeletion { .. } | PendingReplicaDeletion { .. }, Step::LoseMaterial | Step::CompleteMaterial) => {
                self
            }
            (Enabled, Step::Disconnect) => Unavailable { then: Settled::Enabled },
            (Disabled, Step::Disconnect) => Unavailable { then: Settled::Disabled },
            // Note 13: a key of a store that is pending deletion keeps that state while the store is disconnected.
            (PendingDeletion { .. }, Step::Disconnect | Step::Reconnect) => self,
            (Unavailable { then }, Step::Reconnect) => then.into(),
            (Enabled, Step::ChangePrimary { until }) => Updating { until, then: Settled::Enabled },
            (Updating { then, .. }, Step::ChangePrimary { until }) => Updating { until, then },
            // Its material may expire meanwhile.
            (Updating { .. }, Step::LoseMaterial) => PendingImport,
            (Updating { .. }, Step::CompleteMaterial) => self,
            _ => return None,
        })
    }

    /// Lets an operation through, or says why not.
    ///
    /// # Errors
    /// [`Fault::Disabled`] or [`Fault::InvalidState`].
    pub fn admits(self, demand: Demand, key: &KeyArn) -> Result<(), Fault> {
        use Demand::{Grant, Import, ImportParameters, MaterialDeletion, PublicKey, Replication, Settings};
        let admitted = match self {
            Self::Enabled => true,
            Self::Updating { .. } => !matches!(demand, Replication | ImportParameters | MaterialDeletion),
            Self::Disabled | Self::PendingImport => {
                matches!(demand, Settings | PublicKey | Import | ImportParameters | MaterialDeletion)
            }
            Self::Creating { .. } => demand == Settings,
            // Keys of stores have neither a public key nor imported material nor replicas.
            Self::Unavailable { .. } => matches!(demand, Settings | Grant),
            Self::PendingDeletion { .. } | Self::PendingReplicaDeletion { .. } => demand == MaterialDeletion,
        };
        if admitted { Ok(()) } else { Err(self.refusal(key)) }
    }

    /// What an operation is told that this state does not let through: notes 1 to 3, 5, 11, 14 and 15.
    #[must_use]
    pub fn refusal(self, key: &KeyArn) -> Fault {
        use alloc::string::ToString;
        let state = match self {
            Self::Disabled => return Fault::Disabled { key: key.to_string() },
            Self::Enabled => "enabled",
            Self::Creating { .. } => "creating",
            Self::PendingImport => "pending import",
            Self::PendingDeletion { .. } => "pending deletion",
            Self::PendingReplicaDeletion { .. } => "pending replica deletion",
            Self::Unavailable { .. } => "unavailable",
            Self::Updating { .. } => "updating",
        };
        Fault::InvalidState { key: key.to_string(), state }
    }

    /// AWS's name: `PendingDeletion`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating { .. } => "Creating",
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingImport => "PendingImport",
            Self::PendingDeletion { .. } => "PendingDeletion",
            Self::PendingReplicaDeletion { .. } => "PendingReplicaDeletion",
            Self::Unavailable { .. } => "Unavailable",
            Self::Updating { .. } => "Updating",
        }
    }
}

impl From<Settled> for KeyState {
    fn from(state: Settled) -> Self {
        match state {
            Settled::Enabled => Self::Enabled,
            Settled::Disabled => Self::Disabled,
            Settled::PendingImport => Self::PendingImport,
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyState::{
        Creating, Disabled, Enabled, PendingDeletion, PendingImport, PendingReplicaDeletion, Unavailable, Updating,
    };
    use alloc::string::ToString;

    const T: Timestamp = Timestamp::from_secs(1000);
    const STATES: [KeyState; 8] = [
        Enabled,
        Disabled,
        PendingDeletion { until: T },
        PendingReplicaDeletion { days: 7 },
        PendingImport,
        Unavailable { then: Settled::Enabled },
        Creating { until: T, then: Settled::Enabled },
        Updating { until: T, then: Settled::Enabled },
    ];

    fn key() -> KeyArn {
        KeyArn {
            account: "111122223333".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            id: "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap(),
        }
    }

    #[test]
    fn states_admit_what_the_developer_guide_says() {
        // The order of STATES; a refusal is the end of its sentence. Source: kms.md 3.2.
        let (pd, prd) = ("pending deletion.", "pending replica deletion.");
        let (di, pi, un) = ("disabled.", "pending import.", "unavailable.");
        let (cr, up) = ("creating.", "updating.");
        let cases = [
            (Demand::Cryptography, ["", di, pd, prd, pi, un, cr, ""]),
            (Demand::Grant, ["", di, pd, prd, pi, "", cr, ""]),
            (Demand::Import, ["", "", pd, prd, "", un, cr, ""]),
            (Demand::ImportParameters, ["", "", pd, prd, "", un, cr, up]),
            (Demand::MaterialDeletion, ["", "", "", "", "", un, cr, up]),
            (Demand::Replication, ["", di, pd, prd, pi, un, cr, up]),
            (Demand::Settings, ["", "", pd, prd, "", "", "", ""]),
        ];
        for (demand, want) in cases {
            for (state, want) in STATES.into_iter().zip(want) {
                match state.admits(demand, &key()) {
                    Ok(()) => assert_eq!(want, "", "{demand:?} in {state}"),
                    Err(fault) => assert_eq!(fault.to_string(), alloc::format!("{} is {want}", key()), "{demand:?}"),
                }
            }
        }
    }

    #[test]
    fn steps_follow_the_developer_guide() {
        let until = T;
        let (pd, prd) = (PendingDeletion { until }, PendingReplicaDeletion { days: 9 });
        let away = Unavailable { then: Settled::Disabled };
        let back = Unavailable { then: Settled::Enabled };
        let moves = Updating { until, then: Settled::Enabled };
        // The order of STATES; `None` is refused.
        let cases = [
            (Step::Enable, [Some(Enabled), Some(Enabled), None, None, None, Some(back), None, None]),
            (Step::Disable, [Some(Disabled), Some(Disabled), None, None, None, Some(away), None, None]),
            (Step::ScheduleDeletion { until }, [Some(pd), Some(pd), None, None, Some(pd), Some(pd), Some(pd), None]),
            (
                Step::ScheduleReplicaDeletion { days: 9 },
                [Some(prd), Some(prd), None, None, Some(prd), Some(prd), Some(prd), None],
            ),
            (Step::CancelDeletion, [None, None, Some(Disabled), Some(Disabled), None, None, None, None]),
            (Step::LoseLastReplica { until }, [None, None, None, Some(pd), None, None, None, None]),
            (
                Step::LoseMaterial,
                [
                    Some(PendingImport),
                    Some(PendingImport),
                    Some(PendingDeletion { until: T }),
                    Some(PendingReplicaDeletion { days: 7 }),
                    Some(PendingImport),
                    None,
                    None,
                    Some(PendingImport),
                ],
            ),
            (Step::ChangePrimary { until }, [Some(moves), None, None, None, None, None, None, Some(moves)]),
        ];
        for (step, want) in cases {
            for (state, want) in STATES.into_iter().zip(want) {
                assert_eq!(state.after(step), want, "{state:?} then {step:?}");
            }
        }
    }

    #[test]
    fn time_alone_ends_what_has_an_end() {
        let (before, later) = (Timestamp::from_secs(999), T);
        for state in STATES {
            assert_eq!(state.at(before), Some(state), "{state:?}");
        }
        let want = [
            Some(Enabled),
            Some(Disabled),
            None,
            Some(PendingReplicaDeletion { days: 7 }),
            Some(PendingImport),
            Some(Unavailable { then: Settled::Enabled }),
            Some(Enabled),
            Some(Enabled),
        ];
        for (state, want) in STATES.into_iter().zip(want) {
            assert_eq!(state.at(later), want, "{state:?}");
        }
    }
}
