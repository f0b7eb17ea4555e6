//! Who makes a request: the answer to "whose credentials are these".

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use serde_json::{Value, json};

use super::{identity::Tags, organization::Membership};
use crate::base::{AccountId, Fault, Timestamp};
use crate::policy::{Context, PrincipalSide, Requester, RequesterKind};

/// The principal behind an access key, with everything that a decision asks about it. Built once for each access key
/// and kept until something about identities changes.
#[derive(Debug, Clone)]
pub struct Caller {
    /// As policies see it.
    pub requester: Requester,
    /// The account it belongs to.
    pub account: AccountId,
    /// The access key that signed.
    pub access_key_id: String,
    /// `aws:PrincipalTag/…`: the user's tags, or the role's with the session's on top.
    pub tags: Tags,
    /// What temporary credentials add; `None` for long-term keys.
    pub token: Option<Token>,
    /// The role, user or root user that a session comes from, as CloudTrail's `sessionIssuer` has it.
    pub issuer: Option<Issuer>,
    /// `aws:SourceIdentity`, when the role was assumed with one.
    pub source_identity: Option<String>,
    /// Keys (without case) of the session tags that a next session inherits.
    pub transitive: Vec<String>,
    /// Where in an organization its account is.
    pub membership: Option<Membership>,
    /// The policies on this side of the decision.
    pub principal_side: Arc<PrincipalSide>,
    /// The condition keys that follow from the requester.
    pub keys: Context,
    /// CloudTrail's `userIdentity`, as JSON text.
    pub(super) user_identity: Arc<str>,
}

/// What temporary credentials add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// When they were issued.
    pub issued: Timestamp,
    /// The first moment at which they are no longer good.
    pub expires: Timestamp,
    /// Whether MFA was used; `None` where the session does not say. A lab has no MFA devices, so it is never true.
    pub mfa: Option<bool>,
}

/// Where a session comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// CloudTrail's word: `Role`, `IAMUser` or `Root`.
    pub kind: &'static str,
    /// The unique id, or the account id for the root user.
    pub unique_id: String,
    /// The ARN.
    pub arn: String,
    /// The name without path; empty for the root user.
    pub name: String,
}

impl Caller {
    /// The condition keys that follow from the requester. Source: authorization.md 4.1 and
    /// `global-condition-keys.csv`, rows of scope principal and session.
    #[must_use]
    pub fn condition_keys(&self) -> Context {
        let mut context = Context::new();
        let requester = &self.requester;
        let account = self.account.as_str();
        let (principal_arn, kind, userid) = match requester.kind {
            RequesterKind::Root => (&requester.arn, "Account", account.into()),
            RequesterKind::User => (&requester.arn, "User", requester.unique_id.clone()),
            RequesterKind::RoleSession => {
                let userid = format!("{}:{}", requester.unique_id, requester.session_name);
                (&requester.role_arn, "AssumedRole", userid)
            }
            RequesterKind::FederatedUser => {
                (&requester.arn, "FederatedUser", format!("{account}:{}", requester.federated_name))
            }
            // Made by the lab itself, never from an access key.
            _ => return context,
        };
        context.set("aws:PrincipalArn", principal_arn.as_str());
        context.set("aws:PrincipalAccount", account);
        context.set("aws:PrincipalType", kind);
        context.set("aws:userid", userid);
        context.set("aws:PrincipalIsAWSService", "false");
        if let Some(member) = &self.membership {
            context.set("aws:PrincipalOrgID", member.organization.as_str());
            context.set_list("aws:PrincipalOrgPaths", [&member.path]);
        }
        if requester.kind == RequesterKind::User {
            context.set("aws:username", requester.user_name.as_str());
        }
        for (key, value) in self.tags.iter() {
            context.set(&format!("aws:PrincipalTag/{key}"), value);
        }
        if let Some(token) = &self.token {
            context.set("aws:TokenIssueTime", token.issued.to_iso());
            if let Some(mfa) = token.mfa {
                context.set("aws:MultiFactorAuthPresent", if mfa { "true" } else { "false" });
            }
        }
        if let Some(name) = &self.source_identity {
            context.set("aws:SourceIdentity", name.as_str());
        }
        context
    }

    /// The same caller in another partition, where a lab's accounts and principals are by the same names.
    #[must_use]
    pub(crate) fn in_partition(&self, partition: &str) -> Self {
        let moved = |arn: &String| match arn.strip_prefix("arn:").and_then(|rest| rest.split_once(':')) {
            Some((_, rest)) => format!("arn:{partition}:{rest}"),
            None => arn.clone(),
        };
        let mut caller = self.clone();
        caller.requester.arn = moved(&self.requester.arn);
        caller.requester.role_arn = moved(&self.requester.role_arn);
        caller.requester.user_arn = moved(&self.requester.user_arn);
        caller.issuer = self.issuer.clone().map(|issuer| Issuer { arn: moved(&issuer.arn), ..issuer });
        caller.keys = caller.condition_keys();
        caller.user_identity = caller.describe().into();
        caller
    }

    /// The `UserId` of `GetCallerIdentity`, which is CloudTrail's `principalId` too.
    #[must_use]
    pub fn user_id(&self) -> String {
        let requester = &self.requester;
        match requester.kind {
            RequesterKind::RoleSession => format!("{}:{}", requester.unique_id, requester.session_name),
            RequesterKind::FederatedUser => format!("{}:{}", self.account, requester.federated_name),
            RequesterKind::User => requester.unique_id.clone(),
            _ => self.account.as_str().into(),
        }
    }

    /// CloudTrail's `userIdentity`, as JSON text.
    #[must_use]
    pub fn user_identity(&self) -> Arc<str> {
        self.user_identity.clone()
    }

    /// Writes `userIdentity`. Source: CloudTrail User Guide, "CloudTrail userIdentity element".
    pub(super) fn describe(&self) -> String {
        let requester = &self.requester;
        let kind = match requester.kind {
            RequesterKind::Root => "Root",
            RequesterKind::User => "IAMUser",
            RequesterKind::RoleSession => "AssumedRole",
            RequesterKind::FederatedUser => "FederatedUser",
            _ => "AWSService",
        };
        let account = self.account.as_str();
        let mut identity = json!({
            "type": kind,
            "principalId": self.user_id(),
            "arn": requester.arn,
            "accountId": account,
            "accessKeyId": self.access_key_id,
        });
        if requester.kind == RequesterKind::User {
            put(&mut identity, "userName", requester.user_name.as_str());
        }
        if let Some(token) = &self.token {
            let mfa = if token.mfa == Some(true) { "true" } else { "false" };
            let attributes = json!({ "creationDate": token.issued.to_iso(), "mfaAuthenticated": mfa });
            let mut session = json!({ "attributes": attributes });
            if let Some(issuer) = &self.issuer {
                let mut described = json!({
                    "type": issuer.kind,
                    "principalId": issuer.unique_id,
                    "arn": issuer.arn,
                    "accountId": account,
                });
                if !issuer.name.is_empty() {
                    put(&mut described, "userName", issuer.name.as_str());
                }
                put(&mut session, "sessionIssuer", described);
            }
            if let Some(name) = &self.source_identity {
                put(&mut session, "sourceIdentity", name.as_str());
            }
            put(&mut identity, "sessionContext", session);
        }
        identity.to_string()
    }

    /// Whether the caller holds `GetSessionToken` credentials: a user, or the root user, with a session.
    #[must_use]
    pub fn has_session_token(&self) -> bool {
        self.token.is_some() && matches!(self.requester.kind, RequesterKind::User | RequesterKind::Root)
    }

    /// Refuses what a session may not call at all, whatever its policies say.
    ///
    /// Sessions of `GetSessionToken` call nothing of IAM (without MFA, which a lab has not) and nothing of STS but
    /// `AssumeRole` and `GetCallerIdentity`; federated users nothing of IAM and of STS only `GetCallerIdentity`; role
    /// sessions neither `GetSessionToken` nor `GetFederationToken`.
    /// Source: IAM User Guide, "Comparing AWS STS credentials"; storage.md 4.4.
    ///
    /// # Errors
    /// [`Fault::UnknownAccessKey`], which is what IAM says then, or [`Fault::AccessDenied`] for STS.
    pub fn may_call(&self, service: &str, operation: &str) -> Result<(), Fault> {
        let federated = self.requester.kind == RequesterKind::FederatedUser;
        let limited = federated || self.has_session_token();
        let refused = match (service, operation) {
            ("iam", _) => limited,
            ("sts", "GetSessionToken" | "GetFederationToken") => self.token.is_some(),
            ("sts", "GetCallerIdentity") => false,
            ("sts", "AssumeRole") => federated,
            ("sts", _) => limited,
            _ => false,
        };
        match service {
            _ if !refused => Ok(()),
            "iam" => Err(Fault::UnknownAccessKey),
            _ => Err(Fault::AccessDenied { message: format!("Cannot call {operation} with session credentials") }),
        }
    }
}

/// Adds a member to a JSON object.
fn put(object: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.into(), value.into());
    }
}
