//! Grant tokens: opaque to callers, verified without a record of their own.
//!
//! A token is base64url of what AWS's documented example decodes to: `01`, then fields 1 (64 hex digits of a
//! backing-key id), 4 (a ciphertext blob) and 5 (the grant's id). The blob seals the grant's id under a secret of the
//! key. Source of the layout: kms.md 1.2, observed.

use super::{GrantId, Keys};
use crate::base::{Fault, KeyArn, Region, Secret};
use crate::crypto::blob::{Blob, EncryptionContext, seal};
use crate::crypto::mac;
use crate::world::Permit;
use alloc::{string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding};

/// Bytes of the blob inside: it seals 32 bytes.
const BLOB: usize = 184;
/// Where the blob starts in the token.
const AT: usize = 70;

impl Keys {
    /// A token for a grant on the key. All tokens of a grant are equal in power; `nonce` makes them different.
    ///
    /// # Errors
    /// [`Fault::Internal`] when there is no such key.
    pub fn grant_token(&self, key: &Permit<KeyArn>, id: GrantId, nonce: [u8; 16]) -> Result<String, Fault> {
        let record = self.keys.get(&**key).ok_or(Fault::Internal)?;
        // A key that waits for its material has grants, too.
        let backing = record.current_material().map_or_else(|| mac::sha256(&[key.id.as_bytes()]), |id| id.0);
        let blob = seal(&backing, &record.token_key, nonce, &context(), &id.0).map_err(|_| Fault::Internal)?;
        Ok(Base64UrlUnpadded::encode_string(&assemble(&backing, &blob, id)))
    }

    /// The grant that a token stands for, on a key in `region`.
    ///
    /// # Errors
    /// [`Fault::InvalidGrantToken`] when no `CreateGrant` there made the token, or its grant has ended.
    pub fn grant_of_token(&self, token: &str, region: &Region) -> Result<GrantId, Fault> {
        let id = self.read_token(token).filter(|id| self.grants.get(id).is_some_and(|row| row.key.region == *region));
        id.ok_or(Fault::InvalidGrantToken)
    }

    fn read_token(&self, token: &str) -> Option<GrantId> {
        let bytes = Base64UrlUnpadded::decode_vec(token).ok()?;
        let id = GrantId(*bytes.last_chunk()?);
        let blob = bytes.get(AT..)?.get(..BLOB)?;
        let parsed = Blob::parse(blob).ok()?;
        let row = self.grants.get(&id)?;
        let secret: &Secret = &self.keys.get(&row.key)?.token_key;
        let sealed = parsed.open(secret, &context()).ok()?;
        (sealed == id.0 && bytes == assemble(parsed.id(), blob, id)).then_some(id)
    }
}

/// The bytes of a token. `b8 01` is 184 as a variable-length integer.
fn assemble(backing: &[u8; 32], blob: &[u8], id: GrantId) -> Vec<u8> {
    let hex = base16ct::lower::encode_string(backing);
    [&[0x01, 0x0a, 0x40], hex.as_bytes(), &[0x22, 0xb8, 0x01], blob, &[0x2a, 0x20], &id.0].concat()
}

/// What keeps these blobs apart from those of `Encrypt`.
fn context() -> EncryptionContext {
    EncryptionContext::from([("kmslab".into(), "grant token".into())])
}
