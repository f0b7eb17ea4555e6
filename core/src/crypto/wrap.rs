//! Key material under wrap, as it travels: encrypted under a public key, or under an AES key that is.

use super::hash::Hash;
use super::pair::{Encryption, PairSpec, PrivateKey, Refusal};
use crate::base::{Entropy, Secret};
use aes_kw::{KeyInit, KwpAes256};
use alloc::vec;

/// How material is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapping {
    /// Encrypted under the public key.
    Direct(Encryption),
    /// A 256-bit AES key by RSAES-OAEP, and after it the material under that key by AES key wrap with padding (RFC 5649).
    /// The form is that of PKCS #11, `CKM_RSA_AES_KEY_WRAP`.
    RsaAes(Hash),
}

/// How long what is encrypted under an RSA key is.
fn modulus(key: &PrivateKey) -> Option<usize> {
    match key.spec() {
        PairSpec::Rsa2048 => Some(256),
        PairSpec::Rsa3072 => Some(384),
        PairSpec::Rsa4096 => Some(512),
        _ => None,
    }
}

/// Whether material that is wrapped under the key can be as long as `wrapped`, by an algorithm that leaves no choice.
#[must_use]
pub fn has_length(key: &PrivateKey, by: Wrapping, wrapped: &[u8]) -> bool {
    matches!(by, Wrapping::RsaAes(_)) || modulus(key).is_none_or(|modulus| wrapped.len() == modulus)
}

/// Unwraps material with the private key.
///
/// # Errors
/// [`Refusal::BadCiphertext`] for what was not wrapped so, for this key; [`Refusal::Unfit`] when the key has no such
/// algorithm; [`Refusal::NoEntropy`].
pub fn unwrap(key: &PrivateKey, by: Wrapping, wrapped: &[u8], entropy: &mut dyn Entropy) -> Result<Secret, Refusal> {
    let hash = match by {
        Wrapping::Direct(encryption) => return key.decrypt(encryption, wrapped, entropy),
        Wrapping::RsaAes(hash) => hash,
    };
    let modulus = modulus(key).ok_or(Refusal::Unfit)?;
    let (first, rest) = wrapped.split_at_checked(modulus).ok_or(Refusal::BadCiphertext)?;
    let aes = key.decrypt(Encryption::Oaep(hash), first, entropy)?;
    unwrap_padded(aes.expose(), rest)
}

/// Undoes AES key wrap with padding (RFC 5649; SP 800-38F, KWP-AD) under a 256-bit key.
///
/// # Errors
/// [`Refusal::BadCiphertext`] for what was not wrapped under this key, and for keys of another length.
pub fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Result<Secret, Refusal> {
    let kwp = KwpAes256::new_from_slice(key).map_err(|_| Refusal::BadCiphertext)?;
    let mut bytes = vec![0; wrapped.len().saturating_sub(aes_kw::IV_LEN)];
    let length = kwp.unwrap_key(wrapped, &mut bytes).map_err(|_| Refusal::BadCiphertext)?.len();
    if length == 0 {
        // RFC 5649, 1: from one octet on. The crate knows no lower bound.
        return Err(Refusal::BadCiphertext);
    }
    // What is cut off is padding: zeros.
    bytes.truncate(length);
    Ok(Secret::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NoEntropy;

    /// Not chance, and no short cycle either (xorshift): the wrapping of tests repeats.
    #[derive(Debug)]
    struct Dice(u64);

    impl Entropy for Dice {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
            for byte in out {
                self.0 ^= self.0 << 13;
                self.0 ^= self.0 >> 7;
                self.0 ^= self.0 << 17;
                *byte = self.0.to_be_bytes()[0];
            }
            Ok(())
        }
    }

    #[test]
    fn both_ways_of_wrapping_are_undone_and_nothing_else_is() {
        let entropy = &mut Dice(0x9e37_79b9_7f4a_7c15);
        let key = PrivateKey::generate(PairSpec::Rsa2048, entropy).unwrap();
        let material = [9; 100];
        let (hash, other) = (Hash::Sha256, Hash::Sha1);
        let direct = key.public().encrypt(Encryption::Oaep(hash), &material, entropy).unwrap();
        let aes = [5; 32];
        let mut wrapped = vec![0; 112];
        KwpAes256::new(&aes.into()).wrap_key(&material, &mut wrapped).unwrap();
        let mut both = key.public().encrypt(Encryption::Oaep(hash), &aes, entropy).unwrap();
        both.extend(wrapped);
        for (by, bytes) in [(Wrapping::Direct(Encryption::Oaep(hash)), &direct), (Wrapping::RsaAes(hash), &both)] {
            assert_eq!(unwrap(&key, by, bytes, entropy).unwrap().expose(), material);
            let mut damaged = bytes.clone();
            *damaged.last_mut().unwrap() ^= 1;
            assert_eq!(unwrap(&key, by, &damaged, entropy), Err(Refusal::BadCiphertext), "{by:?}");
            let cut = &bytes[..bytes.len() - 8];
            assert_eq!(unwrap(&key, by, cut, entropy), Err(Refusal::BadCiphertext), "{by:?}");
        }
        for (by, bytes) in [
            (Wrapping::Direct(Encryption::Oaep(other)), &direct),
            (Wrapping::RsaAes(other), &both),
            (Wrapping::RsaAes(hash), &direct),
            (Wrapping::Direct(Encryption::Oaep(hash)), &both),
            (Wrapping::RsaAes(hash), &vec![]),
        ] {
            assert_eq!(unwrap(&key, by, bytes, entropy), Err(Refusal::BadCiphertext), "{by:?}");
        }
    }
}
