//! `DescribeKey`: everything about a key but its policy, tags, aliases and grants. Asked about a predefined alias, it
//! makes the AWS managed key if there is none yet.
//! Source: KMS API Reference, `DescribeKey`.

use super::encryption::{self, Tokens};
use super::key_id::{self, Forms};
use super::key_metadata::KeyMetadata;
use crate::base::{Fault, KeyId, Secret};
use crate::policy;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::Document;
use crate::world::keys::{KeySpec, KeyUsage, Managed, NewKey, Origin, Place, Wanted};
use crate::world::{Needs, Permit, Resource};
use alloc::{collections::BTreeMap, string::String};

view! {
    in Input { key_id: String = "KeyId", grant_tokens: Tokens = "GrantTokens" }
    out Output { key_metadata: KeyMetadata = "KeyMetadata" }
}

/// The row of `DescribeKey`.
#[derive(Debug)]
pub(super) struct DescribeKey;

impl Operation for DescribeKey {
    const NAME: &'static str = "DescribeKey";
    const QUOTA: Quota = Quota::Own(2000);
    const AUDIT: Audit = Audit::READ.hiding(&["GrantTokens"]);
    type Input = Input;
    type Output = Output;
    type Target = Wanted;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Wanted>, Fault> {
        if let Some(alias) = key_id::predefined(&input.key_id, call) {
            // The key has no ARN yet (unconfirmed what AWS takes); its policy will leave this to the account.
            let any_key = Resource::NewKey(alias.place.any_key());
            let name = alias.name.clone();
            let needs = Needs::one("kms:DescribeKey", any_key, Wanted::Predefined(alias));
            return Ok(needs.fact("kms:RequestAlias", name));
        }
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        Ok(found.needs("kms:DescribeKey").to(Wanted::Key))
    }

    fn run(call: &mut Call<'_>, wanted: Permit<Wanted>, _: Input) -> Result<Output, Fault> {
        let key = match &*wanted {
            Wanted::Key(key) => key.clone(),
            Wanted::Predefined(alias) => {
                let managed = Managed::of_alias(&alias.name).ok_or_else(|| alias.absent())?;
                let new = managed_key(managed, &alias.place, call)?;
                let key = call.world.keys.create_managed(&wanted, new, call.asking.now)?;
                call.trail.resources.push(key.text());
                key
            }
        };
        Ok(Output { key_metadata: KeyMetadata::of(&key, call)? })
    }
}

/// What the key of a service is made of: symmetric, in one Region.
fn managed_key(managed: &'static Managed, place: &Place, call: &mut Call<'_>) -> Result<NewKey, Fault> {
    Ok(NewKey {
        id: KeyId::from_random(call.random()?),
        description: managed.description(),
        usage: KeyUsage::EncryptDecrypt,
        spec: KeySpec::Symmetric,
        origin: Origin::AwsKms,
        managed_for: Some(managed.name),
        tags: BTreeMap::new(),
        policy: Document::parse(policy::Kind::Key, &managed.policy(place)).map_err(|_| Fault::Internal)?,
        material: Some(Secret::new(call.random::<32>()?.into())),
        token_key: Secret::new(call.random::<32>()?.into()),
    })
}
