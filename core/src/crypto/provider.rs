//! Who does the cryptography that takes time. It is RustCrypto's, in this crate; a face that has something faster hands it
//! to its lab as a [`Provider`].
//!
//! What a provider makes, the core could have made: it opens what the core seals and verifies what the core signs, and the
//! other way round. One set of vectors is run over both. Keys are prepared once and used often, because reading a key can
//! take as long as using it.
//!
//! ```
//! use kmslab::crypto::provider::RUST_CRYPTO;
//!
//! let key = RUST_CRYPTO.aes_gcm.prepare(&[7; 32])?;
//! let (iv, mut text) = ([1; 12], *b"attack at dawn");
//! let tag = key.seal(&iv, b"associated", &mut text).unwrap();
//! key.open(&iv, b"associated", &mut text, &tag).unwrap();
//! assert_eq!(&text, b"attack at dawn");
//! # Ok::<(), kmslab::crypto::provider::BadKey>(())
//! ```

use super::aead::{self, Forged, IV, TAG, TooLong};
use super::pair::{Encryption, PairSpec, Refusal, Signing};
use super::xts::{self, BadUnit};
use crate::base::Secret;
use alloc::{boxed::Box, vec::Vec};
use core::fmt;

/// The parts of a faster implementation.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a face writes it down whole: a part more is a decision for each")]
pub struct Provider {
    /// AES-GCM of much data.
    pub aes_gcm: &'static dyn AesGcm,
    /// AES-XTS of disks.
    pub aes_xts: &'static dyn AesXts,
    /// Key pairs.
    pub pairs: &'static dyn Pairs,
}

/// The core's own cryptography, for whoever needs the parts of a provider and was handed none.
pub static RUST_CRYPTO: Provider = Provider { aes_gcm: &aead::RustCrypto, aes_xts: &xts::RustCrypto, pairs: &NoPairs };

/// AES-GCM with 96-bit IVs and 128-bit tags (SP 800-38D).
pub trait AesGcm: fmt::Debug + Send + Sync {
    /// A key of 16, 24 or 32 bytes, ready for many messages.
    ///
    /// # Errors
    /// [`BadKey`] for another length.
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedGcm>, BadKey>;
}

/// A key of AES-GCM, erased on drop.
pub trait PreparedGcm: fmt::Debug + Send + Sync {
    /// Encrypts `text` where it stands, bound to `aad`, and gives the tag. Under one key no IV may be used twice.
    ///
    /// # Errors
    /// [`TooLong`] for 2^36 - 31 bytes or more.
    fn seal(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG], TooLong>;

    /// Decrypts `text` where it stands. What is not authentic is not the plaintext afterwards; what else it is, is open.
    ///
    /// # Errors
    /// [`Forged`] when key, IV, associated data, ciphertext and tag do not belong together.
    fn open(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8], tag: &[u8; TAG]) -> Result<(), Forged>;

    /// Encrypts `text` into `out`, which is as long with the tag that follows. As [`seal`](Self::seal), without a copy
    /// where an implementation can.
    ///
    /// # Errors
    /// As there; [`TooLong`] also when `out` has another length.
    fn seal_to(&self, iv: &[u8; IV], aad: &[u8], text: &[u8], out: &mut [u8]) -> Result<(), TooLong> {
        let (sealed, end) =
            out.split_last_chunk_mut().filter(|(sealed, _)| sealed.len() == text.len()).ok_or(TooLong)?;
        sealed.copy_from_slice(text);
        *end = self.seal(iv, aad, sealed)?;
        Ok(())
    }

    /// Decrypts `sealed` into `out`, which is as long. As [`open`](Self::open), without a copy where an implementation can.
    ///
    /// # Errors
    /// As there; [`Forged`] also when `out` has another length.
    fn open_to(&self, iv: &[u8; IV], aad: &[u8], sealed: &[u8], tag: &[u8; TAG], out: &mut [u8]) -> Result<(), Forged> {
        if sealed.len() != out.len() {
            return Err(Forged);
        }
        out.copy_from_slice(sealed);
        self.open(iv, aad, out, tag)
    }
}

/// AES-256-XTS (IEEE 1619, SP 800-38E).
pub trait AesXts: fmt::Debug + Send + Sync {
    /// A key of 64 bytes: that of the data, then that of the tweak.
    ///
    /// # Errors
    /// [`BadKey`] for another length, and where the halves are the same (FIPS 140-3 IG, C.I).
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedXts>, BadKey>;
}

/// A key of AES-XTS, erased on drop.
pub trait PreparedXts: fmt::Debug + Send + Sync {
    /// Encrypts, where they stand, data units of `size` bytes in a row; `first` is the number of the first, and the last
    /// may be shorter. A disk's units are its sectors, of 512 or 4,096 bytes.
    ///
    /// # Errors
    /// [`BadUnit`], and `data` is as it was, when a unit has less than 16 bytes, or more than 2^20 blocks of 16.
    fn encrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit>;

    /// Undoes [`encrypt`](Self::encrypt). Whether it was that, nobody can tell: XTS knows no forgeries.
    ///
    /// # Errors
    /// As there.
    fn decrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit>;
}

/// Key pairs. What a provider does not have, or this key does not, it leaves to the core.
pub trait Pairs: fmt::Debug + Send + Sync {
    /// The private key that `pkcs8` writes down, which the core has found to be one of `spec`.
    fn private(&self, spec: PairSpec, pkcs8: &[u8]) -> Option<Box<dyn PreparedPrivate>>;

    /// The public key that `spki` writes down, which the core has found to be one of `spec`.
    fn public(&self, spec: PairSpec, spki: &[u8]) -> Option<Box<dyn PreparedPublic>>;

    /// A new key on a NIST curve, made with chance of the provider's own, and the point that is its public key (SEC 1,
    /// 2.3.3, not compressed). For keys that live as long as one message.
    fn generate(&self, _: PairSpec) -> Option<(Box<dyn PreparedPrivate>, Vec<u8>)> {
        None
    }
}

/// A private key, erased on drop. `None` leaves it to the core, with all that can be wrong.
pub trait PreparedPrivate: fmt::Debug + Send + Sync {
    /// Signs `digest`, whose length is that of the algorithm's hash, with chance of its own where the algorithm needs any.
    fn sign(&self, by: Signing, digest: &[u8]) -> Option<Vec<u8>>;

    /// Opens a ciphertext, or refuses it with [`Refusal::BadCiphertext`].
    fn decrypt(&self, by: Encryption, ciphertext: &[u8]) -> Option<Result<Secret, Refusal>>;

    /// The secret shared with the holder of the public key `spki`, which the core has found to be one on the same curve.
    fn agree(&self, spki: &[u8]) -> Option<Secret>;
}

/// A public key. `None` leaves it to the core.
pub trait PreparedPublic: fmt::Debug + Send + Sync {
    /// Whether `signature` is the private key's over `digest`, whose length is that of the algorithm's hash.
    fn verify(&self, by: Signing, digest: &[u8], signature: &[u8]) -> Option<bool>;
}

/// The bytes are no key of this cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a key of this cipher")
    }
}

impl core::error::Error for BadKey {}

/// Nothing that the core does not have itself.
#[derive(Debug)]
struct NoPairs;

impl Pairs for NoPairs {
    fn private(&self, _: PairSpec, _pkcs8: &[u8]) -> Option<Box<dyn PreparedPrivate>> {
        None
    }

    fn public(&self, _: PairSpec, _spki: &[u8]) -> Option<Box<dyn PreparedPublic>> {
        None
    }
}
