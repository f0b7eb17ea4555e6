//! The life of a key, from its record and the trail.

use super::{colour, svg, text};
use crate::base::{KeyArn, Timestamp, sort_by_rank};
use crate::report::ask::key_arn;
use crate::world::keys::{Key, KeyState, MaterialState, Origin};
use crate::world::{Entry, World};
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The life of a key until now, and what is to come.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Timeline {
    /// The key.
    pub arn: String,
    /// Its aliases now.
    pub aliases: Vec<String>,
    /// When it was made.
    #[serde(serialize_with = "iso")]
    pub created: Timestamp,
    /// Until when this was looked at.
    #[serde(serialize_with = "iso")]
    pub now: Timestamp,
    /// When it is deleted, if that is so.
    #[serde(serialize_with = "maybe_iso")]
    pub deletion_date: Option<Timestamp>,
    /// Its states, one after the other.
    pub states: Vec<Span>,
    /// Its materials, oldest first: when each was the one that encrypts.
    pub materials: Vec<MaterialSpan>,
    /// What happened, and what is due.
    pub events: Vec<Event>,
}

/// A state of the key.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// `KeyState`.
    pub state: &'static str,
    /// Since when.
    #[serde(serialize_with = "iso")]
    pub from: Timestamp,
    /// Until when; now, for the last.
    #[serde(serialize_with = "iso")]
    pub to: Timestamp,
}

/// A material of the key.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct MaterialSpan {
    /// `KeyMaterialId`.
    pub id: String,
    /// `KeyMaterialState`.
    pub state: &'static str,
    /// `AUTOMATIC` or `ON_DEMAND`, for those that a rotation brought.
    pub rotation: Option<&'static str>,
    /// Since when it encrypts; of one that waits for its rotation, now.
    #[serde(serialize_with = "iso")]
    pub from: Timestamp,
    /// Until when; now, for the current one.
    #[serde(serialize_with = "iso")]
    pub to: Timestamp,
}

/// Something that happened to the key, or is due.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// When.
    #[serde(serialize_with = "iso")]
    pub at: Timestamp,
    /// What, in a word or two.
    pub what: String,
    /// Whether it is still to come.
    pub planned: bool,
}

fn iso<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_iso())
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn maybe_iso<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => iso(at, to),
        None => to.serialize_none(),
    }
}

/// The life of the key at `arn`; `None` when there is none by `now`. What the trail does not hold any more is not in it.
#[must_use]
pub fn timeline(world: &World, arn: &str, now: Timestamp) -> Option<Timeline> {
    let arn = &key_arn(arn)?;
    let key = world.keys.find(arn, now)?;
    let state = key.state(now)?;
    let (states, mut events) = past(world, arn, key, state, now);
    let to_come = |at: Option<Timestamp>, what: &str| Some(Event { at: at?, what: what.into(), planned: true });
    events.extend(to_come(key.deletion_date(), "to be deleted"));
    events.extend(to_come(key.rotation().map(|schedule| schedule.next), "to be rotated"));
    events.extend(to_come(key.expiry().flatten(), "material expires"));
    sort_by_rank(&mut events, |event| event.at.rank());
    Some(Timeline {
        arn: arn.text(),
        aliases: world.keys.aliases_of(arn).map(ToString::to_string).collect(),
        created: key.created,
        now,
        deletion_date: key.deletion_date(),
        states,
        materials: materials(world, arn, key, now),
        events,
    })
}

/// States and events until now. The trail tells what happened; the record has the last word.
fn past(world: &World, arn: &KeyArn, key: &Key, state: KeyState, now: Timestamp) -> (Vec<Span>, Vec<Event>) {
    let text = arn.text();
    let id = format!("/{}", arn.id);
    let mut changes = vec![(key.created, KeyState::Enabled.as_str())];
    let mut events = vec![Event { at: key.created, what: "created".into(), planned: false }];
    // Where the wait for replicas may have ended.
    let mut freed = None;
    for entry in world.trail.from(0).filter(|entry| entry.service == "kms" && entry.at <= now) {
        if entry.error.is_some() || entry.read_only || entry.recipient != arn.account {
            continue;
        }
        let before = changes.last().map_or("", |(_, state)| *state);
        if let Some(after) = of_store(entry, key, before) {
            changes.push((entry.at, after));
        }
        if !entry.resources.iter().any(|(_, resource)| *resource == text) {
            if entry.name == "DeleteKey" && entry.resources.iter().any(|(_, resource)| resource.ends_with(&id)) {
                freed = Some(entry.at);
            }
            continue;
        }
        if let Some(what) = happened(entry) {
            events.push(Event { at: entry.at, what, planned: false });
        }
        if let Some(after) = after(entry, key, before) {
            changes.push((entry.at, after));
        }
    }
    let last = changes.last().map_or("", |(_, state)| *state);
    if last != state.as_str() {
        let since = freed.filter(|_| last == "PendingReplicaDeletion").unwrap_or(now);
        // A key whose only known moment is its creation has been so all the time.
        if changes.len() == 1 {
            changes.clear();
            changes.push((key.created, state.as_str()));
        } else {
            changes.push((since, state.as_str()));
        }
    }
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([now]);
    let mut spans: Vec<Span> = Vec::new();
    for ((from, state), to) in changes.iter().copied().zip(ends) {
        match spans.last_mut() {
            Some(span) if span.state == state => span.to = to,
            // What lasted no time was never seen, unless it is what is now.
            Some(span) if span.from == span.to => *span = Span { state, from, to },
            _ => spans.push(Span { state, from, to }),
        }
    }
    (spans, events)
}

/// The state after an event of the key, if it has another.
fn after(entry: &Entry, key: &Key, before: &str) -> Option<&'static str> {
    Some(match &*entry.name {
        "CreateKey" if key.origin == Origin::External => "PendingImport",
        "EnableKey" => "Enabled",
        "DisableKey" => "Disabled",
        "ScheduleKeyDeletion" if entry.response.contains("\"PendingReplicaDeletion\"") => "PendingReplicaDeletion",
        "ScheduleKeyDeletion" => "PendingDeletion",
        "CancelKeyDeletion" => "Disabled",
        "ImportKeyMaterial" if before == "PendingImport" => "Enabled",
        "DeleteImportedKeyMaterial" | "DeleteExpiredKeyMaterial" if matches!(before, "Enabled" | "Disabled") => {
            "PendingImport"
        }
        _ => return None,
    })
}

/// The state after its custom key store was connected or disconnected.
fn of_store(entry: &Entry, key: &Key, before: &str) -> Option<&'static str> {
    let store = key.store.as_ref()?;
    let (from, to) = match &*entry.name {
        "DisconnectCustomKeyStore" => ("Enabled", "Unavailable"),
        "ConnectCustomKeyStore" => ("Unavailable", "Enabled"),
        _ => return None,
    };
    let parameters: Value = serde_json::from_str(&entry.parameters).ok()?;
    let this = parameters.get("customKeyStoreId").and_then(Value::as_str) == Some(store.id.as_str());
    (this && before == from).then_some(to)
}

/// An event in a word or two. What changes neither state nor material is none.
fn happened(entry: &Entry) -> Option<String> {
    let text = match &*entry.name {
        "EnableKey" => "enabled",
        "DisableKey" => "disabled",
        "ScheduleKeyDeletion" => "scheduled for deletion",
        "CancelKeyDeletion" => "deletion cancelled",
        "ImportKeyMaterial" => "material imported",
        "DeleteImportedKeyMaterial" => "material deleted",
        "DeleteExpiredKeyMaterial" => "material expired",
        "EnableKeyRotation" => "rotation turned on",
        "DisableKeyRotation" => "rotation turned off",
        "ReplicateKey" => "replicated",
        "UpdatePrimaryRegion" => "primary Region changed",
        "RotateKey" => {
            let on_demand = entry.details.iter().any(|(_, value)| value == "ON_DEMAND");
            if on_demand { "rotated on demand" } else { "rotated" }
        }
        _ => return None,
    };
    Some(text.into())
}

fn materials(world: &World, arn: &KeyArn, key: &Key, now: Timestamp) -> Vec<MaterialSpan> {
    let facts = world.keys.materials_of(arn, now).unwrap_or_default();
    let from = |at: usize| {
        let rotated = facts.get(at).and_then(|material| material.rotated).map(|rotated| rotated.at);
        // A replica has materials that are older than itself.
        rotated.unwrap_or(key.created).max(key.created)
    };
    let waits = |state| matches!(state, MaterialState::PendingRotation | MaterialState::PendingImportAndRotation);
    let mut spans: Vec<MaterialSpan> = Vec::new();
    for (at, material) in facts.iter().enumerate() {
        let next = at.saturating_add(1);
        let followed = facts.get(next).is_some_and(|next| !waits(next.state));
        spans.push(MaterialSpan {
            id: material.id.text(),
            state: material.state.as_str(),
            rotation: material.rotated.map(|rotated| rotated.kind.as_str()),
            from: if waits(material.state) { now } else { from(at) },
            to: if followed { from(next) } else { now },
        });
    }
    if spans.is_empty() {
        // Key pairs, HMAC keys and keys in stores have one material for life, whose id nobody is told.
        let (id, state, from) = (String::new(), "CURRENT", key.created);
        spans.push(MaterialSpan { id, state, rotation: None, from, to: now });
    }
    spans
}

impl Timeline {
    /// Plain text: bars of at most `width` columns, and what happened. With ANSI colours when `colour` is set.
    #[must_use]
    pub fn to_text(&self, width: usize, colour: bool) -> String {
        text::timeline(self, width.max(40), colour)
    }

    /// A self-contained HTML fragment with a drawing (SVG), readable on light and dark pages.
    #[must_use]
    pub fn to_html(&self) -> String {
        svg::timeline(self)
    }

    /// JSON with these members.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings: nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Until when the drawing goes.
    pub(super) fn end(&self) -> Timestamp {
        self.deletion_date.unwrap_or(self.now).max(self.now)
    }

    /// The states that occur, in the order of their first occurrence, with their colours.
    pub(super) fn legend(&self) -> Vec<(&'static str, (&'static str, &'static str))> {
        let mut seen: Vec<&'static str> = Vec::new();
        for span in &self.states {
            if !seen.contains(&span.state) {
                seen.push(span.state);
            }
        }
        seen.into_iter().map(|state| (state, colour(state))).collect()
    }

    /// The key as a title: alias and id.
    pub(super) fn title(&self) -> (String, String) {
        let id = self.arn.rsplit('/').next().unwrap_or_default().to_string();
        match self.aliases.first() {
            Some(alias) => (alias.clone(), id),
            None => (id, String::new()),
        }
    }
}

/// A moment as events show it: `2030-01-01 09:00`.
pub(super) fn minute(at: Timestamp) -> String {
    let iso = at.to_iso();
    format!("{} {}", iso.get(..10).unwrap_or_default(), iso.get(11..16).unwrap_or_default())
}

/// `current material 0f3a…, since a rotation on demand`.
pub(super) fn told(material: &MaterialSpan) -> String {
    let how = match material.rotation {
        Some("AUTOMATIC") => ", brought by automatic rotation",
        Some(_) => ", brought by rotation on demand",
        None => "",
    };
    let state = match material.state {
        "CURRENT" => "encrypts and decrypts",
        "NON_CURRENT" => "decrypts",
        _ => "waits for rotation",
    };
    let id = match material.id.get(..8) {
        Some(start) => format!("{start}… "),
        None => String::new(),
    };
    format!("{id}{state}{how}")
}
