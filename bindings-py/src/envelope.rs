//! `Envelope`: AWS Encryption SDK messages, with keys of any KMS client of Python's.
//!
//! Nothing waits for the interpreter while it holds a lock: a call lets the interpreter go, takes an envelope out of the
//! pool, and asks for the interpreter again only to call the KMS client.

use crate::LabError;
use crate::machine::{OsEntropy, SystemClock, cores, provider};
use crate::words::named;
use kmslab::base::{Clock, Secret, Timespan};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::crypto::hash::Hash;
use kmslab::envelope::{
    self as core, CacheLimits, Discovery, Header, Job, KeyProvider, KmsAnswer, KmsClient, KmsKey, Locked,
    ProviderError, RawAes, RawRsa, Refused, Workers,
};
use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMemoryView};
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::thread;

create_exception!(
    kmslab,
    EnvelopeError,
    LabError,
    "A message that was not sealed, or not opened: it is cut, not authentic, or no key at hand opens it."
);

/// So many envelopes wait for further calls. Each has data keys of its own.
const POOL: usize = 8;

/// What data keys age by.
static CLOCK: SystemClock = SystemClock::new();

/// Seals and opens messages; any number of threads may.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Envelope {
    recipe: Recipe,
    pool: Mutex<Vec<core::Envelope>>,
}

/// What an envelope is made of.
struct Recipe {
    keys: Vec<Key>,
    policy: core::CommitmentPolicy,
    suite: Option<core::Suite>,
    frame_length: Option<NonZeroU32>,
    required: Vec<String>,
    most_keys: Option<usize>,
    largest: Option<u64>,
    cache: Option<CacheLimits>,
}

/// A key that wraps, as Python names it: a kind and what belongs to it.
enum Key {
    Kms { key_id: String, client: Py<PyAny> },
    Discovery { client: Py<PyAny>, partition: String, accounts: Vec<String>, region: Option<String> },
    Aes { namespace: String, name: String, key: Secret },
    RsaPublic { namespace: String, name: String, spki: Vec<u8>, hash: Hash },
    RsaPrivate { namespace: String, name: String, pkcs8: Secret, hash: Hash },
}

impl<'a, 'py> FromPyObject<'a, 'py> for Key {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let (kind, rest): (String, Bound<'py, PyAny>) = given.extract()?;
        match kind.as_str() {
            "kms" => {
                let (key_id, client) = rest.extract()?;
                Ok(Self::Kms { key_id, client })
            }
            "discovery" => {
                let (client, partition, accounts, region) = rest.extract()?;
                Ok(Self::Discovery { client, partition, accounts, region })
            }
            "aes" => {
                let (namespace, name, key): (_, _, Vec<u8>) = rest.extract()?;
                Ok(Self::Aes { namespace, name, key: Secret::new(key) })
            }
            "rsa-public" | "rsa-private" => {
                let (namespace, name, der, hash): (_, _, Vec<u8>, String) = rest.extract()?;
                let hash = hash_named(&hash)?;
                Ok(if kind == "rsa-public" {
                    Self::RsaPublic { namespace, name, spki: der, hash }
                } else {
                    Self::RsaPrivate { namespace, name, pkcs8: Secret::new(der), hash }
                })
            }
            _ => Err(PyValueError::new_err(format!("{kind:?} is no kind of key"))),
        }
    }
}

fn hash_named(name: &str) -> PyResult<Hash> {
    match name {
        "SHA1" => Ok(Hash::Sha1),
        "SHA256" => Ok(Hash::Sha256),
        "SHA384" => Ok(Hash::Sha384),
        "SHA512" => Ok(Hash::Sha512),
        _ => Err(PyValueError::new_err(format!("{name:?} is no hash of OAEP"))),
    }
}

impl Key {
    fn provider(&self, py: Python<'_>) -> Result<Box<dyn KeyProvider>, Refused> {
        Ok(match self {
            Self::Kms { key_id, client } => Box::new(KmsKey::new(key_id, Kms(client.clone_ref(py)))),
            Self::Discovery { client, partition, accounts, region } => {
                let client = Kms(client.clone_ref(py));
                Box::new(Discovery::new(client, partition, accounts.clone(), region.clone()))
            }
            Self::Aes { namespace, name, key } => Box::new(RawAes::new(namespace, name, key.clone())?),
            Self::RsaPublic { namespace, name, spki, hash } => Box::new(RawRsa::public(namespace, name, spki, *hash)?),
            Self::RsaPrivate { namespace, name, pkcs8, hash } => {
                Box::new(RawRsa::private(namespace, name, pkcs8.expose(), *hash)?)
            }
        })
    }
}

impl Recipe {
    fn envelope(&self, py: Python<'_>) -> Result<core::Envelope, Refused> {
        let providers = self.keys.iter().map(|key| key.provider(py)).collect::<Result<_, _>>()?;
        let mut envelope = core::Envelope::new(providers)?
            .provider(provider())
            .policy(self.policy)
            .frame_length(self.frame_length)
            .required_context(self.required.iter().cloned())?;
        if let Some(suite) = self.suite {
            envelope = envelope.suite(suite);
        }
        if let Some(most) = self.most_keys {
            envelope = envelope.most_keys(most);
        }
        if let Some(largest) = self.largest {
            envelope = envelope.largest_body(largest);
        }
        if let Some(limits) = self.cache {
            envelope = envelope.cache(limits);
        }
        Ok(envelope)
    }
}

#[pymethods]
impl Envelope {
    #[new]
    #[pyo3(signature = (keys, *, policy, suite, frame_length, required, most_keys, largest, cache))]
    #[expect(clippy::too_many_arguments, reason = "what an envelope can be told, each by its name")]
    fn new(
        py: Python<'_>,
        keys: Vec<Key>,
        policy: &str,
        suite: Option<&str>,
        frame_length: u32,
        required: Vec<String>,
        most_keys: Option<usize>,
        largest: Option<u64>,
        cache: Option<(usize, i64, u64, u64)>,
    ) -> PyResult<Self> {
        let limits =
            |(capacity, age, messages, bytes)| CacheLimits::new(capacity, Timespan::millis(age), messages, bytes);
        let recipe = Recipe {
            keys,
            policy: named("commitment policy", policy)?,
            suite: suite.map(|suite| named("algorithm suite", suite)).transpose()?,
            frame_length: NonZeroU32::new(frame_length),
            required,
            most_keys,
            largest,
            cache: cache.map(limits).transpose().map_err(raised)?,
        };
        let first = recipe.envelope(py).map_err(raised)?;
        Ok(Self { recipe, pool: Mutex::new(vec![first]) })
    }

    /// The message that holds `data`.
    fn seal<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        context: EncryptionContext,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let data = Buffer::of(data)?;
        let data = data.as_slice();
        let length = data.len() as u64;
        let sealer = self.with(py, |envelope| envelope.sealer(&context, Some(length), CLOCK.now(), &mut OsEntropy))?;
        let whole = sealer.sealed_length(length).and_then(|whole| usize::try_from(whole).ok());
        let whole = whole.ok_or_else(|| raised(Refused::TooLong))?;
        PyBytes::new_with(py, whole, |message| {
            py.detach(|| sealer.seal_into(data, message, &Threads, &mut OsEntropy)).map_err(raised)
        })
    }

    /// What `message` holds: nothing of it comes out before all of it verified.
    fn open<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyAny>,
        context: EncryptionContext,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let message = Buffer::of(message)?;
        let message = message.as_slice();
        let (opener, body, length) = self.with(py, |envelope| {
            let mut locked = envelope.locked();
            let taken = locked.update(message)?;
            let opener = envelope.unlock(locked, &context, CLOCK.now(), &mut OsEntropy)?;
            let body = message.get(taken..).unwrap_or_default();
            let length = opener.opened_length(body)?;
            Ok((opener, body, length))
        })?;
        PyBytes::new_with(py, length, |plaintext| {
            py.detach(|| opener.open_into(body, plaintext, &Threads)).map(drop).map_err(raised)
        })
    }

    /// Seals one message piece by piece; of at most `length` bytes, if that is known.
    fn sealer(&self, py: Python<'_>, context: EncryptionContext, length: Option<u64>) -> PyResult<Sealer> {
        let sealer = self.with(py, |envelope| envelope.sealer(&context, length, CLOCK.now(), &mut OsEntropy))?;
        Ok(Sealer(Mutex::new(Some(Box::new(sealer)))))
    }

    /// Opens one message piece by piece.
    fn opener(slf: Bound<'_, Self>, py: Python<'_>, context: EncryptionContext) -> PyResult<Opener> {
        let locked = slf.get().with(py, |envelope| Ok(envelope.locked()))?;
        Ok(Opener { envelope: slf.unbind(), context, opening: Mutex::new(Opening::Locked(Box::new(locked))) })
    }
}

impl Envelope {
    /// Calls `ask` without the interpreter, with an envelope that no other thread has.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce(&mut core::Envelope) -> Result<T, Refused> + Send,
    ) -> PyResult<T> {
        py.detach(|| self.call(ask)).map_err(raised)
    }

    /// The same for who has let the interpreter go already.
    fn call<T>(&self, ask: impl FnOnce(&mut core::Envelope) -> Result<T, Refused>) -> Result<T, Refused> {
        let waiting = self.pool.lock().ok().and_then(|mut pool| pool.pop());
        let mut envelope = match waiting {
            Some(envelope) => envelope,
            None => Python::attach(|py| self.recipe.envelope(py))?,
        };
        let answer = ask(&mut envelope);
        if let Ok(mut pool) = self.pool.lock()
            && pool.len() < POOL
        {
            pool.push(envelope);
        }
        answer
    }

    /// Goes on with a message, of which `piece` comes next.
    fn advance(
        &self,
        opening: &mut Opening,
        piece: &[u8],
        context: &EncryptionContext,
        out: &mut Vec<u8>,
    ) -> Result<(), Refused> {
        let mut rest = piece;
        if let Opening::Locked(locked) = opening {
            let taken = locked.update(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
            if locked.header().is_none() {
                return Ok(());
            }
            let Opening::Locked(locked) = std::mem::replace(opening, Opening::Over) else { return Ok(()) };
            let opener = self.call(|envelope| envelope.unlock(*locked, context, CLOCK.now(), &mut OsEntropy))?;
            *opening = Opening::Open(Box::new(opener));
        }
        match opening {
            Opening::Open(opener) => opener.update(rest, out),
            Opening::Locked(_) | Opening::Over => Err(Refused::NotAuthentic),
        }
    }
}

/// The machine's cores.
#[derive(Debug)]
struct Threads;

impl Workers for Threads {
    fn count(&self) -> usize {
        cores()
    }

    fn run<'a>(&self, mut jobs: Vec<Job<'a>>) {
        let Some(own) = jobs.pop() else { return };
        thread::scope(|scope| {
            for job in jobs {
                scope.spawn(job);
            }
            own();
        });
    }
}

/// Seals one message.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Sealer(Mutex<Option<Box<core::Sealer>>>);

#[pymethods]
impl Sealer {
    /// What of the message is known with `data`.
    fn update<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Buffer::of(data)?;
        let data = data.as_slice();
        let mut message = Vec::with_capacity(data.len());
        py.detach(|| {
            let mut sealer = self.0.lock().map_err(|_| closed())?;
            sealer.as_mut().ok_or_else(closed)?.update(data, &mut message)
        })
        .map_err(raised)?;
        Ok(PyBytes::new(py, &message))
    }

    /// The end of the message.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut message = Vec::new();
        py.detach(|| {
            let sealer = self.0.lock().ok().and_then(|mut sealer| sealer.take()).ok_or_else(closed)?;
            sealer.finish(&mut message, &mut OsEntropy)
        })
        .map_err(raised)?;
        Ok(PyBytes::new(py, &message))
    }
}

/// Opens one message.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Opener {
    envelope: Py<Envelope>,
    context: EncryptionContext,
    opening: Mutex<Opening>,
}

/// How far a message is opened.
enum Opening {
    Locked(Box<Locked>),
    Open(Box<core::Opener>),
    Over,
}

impl Opening {
    fn finish(self) -> Result<Header, Refused> {
        match self {
            Self::Open(opener) => opener.finish(),
            Self::Locked(_) => Err(Refused::Cut),
            Self::Over => Err(Refused::NotAuthentic),
        }
    }
}

#[pymethods]
impl Opener {
    /// The plaintext of the frames that are whole with `data`, and verified.
    fn update<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Buffer::of(data)?;
        let envelope = self.envelope.get();
        let data = data.as_slice();
        let mut plaintext = Vec::with_capacity(data.len());
        py.detach(|| {
            let mut opening = self.opening.lock().map_err(|_| closed())?;
            let done = envelope.advance(&mut opening, data, &self.context, &mut plaintext);
            if done.is_err() {
                *opening = Opening::Over;
            }
            done
        })
        .map_err(raised)?;
        Ok(PyBytes::new(py, &plaintext))
    }

    /// Raises `EnvelopeError` when the message is not whole.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        let opening = py.detach(|| {
            let mut opening = self.opening.lock().map_err(|_| closed())?;
            Ok(std::mem::replace(&mut *opening, Opening::Over))
        });
        opening.and_then(Opening::finish).map(drop).map_err(raised)
    }

    /// The name of the algorithm suite and the encryption context, when the header is read and authentic.
    #[getter]
    fn header<'py>(&self, py: Python<'py>) -> PyResult<Option<(&'static str, Bound<'py, PyDict>)>> {
        let header = py.detach(|| match self.opening.lock().as_deref() {
            Ok(Opening::Open(opener)) => Some(opener.header().clone()),
            _ => None,
        });
        let Some(header) = header else { return Ok(None) };
        let context = PyDict::new(py);
        for (key, value) in &header.context {
            context.set_item(key, value)?;
        }
        Ok(Some((header.suite.name(), context)))
    }
}

/// A KMS client of Python's: an object that knows boto3.
struct Kms(Py<PyAny>);

impl std::fmt::Debug for Kms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kms")
    }
}

impl Kms {
    /// Calls a method, which answers with key ARN, plaintext and ciphertext.
    fn ask<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, pyo3::types::PyString>,
        arguments: impl pyo3::call::PyCallArgs<'py>,
    ) -> Result<KmsAnswer, ProviderError> {
        let answer = self.0.bind(py).call_method1(name, arguments)?;
        let (key_arn, plaintext, ciphertext): (String, Vec<u8>, Vec<u8>) = answer.extract()?;
        Ok(KmsAnswer { key_arn, plaintext: Secret::new(plaintext), ciphertext })
    }
}

impl KmsClient for Kms {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        length: usize,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        Python::attach(|py| self.ask(py, intern!(py, "generate_data_key"), (key_id, length, context.clone())))
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &Secret,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        let bytes = plaintext.expose();
        Python::attach(|py| self.ask(py, intern!(py, "encrypt"), (key_id, PyBytes::new(py, bytes), context.clone())))
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        Python::attach(|py| {
            self.ask(py, intern!(py, "decrypt"), (key_id, PyBytes::new(py, ciphertext), context.clone()))
        })
    }
}

/// The bytes of an object, where they stand. What changes them meanwhile, in another thread, changes what is sealed: they
/// are held, so that nothing frees or resizes them, but not locked.
enum Buffer<'py> {
    Bytes(Bound<'py, PyBytes>),
    /// Whatever else has a contiguous buffer.
    Held(pyo3_bytes::PyBytes),
}

impl<'py> Buffer<'py> {
    fn of(data: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = data.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone()));
        }
        let view = PyMemoryView::from(data)
            .map_err(|_| PyTypeError::new_err(format!("a bytes-like object is needed, not {}", data.get_type())))?;
        // A buffer of nothing may be nowhere, which is no slice.
        if view.getattr(intern!(data.py(), "nbytes"))?.extract::<usize>()? == 0 {
            return Ok(Self::Held(pyo3_bytes::PyBytes::default()));
        }
        Ok(Self::Held(view.call_method1(intern!(data.py(), "cast"), ("B",))?.extract()?))
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.as_bytes(),
            Self::Held(bytes) => bytes.as_slice(),
        }
    }
}

/// What KMS answered is raised as it is; what cannot be asked for is a `ValueError`.
fn raised(refused: Refused) -> PyErr {
    let text = refused.to_string();
    match refused {
        Refused::Provider(error) => of_provider(error).unwrap_or_else(|| EnvelopeError::new_err(text)),
        Refused::NoKey(said) => {
            let first = said.into_iter().find_map(of_provider);
            first.unwrap_or_else(|| EnvelopeError::new_err(text))
        }
        Refused::Unfit(_) => PyValueError::new_err(text),
        _ => EnvelopeError::new_err(text),
    }
}

/// The exception of Python's that an error is.
fn of_provider(error: ProviderError) -> Option<PyErr> {
    error.downcast::<PyErr>().ok().map(|error| *error)
}

fn closed() -> Refused {
    Refused::Unfit("the message is at its end".into())
}
