//! The keys of a lab at a glance, and the life of one: its states, rotations and materials over time.

mod html;
mod life;
mod svg;
mod text;

pub use life::{Event, MaterialSpan, Span, Timeline, timeline};

use crate::base::{KeyArn, Timestamp};
use crate::world::World;
use crate::world::keys::{Key, KeyState};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;

/// Every key, with what one asks about it first.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct KeyTable {
    /// The keys, in the order of their ARNs.
    pub keys: Vec<KeyLine>,
}

/// One key.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct KeyLine {
    /// `KeyId`.
    pub key_id: String,
    /// Its aliases, in order.
    pub aliases: Vec<String>,
    /// `KeySpec`.
    pub spec: &'static str,
    /// `KeyUsage`.
    pub usage: &'static str,
    /// `KeyState`.
    pub state: &'static str,
    /// `Origin`.
    pub origin: &'static str,
    /// The Region.
    pub region: String,
    /// Its automatic rotation, when that is on.
    pub rotation: Option<Rotation>,
    /// When it was made: ISO 8601.
    pub created: String,
    /// When it is deleted, if that is so.
    pub deletion_date: Option<String>,
    /// `CUSTOMER`, or `AWS` for an AWS managed key.
    pub manager: &'static str,
    /// `PRIMARY` or `REPLICA`, of a multi-Region key.
    pub multi_region: Option<&'static str>,
    /// The custom key store that it is in.
    pub custom_key_store_id: Option<String>,
    /// How many materials it has had.
    pub materials: usize,
    /// `Description`.
    pub description: String,
    /// The account that owns it.
    pub account: String,
    /// Its ARN.
    pub arn: String,
}

/// Automatic rotation.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Rotation {
    /// `RotationPeriodInDays`.
    pub days: u32,
    /// `NextRotationDate`: ISO 8601.
    pub next: String,
}

/// The keys that there are at `now`.
#[must_use]
pub fn keys(world: &World, now: Timestamp) -> KeyTable {
    let there = world.keys.records().filter_map(|(arn, key)| Some((arn, key, key.state(now)?)));
    KeyTable { keys: there.map(|(arn, key, state)| line(world, arn, key, state)).collect() }
}

fn line(world: &World, arn: &KeyArn, key: &Key, state: KeyState) -> KeyLine {
    KeyLine {
        key_id: arn.id.to_string(),
        aliases: world.keys.aliases_of(arn).map(ToString::to_string).collect(),
        spec: key.spec.as_str(),
        usage: key.usage.as_str(),
        state: state.as_str(),
        origin: key.origin.as_str(),
        region: arn.region.to_string(),
        rotation: key.rotation().map(|schedule| Rotation { days: schedule.days, next: schedule.next.to_iso() }),
        created: key.created.to_iso(),
        deletion_date: key.deletion_date().map(Timestamp::to_iso),
        manager: if key.managed_for.is_some() { "AWS" } else { "CUSTOMER" },
        multi_region: key.related.as_ref().map(|related| related.role(&arn.region)),
        custom_key_store_id: key.store.as_ref().map(|store| store.id.clone()),
        materials: key.materials.len(),
        description: key.description.clone(),
        account: arn.account.to_string(),
        arn: arn.text(),
    }
}

/// So many keys are shown; of more, the number.
const SHOWN: usize = 50;

impl KeyTable {
    /// Plain text in lines of at most `width` columns where the names allow, with ANSI colours when `colour` is set.
    #[must_use]
    pub fn to_text(&self, width: usize, colour: bool) -> String {
        text::table(self, width.max(40), colour)
    }

    /// A self-contained HTML fragment, readable on light and dark pages.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::table(self)
    }

    /// JSON: a list with the members of [`KeyLine`].
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers: nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `3 keys`.
    fn title(&self) -> String {
        match self.keys.len() {
            0 => "no keys".into(),
            1 => "1 key".into(),
            many => format!("{many} keys"),
        }
    }

    /// How many keys are not shown.
    fn more(&self) -> Option<usize> {
        self.keys.len().checked_sub(SHOWN).filter(|more| *more > 0)
    }

    /// Whether the keys are of several accounts.
    fn of_several(&self) -> bool {
        self.keys.first().is_some_and(|first| self.keys.iter().any(|key| key.account != first.account))
    }
}

/// The day of a moment in ISO 8601.
fn day(iso: &str) -> &str {
    iso.get(..10).unwrap_or(iso)
}

/// Red, green, blue of a state, and its ANSI colour: they are readable on white and on near-black.
fn colour(state: &str) -> (&'static str, &'static str) {
    match state {
        "Enabled" => ("#2e9e5b", "32"),
        "Disabled" => ("#8a8f98", "2"),
        "PendingImport" => ("#c98a1b", "33"),
        "PendingDeletion" => ("#d9534f", "31"),
        "PendingReplicaDeletion" => ("#b8476b", "35"),
        "Unavailable" => ("#8d6cc9", "35"),
        _ => ("#4b83d6", "34"),
    }
}
