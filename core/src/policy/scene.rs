//! Which policies count for a request. Both [`decide`](super::decide()) and [`explain`](super::explain()) ask here.
//!
//! Source: authorization.md 5.1 and 5.5.

use super::{
    Grant, Level, Named, Policies, Query, Reason, RequesterKind, ResourceKind, ResourceSide, action::Action,
    decide::judge, document::Verdict, principal::Grain, seen::Seen, statement::Request,
};
use crate::base::AccountId;
use alloc::{rc::Rc, sync::Arc};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A KMS key: its policy comes first.
    Key,
    /// A role: its trust policy must allow.
    Role,
    /// Anything else, with or without a policy.
    Other,
}

/// A request with the policies that count for it.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) query: &'a Query<'a>,
    pub(super) request: Request<'a>,
    pub(super) policies: &'a Policies,
    pub(super) target: Target,
    /// The resource's side, where its policies count.
    pub(super) side: Option<&'a ResourceSide>,
    /// Whether the requester belongs to another account than the resource.
    pub(super) cross: bool,
}

impl<'a> Scene<'a> {
    pub(super) fn new(query: &'a Query<'a>, policies: &'a Policies) -> Self {
        let requester = query.requester;
        let action = Action::of(query.action);
        let kms = action.is_kms();
        // Actions without resource types are authorized on `*`, whatever the caller names.
        let resource = if kms && action.has_no_resource() { "*" } else { query.resource };
        let given = policies.resource.as_deref().filter(|_| resource != "*");
        let side = given.filter(|side| match side.kind {
            ResourceKind::Key { .. } | ResourceKind::Alias => kms,
            ResourceKind::Bucket => action.belongs_to("s3"),
            ResourceKind::Role => action.belongs_to("sts"),
            ResourceKind::Other => !kms,
        });
        let target = match side.map(|side| side.kind) {
            Some(ResourceKind::Key { .. }) => Target::Key,
            Some(ResourceKind::Role) => Target::Role,
            Some(ResourceKind::Bucket | ResourceKind::Alias | ResourceKind::Other) => Target::Other,
            // A key or role always has a policy; one that is not given allows nothing.
            None if kms && is_of(resource, "kms", "key/") => Target::Key,
            None if assumes_role(&action) && is_of(resource, "iam", "role/") => Target::Role,
            None => Target::Other,
        };
        let owner = side.map(|side| side.owner).or(query.resource_account);
        let cross = matches!((requester.account, owner), (Some(asking), Some(owner)) if asking != owner);
        let mut scene = Self {
            query,
            request: Request { action, resource, requester, context: query.context, has_boundary: false, seen: None },
            policies,
            target,
            side,
            cross,
        };
        scene.request.has_boundary = scene.boundary().is_some();
        scene
    }

    /// The same, and remembers what it finds in `seen`, which was begun for this request and these policies or others.
    pub(super) fn remembering(query: &'a Query<'a>, policies: &'a Policies, seen: &'a Rc<Seen>) -> Self {
        let mut scene = Self::new(query, policies);
        scene.request.seen = Some(seen);
        scene
    }

    /// What would be decided by other policies.
    pub(super) fn reason_by(&self, policies: &Policies) -> Reason {
        let mut scene = Scene::new(self.query, policies);
        scene.request.seen = self.request.seen;
        judge(&scene).0
    }

    pub(super) fn kind(&self) -> RequesterKind {
        self.query.requester.kind
    }

    pub(super) fn account(&self) -> Option<AccountId> {
        self.query.requester.account
    }

    pub(super) fn retires(&self) -> bool {
        self.request.action.is("kms:RetireGrant")
    }

    /// Whether the action needs no permission, so that not even a Deny counts.
    ///
    /// Source: STS API Reference, `GetCallerIdentity` and `GetSessionToken` ("No permissions are required for users").
    pub(super) fn is_free(&self) -> bool {
        self.request.action.is("sts:GetCallerIdentity")
            || (self.request.action.is("sts:GetSessionToken")
                && matches!(self.kind(), RequesterKind::User | RequesterKind::Root))
    }

    /// Whether the requester has identity policies at all. (Everything counts as allowed for a root user.)
    pub(super) fn has_identity(&self) -> bool {
        matches!(self.kind(), RequesterKind::User | RequesterKind::RoleSession | RequesterKind::FederatedUser)
    }

    /// Service control policies: of member accounts, and not for service-linked roles.
    pub(super) fn scp(&self) -> &'a [Level] {
        let limited = self.has_identity() || self.kind() == RequesterKind::Root;
        let side = &self.policies.principal;
        match &side.scp {
            Some(levels) if limited && !side.in_management_account && !self.query.requester.service_linked => levels,
            _ => &[],
        }
    }

    /// Resource control policies: not for service-linked roles, AWS managed keys and `kms:RetireGrant`.
    pub(super) fn rcp(&self) -> &'a [Level] {
        match self.side {
            Some(side)
                if !self.query.requester.service_linked
                    && side.kind != (ResourceKind::Key { aws_managed: true })
                    && !self.retires() =>
            {
                &side.rcp
            }
            _ => &[],
        }
    }

    /// The endpoint's policy; not for the calls that a service makes afterwards.
    pub(super) fn endpoint(&self) -> Option<&'a Named> {
        self.policies.endpoint.as_ref().filter(|_| !self.query.via_service)
    }

    /// Resource-based policies; `kms:RetireGrant` in a key policy has no effect.
    pub(super) fn resource(&self) -> &'a [Named] {
        match self.side {
            Some(side) if !self.retires() => &side.policies,
            _ => &[],
        }
    }

    /// Whether a Deny of the resource policy counts. The root user of a bucket's owner can always repair its policy.
    ///
    /// Source: S3 API Reference, `DeleteBucketPolicy`.
    pub(super) fn resource_denies_count(&self) -> bool {
        let repairs = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
        let owner = self.kind() == RequesterKind::Root && !self.cross;
        !(owner && repairs.iter().any(|action| self.request.action.is(action)))
    }

    pub(super) fn identity(&self) -> &'a [Named] {
        if self.has_identity() { &self.policies.principal.identity } else { &[] }
    }

    pub(super) fn boundary(&self) -> Option<&'a Named> {
        let counts = self.has_identity() && !self.query.requester.service_linked;
        self.policies.principal.boundary.as_ref().filter(|_| counts)
    }

    /// The session policies; `None` when none was passed.
    pub(super) fn session(&self) -> Option<&'a [Named]> {
        self.policies.principal.session.as_deref().filter(|_| self.has_identity())
    }

    /// Whether the session may only do what a session policy allows, and has none.
    pub(super) fn lacks_session(&self) -> bool {
        self.kind() == RequesterKind::FederatedUser && self.policies.principal.session.is_none()
    }

    /// What statements of several documents say together.
    pub(super) fn weigh(&self, policies: &[Named]) -> Verdict {
        let mut verdict = Verdict::SILENT;
        for named in policies {
            match self.request.seen {
                Some(seen) => verdict.join(seen.policy(&named.policy, &self.request)),
                None => named.policy.weigh(&self.request, &mut verdict),
            }
        }
        verdict
    }

    pub(super) fn allows(&self, policies: &[Named]) -> bool {
        self.weigh(policies).allows > Grain::None
    }

    /// The grant that a `kms:RetireGrant` names.
    pub(super) fn retired_grant(&self) -> Option<&'a Arc<Grant>> {
        let id = self.query.retire_grant?;
        self.policies.grants.iter().find(|grant| grant.id == id)
    }
}

fn assumes_role(action: &Action<'_>) -> bool {
    action.belongs_to("sts") && action.name().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("AssumeRole"))
}

/// Whether `arn` is of `service`, with a resource that begins with `kind`.
fn is_of(arn: &str, service: &str, kind: &str) -> bool {
    let mut segments = arn.splitn(6, ':').skip(2);
    segments.next() == Some(service) && segments.nth(2).is_some_and(|resource| resource.starts_with(kind))
}
