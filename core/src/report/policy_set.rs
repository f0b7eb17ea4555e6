//! Policies and grants of both sides, compiled once and asked often.

use super::{BadQuestion, Question, question::Segments};
use crate::base::AccountId;
use crate::policy::{
    self, Assumed, Decision, Explanation, Grant, Kind, Level, Named, Policies, Policy, PrincipalSide, ResourceKind,
    ResourceSide,
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use serde::Deserialize;
use serde_json::Value;

/// Every policy and grant that a decision is to be made by, compiled.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    principal: Arc<PrincipalSide>,
    resource: Vec<Named>,
    /// The owner and the partition of the keys that `resource` was assumed for, because no policy was given.
    assumed: Option<(AccountId, String)>,
    rcp: Vec<Level>,
    grants: Vec<Given>,
    endpoint: Option<Named>,
}

/// A grant, and who issued it if that was said.
#[derive(Debug, Clone)]
struct Given {
    grant: Arc<Grant>,
    issued: bool,
}

/// The JSON form. A policy is a document, or its text; where there may be several, a list of them, or an object of
/// names and documents.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key_policy: Option<Value>,
    trust_policy: Option<Value>,
    bucket_policy: Option<Value>,
    identity_policies: Option<Value>,
    permissions_boundary: Option<Value>,
    session_policies: Option<Value>,
    scps: Option<Value>,
    rcps: Option<Value>,
    endpoint_policy: Option<Value>,
    grants: Option<Vec<WrittenGrant>>,
}

/// A grant in the words of `CreateGrant` and `ListGrants`; what does not decide is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenGrant {
    grant_id: Option<String>,
    operations: Vec<String>,
    grantee_principal: Option<String>,
    grantee_service_principal: Option<String>,
    retiring_principal: Option<String>,
    retiring_service_principal: Option<String>,
    issuing_account: Option<String>,
    constraints: Option<WrittenConstraints>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct WrittenConstraints {
    encryption_context_equals: Option<BTreeMap<String, String>>,
    encryption_context_subset: Option<BTreeMap<String, String>>,
    source_arn: Option<String>,
}

impl PolicySet {
    /// Compiles policies and grants from their JSON form:
    ///
    /// ```
    /// use kmslab::report::{PolicySet, Question};
    ///
    /// let policies = PolicySet::parse(r#"{
    ///     "identity_policies": {"alice-kms": {"Version": "2012-10-17", "Statement": [
    ///         {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}},
    ///     "grants": [{"GranteePrincipal": "arn:aws:iam::111122223333:user/bob", "Operations": ["Decrypt"]}]
    /// }"#)?;
    /// let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    /// let asked = Question::new("arn:aws:iam::111122223333:user/alice", "kms:Decrypt", key)?;
    /// # let _ =
    /// policies.decide(&asked).allowed();
    /// # Ok::<(), kmslab::report::BadQuestion>(())
    /// ```
    ///
    /// Members: `key_policy` (or `trust_policy` of a role, or `bucket_policy`), `identity_policies`,
    /// `permissions_boundary`, `session_policies` (absent: none was passed), `scps` and `rcps` (a list is one level of
    /// the organization; a list of lists is one level each, from the root on; absent: no organization),
    /// `endpoint_policy`, `grants`.
    ///
    /// # Errors
    /// [`BadQuestion`] for what is not of this form, and for a policy that AWS would refuse, with AWS's sentence.
    pub fn parse(text: &str) -> Result<Self, BadQuestion> {
        let bad = |message: String| BadQuestion { part: "policies".into(), message };
        let written: Written = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        let mut resource = Vec::new();
        let sides = [
            (written.key_policy, Kind::Key, "key_policy", "default"),
            (written.trust_policy, Kind::Trust, "trust_policy", "trust policy"),
            (written.bucket_policy, Kind::Bucket, "bucket_policy", "bucket policy"),
        ];
        for (value, kind, part, name) in sides {
            if let Some(value) = value {
                resource.push(named(kind, part, name, &value)?);
            }
        }
        if resource.len() > 1 {
            return Err(bad("one resource has one policy: key_policy, trust_policy or bucket_policy".into()));
        }
        let one = |value: Option<Value>, kind, part: &str, name: &str| {
            value.map(|value| named(kind, part, name, &value)).transpose()
        };
        let many = |value: Option<Value>, kind, part: &str, name: &str| {
            value.map(|value| several(kind, part, name, value)).transpose()
        };
        let levels = |value: Option<Value>, kind, part: &str| value.map(|value| levels(kind, part, value)).transpose();
        let principal = PrincipalSide {
            identity: many(written.identity_policies, Kind::Identity, "identity_policies", "identity policy")?
                .unwrap_or_default(),
            boundary: one(written.permissions_boundary, Kind::Boundary, "permissions_boundary", "boundary")?,
            session: many(written.session_policies, Kind::Session, "session_policies", "session policy")?,
            scp: levels(written.scps, Kind::Scp, "scps")?,
            in_management_account: false,
        };
        let grants = written.grants.unwrap_or_default();
        Ok(Self {
            principal: Arc::new(principal),
            resource,
            assumed: None,
            rcp: levels(written.rcps, Kind::Rcp, "rcps")?.unwrap_or_default(),
            grants: grants.into_iter().enumerate().map(grant).collect::<Result<_, _>>()?,
            endpoint: one(written.endpoint_policy, Kind::Endpoint, "endpoint_policy", "endpoint policy")?,
        })
    }

    /// Decides.
    #[must_use]
    pub fn decide(&self, asked: &Question) -> Decision {
        if let Some(whole) = self.completed(asked) {
            return policy::decide(&asked.query(), &whole.policies(asked));
        }
        policy::decide(&asked.query(), &self.policies(asked))
    }

    /// Decides, and tells why.
    #[must_use]
    pub fn explain(&self, asked: &Question) -> Explanation {
        if let Some(whole) = self.completed(asked) {
            return policy::explain(&asked.query(), &whole.policies(asked));
        }
        policy::explain(&asked.query(), &self.policies(asked))
    }

    /// Every policy that it holds.
    pub(super) fn each(&self) -> impl Iterator<Item = &Policy> {
        let PrincipalSide { identity, boundary, session, scp, .. } = &*self.principal;
        let levels = scp.iter().flatten().chain(&self.rcp).flat_map(|level| &level.policies);
        let others = boundary.iter().chain(session.iter().flatten()).chain(&self.endpoint);
        let all = identity.iter().chain(&self.resource).chain(others).chain(levels);
        all.map(|named| &*named.policy)
    }

    /// Whether grants may decide.
    pub(super) fn has_grants(&self) -> bool {
        !self.grants.is_empty()
    }

    /// What it holds of the principal.
    pub(super) fn principal_side(&self) -> &Arc<PrincipalSide> {
        &self.principal
    }

    /// The policies, with the resource that is asked for.
    pub(super) fn policies(&self, asked: &Question) -> Policies {
        self.policies_for(asked.owner(), asked.resource())
    }

    /// The policies, with a resource of that owner.
    pub(super) fn policies_for(&self, owner: Option<AccountId>, resource: &str) -> Policies {
        let grants = self.grants.iter().map(|given| match owner {
            Some(issuing_account) if !given.issued => Arc::new(Grant { issuing_account, ..(*given.grant).clone() }),
            _ => Arc::clone(&given.grant),
        });
        Policies {
            principal: Arc::clone(&self.principal),
            resource: self.side(owner, resource).map(Arc::new),
            grants: grants.collect(),
            endpoint: self.endpoint.clone(),
        }
    }

    /// This set with the policy that `CreateKey` gives to a key of the question's owner, when that is needed: every
    /// key has a policy, and none was given. `None` when nothing has to be added. Whoever asks often keeps the result.
    #[must_use]
    pub fn completed(&self, asked: &Question) -> Option<Self> {
        self.completed_for(asked.owner(), asked.resource())
    }

    /// As [`completed`](Self::completed), for a resource of that owner.
    pub(super) fn completed_for(&self, owner: Option<AccountId>, resource: &str) -> Option<Self> {
        let given = !self.resource.is_empty() && self.assumed.is_none();
        if given {
            return None;
        }
        let arn = Segments::of(resource)?;
        let owner = owner?;
        if arn.service != "kms" || !arn.resource.starts_with("key/") {
            return self.assumed.is_some().then(|| Self { resource: Vec::new(), assumed: None, ..self.clone() });
        }
        let fits = |(account, partition): &(AccountId, String)| *account == owner && partition == arn.partition;
        if self.assumed.as_ref().is_some_and(fits) {
            return None;
        }
        let text = crate::world::keys::default_policy(arn.partition, owner);
        let policy = Arc::new(Policy::parse(Kind::Key, &text).ok()?);
        let resource = alloc::vec![Named { name: "default".into(), arn: None, policy }];
        Some(Self { resource, assumed: Some((owner, arn.partition.into())), ..self.clone() })
    }

    fn side(&self, owner: Option<AccountId>, arn: &str) -> Option<ResourceSide> {
        let owner = owner?;
        let policies = self.resource.clone();
        let kind = match policies.first()?.policy.kind() {
            Kind::Trust => ResourceKind::Role,
            Kind::Bucket => ResourceKind::Bucket,
            _ => ResourceKind::Key { aws_managed: false },
        };
        let assumed = self.assumed.as_ref().map(|_| Assumed::NotGiven);
        Some(ResourceSide { kind, owner, arn: arn.into(), policies, assumed, rcp: self.rcp.clone() })
    }
}

/// A policy: its document, or the text of that.
fn named(kind: Kind, part: &str, name: &str, value: &Value) -> Result<Named, BadQuestion> {
    let bad = |message| BadQuestion { part: part.into(), message };
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(_) => serde_json::to_string_pretty(value).map_err(|error| bad(error.to_string()))?,
        _ => return Err(bad("a policy is a JSON object, or the text of one".into())),
    };
    let policy = Policy::parse(kind, &text).map_err(|error| bad(error.to_string()))?;
    Ok(Named { name: name.into(), arn: None, policy: Arc::new(policy) })
}

/// One policy, a list of policies, or an object of names and policies.
pub(crate) fn several(kind: Kind, part: &str, name: &str, value: Value) -> Result<Vec<Named>, BadQuestion> {
    match value {
        Value::Array(each) if each.len() > 1 => each
            .iter()
            .zip(1..)
            .map(|(value, number)| {
                named(
                    kind,
                    &format!("{part}[{}]", usize::saturating_sub(number, 1)),
                    &format!("{name} {number}"),
                    value,
                )
            })
            .collect(),
        Value::Array(each) => each.iter().map(|value| named(kind, &format!("{part}[0]"), name, value)).collect(),
        Value::Object(each) if !each.contains_key("Statement") => {
            each.iter().map(|(name, value)| named(kind, &format!("{part}[{name:?}]"), name, value)).collect()
        }
        value => named(kind, part, name, &value).map(|policy| alloc::vec![policy]),
    }
}

/// Levels of an organization: a list of lists, or one level.
fn levels(kind: Kind, part: &str, value: Value) -> Result<Vec<Level>, BadQuestion> {
    let nested = matches!(&value, Value::Array(each) if !each.is_empty() && each.iter().all(Value::is_array));
    let each = match value {
        Value::Array(each) if nested => each,
        value => alloc::vec![value],
    };
    each.into_iter()
        .zip(1..)
        .map(|(value, number)| {
            let name = if number == 1 { "root".to_string() } else { format!("level {number}") };
            let policies = several(kind, part, &format!("{} of {name}", part.trim_end_matches('s')), value)?;
            Ok(Level { name: name.into(), policies })
        })
        .collect()
}

fn grant((index, written): (usize, WrittenGrant)) -> Result<Given, BadQuestion> {
    let part = format!("grants[{index}]");
    let constraints = written.constraints.unwrap_or_default();
    let issuer = written.issuing_account.as_deref();
    // An account's id, or its root user's ARN, as ListGrants has it.
    let account = issuer.map(|text| text.split(':').nth(4).unwrap_or(text).parse::<AccountId>()).transpose();
    let account = account.map_err(|bad| BadQuestion { part, message: format!("IssuingAccount is {bad}") })?;
    let issued = account.is_some();
    let Some(issuing_account) = account.or_else(|| "000000000000".parse().ok()) else {
        return Err(BadQuestion { part: "grants".into(), message: "no account".into() });
    };
    let grant = Grant {
        id: written.grant_id.unwrap_or_else(|| format!("grant {}", index.saturating_add(1))),
        operations: written.operations,
        grantee_principal: written.grantee_principal,
        grantee_id: None,
        grantee_service: written.grantee_service_principal,
        retiring_principal: written.retiring_principal,
        retiring_id: None,
        retiring_service: written.retiring_service_principal,
        issuing_account,
        context_equals: constraints.encryption_context_equals,
        context_subset: constraints.encryption_context_subset,
        source_arn: constraints.source_arn,
    };
    Ok(Given { grant: Arc::new(grant), issued })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_before_does_not_count() {
        let mut set = PolicySet::parse("{}").unwrap();
        let ask = |resource: &str| {
            Question::new("arn:aws:iam::111122223333:user/alice", "kms:CreateAlias", resource).unwrap()
        };
        let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        // Each: the resource, and whether a key policy is assumed for it.
        for (resource, assumed) in [
            (key, true),
            ("arn:aws:kms:us-east-1:111122223333:alias/app", false),
            (key, true),
            ("arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab", true),
            ("arn:aws:iam::111122223333:role/App", false),
        ] {
            let asked = ask(resource);
            set = set.completed(&asked).unwrap_or(set);
            assert_eq!(set.policies(&asked).resource.is_some(), assumed, "{resource}");
            assert!(set.completed(&asked).is_none(), "{resource}");
        }
    }
}
