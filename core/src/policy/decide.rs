//! The decision: which of the policies that count decides, and how.
//!
//! Source: IAM User Guide, "Policy evaluation logic"; authorization.md 5.2, 6.1 and 6.5, whose order this file keeps.

use super::{
    Decision, Grant, Policies, Query, Reason, RequesterKind,
    document::Verdict,
    grant,
    principal::Grain,
    scene::{Scene, Target},
};
use alloc::sync::Arc;

/// Decides whether the request is allowed. Does not allocate.
///
/// An explicit Deny in any policy that counts wins. Then every level of service control policies and the endpoint's
/// policy must allow. Then the resource's side and the requester's side decide together, by the rules of KMS keys, of
/// roles to be assumed, or of everything else, in one account or across two.
///
/// # Source
/// IAM User Guide, "Policy evaluation logic"; KMS Developer Guide, "Key access and permissions".
#[must_use]
pub fn decide(query: &Query<'_>, policies: &Policies) -> Decision {
    let (reason, grant) = judge(&Scene::new(query, policies));
    Decision { effect: reason.effect(), reason, grant: grant.cloned() }
}

type Judgement<'a> = (Reason, Option<&'a Arc<Grant>>);

pub(super) fn judge<'a>(scene: &Scene<'a>) -> Judgement<'a> {
    if scene.is_free() {
        return (Reason::AllowNoPermissionRequired, None);
    }
    let mut scp_lacks = false;
    for level in scene.scp() {
        let verdict = scene.weigh(&level.policies);
        if verdict.denies {
            return (Reason::DenyScp, None);
        }
        scp_lacks = scp_lacks || verdict.allows == Grain::None;
    }
    if scene.rcp().iter().any(|level| scene.weigh(&level.policies).denies) {
        return (Reason::DenyRcp, None);
    }
    let endpoint = scene.endpoint().map(|named| scene.weigh(core::slice::from_ref(named)));
    let resource = scene.weigh(scene.resource());
    let own = Own::of(scene);
    let silent = |verdict: Verdict| verdict.allows == Grain::None;
    let stopped = match () {
        () if endpoint.is_some_and(|verdict| verdict.denies) => Some(Reason::DenyVpce),
        () if resource.denies && scene.resource_denies_count() => Some(Reason::DenyResource),
        () if own.identity.denies => Some(Reason::DenyIdentity),
        () if own.boundary.is_some_and(|verdict| verdict.denies) => Some(Reason::DenyBoundary),
        () if own.session.is_some_and(|verdict| verdict.denies) => Some(Reason::DenySession),
        () if scp_lacks => Some(Reason::NoScpAllow),
        () if endpoint.is_some_and(silent) => Some(Reason::NoVpceAllow),
        () => None,
    };
    if let Some(reason) = stopped {
        return (reason, None);
    }
    if scene.retires() {
        return retire(scene, &own);
    }
    let grain = resource.allows;
    match scene.kind() {
        RequesterKind::Service if grain > Grain::None => (Reason::AllowServicePrincipal, None),
        RequesterKind::Service => granted(scene).unwrap_or((Reason::NoResourceAllow, None)),
        // KMS takes no unsigned requests.
        RequesterKind::Anonymous if grain > Grain::None && scene.target != Target::Key => {
            (Reason::AllowAnonymous, None)
        }
        RequesterKind::FederatedIdp if grain > Grain::None => (Reason::AllowResourceDirect, None),
        RequesterKind::Anonymous | RequesterKind::FederatedIdp => (Reason::NoResourceAllow, None),
        RequesterKind::Root | RequesterKind::User | RequesterKind::RoleSession | RequesterKind::FederatedUser => {
            sides(scene, &own, grain)
        }
    }
}

/// The resource's side, which names the requester with this grain, and the requester's side together.
fn sides<'a>(scene: &Scene<'a>, own: &Own, grain: Grain) -> Judgement<'a> {
    let root = scene.kind() == RequesterKind::Root;
    let key = scene.target == Target::Key;
    let unsupported = || scene.request.action.is_kms() && !scene.request.action.crosses_accounts();
    if scene.cross && unsupported() && scene.request.resource != "*" {
        return (Reason::CrossAccountNotSupported, None);
    }
    if !scene.cross && grain == Grain::Exact {
        return (if root { Reason::AllowRoot } else { Reason::AllowResourceDirect }, None);
    }
    let issuer = !scene.cross && grain == Grain::Issuer;
    if issuer && own.limit.is_none() {
        return (Reason::AllowResourceRole, None);
    }
    if let Some(granted) = granted(scene) {
        return granted;
    }
    let must_allow = scene.cross || scene.target != Target::Other;
    if must_allow && grain == Grain::None {
        return (Reason::NoResourceAllow, None);
    }
    // What stopped the path by the role or user stops the path by identity policies as well.
    let stopped = if issuer { own.limit } else { own.path().err() };
    let reason = match stopped {
        Some(reason) => reason,
        None if scene.cross => Reason::AllowCrossAccount,
        None if root => Reason::AllowRoot,
        None if key || scene.target == Target::Role => Reason::AllowIdentityDelegated,
        None => Reason::AllowIdentity,
    };
    (reason, None)
}

/// A grant is a full Allow in the owner's account, for requesters of any account.
fn granted<'a>(scene: &Scene<'a>) -> Option<Judgement<'a>> {
    if scene.target != Target::Key {
        return None;
    }
    let found = scene.policies.grants.iter().find(|grant| grant::allows(grant, scene))?;
    Some((Reason::AllowGrant, Some(found)))
}

/// `kms:RetireGrant`: the retiring principal, the grantee if its grant says so, and the account that created the grant or
/// is its retiring principal.
fn retire<'a>(scene: &Scene<'a>, own: &Own) -> Judgement<'a> {
    let Some(grant) = scene.retired_grant() else { return (Reason::NoGrantAllow, None) };
    let requester = scene.query.requester;
    let root = scene.kind() == RequesterKind::Root;
    let by_grantee = grant::is_for(grant, requester) && grant::lists(grant, &scene.request.action);
    let by_name = grant::is_retired_by(grant, requester) || by_grantee;
    let retiring_account = grant.retiring_principal.as_deref().and_then(super::principal::account_of);
    let of_account = scene.account().is_some_and(|own| own == grant.issuing_account || Some(own) == retiring_account);
    let reason = match own.path() {
        _ if by_name && !root => Reason::AllowGrant,
        _ if root && (of_account || by_name) => Reason::AllowRoot,
        Ok(()) if of_account && scene.has_identity() => Reason::AllowIdentity,
        Err(reason) if of_account && reason != Reason::NoIdentityAllow => reason,
        _ => Reason::NoGrantAllow,
    };
    (reason, (reason == Reason::AllowGrant).then_some(grant))
}

/// What the requester's own policies say.
#[derive(Debug)]
struct Own {
    root: bool,
    identity: Verdict,
    boundary: Option<Verdict>,
    session: Option<Verdict>,
    /// What stops even an Allow for the role or user behind a session: boundary and session policy.
    limit: Option<Reason>,
}

impl Own {
    fn of(scene: &Scene<'_>) -> Self {
        let identity = scene.weigh(scene.identity());
        let boundary = scene.boundary().map(|named| scene.weigh(core::slice::from_ref(named)));
        let session = scene.session().map(|policies| scene.weigh(policies));
        let silent = |verdict: Verdict| verdict.allows == Grain::None;
        let limit = if boundary.is_some_and(silent) {
            Some(Reason::NoBoundaryAllow)
        } else if session.is_some_and(silent) || scene.lacks_session() {
            Some(Reason::NoSessionAllow)
        } else {
            None
        };
        Self { root: scene.kind() == RequesterKind::Root, identity, boundary, session, limit }
    }

    /// Identity policies allow, and boundary and session policy do not stop it.
    fn path(&self) -> Result<(), Reason> {
        match self.limit {
            _ if self.root => Ok(()),
            _ if self.identity.allows == Grain::None => Err(Reason::NoIdentityAllow),
            Some(limit) => Err(limit),
            None => Ok(()),
        }
    }
}
