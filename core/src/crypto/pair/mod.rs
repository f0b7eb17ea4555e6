//! Key pairs: what a private key can do, what a public key can do, and how both are written down.
//!
//! A private key is PKCS#8 (RFC 5958), a public key SubjectPublicKeyInfo (RFC 5280), both in DER. One file a family of
//! algorithms; what a family cannot do, it does not mention, and the answer is [`Refusal::Unfit`].

mod curve;
mod ed25519;
mod ml_dsa;
mod ml_kem;
mod rsa;
mod slow;
mod sm2;

pub use slow::{Made, Slow, Work};

use super::chance::{Chance, Stream};
use super::hash::Hash;
use super::provider::{Pairs, PreparedPrivate, PreparedPublic};
use crate::base::{Entropy, NoEntropy, Secret};
use alloc::{borrow::Cow, boxed::Box, vec::Vec};
use core::fmt;

/// What a key pair is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PairSpec {
    /// RSA (RFC 8017), 2,048 bits, public exponent 65,537.
    Rsa2048,
    /// RSA, 3,072 bits.
    Rsa3072,
    /// RSA, 4,096 bits.
    Rsa4096,
    /// The curve P-256 (SP 800-186).
    P256,
    /// The curve P-384.
    P384,
    /// The curve P-521.
    P521,
    /// The curve secp256k1 (SEC 2).
    K256,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// SM2 on sm2p256v1 (GB/T 32918).
    Sm2,
    /// ML-DSA-44 (FIPS 204).
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
    /// ML-KEM-512 (FIPS 203).
    MlKem512,
    /// ML-KEM-768.
    MlKem768,
    /// ML-KEM-1024.
    MlKem1024,
}

impl PairSpec {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::K256,
        Self::Ed25519,
        Self::Sm2,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::MlKem512,
        Self::MlKem768,
        Self::MlKem1024,
    ];

    /// Whether a pair takes long to make: two large primes have to be found.
    #[must_use]
    pub const fn is_slow(self) -> bool {
        self.modulus().is_some()
    }

    /// Bits of an RSA modulus.
    const fn modulus(self) -> Option<usize> {
        match self {
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
            _ => None,
        }
    }

    /// The most bytes that `encryption` takes under a public key of this spec; `None` where it is none of its
    /// encryptions. RSA: RFC 8017, 7.1.1, step 1b. SM2 has no bound of its own; 1,024 is what KMS takes.
    #[must_use]
    pub const fn longest_plaintext(self, encryption: Encryption) -> Option<usize> {
        match (self, encryption) {
            (Self::Sm2, Encryption::Sm2) => Some(1024),
            (_, Encryption::Oaep(hash)) => match self.modulus() {
                Some(bits) => Some((bits / 8).saturating_sub(hash.size().saturating_mul(2)).saturating_sub(2)),
                None => None,
            },
            _ => None,
        }
    }
}

/// How a message is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signing {
    /// RSASSA-PSS, MGF1 with the same hash, a salt as long as it (RFC 8017, 8.1).
    Pss(Hash),
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    Pkcs1(Hash),
    /// ECDSA, signatures in DER (FIPS 186-5, 6).
    Ecdsa(Hash),
    /// PureEdDSA on edwards25519 (RFC 8032, 5.1).
    Ed25519,
    /// HashEdDSA on edwards25519 (RFC 8032, 5.1): it hashes the message itself.
    Ed25519ph,
    /// SM2, signatures in DER, with the distinguishing id `1234567812345678` (GB/T 32918.2).
    Sm2,
    /// ML-DSA with an empty context, hedged (FIPS 204, 5.2).
    MlDsa,
}

impl Signing {
    /// The hash of which [`Message::Digest`] is one.
    #[must_use]
    pub const fn hash(self) -> Option<Hash> {
        match self {
            Self::Pss(hash) | Self::Pkcs1(hash) | Self::Ecdsa(hash) => Some(hash),
            Self::Sm2 => Some(Hash::Sm3),
            Self::Ed25519 | Self::Ed25519ph | Self::MlDsa => None,
        }
    }
}

/// How a message is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// RSAES-OAEP, MGF1 with the same hash, empty label (RFC 8017, 7.1).
    Oaep(Hash),
    /// SM2 public key encryption, in ASN.1 (GB/T 32918.4, GB/T 35276).
    Sm2,
}

/// What is signed.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "the three forms that the standards know")]
pub enum Message<'a> {
    /// The message.
    Whole(&'a [u8]),
    /// Its hash; for SM2 that of the signer's Z and the message.
    Digest(&'a [u8]),
    /// ML-DSA's message representative µ, 64 bytes (FIPS 204, 6.2).
    Mu(&'a [u8]),
}

impl<'a> Message<'a> {
    fn digest(self, hash: Hash) -> Result<Cow<'a, [u8]>, Refusal> {
        match self {
            Self::Whole(message) => Ok(hash.of(&[message]).into()),
            Self::Digest(digest) if digest.len() == hash.size() => Ok(digest.into()),
            Self::Digest(_) | Self::Mu(_) => Err(Refusal::Unfit),
        }
    }
}

/// Why nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Keys of this spec cannot do it, not with this algorithm, or not with so many bytes.
    Unfit,
    /// The bytes are no key of this spec.
    BadKey,
    /// The ciphertext is none that this key opens.
    BadCiphertext,
    /// The signature is not this key's over this message.
    BadSignature,
    /// The source of randomness failed.
    NoEntropy,
    /// The key has to be made first, which takes long.
    Later,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfit => "not what keys of this kind can do",
            Self::BadKey => "not a key of this kind",
            Self::BadCiphertext => "not a valid ciphertext",
            Self::BadSignature => "not a valid signature",
            Self::NoEntropy => "the source of randomness failed",
            Self::Later => "to be made first",
        })
    }
}

impl core::error::Error for Refusal {}

impl From<NoEntropy> for Refusal {
    fn from(_: NoEntropy) -> Self {
        Self::NoEntropy
    }
}

/// The private half of a family's key.
trait Private: Send + Sync {
    fn pkcs8(&self) -> Result<Secret, Refusal>;
    fn public(&self) -> Box<dyn Public>;
    fn sign(&self, _: Signing, _: Message<'_>, _: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        Err(Refusal::Unfit)
    }
    fn decrypt(&self, _: Encryption, _ciphertext: &[u8], _: &mut Chance<'_>) -> Result<Secret, Refusal> {
        Err(Refusal::Unfit)
    }
    fn agree(&self, _spki: &[u8]) -> Result<Secret, Refusal> {
        Err(Refusal::Unfit)
    }
    fn decapsulate(&self, _ciphertext: &[u8]) -> Result<Secret, Refusal> {
        Err(Refusal::Unfit)
    }
}

/// The public half of a family's key.
trait Public: Send + Sync {
    fn spki(&self) -> Result<Vec<u8>, Refusal>;
    fn point(&self) -> Result<Vec<u8>, Refusal> {
        Err(Refusal::Unfit)
    }
    fn verify(&self, _: Signing, _: Message<'_>, _signature: &[u8]) -> Result<(), Refusal> {
        Err(Refusal::Unfit)
    }
    fn encrypt(&self, _: Encryption, _plaintext: &[u8], _: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        Err(Refusal::Unfit)
    }
    fn encapsulate(&self, _: &mut Chance<'_>) -> Result<(Vec<u8>, Secret), Refusal> {
        Err(Refusal::Unfit)
    }
}

/// A private key, and with it its public key.
pub struct PrivateKey {
    key: Box<dyn Private>,
    public: PublicKey,
    /// The same key with a faster provider.
    faster: Option<Box<dyn PreparedPrivate>>,
    /// Whether the same chance gives the same results, whoever makes them.
    repeats: bool,
}

impl PrivateKey {
    /// A new key. The same chance gives the same key. RSA takes its time: up to seconds.
    ///
    /// # Errors
    /// [`Refusal::NoEntropy`].
    pub fn generate(spec: PairSpec, entropy: &mut dyn Entropy) -> Result<Self, Refusal> {
        let chance = &mut Chance(entropy);
        let key: Box<dyn Private> = match spec {
            PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => Box::new(rsa::Rsa::generate(spec, chance)?),
            PairSpec::P256 => Box::new(curve::P256::generate(chance)?),
            PairSpec::P384 => Box::new(curve::P384::generate(chance)?),
            PairSpec::P521 => Box::new(curve::P521::generate(chance)?),
            PairSpec::K256 => Box::new(curve::K256::generate(chance)?),
            PairSpec::Ed25519 => Box::new(ed25519::Ed25519::generate(chance)?),
            PairSpec::Sm2 => Box::new(sm2::Sm2::generate(chance)?),
            PairSpec::MlDsa44 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa44>::generate(chance)?),
            PairSpec::MlDsa65 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa65>::generate(chance)?),
            PairSpec::MlDsa87 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa87>::generate(chance)?),
            PairSpec::MlKem512 => Box::new(ml_kem::Kem512::generate(chance)?),
            PairSpec::MlKem768 => Box::new(ml_kem::Kem768::generate(chance)?),
            PairSpec::MlKem1024 => Box::new(ml_kem::Kem1024::generate(chance)?),
        };
        Ok(Self::of(spec, key))
    }

    /// The key that `der` writes down (PKCS#8; ML-DSA and ML-KEM as their seed).
    ///
    /// # Errors
    /// [`Refusal::BadKey`] for whatever is not a valid private key of `spec`.
    pub fn from_pkcs8(spec: PairSpec, der: &[u8]) -> Result<Self, Refusal> {
        let key: Box<dyn Private> = match spec {
            PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => Box::new(rsa::Rsa::from_pkcs8(spec, der)?),
            PairSpec::P256 => Box::new(curve::P256::from_pkcs8(der)?),
            PairSpec::P384 => Box::new(curve::P384::from_pkcs8(der)?),
            PairSpec::P521 => Box::new(curve::P521::from_pkcs8(der)?),
            PairSpec::K256 => Box::new(curve::K256::from_pkcs8(der)?),
            PairSpec::Ed25519 => Box::new(ed25519::Ed25519::from_pkcs8(der)?),
            PairSpec::Sm2 => Box::new(sm2::Sm2::from_pkcs8(der)?),
            PairSpec::MlDsa44 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa44>::from_pkcs8(der)?),
            PairSpec::MlDsa65 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa65>::from_pkcs8(der)?),
            PairSpec::MlDsa87 => Box::new(ml_dsa::Dsa::<::ml_dsa::MlDsa87>::from_pkcs8(der)?),
            PairSpec::MlKem512 => Box::new(ml_kem::Kem512::from_pkcs8(der)?),
            PairSpec::MlKem768 => Box::new(ml_kem::Kem768::from_pkcs8(der)?),
            PairSpec::MlKem1024 => Box::new(ml_kem::Kem1024::from_pkcs8(der)?),
        };
        Ok(Self::of(spec, key))
    }

    /// The same, used by `pairs` where they have something for it. When it `repeats`, the same chance has to give the same
    /// results: what draws chance stays with the core then.
    ///
    /// # Errors
    /// As [`from_pkcs8`](Self::from_pkcs8).
    pub fn from_pkcs8_with(pairs: &dyn Pairs, repeats: bool, spec: PairSpec, der: &[u8]) -> Result<Self, Refusal> {
        let Self { key, public, .. } = Self::from_pkcs8(spec, der)?;
        Ok(Self { key, public: public.with(pairs), faster: pairs.private(spec, der), repeats })
    }

    fn of(spec: PairSpec, key: Box<dyn Private>) -> Self {
        let public = PublicKey { spec, key: key.public(), faster: None };
        Self { key, public, faster: None, repeats: false }
    }

    /// What it is made of.
    #[must_use]
    pub const fn spec(&self) -> PairSpec {
        self.public.spec
    }

    /// As PKCS#8; ML-DSA and ML-KEM as their seed.
    ///
    /// # Errors
    /// None that is known; the crates that write it can fail by their types.
    pub fn to_pkcs8(&self) -> Result<Secret, Refusal> {
        self.key.pkcs8()
    }

    /// Its public key.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `message`.
    ///
    /// # Errors
    /// [`Refusal::Unfit`] for an algorithm or a form of message that the key does not have, and for a digest of
    /// another length; [`Refusal::NoEntropy`].
    pub fn sign(&self, by: Signing, message: Message<'_>, entropy: &mut dyn Entropy) -> Result<Vec<u8>, Refusal> {
        let blinds = matches!(by, Signing::Pkcs1(_));
        let mut chance = Blinding::new(blinds, entropy)?;
        let faster = self.faster.as_ref().filter(|_| blinds || !self.repeats);
        if let (Some(key), Some(hash)) = (faster, by.hash())
            && let Some(signature) = key.sign(by, &message.digest(hash)?)
        {
            return Ok(signature);
        }
        self.key.sign(by, message, &mut Chance(chance.source()))
    }

    /// Opens a ciphertext. Chance only blinds the computation; it changes no result.
    ///
    /// # Errors
    /// [`Refusal::BadCiphertext`]; [`Refusal::Unfit`] for an algorithm that the key does not have;
    /// [`Refusal::NoEntropy`].
    pub fn decrypt(&self, by: Encryption, ciphertext: &[u8], entropy: &mut dyn Entropy) -> Result<Secret, Refusal> {
        let mut chance = Blinding::new(matches!(by, Encryption::Oaep(_)), entropy)?;
        let opened = self.faster.as_ref().and_then(|key| key.decrypt(by, ciphertext));
        opened.unwrap_or_else(|| self.key.decrypt(by, ciphertext, &mut Chance(chance.source())))
    }

    /// The secret shared with the holder of the public key `spki`: the x-coordinate of cofactor Diffie-Hellman
    /// (SP 800-56A, 5.7.1.2; the cofactor of these curves is 1).
    ///
    /// # Errors
    /// [`Refusal::BadKey`] when `spki` is not a public key on the same curve; [`Refusal::Unfit`] for other keys.
    pub fn agree(&self, spki: &[u8]) -> Result<Secret, Refusal> {
        // The core reads the other's key and writes it down again: which ones are good is for nobody else to say.
        let peer = || PublicKey::from_spki(self.spec(), spki).and_then(|key| key.to_spki()).ok();
        let agreed = self.faster.as_ref().and_then(|key| key.agree(&peer()?));
        agreed.map_or_else(|| self.key.agree(spki), Ok)
    }

    /// The secret of 32 bytes that `ciphertext` encapsulates. One that was not made for this key gives another secret,
    /// the same each time (FIPS 203, 6.3: implicit rejection).
    ///
    /// # Errors
    /// [`Refusal::BadCiphertext`] for another length; [`Refusal::Unfit`] for other keys.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, Refusal> {
        self.key.decapsulate(ciphertext)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?})", self.spec())
    }
}

/// The chance of an operation. What only blinds it, and leaves no trace in the result, comes from one draw of a fixed
/// length: so a seeded lab goes on alike, whoever computes.
enum Blinding<'a> {
    /// The lab's chance itself.
    Plain(&'a mut dyn Entropy),
    /// What stretches that one draw.
    Stretched(Stream),
}

impl<'a> Blinding<'a> {
    fn new(blinds: bool, entropy: &'a mut dyn Entropy) -> Result<Self, NoEntropy> {
        Ok(if blinds { Self::Stretched(Stream::drawn(entropy)?) } else { Self::Plain(entropy) })
    }

    fn source(&mut self) -> &mut dyn Entropy {
        match self {
            Self::Plain(entropy) => *entropy,
            Self::Stretched(stream) => stream,
        }
    }
}

/// A public key.
pub struct PublicKey {
    spec: PairSpec,
    key: Box<dyn Public>,
    /// The same key with a faster provider.
    faster: Option<Box<dyn PreparedPublic>>,
}

impl PublicKey {
    /// The key that `der` writes down (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// [`Refusal::BadKey`] for whatever is not a valid public key of `spec`.
    pub fn from_spki(spec: PairSpec, der: &[u8]) -> Result<Self, Refusal> {
        let key: Box<dyn Public> = match spec {
            PairSpec::Rsa2048 | PairSpec::Rsa3072 | PairSpec::Rsa4096 => {
                Box::new(rsa::RsaPublic::from_spki(spec, der)?)
            }
            PairSpec::P256 => Box::new(curve::P256Public::from_spki(der)?),
            PairSpec::P384 => Box::new(curve::P384Public::from_spki(der)?),
            PairSpec::P521 => Box::new(curve::P521Public::from_spki(der)?),
            PairSpec::K256 => Box::new(curve::K256Public::from_spki(der)?),
            PairSpec::Ed25519 => Box::new(ed25519::Ed25519Public::from_spki(der)?),
            PairSpec::Sm2 => Box::new(sm2::Sm2Public::from_spki(der)?),
            PairSpec::MlDsa44 => Box::new(ml_dsa::DsaPublic::<::ml_dsa::MlDsa44>::from_spki(der)?),
            PairSpec::MlDsa65 => Box::new(ml_dsa::DsaPublic::<::ml_dsa::MlDsa65>::from_spki(der)?),
            PairSpec::MlDsa87 => Box::new(ml_dsa::DsaPublic::<::ml_dsa::MlDsa87>::from_spki(der)?),
            PairSpec::MlKem512 => Box::new(ml_kem::Kem512Public::from_spki(der)?),
            PairSpec::MlKem768 => Box::new(ml_kem::Kem768Public::from_spki(der)?),
            PairSpec::MlKem1024 => Box::new(ml_kem::Kem1024Public::from_spki(der)?),
        };
        Ok(Self { spec, key, faster: None })
    }

    /// The same key, used by `pairs` where they have something for it.
    #[must_use]
    pub fn with(mut self, pairs: &dyn Pairs) -> Self {
        self.faster = self.to_spki().ok().and_then(|der| pairs.public(self.spec, &der));
        self
    }

    /// The key that is a point of a curve, written as SEC 1, 2.3.3, has it: compressed or not.
    ///
    /// # Errors
    /// [`Refusal::BadKey`] for whatever is not a point of the curve; [`Refusal::Unfit`] for specs that are no such curve.
    pub fn from_point(spec: PairSpec, bytes: &[u8]) -> Result<Self, Refusal> {
        let key: Box<dyn Public> = match spec {
            PairSpec::P256 => Box::new(curve::P256Public::from_point(bytes)?),
            PairSpec::P384 => Box::new(curve::P384Public::from_point(bytes)?),
            PairSpec::P521 => Box::new(curve::P521Public::from_point(bytes)?),
            PairSpec::K256 => Box::new(curve::K256Public::from_point(bytes)?),
            _ => return Err(Refusal::Unfit),
        };
        Ok(Self { spec, key, faster: None })
    }

    /// What it is made of.
    #[must_use]
    pub const fn spec(&self) -> PairSpec {
        self.spec
    }

    /// As SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// None that is known; the crates that write it can fail by their types.
    pub fn to_spki(&self) -> Result<Vec<u8>, Refusal> {
        self.key.spki()
    }

    /// As a compressed point of its curve (SEC 1, 2.3.3).
    ///
    /// # Errors
    /// [`Refusal::Unfit`] for other keys.
    pub fn to_point(&self) -> Result<Vec<u8>, Refusal> {
        self.key.point()
    }

    /// Whether `signature` is the private key's over `message`.
    ///
    /// # Errors
    /// [`Refusal::BadSignature`] when it is not; [`Refusal::Unfit`] as in [`PrivateKey::sign`].
    pub fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
        if let (Some(key), Some(hash)) = (&self.faster, by.hash())
            && let Some(good) = key.verify(by, &message.digest(hash)?, signature)
        {
            return if good { Ok(()) } else { Err(Refusal::BadSignature) };
        }
        self.key.verify(by, message, signature)
    }

    /// Encrypts `plaintext`, at most [`PairSpec::longest_plaintext`] bytes.
    ///
    /// # Errors
    /// [`Refusal::Unfit`] for more bytes, and for an algorithm that the key does not have; [`Refusal::NoEntropy`].
    pub fn encrypt(&self, by: Encryption, plaintext: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Refusal> {
        match self.spec.longest_plaintext(by) {
            Some(longest) if plaintext.len() <= longest => self.key.encrypt(by, plaintext, &mut Chance(entropy)),
            _ => Err(Refusal::Unfit),
        }
    }

    /// A new secret of 32 bytes, and the ciphertext that the private key gets it from.
    ///
    /// # Errors
    /// [`Refusal::Unfit`] for keys that are not ML-KEM's; [`Refusal::NoEntropy`].
    pub fn encapsulate(&self, entropy: &mut dyn Entropy) -> Result<(Vec<u8>, Secret), Refusal> {
        self.key.encapsulate(&mut Chance(entropy))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.spec)
    }
}

/// A private key as its crate has written it down.
fn written(der: pkcs8::Result<pkcs8::SecretDocument>) -> Result<Secret, Refusal> {
    der.map(|der| Secret::new(der.as_bytes().to_vec())).map_err(|_| Refusal::BadKey)
}

/// A public key as its crate has written it down.
fn shown(der: pkcs8::spki::Result<pkcs8::Document>) -> Result<Vec<u8>, Refusal> {
    der.map(|der| der.as_bytes().to_vec()).map_err(|_| Refusal::BadKey)
}

#[cfg(test)]
mod tests;
