//! Hash functions: FIPS 180-4 (SHA-1, SHA-2) and GB/T 32905 (SM3).

use alloc::vec::Vec;
use core::fmt;
use sha2::{Digest, Sha256, Sha384};

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-1: in OAEP alone, where collisions do not matter.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SM3.
    Sm3,
}

/// Evaluates `$body` with `$D` as the type that computes `$hash`.
macro_rules! with_hash {
    ($hash:expr, $D:ident => $body:expr) => {
        match $hash {
            $crate::crypto::hash::Hash::Sha1 => {
                type $D = ::sha1::Sha1;
                $body
            }
            $crate::crypto::hash::Hash::Sha224 => {
                type $D = ::sha2::Sha224;
                $body
            }
            $crate::crypto::hash::Hash::Sha256 => {
                type $D = ::sha2::Sha256;
                $body
            }
            $crate::crypto::hash::Hash::Sha384 => {
                type $D = ::sha2::Sha384;
                $body
            }
            $crate::crypto::hash::Hash::Sha512 => {
                type $D = ::sha2::Sha512;
                $body
            }
            $crate::crypto::hash::Hash::Sm3 => {
                type $D = ::sm3::Sm3;
                $body
            }
        }
    };
}
pub(super) use with_hash;

impl Hash {
    /// The hash of `parts`, one after the other.
    #[must_use]
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        with_hash!(self, D => {
            let mut hash = D::new();
            parts.iter().for_each(|part| hash.update(part));
            hash.finalize().to_vec()
        })
    }

    /// Its length in bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The hash of a stream: of parts that come one after the other.
#[derive(Clone)]
pub struct Hashing(State);

#[derive(Clone)]
enum State {
    Sha256(Sha256),
    Sha384(Sha384),
}

impl Hashing {
    /// Nothing hashed yet. Streams are hashed by SHA-256 and SHA-384; `None` for another hash.
    #[must_use]
    pub fn new(hash: Hash) -> Option<Self> {
        match hash {
            Hash::Sha256 => Some(Self(State::Sha256(Sha256::new()))),
            Hash::Sha384 => Some(Self(State::Sha384(Sha384::new()))),
            _ => None,
        }
    }

    /// Goes on with `part`.
    pub fn update(&mut self, part: &[u8]) {
        match &mut self.0 {
            State::Sha256(hash) => hash.update(part),
            State::Sha384(hash) => hash.update(part),
        }
    }

    /// The hash of all parts.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sha256(hash) => hash.finalize().to_vec(),
            State::Sha384(hash) => hash.finalize().to_vec(),
        }
    }
}

impl fmt::Debug for Hashing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Sha256(_) => "Hashing(Sha256)",
            State::Sha384(_) => "Hashing(Sha384)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abc_has_the_hashes_of_the_standards() {
        // FIPS 180-4's examples, GB/T 32905 A.1.
        let cases = [
            (Hash::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Hash::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (Hash::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (Hash::Sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ];
        for (hash, want) in cases {
            let got = hash.of(&[b"a", b"bc"]);
            assert_eq!(base16ct::lower::encode_string(&got), want, "{hash:?}");
        }
        for hash in [Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512, Hash::Sm3] {
            assert_eq!(hash.of(&[]).len(), hash.size(), "{hash:?}");
        }
    }

    #[test]
    fn a_stream_has_the_hash_of_the_whole() {
        let text: Vec<u8> = (0..=255).collect();
        for hash in [Hash::Sha256, Hash::Sha384] {
            for cut in [0, 1, 63, 64, 128, 256] {
                let mut hashing = Hashing::new(hash).unwrap();
                hashing.update(&text[..cut]);
                hashing.update(&text[cut..]);
                assert_eq!(hashing.finish(), hash.of(&[&text]), "{hash:?} {cut}");
            }
        }
        assert!(Hashing::new(Hash::Sm3).is_none());
    }
}
