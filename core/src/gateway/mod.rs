//! The one pipeline: request in, response out. Every face goes through here.

mod audit;
mod inject;
mod reply;
mod throttle;
mod verify;

pub use crate::service::{Made, Slow, Work};
pub use crate::wire::{Request, Response};
pub use inject::BadInjection;
pub use reply::Reply;
pub use throttle::{BadQuota, QuotaLine};
pub use verify::{Auth, Credentials, LocalCall};

use crate::base::{AccountId, Entropy, Fault, Region, Timestamp, Uuid};
use crate::service::{self, Audit, Call, Remarks, Row};
use crate::wire::model::{OperationModel, ServiceModel};
use crate::wire::{self, sigv4::SigningKeys};
use crate::world::keys::{Happened, Metadata};
use crate::world::network::{VpcEndpoint, endpoint_of_host};
use crate::world::{Asking, Entry, World};
use alloc::{borrow::Cow, boxed::Box, format, string::String, sync::Arc, vec::Vec};
use core::mem;
use inject::Injected;
use verify::Authenticated;

/// The present, twice: as the lab has it, and as the machine has it.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// By the lab's clock: what policies, the trail and expiry see.
    pub now: Timestamp,
    /// By the machine's clock: clients sign with it, so the freshness of signatures is judged by it.
    pub wall: Timestamp,
}

/// A world, chance, and the rules of its door.
#[derive(Debug)]
pub struct Gateway {
    pub(crate) world: World,
    pub(crate) entropy: Box<dyn Entropy>,
    pub(crate) auth: Auth,
    /// The account whose administrator stands in for unknown access keys when `auth` is lenient.
    pub(crate) account: AccountId,
    /// A request has begun and not ended. Seen at the beginning of another, it means a panic that a face has caught.
    pub(crate) under_way: bool,
    /// What was derived from secret access keys to verify signatures with.
    pub(crate) signing_keys: SigningKeys,
    /// Key pairs that take long to make.
    pub(crate) pairs: Slow,
    /// Failures of AWS's own that are yet to come.
    pub(crate) injected: Vec<Injected>,
    /// The `User-Agent` of the last request.
    pub(crate) last_agent: Arc<str>,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy)]
struct Route {
    service: &'static ServiceModel,
    operation: &'static OperationModel,
}

impl Route {
    /// What the operation does, when kmslab has it.
    fn row(self) -> Option<&'static Row> {
        service::find(self.service.name, self.operation.name)
    }

    fn not_yet(self) -> Fault {
        Fault::NotYet { operation: format!("{}:{}", self.service.name, self.operation.name) }
    }
}

impl Gateway {
    /// A door to `world`.
    pub(crate) fn new(world: World, entropy: Box<dyn Entropy>, auth: Auth, account: AccountId) -> Self {
        let signing_keys = SigningKeys::default();
        Self {
            world,
            entropy,
            auth,
            account,
            under_way: false,
            signing_keys,
            pairs: Slow::default(),
            injected: Vec::new(),
            last_agent: "".into(),
        }
    }

    /// Answers a request that arrived as bytes: its signature is verified.
    ///
    /// A refusal is an answer, not an error.
    ///
    /// # Errors
    /// [`Work`] that has to be done first, without this gateway; what it has made goes into the next attempt. Of an
    /// attempt that ends so nothing remains.
    pub fn handle(&mut self, at: Moment, request: &Request, made: Option<Made>) -> Result<Response, Work> {
        let request_id = uuid(&mut *self.entropy);
        let route = match wire::route(request) {
            Ok((service, operation)) => Route { service, operation },
            Err(lost) => return Ok(Reply::refused(lost.service, lost.fault, request_id).encode()),
        };
        self.begin(made);
        let verified = self.verify_signature(at, route.service, request).map_err(|fault| match fault {
            // Some of those are called unsigned: AssumeRoleWithSAML.
            Fault::MissingAuthentication if route.row().is_none() => route.not_yet(),
            fault => fault,
        });
        self.answer(at, route, request, request_id, verified).map(|reply| reply.encode())
    }

    /// Answers a request of a client in this process, which has not signed it: its credentials are compared.
    ///
    /// # Errors
    /// [`Work`], as in [`handle`](Self::handle).
    pub fn handle_local(&mut self, at: Moment, call: &LocalCall, made: Option<Made>) -> Result<Reply, Work> {
        let request_id = uuid(&mut *self.entropy);
        let route = match wire::route(&call.request) {
            Ok((service, operation)) => Route { service, operation },
            Err(lost) => return Ok(Reply::refused(lost.service, lost.fault, request_id)),
        };
        self.begin(made);
        let verified = self.compare_credentials(at, route.service, call);
        self.answer(at, route, &call.request, request_id, verified)
    }

    /// Adds an account, or finds it, and gives the access key id of its administrator. It is kept at once: it belongs to
    /// no request, and stays when the one that first named the account is refused.
    ///
    /// # Errors
    /// [`Fault::Internal`] when randomness fails; [`Fault::NoSuchEntity`] when the account is there and its
    /// administrator is not any more.
    pub(crate) fn add_account(&mut self, account: AccountId, now: Timestamp) -> Result<String, Fault> {
        let added = self.world.identity.add_account(account, &mut *self.entropy, now);
        match &added {
            Ok(_) => self.world.commit(),
            Err(_) => self.world.rollback(),
        }
        added
    }

    /// Undoes what a request that panicked has left behind: it must not be committed with this one's changes.
    fn begin(&mut self, made: Option<Made>) {
        self.pairs.bring(made);
        if mem::replace(&mut self.under_way, true) {
            self.world.rollback();
            self.world.decisions.abandon();
        }
    }

    /// From the verified caller to the answer, which is yet to be encoded: decode → authorize → operate → record.
    fn answer(
        &mut self,
        at: Moment,
        route: Route,
        request: &Request,
        request_id: Uuid,
        verified: Result<Authenticated, Fault>,
    ) -> Result<Reply, Work> {
        let result = match verified.map(|who| self.operate(at, route, request, request_id, who)) {
            Ok(Ok(result)) => result,
            Ok(Err(work)) => {
                self.under_way = false;
                return Err(work);
            }
            Err(fault) => Err(fault),
        };
        self.under_way = false;
        Ok(Reply::of(route, result, request_id))
    }

    /// Decodes, authorizes, runs and records one request of a known caller.
    fn operate(
        &mut self,
        at: Moment,
        route: Route,
        request: &Request,
        request_id: Uuid,
        who: Authenticated,
    ) -> Result<Result<Option<wire::Doc>, Fault>, Work> {
        let Route { service, operation } = route;
        let (caller, region) = who.into_parts();
        let asking = Asking {
            caller,
            region,
            now: at.now,
            source_ip: request.peer,
            user_agent: self.agent(request.header("user-agent").unwrap_or_default()),
            request_id,
            endpoint: match self.endpoint(service.name, request) {
                Ok(endpoint) => endpoint,
                Err(fault) => return Ok(Err(fault)),
            },
        };
        self.settle(at.now);
        if self.world.keys.stores.backends.any_remote() {
            self.world.keys.stores.told = Metadata {
                principal: asking.caller.requester.arn.clone(),
                operation: operation.name,
                request_id: asking.request_id.text(),
            };
        }
        self.world.identity.note_use(&asking.caller.access_key_id, service.name, asking.region.as_str(), at.now);
        let row = route.row();
        // What no table tells how to record goes by its name.
        let reads = ["Get", "List", "Decode"].iter().any(|verb| operation.name.starts_with(verb));
        let audit = row.map_or(if reads { Audit::READ } else { Audit::WRITE }, |row| row.audit);
        let admitted = row.ok_or_else(|| route.not_yet()).and_then(|row| {
            asking.caller.may_call(service.name, operation.name)?;
            let doc = wire::decode(service, operation, request);
            // The next attempt of a request is no other request.
            if !self.pairs.is_brought() {
                self.throttle(service.name, row, doc.as_ref().ok(), &asking)?;
            }
            let doc = doc?;
            if !self.pairs.is_brought() {
                self.fail(service, operation)?;
            }
            Ok((row, doc))
        });
        let (parameters, mut trail, result) = match admitted {
            Err(fault) => (Cow::Borrowed("null"), Remarks::default(), Err(fault)),
            Ok((row, doc)) => {
                let parameters = audit::parameters(&doc, &audit, &asking);
                let mut call = Call {
                    world: &mut self.world,
                    asking: &asking,
                    entropy: &mut *self.entropy,
                    pairs: &mut self.pairs,
                    trail: Remarks::default(),
                };
                let result = (row.serve)(&mut call, doc);
                (parameters, call.trail, result)
            }
        };
        if let Some(Ok(work)) = self.pairs.work(&mut *self.entropy) {
            self.world.rollback();
            self.world.decisions.abandon();
            return Err(work);
        }
        match &result {
            Ok(_) => self.world.commit(),
            Err(_) => self.world.rollback(),
        }
        let happened = if result.is_ok() { mem::take(&mut trail.happened) } else { Vec::new() };
        let event =
            audit::Event { asking: &asking, service, name: operation.name, audit, parameters, trail, result: &result };
        self.record(event);
        self.note(happened);
        Ok(result)
    }

    /// Does what has become due by `now`, and tells of it in the trail.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        let happened = self.world.keys.settle(now, &mut *self.entropy);
        self.note(happened);
        self.world.keys.settle_stores(now);
    }

    /// Writes the trail of what KMS has done by itself.
    fn note(&mut self, happened: Vec<Happened>) {
        for event in happened {
            let id = uuid(&mut *self.entropy);
            self.world.trail.push(Entry::of_kms(&event, id));
        }
    }

    /// The client's name for itself. Mostly it is that of the request before, and then one text serves both.
    fn agent(&mut self, name: &str) -> Arc<str> {
        if *self.last_agent != *name {
            self.last_agent = name.into();
        }
        self.last_agent.clone()
    }

    /// The VPC endpoint that the request was sent to, by its host name.
    fn endpoint(&self, service: &str, request: &Request) -> Result<Option<Arc<VpcEndpoint>>, Fault> {
        let Some(id) = request.header("host").and_then(endpoint_of_host) else { return Ok(None) };
        // Outside of a lab such a name would not be found.
        let known = self.world.network.endpoint(id).filter(|endpoint| endpoint.service == service);
        let missing = || Fault::Validation { message: format!("There is no VPC endpoint {id} for {service} here.") };
        known.map(|endpoint| Some(Arc::new(endpoint.clone()))).ok_or_else(missing)
    }

    /// Writes the trail and remembers the decision.
    fn record(&mut self, event: audit::Event<'_>) {
        let audit::Event { asking, service, name, result, .. } = event;
        event.write(&self.world.decisions, || uuid(&mut *self.entropy), &mut self.world.trail);
        self.world.decisions.close(asking, (service.name, name), result.as_ref().err().cloned());
    }

    /// The Region a request is for, from its credential scope.
    fn region(text: &str) -> Result<Region, Fault> {
        text.parse().map_err(|_| Fault::SignatureRefused {
            message: format!("Credential should be scoped to a valid region, not '{text}'. "),
        })
    }
}

/// A random UUID (RFC 9562, version 4). Ids are not secrets: when chance fails, the request fails at the operation that
/// needs it, and its id is all zeros.
fn uuid(entropy: &mut dyn Entropy) -> Uuid {
    let mut bytes = [0; 16];
    if entropy.fill(&mut bytes).is_err() {
        bytes = [0; 16];
    }
    Uuid::from_random(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NoEntropy;

    /// Not chance, and different bytes each time.
    #[derive(Debug)]
    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
            self.0 = self.0.wrapping_add(1);
            out.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn what_a_panic_leaves_behind_is_undone() {
        let (first, second) = ("111122223333".parse().unwrap(), "444455556666".parse().unwrap());
        let mut gateway = Gateway::new(World::default(), Box::new(Counting(0)), Auth::Strict, first);
        let now = Timestamp::from_secs(1_767_225_600);
        gateway.add_account(first, now).unwrap();
        // As after a panic in the middle of a request: something is written, and nothing was said about it.
        gateway.under_way = true;
        gateway.world.identity.add_account(second, &mut Counting(20), now).unwrap();
        let next = Request {
            method: "POST".into(),
            target: "/?Action=GetCallerIdentity&Version=2011-06-15".into(),
            ..Request::default()
        };
        assert_eq!(gateway.handle(Moment { now, wall: now }, &next, None).unwrap().status, 403);
        assert!(gateway.world.identity.account(first).is_some());
        assert!(gateway.world.identity.account(second).is_none());
        assert!(!gateway.under_way);
    }
}
