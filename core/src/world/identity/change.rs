//! Every way to change who exists. Each asks for the permit on what it changes; only setting up a lab does without.

use alloc::boxed::Box;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    ADMINISTRATOR, AccessKey, Account, Document, Entity, EntityKey, Holder, Identity, Issued, Kind, ManagedPolicy,
    Nature, PolicyKey, Session, Subject, Tags, Version, absent, document, id, quota,
};
use crate::base::{AccountId, Entropy, Fault, Secret, Timespan, Timestamp};
use crate::world::authorize::Permit;

/// Chance and the moment: what every act of creation needs.
#[derive(Debug)]
pub struct Making<'a> {
    /// Where ids and secrets come from.
    pub entropy: &'a mut dyn Entropy,
    /// The request's moment.
    pub now: Timestamp,
}

/// A user, group or role to be made.
#[derive(Debug)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its tags.
    pub tags: Tags,
    /// The ARN of the managed policy that bounds it.
    pub boundary: Option<String>,
    /// What only its kind has.
    pub nature: Nature,
}

impl Identity {
    // ---- Setting up -----------------------------------------------------------------------------------------

    /// Adds an account with its root user and a user `administrator` that has AWS's AdministratorAccess, and gives
    /// that user's access key id. An account that is there already stays as it is.
    ///
    /// # Errors
    /// [`Fault::Internal`] when randomness fails; [`Fault::NoSuchEntity`] when the account is there and its
    /// administrator is not any more.
    pub fn add_account(
        &mut self,
        account: AccountId,
        entropy: &mut dyn Entropy,
        now: Timestamp,
    ) -> Result<String, Fault> {
        if self.accounts.get(&account).is_some() {
            let gone = || absent(Kind::User, ADMINISTRATOR);
            return self.administrator(account).map(String::from).ok_or_else(gone);
        }
        let making = &mut Making { entropy, now };
        let mut canonical = [0; 32];
        making.entropy.fill(&mut canonical)?;
        let draft = Draft {
            name: ADMINISTRATOR.into(),
            path: "/".into(),
            tags: Tags::default(),
            boundary: None,
            nature: Nature::User { groups: BTreeSet::new() },
        };
        let key = EntityKey::new(account, Kind::User, ADMINISTRATOR);
        let user = self.make(&key, draft, making)?;
        let arn = self.policy_arn(None, "/", "AdministratorAccess");
        if let Some(entity) = self.entities.edit(&key) {
            entity.attached.push(arn);
        }
        let issued = self.make_key(account, Some(user), making)?;
        let row = Account {
            created: making.now,
            canonical_id: base16ct::lower::encode_string(&canonical),
            administrator: issued.access_key_id.clone(),
        };
        self.accounts.insert(account, row);
        Ok(issued.access_key_id)
    }

    /// Makes an access key of the account's root user, for a lab that teaches why not to use one.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for a third one; [`Fault::Internal`] when randomness fails.
    pub fn add_root_key(&mut self, account: AccountId, making: &mut Making<'_>) -> Result<Issued, Fault> {
        self.make_key(account, None, making)
    }

    // ---- Users, groups, roles -------------------------------------------------------------------------------

    /// Makes a user, group or role.
    ///
    /// # Errors
    /// [`Fault::EntityAlreadyExists`], [`Fault::LimitExceeded`], [`Fault::NoSuchEntity`] for the boundary.
    pub fn create(&mut self, at: &Permit<EntityKey>, draft: Draft, making: &mut Making<'_>) -> Result<(), Fault> {
        self.make(at, draft, making).map(drop)
    }

    /// Makes it, and gives its unique id.
    pub(super) fn make(&mut self, at: &EntityKey, draft: Draft, making: &mut Making<'_>) -> Result<String, Fault> {
        let kind = at.kind();
        if let Some(there) = self.entities.get(at) {
            let message = format!("{} with name {} already exists.", kind.title(), there.name);
            return Err(Fault::EntityAlreadyExists { message });
        }
        if self.entities(at.account(), kind).count() >= kind.quota() {
            return Err(quota::exceeded(&format!("{}sPerAccount", kind.title()), kind.quota()));
        }
        if let Some(arn) = &draft.boundary {
            self.bounding(at.account(), arn)?;
        }
        let id = id::unique(kind.prefix(), making.entropy, |id| self.places.get(id).is_some())?;
        let entity = Entity {
            name: draft.name,
            path: draft.path,
            id: id.clone(),
            created: making.now,
            tags: draft.tags,
            inline: BTreeMap::new(),
            attached: Vec::new(),
            boundary: draft.boundary,
            nature: draft.nature,
        };
        self.entities.insert(at.clone(), entity);
        self.places.insert(id.clone(), at.clone());
        Ok(id)
    }

    /// The user, group or role, to be changed. `name` is how the request wrote it.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn entity_mut(&mut self, at: &Permit<EntityKey>, name: &str) -> Result<&mut Entity, Fault> {
        let kind = at.kind();
        self.entities.edit(at).ok_or_else(|| absent(kind, name))
    }

    /// Gives a user or group another name, another path, or both. Its unique id stays, and so do its members.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`], [`Fault::EntityAlreadyExists`].
    pub fn rename(
        &mut self,
        (from, to): (&Permit<EntityKey>, &Permit<EntityKey>),
        name: &str,
        new_name: Option<String>,
        new_path: Option<String>,
    ) -> Result<(), Fault> {
        let (from, to): (&EntityKey, &EntityKey) = (from, to);
        if from != to
            && let Some(there) = self.entities.get(to)
        {
            let message = format!("{} with name {} already exists.", to.kind().title(), there.name);
            return Err(Fault::EntityAlreadyExists { message });
        }
        let mut entity = self.entities.remove(from).ok_or_else(|| absent(from.kind(), name))?;
        entity.name = new_name.unwrap_or(entity.name);
        entity.path = new_path.unwrap_or(entity.path);
        let members: Vec<EntityKey> = self.members(from).map(|(user, _)| user.clone()).collect();
        for user in members {
            if let Some(Nature::User { groups }) = self.entities.edit(&user).map(|user| &mut user.nature) {
                groups.remove(from.folded());
                groups.insert(to.folded().to_string());
            }
        }
        self.places.insert(entity.id.clone(), to.clone());
        self.entities.insert(to.clone(), entity);
        Ok(())
    }

    /// Deletes a user, group or role that nothing hangs on any more.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`], [`Fault::DeleteConflict`].
    pub fn delete(&mut self, at: &Permit<EntityKey>, name: &str) -> Result<(), Fault> {
        let entity = self.entities.get(&**at).ok_or_else(|| absent(at.kind(), name))?;
        let id = entity.id.clone();
        // Sentences as recorded by users of Terraform and of AWS's controllers; which one wins is unconfirmed.
        let conflicts = [
            (!entity.attached.is_empty(), "Cannot delete entity, must detach all policies first."),
            (!entity.inline.is_empty(), "Cannot delete entity, must delete policies first."),
            (
                self.keys.iter().any(|(_, key)| key.user.as_ref() == Some(&id)),
                "Cannot delete entity, must delete access keys first.",
            ),
            (
                entity.groups().next().is_some() || self.members(at).next().is_some(),
                "Cannot delete entity, must remove users from group first.",
            ),
        ];
        if let Some((_, message)) = conflicts.into_iter().find(|(holds, _)| *holds) {
            return Err(Fault::DeleteConflict { message });
        }
        self.entities.remove(at);
        self.places.remove(&id);
        self.used.remove(&id);
        Ok(())
    }

    /// Adds the user to the group; nothing happens when it is a member already.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`] for either, [`Fault::LimitExceeded`] for an eleventh group.
    pub fn join(&mut self, group: &Permit<EntityKey>, group_name: &str, user_name: &str) -> Result<(), Fault> {
        self.entities.get(&**group).ok_or_else(|| absent(Kind::Group, group_name))?;
        let user = EntityKey::new(group.account(), Kind::User, user_name);
        match self.entities.edit(&user).map(|user| &mut user.nature) {
            Some(Nature::User { groups }) => {
                groups.insert(group.folded().to_string());
                if groups.len() > quota::GROUPS_PER_USER {
                    return Err(quota::exceeded("GroupsPerUser", quota::GROUPS_PER_USER));
                }
                Ok(())
            }
            _ => Err(absent(Kind::User, user_name)),
        }
    }

    /// Takes the user out of the group; nothing happens when it is no member.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`] for either; where neither is there, for the user (recorded).
    pub fn leave(&mut self, group: &Permit<EntityKey>, group_name: &str, user_name: &str) -> Result<(), Fault> {
        let user = EntityKey::new(group.account(), Kind::User, user_name);
        let there = self.entities.get(&**group).is_some();
        match self.entities.edit(&user).map(|user| &mut user.nature) {
            Some(Nature::User { .. }) if !there => Err(absent(Kind::Group, group_name)),
            Some(Nature::User { groups }) => {
                groups.remove(group.folded());
                Ok(())
            }
            _ => Err(absent(Kind::User, user_name)),
        }
    }

    // ---- Policies -------------------------------------------------------------------------------------------

    /// Puts an inline policy, over one of that name.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`]; [`Fault::LimitExceeded`] when all inline policies together become too long.
    pub fn put_inline(
        &mut self,
        at: &Permit<EntityKey>,
        name: &str,
        policy: String,
        document: Document,
    ) -> Result<(), Fault> {
        let entity = self.entity_mut(at, name)?;
        let (kind, shown) = (entity.kind(), entity.name.clone());
        entity.inline.insert(policy, Box::new(document));
        let size = entity.inline.values().map(|document| document::size(document.text())).sum::<usize>();
        if size > kind.inline_size() {
            let limit = kind.inline_size();
            let message = format!("Maximum policy size of {limit} bytes exceeded for {kind} {shown}");
            return Err(Fault::LimitExceeded { message });
        }
        Ok(())
    }

    /// Hangs a managed policy on a user, group or role; nothing happens when it hangs there already.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`] for either, [`Fault::LimitExceeded`].
    pub fn attach(&mut self, at: &Permit<EntityKey>, name: &str, arn: &str) -> Result<(), Fault> {
        self.entities.get(&**at).ok_or_else(|| absent(at.kind(), name))?;
        self.attachable(at.account(), arn)?;
        let kind = at.kind();
        let entity = self.entity_mut(at, name)?;
        if entity.attached.iter().any(|held| held == arn) {
            return Ok(());
        }
        if entity.attached.len() >= quota::POLICIES_PER_ENTITY {
            return Err(quota::exceeded(&format!("PoliciesPer{}", kind.title()), quota::POLICIES_PER_ENTITY));
        }
        entity.attached.push(arn.into());
        Ok(())
    }

    /// Whether `arn` is a managed policy of the account, or of AWS.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn attachable(&self, account: AccountId, arn: &str) -> Result<(), Fault> {
        let missing = |_| Fault::NoSuchEntity { message: format!("Policy {arn} does not exist or is not attachable.") };
        self.managed_for(account, arn).map(drop).map_err(missing)
    }

    /// Whether `arn` is a managed policy that can be a boundary.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn bounding(&self, account: AccountId, arn: &str) -> Result<(), Fault> {
        // Recorded for roles.
        let message = || format!("Scope ARN: {arn} does not exist or is not attachable.");
        self.managed_for(account, arn).map(drop).map_err(|_| Fault::NoSuchEntity { message: message() })
    }

    /// Makes a customer managed policy, and gives its ARN.
    ///
    /// # Errors
    /// [`Fault::EntityAlreadyExists`], [`Fault::LimitExceeded`].
    pub fn create_policy(
        &mut self,
        at: &Permit<PolicyKey>,
        (path, name, description): (String, String, Option<String>),
        document: Document,
        tags: Tags,
        making: &mut Making<'_>,
    ) -> Result<String, Fault> {
        if self.policies.get(&**at).is_some() {
            let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
            return Err(Fault::EntityAlreadyExists { message });
        }
        fits(&document)?;
        if self.policies(at.account()).count() >= quota::POLICIES {
            return Err(quota::exceeded("PoliciesPerAccount", quota::POLICIES));
        }
        let taken = |id: &str| self.policies.iter().any(|(_, policy)| policy.id == id);
        let id = id::unique("ANPA", making.entropy, taken)?;
        let arn = self.policy_arn(Some(at.account()), &path, &name);
        let policy = ManagedPolicy {
            name,
            path,
            id,
            description,
            created: making.now,
            updated: making.now,
            tags,
            versions: BTreeMap::from([(1, Version { document, created: making.now })]),
            default: 1,
            last: 1,
        };
        self.policies.insert((**at).clone(), policy);
        Ok(arn)
    }

    /// The customer managed policy, to be changed. `arn` is how the request wrote it.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`].
    pub fn policy_mut(&mut self, at: &Permit<PolicyKey>, arn: &str) -> Result<&mut ManagedPolicy, Fault> {
        self.find_policy(at.account(), arn)?;
        let missing = || Fault::NoSuchEntity { message: format!("Policy {arn} was not found.") };
        self.policies.edit(at).ok_or_else(missing)
    }

    /// Deletes a customer managed policy that hangs nowhere and has no version besides its default one.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`], [`Fault::DeleteConflict`].
    pub fn delete_policy(&mut self, at: &Permit<PolicyKey>, arn: &str) -> Result<(), Fault> {
        let (key, policy) = self.find_policy(at.account(), arn)?;
        let used = self.attachments(at.account(), arn).saturating_add(self.boundaries(at.account(), arn));
        if used > 0 {
            return Err(Fault::DeleteConflict { message: "Cannot delete a policy attached to entities." });
        }
        if policy.versions.len() > 1 {
            let message = "This policy has more than one version. Before you delete a policy, you must delete the \
                           policy's versions. The default version is deleted with the policy.";
            return Err(Fault::DeleteConflict { message });
        }
        self.policies.remove(&key);
        Ok(())
    }

    // ---- Credentials ----------------------------------------------------------------------------------------

    /// Makes an access key of a user or of the root user.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`], [`Fault::LimitExceeded`] for a third one.
    pub fn create_key(
        &mut self,
        holder: &Permit<Holder>,
        name: &str,
        making: &mut Making<'_>,
    ) -> Result<Issued, Fault> {
        match &**holder {
            Holder::Root(account) => self.make_key(*account, None, making),
            Holder::User(key) => {
                let user = self.entities.get(key).ok_or_else(|| absent(Kind::User, name))?.id.clone();
                self.make_key(key.account(), Some(user), making)
            }
        }
    }

    pub(super) fn make_key(
        &mut self,
        account: AccountId,
        user: Option<String>,
        making: &mut Making<'_>,
    ) -> Result<Issued, Fault> {
        let held = self.keys.iter().filter(|(_, key)| key.account == account && key.user == user).count();
        if held >= quota::ACCESS_KEYS_PER_USER {
            return Err(quota::exceeded("AccessKeysPerUser", quota::ACCESS_KEYS_PER_USER));
        }
        let id = id::key("AKIA", making.entropy, |id| self.keys.get(id).is_some())?;
        let secret = id::secret(making.entropy)?;
        let key = AccessKey { account, user, secret: secret.clone(), active: true, created: making.now };
        self.keys.insert(id.clone(), key);
        Ok(Issued { access_key_id: id, secret, session_token: None, expires: None })
    }

    /// Switches an access key of the holder on or off.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`] when the holder has no such key.
    pub fn set_key_status(&mut self, holder: &Permit<Holder>, id: &str, active: bool) -> Result<(), Fault> {
        self.held_key(holder, id)?;
        if let Some(key) = self.keys.edit(&String::from(id)) {
            key.active = active;
        }
        Ok(())
    }

    /// Deletes an access key of the holder.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`] when the holder has no such key.
    pub fn delete_key(&mut self, holder: &Permit<Holder>, id: &str) -> Result<(), Fault> {
        self.held_key(holder, id)?;
        self.keys.remove(&String::from(id));
        self.used.remove(id);
        Ok(())
    }

    fn held_key(&self, holder: &Holder, id: &str) -> Result<(), Fault> {
        if self.access_keys(holder).any(|(held, _)| held == id) {
            return Ok(());
        }
        Err(Fault::NoSuchEntity { message: format!("The Access Key with id {id} cannot be found.") })
    }

    /// Opens a session for `subject`, good for `length`. The permit is on what makes it lawful: the role to be
    /// assumed, or nothing for a user's own session.
    ///
    /// # Errors
    /// [`Fault::Internal`] when randomness fails.
    pub fn open_session<T>(
        &mut self,
        _lawful: &Permit<T>,
        account: AccountId,
        subject: Subject,
        length: Timespan,
        making: &mut Making<'_>,
    ) -> Result<Issued, Fault> {
        self.open(account, subject, length, making)
    }

    pub(super) fn open(
        &mut self,
        account: AccountId,
        subject: Subject,
        length: Timespan,
        making: &mut Making<'_>,
    ) -> Result<Issued, Fault> {
        let id = id::key("ASIA", making.entropy, |id| self.sessions.get(id).is_some())?;
        let secret = id::secret(making.entropy)?;
        let token = id::token(making.entropy)?;
        let expires = making.now.plus(length);
        let issued = Issued {
            access_key_id: id.clone(),
            secret: secret.clone(),
            session_token: Some(Secret::clone(&token)),
            expires: Some(expires),
        };
        self.sessions.insert(id, Session { account, secret, token, issued: making.now, expires, subject });
        Ok(issued)
    }
}

impl ManagedPolicy {
    /// Adds a version; `in_force` makes it the default one. Gives its number.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for a sixth version or a document that is too long.
    pub fn add_version(&mut self, document: Document, in_force: bool, now: Timestamp) -> Result<u32, Fault> {
        fits(&document)?;
        if self.versions.len() >= quota::VERSIONS_PER_POLICY {
            let message = "A managed policy can have up to 5 versions. Before you create a new version, you must \
                           delete an existing version."
                .into();
            return Err(Fault::LimitExceeded { message });
        }
        self.last = self.last.saturating_add(1);
        self.versions.insert(self.last, Version { document, created: now });
        if in_force {
            self.default = self.last;
        }
        self.updated = now;
        Ok(self.last)
    }
}

/// Whether a managed policy's document is short enough.
fn fits(document: &Document) -> Result<(), Fault> {
    if document::size(document.text()) > quota::POLICY_SIZE {
        return Err(quota::exceeded("PolicySize", quota::POLICY_SIZE));
    }
    Ok(())
}
