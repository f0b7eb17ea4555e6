//! Pages of lists. Source: kms.md 1.5.

use super::constraint;
use crate::base::Fault;
use crate::crypto::mac;
use alloc::{format, string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding};

/// The limits of one list: the default, and the maximum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits(pub(super) usize, pub(super) usize);

/// ListAliases, ListGrants, ListRetirableGrants.
pub(super) const FEW: Limits = Limits(50, 100);
/// ListKeys, ListKeyPolicies.
pub(super) const MANY: Limits = Limits(100, 1000);
/// ListResourceTags.
pub(super) const TAGS: Limits = Limits(50, 50);

/// What stands for a list in its markers: the beginning of a digest of the list's name and of what it lists. It has a
/// fixed length, because a marker has 1,024 characters at most: 752 bytes are left for the last entry.
type Scope = [u8; 16];

/// The page that a caller asks for.
#[derive(Debug)]
pub(super) struct Page<T> {
    limit: usize,
    scope: Scope,
    /// The last entry of the page before.
    pub(super) after: Option<T>,
}

/// The length of the page.
///
/// # Errors
/// [`Fault::Validation`] beyond the list's own maximum.
pub(super) fn limit(limits: Limits, asked: Option<i64>) -> Result<usize, Fault> {
    let Limits(default, maximum) = limits;
    let Some(value) = asked else { return Ok(default) };
    let rule = || constraint(&value, "limit", &format!("Member must have value less than or equal to {maximum}"));
    usize::try_from(value).ok().filter(|limit| *limit <= maximum).ok_or_else(rule)
}

impl<T> Page<T> {
    /// Reads `Limit` and `Marker`. A marker belongs to one list, `scope`: a name and what it lists.
    ///
    /// # Errors
    /// [`Fault::Validation`] beyond the list's own maximum, [`Fault::InvalidMarker`] for a marker that no page of this
    /// list gave.
    pub(super) fn read(
        limits: Limits,
        scope: String,
        asked: Option<i64>,
        marker: Option<&str>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Self, Fault> {
        let limit = limit(limits, asked)?;
        let scope = digest(&scope);
        let after = match marker {
            None => None,
            Some(marker) => Some(opened(marker, &scope).as_deref().and_then(parse).ok_or(Fault::InvalidMarker)?),
        };
        Ok(Self { limit, scope, after })
    }

    /// The same page with no more than so many entries, whatever else the list has.
    pub(super) fn at_most(self, entries: usize) -> Self {
        Self { limit: self.limit.min(entries), ..self }
    }

    /// The page out of `items`, which start after [`Self::after`], and the marker of the next.
    pub(super) fn fill<I>(
        self,
        items: impl Iterator<Item = I>,
        name: impl Fn(&I) -> String,
    ) -> (Vec<I>, Option<String>) {
        let mut items = items.peekable();
        let page: Vec<I> = items.by_ref().take(self.limit).collect();
        let next = items
            .peek()
            .and_then(|_| page.last())
            .map(|last| Base64UrlUnpadded::encode_string(&[&self.scope, name(last).as_bytes()].concat()));
        (page, next)
    }
}

/// What a marker of this list holds.
fn opened(marker: &str, scope: &Scope) -> Option<String> {
    let bytes = Base64UrlUnpadded::decode_vec(marker).ok()?;
    String::from_utf8(bytes.strip_prefix(scope)?.into()).ok()
}

fn digest(scope: &str) -> Scope {
    mac::sha256(&[scope.as_bytes()]).first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    fn page(asked: Option<i64>, marker: Option<&str>) -> Result<(Vec<u32>, Option<String>), Fault> {
        let page = Page::read(FEW, "List".into(), asked, marker, |text| text.parse::<u32>().ok())?;
        let from = page.after.map_or(1, |last| last.saturating_add(1));
        Ok(page.fill(from..=7, u32::to_string))
    }

    #[test]
    fn pages_join_up() {
        let (first, next) = page(Some(3), None).unwrap();
        let (second, after) = page(Some(3), next.as_deref()).unwrap();
        let (third, end) = page(Some(3), after.as_deref()).unwrap();
        assert_eq!((first, second, third, end), (vec![1, 2, 3], vec![4, 5, 6], vec![7], None));
        assert_eq!(page(Some(7), None).unwrap().1, None, "a full last page has no next");
    }

    #[test]
    fn bad_limits_and_markers_are_refused() {
        assert!(matches!(page(Some(101), None), Err(Fault::Validation { .. })));
        let of = |scope, last: &[u8]| Base64UrlUnpadded::encode_string(&[&digest(scope), last].concat());
        assert!(page(None, Some(&of("List", b"3"))).is_ok());
        for marker in ["", "x", "!!!", "AAAA", &of("Other", b"3"), &of("List", b"x"), &of("List", &[0xff])] {
            assert_eq!(page(None, Some(marker)), Err(Fault::InvalidMarker), "{marker}");
        }
    }
}
