//! What exists: accounts, keys, grants, the trail; and the door to it.

pub mod table;

mod authorize;
mod caller;
mod decisions;
pub mod identity;
pub mod keys;
pub mod quota;
mod trail;

pub use authorize::{Asking, Check, Evaluation, Needs, Permit, Resource};
pub use caller::{Caller, Issuer, Token};
pub use decisions::{Decided, Decisions};
pub use trail::{Entry, Trail};

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
    /// How often it may be called.
    #[serde(default)]
    pub quotas: quota::Quotas,
    /// Whose habits beyond AWS's it has.
    #[serde(default)]
    pub compat: keys::Compat,
    /// What happened.
    pub trail: Trail,
    /// The last decisions, for explanations. Not saved.
    #[serde(skip)]
    pub decisions: Decisions,
}

impl World {
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
    }
}
