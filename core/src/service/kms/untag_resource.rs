//! `UntagResource`: takes tags off a key; those that it does not have are passed over.
//! Source: KMS API Reference, `UntagResource`.

use super::key_id::{self, Forms};
use super::tags;
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

view! { in Input { key_id: String = "KeyId", tag_keys: Vec<String> = "TagKeys" } }

/// The row of `UntagResource`.
#[derive(Debug)]
pub(super) struct UntagResource;

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        if input.tag_keys.iter().any(|key| tags::is_reserved(key)) {
            return Err(Fault::Tag { message: "Tags beginning with aws: are reserved" });
        }
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        Ok(found.needs("kms:UntagResource").list("aws:TagKeys", &input.tag_keys))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.untag(&key, &input.tag_keys, now)?;
        call.trail.response.push(("keyId", key.to_string()));
        Ok(())
    }
}
