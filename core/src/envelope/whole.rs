//! An envelope: keys that wrap, and the rules by which messages are sealed and opened.

use super::bulk::Alone;
use super::cache::{Cache, CacheLimits, open_id, seal_id};
use super::context::{PUBLIC_KEY, RESERVED, check_keys};
use super::header::Header;
use super::keys::{DataKey, KeyProvider};
use super::opener::{Locked, Opener};
use super::refused::Refused;
use super::sealer::{Materials, Sealer};
use super::signature;
use super::suite::{CommitmentPolicy, Suite};
use crate::base::{Entropy, Secret, Timestamp};
use crate::crypto::blob::EncryptionContext;
use crate::crypto::provider::{Provider, RUST_CRYPTO};
use alloc::{boxed::Box, collections::BTreeSet, format, string::String, sync::Arc, vec::Vec};
use core::num::NonZeroU32;

/// Bytes of a frame, when nothing else is said: the AWS Encryption SDK's own default.
pub const DEFAULT_FRAME: NonZeroU32 = match NonZeroU32::new(4096) {
    Some(length) => length,
    None => NonZeroU32::MIN,
};

/// Seals and opens messages with the keys of its providers.
///
/// The first provider makes the data keys, and the others wrap them too: each of them alone opens the message.
#[derive(Debug)]
pub struct Envelope {
    providers: Vec<Box<dyn KeyProvider>>,
    policy: CommitmentPolicy,
    suite: Option<Suite>,
    frame_length: Option<NonZeroU32>,
    required: BTreeSet<String>,
    most_keys: Option<usize>,
    largest: Option<u64>,
    cache: Option<Cache>,
    by: &'static Provider,
}

/// A message that was opened: all of it verified.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// What was sealed.
    pub plaintext: Vec<u8>,
    /// What the header says.
    pub header: Header,
}

impl Envelope {
    /// With frames of 4,096 bytes, key commitment required, and no limits.
    ///
    /// # Errors
    /// [`Refused::Unfit`] without providers.
    pub fn new(providers: Vec<Box<dyn KeyProvider>>) -> Result<Self, Refused> {
        if providers.is_empty() {
            return Err(Refused::Unfit("an envelope has one key at least".into()));
        }
        Ok(Self {
            providers,
            policy: CommitmentPolicy::default(),
            suite: None,
            frame_length: Some(DEFAULT_FRAME),
            required: BTreeSet::new(),
            most_keys: None,
            largest: None,
            cache: None,
            by: &RUST_CRYPTO,
        })
    }

    /// Under another commitment policy.
    #[must_use]
    pub fn policy(mut self, policy: CommitmentPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Seals with this suite, not with the policy's own. The policy has to allow it.
    #[must_use]
    pub fn suite(mut self, suite: Suite) -> Self {
        self.suite = Some(suite);
        self
    }

    /// Seals in frames of so many bytes; without a length, bodies have no frames, and are held in memory as a whole. AWS
    /// advises against those: they are for tests of programs that have to read them.
    #[must_use]
    pub fn frame_length(mut self, length: Option<NonZeroU32>) -> Self {
        self.frame_length = length;
        self
    }

    /// Keys of the encryption context that every message has to have. Their pairs are authenticated and not stored: who
    /// opens has to know them.
    ///
    /// # Errors
    /// [`Refused::Context`] for keys that are the format's own.
    pub fn required_context(mut self, keys: impl IntoIterator<Item = String>) -> Result<Self, Refused> {
        self.required = keys.into_iter().collect();
        check_keys(&self.required)?;
        Ok(self)
    }

    /// Neither seals nor opens messages with more encrypted data keys.
    #[must_use]
    pub fn most_keys(mut self, most: usize) -> Self {
        self.most_keys = Some(most);
        self
    }

    /// Opens no messages with longer frames, or a longer body without frames: what an [`Opener`] holds in memory.
    #[must_use]
    pub fn largest_body(mut self, bytes: u64) -> Self {
        self.largest = Some(bytes);
        self
    }

    /// Lets a faster implementation do the bulk of the work. The bytes are the same.
    #[must_use]
    pub fn provider(mut self, by: &'static Provider) -> Self {
        self.by = by;
        self
    }

    /// Uses data keys again, within these limits.
    #[must_use]
    pub fn cache(mut self, limits: CacheLimits) -> Self {
        self.cache = Some(Cache::new(limits));
        self
    }

    /// A sealer for one message, whose plaintext has at most `length` bytes, if that is known. Data keys are used again
    /// only for messages of known length.
    ///
    /// # Errors
    /// [`Refused::Policy`], [`Refused::Context`], [`Refused::TooManyKeys`], [`Refused::Provider`], [`Refused::NoEntropy`].
    pub fn sealer(
        &mut self,
        context: &EncryptionContext,
        length: Option<u64>,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Sealer, Refused> {
        let suite = self.suite.unwrap_or_else(|| self.policy.suite());
        if !self.policy.seals(suite) {
            return Err(Refused::Policy { suite, policy: self.policy, sealing: true });
        }
        check_keys(context.keys())?;
        self.check_required(context)?;
        let materials = self.materials(suite, context, length, now, entropy)?;
        self.check_count(materials.keys.len())?;
        Sealer::new(self.by.aes_gcm, &materials, self.frame_length, &self.required, length, entropy)
    }

    /// A message to open: it takes bytes until its header is whole.
    #[must_use]
    pub fn locked(&self) -> Locked {
        Locked::new(self.most_keys, self.largest)
    }

    /// Opens the lock with one of the keys. Each pair of `context` must be the message's own; pairs that are not stored in
    /// it must be those that it was sealed with.
    ///
    /// # Errors
    /// [`Refused::Cut`] when the header is not whole; [`Refused::Policy`], [`Refused::Context`], [`Refused::NoKey`],
    /// [`Refused::NotAuthentic`], [`Refused::BadMessage`], [`Refused::TooLarge`].
    pub fn unlock(
        &mut self,
        locked: Locked,
        context: &EncryptionContext,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Opener, Refused> {
        let header = locked.header().ok_or(Refused::Cut)?;
        let suite = header.suite;
        if !self.policy.opens(suite) {
            return Err(Refused::Policy { suite, policy: self.policy, sealing: false });
        }
        self.check_required(context)?;
        let unstored = unstored(header, context)?;
        let mut whole = header.context.clone();
        whole.extend(unstored.clone());
        let public_key = signature::public_key(suite, &whole)?;
        let data_key = self.data_key(header, &whole, now, entropy)?;
        locked.unlock(self.by.aes_gcm, &data_key, &unstored, public_key.map(|key| key.with(self.by.pairs)))
    }

    /// Seals `plaintext` at once.
    ///
    /// # Errors
    /// As [`Self::sealer`], and [`Refused::TooLong`].
    pub fn seal(
        &mut self,
        plaintext: &[u8],
        context: &EncryptionContext,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, Refused> {
        let length = plaintext.len() as u64;
        let sealer = self.sealer(context, Some(length), now, entropy)?;
        let whole = sealer.sealed_length(length).and_then(|length| usize::try_from(length).ok());
        let mut out = alloc::vec![0; whole.ok_or(Refused::TooLong)?];
        sealer.seal_into(plaintext, &mut out, &Alone, entropy)?;
        Ok(out)
    }

    /// Opens `message` at once: plaintext comes out only when everything verified, the signature too.
    ///
    /// # Errors
    /// As [`Self::unlock`], and [`Refused::Cut`].
    pub fn open(
        &mut self,
        message: &[u8],
        context: &EncryptionContext,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Opened, Refused> {
        let mut locked = self.locked();
        let taken = locked.update(message)?;
        let opener = self.unlock(locked, context, now, entropy)?;
        let body = message.get(taken..).unwrap_or_default();
        let mut plaintext = alloc::vec![0; opener.opened_length(body)?];
        let header = opener.open_into(body, &mut plaintext, &Alone)?;
        Ok(Opened { plaintext, header })
    }

    /// What seals a message: of the cache, or new.
    fn materials(
        &mut self,
        suite: Suite,
        context: &EncryptionContext,
        length: Option<u64>,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Materials, Refused> {
        let (Some(length), Some(cache)) = (length, self.cache.as_mut().filter(|cache| cache.serves(suite, length)))
        else {
            return self.new_materials(suite, context, entropy);
        };
        let id = seal_id(suite, context)?;
        if let Some(materials) = cache.seals(&id, length, now) {
            return Ok(materials);
        }
        let materials = self.new_materials(suite, context, entropy)?;
        if let Some(cache) = &mut self.cache {
            cache.keep_seal(id, materials.clone(), length, now);
        }
        Ok(materials)
    }

    fn new_materials(
        &mut self,
        suite: Suite,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<Materials, Refused> {
        let mut context = context.clone();
        let signing = signature::generate(self.by.pairs, suite, entropy)?.map(|(key, public)| {
            context.insert(PUBLIC_KEY.into(), public);
            Arc::new(key)
        });
        let (first, others) = self.providers.split_first_mut().ok_or_else(no_provider)?;
        let made = first.generate(suite.key_length(), &context, entropy).map_err(Refused::Provider)?;
        let DataKey { plaintext: data_key, wrapped } = made;
        let mut keys = alloc::vec![wrapped];
        for provider in others {
            keys.push(provider.wrap(&data_key, &context, entropy).map_err(Refused::Provider)?);
        }
        Ok(Materials { suite, context, data_key, keys, signing })
    }

    /// The data key of a message: of the cache, or unwrapped by the first provider that can.
    fn data_key(
        &mut self,
        header: &Header,
        context: &EncryptionContext,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Secret, Refused> {
        let Some(cache) = self.cache.as_mut().filter(|_| header.suite.derives()) else {
            return self.unwrapped(header, context, entropy);
        };
        let id = open_id(header, context)?;
        if let Some(key) = cache.opens(&id, now) {
            return Ok(key);
        }
        let key = self.unwrapped(header, context, entropy)?;
        if let Some(cache) = &mut self.cache {
            cache.keep_open(id, key.clone(), now);
        }
        Ok(key)
    }

    fn unwrapped(
        &mut self,
        header: &Header,
        context: &EncryptionContext,
        entropy: &mut dyn Entropy,
    ) -> Result<Secret, Refused> {
        let mut said = Vec::new();
        for provider in &mut self.providers {
            for key in &header.keys {
                match provider.unwrap(key, context, entropy) {
                    Ok(Some(data_key)) if data_key.expose().len() == header.suite.key_length() => return Ok(data_key),
                    Ok(Some(_)) => said.push(Refused::NotAuthentic.into()),
                    Ok(None) => {}
                    Err(error) => said.push(error),
                }
            }
        }
        Err(Refused::NoKey(said))
    }

    fn check_required(&self, context: &EncryptionContext) -> Result<(), Refused> {
        match self.required.iter().find(|key| !context.contains_key(*key)) {
            Some(key) => Err(Refused::Context(format!("{key} is required"))),
            None => Ok(()),
        }
    }

    fn check_count(&self, found: usize) -> Result<(), Refused> {
        match self.most_keys {
            Some(most) if found > most => Err(Refused::TooManyKeys { found, most }),
            _ => Ok(()),
        }
    }
}

/// The pairs of `context` that are not stored in the message. The others have to be the same there.
fn unstored(header: &Header, context: &EncryptionContext) -> Result<EncryptionContext, Refused> {
    let mut unstored = EncryptionContext::new();
    for (key, value) in context {
        match header.context.get(key) {
            Some(stored) if stored == value => {}
            Some(_) => return Err(Refused::Context(format!("{key} has another value in the message"))),
            None if key.starts_with(RESERVED) => {
                return Err(Refused::Context(format!("{key} is not in the message")));
            }
            None => {
                unstored.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(unstored)
}

fn no_provider() -> Refused {
    Refused::Unfit("an envelope has one key at least".into())
}
