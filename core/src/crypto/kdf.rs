//! Key derivation by a pseudorandom function in counter mode: NIST SP 800-108r1, 4.1.

use super::mac::hmac_sha256_of;
use core::iter;

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
