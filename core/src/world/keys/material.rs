//! Key material, and the only ways to use it.

use super::{Demand, Key, KeySpec, KeyUsage, Keys, LastUse, Place, Rotated};
use crate::base::{Fault, KeyArn, KeyId, MaterialId, Secret, Timestamp, Uuid};
use crate::crypto::blob::{Blob, EncryptionContext, seal};
use crate::crypto::mac;
use crate::crypto::pair::{PairSpec, PrivateKey, Refusal};
use crate::world::Permit;
use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};
use core::cell::OnceCell;
use serde::{Deserialize, Serialize};

/// One key material of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Material {
    /// Where its key is, or was first: related multi-Region keys have it, too.
    pub(super) place: Place,
    /// The id of its key.
    pub(super) key: KeyId,
    /// The bytes of a symmetric or HMAC key, the PKCS#8 of a key pair.
    secret: Secret,
    /// The rotation that brought it; the first material just was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rotated: Option<Rotated>,
    /// `KeyMaterialDescription` of imported material.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// The public key of a pair whose imported material is deleted: it stays known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<Vec<u8>>,
    /// The key pair as it was read from that, once it was needed.
    #[serde(skip)]
    pair: OnceCell<Arc<PrivateKey>>,
}

impl Material {
    /// The bytes.
    pub(super) fn secret(&self) -> &[u8] {
        self.secret.expose()
    }

    /// The same with these bytes.
    pub(super) fn with_secret(&self, secret: Secret) -> Self {
        Self { secret, public: None, pair: OnceCell::new(), ..self.clone() }
    }

    /// The same without its bytes: what else is known of material stays when it is deleted.
    pub(super) fn erased(&self, spec: KeySpec, keys: &Keys) -> Self {
        let public = self.public_key(spec, keys).ok();
        Self { secret: Secret::default(), public, pair: OnceCell::new(), ..self.clone() }
    }

    /// The public key of a pair, as SubjectPublicKeyInfo.
    pub(super) fn public_key(&self, spec: KeySpec, keys: &Keys) -> Result<Vec<u8>, Fault> {
        match &self.public {
            Some(public) => Ok(public.clone()),
            None => self.pair(spec, keys)?.public().to_spki().map_err(|_| Fault::Internal),
        }
    }

    /// The key pair of a key of `spec`. Reading it takes as long as using it; it is read once.
    pub(super) fn pair(&self, spec: KeySpec, keys: &Keys) -> Result<Arc<PrivateKey>, Fault> {
        if let Some(pair) = self.pair.get() {
            return Ok(pair.clone());
        }
        let spec = spec.pair().ok_or(Fault::Internal)?;
        let read = keys.read_pair(spec, self.secret.expose()).map_err(|_| Fault::Internal)?;
        Ok(self.pair.get_or_init(|| Arc::new(read)).clone())
    }
}

/// The use that an operation wants to make of a key.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// The usage that the key must have.
    pub usage: KeyUsage,
    /// The algorithm.
    pub algorithm: &'a str,
    /// The name of the operation in messages: `Encrypt`, `ReEncryptTo`.
    pub operation: &'static str,
}

impl<'a> Use<'a> {
    /// Encryption or decryption by `algorithm`.
    #[must_use]
    pub const fn encryption(operation: &'static str, algorithm: &'a str) -> Self {
        Self { usage: KeyUsage::EncryptDecrypt, algorithm, operation }
    }
}

/// Proof that a key's state, usage and spec fit what is to be done with it. Only [`Keys::ready`] makes one.
#[derive(Debug)]
pub struct Ready {
    key: KeyArn,
    spec: KeySpec,
    material: MaterialId,
    operation: &'static str,
}

impl Ready {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &KeyArn {
        &self.key
    }

    /// What it is.
    #[must_use]
    pub const fn spec(&self) -> KeySpec {
        self.spec
    }

    /// The id of its current material.
    #[must_use]
    pub const fn material(&self) -> MaterialId {
        self.material
    }
}

impl Keys {
    /// Checks usage, then state, then algorithm: measured in us-east-1, 2026, where kms.md 1.3 leaves the order open.
    ///
    /// # Errors
    /// [`Fault::UnsupportedOperation`] for data key pairs and a key in a store; [`Fault::Disabled`],
    /// [`Fault::InvalidState`], [`Fault::InvalidKeyUsage`].
    pub fn ready(&self, arn: &Permit<KeyArn>, wanted: Use<'_>, now: Timestamp) -> Result<Ready, Fault> {
        let key = self.key(arn, now)?;
        has_pairs(key, arn, wanted)?;
        has_usage(key, arn, wanted)?;
        self.state(arn, now)?.admits(Demand::Cryptography, arn)?;
        has_algorithm(key, wanted)?;
        self.outside(arn, &EncryptionContext::new())?;
        // An enabled key has material.
        let material = key.current_material().ok_or(Fault::Internal)?;
        Ok(Ready { key: (**arn).clone(), spec: key.spec, material, operation: wanted.operation })
    }

    /// Seals `plaintext` under the key's current material.
    ///
    /// # Errors
    /// [`Fault::Internal`] for more bytes than [`crate::crypto::blob::MAX_PLAINTEXT`].
    pub fn seal(
        &self,
        ready: &Ready,
        nonce: [u8; 16],
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        let material = self.materials.get(&ready.material).ok_or(Fault::Internal)?;
        if let Some(outside) = self.outside(&ready.key, context)? {
            return outside.seal((&ready.material.0, &material.secret), nonce, context, plaintext);
        }
        seal(&ready.material.0, &material.secret, nonce, context, plaintext).map_err(|_| Fault::Internal)
    }

    /// Opens a blob that one of the key's materials has sealed, and tells which.
    ///
    /// # Errors
    /// [`Fault::InvalidCiphertext`] when the bytes are no blob, or not authentic in this context;
    /// [`Fault::IncorrectKey`] when another key has sealed it.
    pub fn open(
        &self,
        ready: &Ready,
        blob: &[u8],
        context: &EncryptionContext,
    ) -> Result<(Vec<u8>, MaterialId), Fault> {
        let blob = self.own(&ready.key, blob)?;
        let id = MaterialId(*blob.id());
        let material = self.materials.get(&id).ok_or(Fault::IncorrectKey)?;
        let plaintext = match self.outside(&ready.key, context)? {
            Some(outside) => outside.open(&material.secret, &blob, context)?,
            None => blob.open(&material.secret, context).map_err(|_| Fault::InvalidCiphertext)?,
        };
        Ok((plaintext, id))
    }

    /// Reads a blob that one of the key's materials has sealed.
    ///
    /// # Errors
    /// [`Fault::InvalidCiphertext`] when the bytes are no blob; [`Fault::IncorrectKey`] when another key has sealed it.
    pub fn own<'a>(&self, arn: &KeyArn, bytes: &'a [u8]) -> Result<Blob<'a>, Fault> {
        let invalid = |_| Fault::InvalidCiphertext;
        let blob = Blob::split(bytes).map_err(invalid)?;
        let key = self.keys.get(arn).ok_or(Fault::Internal)?;
        let own = key.materials.contains(&MaterialId(*blob.id()));
        // A damaged id is no other key's, and what is damaged goes to no key store.
        if !own || key.store.is_some() {
            Blob::parse(bytes).map_err(invalid)?;
        }
        if own { Ok(blob) } else { Err(Fault::IncorrectKey) }
    }

    /// The id of a material as answers show it: keys in custom key stores have none to show (unconfirmed).
    #[must_use]
    pub fn shown(&self, ready: &Ready, material: impl Into<Option<MaterialId>>) -> Option<MaterialId> {
        self.keys.get(&ready.key).filter(|key| key.store.is_none()).and_then(|_| material.into())
    }

    /// Notes that the use of a key has worked.
    pub fn note_use(&mut self, ready: &Ready, at: Timestamp, request_id: Uuid) {
        let last = LastUse { at, operation: Cow::Borrowed(ready.operation), request_id };
        self.used.insert(ready.key.clone(), last);
    }

    /// The private key that `der` writes down (PKCS#8), to be used by the lab's provider.
    pub(super) fn read_pair(&self, spec: PairSpec, der: &[u8]) -> Result<PrivateKey, Refusal> {
        match &self.provider {
            Some(provider) => PrivateKey::from_pkcs8_with(provider.pairs, self.repeats, spec, der),
            None => PrivateKey::from_pkcs8(spec, der),
        }
    }

    /// Stores new material of a key.
    pub(super) fn add_material(&mut self, key: &KeyArn, secret: Secret, rotated: Option<Rotated>) -> MaterialId {
        let id = material_id(key.id, &secret);
        let (place, description, pair) = (Place::of(key), String::new(), OnceCell::new());
        let material = Material { place, key: key.id, secret, rotated, description, public: None, pair };
        self.materials.insert(id, material);
        id
    }
}

/// The id of a material: it follows from key and material, so that the same bytes under another key are another
/// material, and importing them again gives the same. Source: kms.md 1.2.
pub(super) fn material_id(key: KeyId, secret: &Secret) -> MaterialId {
    // `mrk-` and 32 digits is another id than the UUID of the same digits.
    let kind: &[u8] = if key.is_multi_region() { b"mrk-" } else { b"" };
    MaterialId(mac::hmac_sha256(secret.expose(), &[b"kmslab key material id\0", kind, key.as_bytes()]))
}

/// Refuses to make data key pairs with keys in stores. It is note 7 of kms.md 3.2, which stands alone where the store is
/// disconnected: so it comes before the state. The sentence follows that for other origins.
fn has_pairs(key: &Key, arn: &KeyArn, wanted: Use<'_>) -> Result<(), Fault> {
    if key.store.is_none() || !wanted.operation.starts_with("GenerateDataKeyPair") {
        return Ok(());
    }
    let message = format!("{arn} origin is {} which is not valid for this operation.", key.origin);
    Err(Fault::UnsupportedOperation { message })
}

fn has_usage(key: &Key, arn: &KeyArn, wanted: Use<'_>) -> Result<(), Fault> {
    if key.usage == wanted.usage {
        return Ok(());
    }
    let message = format!("{arn} key usage is {} which is not valid for {}.", key.usage, wanted.operation);
    Err(Fault::InvalidKeyUsage { message })
}

fn has_algorithm(key: &Key, wanted: Use<'_>) -> Result<(), Fault> {
    if key.spec.algorithms(key.usage).contains(&wanted.algorithm) {
        return Ok(());
    }
    let message = match wanted.operation {
        // Measured in us-east-1, 2026. For data key pairs unconfirmed, so that they say what others do.
        "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" => {
            "You cannot generate a data key with an asymmetric CMK".into()
        }
        _ => format!("Algorithm {} is incompatible with key spec {}.", wanted.algorithm, key.spec),
    };
    Err(Fault::InvalidKeyUsage { message })
}
