//! Grants: who may use one, for what, under which constraints.
//!
//! Source: KMS Developer Guide, "Grants in AWS KMS"; KMS API Reference, `CreateGrant`, `RetireGrant`, `GrantConstraints`.

use super::{
    Context, Grant, Requester, RequesterKind,
    action::Action,
    principal::{self, Grain},
    scene::Scene,
};
use alloc::{collections::BTreeMap, string::String};

/// The operations whose encryption context a grant's constraint is held against.
const WITH_CONTEXT: &[&str] = &[
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// The condition keys that [`allows`] reads, beside the pairs of the encryption context.
pub(crate) const READ: &[&str] =
    &["aws:SourceArn", "kms:GrantConstraintSourceArn", "kms:GrantConstraintType", "kms:GrantOperations"];

/// A constraint of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Constraint<'a> {
    /// `EncryptionContextEquals`
    Equals(&'a BTreeMap<String, String>),
    /// `EncryptionContextSubset`
    Subset(&'a BTreeMap<String, String>),
    /// `SourceArn`
    SourceArn(&'a str),
    /// Through this grant only grants for its own operations can be created.
    ParentOperations(&'a [String]),
}

/// Whether `grant` allows the request of `scene`.
pub(super) fn allows(grant: &Grant, scene: &Scene<'_>) -> bool {
    lists(grant, &scene.request.action)
        && is_for(grant, scene.query.requester)
        && constraints(grant, scene).all(|constraint| constraint.holds(scene))
}

/// Whether the grant lists the operation, and grants can give it at all.
pub(super) fn lists(grant: &Grant, action: &Action<'_>) -> bool {
    action.is_grantable()
        && action.is_kms()
        && grant.operations.iter().any(|operation| operation.eq_ignore_ascii_case(action.name()))
}

/// Whether the requester is the grantee. An account as grantee is its root user (for others: unconfirmed).
pub(super) fn is_for(grant: &Grant, requester: &Requester) -> bool {
    let principal = (grant.grantee_principal.as_deref(), grant.grantee_id.as_deref());
    is_named(principal, grant.grantee_service.as_deref(), requester)
}

/// Whether the requester is the retiring principal.
pub(super) fn is_retired_by(grant: &Grant, requester: &Requester) -> bool {
    let principal = (grant.retiring_principal.as_deref(), grant.retiring_id.as_deref());
    is_named(principal, grant.retiring_service.as_deref(), requester)
}

fn is_named((principal, id): (Option<&str>, Option<&str>), service: Option<&str>, requester: &Requester) -> bool {
    let is_service = |name: &str| {
        requester.kind == RequesterKind::Service
            && (requester.arn == name || requester.service_names.iter().any(|own| own == name))
    };
    principal.is_some_and(|text| principal::named(text, id, requester) >= Grain::Issuer)
        || service.is_some_and(is_service)
}

/// Whether requests for the action have an encryption context.
pub(super) fn has_encryption_context(action: &Action<'_>) -> bool {
    WITH_CONTEXT.iter().any(|name| action.is(name))
}

/// The constraints that count for the request.
pub(super) fn constraints<'a>(grant: &'a Grant, scene: &Scene<'_>) -> impl Iterator<Item = Constraint<'a>> {
    constraints_for(grant, &scene.request.action, scene.kind())
}

/// The same, for an action and a kind of requester.
pub(super) fn constraints_for<'a>(
    grant: &'a Grant,
    action: &Action<'_>,
    kind: RequesterKind,
) -> impl Iterator<Item = Constraint<'a>> {
    let creates = action.is("kms:CreateGrant");
    let with_context = creates || has_encryption_context(action);
    let service = kind == RequesterKind::Service;
    let equals = grant.context_equals.as_ref().filter(|_| with_context).map(Constraint::Equals);
    let subset = grant.context_subset.as_ref().filter(|_| with_context).map(Constraint::Subset);
    let source = grant.source_arn.as_deref().filter(|_| service || creates).map(Constraint::SourceArn);
    let parent = creates.then_some(Constraint::ParentOperations(&grant.operations));
    [equals, subset, source, parent].into_iter().flatten()
}

impl Constraint<'_> {
    pub(super) fn holds(&self, scene: &Scene<'_>) -> bool {
        self.holds_in(scene.query.context, scene.request.action.is("kms:CreateGrant"))
    }

    /// The same of a request with these condition keys; `creates`: it is for a new grant.
    pub(super) fn holds_in(&self, context: &Context, creates: bool) -> bool {
        match *self {
            Self::Equals(pairs) => {
                // The new grant has the same constraint.
                (!creates || context.value("kms:GrantConstraintType") == Some("EncryptionContextEquals"))
                    && context.encryption_context().count() == pairs.len()
                    && has(context, pairs)
            }
            // The new grant has the same pairs or more.
            Self::Subset(pairs) => {
                (!creates || context.value("kms:GrantConstraintType").is_some()) && has(context, pairs)
            }
            Self::SourceArn(arn) if creates => {
                // Nothing is asked of a grantee that calls directly, but what it passes on stays limited.
                context.value("kms:GrantConstraintSourceArn") == Some(arn)
            }
            Self::SourceArn(arn) => context.value("aws:SourceArn") == Some(arn),
            Self::ParentOperations(operations) => {
                let asked = context.get("kms:GrantOperations").filter(|asked| !asked.is_empty());
                let within = |asked: &str| operations.iter().any(|operation| operation == asked);
                asked.is_some_and(|asked| asked.iter().all(within))
            }
        }
    }
}

/// Whether every pair is in the request's encryption context. Keys and values are compared with case.
fn has(context: &Context, pairs: &BTreeMap<String, String>) -> bool {
    pairs.iter().all(|(key, value)| context.encryption_context().any(|pair| pair == (key.as_str(), value.as_str())))
}
