//! `ListResourceTags`: the tags of a key.
//! Source: KMS API Reference, `ListResourceTags`.

use super::key_id::{self, Forms};
use super::page::{self, Page, TAGS};
use super::tags::Tag;
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::absent;
use crate::world::{Needs, Permit};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

view! {
    in Input { key_id: String = "KeyId", limit: Option<i64> = "Limit", marker: Option<String> = "Marker" }
    out Output {
        tags: Vec<Tag> = "Tags",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

/// The row of `ListResourceTags`.
#[derive(Debug)]
pub(super) struct ListResourceTags;

impl Operation for ListResourceTags {
    const NAME: &'static str = "ListResourceTags";
    const QUOTA: Quota = Quota::Own(2000);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        page::limit(TAGS, input.limit)?;
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:ListResourceTags"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let scope = format!("ListResourceTags {}", *key);
        let page = Page::read(TAGS, scope, input.limit, input.marker.as_deref(), |key| Some(key.to_string()))?;
        let record = call.world.keys.find(&key, call.now()).ok_or_else(|| absent(&key))?;
        let after = page.after.clone();
        let tags = record.tags.iter().filter(|(tag, _)| after.as_ref().is_none_or(|after| *tag > after));
        let (tags, next_marker) = page.fill(tags, |(tag, _)| tag.to_string());
        let tags = tags.into_iter().map(|(key, value)| Tag { tag_key: key.clone(), tag_value: value.clone() });
        Ok(Output { tags: tags.collect(), truncated: next_marker.is_some(), next_marker })
    }
}
