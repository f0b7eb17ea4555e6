//! Lists in pages: `MaxItems`, `Marker`, `IsTruncated`.
//! Source: IAM API Reference, "Common pagination"; storage.md 4.2.

use alloc::{string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding};

use crate::base::Fault;

/// How many items a page has when the caller does not say.
const DEFAULT: u32 = 100;

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
/// seen, so that a list stays whole when items come and go between two pages.
///
/// # Errors
/// [`Fault::Validation`] for a marker that no list made. The sentence is unconfirmed.
pub(crate) fn page<K: AsRef<str>, T>(
    all: impl Iterator<Item = (K, T)>,
    marker: Option<&str>,
    max_items: Option<u32>,
) -> Result<Page<T>, Fault> {
    let after = marker.map(read).transpose()?;
    let size = usize::try_from(max_items.unwrap_or(DEFAULT)).unwrap_or(usize::MAX);
    let mut rest = all.skip_while(|(key, _)| after.as_deref().is_some_and(|after| key.as_ref() <= after)).peekable();
    let mut items = Vec::new();
    let mut last = None;
    while items.len() < size
        && let Some((key, item)) = rest.next()
    {
        last = Some(key);
        items.push(item);
    }
    let truncated = rest.peek().is_some();
    let marker = last.filter(|_| truncated).map(|key| Base64UrlUnpadded::encode_string(key.as_ref().as_bytes()));
    Ok(Page { items, truncated, marker })
}

fn read(marker: &str) -> Result<String, Fault> {
    let bytes = Base64UrlUnpadded::decode_vec(marker).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Fault::Validation { message: "Invalid Marker.".into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_make_up_the_list() {
        let all = ["a", "b", "c", "d", "e"];
        let list = || all.iter().map(|name| (*name, *name));
        for size in 1..=6 {
            let (mut seen, mut marker) = (Vec::new(), None::<String>);
            loop {
                let next = page(list(), marker.as_deref(), Some(size)).unwrap();
                assert_eq!(next.truncated, next.marker.is_some());
                seen.extend(next.items);
                marker = next.marker;
                if marker.is_none() {
                    break;
                }
            }
            assert_eq!(seen, all, "{size}");
        }
        assert!(page(list(), Some("?"), None).is_err());
    }
}
