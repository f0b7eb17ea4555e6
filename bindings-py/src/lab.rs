//! `Lab`: one lab behind a lock.

use crate::LabError;
use crate::access::Estate;
use crate::explain::Explained;
use crate::http::{Answer, Body, Headers, ReadAnswer, Reply, answer, read, request, split};
use crate::keys::{KeyTable, Timeline};
use crate::machine::{OsEntropy, SystemClock, equip};
use crate::policy::{Keys, bad, question};
use crate::read::Reader;
use crate::words::{misused, named, parse_account, parse_region};
use kmslab::base::{Secret, Timespan, Timestamp};
use kmslab::lab::{
    self as core, Auth, ClusterFixture, Compat, Consistency, ExternalKeyFixture, KeyFixture, LocalCall, Made,
    ManagerFixture, Work,
};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// What a client would have signed with: `Credentials`; access key id, secret and session token; or `None`, which
/// stands for the administrator's.
struct Presented(Option<core::Credentials>);

impl<'a, 'py> FromPyObject<'a, 'py> for Presented {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if given.is_none() {
            return Ok(Self(None));
        }
        if let Ok(known) = given.cast::<Credentials>() {
            return Ok(Self(Some(known.get().0.clone())));
        }
        let (id, secret, token) = given.extract()?;
        Ok(Self(Some(credentials(id, secret, token))))
    }
}

/// An access key: what a client signs with.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Credentials(core::Credentials);

impl From<core::Credentials> for Credentials {
    fn from(credentials: core::Credentials) -> Self {
        Self(credentials)
    }
}

#[pymethods]
impl Credentials {
    #[new]
    #[pyo3(signature = (access_key_id, secret_access_key, session_token = None))]
    fn new(access_key_id: String, secret_access_key: String, session_token: Option<String>) -> Self {
        Self(credentials(access_key_id, secret_access_key, session_token))
    }

    /// `AKIA…` of a user, `ASIA…` of a session.
    #[getter]
    fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret access key.
    #[getter]
    fn secret_access_key(&self) -> &str {
        self.0.secret_access_key.expose_text()
    }

    /// The session token of temporary credentials.
    #[getter]
    fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_ref().map(Secret::expose_text)
    }

    fn __repr__(&self) -> String {
        format!("Credentials({:?}, secret hidden)", self.0.access_key_id)
    }
}

fn credentials(access_key_id: String, secret: String, token: Option<String>) -> core::Credentials {
    core::Credentials {
        access_key_id,
        secret_access_key: Secret::new(secret.into_bytes()),
        session_token: token.map(|token| Secret::new(token.into_bytes())),
    }
}

/// AWS KMS, IAM and STS in memory.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Lab(Mutex<Box<core::Lab>>);

impl Lab {
    /// Answers what `prepare` makes, by `attempt`. What takes long is done while other threads have the lab.
    fn answered<T: Send, A: Send>(
        &self,
        py: Python<'_>,
        prepare: impl FnOnce(&mut core::Lab) -> T + Send,
        attempt: fn(&mut core::Lab, &T, Option<Made>) -> Result<A, Work>,
    ) -> PyResult<A> {
        let mut outcome = self.with(py, move |lab| {
            let asked = prepare(lab);
            attempt(lab, &asked, None).map_err(|work| (asked, work))
        })?;
        loop {
            match outcome {
                Ok(answer) => return Ok(answer),
                Err((asked, work)) => {
                    let made = py.detach(|| work.run());
                    outcome =
                        self.with(py, move |lab| attempt(lab, &asked, Some(made)).map_err(|work| (asked, work)))?;
                }
            }
        }
    }

    /// Does `work` on the lab, without the interpreter.
    pub(crate) fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut core::Lab) -> T + Send) -> PyResult<T> {
        py.detach(|| {
            let mut lab = self.0.lock().ok()?;
            // A panic is caught outside of the guard's life, so that the lock remembers it.
            catch_unwind(AssertUnwindSafe(move || work(&mut lab))).ok()
        })
        .ok_or_else(|| {
            LabError::new_err(
                "kmslab panicked, which is a bug; please report it. This lab answers no more: start another.",
            )
        })
    }
}

#[pymethods]
impl Lab {
    /// A new lab. `now_ms`: its time stands still there, in milliseconds since 1970.
    #[new]
    #[pyo3(signature = (account = None, region = None, *, seed = None, now_ms = None, lenient = false, throttles = false, eventual = false, localstack = false))]
    #[expect(clippy::too_many_arguments, reason = "the options of a lab, each by its name")]
    fn new(
        py: Python<'_>,
        account: Option<&str>,
        region: Option<&str>,
        seed: Option<u64>,
        now_ms: Option<i64>,
        lenient: bool,
        throttles: bool,
        eventual: bool,
        localstack: bool,
    ) -> PyResult<Self> {
        let mut builder = core::Lab::builder(Box::new(SystemClock::new()), Box::new(OsEntropy));
        if let Some(account) = account {
            builder = builder.account(parse_account(account)?);
        }
        if let Some(region) = region {
            builder = builder.region(parse_region(region)?);
        }
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        if let Some(now) = now_ms {
            builder = builder.now(Timestamp::from_millis(now));
        }
        builder = builder.auth(if lenient { Auth::Lenient } else { Auth::Strict }).request_quotas(throttles);
        builder = builder.compat(if localstack { Compat::Localstack } else { Compat::Aws });
        builder = builder.consistency(if eventual { Consistency::Eventual } else { Consistency::Strong });
        let mut lab = py.detach(|| builder.build()).map_err(|fault| LabError::new_err(fault.to_string()))?;
        equip(&mut lab);
        Ok(Self(Mutex::new(Box::new(lab))))
    }

    /// A lab that `save` wrote.
    #[staticmethod]
    fn open(py: Python<'_>, text: &str) -> PyResult<Self> {
        let mut lab = py
            .detach(|| core::Lab::open(text, Box::new(SystemClock::new()), Box::new(OsEntropy)))
            .map_err(|error| LabError::new_err(error.to_string()))?;
        equip(&mut lab);
        Ok(Self(Mutex::new(Box::new(lab))))
    }

    /// Everything, secrets included, as JSON text for `open`.
    fn save(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |lab| lab.save())
    }

    /// Answers one signed HTTP request: status, headers, body.
    fn handle<'py>(
        &self,
        py: Python<'py>,
        method: String,
        url: &str,
        headers: Headers,
        body: Body,
    ) -> PyResult<Answer<'py>> {
        let (host, target) = split(url);
        let mut request = request(method, target, headers, body);
        // botocore signs a Host header that its request does not carry.
        if !host.is_empty() && request.header("host").is_none() {
            request.headers.push(("Host".into(), host.into()));
        }
        let response = self.answered(py, move |_| request, core::Lab::attempt)?;
        answer(py, response)
    }

    /// Answers one call of a client in this process, unsigned: a POST to `/`, whose `keys` are compared with the lab's.
    fn handle_local<'py>(
        &self,
        py: Python<'py>,
        region: String,
        keys: Presented,
        headers: Headers,
        body: Body,
        reader: Option<&Bound<'py, Reader>>,
    ) -> PyResult<ReadAnswer<'py>> {
        let request = request("POST".to_owned(), "/", headers, body);
        let prepare = move |lab: &mut core::Lab| {
            let credentials = keys.0.unwrap_or_else(|| lab.credentials());
            LocalCall { region, credentials, request }
        };
        let reply = self.answered(py, prepare, core::Lab::attempt_local)?;
        let reader = reader.filter(|_| reply.status() < 300);
        let read = reader.map(|reader| read(py, reader.get(), &reply)).transpose()?;
        Ok((Reply(reply), read))
    }

    /// The administrator of the lab's first account.
    fn credentials(&self, py: Python<'_>) -> PyResult<Credentials> {
        self.with(py, |lab| lab.credentials().into())
    }

    /// Adds an account; the credentials of its administrator.
    fn add_account(&self, py: Python<'_>, account: &str) -> PyResult<Credentials> {
        let account = parse_account(account)?;
        self.with(py, |lab| lab.add_account(account))?
            .map(Credentials)
            .map_err(|fault| LabError::new_err(fault.to_string()))
    }

    /// Puts a key into the lab: its ARN.
    #[pyo3(signature = (key_id, material, spec, usage, account, region, description, tags, policy))]
    #[expect(clippy::too_many_arguments, reason = "the parts of a key, each by its name")]
    fn add_key(
        &self,
        py: Python<'_>,
        key_id: Option<&str>,
        material: Option<Vec<u8>>,
        spec: Option<&str>,
        usage: Option<&str>,
        account: Option<&str>,
        region: Option<&str>,
        description: String,
        tags: Vec<(String, String)>,
        policy: Option<String>,
    ) -> PyResult<String> {
        let fixture = KeyFixture {
            account: account.map(parse_account).transpose()?,
            region: region.map(parse_region).transpose()?,
            key_id: key_id.map(|id| named("key id", id)).transpose()?,
            material: material.map(Secret::new),
            spec: spec.map(|spec| named("key spec", spec)).transpose()?,
            usage: usage.map(|usage| named("key usage", usage)).transpose()?,
            description,
            tags: tags.into_iter().collect(),
            policy,
        };
        let added = self.with(py, |lab| lab.add_key(fixture))?;
        added.map(|arn| arn.to_string()).map_err(misused)
    }

    /// Sets a CloudHSM cluster up: its id, and its trust anchor certificate.
    #[pyo3(signature = (cluster_id, password, certificate, hsms, active, connect_ms, account, region))]
    #[expect(clippy::too_many_arguments, reason = "the parts of a cluster, each by its name")]
    fn add_cluster(
        &self,
        py: Python<'_>,
        cluster_id: Option<String>,
        password: String,
        certificate: Option<String>,
        hsms: u32,
        active: bool,
        connect_ms: i64,
        account: Option<&str>,
        region: Option<&str>,
    ) -> PyResult<(String, String)> {
        let fixture = ClusterFixture {
            account: account.map(parse_account).transpose()?,
            region: region.map(parse_region).transpose()?,
            id: cluster_id,
            password,
            certificate,
            hsms,
            active,
            connect_time: Timespan::millis(connect_ms),
        };
        self.with(py, |lab| lab.add_cluster(fixture))?.map_err(misused)
    }

    /// Changes a cluster.
    #[pyo3(signature = (cluster_id, hsms, active, password))]
    fn change_cluster(
        &self,
        py: Python<'_>,
        cluster_id: &str,
        hsms: Option<u32>,
        active: Option<bool>,
        password: Option<String>,
    ) -> PyResult<()> {
        self.with(py, |lab| lab.change_cluster(cluster_id, hsms, active, password))?.map_err(misused)
    }

    /// Sets a key manager outside of AWS up: access key id and secret that its proxy expects.
    #[pyo3(signature = (endpoint, path, credential, service, remote, connect_ms))]
    #[expect(clippy::too_many_arguments, reason = "the parts of a key manager, each by its name")]
    fn add_key_manager(
        &self,
        py: Python<'_>,
        endpoint: String,
        path: String,
        credential: Option<(String, String)>,
        service: Option<String>,
        remote: Option<String>,
        connect_ms: i64,
    ) -> PyResult<(String, String)> {
        let connect_time = Timespan::millis(connect_ms);
        let fixture = ManagerFixture { endpoint, path, credential, service, remote, connect_time };
        self.with(py, |lab| lab.add_key_manager(fixture))?.map_err(misused)
    }

    /// Puts a key into a key manager, or changes it.
    #[pyo3(signature = (uri, key_id, spec, enabled, usage, material))]
    #[expect(clippy::too_many_arguments, reason = "the parts of a key, each by its name")]
    fn add_external_key(
        &self,
        py: Python<'_>,
        uri: &str,
        key_id: String,
        spec: String,
        enabled: bool,
        usage: Vec<String>,
        material: Option<Vec<u8>>,
    ) -> PyResult<()> {
        let fixture = ExternalKeyFixture { id: key_id, spec, enabled, usage, material: material.map(Secret::new) };
        self.with(py, |lab| lab.add_external_key(uri, fixture))?.map_err(misused)
    }

    /// Takes a key out of a key manager: whether it was there.
    fn remove_external_key(&self, py: Python<'_>, uri: &str, key_id: &str) -> PyResult<bool> {
        self.with(py, |lab| lab.remove_external_key(uri, key_id))
    }

    /// Breaks a backend with a `ConnectionErrorCode`; `None` mends it.
    #[pyo3(signature = (name, code))]
    fn break_backend(&self, py: Python<'_>, name: &str, code: Option<&str>) -> PyResult<()> {
        self.with(py, |lab| lab.break_backend(name, code))?.map_err(misused)
    }

    /// Takes a backend away: whether it was there.
    fn remove_backend(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        self.with(py, |lab| lab.remove_backend(name))
    }

    /// Shares a key with accounts, as AWS RAM does.
    fn share_key(&self, py: Python<'_>, key: &str, accounts: Vec<String>) -> PyResult<()> {
        let accounts = accounts.iter().map(|account| parse_account(account)).collect::<PyResult<_>>()?;
        self.with(py, |lab| lab.share_key(key, accounts))?.map_err(misused)
    }

    /// Trusts a root of attestation documents, in DER or PEM.
    fn trust_attestation_root(&self, py: Python<'_>, certificate: Vec<u8>) -> PyResult<()> {
        self.with(py, |lab| lab.trust_attestation_root(&certificate))?.map_err(misused)
    }

    /// The first account: 12 digits.
    #[getter]
    fn account(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |lab| lab.account().to_string())
    }

    /// The Region that clients are given.
    #[getter]
    fn region(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |lab| lab.region().to_string())
    }

    /// Whether unknown access keys are taken as the administrator's.
    #[getter]
    fn lenient(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |lab| lab.auth() == Auth::Lenient)
    }

    /// The seed, if the lab repeats byte for byte.
    #[getter]
    fn seed(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        self.with(py, |lab| lab.seed())
    }

    /// Whether `CreateKey` takes id and material from LocalStack's tags.
    #[getter]
    fn localstack(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |lab| lab.compat() == Compat::Localstack)
    }

    /// Whether grants and aliases take effect some time later.
    #[getter]
    fn eventual(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |lab| lab.consistency() == Consistency::Eventual)
    }

    /// Whether AWS's request quotas are enforced.
    #[getter]
    fn throttles(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |lab| lab.throttles())
    }

    /// Every quota: its name, whether it is of requests a second, AWS's default, and what holds in the lab.
    fn quotas(&self, py: Python<'_>) -> PyResult<Vec<(String, bool, f64, f64)>> {
        let lines = self.with(py, |lab| lab.quotas())?;
        let all = lines
            .into_iter()
            .map(|line| (line.name, line.per_second, line.default, line.value.unwrap_or(f64::INFINITY)));
        Ok(all.collect())
    }

    /// Sets a quota; `None` is AWS's default again.
    #[pyo3(signature = (name, value))]
    fn set_quota(&self, py: Python<'_>, name: &str, value: Option<f64>) -> PyResult<()> {
        self.with(py, |lab| lab.set_quota(name, value))?.map_err(|bad| match bad {
            core::BadQuota::Unknown(_) => PyKeyError::new_err(bad.to_string()),
            _ => PyValueError::new_err(bad.to_string()),
        })
    }

    /// Lets the next calls of an operation fail as AWS itself does at times; without `times`, for good.
    #[pyo3(signature = (operation, error, times))]
    fn inject_error(&self, py: Python<'_>, operation: &str, error: &str, times: Option<u32>) -> PyResult<()> {
        self.with(py, |lab| lab.inject_error(operation, error, times))?
            .map_err(|bad| PyValueError::new_err(bad.to_string()))
    }

    /// Takes back the failures that are yet to come.
    fn clear_errors(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, core::Lab::clear_errors)
    }

    /// The lab's time, in milliseconds since 1970.
    fn now(&self, py: Python<'_>) -> PyResult<i64> {
        self.with(py, |lab| lab.now().as_millis())
    }

    /// Moves the lab's time forward; where it is then.
    fn advance(&self, py: Python<'_>, milliseconds: i64) -> PyResult<i64> {
        self.with(py, |lab| lab.advance(Timespan::millis(milliseconds)))?
            .map(Timestamp::as_millis)
            .map_err(|fault| LabError::new_err(fault.to_string()))
    }

    /// CloudTrail records from number `start` on, each as JSON text.
    fn trail(&self, py: Python<'_>, start: usize) -> PyResult<Vec<String>> {
        self.with(py, |lab| lab.trail(start))
    }

    /// What AWS would charge: as JSON, and as a table.
    fn cost(&self, py: Python<'_>) -> PyResult<(String, String)> {
        let cost = self.with(py, |lab| lab.cost())?;
        let json = serde_json::to_string(&cost).map_err(|error| LabError::new_err(error.to_string()))?;
        Ok((json, cost.text()))
    }

    /// How many records the trail has.
    fn trail_len(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |lab| lab.trail_len())
    }

    /// Whether a principal of the lab would be allowed, by the lab's policies and grants.
    fn ask(
        &self,
        py: Python<'_>,
        principal: &str,
        action: &str,
        resource: &str,
        context: Keys,
        encryption_context: Vec<(String, String)>,
    ) -> PyResult<Explained> {
        let asked = question(principal, action, resource, context, encryption_context)?;
        self.with(py, |lab| lab.ask(&asked))?.map(Explained::from).map_err(bad)
    }

    /// The ARN of the key that a key id, an alias or their ARN names.
    fn key_arn(&self, py: Python<'_>, key_id: &str) -> PyResult<Option<String>> {
        self.with(py, |lab| lab.key_arn(key_id))
    }

    /// Who and what there is, with all policies and grants, as they are now.
    fn estate(&self, py: Python<'_>) -> PyResult<Estate> {
        self.with(py, |lab| Estate(lab.estate()))
    }

    /// The keys that there are.
    fn keys(&self, py: Python<'_>) -> PyResult<KeyTable> {
        self.with(py, |lab| KeyTable(lab.keys()))
    }

    /// The life of a key, if it is there.
    fn timeline(&self, py: Python<'_>, arn: &str) -> PyResult<Option<Timeline>> {
        Ok(self.with(py, |lab| lab.timeline(arn))?.map(Timeline))
    }

    /// Why a request was answered as it was: the one with this id, or the last one that was decided.
    #[pyo3(signature = (request_id = None))]
    fn explain(&self, py: Python<'_>, request_id: Option<&str>) -> PyResult<Option<Explained>> {
        Ok(self.with(py, |lab| lab.explain(request_id))?.map(Explained::from))
    }
}
