//! What a decision is made from: who asks for what, and the policies and grants that may count.

use super::{Context, Policy};
use crate::base::AccountId;
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};

/// A policy with the name that people know it by.
#[derive(Debug, Clone)]
pub struct Named {
    /// As shown to people: `alice-kms`, `AdministratorAccess`, `default`.
    pub name: Arc<str>,
    /// The ARN of a managed policy.
    pub arn: Option<Arc<str>>,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// One level of an organization, with the service or resource control policies attached there.
///
/// An Allow is needed on each level of service control policies; those of one level add up.
#[derive(Debug, Clone)]
pub struct Level {
    /// The root, the organizational unit or the account.
    pub name: Arc<str>,
    /// What is attached there.
    pub policies: Vec<Named>,
}

/// What a requester is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RequesterKind {
    /// The root user of an account.
    Root,
    /// An IAM user, also with credentials of `GetSessionToken`.
    User,
    /// A session of a role.
    RoleSession,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A service principal.
    Service,
    /// An unsigned request.
    Anonymous,
    /// The holder of a token or assertion of an identity provider, on the way to `AssumeRoleWith…`.
    FederatedIdp,
}

/// Who asks. Fields that a kind does not have are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    /// What it is.
    pub kind: RequesterKind,
    /// The account; services, anonymous requesters and identity providers have none.
    pub account: Option<AccountId>,
    /// The ARN in messages: of the user, of the session (not its role), of the root user; the name of a service; the
    /// ARN or domain of an identity provider.
    pub arn: String,
    /// `AIDA…` of a user, `AROA…` of the role behind a session.
    pub unique_id: String,
    /// The name of an IAM user, without path.
    pub user_name: String,
    /// The role behind a session, with its path.
    pub role_arn: String,
    /// The name of a role session.
    pub session_name: String,
    /// The IAM user that called `GetFederationToken`.
    pub user_arn: String,
    /// The name given to `GetFederationToken`.
    pub federated_name: String,
    /// Whether the role behind the session is linked to a service: SCPs and RCPs do not apply.
    pub service_linked: bool,
    /// Further names of a service, such as Regional ones.
    pub service_names: Vec<String>,
}

impl Requester {
    /// A requester of that kind and ARN, with every other field empty.
    #[must_use]
    pub fn new(kind: RequesterKind, account: Option<AccountId>, arn: impl Into<String>) -> Self {
        Self {
            kind,
            account,
            arn: arn.into(),
            unique_id: String::new(),
            user_name: String::new(),
            role_arn: String::new(),
            session_name: String::new(),
            user_arn: String::new(),
            federated_name: String::new(),
            service_linked: false,
            service_names: Vec::new(),
        }
    }
}

/// What the requester brings along.
#[derive(Debug, Clone, Default)]
pub struct PrincipalSide {
    /// Identity-based policies: of the user and its groups, of the role, of the parent user.
    pub identity: Vec<Named>,
    /// The permissions boundary of the user, role or parent user.
    pub boundary: Option<Named>,
    /// Session policies; `None` when none was passed.
    pub session: Option<Vec<Named>>,
    /// Service control policies, from the organization's root to the account; `None` outside of organizations.
    pub scp: Option<Vec<Level>>,
    /// Whether the account is the organization's management account: SCPs do not apply.
    pub in_management_account: bool,
}

/// What a resource with a policy of its own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourceKind {
    /// A KMS key.
    Key {
        /// Whether AWS manages the key: RCPs do not apply.
        aws_managed: bool,
    },
    /// An alias of a KMS key: it has no policy of its own, and RCPs count.
    Alias,
    /// An S3 bucket, for itself and its objects.
    Bucket,
    /// An IAM role, with its trust policy.
    Role,
    /// Anything else: a queue, a topic, a secret.
    Other,
}

/// Why a policy that counts is not one that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumed {
    /// There is no such key or alias: IAM policies decide who may know that.
    NoSuchKey,
    /// The key is about to be made.
    NewKey,
    /// No key policy was given.
    NotGiven,
}

/// What stands on the side of the resource.
#[derive(Debug, Clone)]
pub struct ResourceSide {
    /// What it is.
    pub kind: ResourceKind,
    /// The account that owns it.
    pub owner: AccountId,
    /// Its ARN.
    pub arn: String,
    /// Resource-based policies; a key may have `AWS_RAM` besides `default`.
    pub policies: Vec<Named>,
    /// Why these policies are assumed, where they are: explanations do not quote them then.
    pub assumed: Option<Assumed>,
    /// Resource control policies from the organization's root to the owner's account; empty for resources of the
    /// management account. `RCPFullAWSAccess` is implied.
    pub rcp: Vec<Level>,
}

/// A grant on a KMS key, as far as it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: String,
    /// The operations it allows, as `CreateGrant` spells them: `Decrypt`, `ReEncryptFrom`.
    pub operations: Vec<String>,
    /// The user, role, session, federated user or account it is for.
    pub grantee_principal: Option<String>,
    /// The unique id of the user or role that `grantee_principal` named when the grant was made, where it is known: then
    /// the grant is for whoever has that id, whatever the ARN is by now.
    pub grantee_id: Option<String>,
    /// The service it is for.
    pub grantee_service: Option<String>,
    /// Who may retire it.
    pub retiring_principal: Option<String>,
    /// As `grantee_id`, of `retiring_principal`.
    pub retiring_id: Option<String>,
    /// The service that may retire it.
    pub retiring_service: Option<String>,
    /// The account that created it.
    pub issuing_account: AccountId,
    /// `EncryptionContextEquals`.
    pub context_equals: Option<BTreeMap<String, String>>,
    /// `EncryptionContextSubset`.
    pub context_subset: Option<BTreeMap<String, String>>,
    /// `SourceArn`, for calls made by services.
    pub source_arn: Option<String>,
}

/// Every policy and grant that may count.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// The requester's.
    pub principal: Arc<PrincipalSide>,
    /// The resource's, where it has policies of its own.
    pub resource: Option<Arc<ResourceSide>>,
    /// Grants on the key; those that do not concern the request are passed over.
    pub grants: Vec<Arc<Grant>>,
    /// The policy of the VPC endpoint that the request came through.
    pub endpoint: Option<Named>,
}

/// One permission check.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Who asks.
    pub requester: &'a Requester,
    /// `kms:Decrypt`; compared without case.
    pub action: &'a str,
    /// The ARN of the resource, or `*`.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub resource_account: Option<AccountId>,
    /// The condition keys of the request; complete.
    pub context: &'a Context,
    /// The grant that a `kms:RetireGrant` names.
    pub retire_grant: Option<&'a str>,
    /// Whether a service makes the call with the requester's identity: the endpoint policy does not apply.
    pub via_service: bool,
}
