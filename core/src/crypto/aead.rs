//! AES-256-GCM with 96-bit IVs and 128-bit tags: NIST SP 800-38D.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{AeadInOut, inout::InOutBuf},
};
use core::fmt;

/// Bytes of a key.
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
