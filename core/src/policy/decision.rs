//! The answer: an effect and the one reason for it.

use super::Grant;
use alloc::{format, string::String, sync::Arc};
use core::fmt;
use serde::Serialize;

/// Allowed, or which kind of denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "AWS knows these three")]
pub enum Effect {
    /// The request is allowed.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing, or not everything that must, allows it.
    ImplicitDeny,
}

impl Effect {
    /// `allow`, `explicitDeny`, `implicitDeny`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row a reason: its name in Rust, its code, its effect, its meaning.
macro_rules! reasons {
    ($($name:ident $code:literal $effect:ident $meaning:literal)*) => {
        /// Why. When several reasons apply, the first in the order of evaluation is given; among the reasons to allow,
        /// the one closest to the resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[non_exhaustive]
        pub enum Reason { $( #[doc = $meaning] #[serde(rename = $code)] $name, )* }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$( Self::$name ),*];

            /// The code, such as `ALLOW_RESOURCE_DIRECT`.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $( Self::$name => $code ),* } }

            /// What the decision is.
            #[must_use]
            pub const fn effect(self) -> Effect { match self { $( Self::$name => Effect::$effect ),* } }

            /// The meaning, as a part of a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $( Self::$name => $meaning ),* } }
        }
    };
}

reasons! {
    AllowResourceDirect "ALLOW_RESOURCE_DIRECT" Allow "the resource policy names the requester itself (user, session, federated user, \"*\"); no other Allow needed"
    AllowResourceRole "ALLOW_RESOURCE_ROLE" Allow "the resource policy names the role (or, for a federated user session, the IAM user) behind the session"
    AllowIdentity "ALLOW_IDENTITY" Allow "identity-based policies allow; the resource has no policy that must allow"
    AllowIdentityDelegated "ALLOW_IDENTITY_DELEGATED" Allow "identity-based policies allow and the key policy (or trust policy) delegates to the account"
    AllowGrant "ALLOW_GRANT" Allow "a KMS grant allows; for kms:RetireGrant also the right of the retiring principal"
    AllowCrossAccount "ALLOW_CROSS_ACCOUNT" Allow "both the resource side and the requester account allow"
    AllowRoot "ALLOW_ROOT" Allow "root user of the account that owns the resource"
    AllowServicePrincipal "ALLOW_SERVICE_PRINCIPAL" Allow "the resource policy allows the service principal"
    AllowAnonymous "ALLOW_ANONYMOUS" Allow "the resource policy allows everyone"
    AllowNoPermissionRequired "ALLOW_NO_PERMISSION_REQUIRED" Allow "the operation needs no permission"
    DenyScp "DENY_SCP" ExplicitDeny "explicit Deny in a service control policy"
    DenyRcp "DENY_RCP" ExplicitDeny "explicit Deny in a resource control policy"
    DenyVpce "DENY_VPCE" ExplicitDeny "explicit Deny in the VPC endpoint policy"
    DenyResource "DENY_RESOURCE" ExplicitDeny "explicit Deny in the resource policy"
    DenyIdentity "DENY_IDENTITY" ExplicitDeny "explicit Deny in an identity-based policy"
    DenyBoundary "DENY_BOUNDARY" ExplicitDeny "explicit Deny in the permissions boundary"
    DenySession "DENY_SESSION" ExplicitDeny "explicit Deny in a session policy"
    NoScpAllow "NO_SCP_ALLOW" ImplicitDeny "some level of the organization has no SCP that allows"
    NoVpceAllow "NO_VPCE_ALLOW" ImplicitDeny "the VPC endpoint policy does not allow"
    NoResourceAllow "NO_RESOURCE_ALLOW" ImplicitDeny "nothing on the resource side allows (or delegates)"
    NoIdentityAllow "NO_IDENTITY_ALLOW" ImplicitDeny "no identity-based policy allows"
    NoBoundaryAllow "NO_BOUNDARY_ALLOW" ImplicitDeny "the permissions boundary does not allow"
    NoSessionAllow "NO_SESSION_ALLOW" ImplicitDeny "the session policy does not allow (or a federated user has none)"
    NoGrantAllow "NO_GRANT_ALLOW" ImplicitDeny "kms:RetireGrant: the caller has no right to end this grant"
    CrossAccountNotSupported "CROSS_ACCOUNT_NOT_SUPPORTED" ImplicitDeny "the KMS operation has no cross-account use"
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Reason {
    /// The tail of AWS's sentence about a refused `action`: `because no identity-based policy allows the kms:Decrypt
    /// action`, `with an explicit deny in a service control policy`. Empty for reasons to allow.
    ///
    /// # Source
    /// IAM User Guide, "Troubleshoot access denied error messages".
    #[must_use]
    pub fn tail(self, action: &str) -> String {
        // The policy of a role is called by its own name.
        let trust = action.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("sts:AssumeRole"));
        let silent = |what: &str| format!("because no {what} allows the {action} action");
        let denied = |what: &str| format!("with an explicit deny in {what}");
        match self {
            Self::DenyScp => denied("a service control policy"),
            Self::DenyRcp => denied("a resource control policy"),
            Self::DenyVpce => denied("a VPC endpoint policy"),
            Self::DenyResource if trust => denied("the role trust policy"),
            Self::DenyResource => denied("a resource-based policy"),
            Self::DenyIdentity => denied("an identity-based policy"),
            Self::DenyBoundary => denied("a permissions boundary"),
            Self::DenySession => denied("a session policy"),
            Self::NoScpAllow => silent("service control policy"),
            Self::NoVpceAllow => silent("VPC endpoint policy"),
            Self::NoResourceAllow if trust => silent("role trust policy"),
            Self::NoResourceAllow | Self::CrossAccountNotSupported => silent("resource-based policy"),
            Self::NoIdentityAllow | Self::NoGrantAllow => silent("identity-based policy"),
            Self::NoBoundaryAllow => silent("permissions boundary"),
            Self::NoSessionAllow => silent("session policy"),
            _ => String::new(),
        }
    }
}

/// What was decided, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Allowed or not.
    pub effect: Effect,
    /// The one reason.
    pub reason: Reason,
    /// The grant that allowed.
    pub grant: Option<Arc<Grant>>,
}

impl Decision {
    /// Whether the request is allowed.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        matches!(self.effect, Effect::Allow)
    }
}
