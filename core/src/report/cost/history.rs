//! What is charged: when each key existed and was not pending deletion, and which requests were made.

use super::price;
use crate::base::{AccountId, Timespan, Timestamp};
use crate::world::keys::KeyState;
use crate::world::{Entry, Trail, World};
use alloc::boxed::Box;
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde_json::Value;

/// A key as the bill sees it.
#[derive(Debug)]
pub(super) struct Life {
    /// Its owner, who pays.
    pub(super) account: AccountId,
    /// From when to when it is charged.
    pub(super) spans: Vec<(Timestamp, Timestamp)>,
    /// When it was rotated, in order.
    pub(super) rotations: Vec<Timestamp>,
    spec: String,
    /// An AWS managed key: no monthly fee.
    managed: bool,
    /// Since when it is charged, while it is.
    since: Option<Timestamp>,
    /// Since when it has been pending deletion, while it is.
    paused: Option<Timestamp>,
}

/// All that is charged.
#[derive(Debug)]
pub(super) struct History {
    /// By the key's ARN.
    pub(super) lives: BTreeMap<String, Box<Life>>,
    /// Who made a request, when, and its price.
    pub(super) requests: Vec<(AccountId, Timestamp, &'static str)>,
    /// What could not be known.
    pub(super) notes: Vec<String>,
}

impl History {
    /// Of a world until `now`.
    pub(super) fn of(world: &World, now: Timestamp) -> Self {
        let mut all = Self { lives: BTreeMap::new(), requests: Vec::new(), notes: Vec::new() };
        // Keys that are there: their records know since when, even where the trail does not reach back.
        for (arn, key) in world.keys.records() {
            let life = Life {
                account: arn.account,
                spans: Vec::new(),
                rotations: Vec::new(),
                spec: key.spec.as_str().into(),
                managed: key.managed_for.is_some(),
                since: Some(key.created),
                paused: None,
            };
            all.lives.insert(arn.to_string(), Box::new(life));
        }
        for entry in world.trail.from(0).filter(|entry| entry.service == "kms" && entry.at <= now) {
            all.event(entry);
            all.request(entry);
        }
        for (arn, key) in world.keys.records() {
            let Some(life) = all.lives.get_mut(&arn.to_string()) else { continue };
            let pending = matches!(
                key.state(now),
                Some(KeyState::PendingDeletion { .. } | KeyState::PendingReplicaDeletion { .. }) | None
            );
            if pending && life.paused.is_none() {
                // Scheduled before the trail begins: the longest waiting period is assumed.
                let scheduled = key.deletion_date().map_or(now, |until| until.minus(Timespan::days(30)));
                life.pause(scheduled.max(key.created));
            }
        }
        for life in all.lives.values_mut() {
            if let Some(from) = life.since.take() {
                life.spans.push((from, now));
            }
        }
        all.lives.retain(|_, life| !life.managed);
        if world.trail.len() > Trail::KEPT {
            all.notes.push("older requests than the trail holds are not counted".into());
        }
        if world.keys.records().any(|(_, key)| key.origin.as_str() == "AWS_CLOUDHSM") {
            all.notes.push("the hourly price of CloudHSM clusters is not counted".into());
        }
        all
    }

    /// What an event does to keys. Cross-account copies of it stand in the owner's trail, which is what counts here.
    fn event(&mut self, entry: &Entry) {
        if entry.error.is_some() {
            return;
        }
        for (owner, arn) in entry.resources.iter().filter(|(_, arn)| arn.contains(":key/")) {
            match &*entry.name {
                "CreateKey" if !self.lives.contains_key(arn) => {
                    let life = Life::deleted(*owner, entry, "/keyMetadata/keySpec");
                    self.lives.insert(arn.clone(), Box::new(life));
                }
                "ScheduleKeyDeletion" => self.life(arn, |life| life.pause(entry.at)),
                "CancelKeyDeletion" => self.life(arn, Life::resume),
                "DeleteKey" => self.life(arn, |life| life.pause(entry.at)),
                "RotateKey" => self.life(arn, |life| life.rotations.push(entry.at)),
                _ => {}
            }
        }
    }

    fn life(&mut self, arn: &str, act: impl FnOnce(&mut Life)) {
        if let Some(life) = self.lives.get_mut(arn) {
            act(life);
        }
    }

    /// Counts a request of a caller. The copies in owners' trails are none, nor is what AWS does by itself; what a request
    /// does in another Region is one there, too, as for quotas (kms.md 17.3; of prices it is unconfirmed). Refused
    /// requests are not counted, except dry runs (kms.md 6.4); AWS's pages do not say (unconfirmed).
    fn request(&mut self, entry: &Entry) {
        let identity: Value = serde_json::from_str(&entry.identity).unwrap_or_default();
        let payer = identity.get("accountId").and_then(Value::as_str).and_then(|id| id.parse::<AccountId>().ok());
        let own = |payer: &AccountId| *payer == entry.recipient && entry.request_id.is_some();
        let Some(payer) = payer.filter(own) else { return };
        if entry.error.as_ref().is_some_and(|(code, _)| code != "DryRunOperationException") {
            return;
        }
        let spec = entry.resources.iter().find_map(|(_, arn)| self.lives.get(arn)).map(|life| life.spec.as_str());
        let pair = match entry.name.starts_with("GenerateDataKeyPair") {
            true => serde_json::from_str::<Value>(&entry.parameters).ok(),
            false => None,
        };
        let pair = pair.as_ref().and_then(|parameters| parameters.get("keyPairSpec")).and_then(Value::as_str);
        self.requests.push((payer, entry.at, price::of_request(&entry.name, spec, pair)));
    }
}

impl Life {
    /// Of a key that is gone: its `CreateKey` knows when it was made, and what it was.
    fn deleted(account: AccountId, entry: &Entry, spec: &str) -> Self {
        let response: Value = serde_json::from_str(&entry.response).unwrap_or_default();
        let spec = response.pointer(spec).and_then(Value::as_str).unwrap_or("SYMMETRIC_DEFAULT").to_string();
        let (spans, rotations) = (Vec::new(), Vec::new());
        Self { account, spans, rotations, spec, managed: false, since: Some(entry.at), paused: None }
    }

    /// It is pending deletion from `at` on: no fee.
    fn pause(&mut self, at: Timestamp) {
        if let Some(from) = self.since.take() {
            self.spans.push((from, at));
            self.paused = Some(at);
        }
    }

    /// Its deletion was cancelled: it is charged for the time in between, too.
    fn resume(&mut self) {
        if self.paused.take().is_some()
            && let Some((from, _)) = self.spans.pop()
        {
            self.since = Some(from);
        }
    }
}
