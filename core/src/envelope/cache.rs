//! Data keys that are used again, within limits: fewer calls of KMS, at the price of more under one key.
//!
//! Source: AWS Encryption SDK Developer Guide, "Data key caching"; Specification, `framework/caching-cmm.md`.

use super::context::written;
use super::header::{EncryptedDataKey, Header};
use super::refused::Refused;
use super::sealer::Materials;
use super::suite::Suite;
use crate::base::{Secret, Timespan, Timestamp, sort_by};
use crate::crypto::blob::EncryptionContext;
use crate::crypto::hash::Hash;
use alloc::{collections::BTreeMap, vec::Vec};

/// How long, how often and for how much a data key is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheLimits {
    /// So many entries are kept at most; the ones that were not used for the longest time go first.
    pub capacity: usize,
    /// So old a data key may become.
    pub age: Timespan,
    /// So many messages may be sealed under one data key.
    pub messages: u64,
    /// So many bytes of plaintext may be sealed under one data key.
    pub bytes: u64,
}

impl CacheLimits {
    /// At most 2^32 messages, as AWS's caching has it.
    pub const MOST_MESSAGES: u64 = 1 << 32;
    /// At most 2^63 - 1 bytes.
    pub const MOST_BYTES: u64 = i64::MAX as u64;

    /// These limits.
    ///
    /// # Errors
    /// [`Refused::Unfit`] for none of something, and for more than AWS allows.
    pub fn new(capacity: usize, age: Timespan, messages: u64, bytes: u64) -> Result<Self, Refused> {
        let unfit = |what: &str| Err(Refused::Unfit(what.into()));
        match () {
            () if capacity == 0 => unfit("a cache has room for one entry at least"),
            () if age <= Timespan::millis(0) => unfit("data keys live longer than no time"),
            () if messages == 0 || messages > Self::MOST_MESSAGES => unfit("1 to 2^32 messages a data key"),
            () if bytes > Self::MOST_BYTES => unfit("at most 2^63 - 1 bytes a data key"),
            () => Ok(Self { capacity, age, messages, bytes }),
        }
    }
}

/// Data keys by what they are for.
#[derive(Debug)]
pub(super) struct Cache {
    limits: CacheLimits,
    entries: BTreeMap<Vec<u8>, Entry>,
    /// How often the cache was asked: entries remember when they were last used by it.
    asked: u64,
}

#[derive(Debug)]
struct Entry {
    value: Value,
    made: Timestamp,
    used: u64,
    messages: u64,
    bytes: u64,
}

#[derive(Debug)]
enum Value {
    Seals(Materials),
    Opens(Secret),
}

impl Cache {
    pub(super) const fn new(limits: CacheLimits) -> Self {
        Self { limits, entries: BTreeMap::new(), asked: 0 }
    }

    /// Whether a message of `length` bytes may share its data key with others: not where suites derive no key, and not
    /// where nobody knows how long it becomes.
    pub(super) fn serves(&self, suite: Suite, length: Option<u64>) -> bool {
        suite.derives() && length.is_some_and(|length| length < self.limits.bytes)
    }

    /// What seals a further message of `length` bytes.
    pub(super) fn seals(&mut self, id: &[u8], length: u64, now: Timestamp) -> Option<Materials> {
        let entry = self.fresh(id, now)?;
        entry.messages = entry.messages.saturating_add(1);
        entry.bytes = entry.bytes.saturating_add(length);
        let (messages, bytes) = (entry.messages, entry.bytes);
        if messages > self.limits.messages || bytes > self.limits.bytes {
            self.entries.remove(id);
            return None;
        }
        match &self.entries.get(id)?.value {
            Value::Seals(materials) => Some(materials.clone()),
            Value::Opens(_) => None,
        }
    }

    /// The data key of a message that was opened before.
    pub(super) fn opens(&mut self, id: &[u8], now: Timestamp) -> Option<Secret> {
        match &self.fresh(id, now)?.value {
            Value::Opens(key) => Some(key.clone()),
            Value::Seals(_) => None,
        }
    }

    /// Keeps what sealed a first message.
    pub(super) fn keep_seal(&mut self, id: Vec<u8>, materials: Materials, length: u64, now: Timestamp) {
        self.keep(id, Value::Seals(materials), length, now);
    }

    /// Keeps a data key that KMS unwrapped.
    pub(super) fn keep_open(&mut self, id: Vec<u8>, key: Secret, now: Timestamp) {
        self.keep(id, Value::Opens(key), 0, now);
    }

    fn fresh(&mut self, id: &[u8], now: Timestamp) -> Option<&mut Entry> {
        self.asked = self.asked.saturating_add(1);
        let age = self.limits.age;
        if self.entries.get(id).is_some_and(|entry| entry.made.plus(age) < now) {
            self.entries.remove(id);
        }
        let entry = self.entries.get_mut(id)?;
        entry.used = self.asked;
        Some(entry)
    }

    fn keep(&mut self, id: Vec<u8>, value: Value, bytes: u64, made: Timestamp) {
        let full = self.entries.len() >= self.limits.capacity && !self.entries.contains_key(&id);
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(id, _)| id.clone());
        if let Some(oldest) = oldest.filter(|_| full) {
            self.entries.remove(&oldest);
        }
        self.entries.insert(id, Entry { value, made, used: self.asked, messages: 1, bytes });
    }
}

/// What a data key that seals is found by: the suite and the encryption context that was asked for.
pub(super) fn seal_id(suite: Suite, context: &EncryptionContext) -> Result<Vec<u8>, Refused> {
    let context = Hash::Sha512.of(&[&written(context)?]);
    Ok(Hash::Sha512.of(&[&[1], &suite.id().to_be_bytes(), &context]))
}

/// What a data key that opens is found by: suite, encrypted data keys and encryption context of the message.
pub(super) fn open_id(header: &Header, context: &EncryptionContext) -> Result<Vec<u8>, Refused> {
    let hash = |key: &EncryptedDataKey| {
        let mut bytes = Vec::new();
        key.write(&mut bytes).map(|()| Hash::Sha512.of(&[&bytes]))
    };
    let mut keys: Vec<Vec<u8>> = header.keys.iter().map(hash).collect::<Result<_, _>>()?;
    sort_by(&mut keys, Ord::cmp);
    let context = Hash::Sha512.of(&[&written(context)?]);
    Ok(Hash::Sha512.of(&[&[2], &header.suite.id().to_be_bytes(), &keys.concat(), &[0; 64], &context]))
}
