//! What exists: accounts, keys, grants, the trail; and the door to it.

pub mod table;

mod authorize;
mod caller;
mod decisions;
pub mod identity;
pub mod keys;
pub mod network;
pub mod organization;
pub mod quota;
mod trail;

pub use crate::crypto::provider::Provider;
pub use authorize::{Asking, Check, Evaluation, Needs, Permit, Resource};
pub use caller::{Caller, Issuer, Token};
pub use decisions::{Decided, Decisions};
pub use trail::{Entry, Trail};

use crate::base::{AccountId, Timestamp};
use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use identity::Identity;
use keys::Keys;
use serde::{Deserialize, Serialize};
use table::Journaled;

/// Everything that exists in a lab.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct World {
    /// Accounts, users, groups, roles, policies, access keys, sessions.
    pub identity: Identity,
    /// KMS keys, aliases, grants.
    pub keys: Keys,
    /// VPC endpoints.
    #[serde(default)]
    pub network: network::Network,
    /// How often it may be called.
    #[serde(default)]
    pub quotas: quota::Quotas,
    /// Whose habits beyond AWS's it has.
    #[serde(default)]
    pub compat: keys::Compat,
    /// Certificates (DER) of the roots under which attestation documents are signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attestation_roots: Vec<Vec<u8>>,
    /// What happened.
    pub trail: Trail,
    /// The last decisions, for explanations. Not saved.
    #[serde(skip)]
    pub decisions: Decisions,
}

/// The certificate of a root, in DER, as it was given in DER or PEM.
///
/// # Errors
/// Why it can be none.
#[cfg(feature = "attestation")]
pub fn read_root(given: &[u8]) -> Result<Vec<u8>, String> {
    use crate::crypto::chain;
    let root = chain::read(given).and_then(|root| chain::check_root(&root).map(|()| root));
    root.map_err(|_| "not the certificate, in DER or PEM, of an authority with a key on P-384".into())
}

impl World {
    /// Shares the key at an ARN with accounts, as AWS RAM does.
    ///
    /// # Errors
    /// Why that cannot be.
    pub(crate) fn share_key(&mut self, key: &str, accounts: BTreeSet<AccountId>, now: Timestamp) -> Result<(), String> {
        let arn = self.keys.records().map(|(arn, _)| arn).find(|arn| arn.text() == key).cloned();
        let arn = arn.ok_or_else(|| format!("there is no key {key}"))?;
        if accounts.contains(&arn.account) {
            return Err(format!("the key {key} is the account's own"));
        }
        self.keys.share(&arn, accounts, now).map_err(|fault| fault.to_string())
    }

    /// Keeps what the request at hand has changed.
    pub(crate) fn commit(&mut self) {
        self.each_table(|table| table.commit());
    }

    /// Undoes what the request at hand has changed.
    pub(crate) fn rollback(&mut self) {
        self.each_table(|table| table.rollback());
        self.identity.rolled_back();
        self.keys.rolled_back();
    }

    fn each_table(&mut self, act: fn(&mut dyn Journaled)) {
        self.identity.tables().into_iter().for_each(act);
        self.keys.tables().into_iter().for_each(act);
        self.keys.stores.tables().into_iter().for_each(act);
        act(self.network.table());
    }
}
