//! Faster cryptography for kmslab's native faces, by AWS-LC: AES-GCM of much data, RSA's private operations, and the NIST
//! curves.
//!
//! It makes what the core could make: see [`kmslab::crypto::provider`]. AES-XTS stays the core's, because `aws-lc-rs` has
//! none, and so do keys on other curves, Ed25519, SM2, ML-DSA and ML-KEM.
//!
//! One answer differs. An OAEP ciphertext whose encoded message begins with another octet than zero, which no encryption
//! makes, is refused here as RFC 8017 (7.1.2, step 3g) has it; the core's library does not look at that octet.

mod curve;
mod gcm;
mod rsa;

use kmslab::crypto::pair::PairSpec;
use kmslab::crypto::provider::{Pairs, PreparedPrivate, PreparedPublic, Provider, RUST_CRYPTO};

/// What a native face hands to its labs.
///
/// ```
/// # use kmslab::base::{Clock, Entropy, NoEntropy, Timestamp};
/// # use kmslab::lab::Lab;
/// # #[derive(Debug)]
/// # struct Face;
/// # impl Clock for Face {
/// #     fn now(&self) -> Timestamp { Timestamp::from_secs(1_767_225_600) }
/// # }
/// # impl Entropy for Face {
/// #     fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> { Err(NoEntropy) }
/// # }
/// let mut lab = Lab::builder(Box::new(Face), Box::new(Face)).seed(1).build()?;
/// lab.provide(kmslab_native::PROVIDER);
/// # Ok::<(), kmslab::base::Fault>(())
/// ```
pub static PROVIDER: Provider = Provider { aes_gcm: &gcm::AwsLc, aes_xts: RUST_CRYPTO.aes_xts, pairs: &AwsLc };

/// Key pairs by AWS-LC.
#[derive(Debug)]
struct AwsLc;

impl Pairs for AwsLc {
    fn private(&self, spec: PairSpec, pkcs8: &[u8]) -> Option<Box<dyn PreparedPrivate>> {
        match spec {
            PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => Some(Box::new(rsa::Private::new(pkcs8))),
            _ => Some(Box::new(curve::Private::new(curve::of(spec)?, pkcs8))),
        }
    }

    fn generate(&self, spec: PairSpec) -> Option<(Box<dyn PreparedPrivate>, Vec<u8>)> {
        let (key, point) = curve::Private::generate(curve::of(spec)?)?;
        Some((Box::new(key), point))
    }

    fn public(&self, spec: PairSpec, spki: &[u8]) -> Option<Box<dyn PreparedPublic>> {
        match spec {
            PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => Some(Box::new(rsa::Public::new(spki))),
            _ => Some(Box::new(curve::Public::new(curve::of(spec)?, spki))),
        }
    }
}
