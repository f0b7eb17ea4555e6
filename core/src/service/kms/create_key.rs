//! `CreateKey`: a new key, with its policy and tags.
//! Source: KMS API Reference, `CreateKey`; kms.md 4.1 and 9.1.

use super::key_metadata::KeyMetadata;
use super::tags::{self, Tag};
use super::{key_policy, not_yet};
use crate::base::{Fault, KeyArn, KeyId, Secret};
use crate::policy::Kind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::Document;
use crate::world::keys::{KeySpec, KeyUsage, NewKey, Origin, Place, default_policy};
use crate::world::{Needs, Permit, Resource};
use alloc::{
    format,
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
    /// Spec, usage and origin, with their defaults, if they go together.
    fn kind(&self) -> Result<(KeySpec, KeyUsage, Origin), Fault> {
        let refused = |message: String| Fault::Validation { message };
        let spec = match (&self.key_spec, &self.old_spec) {
            (Some(new), Some(old)) if new != old => {
                // Not recorded; the sentence is ours.
                return Err(refused("KeySpec and CustomerMasterKeySpec cannot have different values.".into()));
            }
            (Some(spec), _) | (None, Some(spec)) => spec.parse().map_err(|_| Fault::Internal)?,
            (None, None) => KeySpec::Symmetric,
        };
        let usage = match &self.key_usage {
            Some(usage) => usage.parse().map_err(|_| Fault::Internal)?,
            None if spec == KeySpec::Symmetric => KeyUsage::EncryptDecrypt,
            None => {
                let message =
                    "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
                return Err(refused(message.into()));
            }
        };
        if !spec.usages().contains(&usage) {
            return Err(refused(format!("KeyUsage {usage} is not compatible with KeySpec {spec}")));
        }
        let origin = match &self.origin {
            Some(origin) => origin.parse().map_err(|_| Fault::Internal)?,
            None => Origin::AwsKms,
        };
        Ok((spec, usage, origin))
    }
}

/// The row of `CreateKey`.
#[derive(Debug)]
pub(super) struct CreateKey;

impl Operation for CreateKey {
    const NAME: &'static str = "CreateKey";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = Place;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Place>, Fault> {
        let (spec, usage, origin) = input.kind()?;
        let tags = tags::collect(&input.tags)?;
        let place = Place { account: call.account(), region: call.region().clone() };
        let any_key = format!("arn:{}:kms:{}:{}:key/*", place.region.partition(), place.region, place.account);
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
            needs = tags::facts(needs.and("kms:TagResource", Resource::Plain(any_key)), &tags);
        }
        Ok(needs)
    }

    fn run(call: &mut Call<'_>, place: Permit<Place>, input: Input) -> Result<Output, Fault> {
        let (spec, usage, origin) = input.kind()?;
        if let Some(missing) = unserved(spec, origin, &input) {
            return Err(missing);
        }
        let policy = match &input.policy {
            Some(text) => key_policy::accept(text, call)?,
            None => {
                let text = default_policy(place.region.partition(), place.account);
                Document::parse(Kind::Key, &text).map_err(|_| Fault::Internal)?
            }
        };
        let new = NewKey {
            id: KeyId::from_random(call.random()?),
            description: input.description.unwrap_or_default(),
            usage,
            spec,
            origin,
            tags: tags::collect(&input.tags)?,
            policy: policy.clone(),
            material: Some(Secret::new(call.random::<32>()?.into())),
            token_key: Secret::new(call.random::<32>()?.into()),
        };
        let now = call.now();
        let key: KeyArn = call.world.keys.create(&place, new, now)?;
        // Now that the key has an ARN; a refusal undoes it.
        if input.policy.is_some() && input.bypass != Some(true) {
            key_policy::keep_control(&policy, &key, call)?;
        }
        call.trail.resources.push(key.to_string());
        Ok(Output { key_metadata: KeyMetadata::of(&key, call)? })
    }
}

/// What AWS would make and kmslab cannot.
fn unserved(spec: KeySpec, origin: Origin, input: &Input) -> Option<Fault> {
    if spec != KeySpec::Symmetric {
        Some(not_yet(format!("keys of the spec {spec}")))
    } else if origin != Origin::AwsKms || input.custom_key_store_id.is_some() || input.xks_key_id.is_some() {
        Some(not_yet(format!("keys of the origin {origin}, imported keys and custom key stores")))
    } else if input.multi_region {
        Some(not_yet("multi-Region keys"))
    } else {
        None
    }
}
