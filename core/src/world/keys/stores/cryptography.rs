//! Cryptography with keys of custom key stores.
//!
//! A key in CloudHSM seals as any other, as long as its cluster answers. A key in an external store encrypts twice: KMS
//! first, under material of its own, then the external key what came out; so the key manager never sees a plaintext, and
//! without either nothing opens. The result stands in a blob as any other, so that it names its key; that blob's key is
//! derived from KMS's material. Source: KMS Developer Guide, "How double encryption works"; kms.md 14.1. AWS does not
//! publish the form.

use super::remote::Line;
use super::{Backing, ConnectionError, InStore, StoreAt, StoreType};
use crate::base::{Fault, KeyArn, Secret};
use crate::crypto::blob::{Blob, EncryptionContext, seal};
use crate::crypto::mac;
use crate::world::keys::{Keys, Place};
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// An external key, and the proxy to it, found fit for use.
#[derive(Debug)]
pub(in crate::world::keys) struct Outside<'a> {
    manager: &'a super::Manager,
    /// The way to a real proxy; without it the lab answers for the proxy.
    line: Option<Line<'a>>,
    /// The KMS key.
    key: &'a KeyArn,
    /// The external key.
    id: &'a str,
    /// The digest of the encryption context, which is all that the proxy gets of it.
    aad: [u8; 32],
}

impl Keys {
    /// What a key's store has to do with its use: nothing, for a key in none.
    ///
    /// # Errors
    /// [`Fault::StoreUnusable`] when the store cannot be used now, although it is connected.
    pub(in crate::world::keys) fn outside<'a>(
        &'a self,
        arn: &'a KeyArn,
        context: &EncryptionContext,
    ) -> Result<Option<Outside<'a>>, Fault> {
        let Some(InStore { id, external_key, .. }) = self.keys.get(arn).and_then(|key| key.store.as_ref()) else {
            return Ok(None);
        };
        let at = StoreAt { place: Place::of(arn), id: id.clone() };
        let store = self.stores.find(&at)?;
        if let Some(error) = self.stores.backends.broken(&at.place, store) {
            return Err(error.unusable(store.kind()));
        }
        match (&store.backing, external_key) {
            (Backing::External(proxy), Some(id)) => {
                let manager = self.stores.backends.manager(proxy).ok_or(Fault::Internal)?;
                let pairs = context.iter().flat_map(|(key, value)| [key.as_bytes(), b"\0", value.as_bytes(), b"\0"]);
                let aad = mac::sha256(&pairs.collect::<Vec<_>>());
                let line = self.stores.line(&arn.region, manager, proxy);
                if line.is_none() && manager.remote.is_some() {
                    return Err(ConnectionError::NotReachable.unusable(StoreType::External));
                }
                Ok(Some(Outside { manager, line, key: arn, id, aad }))
            }
            _ => Ok(None),
        }
    }
}

impl Outside<'_> {
    /// Seals `plaintext` twice.
    ///
    /// # Errors
    /// As the proxy answers.
    pub(in crate::world::keys) fn seal(
        &self,
        (id, material): (&[u8; 32], &Secret),
        nonce: [u8; 16],
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        let inner = seal(id, material, nonce, context, plaintext).map_err(|_| Fault::Internal)?;
        let sealed = match &self.line {
            Some(line) => line.encrypt(self.id, self.key, &self.aad, &inner)?,
            None => self.manager.encrypt(self.id, &nonce, &self.aad, &inner)?,
        };
        // Under another key: the same nonce never seals two messages under one.
        seal(id, &envelope(material), nonce, context, &sealed).map_err(|_| Fault::Internal)
    }

    /// Opens what [`seal`](Self::seal) has sealed.
    ///
    /// # Errors
    /// [`Fault::InvalidCiphertext`], and as the proxy answers.
    pub(in crate::world::keys) fn open(
        &self,
        material: &Secret,
        blob: &Blob<'_>,
        context: &EncryptionContext,
    ) -> Result<Vec<u8>, Fault> {
        let sealed = blob.open(&envelope(material), context).map_err(|_| Fault::InvalidCiphertext)?;
        let inner = Zeroizing::new(match &self.line {
            Some(line) => line.decrypt(self.id, self.key, &self.aad, &sealed)?,
            None => self.manager.decrypt(self.id, &self.aad, &sealed)?,
        });
        let blob = Blob::parse(&inner).map_err(|_| Fault::InvalidCiphertext)?;
        blob.open(material, context).map_err(|_| Fault::InvalidCiphertext)
    }
}

/// The key of the outer blob.
fn envelope(material: &Secret) -> Secret {
    Secret::new(mac::hmac_sha256(material.expose(), &[b"kmslab external envelope\0"]).into())
}

/// The type of the store that a key's origin names.
#[must_use]
pub const fn store_type(origin: crate::world::keys::Origin) -> Option<StoreType> {
    match origin {
        crate::world::keys::Origin::CloudHsm => Some(StoreType::CloudHsm),
        crate::world::keys::Origin::ExternalKeyStore => Some(StoreType::External),
        _ => None,
    }
}
