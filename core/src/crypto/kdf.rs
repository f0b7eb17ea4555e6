//! Key derivation: by a pseudorandom function in counter mode (NIST SP 800-108r1, 4.1), and HKDF (RFC 5869).

use super::hash::{Hash, with_hash};
use super::mac::hmac_sha256_of;
use core::{fmt, iter};
use hkdf::Hkdf;

/// Fills `out` with key derived from `key`, for the parts of the `fixed` input data, one after the other.
///
/// The PRF is HMAC-SHA-256, the counter has 32 bits and stands before the fixed input:
/// `K(i) = PRF(key, [i] || fixed)`, `i = 1, 2, …`. At most 2^32 - 1 blocks of 32 bytes; more stay zero.
pub fn counter_hmac_sha256(key: &[u8], fixed: &[&[u8]], out: &mut [u8]) {
    for (i, block) in (1..=u32::MAX).zip(out.chunks_mut(32)) {
        let derived = hmac_sha256_of(key, iter::once(i.to_be_bytes().as_slice()).chain(fixed.iter().copied()));
        block.iter_mut().zip(derived).for_each(|(to, from)| *to = from);
    }
}

/// Fills `out` with key derived from `key` by HKDF with HMAC of `hash`, for the parts of `info`, one after the other.
///
/// # Errors
/// [`TooMuch`] for more than 255 hashes of key.
///
/// # Source
/// RFC 5869, 2.2 and 2.3. No `salt` is one of zeros.
pub fn hkdf(hash: Hash, salt: Option<&[u8]>, key: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), TooMuch> {
    hkdf_each(hash, salt, key, &mut [(info, out)])
}

/// [`hkdf()`] for several pairs of `info` and `out`: what is extracted from `key` is extracted once.
///
/// # Errors
/// As there.
pub fn hkdf_each(
    hash: Hash,
    salt: Option<&[u8]>,
    key: &[u8],
    wanted: &mut [(&[&[u8]], &mut [u8])],
) -> Result<(), TooMuch> {
    with_hash!(hash, D => {
        let extracted = Hkdf::<D>::new(salt, key);
        wanted.iter_mut().try_for_each(|(info, out)| extracted.expand_multi_info(info, out))
    })
    .map_err(|_| TooMuch)
}

/// So much key does HKDF not derive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch;

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than 255 hashes of key")
    }
}

impl core::error::Error for TooMuch {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn hkdf_derives_what_the_rfc_shows() {
        // RFC 5869, A.1 and A.3.
        let salt: Vec<u8> = (0..13).collect();
        let info: Vec<u8> = (0xf0..0xfa).collect();
        let cases = [
            (
                Some(salt.as_slice()),
                info.as_slice(),
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            ),
            (None, &[], "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
        ];
        for (salt, info, want) in cases {
            let mut out = [0; 42];
            let (one, other) = info.split_at(info.len() / 2);
            hkdf(Hash::Sha256, salt, &[0x0b; 22], &[one, other], &mut out).unwrap();
            assert_eq!(base16ct::lower::encode_string(&out), want);
        }
        assert_eq!(hkdf(Hash::Sha256, None, &[], &[], &mut [0; 255 * 32 + 1]), Err(TooMuch));
    }
}
