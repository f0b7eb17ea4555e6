//! Tags of keys. Source: kms.md, section 11.

use crate::base::Fault;
use crate::wire::view;
use crate::world::Needs;
use crate::world::keys::quota;
use alloc::{collections::BTreeMap, format, string::String};

view! {
    /// One tag.
    both Tag { tag_key: String = "TagKey", tag_value: String = "TagValue" }
}

/// The tags by their keys.
///
/// # Errors
/// [`Fault::Tag`].
pub(super) fn collect(tags: &[Tag]) -> Result<BTreeMap<String, String>, Fault> {
    if tags.iter().any(|tag| is_reserved(&tag.tag_key)) {
        return Err(Fault::Tag { message: "Tags beginning with aws: are reserved" });
    }
    let mut collected = BTreeMap::new();
    for tag in tags {
        collected.insert(tag.tag_key.clone(), tag.tag_value.clone());
    }
    if collected.len() < tags.len() {
        return Err(Fault::Tag { message: "Duplicate tag keys" });
    }
    if collected.len() > quota::TAGS {
        return Err(Fault::Tag { message: "Too many tags" });
    }
    Ok(collected)
}

/// Whether AWS keeps the tag key for itself.
pub(super) fn is_reserved(tag_key: &str) -> bool {
    tag_key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"))
}

/// Adds the condition keys of tags in the request to the last check.
pub(super) fn facts<T>(mut needs: Needs<T>, tags: &BTreeMap<String, String>) -> Needs<T> {
    for (key, value) in tags {
        needs = needs.fact(&format!("aws:RequestTag/{key}"), value.as_str());
    }
    needs.list("aws:TagKeys", tags.keys())
}
