//! What the operations on grants share. Source: kms.md, section 16.

use super::encryption::{self, Pairs};
use crate::base::{Fault, KeyArn, Timestamp};
use crate::service::Call;
use crate::wire::view;
use crate::world::Needs;
use crate::world::keys::{Constraints, GrantId, GrantRow, KeySpec, Party, quota};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

view! {
    /// Under which circumstances a grant allows.
    both GrantConstraints {
        subset: Option<Pairs> = "EncryptionContextSubset",
        equals: Option<Pairs> = "EncryptionContextEquals",
        source_arn: Option<String> = "SourceArn",
    }
    /// One grant.
    out GrantListEntry {
        key_id: KeyArn = "KeyId",
        grant_id: String = "GrantId",
        name: String = "Name",
        creation_date: Timestamp = "CreationDate",
        grantee_principal: Option<String> = "GranteePrincipal",
        retiring_principal: Option<String> = "RetiringPrincipal",
        issuing_account: String = "IssuingAccount",
        operations: Vec<String> = "Operations",
        constraints: Option<GrantConstraints> = "Constraints",
        grantee_service: Option<String> = "GranteeServicePrincipal",
        retiring_service: Option<String> = "RetiringServicePrincipal",
    }
    /// A page of grants.
    out Grants {
        grants: Vec<GrantListEntry> = "Grants",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

impl GrantConstraints {
    /// The constraints, as far as they can be judged without a key.
    ///
    /// # Errors
    /// [`Fault::Validation`]; the sentences about sizes are ours.
    pub(super) fn parse(self) -> Result<Constraints, Fault> {
        let refused = |message: String| Err(Fault::Validation { message });
        if self.subset.is_some() && self.equals.is_some() {
            return refused("More than one constraint supplied".into());
        }
        let pairs = self.subset.iter().chain(&self.equals);
        for pairs in pairs {
            if pairs.len() > quota::CONSTRAINT_PAIRS {
                let limit = quota::CONSTRAINT_PAIRS;
                return refused(format!("A grant constraint can have at most {limit} encryption context pairs."));
            }
            if pairs.values().any(|value| value.chars().count() > quota::CONSTRAINT_VALUE) {
                let limit = quota::CONSTRAINT_VALUE;
                return refused(format!("A value in a grant constraint can have at most {limit} characters."));
            }
        }
        Ok(Constraints { subset: self.subset, equals: self.equals, source_arn: self.source_arn })
    }
}

/// Adds the condition keys of a grant's constraints to the last check.
/// Source: kms-condition-keys.csv, `kms:GrantConstraintType` and `kms:EncryptionContext`.
pub(super) fn constraint_facts<T>(needs: Needs<T>, constraints: &Constraints) -> Needs<T> {
    let (kind, pairs) = match (&constraints.equals, &constraints.subset) {
        (Some(pairs), _) => ("EncryptionContextEquals", pairs),
        (None, Some(pairs)) => ("EncryptionContextSubset", pairs),
        (None, None) => return needs,
    };
    encryption::context_facts(needs.fact("kms:GrantConstraintType", kind), pairs)
}

/// A constraint on the encryption context needs a key that has encryption contexts.
///
/// # Errors
/// [`Fault::Validation`]; the sentence is ours.
pub(super) fn fit(constraints: &Constraints, spec: KeySpec) -> Result<(), Fault> {
    let of_context = constraints.equals.is_some() || constraints.subset.is_some();
    if of_context && spec != KeySpec::Symmetric {
        let message = format!("Encryption context constraints are not supported for a key with KeySpec {spec}.");
        return Err(Fault::Validation { message });
    }
    Ok(())
}

/// The principal that `arn` names, or the service, or nobody.
///
/// # Errors
/// [`Fault::InvalidArn`] when there is no such principal, or it is of a kind that gets no grants: a group, a service.
/// [`Fault::Validation`] for both at once.
pub(super) fn party(
    arn: Option<&str>,
    service: Option<&str>,
    member: &str,
    call: &Call<'_>,
) -> Result<Option<Party>, Fault> {
    match (arn, service) {
        (Some(_), Some(_)) => {
            let message = format!("Specify either {member}Principal or {member}ServicePrincipal, not both.");
            Err(Fault::Validation { message })
        }
        (None, Some(name)) => Ok(Some(Party::Service(name.into()))),
        (None, None) => Ok(None),
        (Some(arn), None) => {
            let identity = &call.world.identity;
            if !arn.starts_with("arn:") || !identity.principal_exists(arn) {
                // Reported by users of KMS.
                return Err(Fault::InvalidArn { message: format!("ARN does not refer to a valid principal: {arn}") });
            }
            Ok(Some(Party::Principal { arn: arn.into(), unique_id: identity.unique_id_of(arn) }))
        }
    }
}

/// What the index of grants knows a principal by: the user or role that has the ARN now, or the text.
pub(super) fn lasting(principal: &str, call: &Call<'_>) -> String {
    call.world.identity.unique_id_of(principal).unwrap_or_else(|| principal.into())
}

/// The id of a grant as it was sent.
///
/// # Errors
/// [`Fault::InvalidGrantId`].
pub(super) fn grant_id(text: &str) -> Result<GrantId, Fault> {
    text.parse().map_err(|_| Fault::InvalidGrantId)
}

impl GrantListEntry {
    /// Of a grant, now: a principal that was deleted is shown as its unique id.
    pub(super) fn of(row: &GrantRow, call: &Call<'_>) -> Self {
        let terms = &row.terms;
        let identity = &call.world.identity;
        let principal = |party: &Party| match party {
            Party::Principal { unique_id: Some(id), .. } => Some(identity.arn_of(id).unwrap_or_else(|| id.clone())),
            party => party.principal().map(String::from),
        };
        let service = |party: &Party| party.service().map(String::from);
        let Constraints { equals, subset, source_arn } = terms.constraints.clone();
        let constrained = equals.is_some() || subset.is_some() || source_arn.is_some();
        Self {
            key_id: row.key.clone(),
            grant_id: row.id.to_string(),
            name: terms.name.clone().unwrap_or_default(),
            creation_date: row.created,
            grantee_principal: principal(&terms.grantee),
            retiring_principal: terms.retiree.as_ref().and_then(principal),
            issuing_account: format!("arn:{}:iam::{}:root", row.key.region.partition(), terms.issuer),
            operations: terms.operations.clone(),
            constraints: constrained.then_some(GrantConstraints { subset, equals, source_arn }),
            grantee_service: service(&terms.grantee),
            retiring_service: terms.retiree.as_ref().and_then(service),
        }
    }
}
