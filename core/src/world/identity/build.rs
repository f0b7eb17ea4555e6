//! From an access key to its [`Caller`]: who it is, and which policies are on its side.

use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};

use super::{Document, Entity, EntityKey, Identity, Kind, Narrowing, RoleSession, Session, Subject, Tags};
use crate::base::AccountId;
use crate::policy::{
    self, Context, Named, Policy, PrincipalSide, Requester, RequesterKind, ResourceKind, ResourceSide,
};
use crate::world::caller::{Caller, Issuer, Token};

impl Identity {
    /// Builds the caller anew.
    pub(super) fn build(&self, access_key_id: &str) -> Option<Caller> {
        let mut caller = match self.keys.get(access_key_id) {
            Some(key) => match &key.user {
                Some(id) => self.user_caller(id)?,
                None => self.root_caller(key.account),
            },
            None => self.session_caller(self.sessions.get(access_key_id)?)?,
        };
        caller.access_key_id = access_key_id.into();
        caller.user_identity = caller.describe().into();
        caller.keys = caller.condition_keys();
        Some(caller)
    }

    /// Who `arn` would be as a caller: a user, the root user of an account, or a session of the role it names. `None`
    /// when the lab has no such principal.
    #[must_use]
    pub fn caller_as(&self, arn: &str) -> Option<Caller> {
        if let Some(account) = self.accounts().find(|account| self.root_arn(*account) == arn) {
            return Some(self.root_caller(account));
        }
        let id = self.unique_id_of(arn)?;
        if self.role(arn).is_none() {
            return self.user_caller(&id);
        }
        let session = RoleSession {
            role: id,
            name: "session".into(),
            narrowing: None,
            tags: Tags::default(),
            transitive: Vec::new(),
            source_identity: None,
            by_user: false,
        };
        self.role_caller(&session)
    }

    fn session_caller(&self, session: &Session) -> Option<Caller> {
        let (mut caller, mfa) = match &session.subject {
            Subject::Root => (self.root_caller(session.account), Some(false)),
            Subject::User { user } => (self.user_caller(user)?, Some(false)),
            Subject::Role(role) => (self.role_caller(role)?, role.by_user.then_some(false)),
            Subject::Federated { user, name, narrowing, tags } => {
                (self.federated_caller(session.account, user.as_deref(), name, narrowing, tags)?, Some(false))
            }
        };
        caller.token = Some(Token { issued: session.issued, expires: session.expires, mfa });
        Some(caller)
    }

    fn root_caller(&self, account: AccountId) -> Caller {
        let requester = Requester {
            unique_id: account.as_str().into(),
            ..Requester::new(RequesterKind::Root, Some(account), self.root_arn(account))
        };
        self.caller_of(account, requester, Tags::default(), (Vec::new(), None, None))
    }

    fn user_caller(&self, id: &str) -> Option<Caller> {
        let (key, user) = self.by_id(id)?;
        let account = key.account();
        let requester = Requester {
            unique_id: user.id.clone(),
            user_name: user.name.clone(),
            ..Requester::new(RequesterKind::User, Some(account), self.arn(account, user))
        };
        let side = (self.policies_of(key, user), self.boundary_of(user), None);
        Some(self.caller_of(account, requester, user.tags.clone(), side))
    }

    fn role_caller(&self, session: &RoleSession) -> Option<Caller> {
        let (key, role) = self.by_id(&session.role)?;
        let account = key.account();
        let role_arn = self.arn(account, role);
        let requester = Requester {
            unique_id: role.id.clone(),
            role_arn: role_arn.clone(),
            session_name: session.name.clone(),
            ..Requester::new(
                RequesterKind::RoleSession,
                Some(account),
                self.session_arn(account, &role.name, &session.name),
            )
        };
        let narrowing = session.narrowing.as_ref().map(|narrowing| self.session_policies(narrowing));
        let side = (self.policies_of(key, role), self.boundary_of(role), narrowing);
        let mut caller = self.caller_of(account, requester, role.tags.overlaid(&session.tags), side);
        caller.issuer =
            Some(Issuer { kind: "Role", unique_id: role.id.clone(), arn: role_arn, name: role.name.clone() });
        caller.source_identity = session.source_identity.clone();
        caller.transitive = session.transitive.clone();
        Some(caller)
    }

    /// A federated user has what its parent has, narrowed by the session's policies. A parent that is the root user
    /// is allowed everything, which is written down as a policy here because the session itself is no root user.
    fn federated_caller(
        &self,
        account: AccountId,
        user: Option<&str>,
        name: &str,
        narrowing: &Narrowing,
        tags: &Tags,
    ) -> Option<Caller> {
        let parent = match user {
            Some(id) => self.user_caller(id)?,
            None => self.root_caller(account),
        };
        let requester = Requester {
            unique_id: parent.requester.unique_id.clone(),
            user_arn: parent.requester.arn.clone(),
            federated_name: name.into(),
            ..Requester::new(RequesterKind::FederatedUser, Some(account), self.federated_arn(account, name))
        };
        let identity = match user {
            Some(_) => parent.principal_side.identity.clone(),
            None => {
                let everything = Policy::parse(policy::Kind::Identity, EVERYTHING).ok()?;
                alloc::vec![Named { name: "root user".into(), arn: None, policy: Arc::new(everything) }]
            }
        };
        let session = (!narrowing.is_empty()).then(|| self.session_policies(narrowing));
        let side = (identity, parent.principal_side.boundary.clone(), session);
        let mut caller = self.caller_of(account, requester, tags.clone(), side);
        let kind = if user.is_some() { "IAMUser" } else { "Root" };
        let Requester { unique_id, arn, user_name, .. } = parent.requester;
        caller.issuer = Some(Issuer { kind, unique_id, arn, name: user_name });
        Some(caller)
    }

    /// The ARN of a session of a role: without the role's path.
    #[must_use]
    pub fn session_arn(&self, account: AccountId, role: &str, session: &str) -> String {
        format!("arn:{}:sts::{account}:assumed-role/{role}/{session}", self.partition)
    }

    /// The trust policy of the role that `arn` names, as the resource's side of an `AssumeRole`. A role that does not
    /// exist trusts nobody, so that whoever asks cannot tell the two apart. `None` when `arn` names no role at all.
    #[must_use]
    pub fn trust_side(&self, arn: &str) -> Option<Arc<ResourceSide>> {
        let (owner, resource) = self.split(arn, "iam")?;
        resource.strip_prefix("role/")?;
        let trust = self.role(arn).and_then(|(_, role)| role.trust());
        let policies =
            trust.map(|trust| Named { name: "trust policy".into(), arn: None, policy: Arc::clone(trust.policy()) });
        let policies = policies.into_iter().collect();
        Some(Arc::new(ResourceSide {
            kind: ResourceKind::Role,
            owner,
            arn: arn.into(),
            policies,
            assumed: None,
            rcp: Vec::new(),
        }))
    }

    /// The ARN of a federated user.
    #[must_use]
    pub fn federated_arn(&self, account: AccountId, name: &str) -> String {
        format!("arn:{}:sts::{account}:federated-user/{name}", self.partition)
    }

    /// Inline and attached policies of an entity and, for a user, of its groups.
    fn policies_of(&self, key: &EntityKey, entity: &Entity) -> Vec<Named> {
        let mut all = Vec::new();
        self.add_policies(&mut all, entity, "");
        for group in entity.groups() {
            if let Some(group) = self.entity(&EntityKey::new(key.account(), Kind::Group, group)) {
                self.add_policies(&mut all, group, &format!(" (group {})", group.name));
            }
        }
        all
    }

    fn add_policies(&self, all: &mut Vec<Named>, entity: &Entity, of: &str) {
        for (name, document) in &entity.inline {
            all.push(Named { name: label(name, of), arn: None, policy: Arc::clone(document.policy()) });
        }
        for arn in &entity.attached {
            if let Some((name, document)) = self.in_force(arn) {
                let policy = Arc::clone(document.policy());
                all.push(Named { name: label(name, of), arn: Some(arn.as_str().into()), policy });
            }
        }
    }

    /// Name and document in force of a managed policy.
    fn in_force(&self, arn: &str) -> Option<(&str, &Document)> {
        let policy = self.managed(arn)?;
        Some((policy.name.as_str(), policy.document()?))
    }

    fn boundary_of(&self, entity: &Entity) -> Option<Named> {
        self.managed_as(policy::Kind::Boundary, entity.boundary.as_deref()?)
    }

    fn session_policies(&self, narrowing: &Narrowing) -> Vec<Named> {
        let inline = narrowing.inline.as_ref().map(|document| Named {
            name: "session policy".into(),
            arn: None,
            policy: Arc::clone(document.policy()),
        });
        let managed = narrowing.managed.iter().filter_map(|arn| self.managed_as(policy::Kind::Session, arn));
        inline.into_iter().chain(managed).collect()
    }

    /// A managed policy in another role than that of an identity policy: the same text, compiled as that kind.
    fn managed_as(&self, kind: policy::Kind, arn: &str) -> Option<Named> {
        let (name, document) = self.in_force(arn)?;
        let policy = Arc::new(Policy::parse(kind, document.text()).ok()?);
        Some(Named { name: name.into(), arn: Some(arn.into()), policy })
    }
}

/// What the root user may do.
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// What the requester's own policies are: identity policies, boundary, session policies.
type Own = (Vec<Named>, Option<Named>, Option<Vec<Named>>);

impl Identity {
    /// The caller with its own policies, and with those of the organization that its account is in.
    fn caller_of(&self, account: AccountId, requester: Requester, tags: Tags, own: Own) -> Caller {
        let (identity, boundary, session) = own;
        let (scp, in_management_account) = self.organizations.scps(account).unzip();
        let in_management_account = in_management_account.unwrap_or_default();
        Caller {
            requester,
            account,
            access_key_id: String::new(),
            tags,
            token: None,
            issuer: None,
            source_identity: None,
            transitive: Vec::new(),
            membership: self.organizations.membership(account),
            principal_side: Arc::new(PrincipalSide { identity, boundary, session, scp, in_management_account }),
            keys: Context::new(),
            user_identity: "".into(),
        }
    }
}

fn label(name: &str, of: &str) -> Arc<str> {
    let text: Cow<'_, str> = if of.is_empty() { name.into() } else { format!("{name}{of}").into() };
    text.as_ref().into()
}
