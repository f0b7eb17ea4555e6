//! Keys that the lab's owner puts into it, beside the wire.

use super::Lab;
use crate::base::{AccountId, Fault, KeyArn, KeyId, Region, Secret, gathered};
use crate::gateway::Slow;
use crate::policy;
use crate::world::identity::Document;
use crate::world::keys::{KeySpec, KeyUsage, NewKey, Origin, Place, accept_material, default_policy};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

/// A key to be put into a lab. What is `None` is made as `CreateKey` makes it.
#[derive(Debug, Clone, Default)]
pub struct KeyFixture {
    /// Its account; the lab's first without it. An account that is not there is added.
    pub account: Option<AccountId>,
    /// Its Region; the lab's without it.
    pub region: Option<Region>,
    /// Its id. One that begins with `mrk-` makes a multi-Region primary key.
    pub key_id: Option<KeyId>,
    /// Its material: 32 bytes of a symmetric key, more or less of an HMAC key, the PKCS #8 of a key pair.
    pub material: Option<Secret>,
    /// Its spec; symmetric without it.
    pub spec: Option<KeySpec>,
    /// Its usage; what its spec is for without it.
    pub usage: Option<KeyUsage>,
    /// `Description`.
    pub description: String,
    /// Tag keys and values.
    pub tags: BTreeMap<String, String>,
    /// Its key policy; the default policy without it. Who is locked out by it is not checked.
    pub policy: Option<String>,
}

/// Such a key cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFixture(pub String);

impl fmt::Display for BadFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for BadFixture {}

impl From<Fault> for BadFixture {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

impl Lab {
    /// Puts a key into the lab, with an id and material of one's choice. No request does that, so no trail tells of it.
    ///
    /// # Errors
    /// [`BadFixture`] when there can be no such key, or its id is taken.
    pub fn add_key(&mut self, fixture: KeyFixture) -> Result<KeyArn, BadFixture> {
        let now = self.now();
        let account = fixture.account.unwrap_or_else(|| self.account());
        self.add_account(account)?;
        self.gateway.settle(now);
        let place = Place { account, region: fixture.region.unwrap_or_else(|| self.region.clone()) };
        let spec = fixture.spec.unwrap_or(KeySpec::Symmetric);
        if !spec.is_in(place.region.partition()) {
            return Err(BadFixture(format!("{} has no keys of the spec {spec}", place.region)));
        }
        let usage = match (fixture.usage, spec.usages()) {
            (Some(usage), usages) if usages.contains(&usage) => usage,
            (Some(usage), _) => return Err(BadFixture(format!("a {spec} key is not for {usage}"))),
            (None, [usage]) => *usage,
            (None, usages) => {
                return Err(BadFixture(format!("say what the {spec} key is for: one of {usages:?}")));
            }
        };
        let material = match fixture.material {
            Some(material) => accept_material(spec, material).map_err(BadFixture)?,
            None => spec.material(&mut Slow::patient(), &mut *self.gateway.entropy)?,
        };
        let id = match fixture.key_id {
            Some(id) => id,
            None => KeyId::from_random(self.random()?),
        };
        self.gateway.world.keys.free(&place.key(id), Some(&material)).map_err(BadFixture)?;
        let text = match fixture.policy {
            Some(given) => policy::stored(&given).unwrap_or(given),
            None => default_policy(place.region.partition(), account),
        };
        let policy = Document::parse(policy::Kind::Key, &text)
            .map_err(|_| BadFixture("the policy is no key policy: 'kmslab check' tells what is wrong".into()))?;
        let new = NewKey {
            id,
            description: fixture.description,
            usage,
            spec,
            origin: Origin::AwsKms,
            managed_for: None,
            tags: fixture.tags,
            policy,
            material: Some(material),
            token_key: Secret::new(self.random::<32>()?.into()),
        };
        let world = &mut self.gateway.world;
        let put = world.keys.add_fixture(&place, new, now);
        match &put {
            Ok(_) => world.commit(),
            Err(_) => world.rollback(),
        }
        Ok(put?)
    }

    /// Trusts a root of attestation documents, in DER or PEM: documents whose certificates begin with it are taken, and
    /// no others. No root is trusted from the beginning: that of AWS signs only what runs at AWS.
    ///
    /// # Errors
    /// [`BadFixture`] when it is no certificate of an authority with a key on P-384.
    #[cfg(feature = "attestation")]
    pub fn trust_attestation_root(&mut self, certificate: &[u8]) -> Result<(), BadFixture> {
        use crate::world::read_root;
        let root = read_root(certificate).map_err(BadFixture)?;
        let roots = &mut self.gateway.world.attestation_roots;
        if !roots.contains(&root) {
            roots.push(root);
        }
        Ok(())
    }

    /// Shares a key with other accounts, and with no others, as AWS RAM does; with none it is shared no more. No request
    /// of KMS does that, so no trail tells of it.
    ///
    /// # Errors
    /// [`BadFixture`] when there is no such key, it is an AWS managed one, or an account is the key's own.
    pub fn share_key(&mut self, key: &str, accounts: Vec<AccountId>) -> Result<(), BadFixture> {
        let now = self.now();
        self.gateway.settle(now);
        let world = &mut self.gateway.world;
        let shared = world.share_key(key, gathered(accounts), now);
        match &shared {
            Ok(()) => world.commit(),
            Err(_) => world.rollback(),
        }
        shared.map_err(BadFixture)
    }

    pub(super) fn random<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.gateway.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}
