//! Saved labs: a versioned JSON document that holds everything, key material included.

use super::{Lab, LabTime};
use crate::base::{AccountId, Clock, Entropy, Region, Timespan, Timestamp};
use crate::gateway::{Auth, Gateway};
use crate::lab::seeded::Seeded;
use crate::world::World;
use alloc::{
    boxed::Box,
    string::{String, ToString},
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The format that this version writes. A change of the format adds a number, a migration and its test.
const FORMAT: u32 = 1;

/// What stands in the file.
#[derive(Serialize, Deserialize)]
struct Saved<W> {
    kmslab: u32,
    account: AccountId,
    region: Region,
    lenient: bool,
    time: LabTime,
    /// The last moment the lab has seen: opened again, it is never earlier.
    seen: Timestamp,
    seed: Option<Seed>,
    administrator: String,
    world: W,
}

/// A seeded lab goes on repeating after it was opened, without drawing the same bytes again.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Seed {
    value: u64,
    generation: u64,
}

/// Why a saved lab could not be opened. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The text is not a saved lab, or it is damaged; with the place.
    Damaged(String),
    /// It was saved in a newer format.
    Newer(u32),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(place) => write!(f, "not a saved lab, or damaged: {place}"),
            Self::Newer(format) => write!(
                f,
                "saved in format {format}, and this version of kmslab reads up to {FORMAT}: upgrade kmslab to open it"
            ),
        }
    }
}

impl core::error::Error for OpenError {}

impl Lab {
    /// Everything the lab is, as text. It holds key material and secret access keys in the clear: keep it as you
    /// would keep them.
    #[must_use]
    pub fn save(&mut self) -> String {
        self.generation = self.generation.saturating_add(1);
        let saved = Saved {
            kmslab: FORMAT,
            account: self.gateway.account,
            region: self.region.clone(),
            lenient: self.gateway.auth == Auth::Lenient,
            time: self.time,
            seen: self.now(),
            seed: self.seed.map(|value| Seed { value, generation: self.generation }),
            administrator: self.administrator.clone(),
            world: &self.gateway.world,
        };
        if let Some(seed) = saved.seed {
            // From here on both, this lab and the one that will be opened, draw from the same new stream.
            self.gateway.entropy = Box::new(Seeded::resumed(seed.value, seed.generation));
        }
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Opens what [`save`](Self::save) made.
    ///
    /// # Errors
    /// [`OpenError`] when it is damaged or newer than this version.
    pub fn open(text: &str, clock: Box<dyn Clock>, entropy: Box<dyn Entropy>) -> Result<Self, OpenError> {
        #[derive(Deserialize)]
        struct Version {
            kmslab: u32,
        }
        let damaged = |error: serde_json::Error| OpenError::Damaged(error.to_string());
        let version: Version = serde_json::from_str(text).map_err(damaged)?;
        if version.kmslab > FORMAT {
            return Err(OpenError::Newer(version.kmslab));
        }
        let saved: Saved<World> = serde_json::from_str(text).map_err(damaged)?;
        let (generation, entropy) = match saved.seed {
            Some(Seed { value, generation }) => {
                (generation, Box::new(Seeded::resumed(value, generation)) as Box<dyn Entropy>)
            }
            None => (0, entropy),
        };
        let behind = saved.seen.since(clock.now());
        let time = match saved.time {
            LabTime::Ahead(ahead) => LabTime::Ahead(ahead.max(behind).max(Timespan::millis(0))),
            fixed @ LabTime::Fixed(_) => fixed,
        };
        let auth = if saved.lenient { Auth::Lenient } else { Auth::Strict };
        Ok(Self {
            gateway: Gateway::new(saved.world, entropy, auth, saved.account),
            clock,
            region: saved.region,
            time,
            seed: saved.seed.map(|seed| seed.value),
            generation,
            administrator: saved.administrator,
        })
    }
}
