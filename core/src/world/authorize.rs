//! The door: nothing reaches a resource without a [`Permit`], and only [`World::authorize`] makes one.

use super::keys::{GrantId, StoreAt};
use super::network::VpcEndpoint;
use super::{Caller, World};
use crate::base::{AccountId, Fault, KeyArn, Region, Timestamp, Uuid};
use crate::policy::{self, Assumed, Context, Decision, Name, Policies, Query, ResourceKind, ResourceSide};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{net::IpAddr, ops::Deref};

/// Proof that the caller of this request may act on `T`. Only [`World::authorize`] makes one.
///
/// ```compile_fail
/// let forged = kmslab::world::Permit("key");
/// ```
#[derive(Debug)]
pub struct Permit<T>(T);

impl<T> Permit<T> {
    /// What the permit is for, by value.
    #[must_use]
    pub fn into_target(self) -> T {
        self.0
    }
}

impl<A, B> Permit<(A, B)> {
    /// One permit for each of a pair.
    #[must_use]
    pub fn split(self) -> (Permit<A>, Permit<B>) {
        (Permit(self.0.0), Permit(self.0.1))
    }
}

impl Permit<StoreAt> {
    /// The permit to make a store, for the id that it gets.
    #[must_use]
    pub fn with_id(self, random: [u8; 9]) -> Self {
        Self(StoreAt::from_random(self.0.place, random))
    }
}

impl<T> Deref for Permit<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Who asks, from where, and the one reading of the clock that policy, trail and expiry all see.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The endpoint's Region.
    pub region: Region,
    /// The request's moment, by the lab's clock.
    pub now: Timestamp,
    /// The client's address, where the face knows one.
    pub source_ip: Option<IpAddr>,
    /// The client's `User-Agent`.
    pub user_agent: Arc<str>,
    /// The id of the request.
    pub request_id: Uuid,
    /// The VPC endpoint that the request came through.
    pub endpoint: Option<Arc<VpcEndpoint>>,
}

/// What a permission is asked on.
#[derive(Debug, Clone)]
pub enum Resource {
    /// `*`: operations that only IAM policies govern.
    Any,
    /// A KMS key that exists: key policy, grants, IAM policies.
    Key(KeyArn),
    /// A KMS key that was found through a ciphertext: as `Key`, with AWS's other sentence on denial.
    KeyOfCiphertext(KeyArn),
    /// A KMS key (or alias) that does not exist. Whoever could have used it hears that it is missing (`fault`),
    /// all others that they are not allowed. Source: kms.md 1.3.
    AbsentKey {
        /// Its ARN, as far as it is known.
        arn: String,
        /// The account it would belong to.
        account: AccountId,
        /// What is answered to those who may know.
        fault: Fault,
    },
    /// A KMS key that the request is about to make, in the caller's account: what counts are IAM policies, as if the
    /// key policy delegated to the account. It has no id yet; the ARN ends in `key/*`.
    NewKey(String),
    /// A resource without a policy of its own, in the caller's account: an alias, an IAM user, a managed policy.
    Plain(String),
    /// An IAM role to be assumed: its trust policy decides.
    Role(String),
}

/// One permission to be checked.
#[derive(Debug, Clone)]
pub struct Check {
    /// The action, such as `kms:Decrypt`.
    pub action: &'static str,
    /// On what.
    pub resource: Resource,
    /// Condition keys that follow from the request's parameters.
    pub facts: Context,
    /// The grant that a `kms:RetireGrant` names.
    pub retires: Option<String>,
    /// What the sentence of a refusal calls the resource, where that is not its ARN: IAM says `user alice`.
    pub shown: Option<String>,
}

/// What an operation needs before it may act on its target: each check must be allowed.
#[derive(Debug)]
pub struct Needs<T> {
    checks: Vec<Check>,
    target: T,
    /// The grants whose tokens the request presents.
    presented: Vec<GrantId>,
}

impl<T> Needs<T> {
    /// No permission at all: `sts:GetCallerIdentity`.
    #[must_use]
    pub const fn nothing(target: T) -> Self {
        Self { checks: Vec::new(), target, presented: Vec::new() }
    }

    /// `action` on `resource`, to act on `target`.
    #[must_use]
    pub fn one(action: &'static str, resource: Resource, target: T) -> Self {
        Self::nothing(target).and(action, resource)
    }

    /// The same, to act on what `wrap` makes of the target.
    #[must_use]
    pub fn to<U>(self, wrap: impl FnOnce(T) -> U) -> Needs<U> {
        Needs { checks: self.checks, target: wrap(self.target), presented: self.presented }
    }

    /// The request presents the tokens of these grants: they count before they have taken effect.
    #[must_use]
    pub fn presenting(mut self, grants: Vec<GrantId>) -> Self {
        self.presented = grants;
        self
    }

    /// Also `action` on `resource`. Facts named afterwards belong to this check.
    #[must_use]
    pub fn and(mut self, action: &'static str, resource: Resource) -> Self {
        // One is what most operations need; a vector would make room for four.
        self.checks.reserve_exact(1);
        self.checks.push(Check { action, resource, facts: Context::new(), retires: None, shown: None });
        self
    }

    /// The last check's condition key `key` has `value`.
    #[must_use]
    pub fn fact(mut self, key: &str, value: impl AsRef<str>) -> Self {
        if let Some(check) = self.checks.last_mut() {
            check.facts.set(key, value);
        }
        self
    }

    /// The last check's multivalued condition key `key` has `values`; no values, no key.
    #[must_use]
    pub fn list(mut self, key: &str, values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut values = values.into_iter().peekable();
        if let (Some(check), Some(_)) = (self.checks.last_mut(), values.peek()) {
            check.facts.set_list(key, values);
        }
        self
    }

    /// The last check is about ending the grant `id`.
    #[must_use]
    pub fn retiring(mut self, id: String) -> Self {
        if let Some(check) = self.checks.last_mut() {
            check.retires = Some(id);
        }
        self
    }

    /// The last check's resource is called `name` in the sentence of a refusal.
    #[must_use]
    pub fn shown(mut self, name: String) -> Self {
        if let Some(check) = self.checks.last_mut() {
            check.shown = Some(name);
        }
        self
    }
}

/// One check as it was decided, with all that is needed to decide it again.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Who asked.
    pub caller: Arc<Caller>,
    /// What was asked.
    pub action: &'static str,
    /// On which resource: an ARN or `*`.
    pub resource: String,
    /// The account that owns it.
    pub resource_account: AccountId,
    /// Every condition key of the request.
    pub context: Context,
    /// The policies that counted.
    pub policies: Policies,
    /// The grant to be retired.
    pub retires: Option<String>,
    /// The decision.
    pub decision: Decision,
}

impl Evaluation {
    /// Evaluates again, with a recorder.
    #[must_use]
    pub fn explain(&self) -> policy::Explanation {
        policy::explain(&self.query(), &self.policies)
    }

    fn query(&self) -> Query<'_> {
        Query {
            requester: &self.caller.requester,
            action: self.action,
            resource: &self.resource,
            resource_account: Some(self.resource_account),
            context: &self.context,
            retire_grant: self.retires.as_deref(),
            via_service: false,
        }
    }
}

impl World {
    /// Decides whether every check of `needs` is allowed, and makes the permit for its target.
    ///
    /// # Errors
    /// [`Fault::AccessDenied`] with AWS's sentence for the first check that is not allowed; the fault of an
    /// [`absent key`](Resource::AbsentKey) when the caller may know that it is missing.
    pub fn authorize<T>(&mut self, asking: &Asking, needs: Needs<T>) -> Result<Permit<T>, Fault> {
        for mut check in needs.checks {
            let shown = check.shown.take();
            let absent = match &check.resource {
                Resource::AbsentKey { fault, account, .. } => Some((fault.clone(), *account)),
                _ => None,
            };
            let through_ciphertext = matches!(check.resource, Resource::KeyOfCiphertext(_));
            let key = match &check.resource {
                Resource::Key(key) | Resource::KeyOfCiphertext(key) => Some(key.clone()),
                _ => None,
            };
            let spare = self.decisions.spare();
            let evaluation = self.evaluate(asking, check, &needs.presented, spare);
            let allowed = evaluation.decision.allowed();
            let fault = match absent {
                Some((fault, account)) if allowed && account == asking.caller.account => Some(fault),
                Some(_) => Some(denied(&evaluation, "on this resource", true)),
                None if allowed => None,
                None if through_ciphertext => {
                    Some(denied(&evaluation, "on the resource associated with this ciphertext", false))
                }
                None => {
                    let resource = shown.as_deref().unwrap_or(&evaluation.resource);
                    Some(denied(&evaluation, &format!("on resource: {resource}"), false))
                }
            };
            if fault.is_some()
                && let Some(key) = key
                && let Some(until) = self.keys.grants_awaited(&key, &asking.caller.requester, asking.now)
            {
                let until = until.to_iso();
                self.decisions
                    .remark(format!("a grant for this caller takes effect at {until}, with its token at once"));
            }
            self.decisions.note(evaluation);
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        Ok(Permit(needs.target))
    }

    /// Decides one check by the world as it is. `spare` is a context that nobody needs any more.
    fn evaluate(&self, asking: &Asking, check: Check, presented: &[GrantId], spare: Option<Context>) -> Evaluation {
        let caller = &asking.caller;
        let mut context = Context::beyond(&caller.keys, spare);
        let (resource, resource_account, side, grants) = match check.resource {
            Resource::Any => ("*".to_owned(), caller.account, None, Vec::new()),
            Resource::Plain(arn) => {
                let side = self.alias_side(&arn, caller.account);
                (arn, caller.account, side, Vec::new())
            }
            Resource::Key(key) | Resource::KeyOfCiphertext(key) => {
                self.keys.context(&key, asking.now, &mut context);
                let side = self.keys.resource_side(&key);
                let seen = (asking.now, presented);
                let grants = self.keys.grants_for(&key, &caller.requester, check.retires.as_deref(), seen);
                (key.text(), key.account, side, grants)
            }
            Resource::AbsentKey { arn, account, .. } => {
                (arn.clone(), account, delegating(arn, account, Assumed::NoSuchKey).map(Arc::new), Vec::new())
            }
            Resource::NewKey(arn) => {
                let side = delegating(arn.clone(), caller.account, Assumed::NewKey).map(Arc::new);
                (arn, caller.account, side, Vec::new())
            }
            Resource::Role(arn) => {
                let account = arn.split(':').nth(4).and_then(|id| id.parse().ok()).unwrap_or(caller.account);
                let side = self.identity.trust_side(&arn);
                (arn, account, side, Vec::new())
            }
        };
        self.request_context(&mut context, asking, check.action, resource_account);
        context.absorb(&check.facts);
        let policies = Policies {
            principal: caller.principal_side.clone(),
            resource: self.limited(side),
            grants,
            endpoint: asking.endpoint.as_ref().map(|endpoint| endpoint.named()),
        };
        let query = Query {
            requester: &caller.requester,
            action: check.action,
            resource: &resource,
            resource_account: Some(resource_account),
            context: &context,
            retire_grant: check.retires.as_deref(),
            via_service: false,
        };
        let decision = policy::decide(&query, &policies);
        Evaluation {
            caller: caller.clone(),
            action: check.action,
            resource,
            resource_account,
            context,
            policies,
            retires: check.retires,
            decision,
        }
    }

    /// Whether `caller` could call `kms:PutKeyPolicy` on `key` if its policy were `policy`: the lockout check.
    /// Source: KMS API, `PutKeyPolicy`, `BypassPolicyLockoutSafetyCheck`.
    #[must_use]
    pub fn keeps_control(&self, asking: &Asking, key: &KeyArn, policy: &Arc<policy::Policy>) -> bool {
        let caller = &asking.caller;
        let mut context = Context::beyond(&caller.keys, None);
        self.keys.context(key, asking.now, &mut context);
        self.request_context(&mut context, asking, "kms:PutKeyPolicy", key.account);
        let resource = key.text();
        let side = ResourceSide {
            kind: ResourceKind::Key { aws_managed: false },
            owner: key.account,
            arn: resource.clone(),
            policies: alloc::vec![policy::Named { name: "default".into(), arn: None, policy: policy.clone() }],
            assumed: None,
            rcp: Vec::new(),
        };
        let policies = Policies {
            principal: caller.principal_side.clone(),
            resource: Some(Arc::new(side)),
            grants: Vec::new(),
            endpoint: None,
        };
        let query = Query {
            requester: &caller.requester,
            action: "kms:PutKeyPolicy",
            resource: &resource,
            resource_account: Some(key.account),
            context: &context,
            retire_grant: None,
            via_service: false,
        };
        policy::decide(&query, &policies).allowed()
    }

    /// The resource's side with the resource control policies of its owner's organization.
    #[must_use]
    pub fn limited(&self, mut side: Option<Arc<ResourceSide>>) -> Option<Arc<ResourceSide>> {
        if let Some(side) = &mut side {
            let rcp = self.identity.organizations.rcps(side.owner);
            if !rcp.is_empty() {
                Arc::make_mut(side).rcp = rcp;
            }
        }
        side
    }

    /// What stands on the side of an alias: it has no policy of its own, and resource control policies count.
    fn alias_side(&self, arn: &str, owner: AccountId) -> Option<Arc<ResourceSide>> {
        let is_limited = || self.identity.organizations.get().is_some();
        (arn.contains(":alias/") && arn.contains(":kms:") && is_limited()).then(|| {
            Arc::new(ResourceSide {
                kind: ResourceKind::Alias,
                owner,
                arn: arn.to_owned(),
                policies: Vec::new(),
                assumed: None,
                rcp: Vec::new(),
            })
        })
    }

    /// Condition keys that follow from the call itself. Source: authorization.md 4.2 and 4.3.
    fn request_context(&self, context: &mut Context, asking: &Asking, action: &str, resource_account: AccountId) {
        context.put(const { Name::new("aws:CurrentTime") }, asking.now.to_iso());
        context.put(const { Name::new("aws:EpochTime") }, asking.now.as_secs().to_string());
        // Every face stands for AWS's own endpoint, which speaks TLS alone.
        context.put(const { Name::new("aws:SecureTransport") }, "true");
        context.put(const { Name::new("aws:ViaAWSService") }, "false");
        context.put(const { Name::new("aws:ResourceAccount") }, resource_account.as_str());
        // IAM is a global service: its calls are authorized in us-east-1 (authorization.md 7.3).
        let iam = action.starts_with("iam:");
        context.put(const { Name::new("aws:RequestedRegion") }, if iam { "us-east-1" } else { asking.region.as_str() });
        // In a VPC the address is a private one, and has a key of its own.
        match (&asking.endpoint, asking.source_ip) {
            (Some(_), Some(ip)) => context.put(const { Name::new("aws:VpcSourceIp") }, ip.to_string()),
            (None, Some(ip)) => context.put(const { Name::new("aws:SourceIp") }, ip.to_string()),
            (_, None) => {}
        }
        if let Some(endpoint) = &asking.endpoint {
            context.put(const { Name::new("aws:SourceVpce") }, &endpoint.id);
            context.put(const { Name::new("aws:SourceVpc") }, &endpoint.vpc);
            context.put(const { Name::new("aws:SourceVpcArn") }, endpoint.vpc_arn());
        }
        if let Some(owner) = self.identity.organizations.membership(resource_account) {
            context.put(const { Name::new("aws:ResourceOrgID") }, &owner.organization);
            context.set_list("aws:ResourceOrgPaths", [&owner.path]);
        }
        if !asking.user_agent.is_empty() {
            context.put(const { Name::new("aws:UserAgent") }, &asking.user_agent);
        }
        // Not with ListKeys, ListAliases, ListRetirableGrants, GenerateRandom (kms-condition-keys.csv).
        let callerless = ["kms:ListKeys", "kms:ListAliases", "kms:ListRetirableGrants", "kms:GenerateRandom"];
        if action.starts_with("kms:") && !callerless.contains(&action) {
            context.put(const { Name::new("kms:CallerAccount") }, asking.caller.account.as_str());
        }
    }
}

/// A key that is not there, or not yet, is judged as if its policy delegated to its account.
fn delegating(arn: String, owner: AccountId, why: Assumed) -> Option<ResourceSide> {
    let partition = arn.split(':').nth(1).unwrap_or("aws").to_owned();
    let text = super::keys::default_policy(&partition, owner);
    let policy = policy::Policy::parse(policy::Kind::Key, &text).ok()?;
    Some(ResourceSide {
        kind: ResourceKind::Key { aws_managed: false },
        owner,
        arn,
        policies: alloc::vec![policy::Named { name: "default".into(), arn: None, policy: Arc::new(policy) }],
        assumed: Some(why),
        rcp: Vec::new(),
    })
}

/// AWS's refusal. Source: authorization.md 8.1 and 8.2.
fn denied(evaluation: &Evaluation, on: &str, absent: bool) -> Fault {
    let who = &evaluation.caller.requester.arn;
    let action = evaluation.action;
    let kms_key = action.starts_with("kms:") && evaluation.policies.resource.is_some();
    let foreign = evaluation.resource_account != evaluation.caller.account;
    let message = if kms_key && (absent || foreign) {
        let on = if on.starts_with("on resource: ") { "on this resource" } else { on };
        format!(
            "User: {who} is not authorized to perform: {action} {on} because the resource does not exist in this \
             Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
        )
    } else if foreign || (action == "sts:AssumeRole" && evaluation.decision.effect == policy::Effect::ImplicitDeny) {
        // Across accounts the tail is missing (authorization.md 8.1). AssumeRole was recorded without one, too: a role
        // that is not there looks like a role that does not trust (storage.md 4.4).
        format!("User: {who} is not authorized to perform: {action} {on}")
    } else {
        format!("User: {who} is not authorized to perform: {action} {on} {}", evaluation.decision.reason.tail(action))
    };
    Fault::AccessDenied { message }
}
