//! `CreateKey`: a new key, with its policy and tags.
//! Source: KMS API Reference, `CreateKey`; kms.md 4.1 and 9.1.

use super::key_kind::{Asked, Kind};
use super::key_metadata::KeyMetadata;
use super::key_placed;
use super::key_policy;
use super::localstack;
use super::regional;
use super::tags::{self, Tag};
use crate::base::{Fault, KeyArn, Secret};
use crate::policy;
use crate::service::{Audit, Call, Filled, Operation, Quota};
use crate::wire::view;
use crate::world::identity::Document;
use crate::world::keys::{NewKey, Origin, Place, default_policy};
use crate::world::{Needs, Permit, Resource};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

view! {
    in Input {
        policy: Option<String> = "Policy",
        description: Option<String> = "Description",
        key_usage: Option<String> = "KeyUsage",
        old_spec: Option<String> = "CustomerMasterKeySpec",
        key_spec: Option<String> = "KeySpec",
        origin: Option<String> = "Origin",
        custom_key_store_id: Option<String> = "CustomKeyStoreId",
        bypass: Option<bool> = "BypassPolicyLockoutSafetyCheck",
        tags: Vec<Tag> = "Tags",
        multi_region: bool = "MultiRegion",
        xks_key_id: Option<String> = "XksKeyId",
    }
    out Output { key_metadata: KeyMetadata = "KeyMetadata" }
}

impl Input {
    fn asked(&self) -> Asked<'_> {
        Asked {
            key_spec: self.key_spec.as_deref(),
            old_spec: self.old_spec.as_deref(),
            usage: self.key_usage.as_deref(),
            origin: self.origin.as_deref(),
        }
    }

    fn placed(&self) -> key_placed::Asked<'_> {
        let (store, external_key) = (self.custom_key_store_id.as_deref(), self.xks_key_id.as_deref());
        key_placed::Asked { store, external_key, multi_region: self.multi_region }
    }
}

/// The row of `CreateKey`.
#[derive(Debug)]
pub(super) struct CreateKey;

impl Operation for CreateKey {
    const NAME: &'static str = "CreateKey";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE.filling(&[
        ("Description", Filled::Text("")),
        ("KeyUsage", Filled::Text("ENCRYPT_DECRYPT")),
        ("KeySpec", Filled::Text("SYMMETRIC_DEFAULT")),
        ("CustomerMasterKeySpec", Filled::Like("KeySpec")),
        ("Tags", Filled::Nothing),
        ("Policy", Filled::KeyPolicy),
        ("Origin", Filled::Text("AWS_KMS")),
        ("MultiRegion", Filled::Bool(false)),
        ("BypassPolicyLockoutSafetyCheck", Filled::Bool(false)),
    ]);
    type Input = Input;
    type Output = Output;
    type Target = Place;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Place>, Fault> {
        let kind = input.asked();
        regional(kind.spec()?, "keySpec", call)?;
        let kind = kind.kind()?;
        let Kind { spec, usage, origin } = kind;
        input.placed().check(kind)?;
        let tags = tags::collect(&input.tags)?;
        let place = Place { account: call.account(), region: call.region().clone() };
        let any_key = place.any_key();
        let mut needs = Needs::one("kms:CreateKey", Resource::Any, place)
            .fact("kms:KeySpec", spec.as_str())
            .fact("kms:CustomerMasterKeySpec", spec.as_str())
            .fact("kms:KeyUsage", usage.as_str())
            .fact("kms:CustomerMasterKeyUsage", usage.as_str())
            .fact("kms:KeyOrigin", origin.as_str())
            .fact("kms:MultiRegion", input.multi_region.to_string());
        if input.multi_region {
            needs = needs.fact("kms:MultiRegionKeyType", "PRIMARY");
        }
        if let Some(bypass) = input.bypass {
            needs = needs.fact("kms:BypassPolicyLockoutSafetyCheck", bypass.to_string());
        }
        needs = tags::facts(needs, &tags);
        if !tags.is_empty() {
            // The key has no ARN yet (unconfirmed what AWS takes); policies say `*` or `key/*`.
            needs = tags::facts(needs.and("kms:TagResource", Resource::NewKey(any_key)), &tags);
        }
        Ok(needs)
    }

    fn run(call: &mut Call<'_>, place: Permit<Place>, input: Input) -> Result<Output, Fault> {
        let kind = input.asked().kind()?;
        let in_store = input.placed().find(kind, call)?;
        let Kind { spec, usage, origin } = kind;
        let policy = match &input.policy {
            Some(text) => key_policy::accept(text, call)?,
            None => {
                let text = default_policy(place.region.partition(), place.account);
                Document::parse(policy::Kind::Key, &text).map_err(|_| Fault::Internal)?
            }
        };
        let mut tags = tags::collect(&input.tags)?;
        let asked = localstack::Asked { kind, multi_region: input.multi_region };
        let chosen = localstack::chosen(asked, &mut tags, &place, call)?;
        let new = NewKey {
            id: chosen.id,
            description: input.description.unwrap_or_default(),
            usage,
            spec,
            origin,
            managed_for: None,
            tags,
            policy: policy.clone(),
            material: match (origin, chosen.material) {
                (Origin::External, _) => None,
                (_, Some(material)) => Some(material),
                (_, None) => Some(spec.material(call.pairs, call.entropy)?),
            },
            token_key: Secret::new(call.random::<32>()?.into()),
        };
        let now = call.now();
        let key: KeyArn = call.world.keys.create(&place, new, now)?;
        if let Some(store) = in_store {
            call.world.keys.move_into(&place, &key, store)?;
        }
        // Now that the key has an ARN; a refusal undoes it.
        if input.policy.is_some() && input.bypass != Some(true) {
            key_policy::keep_control(&policy, &key, call)?;
        }
        call.trail.resources.push(key.to_string());
        Ok(Output { key_metadata: KeyMetadata::of(&key, call)? })
    }
}
