//! The NIST curves: ECDSA (FIPS 186-5) and Diffie-Hellman (SP 800-56A).

use aws_lc_rs::agreement::{self, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair, ParsedPublicKey,
};
use core::fmt;
use kmslab::base::Secret;
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, PairSpec, Refusal, Signing};
use kmslab::crypto::provider::{PreparedPrivate, PreparedPublic};
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// A curve, with the one hash that KMS signs with on it.
pub(crate) struct Curve {
    by: Signing,
    digest: &'static digest::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    verifying: &'static EcdsaVerificationAlgorithm,
    agreement: &'static agreement::Algorithm,
}

/// The curve of `spec`, if AWS-LC is faster on it.
pub(crate) fn of(spec: PairSpec) -> Option<&'static Curve> {
    match spec {
        PairSpec::P256 => Some(&P256),
        PairSpec::P384 => Some(&P384),
        PairSpec::P521 => Some(&P521),
        _ => None,
    }
}

static P256: Curve = Curve {
    by: Signing::Ecdsa(Hash::Sha256),
    digest: &digest::SHA256,
    signing: &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
    verifying: &signature::ECDSA_P256_SHA256_ASN1,
    agreement: &agreement::ECDH_P256,
};

static P384: Curve = Curve {
    by: Signing::Ecdsa(Hash::Sha384),
    digest: &digest::SHA384,
    signing: &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
    verifying: &signature::ECDSA_P384_SHA384_ASN1,
    agreement: &agreement::ECDH_P384,
};

static P521: Curve = Curve {
    by: Signing::Ecdsa(Hash::Sha512),
    digest: &digest::SHA512,
    signing: &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
    verifying: &signature::ECDSA_P521_SHA512_ASN1,
    agreement: &agreement::ECDH_P521,
};

/// A private key, which is read for each of its two uses once it is wanted.
pub(crate) struct Private {
    curve: &'static Curve,
    pkcs8: Zeroizing<Vec<u8>>,
    signing: OnceLock<Option<EcdsaKeyPair>>,
    agreeing: OnceLock<Option<agreement::PrivateKey>>,
}

impl Private {
    pub(crate) fn new(curve: &'static Curve, pkcs8: &[u8]) -> Self {
        Self { curve, pkcs8: pkcs8.to_vec().into(), signing: OnceLock::new(), agreeing: OnceLock::new() }
    }

    /// A new key, which signs, and its public key: a point that is not compressed.
    pub(crate) fn generate(curve: &'static Curve) -> Option<(Self, Vec<u8>)> {
        let key = EcdsaKeyPair::generate(curve.signing).ok()?;
        let point = key.public_key().as_ref().to_vec();
        let made = Self { curve, pkcs8: Zeroizing::default(), signing: OnceLock::new(), agreeing: OnceLock::new() };
        made.signing.set(Some(key)).ok()?;
        Some((made, point))
    }
}

impl PreparedPrivate for Private {
    fn sign(&self, by: Signing, digest: &[u8]) -> Option<Vec<u8>> {
        let curve = self.curve;
        if by != curve.by {
            return None;
        }
        let digest = Digest::import_less_safe(digest, curve.digest).ok()?;
        let read = || EcdsaKeyPair::from_pkcs8(curve.signing, &self.pkcs8).ok();
        let key = self.signing.get_or_init(read).as_ref()?;
        key.sign_digest(&digest).ok().map(|signature| signature.as_ref().to_vec())
    }

    fn decrypt(&self, _: Encryption, _ciphertext: &[u8]) -> Option<Result<Secret, Refusal>> {
        None
    }

    fn agree(&self, spki: &[u8]) -> Option<Secret> {
        let read = || agreement::PrivateKey::from_private_key_der(self.curve.agreement, &self.pkcs8).ok();
        let key = self.agreeing.get_or_init(read).as_ref()?;
        let peer = UnparsedPublicKey::new(self.curve.agreement, spki);
        agree(key, peer, (), |secret| Ok(Secret::new(secret.to_vec()))).ok()
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcPrivate(hidden)")
    }
}

/// A public key, which is read once it is wanted.
pub(crate) struct Public {
    curve: &'static Curve,
    spki: Vec<u8>,
    verifying: OnceLock<Option<ParsedPublicKey>>,
}

impl Public {
    pub(crate) fn new(curve: &'static Curve, spki: &[u8]) -> Self {
        Self { curve, spki: spki.to_vec(), verifying: OnceLock::new() }
    }
}

impl PreparedPublic for Public {
    fn verify(&self, by: Signing, digest: &[u8], signature: &[u8]) -> Option<bool> {
        let curve = self.curve;
        if by != curve.by {
            return None;
        }
        let digest = Digest::import_less_safe(digest, curve.digest).ok()?;
        let read = || ParsedPublicKey::new(curve.verifying, &self.spki).ok();
        let key = self.verifying.get_or_init(read).as_ref()?;
        Some(key.verify_digest_sig(&digest, signature).is_ok())
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcPublic")
    }
}
