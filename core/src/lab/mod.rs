//! `Lab`: a world, a clock, a source of chance, a builder. What the bindings see.

mod backend;
mod fixture;
mod limits;
mod saved;
mod seeded;

pub use crate::gateway::{
    Auth, BadInjection, BadQuota, Credentials, LocalCall, Made, QuotaLine, Reply, Request, Response, Work,
};
pub use crate::policy;
pub use crate::report::{ActionId, Batch, Cost, CostLine, PrincipalId, Reads, ResourceId};
pub use crate::report::{
    BadQuestion, CHECKS, Check, Checked, ConditionKeyRow, Estate, Finding, Matrix, PolicySet, Question, Severity,
    WhatCan, WhoCan, check, check_parts, condition_keys, document, matrix, what_can, who_can,
};
pub use crate::report::{Inspected, KeyLine, KeyTable, Timeline, inspect};
pub use crate::world::Provider;
pub use crate::world::keys::{Carrier, Compat, ConnectionError, Consistency, PROXY_SERVICE, Post};
pub use crate::world::network::VpcEndpoint;
pub use backend::{ClusterFixture, ExternalKeyFixture, ManagerFixture};
pub use fixture::{BadFixture, KeyFixture};
pub use limits::EndpointFixture;
pub use saved::OpenError;

use crate::base::{AccountId, Arn, Clock, Dialect, Entropy, Fault, Region, Timespan, Timestamp};
use crate::gateway::{Gateway, Moment};
use crate::report;
use crate::world::keys::{AliasArn, Place};
use crate::world::{Decided, World};
use alloc::{boxed::Box, string::String, vec::Vec};
use seeded::Seeded;
use serde::{Deserialize, Serialize};

/// AWS KMS and what surrounds it, in memory.
///
/// ```
/// use kmslab::base::{Clock, Entropy, NoEntropy, Timestamp};
/// use kmslab::lab::Lab;
///
/// #[derive(Debug)]
/// struct Fixed;
/// impl Clock for Fixed {
///     fn now(&self) -> Timestamp { Timestamp::from_secs(1_767_225_600) }
/// }
/// # #[derive(Debug)]
/// # struct None;
/// # impl Entropy for None {
/// #     fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> { Err(NoEntropy) }
/// # }
/// let lab = Lab::builder(Box::new(Fixed), Box::new(None)).seed(1).build()?;
/// assert_eq!(lab.account().as_str(), "111122223333");
/// assert!(lab.credentials().access_key_id.starts_with("AKIA"));
/// # Ok::<(), kmslab::base::Fault>(())
/// ```
#[derive(Debug)]
pub struct Lab {
    gateway: Gateway,
    clock: Box<dyn Clock>,
    region: Region,
    time: LabTime,
    seed: Option<u64>,
    /// How often a seeded lab was saved.
    generation: u64,
    administrator: String,
}

/// How the lab's time follows the machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LabTime {
    /// It runs, so much ahead of the machine's clock.
    Ahead(Timespan),
    /// It stands still at this moment until it is moved.
    Fixed(Timestamp),
}

/// Makes a [`Lab`].
#[derive(Debug)]
pub struct LabBuilder {
    clock: Box<dyn Clock>,
    entropy: Box<dyn Entropy>,
    account: Option<AccountId>,
    region: Option<Region>,
    auth: Auth,
    fixed: Option<Timestamp>,
    seed: Option<u64>,
    throttles: bool,
    consistency: Consistency,
    compat: Compat,
}

impl LabBuilder {
    /// The account of the lab's administrator. Default: `111122223333`.
    #[must_use]
    pub fn account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// The Region that clients are given. Default: `us-east-1`. A lab serves every Region.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// What to do with unknown access keys. Default: strict.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Lets the lab's time stand still at `moment`, until it is moved. Default: it runs with the builder's clock.
    #[must_use]
    pub fn now(mut self, moment: Timestamp) -> Self {
        self.fixed = Some(moment);
        self
    }

    /// Takes all chance from `seed` instead of the builder's source: the lab repeats byte for byte.
    /// Such a lab's keys can be guessed by whoever knows the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Enforces AWS's request quotas: callers that are too fast are throttled. Default: nobody is. A quota that is
    /// [set](Lab::set_quota) is enforced in any case, and so are resource quotas.
    #[must_use]
    pub fn request_quotas(mut self, enforced: bool) -> Self {
        self.throttles = enforced;
        self
    }

    /// When new grants and aliases take effect. Default: at once.
    #[must_use]
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.consistency = consistency;
        self
    }

    /// Whose habits beyond AWS's the lab has. Default: nobody's.
    #[must_use]
    pub fn compat(mut self, compat: Compat) -> Self {
        self.compat = compat;
        self
    }

    /// Makes the lab, with one account and its administrator.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the source of chance fails.
    pub fn build(self) -> Result<Lab, Fault> {
        let internal = |_| Fault::Internal;
        let account = self.account.map_or_else(|| "111122223333".parse().map_err(internal), Ok)?;
        let region = self.region.map_or_else(|| "us-east-1".parse().map_err(internal), Ok)?;
        let entropy = match self.seed {
            Some(seed) => Box::new(Seeded::new(seed)),
            None => self.entropy,
        };
        let time = self.fixed.map_or(LabTime::Ahead(Timespan::millis(0)), LabTime::Fixed);
        let mut world = World::default();
        world.quotas.enforced = self.throttles;
        world.keys.consistency = self.consistency;
        world.compat = self.compat;
        let gateway = Gateway::new(world, entropy, self.auth, account);
        let mut lab = Lab {
            gateway,
            clock: self.clock,
            region,
            time,
            seed: self.seed,
            generation: 0,
            administrator: String::new(),
        };
        lab.administrator = lab.add_account(account)?.access_key_id;
        Ok(lab)
    }
}

impl Lab {
    /// A builder. `clock` is the machine's: clients sign with its time. `entropy` makes keys, ids and nonces.
    #[must_use]
    pub fn builder(clock: Box<dyn Clock>, entropy: Box<dyn Entropy>) -> LabBuilder {
        LabBuilder {
            clock,
            entropy,
            account: None,
            region: None,
            auth: Auth::Strict,
            fixed: None,
            seed: None,
            throttles: false,
            consistency: Consistency::Strong,
            compat: Compat::Aws,
        }
    }

    /// Answers one signed HTTP request. A refusal of AWS's is an answer, not an error.
    pub fn handle(&mut self, request: &Request) -> Response {
        let mut made = None;
        loop {
            match self.attempt(request, made) {
                Ok(response) => return response,
                Err(work) => made = Some(work.run()),
            }
        }
    }

    /// Answers one call of a client in this process, whose credentials are compared instead of a signature verified.
    pub fn handle_local(&mut self, call: &LocalCall) -> Response {
        let mut made = None;
        loop {
            match self.attempt_local(call, made) {
                Ok(reply) => return reply.encode(),
                Err(work) => made = Some(work.run()),
            }
        }
    }

    /// [`handle`](Self::handle) for faces that keep the lab behind a lock: what takes long is given back to be done
    /// while others have the lab, and what it has made comes with the next attempt.
    ///
    /// # Errors
    /// [`Work`] to be done first. Nothing has happened then.
    pub fn attempt(&mut self, request: &Request, made: Option<Made>) -> Result<Response, Work> {
        let at = self.moment();
        self.gateway.handle(at, request, made)
    }

    /// [`handle_local`](Self::handle_local), as [`attempt`](Self::attempt) is `handle`, and not encoded yet.
    ///
    /// # Errors
    /// [`Work`] to be done first. Nothing has happened then.
    pub fn attempt_local(&mut self, call: &LocalCall, made: Option<Made>) -> Result<Reply, Work> {
        let at = self.moment();
        self.gateway.handle_local(at, call, made)
    }

    /// Adds `account` with its administrator, a user with AdministratorAccess, and gives the credentials; those of
    /// an account that exists already are given again.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the source of chance fails.
    pub fn add_account(&mut self, account: AccountId) -> Result<Credentials, Fault> {
        let now = self.now();
        let access_key_id = self.gateway.add_account(account, now)?;
        self.credentials_of(access_key_id)
    }

    /// Gives the lab faster cryptography than the core's, before any key pair is used. It is not saved with the lab. A
    /// seeded lab leaves to it what draws no chance, and so repeats with every provider and with none.
    pub fn provide(&mut self, provider: Provider) {
        let keys = &mut self.gateway.world.keys;
        (keys.provider, keys.repeats) = (Some(provider), self.seed.is_some());
    }

    /// The cryptography that it was given.
    #[must_use]
    pub fn provider(&self) -> Option<Provider> {
        self.gateway.world.keys.provider
    }

    /// Moves the lab's clock forward.
    ///
    /// # Errors
    /// [`Fault::Validation`] for a negative span: time does not go back.
    pub fn advance(&mut self, span: Timespan) -> Result<Timestamp, Fault> {
        if span < Timespan::millis(0) {
            return Err(Fault::Validation { message: "A lab's clock only moves forward.".into() });
        }
        self.time = match self.time {
            LabTime::Ahead(ahead) => LabTime::Ahead(ahead.plus(span)),
            LabTime::Fixed(moment) => LabTime::Fixed(moment.plus(span)),
        };
        Ok(self.now())
    }

    /// Whose habits beyond AWS's it has.
    #[must_use]
    pub fn compat(&self) -> Compat {
        self.gateway.world.compat
    }

    /// When new grants and aliases take effect.
    #[must_use]
    pub fn consistency(&self) -> Consistency {
        self.gateway.world.keys.consistency
    }

    /// Every quota that can be set: of resources, and of requests in the Region that clients are given.
    #[must_use]
    pub fn quotas(&self) -> Vec<QuotaLine> {
        self.gateway.quotas(&self.region)
    }

    /// Whether AWS's request quotas are enforced.
    #[must_use]
    pub fn throttles(&self) -> bool {
        self.gateway.world.quotas.enforced
    }

    /// Sets a quota: so many resources, or so many requests a second in each account and Region. `None` is AWS's
    /// default again, infinity lets everything through.
    ///
    /// # Errors
    /// [`BadQuota`] when there is no such quota, or it cannot be that.
    pub fn set_quota(&mut self, name: &str, value: Option<f64>) -> Result<(), BadQuota> {
        self.gateway.set_quota(name, value)
    }

    /// Lets the next `times` calls of an operation (`kms:Decrypt`, or `kms:*` for all of a service) fail as AWS itself
    /// fails at times, with `error`: `KMSInternalException`, `ThrottlingException` … `None` is for good, until
    /// [`clear_errors`](Self::clear_errors).
    ///
    /// # Errors
    /// [`BadInjection`] when there is no such operation, or it has no such failure.
    pub fn inject_error(&mut self, operation: &str, error: &str, times: Option<u32>) -> Result<(), BadInjection> {
        self.gateway.inject(operation, error, times)
    }

    /// Takes back the failures that are yet to come, of every operation.
    pub fn clear_errors(&mut self) {
        self.gateway.injected.clear();
    }

    /// The credentials of the administrator of the lab's first account.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.credentials_of(self.administrator.clone()).unwrap_or_else(|_| Credentials {
            // The administrator has been deleted: what is left is a key that opens nothing.
            access_key_id: self.administrator.clone(),
            secret_access_key: crate::base::Secret::default(),
            session_token: None,
        })
    }

    fn credentials_of(&self, access_key_id: String) -> Result<Credentials, Fault> {
        let known = self.gateway.world.identity.known(&access_key_id).ok_or(Fault::Internal)?;
        let (secret_access_key, session_token) = (known.secret.clone(), known.session_token.cloned());
        Ok(Credentials { access_key_id, secret_access_key, session_token })
    }

    /// The lab's first account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.gateway.account
    }

    /// The Region that clients are given.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// What is done with unknown access keys.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.gateway.auth
    }

    /// The seed of a lab that repeats byte for byte.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The present, by the lab's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.moment().now
    }

    fn moment(&self) -> Moment {
        let wall = self.clock.now();
        let now = match self.time {
            LabTime::Ahead(ahead) => wall.plus(ahead),
            LabTime::Fixed(moment) => moment,
        };
        Moment { now, wall }
    }

    /// The CloudTrail records from the `from`th on, oldest first, as JSON texts.
    #[must_use]
    pub fn trail(&self, from: usize) -> Vec<String> {
        use alloc::string::ToString;
        self.gateway.world.trail.from(from).map(|entry| entry.to_json().to_string()).collect()
    }

    /// How many records were ever written.
    #[must_use]
    pub fn trail_len(&self) -> usize {
        self.gateway.world.trail.len()
    }

    /// Whether the principal of a question would be allowed by the policies and grants of this lab, and why. Nobody
    /// calls: the trail and the last decision stay as they are.
    ///
    /// # Errors
    /// [`BadQuestion`] when the lab has no such principal or key.
    pub fn ask(&self, asked: &Question) -> Result<policy::Explanation, BadQuestion> {
        report::ask(&self.gateway.world, asked, self.now())
    }

    /// What this lab would have cost in AWS until now, by a dated price list. Nothing changes.
    #[must_use]
    pub fn cost(&self) -> report::Cost {
        report::cost(&self.gateway.world, self.now())
    }

    /// The ARN of the key that `key_id` names: key id, key ARN, alias name or alias ARN. Ids and names are those of the
    /// lab's first account in the Region that clients are given.
    #[must_use]
    pub fn key_arn(&self, key_id: &str) -> Option<String> {
        let (keys, now) = (&self.gateway.world.keys, self.now());
        let arn = key_id.parse::<Arn>().ok().filter(|arn| arn.service() == "kms");
        let (account, region, name) = match &arn {
            Some(arn) => (arn.account().parse().ok()?, arn.region().parse().ok()?, arn.resource()),
            None => (self.account(), self.region.clone(), key_id),
        };
        let place = Place { account, region };
        let key = match name.strip_prefix("key/") {
            None if name.starts_with("alias/") => keys.resolve(&AliasArn { place, name: name.into() }, now)?.clone(),
            id => place.key(id.unwrap_or(name).parse().ok()?),
        };
        keys.find(&key, now).map(|_| key.text())
    }

    /// The keys that there are, with what one asks about them first.
    pub fn keys(&mut self) -> KeyTable {
        let now = self.now();
        self.gateway.settle(now);
        report::keys(&self.gateway.world, now)
    }

    /// The life of the key with this ARN: its states, rotations and materials. `None` when there is no such key.
    pub fn timeline(&mut self, key: &str) -> Option<Timeline> {
        let now = self.now();
        self.gateway.settle(now);
        report::timeline(&self.gateway.world, key, now)
    }

    /// Who and what there is, with all policies and grants, as they are now: for [`who_can`], [`what_can`] and [`matrix`].
    #[must_use]
    pub fn estate(&self) -> Estate {
        Estate::of(&self.gateway.world, self.now())
    }

    /// The decisions of the request with this id, or of the last request that needed one; evaluated again, with a
    /// recorder. `None` when there is none, or it is older than the last thousand.
    #[must_use]
    pub fn explain(&self, request_id: Option<&str>) -> Option<Explained> {
        let decisions = &self.gateway.world.decisions;
        let decided = match request_id {
            Some(id) => decisions.find(id.parse().ok()?)?,
            None => decisions.last()?,
        };
        Some(Explained::of(decided))
    }
}

/// Why a request was answered as it was.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The request's id.
    pub request_id: String,
    /// `kms:Decrypt` and the like.
    pub operation: String,
    /// When, by the lab's clock: ISO 8601.
    pub at: String,
    /// AWS's code, if the request was refused.
    pub error: Option<String>,
    /// AWS's sentence, if the request was refused.
    pub message: Option<String>,
    /// What AWS does not say about the refusal: which principal of a policy does not exist, where a document is wrong.
    pub notes: Vec<String>,
    /// The permissions that were checked, in order; the one that was refused is the last.
    pub checks: Vec<policy::Explanation>,
}

impl Explained {
    fn of(decided: &Decided) -> Self {
        use alloc::string::ToString;
        let dialect = if decided.service == "kms" { Dialect::Json } else { Dialect::Query };
        let error = decided.fault.as_ref().map(|fault| fault.code(dialect).to_string());
        let message = decided.fault.as_ref().map(ToString::to_string);
        let mut checks: Vec<_> = decided.checks.iter().map(crate::world::Evaluation::explain).collect();
        if let (Some(code), Some(last)) = (&error, checks.last_mut())
            && last.allowed
        {
            let message = message.as_deref().filter(|message| !message.is_empty());
            let message = message.map_or_else(String::new, |message| alloc::format!(": {message}"));
            last.sequel.push(alloc::format!("the call then failed: {code}{message}"));
        }
        if let Some(last) = checks.last_mut() {
            last.sequel.extend(decided.notes.iter().cloned());
        }
        Self {
            request_id: decided.request_id.text(),
            operation: alloc::format!("{}:{}", decided.service, decided.operation),
            at: decided.at.to_iso(),
            error,
            message,
            notes: decided.notes.clone(),
            checks,
        }
    }
}
