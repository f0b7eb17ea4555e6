//! When a change takes effect: at once, or some time later, as in AWS.
//!
//! Source: KMS Developer Guide, "Eventual consistency": a new grant may take up to five minutes, unless its grant token
//! is presented; for aliases in authorization the same is said ("ABAC for AWS KMS"). What effect a change has is computed
//! from its date and the present. The lab takes the whole five minutes: who can wait so long never meets a refusal.

use super::Keys;
use crate::base::{Timespan, Timestamp};
use serde::{Deserialize, Serialize};

/// When a new grant allows, and a new or moved alias leads to its key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "AWS's behaviour, and its absence")]
pub enum Consistency {
    /// At once.
    #[default]
    Strong,
    /// Five minutes later, as at worst in AWS; a grant at once for who presents its token.
    Eventual,
}

impl Consistency {
    /// How long after it was made a change takes effect.
    #[must_use]
    pub const fn delay(self) -> Timespan {
        match self {
            Self::Strong => Timespan::millis(0),
            Self::Eventual => Timespan::millis(5 * 60 * 1000),
        }
    }

    /// How long a replica is being made, and a primary Region changes: a few seconds, by the KMS API Reference
    /// (`ReplicateKey`, `UpdatePrimaryRegion`).
    #[must_use]
    pub const fn transition(self) -> Timespan {
        match self {
            Self::Strong => Timespan::millis(0),
            Self::Eventual => Timespan::seconds(5),
        }
    }
}

impl Keys {
    /// Whether a change of the moment `made` has taken effect by `now`.
    pub(super) fn effective(&self, made: Timestamp, now: Timestamp) -> bool {
        match self.consistency {
            Consistency::Strong => true,
            Consistency::Eventual => made.plus(self.consistency.delay()) <= now,
        }
    }
}
