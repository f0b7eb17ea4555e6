//! One pair of an action and a resource: asked of the engine, told in IAM's words.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use super::{answer::Statement, caller::Simulated, compiled, context_keys, given::Given};
use crate::base::{AccountId, Fault};
use crate::policy::{
    self, Assumed, Context, Effect, Explanation, Extent, Kind, Level, Named, Outcome, Policies, Policy, PrincipalSide,
    Query, Reason, ResourceKind, ResourceSide, StatementEffect,
};
use crate::service::Call;
use crate::world::keys::default_policy;

/// `SourcePolicyType` of identity policies and of the resource policy. AWS's model lists `user`, `aws-managed`,
/// `resource` and others; AWS's answers say these (recorded from 2018 to 2026).
const IDENTITY: &str = "IAM Policy";
const RESOURCE: &str = "Resource Policy";
/// The third policy type of `EvalDecisionDetails`. These keys are documented nowhere; unconfirmed.
const BOUNDARY: &str = "Permissions Boundary";

/// The policies of the simulated caller.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// `SourcePolicyId` and policy.
    pub(crate) identity: Vec<(String, Arc<Policy>)>,
    pub(crate) boundary: Option<Arc<Policy>>,
    /// Service control policies, from the root of the organization on.
    pub(crate) levels: Vec<Vec<Arc<Policy>>>,
}

/// A policy that matched statements are found in.
#[derive(Debug)]
struct Source {
    id: String,
    kind: &'static str,
    extents: Vec<Extent>,
}

/// Everything that all pairs have in common.
#[derive(Debug)]
pub(crate) struct Simulation {
    caller: Simulated,
    context: Context,
    owner: Option<AccountId>,
    side: Arc<PrincipalSide>,
    /// The resource policy, as each kind of resource reads it.
    resource: Vec<(Kind, Named)>,
    /// The engine calls the policies by their places here.
    sources: Vec<Source>,
    /// The condition keys that the policies name and nobody gave.
    pub(crate) missing: Vec<String>,
}

/// What became of one pair.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The resource as it was given.
    pub(crate) resource: String,
    /// The resource that the action acts on: `*` for actions without one.
    pub(crate) acts_on: String,
    pub(crate) effect: Effect,
    pub(crate) matched: Vec<Statement>,
    /// Of a call to another account: what each policy type says.
    pub(crate) details: Option<Vec<(&'static str, Effect)>>,
    /// Whether a service control policy ended the simulation.
    pub(crate) stopped: bool,
    pub(crate) by_organization: Option<bool>,
    pub(crate) by_boundary: Option<bool>,
}

impl Simulation {
    /// Puts the scene together.
    ///
    /// # Errors
    /// [`Fault::InvalidInput`] for a resource policy that is none for one of the resources.
    pub(crate) fn new(call: &mut Call<'_>, caller: Simulated, given: &Given, own: Own) -> Result<Self, Fault> {
        let mut sources = Vec::new();
        let mut keys_of: Vec<Arc<Policy>> = Vec::new();
        let identity = own.identity.into_iter().map(|(id, policy)| {
            keys_of.push(Arc::clone(&policy));
            named(&mut sources, (id, IDENTITY), policy)
        });
        let identity = identity.collect();
        let mut resource: Vec<(Kind, Named)> = Vec::new();
        if let Some(text) = &given.resource_policy {
            for (kind, _) in given.resources.iter().map(|arn| sort(arn)) {
                if !resource.iter().any(|(known, _)| *known == kind) {
                    let policy = compiled(call, kind, text)?;
                    keys_of.push(Arc::clone(&policy));
                    resource.push((kind, named(&mut sources, ("ResourcePolicy".into(), RESOURCE), policy)));
                }
            }
        }
        let plain = |policy| Named { name: "".into(), arn: None, policy };
        let level = |(at, policies): (usize, Vec<Arc<Policy>>)| Level {
            name: at.to_string().into(),
            policies: policies.into_iter().map(plain).collect(),
        };
        let levels: Vec<Level> = own.levels.into_iter().enumerate().map(level).collect();
        let side = PrincipalSide {
            identity,
            boundary: own.boundary.map(plain),
            session: None,
            scp: (!levels.is_empty()).then_some(levels),
            in_management_account: false,
        };
        let mut context = Context::beyond(&caller.keys, None);
        context.absorb(&given.context);
        // Boundaries and service control policies are not asked. Source: `EvaluationResult`, `MissingContextValues`.
        let mut missing = context_keys(keys_of.iter());
        missing.retain(|key| context.get(key).is_none());
        Ok(Self { caller, context, owner: given.owner, side: Arc::new(side), resource, sources, missing })
    }

    /// Decides on `action` on `resource`.
    pub(crate) fn judge(&self, action: &str, resource: &str) -> Judged {
        let owner = self.owner_of(resource);
        let policies = Policies {
            principal: Arc::clone(&self.side),
            resource: self.resource_side(resource, owner).map(Arc::new),
            grants: Vec::new(),
            endpoint: None,
        };
        let query = Query {
            requester: &self.caller.requester,
            action,
            resource,
            resource_account: Some(owner),
            context: &self.context,
            retire_grant: None,
            via_service: false,
        };
        let explanation = policy::explain(&query, &policies);
        let says = |stage: &str| explanation.stages.iter().find(|known| known.name == stage).map(|known| known.outcome);
        let by_boundary = self.side.boundary.as_ref().map(|_| says("boundary") == Some(Outcome::Allows));
        let by_organization = self.side.scp.as_ref().map(|_| says("organization") == Some(Outcome::Allows));
        let crosses = owner != self.caller.account;
        let details = crosses.then(|| {
            let boundary = by_boundary.map(|_| (BOUNDARY, effect(says("boundary"))));
            let sides = [(IDENTITY, effect(says("identity"))), (RESOURCE, effect(says("resource")))];
            sides.into_iter().chain(boundary).collect()
        });
        Judged {
            resource: resource.into(),
            acts_on: explanation.request.resource.clone(),
            effect: explanation.effect,
            matched: self.matched(&explanation),
            details,
            stopped: matches!(explanation.reason, Reason::DenyScp | Reason::NoScpAllow),
            by_organization,
            by_boundary,
        }
    }

    /// The statements that made the decision: those that deny, or else those that allow; of resource policies and
    /// identity policies alone. Source: IAM API Reference, `EvaluationResult`, `MatchedStatements`. The resource policy
    /// comes first (recorded).
    fn matched(&self, explanation: &Explanation) -> Vec<Statement> {
        let wanted = match (explanation.effect, explanation.reason) {
            (Effect::ImplicitDeny, _) | (_, Reason::DenyScp) => return Vec::new(),
            (Effect::Allow, _) => StatementEffect::Allow,
            (Effect::ExplicitDeny, _) => StatementEffect::Deny,
        };
        let stages = explanation.stages.iter().filter(|stage| matches!(stage.name, "resource" | "identity"));
        let findings = stages.flat_map(|stage| &stage.statements);
        let findings = findings.filter(|finding| finding.matched && finding.effect == wanted);
        let statement = |finding: &policy::Finding| {
            let source = self.sources.get(finding.policy.parse::<usize>().ok()?)?;
            let extent = source.extents.get(finding.index.checked_sub(1)?)?;
            Some(Statement::of(&source.id, source.kind, *extent))
        };
        findings.filter_map(statement).collect()
    }

    /// The account that owns a resource: the one in its ARN where policies of two sides are held together, else the
    /// given owner, else the caller's. What AWS does with an ARN of another account when neither a resource policy nor
    /// an owner is given is unconfirmed; the documentation says "defaults to the account of the identity".
    fn owner_of(&self, arn: &str) -> AccountId {
        let two_sides = !self.resource.is_empty() || self.owner.is_some();
        let named = arn.split(':').nth(4).and_then(|account| account.parse().ok()).filter(|_| two_sides);
        named.or(self.owner).unwrap_or(self.caller.account)
    }

    /// The policy that stands on the side of the resource.
    fn resource_side(&self, arn: &str, owner: AccountId) -> Option<ResourceSide> {
        let (kind, resource_kind) = sort(arn);
        let given = self.resource.iter().find(|(known, _)| *known == kind).map(|(_, named)| named.clone());
        let (policy, assumed) = match given {
            Some(named) => (named, None),
            None => (delegating(kind, arn, owner)?, Some(Assumed::NotGiven)),
        };
        Some(ResourceSide {
            kind: resource_kind,
            owner,
            arn: arn.into(),
            policies: alloc::vec![policy],
            assumed,
            rcp: Vec::new(),
        })
    }
}

/// Enters a policy into the sources, under the name of its place.
fn named(sources: &mut Vec<Source>, (id, kind): (String, &'static str), policy: Arc<Policy>) -> Named {
    let name = sources.len().to_string().into();
    sources.push(Source { id, kind, extents: policy.extents() });
    Named { name, arn: None, policy }
}

/// Which policy a resource can have, and what it is to the engine.
fn sort(arn: &str) -> (Kind, ResourceKind) {
    let mut segments = arn.splitn(6, ':').skip(2);
    let (service, resource) = (segments.next().unwrap_or_default(), segments.nth(2).unwrap_or_default());
    match service {
        "kms" if resource.starts_with("alias/") => (Kind::Key, ResourceKind::Alias),
        "kms" => (Kind::Key, ResourceKind::Key { aws_managed: false }),
        "s3" => (Kind::Bucket, ResourceKind::Bucket),
        "iam" if resource.starts_with("role/") => (Kind::Trust, ResourceKind::Role),
        // The grammar of an endpoint's policy is that of any policy that names principals.
        _ => (Kind::Endpoint, ResourceKind::Other),
    }
}

/// The policy of a key or role that was not given one: it leaves the decision to the account.
fn delegating(kind: Kind, arn: &str, owner: AccountId) -> Option<Named> {
    let partition = arn.split(':').nth(1).unwrap_or("aws");
    let text = match kind {
        Kind::Key if !arn.contains(":alias/") => default_policy(partition, owner),
        Kind::Trust => format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:{partition}:iam::{owner}:root"}},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}}]}}"#
        ),
        _ => return None,
    };
    let policy = Arc::new(Policy::parse(kind, &text).ok()?);
    Some(Named { name: "".into(), arn: None, policy })
}

fn effect(outcome: Option<Outcome>) -> Effect {
    match outcome {
        Some(Outcome::Allows) => Effect::Allow,
        Some(Outcome::Denies) => Effect::ExplicitDeny,
        _ => Effect::ImplicitDeny,
    }
}
