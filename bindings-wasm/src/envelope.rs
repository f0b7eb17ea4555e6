//! Envelope encryption: messages of the AWS Encryption SDK.
//!
//! KMS is asked by JavaScript, which has to wait for it, and the core does not wait. So sealing and opening are attempts:
//! one that needs an answer ends and says what to ask, and is made again with the answer, and with the same chance.

use crate::{KmslabError, thrown};
use js_sys::Date;
use kmslab::base::{Entropy, NoEntropy, Secret, Timespan, Timestamp};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::crypto::hash::Hash;
use kmslab::envelope::{
    self, CacheLimits, Discovery, KeyProvider, KmsAnswer, KmsClient, KmsKey, Lent, Locked, ProviderError, RawAes,
    RawRsa, Refused, Suite,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wasm_bindgen::prelude::*;

/// What KMS is asked: which operation, of which key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    operation: &'static str,
    key_id: String,
    context: EncryptionContext,
    length: usize,
    /// The number of the key, of those that the envelope was made with, whose client is asked.
    client: usize,
}

/// A question, and what came of it.
struct Asked {
    question: Question,
    /// The bytes that go along.
    sent: Secret,
    /// Nothing yet, the answer, or the words of a refusal.
    answer: Option<Result<KmsAnswer, String>>,
}

/// What one attempt after the other has learned.
#[derive(Default)]
struct Talk {
    asked: Vec<Asked>,
    /// How many of those this attempt has come past.
    past: usize,
    chance: Vec<u8>,
    drawn: usize,
}

impl fmt::Debug for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Talk({} asked)", self.asked.len())
    }
}

type Shared = Arc<Mutex<Talk>>;

fn held(talk: &Shared) -> MutexGuard<'_, Talk> {
    talk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The client of one key, as the core sees it.
#[derive(Debug)]
struct Client {
    talk: Shared,
    number: usize,
}

impl Client {
    fn ask(
        &self,
        operation: &'static str,
        key_id: &str,
        context: &EncryptionContext,
        sent: &[u8],
        length: usize,
    ) -> Result<KmsAnswer, ProviderError> {
        let question =
            Question { operation, key_id: key_id.into(), context: context.clone(), length, client: self.number };
        let mut talk = held(&self.talk);
        let at = talk.past;
        talk.past = at.saturating_add(1);
        match talk.asked.get(at).map(|asked| &asked.answer) {
            Some(Some(Ok(answer))) => Ok(KmsAnswer {
                key_arn: answer.key_arn.clone(),
                plaintext: answer.plaintext.clone(),
                ciphertext: answer.ciphertext.clone(),
            }),
            Some(Some(Err(said))) => Err(said.clone().into()),
            Some(None) => Err(Waiting.into()),
            None => {
                // One at a time: what is asked next may hang on the answer.
                if talk.asked.last().is_none_or(|asked| asked.answer.is_some()) {
                    talk.asked.push(Asked { question, sent: Secret::new(sent.to_vec()), answer: None });
                }
                Err(Waiting.into())
            }
        }
    }
}

impl KmsClient for Client {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        length: usize,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        self.ask("GenerateDataKey", key_id, context, &[], length)
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &Secret,
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        self.ask("Encrypt", key_id, context, plaintext.expose(), 0)
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<KmsAnswer, ProviderError> {
        self.ask("Decrypt", key_id, context, ciphertext, 0)
    }
}

/// The attempt cannot go on without an answer.
#[derive(Debug)]
struct Waiting;

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KMS has not answered yet")
    }
}

impl std::error::Error for Waiting {}

/// The host's chance, which repeats itself in the next attempt.
struct Chance(Shared);

impl Entropy for Chance {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        let mut talk = held(&self.0);
        let (from, to) = (talk.drawn, talk.drawn.saturating_add(out.len()));
        if let Some(missing) = to.checked_sub(talk.chance.len()).filter(|missing| *missing > 0) {
            let mut bytes = vec![0; missing];
            getrandom::fill(&mut bytes).map_err(|_| NoEntropy)?;
            talk.chance.extend_from_slice(&bytes);
        }
        talk.drawn = to;
        out.copy_from_slice(talk.chance.get(from..to).ok_or(NoEntropy)?);
        Ok(())
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

/// A key, as JavaScript writes it down.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum KeySpec {
    Kms { key_id: String },
    Discovery { partition: String, accounts: Vec<String>, region: Option<String> },
    Aes { namespace: String, name: String, key: Vec<u8> },
    Rsa { namespace: String, name: String, key: Vec<u8>, private: bool, hash: String },
}

/// What an envelope is made with.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    keys: Vec<KeySpec>,
    suite: Option<String>,
    commitment_policy: Option<String>,
    frame_length: u32,
    required_context: Vec<String>,
    max_encrypted_data_keys: Option<usize>,
    max_body_length: Option<f64>,
    cache: Option<CacheOptions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CacheOptions {
    capacity: usize,
    max_age: f64,
    max_messages: f64,
    max_bytes: f64,
}

impl KeySpec {
    fn provider(self, talk: &Shared, number: usize) -> Result<Box<dyn KeyProvider>, KmslabError> {
        let client = Client { talk: talk.clone(), number };
        Ok(match self {
            Self::Kms { key_id } => Box::new(KmsKey::new(&key_id, client)),
            Self::Discovery { partition, accounts, region } => {
                Box::new(Discovery::new(client, &partition, accounts, region))
            }
            Self::Aes { namespace, name, key } => {
                Box::new(RawAes::new(&namespace, &name, Secret::new(key)).map_err(thrown)?)
            }
            Self::Rsa { namespace, name, key, private, hash } => {
                let hash = match hash.as_str() {
                    "SHA1" => Hash::Sha1,
                    "SHA256" => Hash::Sha256,
                    "SHA384" => Hash::Sha384,
                    "SHA512" => Hash::Sha512,
                    _ => return Err(thrown(format!("{hash} is no hash of OAEP"))),
                };
                let der = Secret::new(key);
                let made = if private { RawRsa::private } else { RawRsa::public };
                Box::new(made(&namespace, &name, der.expose(), hash).map_err(thrown)?)
            }
        })
    }
}

fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a date of JavaScript's is a whole number")]
    Timestamp::from_millis(Date::now() as i64)
}

fn context(json: &str) -> Result<EncryptionContext, KmslabError> {
    serde_json::from_str(json).map_err(thrown)
}

/// Keys that wrap, and the rules by which messages are sealed and opened. `js/envelope.ts` waits for KMS on its behalf.
#[derive(Debug)]
#[wasm_bindgen]
pub struct EnvelopeCore {
    inner: envelope::Envelope,
    talk: Shared,
}

#[wasm_bindgen]
impl EnvelopeCore {
    /// `options`, in JSON, are those of `EnvelopeOptions`.
    ///
    /// # Errors
    /// For what cannot be.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<EnvelopeCore, KmslabError> {
        let options: Options = serde_json::from_str(options).map_err(thrown)?;
        let talk = Shared::default();
        let keys = options.keys.into_iter().enumerate();
        let providers = keys.map(|(number, key)| key.provider(&talk, number)).collect::<Result<Vec<_>, _>>()?;
        let mut inner = envelope::Envelope::new(providers)
            .map_err(thrown)?
            .frame_length(NonZeroU32::new(options.frame_length))
            .required_context(options.required_context)
            .map_err(thrown)?;
        if let Some(policy) = options.commitment_policy {
            inner = inner.policy(policy.parse().map_err(thrown)?);
        }
        if let Some(suite) = options.suite {
            inner = inner.suite(suite.parse::<Suite>().map_err(thrown)?);
        }
        if let Some(most) = options.max_encrypted_data_keys {
            inner = inner.most_keys(most);
        }
        if let Some(most) = options.max_body_length {
            inner = inner.largest_body(whole(most));
        }
        if let Some(limits) = options.cache {
            let age = Timespan::millis(whole(limits.max_age * 1000.0).try_into().unwrap_or(i64::MAX));
            let (messages, bytes) = (whole(limits.max_messages), whole(limits.max_bytes));
            let limits = CacheLimits::new(limits.capacity, age, messages, bytes.min(CacheLimits::MOST_BYTES));
            inner = inner.cache(limits.map_err(thrown)?);
        }
        Ok(Self { inner, talk })
    }

    /// A sealer for one message; nothing when the attempt waits for KMS.
    ///
    /// # Errors
    /// What the core refuses.
    pub fn sealer(
        &mut self,
        attempt: &mut EnvelopeAttempt,
        given: &str,
        length: Option<f64>,
    ) -> Result<Option<EnvelopeSealer>, KmslabError> {
        let given = context(given)?;
        let sealer = self.attempt(attempt, |inner, chance| inner.sealer(&given, length.map(whole), now(), chance))?;
        Ok(sealer.map(|inner| EnvelopeSealer { inner: Some(inner) }))
    }

    /// A message to open.
    #[must_use]
    pub fn locked(&self) -> EnvelopeLocked {
        EnvelopeLocked { inner: self.inner.locked(), header: Vec::new() }
    }

    /// Opens the lock; nothing when the attempt waits for KMS.
    ///
    /// # Errors
    /// What the core refuses.
    pub fn unlock(
        &mut self,
        attempt: &mut EnvelopeAttempt,
        locked: &EnvelopeLocked,
        given: &str,
    ) -> Result<Option<EnvelopeOpener>, KmslabError> {
        let given = context(given)?;
        // Each attempt needs a lock of its own.
        let mut lock = self.inner.locked();
        lock.update(&locked.header).map_err(thrown)?;
        let opener = self.attempt(attempt, |inner, chance| inner.unlock(lock, &given, now(), chance))?;
        Ok(opener.map(|inner| EnvelopeOpener { inner: Some(inner) }))
    }

    fn attempt<T>(
        &mut self,
        attempt: &mut EnvelopeAttempt,
        work: impl FnOnce(&mut envelope::Envelope, &mut Chance) -> Result<T, Refused>,
    ) -> Result<Option<T>, KmslabError> {
        attempt.talk.past = 0;
        attempt.talk.drawn = 0;
        std::mem::swap(&mut attempt.talk, &mut *held(&self.talk));
        let done = work(&mut self.inner, &mut Chance(self.talk.clone()));
        std::mem::swap(&mut attempt.talk, &mut *held(&self.talk));
        match done {
            Ok(made) => Ok(Some(made)),
            Err(_) if attempt.waits().is_some() => Ok(None),
            Err(refused) => Err(thrown(refused)),
        }
    }
}

/// A count that JavaScript has as a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// What one message needs of KMS, from its first attempt to its last.
#[derive(Debug, Default)]
#[wasm_bindgen]
pub struct EnvelopeAttempt {
    talk: Talk,
}

#[wasm_bindgen]
impl EnvelopeAttempt {
    /// Nothing is known yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> EnvelopeAttempt {
        Self::default()
    }

    /// What KMS is to be asked, in JSON: operation, key id, context, length, number of the key.
    ///
    /// # Errors
    /// When nothing is waited for.
    pub fn question(&self) -> Result<String, KmslabError> {
        serde_json::to_string(&self.waits().ok_or_else(idle)?.question).map_err(thrown)
    }

    /// The bytes that go along: `Plaintext` of `Encrypt`, `CiphertextBlob` of `Decrypt`.
    ///
    /// # Errors
    /// When nothing is waited for.
    pub fn sent(&self) -> Result<Vec<u8>, KmslabError> {
        self.waits().map(|asked| asked.sent.expose().to_vec()).ok_or_else(idle)
    }

    /// KMS has answered.
    pub fn answer(&mut self, key_arn: String, plaintext: Vec<u8>, ciphertext: Vec<u8>) {
        self.settle(Ok(KmsAnswer { key_arn, plaintext: Secret::new(plaintext), ciphertext }));
    }

    /// KMS has refused, in these words.
    pub fn refused(&mut self, said: String) {
        self.settle(Err(said));
    }

    fn waits(&self) -> Option<&Asked> {
        self.talk.asked.last().filter(|asked| asked.answer.is_none())
    }

    fn settle(&mut self, came: Result<KmsAnswer, String>) {
        if let Some(asked) = self.talk.asked.last_mut().filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(came);
        }
    }
}

fn idle() -> KmslabError {
    thrown("nothing is asked of KMS")
}

/// Frames that WebCrypto seals or opens, in a row: of each its number, the IV to seal with, and the associated data.
fn written(lent: Vec<Lent>) -> Vec<u8> {
    lent.into_iter().flat_map(|Lent { number, iv, aad, .. }| [&number[..], &iv, &aad].concat()).collect()
}

/// Plaintext in, message out.
#[derive(Debug)]
#[wasm_bindgen]
pub struct EnvelopeSealer {
    inner: Option<envelope::Sealer>,
}

#[wasm_bindgen]
impl EnvelopeSealer {
    /// Seals a piece, and gives what of the message is ready.
    ///
    /// # Errors
    /// After the end, and for more than was announced.
    pub fn update(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, KmslabError> {
        let sealer = self.inner.as_mut().ok_or_else(ended)?;
        let mut out = Vec::with_capacity(plaintext.len());
        sealer.update(plaintext, &mut out).map_err(thrown)?;
        Ok(out)
    }

    /// The AES key of the message.
    ///
    /// # Errors
    /// After the end.
    pub fn key(&self) -> Result<Vec<u8>, KmslabError> {
        Ok(self.inner.as_ref().ok_or_else(ended)?.key().expose().to_vec())
    }

    /// Leaves the next `count` frames to JavaScript, as [`written`] writes them; none of them is the last.
    ///
    /// # Errors
    /// After the end, and for more than was announced.
    pub fn lend(&mut self, count: u32) -> Result<Vec<u8>, KmslabError> {
        self.inner.as_mut().ok_or_else(ended)?.lend(count).map(written).map_err(thrown)
    }

    /// Goes on after frames that were lent, and have become these.
    ///
    /// # Errors
    /// After the end.
    pub fn sealed(&mut self, frames: &[u8]) -> Result<(), KmslabError> {
        self.inner.as_mut().ok_or_else(ended)?.sealed(frames);
        Ok(())
    }

    /// Ends the message.
    ///
    /// # Errors
    /// After the end.
    pub fn finish(&mut self) -> Result<Vec<u8>, KmslabError> {
        let (sealer, mut out) = (self.inner.take().ok_or_else(ended)?, Vec::new());
        sealer.finish(&mut out, &mut Chance(Shared::default())).map_err(thrown)?;
        Ok(out)
    }
}

/// The header of a message that is yet to be opened.
#[derive(Debug)]
#[wasm_bindgen]
pub struct EnvelopeLocked {
    inner: Locked,
    header: Vec<u8>,
}

#[wasm_bindgen]
impl EnvelopeLocked {
    /// Goes on with `message`, and says how many bytes of it are the header's: all of them when it is not whole yet.
    ///
    /// # Errors
    /// When those bytes are no message.
    pub fn update(&mut self, message: &[u8]) -> Result<usize, KmslabError> {
        let taken = self.inner.update(message).map_err(thrown)?;
        self.header.extend_from_slice(message.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    /// Whether the header is whole.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn whole(&self) -> bool {
        self.inner.header().is_some()
    }
}

/// Message in, plaintext out.
#[derive(Debug)]
#[wasm_bindgen]
pub struct EnvelopeOpener {
    inner: Option<envelope::Opener>,
}

#[wasm_bindgen]
impl EnvelopeOpener {
    /// Opens a piece, and gives the plaintext of the frames that verified.
    ///
    /// # Errors
    /// When they do not.
    pub fn update(&mut self, message: &[u8]) -> Result<Vec<u8>, KmslabError> {
        let opener = self.inner.as_mut().ok_or_else(ended)?;
        let mut out = Vec::with_capacity(message.len());
        opener.update(message, &mut out).map_err(thrown)?;
        Ok(out)
    }

    /// The AES key of the message.
    ///
    /// # Errors
    /// After the end.
    pub fn key(&self) -> Result<Vec<u8>, KmslabError> {
        Ok(self.inner.as_ref().ok_or_else(ended)?.key().expose().to_vec())
    }

    /// Bytes of a frame; nothing for a body without frames.
    ///
    /// # Errors
    /// After the end.
    #[wasm_bindgen(getter, js_name = frameLength)]
    pub fn frame_length(&self) -> Result<Option<u32>, KmslabError> {
        Ok(self.inner.as_ref().ok_or_else(ended)?.header().frame_length.map(NonZeroU32::get))
    }

    /// What the next `count` frames have to be, as [`written`] writes them, if none of them is the last.
    ///
    /// # Errors
    /// After the end.
    pub fn lend(&self, count: u32) -> Result<Vec<u8>, KmslabError> {
        self.inner.as_ref().ok_or_else(ended)?.lend(count).map(written).map_err(thrown)
    }

    /// Goes on after `count` frames that were lent and have verified.
    ///
    /// # Errors
    /// After the end.
    pub fn opened(&mut self, count: u32, frames: &[u8]) -> Result<(), KmslabError> {
        self.inner.as_mut().ok_or_else(ended)?.opened(count, frames);
        Ok(())
    }

    /// A frame that was lent does not verify: nothing more is said, in the same words as always.
    #[must_use]
    pub fn fail(&mut self) -> KmslabError {
        if let Some(opener) = &mut self.inner {
            opener.fail();
        }
        thrown(Refused::NotAuthentic)
    }

    /// The end of the message: all of it has verified, the signature too. Gives its encryption context, in JSON.
    ///
    /// # Errors
    /// When it is cut.
    pub fn finish(&mut self) -> Result<String, KmslabError> {
        let header = self.inner.take().ok_or_else(ended)?.finish().map_err(thrown)?;
        serde_json::to_string(&header.context).map_err(thrown)
    }
}

fn ended() -> KmslabError {
    thrown("the message is at its end")
}
