//! The organization that a lab's accounts are in, and the policies that limit them from above.
//!
//! It is set as a whole by the lab's owner, not by requests. `FullAWSAccess` hangs everywhere as long as nobody takes it
//! away; `RCPFullAWSAccess` cannot be taken away and is implied. Every account is a member, but those that are named to be
//! outside.
//!
//! Source: AWS Organizations User Guide, "Service control policies", "Resource control policies"; authorization.md 5.1 and
//! 5.6.

use super::identity::Document;
use super::table::{Journaled, Table};
use crate::base::AccountId;
use crate::policy::{Kind, Level, Named, Policy};
use alloc::boxed::Box;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    sync::Arc,
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// What hangs everywhere until it is taken away.
const FULL_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const FULL_ACCESS_ARN: &str = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";

/// The organization, if there is one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Organizations {
    rows: Table<(), Organization>,
}

/// An organization: its root, units, accounts, and what hangs on each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// `r-…`
    pub root_id: String,
    /// The account that its policies do not limit.
    pub management: AccountId,
    /// Accounts of the lab that are not in it.
    pub outside: BTreeSet<AccountId>,
    /// What hangs on the root.
    pub root: Limits,
    /// Units by their path (`workloads/test`), with their ids (`ou-…`).
    pub units: BTreeMap<String, Box<Unit>>,
    /// What hangs on accounts.
    pub accounts: BTreeMap<AccountId, Box<Limits>>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// `ou-…`
    pub id: String,
    /// The accounts that are in it, and in no unit of it.
    pub members: BTreeSet<AccountId>,
    /// What hangs on it.
    pub limits: Limits,
}

/// What hangs on a root, a unit or an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Whether `FullAWSAccess` does.
    pub full_access: bool,
    /// Service control policies: name and document.
    pub scps: Vec<Limit>,
    /// Resource control policies.
    pub rcps: Vec<Limit>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { full_access: true, scps: Vec::new(), rcps: Vec::new() }
    }
}

/// A policy of an organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// As people know it.
    pub name: String,
    /// The policy.
    pub document: Document,
}

impl PartialEq for Limit {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.document.text() == other.document.text()
    }
}

impl Eq for Limit {}

/// The place of an account in its organization: what condition keys tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// `aws:PrincipalOrgID`, `aws:ResourceOrgID`: `o-…`.
    pub organization: String,
    /// `aws:PrincipalOrgPaths`, `aws:ResourceOrgPaths`: `o-…/r-…/ou-…/`.
    pub path: String,
}

impl Organizations {
    /// The organization.
    #[must_use]
    pub fn get(&self) -> Option<&Organization> {
        self.rows.get(&())
    }

    /// Puts `organization` in the place of the one there was.
    pub fn set(&mut self, organization: Option<Organization>) {
        match organization {
            Some(organization) => self.rows.insert((), organization),
            None => drop(self.rows.remove(&())),
        }
    }

    /// The table, to be committed or rolled back with the others.
    pub(super) fn table(&mut self) -> &mut dyn Journaled {
        &mut self.rows
    }

    /// Whether the request at hand has changed it.
    pub(super) fn changed(&self) -> bool {
        self.rows.pending() > 0
    }

    fn of(&self, account: AccountId) -> Option<&Organization> {
        self.get().filter(|organization| !organization.outside.contains(&account))
    }

    /// Where in it `account` is.
    #[must_use]
    pub fn membership(&self, account: AccountId) -> Option<Membership> {
        let organization = self.of(account)?;
        let mut path = format!("{}/{}/", organization.id, organization.root_id);
        for (_, unit) in organization.units_of(account) {
            path.push_str(&unit.id);
            path.push('/');
        }
        Some(Membership { organization: organization.id.clone(), path })
    }

    /// The service control policies on `account`, from the root to it, and whether it is the management account, which
    /// they spare. Nothing outside of organizations.
    #[must_use]
    pub fn scps(&self, account: AccountId) -> Option<(Vec<Level>, bool)> {
        let organization = self.of(account)?;
        let full = Policy::parse(Kind::Scp, FULL_ACCESS).ok().map(|policy| Named {
            name: "FullAWSAccess".into(),
            arn: Some(FULL_ACCESS_ARN.into()),
            policy: Arc::new(policy),
        });
        let levels = organization.levels(account, |limits| {
            let full = full.iter().filter(|_| limits.full_access).cloned();
            full.chain(limits.scps.iter().map(Limit::named)).collect()
        });
        Some((levels, account == organization.management))
    }

    /// The resource control policies on what `account` owns. Nothing of the management account.
    #[must_use]
    pub fn rcps(&self, account: AccountId) -> Vec<Level> {
        let Some(organization) = self.of(account).filter(|organization| organization.management != account) else {
            return Vec::new();
        };
        let mut levels = organization.levels(account, |limits| limits.rcps.iter().map(Limit::named).collect());
        levels.retain(|level| !level.policies.is_empty());
        levels
    }
}

impl Organization {
    /// The units that `account` is in, from the root on.
    fn units_of(&self, account: AccountId) -> impl Iterator<Item = (&str, &Unit)> {
        let home = self.units.iter().find(|(_, unit)| unit.members.contains(&account)).map(|(path, _)| path.as_str());
        let home = home.unwrap_or_default();
        let ends = home.match_indices('/').map(|(at, _)| at).chain((!home.is_empty()).then_some(home.len()));
        ends.filter_map(move |end| {
            let path = home.get(..end)?;
            Some((path, &**self.units.get(path)?))
        })
    }

    fn levels(&self, account: AccountId, policies: impl Fn(&Limits) -> Vec<Named>) -> Vec<Level> {
        let mut levels = alloc::vec![Level { name: "Root".into(), policies: policies(&self.root) }];
        for (path, unit) in self.units_of(account) {
            levels.push(Level { name: path.into(), policies: policies(&unit.limits) });
        }
        let own = self.accounts.get(&account).cloned().unwrap_or_default();
        levels.push(Level { name: account.as_str().into(), policies: policies(&own) });
        levels
    }
}

impl Limit {
    fn named(&self) -> Named {
        Named { name: self.name.as_str().into(), arn: None, policy: Arc::clone(self.document.policy()) }
    }
}
