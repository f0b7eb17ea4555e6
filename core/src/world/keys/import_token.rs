//! How material is wrapped for its import, and the import tokens: opaque to callers, and with the private key inside.
//! Source: KMS API Reference, `GetParametersForImport`; kms.md 7.1 and 7.2. What AWS's tokens hold is not public.

use super::{Family, KeySpec, Keys};
use crate::base::{Entropy, Fault, KeyArn, Secret, Timespan, Timestamp};
use crate::crypto::blob::{Blob, EncryptionContext, seal};
use crate::crypto::hash::Hash;
use crate::crypto::mac;
use crate::crypto::pair::{Encryption, PairSpec, PrivateKey, Refusal};
use crate::crypto::wrap::{Wrapping, has_length, unwrap};
use alloc::{format, vec::Vec};
use zeroize::Zeroizing;

/// `WrappingAlgorithm`: those that KMS still takes. The place in the list is what a token holds.
static ALGORITHMS: [(&str, Wrapping); 5] = [
    ("RSAES_OAEP_SHA_1", Wrapping::Direct(Encryption::Oaep(Hash::Sha1))),
    ("RSAES_OAEP_SHA_256", Wrapping::Direct(Encryption::Oaep(Hash::Sha256))),
    ("RSA_AES_KEY_WRAP_SHA_1", Wrapping::RsaAes(Hash::Sha1)),
    ("RSA_AES_KEY_WRAP_SHA_256", Wrapping::RsaAes(Hash::Sha256)),
    ("SM2PKE", Wrapping::Direct(Encryption::Sm2)),
];

/// `WrappingKeySpec`, likewise.
static SPECS: [(&str, PairSpec); 4] = [
    ("RSA_2048", PairSpec::Rsa2048),
    ("RSA_3072", PairSpec::Rsa3072),
    ("RSA_4096", PairSpec::Rsa4096),
    ("SM2", PairSpec::Sm2),
];

/// How material is wrapped: an algorithm, and a key that it goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrap {
    algorithm: u8,
    spec: u8,
}

/// What `GetParametersForImport` gives.
#[derive(Debug)]
pub struct Parameters {
    /// `ImportToken`.
    pub token: Vec<u8>,
    /// `PublicKey`.
    pub public_key: Vec<u8>,
    /// `ParametersValidTo`.
    pub valid_to: Timestamp,
}

impl Wrap {
    /// How long a token is good.
    const VALIDITY: Timespan = Timespan::seconds(24 * 60 * 60);

    /// By the names of the API.
    ///
    /// # Errors
    /// [`Fault::Validation`] when the two do not go together, and for `RSAES_PKCS1_V1_5`, which KMS has given up. Neither
    /// code nor sentence are recorded.
    pub fn named(algorithm: &str, spec: &str) -> Result<Self, Fault> {
        let at = ALGORITHMS.iter().position(|(name, _)| *name == algorithm);
        let at = at.zip(SPECS.iter().position(|(name, _)| *name == spec));
        let indexes = at.and_then(|(algorithm, spec)| u8::try_from(algorithm).ok().zip(u8::try_from(spec).ok()));
        if let Some((algorithm, spec)) = indexes.filter(|_| (algorithm == "SM2PKE") == (spec == "SM2")) {
            return Ok(Self { algorithm, spec });
        }
        let message = match algorithm {
            "RSAES_PKCS1_V1_5" => "The wrapping algorithm RSAES_PKCS1_V1_5 is no longer supported.".into(),
            _ => format!("Wrapping algorithm {algorithm} is not compatible with wrapping key spec {spec}."),
        };
        Err(Fault::Validation { message })
    }

    /// Refuses material that cannot be wrapped so. Source: kms.md 7.2. Neither code nor sentence are recorded.
    pub(super) fn must_carry(self, spec: KeySpec) -> Result<(), Fault> {
        let (algorithm, wrapping) = self.algorithm()?;
        let (wrapping_spec, pair) = self.spec()?;
        let fits = match wrapping {
            Wrapping::RsaAes(_) => spec.family() == Family::Asymmetric && spec != KeySpec::Sm2,
            Wrapping::Direct(_) => match spec {
                KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => false,
                KeySpec::P521 => pair != PairSpec::Rsa2048,
                _ => true,
            },
        };
        if fits {
            return Ok(());
        }
        let message = format!(
            "Wrapping algorithm {algorithm} with wrapping key spec {wrapping_spec} cannot wrap key material of key spec \
             {spec}."
        );
        Err(Fault::Validation { message })
    }

    /// The pair that wraps.
    pub(super) fn pair(self) -> Result<PairSpec, Fault> {
        self.spec().map(|(_, pair)| pair)
    }

    /// Makes the token that belongs to the public key of `key`, for the key at `arn`, whose secret seals the token.
    pub(super) fn parameters(
        self,
        arn: &KeyArn,
        secret: &Secret,
        now: Timestamp,
        key: &PrivateKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Parameters, Fault> {
        let private = key.to_pkcs8().map_err(|_| Fault::Internal)?;
        let valid_to = now.plus(Self::VALIDITY);
        let until = valid_to.as_millis().to_be_bytes();
        let inside = Zeroizing::new([&[self.algorithm, self.spec], &until[..], private.expose()].concat());
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce)?;
        // In the place of a material's id stands what says nothing.
        let token = seal(&mac::sha256(&[arn.id.as_bytes()]), secret, nonce, &context(arn), &inside);
        Ok(Parameters {
            token: token.map_err(|_| Fault::Internal)?,
            public_key: key.public().to_spki().map_err(|_| Fault::Internal)?,
            valid_to,
        })
    }

    /// Opens a token of the key at `arn`, and gives what unwraps.
    pub(super) fn open(keys: &Keys, arn: &KeyArn, token: &[u8], now: Timestamp) -> Result<Unwrap, Fault> {
        let secret = &keys.key(arn, now)?.token_key;
        let inside = Blob::parse(token).and_then(|blob| blob.open(secret, &context(arn)));
        let inside = Zeroizing::new(inside.map_err(|_| Fault::InvalidImportToken)?);
        let read = inside.split_first_chunk::<2>().and_then(|(wrap, rest)| {
            let (until, private) = rest.split_first_chunk::<8>()?;
            Some((*wrap, Timestamp::from_millis(i64::from_be_bytes(*until)), private))
        });
        let ([algorithm, spec], until, private) = read.ok_or(Fault::Internal)?;
        if until <= now {
            return Err(Fault::ExpiredImportToken);
        }
        let wrap = Self { algorithm, spec };
        let key = keys.read_pair(wrap.spec()?.1, private).map_err(|_| Fault::Internal)?;
        Ok(Unwrap { key, by: wrap.algorithm()?.1 })
    }

    fn algorithm(self) -> Result<(&'static str, Wrapping), Fault> {
        ALGORITHMS.get(usize::from(self.algorithm)).copied().ok_or(Fault::Internal)
    }

    fn spec(self) -> Result<(&'static str, PairSpec), Fault> {
        SPECS.get(usize::from(self.spec)).copied().ok_or(Fault::Internal)
    }
}

/// What unwraps material.
pub(super) struct Unwrap {
    key: PrivateKey,
    by: Wrapping,
}

impl Unwrap {
    /// The material.
    ///
    /// # Errors
    /// [`Fault::Validation`] for another length, [`Fault::InvalidCiphertext`] for what was not wrapped so.
    pub(super) fn unwrap(&self, wrapped: &[u8], entropy: &mut dyn Entropy) -> Result<Secret, Fault> {
        if !has_length(&self.key, self.by, wrapped) {
            return Err(Fault::Validation { message: "Invalid encrypted key size.".into() });
        }
        unwrap(&self.key, self.by, wrapped, entropy).map_err(|refusal| match refusal {
            Refusal::NoEntropy => Fault::Internal,
            _ => Fault::InvalidCiphertext,
        })
    }
}

/// What keeps tokens apart: those of other keys, and other blobs.
fn context(arn: &KeyArn) -> EncryptionContext {
    EncryptionContext::from([("kmslab".into(), "import token".into()), ("key".into(), arn.text())])
}
