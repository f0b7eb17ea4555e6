//! `TagResource`: adds tags to a key, or gives new values to those it has.
//! Source: KMS API Reference, `TagResource`.

use super::key_id::{self, Forms};
use super::tags::{self, Tag};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

view! { in Input { key_id: String = "KeyId", tags: Vec<Tag> = "Tags" } }

/// The row of `TagResource`.
#[derive(Debug)]
pub(super) struct TagResource;

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const QUOTA: Quota = Quota::Own(10);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let tags = tags::collect(&input.tags)?;
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        Ok(tags::facts(found.needs("kms:TagResource"), &tags))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.tag(&key, tags::collect(&input.tags)?, now)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
