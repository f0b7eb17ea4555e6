//! Lists in pages: `MaxItems`, `Marker`, `IsTruncated`.
//! Source: IAM API Reference, "Common pagination"; storage.md 4.2.

use alloc::{string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding};

use crate::base::Fault;
use crate::crypto::mac;

/// How many items a page has when the caller does not say.
const DEFAULT: u32 = 100;

/// Bytes in a marker: in base64 they are the 320 characters that the model lets a marker have.
const ROOM: usize = 240;

/// Stands between the head and the digest of a key that is too long. No text has it: it is never a byte of UTF-8.
const CUT: u8 = 0xff;

/// Bytes of the head of a key that is too long: what a digest of 32 bytes and the [`CUT`] leave.
const HEAD: usize = ROOM - 33;

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Whether there are more.
    pub(crate) truncated: bool,
    /// Where they begin.
    pub(crate) marker: Option<String>,
}

/// The page after `marker` of `all`, which come in the order of their keys. A marker holds the key of the last item
/// seen, so that a list stays whole when items come and go between two pages. Of a key that is too long it holds the
/// beginning and a digest.
///
/// # Errors
/// [`Fault::Validation`] for a marker that no list made. The sentence is unconfirmed.
pub(crate) fn page<K: AsRef<str>, T>(
    all: impl Iterator<Item = (K, T)>,
    marker: Option<&str>,
    max_items: Option<u32>,
) -> Result<Page<T>, Fault> {
    let after = marker.map(After::read).transpose()?;
    let size = usize::try_from(max_items.unwrap_or(DEFAULT)).unwrap_or(usize::MAX);
    let passed = |key: &str| after.as_ref().is_some_and(|after| after.has_passed(key));
    let mut rest = all.skip_while(|(key, _)| passed(key.as_ref())).peekable();
    // Keys with the head of the last one: it is among them, unless it has gone. Then they are all shown (again).
    let mut alike = Vec::new();
    if let Some(After::Long { head, digest }) = &after {
        while let Some(entry) = rest.next_if(|(key, _)| key.as_ref().as_bytes().starts_with(head)) {
            alike.push(entry);
        }
        let last = alike.iter().position(|(key, _)| mac::sha256(&[key.as_ref().as_bytes()]) == *digest);
        alike.drain(..last.map_or(0, |at| at.saturating_add(1)));
    }
    let mut rest = alike.into_iter().chain(rest).peekable();
    let mut items = Vec::new();
    let mut last = None;
    while items.len() < size
        && let Some((key, item)) = rest.next()
    {
        last = Some(key);
        items.push(item);
    }
    let truncated = rest.peek().is_some();
    let marker = last.filter(|_| truncated).map(|key| marker_of(key.as_ref()));
    Ok(Page { items, truncated, marker })
}

/// The marker of a page that ends with `key`.
fn marker_of(key: &str) -> String {
    let bytes = key.as_bytes();
    match bytes.get(..HEAD) {
        Some(head) if bytes.len() > ROOM => {
            let digest = mac::sha256(&[bytes]);
            Base64UrlUnpadded::encode_string(&[head, &[CUT], &digest].concat())
        }
        _ => Base64UrlUnpadded::encode_string(bytes),
    }
}

/// What a marker says about the last item seen.
#[derive(Debug)]
enum After {
    /// Its key.
    Key(String),
    /// How its key begins, and the SHA-256 digest of the whole.
    Long { head: Vec<u8>, digest: [u8; 32] },
}

impl After {
    fn read(marker: &str) -> Result<Self, Fault> {
        let bytes = Base64UrlUnpadded::decode_vec(marker).ok();
        bytes.and_then(Self::parse).ok_or_else(|| Fault::Validation { message: "Invalid Marker.".into() })
    }

    fn parse(bytes: Vec<u8>) -> Option<Self> {
        let Some(cut) = bytes.iter().position(|byte| *byte == CUT) else {
            return String::from_utf8(bytes).ok().map(Self::Key);
        };
        let (head, digest) = bytes.split_at_checked(cut)?;
        let digest = digest.get(1..)?.try_into().ok()?;
        Some(Self::Long { head: head.into(), digest })
    }

    /// Whether `key` was surely on a page before. Those that begin as the last one did are looked at one by one.
    fn has_passed(&self, key: &str) -> bool {
        match self {
            Self::Key(last) => key <= last.as_str(),
            Self::Long { head, .. } => key.as_bytes() < head.as_slice(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_pages(all: &[String], size: u32) -> Vec<String> {
        let (mut seen, mut marker) = (Vec::new(), None::<String>);
        loop {
            let next = page(all.iter().map(|name| (name, name.clone())), marker.as_deref(), Some(size)).unwrap();
            assert_eq!(next.truncated, next.marker.is_some());
            seen.extend(next.items);
            marker = next.marker;
            let Some(marker) = &marker else { return seen };
            assert!(marker.len() <= 320, "{} characters", marker.len());
        }
    }

    #[test]
    fn pages_make_up_the_list() {
        let short = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
        // Around the limit, alike up to it, and cut in the middle of a character.
        let edges: Vec<String> = (238..=242).map(|n| "a".repeat(n)).collect();
        let alike = ["1", "2", "3"].map(|end| "a".repeat(500) + end);
        let wide = ["", "x", "y"].map(|end| "字".repeat(128) + end);
        let mixed = [&short[..1], &edges, &alike, &short[1..], &wide].concat();
        let mut sorted = mixed.clone();
        sorted.sort();
        assert_eq!(mixed, sorted);
        for all in [short, mixed] {
            for size in 1..=6 {
                assert_eq!(all_pages(&all, size), all, "{size}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_when_the_last_item_goes() {
        let mut all = ["1", "2", "3"].map(|end| "a".repeat(500) + end).to_vec();
        let list = |all: &[String], marker: Option<&str>| {
            page(all.iter().map(|name| (name, name.clone())), marker, Some(2)).unwrap()
        };
        let first = list(&all, None);
        all.remove(1);
        assert!(list(&all, first.marker.as_deref()).items.contains(&all[1]));
    }

    #[test]
    fn what_no_list_made_is_refused() {
        let cut = [b"a".as_slice(), &[CUT], &[0; 31]].concat();
        for marker in ["?", &Base64UrlUnpadded::encode_string(&cut), &Base64UrlUnpadded::encode_string(&[0xfe])] {
            assert!(page([("a", "a")].into_iter(), Some(marker), None).is_err(), "{marker}");
        }
    }
}
