//! `UpdatePrimaryRegion`: a replica becomes the primary key, and the primary key a replica.
//! Source: KMS API Reference, `UpdatePrimaryRegion`; kms.md, section 13. Both keys must allow it.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Elsewhere, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::{String, ToString};

view! { in Input { key_id: String = "KeyId", primary_region: String = "PrimaryRegion" } }

/// The row of `UpdatePrimaryRegion`.
#[derive(Debug)]
pub(super) struct UpdatePrimaryRegion;

impl Operation for UpdatePrimaryRegion {
    const NAME: &'static str = "UpdatePrimaryRegion";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    /// The primary key, and the replica that is to be it.
    type Target = (KeyArn, KeyArn);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        const ACTION: &str = "kms:UpdatePrimaryRegion";
        let region = key_id::related_region(&input.primary_region, "primaryRegion", call)?;
        let from = key_id::find(&input.key_id, Forms::Key, call)?;
        let to = key_id::by_key(KeyArn { region: region.clone(), ..from.arn.clone() }, call);
        let from_region = from.arn.region.clone();
        let primary = call.world.keys.find(&from.arn, call.now()).and_then(|key| key.related.as_ref());
        let is_primary = primary.is_some_and(|related| related.primary == from.arn.region);
        let mut needs = from.needs(ACTION).fact("kms:PrimaryRegion", region.as_str());
        // What is no primary key is refused for that, whatever is in the other Region; and so is the key's own Region.
        if is_primary && region != from_region {
            needs = needs.and(ACTION, to.resource).fact("kms:PrimaryRegion", region.as_str());
            needs = needs.fact("aws:RequestedRegion", region.as_str());
        }
        Ok(needs.to(|from| (from, to.arn)))
    }

    fn run(call: &mut Call<'_>, keys: Permit<Self::Target>, _: Input) -> Result<(), Fault> {
        let now = call.now();
        call.world.keys.change_primary(&keys, now)?;
        let (from, to) = &*keys;
        call.trail.response.push(("keyId", from.to_string()));
        call.trail.elsewhere.push(Elsewhere { region: to.region.clone(), call: None });
        Ok(())
    }
}
