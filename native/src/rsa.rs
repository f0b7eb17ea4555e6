//! RSA: RFC 8017. AWS-LC blinds its private operations, and computes them and checks OAEP's padding in constant time.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rsa::PrivateDecryptingKey;
use aws_lc_rs::rsa::{KeyPair, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey};
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaEncoding, VerificationAlgorithm};
use core::fmt;
use kmslab::base::Secret;
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, Refusal, Signing};
use kmslab::crypto::provider::{PreparedPrivate, PreparedPublic};
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// How a signature is made and verified.
struct Row {
    by: Signing,
    digest: &'static digest::Algorithm,
    signing: &'static dyn RsaEncoding,
    verifying: &'static dyn VerificationAlgorithm,
}

/// What AWS-LC signs with. Salts are as long as the hash, and MGF1 has the same hash, as in [`Signing::Pss`].
static ALGORITHMS: [Row; 6] = {
    use signature::*;
    const fn row(
        by: Signing,
        digest: &'static digest::Algorithm,
        signing: &'static dyn RsaEncoding,
        verifying: &'static dyn VerificationAlgorithm,
    ) -> Row {
        Row { by, digest, signing, verifying }
    }
    [
        row(Signing::Pkcs1(Hash::Sha256), &digest::SHA256, &RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256),
        row(Signing::Pkcs1(Hash::Sha384), &digest::SHA384, &RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384),
        row(Signing::Pkcs1(Hash::Sha512), &digest::SHA512, &RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512),
        row(Signing::Pss(Hash::Sha256), &digest::SHA256, &RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
        row(Signing::Pss(Hash::Sha384), &digest::SHA384, &RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384),
        row(Signing::Pss(Hash::Sha512), &digest::SHA512, &RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512),
    ]
};

/// A private key, which is read for each of its two uses once it is wanted.
pub(crate) struct Private {
    pkcs8: Zeroizing<Vec<u8>>,
    signing: OnceLock<Option<KeyPair>>,
    opening: OnceLock<Option<OaepPrivateDecryptingKey>>,
}

impl Private {
    pub(crate) fn new(pkcs8: &[u8]) -> Self {
        Self { pkcs8: pkcs8.to_vec().into(), signing: OnceLock::new(), opening: OnceLock::new() }
    }

    fn opening(&self) -> Option<&OaepPrivateDecryptingKey> {
        let read = || PrivateDecryptingKey::from_pkcs8(&self.pkcs8).ok();
        self.opening.get_or_init(|| read().and_then(|key| OaepPrivateDecryptingKey::new(key).ok())).as_ref()
    }
}

impl PreparedPrivate for Private {
    fn sign(&self, by: Signing, digest: &[u8]) -> Option<Vec<u8>> {
        let row = ALGORITHMS.iter().find(|row| row.by == by)?;
        let digest = Digest::import_less_safe(digest, row.digest).ok()?;
        let key = self.signing.get_or_init(|| KeyPair::from_pkcs8(&self.pkcs8).ok()).as_ref()?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign_digest(row.signing, &digest, &mut signature).ok()?;
        Some(signature)
    }

    fn decrypt(&self, by: Encryption, ciphertext: &[u8]) -> Option<Result<Secret, Refusal>> {
        let algorithm = match by {
            Encryption::Oaep(Hash::Sha1) => &OAEP_SHA1_MGF1SHA1,
            Encryption::Oaep(Hash::Sha256) => &OAEP_SHA256_MGF1SHA256,
            _ => return None,
        };
        let key = self.opening()?;
        let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
        let opened = key.decrypt(algorithm, ciphertext, &mut room, None);
        Some(opened.map(|text| Secret::new(text.to_vec())).map_err(|_| Refusal::BadCiphertext))
    }

    fn agree(&self, _spki: &[u8]) -> Option<Secret> {
        None
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaPrivate(hidden)")
    }
}

/// A public key, which is read for each algorithm once it is wanted.
pub(crate) struct Public {
    spki: Vec<u8>,
    verifying: [OnceLock<Option<ParsedPublicKey>>; ALGORITHMS.len()],
}

impl Public {
    pub(crate) fn new(spki: &[u8]) -> Self {
        Self { spki: spki.to_vec(), verifying: Default::default() }
    }
}

impl PreparedPublic for Public {
    fn verify(&self, by: Signing, digest: &[u8], signature: &[u8]) -> Option<bool> {
        let (row, key) = ALGORITHMS.iter().zip(&self.verifying).find(|(row, _)| row.by == by)?;
        let digest = Digest::import_less_safe(digest, row.digest).ok()?;
        let key = key.get_or_init(|| ParsedPublicKey::new(row.verifying, &self.spki).ok()).as_ref()?;
        Some(key.verify_digest_sig(&digest, signature).is_ok())
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaPublic")
    }
}
