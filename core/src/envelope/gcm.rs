//! AES-GCM by a provider: the one place of this room that encrypts.

use super::refused::Refused;
use crate::crypto::aead::{Forged, TooLong};
use crate::crypto::provider::{AesGcm, BadKey, PreparedGcm};
use alloc::boxed::Box;

pub(super) use crate::crypto::aead::{IV, TAG};

/// A key of 16, 24 or 32 bytes, ready for many pieces.
pub(super) type GcmKey = Box<dyn PreparedGcm>;

/// Prepares `key`.
pub(super) fn prepared(by: &dyn AesGcm, key: &[u8]) -> Result<GcmKey, Refused> {
    by.prepare(key).map_err(|BadKey| Refused::Unfit("an AES key has 16, 24 or 32 bytes".into()))
}

impl From<TooLong> for Refused {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

impl From<Forged> for Refused {
    fn from(_: Forged) -> Self {
        Self::NotAuthentic
    }
}
