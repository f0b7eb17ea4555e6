//! SHA-256 (FIPS 180-4) and HMAC (RFC 2104).

use super::hash::{Hash, with_hash};
use alloc::vec::Vec;
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// SHA-256 of `parts`, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// HMAC-SHA-256 of `parts`, one after the other, under a `key` of any length.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    hmac_sha256_of(key, parts.iter().copied())
}

/// The same of parts that do not stand in a row.
#[must_use]
pub(super) fn hmac_sha256_of<'a>(key: &[u8], parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    // HMAC takes every length of key (RFC 2104, 2); the type cannot say so.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// A key of HMAC-SHA-256, ready for many messages: half of the hashing of a short one is done with the key alone.
#[derive(Clone)]
pub struct HmacKey(Option<Hmac<Sha256>>);

impl HmacKey {
    /// A key of any length.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).ok())
    }

    /// HMAC-SHA-256 of `parts`, one after the other.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        // As in `hmac_sha256`: there is no length that HMAC does not take.
        let Some(mut mac) = self.0.clone() else { return [0; 32] };
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(hidden)")
    }
}

/// HMAC of `message` by `hash`, under a `key` of any length.
#[must_use]
pub fn hmac(hash: Hash, key: &[u8], message: &[u8]) -> Vec<u8> {
    with_hash!(hash, D => {
        // As above: every length will do.
        let Ok(mut mac) = Hmac::<D>::new_from_slice(key) else { return Vec::new() };
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_test_case_2() {
        let mac = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        let want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(base16ct::lower::encode_string(&mac), want);
        let key = HmacKey::new(b"Jefe");
        assert_eq!(key.sign(&[b"what do ya want for nothing?"]), mac);
        assert!(!alloc::format!("{key:?}").contains("Jefe"));
        assert_eq!(hmac(Hash::Sha256, b"Jefe", b"what do ya want for nothing?"), mac);
    }

    #[test]
    fn fips_180_4_abc() {
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(base16ct::lower::encode_string(&sha256(&[b"a", b"bc"])), want);
    }
}
