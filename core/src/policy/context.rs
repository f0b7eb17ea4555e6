//! The condition keys of one request.

use super::hash;
use alloc::{boxed::Box, string::String, vec::Vec};

/// What a condition key holds.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "a key is single-valued or multivalued")]
pub enum Values<'a> {
    /// The value of a single-valued key.
    One(&'a str),
    /// The values of a multivalued key.
    Many(Texts<'a>),
}

/// The values of a multivalued key.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    text: &'a str,
    spans: &'a [Span],
}

impl<'a> Values<'a> {
    /// The values, whichever kind.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (one, many) = match self {
            Self::One(value) => (Some(value), None),
            Self::Many(values) => (None, Some(values)),
        };
        let many = many.into_iter().flat_map(|Texts { text, spans }| spans.iter().map(|span| span.of(text)));
        one.into_iter().chain(many)
    }

    /// The values, at most 128 of them at a time.
    pub(super) fn chunks(self) -> impl Iterator<Item = Self> {
        let (one, text, spans) = match self {
            Self::One(_) => (Some(self), "", &[][..]),
            Self::Many(Texts { text, spans }) => (None, text, spans),
        };
        one.into_iter().chain(spans.chunks(128).map(move |spans| Self::Many(Texts { text, spans })))
    }

    /// A bit for each value, of which there are 128 at most.
    pub(super) fn bits(self) -> u128 {
        self.iter().fold(0, |bits, _| (bits << 1) | 1)
    }

    /// Hands on one value, that of a multivalued key if there may be `several`.
    pub(super) fn only<R>(text: &str, several: bool, take: impl FnOnce(Values<'_>) -> R) -> R {
        let spans = [Span { start: 0, end: position(text.len()) }];
        take(if several { Values::Many(Texts { text, spans: &spans }) } else { Values::One(text) })
    }

    /// Whether a multivalued key has no values, which is the same as an absent key.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        matches!(self, Self::Many(Texts { spans: [], .. }))
    }

    /// The values as texts of their own.
    #[must_use]
    pub fn to_vec(self) -> Vec<String> {
        self.iter().map(String::from).collect()
    }
}

/// The condition keys of one request. Names are compared without case and kept as given.
///
/// A multivalued key without values is the same as an absent key. Encryption context keys are told apart by case when
/// they are set, because the pairs of an encryption context are; a condition finds the first that fits without case.
///
/// Every request makes one and the last thousand are kept: names and values stand in one text, so that making, keeping
/// and dropping one is a handful of allocations and not a hundred.
#[derive(Debug, Clone, Default)]
pub struct Context {
    text: String,
    spans: Vec<Span>,
    entries: Vec<Entry>,
    /// A bit for each entry, chosen by its hash: where it is not set there is no such key, and nothing is to be searched.
    mask: u128,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    name: Span,
    /// The first value, in `spans`.
    first: u32,
    count: u32,
    many: bool,
}

/// A part of the text.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// The name of a condition key in a policy, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct Key {
    hash: u64,
    /// As written.
    pub(super) name: Box<str>,
}

impl Key {
    pub(super) fn new(name: &str) -> Self {
        Self { hash: hash::folded(name), name: name.into() }
    }
}

/// The name of a condition key that every request has: its hash is computed once, at compile time.
///
/// ```
/// use kmslab::policy::{Context, Name};
/// let mut context = Context::new();
/// context.put(const { Name::new("aws:SecureTransport") }, "true");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    hash: u64,
    text: &'a str,
}

impl<'a> Name<'a> {
    /// The name `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { hash: hash::folded(text), text }
    }

    /// The hash of the name without case: equal names have equal ones.
    pub(crate) const fn hash(self) -> u64 {
        self.hash
    }

    /// Whether it names a pair of the encryption context.
    pub(crate) fn is_pair(self) -> bool {
        after_prefix(self.text).is_some()
    }
}

/// Before the key of a pair of the encryption context.
const PAIR: &str = "kms:EncryptionContext:";

impl Context {
    /// No keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), spans: Vec::new(), entries: Vec::new(), mask: 0 }
    }

    /// No keys yet, with room for the usual number of them.
    #[must_use]
    pub fn roomy() -> Self {
        Self {
            text: String::with_capacity(1024),
            spans: Vec::with_capacity(32),
            entries: Vec::with_capacity(32),
            mask: 0,
        }
    }

    /// The keys of `base`, with room for the usual number of further ones: in the place of `spare`, if one can be spared.
    #[must_use]
    pub fn beyond(base: &Self, spare: Option<Self>) -> Self {
        let mut context = spare.unwrap_or_else(Self::roomy);
        context.text.clear();
        context.text.push_str(&base.text);
        context.spans.clear();
        context.spans.extend_from_slice(&base.spans);
        context.entries.clear();
        context.entries.extend_from_slice(&base.entries);
        context.mask = base.mask;
        context
    }

    /// Whether it takes no more room than most: one that a request has blown up is not kept for the next.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.text.capacity() <= 8192
    }

    /// Gives the single-valued `key` its `value`, in place of an earlier one.
    pub fn set(&mut self, key: &str, value: impl AsRef<str>) {
        self.put(Name::new(key), value);
    }

    /// As [`set`](Self::set), for names known at compile time.
    pub fn put(&mut self, key: Name<'_>, value: impl AsRef<str>) {
        let first = position(self.spans.len());
        let span = self.write(value.as_ref());
        self.spans.push(span);
        self.enter(key, first, false);
    }

    /// Gives the multivalued `key` its `values`, in place of earlier ones.
    pub fn set_list(&mut self, key: &str, values: impl IntoIterator<Item = impl AsRef<str>>) {
        self.put_list(Name::new(key), values);
    }

    /// As [`set_list`](Self::set_list), for names whose hash is known.
    pub fn put_list(&mut self, key: Name<'_>, values: impl IntoIterator<Item = impl AsRef<str>>) {
        let first = position(self.spans.len());
        for value in values {
            let span = self.write(value.as_ref());
            self.spans.push(span);
        }
        self.enter(key, first, true);
    }

    /// Takes over all keys of `other`, in place of earlier ones.
    pub fn absorb(&mut self, other: &Self) {
        let shift = position(self.text.len());
        let moved = |span: Span| Span { start: span.start.saturating_add(shift), end: span.end.saturating_add(shift) };
        self.text.push_str(&other.text);
        let spans = position(self.spans.len());
        self.spans.extend(other.spans.iter().copied().map(moved));
        for entry in &other.entries {
            let (name, first) = (moved(entry.name), entry.first.saturating_add(spans));
            let text = entry.name.of(&other.text);
            let entry = Entry { name, first, ..*entry };
            match self.named(Name { hash: entry.hash, text }) {
                Some(earlier) => *earlier = entry,
                None => self.push(entry),
            }
        }
    }

    /// The values from `first` on are those of `key`.
    fn enter(&mut self, key: Name<'_>, first: u32, many: bool) {
        let count = position(self.spans.len()).saturating_sub(first);
        match self.named(key) {
            Some(entry) => *entry = Entry { first, count, many, ..*entry },
            None => {
                let name = self.write(key.text);
                self.push(Entry { hash: key.hash, name, first, count, many });
            }
        }
    }

    fn push(&mut self, entry: Entry) {
        self.mask |= bit(entry.hash);
        self.entries.push(entry);
    }

    /// The entry of this very key.
    fn named(&mut self, key: Name<'_>) -> Option<&mut Entry> {
        if self.mask & bit(key.hash) == 0 {
            return None;
        }
        let text = self.text.as_str();
        let same = |entry: &&mut Entry| {
            let name = || entry.name.of(text);
            let pair = || after_prefix(key.text).is_some();
            entry.hash == key.hash && if pair() { name() == key.text } else { name().eq_ignore_ascii_case(key.text) }
        };
        self.entries.iter_mut().find(same)
    }

    fn write(&mut self, text: &str) -> Span {
        // One allocation each for the few keys of a request's own.
        if self.text.capacity() == 0 {
            self.text.reserve(256);
            self.spans.reserve(8);
            self.entries.reserve(8);
        }
        let start = position(self.text.len());
        self.text.push_str(text);
        Span { start, end: position(self.text.len()) }
    }

    fn values(&self, entry: &Entry) -> Values<'_> {
        let start = entry.first as usize;
        let spans = self.spans.get(start..start.saturating_add(entry.count as usize)).unwrap_or_default();
        match spans {
            [value] if !entry.many => Values::One(value.of(&self.text)),
            _ => Values::Many(Texts { text: &self.text, spans }),
        }
    }

    /// What `key` holds.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Values<'_>> {
        self.find(hash::folded(key), key)
    }

    /// All keys, with their names as given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Values<'_>)> {
        self.entries.iter().map(|entry| (entry.name.of(&self.text), self.values(entry)))
    }

    /// What the key of a policy holds; nothing when it has no values.
    pub(super) fn look_up(&self, key: &Key) -> Option<Values<'_>> {
        self.find(key.hash, &key.name).filter(|values| !values.is_empty())
    }

    /// The one value of a single-valued key.
    pub(super) fn single(&self, key: &Key) -> Option<&str> {
        match self.look_up(key)? {
            Values::One(value) => Some(value),
            Values::Many(_) => None,
        }
    }

    /// The one value of the single-valued key `name`.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Values::One(value) => Some(value),
            Values::Many(_) => None,
        }
    }

    /// The pairs of the request's encryption context, with the case given.
    pub(super) fn encryption_context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter_map(|(name, values)| match values {
            Values::One(value) => Some((after_prefix(name)?, value)),
            Values::Many(_) => None,
        })
    }

    fn find(&self, hash: u64, name: &str) -> Option<Values<'_>> {
        if self.mask & bit(hash) == 0 {
            return None;
        }
        let same = |entry: &&Entry| entry.hash == hash && entry.name.of(&self.text).eq_ignore_ascii_case(name);
        self.entries.iter().find(same).map(|entry| self.values(entry))
    }
}

/// The bit of a hash in the mask.
const fn bit(hash: u64) -> u128 {
    1 << (hash >> 57)
}

/// A place in the text or in the spans. A request is far below 4 GiB.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// `x` of `kms:EncryptionContext:x`.
fn after_prefix(name: &str) -> Option<&str> {
    let (prefix, key) = name.split_at_checked(PAIR.len())?;
    prefix.eq_ignore_ascii_case(PAIR).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_case_pairs_with_case() {
        let mut context = Context::new();
        context.set("aws:SourceIp", "a");
        context.set("AWS:sourceIP", "b");
        context.set("kms:EncryptionContext:k", "1");
        context.set("kms:EncryptionContext:K", "2");
        context.set_list("aws:TagKeys", [""; 0]);
        assert_eq!(context.value("aws:sourceip"), Some("b"));
        assert_eq!(context.encryption_context().collect::<Vec<_>>(), [("k", "1"), ("K", "2")]);
        assert_eq!(context.value("kms:EncryptionContext:K"), Some("1"));
        assert!(context.look_up(&Key::new("aws:TagKeys")).is_none());
        assert_eq!(context.iter().count(), 4);

        let mut base = Context::new();
        base.set_list("aws:tagkeys", ["x", "y"]);
        base.put(const { Name::new("AWS:SOURCEIP") }, "c");
        base.set("kms:EncryptionContext:k", "3");
        base.absorb(&context);
        assert_eq!(base.value("aws:SourceIp"), Some("b"));
        assert_eq!(base.encryption_context().collect::<Vec<_>>(), [("k", "1"), ("K", "2")]);
        assert!(base.look_up(&Key::new("aws:TagKeys")).is_none());
        let mut beyond = Context::beyond(&base, Some(context));
        beyond.set_list("aws:TagKeys", ["z"]);
        assert_eq!(beyond.get("aws:TagKeys").map(Values::to_vec), Some(alloc::vec![String::from("z")]));
        assert_eq!(base.iter().count(), 4);
    }
}
