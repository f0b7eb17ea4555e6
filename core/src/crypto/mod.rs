//! Bytes in, bytes out: the cryptography, in the words of its standards. Knows no account, no Region and no policy.

pub mod aead;
pub mod anatomy;
pub mod blob;
#[cfg(feature = "attestation")]
pub mod chain;
mod chance;
#[cfg(feature = "attestation")]
pub mod cms;
#[cfg(feature = "attestation")]
pub mod cose;
pub mod hash;
pub mod kdf;
pub mod mac;
pub mod pair;
pub mod provider;
pub mod wrap;
pub mod xts;
