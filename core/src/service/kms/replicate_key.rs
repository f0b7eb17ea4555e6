//! `ReplicateKey`: a replica of a multi-Region primary key, in another Region.
//! Source: KMS API Reference, `ReplicateKey`; kms.md, section 13.

use super::key_id::{self, Forms};
use super::key_metadata::KeyMetadata;
use super::key_policy;
use super::tags::{self, Tag};
use crate::base::{Fault, KeyArn, Secret};
use crate::policy;
use crate::service::{Audit, Call, Elsewhere, Filled, Operation, Quota};
use crate::wire::{Doc, IntoDoc, view};
use crate::world::identity::Document;
use crate::world::keys::{NewReplica, Place, default_policy};
use crate::world::{Needs, Permit, Resource};
use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

view! {
    in Input {
        key_id: String = "KeyId",
        replica_region: String = "ReplicaRegion",
        policy: Option<String> = "Policy",
        bypass: Option<bool> = "BypassPolicyLockoutSafetyCheck",
        description: Option<String> = "Description",
        tags: Vec<Tag> = "Tags",
    }
    out Output {
        replica_key_metadata: KeyMetadata = "ReplicaKeyMetadata",
        replica_policy: String = "ReplicaPolicy",
        replica_tags: Option<Vec<Tag>> = "ReplicaTags",
    }
}

/// The row of `ReplicateKey`.
#[derive(Debug)]
pub(super) struct ReplicateKey;

impl Operation for ReplicateKey {
    const NAME: &'static str = "ReplicateKey";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE
        .filling(&[("Description", Filled::Text("")), ("BypassPolicyLockoutSafetyCheck", Filled::Bool(false))]);
    type Input = Input;
    type Output = Output;
    type Target = (KeyArn, Place);

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Self::Target>, Fault> {
        let tags = tags::collect(&input.tags)?;
        let region = key_id::related_region(&input.replica_region, "replicaRegion", call)?;
        let found = key_id::find(&input.key_id, Forms::Key, call)?;
        let key = found.arn.clone();
        let place = Place { account: key.account, region: region.clone() };
        let mut needs = found.needs("kms:ReplicateKey").fact("kms:ReplicaRegion", region.as_str());
        // In the Region of the replica. Not documented which condition keys this check has: those of CreateKey.
        needs = needs.and("kms:CreateKey", Resource::Any).fact("aws:RequestedRegion", region.as_str());
        needs = needs.fact("kms:MultiRegion", "true").fact("kms:MultiRegionKeyType", "REPLICA");
        if let Some(record) = call.world.keys.find(&key, call.now()) {
            let (spec, usage) = (record.spec.as_str(), record.usage.as_str());
            needs = needs.fact("kms:KeySpec", spec).fact("kms:CustomerMasterKeySpec", spec);
            needs = needs.fact("kms:KeyUsage", usage).fact("kms:CustomerMasterKeyUsage", usage);
            needs = needs.fact("kms:KeyOrigin", record.origin.as_str());
        }
        if let Some(bypass) = input.bypass {
            needs = needs.fact("kms:BypassPolicyLockoutSafetyCheck", bypass.to_string());
        }
        needs = tags::facts(needs, &tags);
        if !tags.is_empty() {
            needs = needs.and("kms:TagResource", Resource::NewKey(place.key(key.id).text()));
            needs = tags::facts(needs.fact("aws:RequestedRegion", region.as_str()), &tags);
        }
        Ok(needs.to(|key| (key, place)))
    }

    fn run(call: &mut Call<'_>, at: Permit<Self::Target>, input: Input) -> Result<Output, Fault> {
        let policy = match &input.policy {
            Some(text) => key_policy::accept(text, call)?,
            None => {
                let text = default_policy(at.1.region.partition(), at.1.account);
                Document::parse(policy::Kind::Key, &text).map_err(|_| Fault::Internal)?
            }
        };
        let new = NewReplica {
            description: input.description.clone().unwrap_or_default(),
            tags: tags::collect(&input.tags)?,
            policy: policy.clone(),
            token_key: Secret::new(call.random::<32>()?.into()),
        };
        let replica = call.world.keys.replicate(&at, new, call.asking.now)?;
        if input.policy.is_some() && input.bypass != Some(true) {
            key_policy::keep_control(&policy, &replica, call)?;
        }
        let mut metadata = KeyMetadata::of(&replica, call)?;
        // Recorded: it is still being made.
        (metadata.key_state, metadata.enabled, metadata.current_key_material_id) = ("Creating", false, None);
        call.trail.resources.push(replica.text());
        let created = Doc::Struct(vec![("KeyMetadata", metadata.clone().into_doc().ok_or(Fault::Internal)?)]);
        let call_there = ("CreateKey", create_key(&input, &metadata), created);
        call.trail.elsewhere.push(Elsewhere { region: replica.region, call: Some(call_there) });
        Ok(Output {
            replica_key_metadata: metadata,
            replica_policy: call.world.identity.shown(&policy),
            replica_tags: (!input.tags.is_empty()).then_some(input.tags),
        })
    }
}

/// The input of the `CreateKey` that stands in the trail of the replica's Region.
fn create_key(input: &Input, metadata: &KeyMetadata) -> Doc {
    let text = |text: &str| Doc::Text(text.into());
    let mut members = vec![
        ("Description", text(&metadata.description)),
        ("KeyUsage", text(metadata.key_usage)),
        ("KeySpec", text(metadata.key_spec)),
        ("Origin", text(metadata.origin)),
        ("MultiRegion", Doc::Bool(true)),
        ("BypassPolicyLockoutSafetyCheck", Doc::Bool(input.bypass == Some(true))),
    ];
    if let Some(policy) = &input.policy {
        members.push(("Policy", text(policy)));
    }
    if let Some(tags) = input.tags.clone().into_doc() {
        members.push(("Tags", tags));
    }
    Doc::Struct(members)
}
