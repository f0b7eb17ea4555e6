//! Who exists: accounts, users, groups, roles, managed policies, access keys, sessions.
//!
//! Everything that a request changes stands in tables. Reading is free to the other rooms; every change asks for a
//! permit.
//! Source: IAM User Guide; storage.md section 4.

mod build;
mod change;
mod credential;
mod document;
mod entity;
mod id;
mod managed;
pub mod quota;
mod tags;

pub use change::{Draft, Making};
pub use credential::{AccessKey, Holder, Issued, Known, LastUse, Narrowing, RoleSession, Session, Subject};
pub use document::{Document, flaw, size};
pub use entity::{Entity, EntityKey, Kind, Nature};
pub use managed::{ManagedPolicy, PolicyKey, Version};
pub use tags::{Case, Tags};

use alloc::boxed::Box;
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{cell::RefCell, ops::Bound};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::organization::Organizations;
use super::table::{Journaled, Table};
use crate::base::{AccountId, Fault, Timestamp};
use crate::policy;

/// How many callers are kept built. A lab with more access keys than that in use builds some of them again.
const CALLERS: usize = 4_096;

/// The user that every account of a lab starts with.
pub const ADMINISTRATOR: &str = "administrator";

/// Everybody and everything of IAM, in all accounts of a lab.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    partition: String,
    accounts: Table<AccountId, Account>,
    entities: Table<EntityKey, Entity>,
    /// Unique ids of entities that exist now.
    places: Table<String, EntityKey>,
    policies: Table<PolicyKey, ManagedPolicy>,
    keys: Table<String, AccessKey>,
    sessions: Table<String, Session>,
    /// The organization that the accounts are in.
    #[serde(default)]
    pub organizations: Organizations,
    /// By access key id, and by unique id for roles. Not a table: like the trail it stays when the request fails.
    used: BTreeMap<String, Box<LastUse>>,
    #[serde(skip)]
    aws: managed::AwsManaged,
    #[serde(skip)]
    callers: RefCell<BTreeMap<String, Arc<Caller>>>,
}

/// An AWS account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// When it was made.
    pub created: Timestamp,
    /// S3's name for it: 64 hex digits.
    pub canonical_id: String,
    /// The access key of the administrator it started with.
    administrator: String,
}

impl Default for Identity {
    fn default() -> Self {
        Self::new("aws")
    }
}

impl Identity {
    /// Nobody yet. `partition` is `aws`, `aws-cn` or `aws-us-gov`: a lab lies in one of them.
    #[must_use]
    pub fn new(partition: &str) -> Self {
        Self {
            partition: partition.into(),
            accounts: Table::default(),
            entities: Table::default(),
            places: Table::default(),
            policies: Table::default(),
            keys: Table::default(),
            sessions: Table::default(),
            organizations: Organizations::default(),
            used: BTreeMap::new(),
            aws: managed::AwsManaged::default(),
            callers: RefCell::default(),
        }
    }

    /// The tables, to be committed or rolled back together.
    pub fn tables(&mut self) -> [&mut dyn Journaled; 7] {
        if self.changed() {
            self.callers.get_mut().clear();
        }
        [
            &mut self.accounts,
            &mut self.entities,
            &mut self.places,
            &mut self.policies,
            &mut self.keys,
            &mut self.sessions,
            self.organizations.table(),
        ]
    }

    /// Forgets what was built from changes that are undone.
    pub fn rolled_back(&mut self) {
        self.callers.get_mut().clear();
    }

    /// Whether this request has changed something that a built [`Caller`] rests on.
    fn changed(&self) -> bool {
        self.entities.pending() > 0 || self.policies.pending() > 0 || self.organizations.changed()
    }

    // ---- Accounts -------------------------------------------------------------------------------------------

    /// The account, when the lab has it.
    #[must_use]
    pub fn account(&self, account: AccountId) -> Option<&Account> {
        self.accounts.get(&account)
    }

    /// The lab's accounts, in order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.iter().map(|(account, _)| *account)
    }

    /// The access key id of the administrator that the account started with, as long as that key exists.
    #[must_use]
    pub fn administrator(&self, account: AccountId) -> Option<&str> {
        let id = &self.accounts.get(&account)?.administrator;
        self.keys.get(id).map(|_| id.as_str())
    }

    // ---- Entities -------------------------------------------------------------------------------------------

    /// The user, group or role at `key`.
    #[must_use]
    pub fn entity(&self, key: &EntityKey) -> Option<&Entity> {
        self.entities.get(key)
    }

    /// The user, group or role of that name.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn find(&self, account: AccountId, kind: Kind, name: &str) -> Result<(EntityKey, &Entity), Fault> {
        let key = EntityKey::new(account, kind, name);
        match self.entities.get(&key) {
            Some(entity) => Ok((key, entity)),
            None => Err(absent(kind, name)),
        }
    }

    /// The users, groups or roles of an account, by name without case.
    pub fn entities(&self, account: AccountId, kind: Kind) -> impl Iterator<Item = (&EntityKey, &Entity)> {
        let from = EntityKey::new(account, kind, "");
        self.entities
            .range((Bound::Included(from), Bound::Unbounded))
            .take_while(move |(key, _)| key.account() == account && key.kind() == kind)
    }

    /// The users of a group, by name; nobody where `group` is none.
    pub fn members<'a>(&'a self, group: &'a EntityKey) -> impl Iterator<Item = (&'a EntityKey, &'a Entity)> {
        let named = |user: &Entity| group.kind() == Kind::Group && user.groups().any(|name| name == group.folded());
        self.entities(group.account(), Kind::User).filter(move |(_, user)| named(user))
    }

    /// The ARN of an entity.
    #[must_use]
    pub fn arn(&self, account: AccountId, entity: &Entity) -> String {
        self.arn_for(account, entity.kind(), &entity.path, &entity.name)
    }

    /// The ARN that an entity of that kind, path and name has, or would have.
    #[must_use]
    pub fn arn_for(&self, account: AccountId, kind: Kind, path: &str, name: &str) -> String {
        format!("arn:{}:iam::{account}:{kind}{path}{name}", self.partition)
    }

    /// The ARN of an account's root user.
    #[must_use]
    pub fn root_arn(&self, account: AccountId) -> String {
        format!("arn:{}:iam::{account}:root", self.partition)
    }

    /// The place of the user or role that `arn` names, when it exists with that path and in that case.
    fn place_of(&self, arn: &str) -> Option<(EntityKey, &Entity)> {
        let (account, resource) = self.split(arn, "iam")?;
        let (word, rest) = resource.split_once('/')?;
        let kind = match word {
            "user" => Kind::User,
            "role" => Kind::Role,
            _ => return None,
        };
        let name = rest.rsplit('/').next()?;
        let (key, entity) = self.find(account, kind, name).ok()?;
        (self.arn(account, entity) == arn).then_some((key, entity))
    }

    /// Account and resource of an ARN of this partition and `service`.
    fn split<'a>(&self, arn: &'a str, service: &str) -> Option<(AccountId, &'a str)> {
        let rest = arn.strip_prefix("arn:")?.strip_prefix(self.partition.as_str())?.strip_prefix(':')?;
        let (account, resource) = rest.strip_prefix(service)?.strip_prefix("::")?.split_once(':')?;
        Some((account.parse().ok()?, resource))
    }

    // ---- Principals of policies -----------------------------------------------------------------------------

    /// The unique id (`AIDA…`, `AROA…`) of the user or role that `arn` names.
    #[must_use]
    pub fn unique_id_of(&self, arn: &str) -> Option<String> {
        self.place_of(arn).map(|(_, entity)| entity.id.clone())
    }

    /// The ARN of the user or role with that unique id, when it still exists.
    #[must_use]
    pub fn arn_of(&self, unique_id: &str) -> Option<String> {
        let key = self.places.get(unique_id)?;
        self.entities.get(key).map(|entity| self.arn(key.account(), entity))
    }

    /// The role that `arn` names.
    #[must_use]
    pub fn role(&self, arn: &str) -> Option<(EntityKey, &Entity)> {
        self.place_of(arn).filter(|(key, _)| key.kind() == Kind::Role)
    }

    /// Whether `principal` can be named in a policy: an account (number or root ARN), a user, a role, a session of a
    /// role, a federated user, or the unique id of a user or role. Groups cannot.
    ///
    /// Users and roles have to exist. Any account number will do: a lab cannot know which accounts AWS has besides its
    /// own, and real policies name them.
    #[must_use]
    pub fn principal_exists(&self, principal: &str) -> bool {
        if principal.parse::<AccountId>().is_ok() || self.place_of(principal).is_some() {
            return true;
        }
        if let Some(key) = self.places.get(principal) {
            return key.kind() != Kind::Group;
        }
        if let Some((_, resource)) = self.split(principal, "iam") {
            return resource == "root";
        }
        let Some((account, resource)) = self.split(principal, "sts") else { return false };
        match resource.split_once('/') {
            Some(("assumed-role", rest)) => rest.split_once('/').is_some_and(|(role, session)| {
                let named = |(_, entity): (EntityKey, &Entity)| entity.name == role;
                !session.is_empty() && !session.contains('*') && self.find(account, Kind::Role, role).is_ok_and(named)
            }),
            Some(("federated-user", name)) => !name.is_empty() && !name.contains('*'),
            _ => false,
        }
    }

    /// Parses a policy that names principals, and binds it to their unique ids. The refusal is the first principal
    /// that does not exist: what is said about it differs from service to service.
    ///
    /// # Errors
    /// [`Unbound::Malformed`] or [`Unbound::NoSuchPrincipal`].
    pub fn bind(&self, kind: policy::Kind, text: &str) -> Result<Document, Unbound> {
        let policy = policy::Policy::parse(kind, text).map_err(Unbound::Malformed)?;
        let principals: Vec<&str> = policy.principals().collect();
        if let Some(missing) = principals.iter().find(|principal| !self.principal_exists(principal)) {
            return Err(Unbound::NoSuchPrincipal(missing.to_string()));
        }
        // Numbers of accounts and bare unique ids stand for themselves: they are shown as ARNs, too.
        let id_of = |principal: &str| {
            let itself = principal.parse::<AccountId>().is_ok() || self.places.get(principal).is_some();
            if itself { Some(principal.to_string()) } else { self.unique_id_of(principal) }
        };
        let ids = principals.iter().filter_map(|name| id_of(name).map(|id| (name.to_string(), id))).collect();
        Ok(Document::bound_to(policy, ids))
    }

    /// A stored policy's text as AWS gives it back: with the ARNs that its principals have now.
    #[must_use]
    pub fn shown(&self, document: &Document) -> String {
        document.shown(|id| self.arn_of(id).or_else(|| id.parse().ok().map(|account| self.root_arn(account))))
    }

    // ---- Managed policies -----------------------------------------------------------------------------------

    /// The managed policy of that ARN, AWS's own included.
    #[must_use]
    pub fn managed(&self, arn: &str) -> Option<&ManagedPolicy> {
        let rest = arn.strip_prefix("arn:")?.strip_prefix(self.partition.as_str())?.strip_prefix(":iam::")?;
        let (account, path_and_name) = rest.split_once(":policy")?;
        let name = path_and_name.rsplit('/').next()?;
        let policy = match account.parse() {
            Ok(account) => self.policies.get(&PolicyKey::new(account, name))?,
            Err(_) if account == "aws" => self.aws.get(name)?,
            Err(_) => return None,
        };
        (path_and_name.strip_suffix(policy.name.as_str()) == Some(policy.path.as_str())).then_some(policy)
    }

    /// The managed policy of that ARN, as far as `account` may see it: its own and AWS's. Gives the owner, too; `None`
    /// is AWS.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn managed_for(&self, account: AccountId, arn: &str) -> Result<(Option<AccountId>, &ManagedPolicy), Fault> {
        let theirs = arn.split(':').nth(4).unwrap_or_default();
        let owner = if theirs == account.as_str() { Some(account) } else { None };
        let found = self.managed(arn).filter(|_| owner.is_some() || theirs == "aws");
        let missing = || Fault::NoSuchEntity { message: format!("Policy {arn} was not found.") };
        found.map(|policy| (owner, policy)).ok_or_else(missing)
    }

    /// The place of a customer managed policy that exists.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn find_policy(&self, account: AccountId, arn: &str) -> Result<(PolicyKey, &ManagedPolicy), Fault> {
        match self.managed_for(account, arn)? {
            (Some(owner), policy) => Ok((PolicyKey::new(owner, &policy.name), policy)),
            // AWS's own cannot be changed. What IAM says to those who try is unconfirmed.
            (None, _) => Err(Fault::NoSuchEntity { message: format!("Policy {arn} was not found.") }),
        }
    }

    /// The customer managed policies of an account, by name without case.
    pub fn policies(&self, account: AccountId) -> impl Iterator<Item = &ManagedPolicy> {
        self.policies
            .range((Bound::Included(PolicyKey::new(account, "")), Bound::Unbounded))
            .take_while(move |(key, _)| key.account() == account)
            .map(|(_, policy)| policy)
    }

    /// AWS's managed policies, by name.
    pub fn aws_policies(&self) -> impl Iterator<Item = &ManagedPolicy> {
        self.aws.iter()
    }

    /// The ARN of a customer managed policy, or with `None` of one of AWS's.
    #[must_use]
    pub fn policy_arn(&self, account: Option<AccountId>, path: &str, name: &str) -> String {
        managed::arn(&self.partition, account.as_ref().map_or("aws", AccountId::as_str), path, name)
    }

    /// How many users, groups and roles of the account a managed policy hangs on.
    #[must_use]
    pub fn attachments(&self, account: AccountId, arn: &str) -> usize {
        self.everyone(account).filter(|(_, entity)| entity.attached.iter().any(|held| held == arn)).count()
    }

    /// How many users and roles of the account a managed policy bounds.
    #[must_use]
    pub fn boundaries(&self, account: AccountId, arn: &str) -> usize {
        self.everyone(account).filter(|(_, entity)| entity.boundary.as_deref() == Some(arn)).count()
    }

    /// The users, groups and roles of an account.
    fn everyone(&self, account: AccountId) -> impl Iterator<Item = (&EntityKey, &Entity)> {
        [Kind::User, Kind::Group, Kind::Role].into_iter().flat_map(move |kind| self.entities(account, kind))
    }

    // ---- Credentials ----------------------------------------------------------------------------------------

    /// What the gateway needs to judge a request signed with that key.
    #[must_use]
    pub fn known(&self, access_key_id: &str) -> Option<Known<'_>> {
        if let Some(key) = self.keys.get(access_key_id) {
            return Some(Known { secret: &key.secret, session_token: None, active: key.active, expires: None });
        }
        let session = self.sessions.get(access_key_id)?;
        Some(Known {
            secret: &session.secret,
            session_token: Some(&session.token),
            active: true,
            expires: Some(session.expires),
        })
    }

    /// Who holds that access key. `None` when there is no such key, when it is inactive or over, or when the user or
    /// role behind it is gone.
    #[must_use]
    pub fn caller(&self, access_key_id: &str, now: Timestamp) -> Option<Arc<Caller>> {
        let known = self.known(access_key_id)?;
        if !known.active || known.expires.is_some_and(|end| end <= now) {
            return None;
        }
        if self.changed() {
            return self.build(access_key_id).map(Arc::new); // in the middle of a change nothing is kept
        }
        if let Some(caller) = self.callers.try_borrow().ok().and_then(|callers| callers.get(access_key_id).cloned()) {
            return Some(caller);
        }
        let caller = Arc::new(self.build(access_key_id)?);
        if let Ok(mut callers) = self.callers.try_borrow_mut() {
            if callers.len() >= CALLERS {
                callers.clear();
            }
            callers.insert(access_key_id.into(), Arc::clone(&caller));
        }
        Some(caller)
    }

    /// The access keys of a user or of the root user, by id.
    pub fn access_keys(&self, holder: &Holder) -> impl Iterator<Item = (&String, &AccessKey)> {
        let wanted = match holder {
            Holder::User(key) => self.entities.get(key).map(|user| (key.account(), Some(user.id.clone()))),
            Holder::Root(account) => Some((*account, None)),
        };
        self.keys.iter().filter(move |(_, key)| {
            wanted.as_ref().is_some_and(|(account, user)| key.account == *account && key.user == *user)
        })
    }

    /// The long-term access key of that id.
    #[must_use]
    pub fn access_key(&self, id: &str) -> Option<&AccessKey> {
        self.keys.get(id)
    }

    /// The account that an access key belongs to, temporary ones included.
    #[must_use]
    pub fn account_of_key(&self, id: &str) -> Option<AccountId> {
        let session = || self.sessions.get(id).map(|session| session.account);
        self.keys.get(id).map(|key| key.account).or_else(session)
    }

    /// The user that a unique id stands for.
    #[must_use]
    pub fn by_id(&self, unique_id: &str) -> Option<(&EntityKey, &Entity)> {
        let key = self.places.get(unique_id)?;
        self.entities.get(key).map(|entity| (key, entity))
    }

    /// The last use of an access key (by its id) or of a role (by its unique id).
    #[must_use]
    pub fn last_use(&self, id: &str) -> Option<&LastUse> {
        self.used.get(id).map(|last| &**last)
    }

    /// Notes that a request came with this access key. Called once for each request whose signature was good, before
    /// anything is decided: a refused request is a use too.
    pub fn note_use(&mut self, access_key_id: &str, service: &str, region: &str, at: Timestamp) {
        note(&mut self.used, access_key_id, service, region, at);
        if let Some(Session { subject: Subject::Role(session), .. }) = self.sessions.get(access_key_id) {
            note(&mut self.used, &session.role, service, region, at);
        }
    }
}

/// Writes over the last use in place: the hot path allocates only at a change of service or Region.
fn note(used: &mut BTreeMap<String, Box<LastUse>>, id: &str, service: &str, region: &str, at: Timestamp) {
    let Some(last) = used.get_mut(id) else {
        used.insert(id.into(), Box::new(LastUse { at, service: service.into(), region: region.into() }));
        return;
    };
    last.at = at;
    for (held, new) in [(&mut last.service, service), (&mut last.region, region)] {
        if held != new {
            held.clear();
            held.push_str(new);
        }
    }
}

/// Why a policy that names principals was not taken.
#[derive(Debug)]
pub enum Unbound {
    /// The text is not a policy of its kind.
    Malformed(policy::PolicyError),
    /// It names a principal that does not exist.
    NoSuchPrincipal(String),
}

impl Unbound {
    /// What is wrong, and where, in our words.
    #[must_use]
    pub fn note(&self) -> String {
        match self {
            Self::Malformed(error) => flaw(error),
            Self::NoSuchPrincipal(name) => format!("{name} does not exist, and a policy names only principals that do"),
        }
    }
}

/// The refusal when there is no such user, group or role.
#[must_use]
pub fn absent(kind: Kind, name: &str) -> Fault {
    Fault::NoSuchEntity { message: format!("The {kind} with name {name} cannot be found.") }
}

#[cfg(test)]
mod tests;
