//! The key of one message, and what its header says to commit to it.

use super::gcm::{GcmKey, prepared};
use super::refused::Refused;
use super::suite::Suite;
use crate::base::{Secret, same};
use crate::crypto::kdf::{TooMuch, hkdf, hkdf_each};
use crate::crypto::provider::AesGcm;
use zeroize::Zeroizing;

/// The key of one message: ready for its pieces, and as it is, for pieces that are sealed or opened elsewhere.
#[derive(Debug)]
pub(super) struct MessageKey {
    pub(super) ready: GcmKey,
    pub(super) secret: Secret,
}

impl MessageKey {
    fn new(by: &dyn AesGcm, key: &[u8]) -> Result<Self, Refused> {
        Ok(Self { ready: prepared(by, key)?, secret: Secret::new(key.to_vec()) })
    }
}

/// Bytes of a commitment.
pub(super) const COMMITMENT: usize = 32;

/// The key that encrypts the message `id`, and the commitment to the data key where the suite has one.
///
/// # Source
/// AWS Encryption SDK Specification, `algorithm-suites.md`, "HKDF" and "Algorithm suites commit key derivation settings";
/// "Algorithms reference", "AES-GCM with key derivation".
pub(super) fn message_key(
    by: &dyn AesGcm,
    suite: Suite,
    data_key: &Secret,
    id: &[u8],
) -> Result<(MessageKey, Option<[u8; COMMITMENT]>), Refused> {
    let data_key = data_key.expose();
    if data_key.len() != suite.key_length() {
        return Err(Refused::Unfit("the data key has another length than the algorithm suite wants".into()));
    }
    let Some(hash) = suite.derivation() else { return Ok((MessageKey::new(by, data_key)?, None)) };
    let suite_id = suite.id().to_be_bytes();
    let mut whole = Zeroizing::new([0; 32]);
    let key = whole.get_mut(..suite.key_length()).unwrap_or_default();
    if !suite.commits() {
        hkdf(hash, None, data_key, &[&suite_id, id], key)?;
        return Ok((MessageKey::new(by, key)?, None));
    }
    let mut commitment = [0; COMMITMENT];
    let (for_key, for_commitment): ([&[u8]; 2], [&[u8]; 1]) = ([&suite_id, b"DERIVEKEY"], [b"COMMITKEY"]);
    hkdf_each(hash, Some(id), data_key, &mut [(&for_key, key), (&for_commitment, &mut commitment)])?;
    Ok((MessageKey::new(by, key)?, Some(commitment)))
}

impl From<TooMuch> for Refused {
    fn from(_: TooMuch) -> Self {
        Self::TooLong
    }
}

/// Whether the header commits to the data key at hand.
pub(super) fn check(said: Option<&[u8; COMMITMENT]>, is: Option<&[u8; COMMITMENT]>) -> Result<(), Refused> {
    match (said, is) {
        (None, None) => Ok(()),
        (Some(said), Some(is)) if same(said, is) => Ok(()),
        _ => Err(Refused::NotAuthentic),
    }
}
