//! AES-GCM with 96-bit IVs and 128-bit tags: NIST SP 800-38D. By [`seal`] and [`open`] for a message that has an AES-256
//! key of its own, as the blobs of KMS have; by a [provider](super::provider) for many messages or much data.

use super::provider::{AesGcm, BadKey, PreparedGcm};
use aes_gcm::aead::{
    AeadInOut,
    consts::{U12, U16},
    inout::InOutBuf,
};
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit, aes::Aes192};
use alloc::boxed::Box;
use core::fmt;

/// Bytes of a key of AES-256.
pub const KEY: usize = 32;
/// Bytes of an IV. Under one key no IV may be used twice.
pub const IV: usize = 12;
/// Bytes of a tag.
pub const TAG: usize = 16;

/// Encrypts `text` where it stands, bound to `aad`, and gives the tag.
///
/// # Errors
/// [`TooLong`] for 2^36 - 31 bytes or more.
///
/// # Source
/// SP 800-38D, 7.1: `GCM-AE_K(IV, P, A)`.
pub fn seal(key: &[u8; KEY], iv: &[u8; IV], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG], TooLong> {
    let cipher = Aes256Gcm::new(key.into());
    cipher.encrypt_inout_detached(iv.into(), aad, InOutBuf::from(text)).map(Into::into).map_err(|_| TooLong)
}

/// Decrypts `text` where it stands. What is not authentic is left as it was.
///
/// # Errors
/// [`Forged`] when key, IV, associated data, ciphertext and tag do not belong together.
///
/// # Source
/// SP 800-38D, 7.2: `GCM-AD_K(IV, C, A, T)`.
pub fn open(key: &[u8; KEY], iv: &[u8; IV], aad: &[u8], text: &mut [u8], tag: &[u8; TAG]) -> Result<(), Forged> {
    let cipher = Aes256Gcm::new(key.into());
    cipher.decrypt_inout_detached(iv.into(), aad, InOutBuf::from(text), tag.into()).map_err(|_| Forged)
}

/// The core's own AES-GCM.
#[derive(Debug)]
pub(super) struct RustCrypto;

impl AesGcm for RustCrypto {
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedGcm>, BadKey> {
        Ok(match key.len() {
            16 => Box::new(Key::<Aes128Gcm>::new(key)?),
            24 => Box::new(Key::<aes_gcm::AesGcm<Aes192, U12>>::new(key)?),
            32 => Box::new(Key::<Aes256Gcm>::new(key)?),
            _ => return Err(BadKey),
        })
    }
}

/// A key of one length; it erases itself.
struct Key<C>(C);

impl<C: KeyInit> Key<C> {
    fn new(key: &[u8]) -> Result<Self, BadKey> {
        C::new_from_slice(key).map(Self).map_err(|_| BadKey)
    }
}

impl<C: AeadInOut<NonceSize = U12, TagSize = U16> + Send + Sync> PreparedGcm for Key<C> {
    fn seal(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG], TooLong> {
        self.0.encrypt_inout_detached(iv.into(), aad, InOutBuf::from(text)).map(Into::into).map_err(|_| TooLong)
    }

    fn open(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8], tag: &[u8; TAG]) -> Result<(), Forged> {
        self.0.decrypt_inout_detached(iv.into(), aad, InOutBuf::from(text), tag.into()).map_err(|_| Forged)
    }
}

impl<C> fmt::Debug for Key<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesGcmKey(hidden)")
    }
}

/// The text is longer than GCM allows under one IV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// Key, IV, associated data, ciphertext and tag do not belong together. Which of them is wrong, nobody learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forged;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too long for one AES-GCM message")
    }
}

impl fmt::Display for Forged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not authentic")
    }
}

impl core::error::Error for TooLong {}
impl core::error::Error for Forged {}
