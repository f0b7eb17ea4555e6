//! The curves of FIPS 186-5 and secp256k1: ECDSA and Diffie-Hellman.

use super::{Chance, Message, Private, Public, Refusal, Signing, shown, written};
use crate::base::Secret;
use crate::crypto::hash::Hash;
use alloc::{boxed::Box, vec::Vec};
use core::ops::Neg;
use p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use p256::elliptic_curve::{Generate, sec1::ToSec1Point};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::TryRng;

/// A private and a public key on each curve, which signs hashes of one length.
macro_rules! curves {
    ($($(#[$doc:meta])* $private:ident, $public:ident: $curve:ident, $hash:ident, $signed:path, $verified:path;)*) => { $(
        $(#[$doc])*
        pub(super) struct $private(::$curve::SecretKey);

        $(#[$doc])*
        pub(super) struct $public(::$curve::PublicKey);

        impl $private {
            pub(super) fn generate(chance: &mut Chance<'_>) -> Result<Self, Refusal> {
                Ok(Self(::$curve::SecretKey::try_generate_from_rng(chance)?))
            }

            pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Refusal> {
                ::$curve::SecretKey::from_pkcs8_der(der).map(Self).map_err(|_| Refusal::BadKey)
            }
        }

        impl Private for $private {
            fn pkcs8(&self) -> Result<Secret, Refusal> {
                written(self.0.to_pkcs8_der())
            }

            fn public(&self) -> Box<dyn Public> {
                Box::new($public(self.0.public_key()))
            }

            fn sign(&self, by: Signing, message: Message<'_>, chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
                if by != Signing::Ecdsa(Hash::$hash) {
                    return Err(Refusal::Unfit);
                }
                let digest = message.digest(Hash::$hash)?;
                let key = ::$curve::ecdsa::SigningKey::from(&self.0);
                let signature: ::$curve::ecdsa::Signature =
                    key.sign_prehash_with_rng(chance, &digest).map_err(|_| Refusal::NoEntropy)?;
                Ok($signed(signature, chance)?.to_der().as_bytes().to_vec())
            }

            fn agree(&self, spki: &[u8]) -> Result<Secret, Refusal> {
                let peer = ::$curve::PublicKey::from_public_key_der(spki).map_err(|_| Refusal::BadKey)?;
                Ok(Secret::new(self.0.diffie_hellman(&peer).raw_secret_bytes().to_vec()))
            }
        }

        impl $public {
            pub(super) fn from_spki(der: &[u8]) -> Result<Self, Refusal> {
                ::$curve::PublicKey::from_public_key_der(der).map(Self).map_err(|_| Refusal::BadKey)
            }

            pub(super) fn from_point(bytes: &[u8]) -> Result<Self, Refusal> {
                ::$curve::PublicKey::from_sec1_bytes(bytes).map(Self).map_err(|_| Refusal::BadKey)
            }
        }

        impl Public for $public {
            fn spki(&self) -> Result<Vec<u8>, Refusal> {
                shown(self.0.to_public_key_der())
            }

            fn point(&self) -> Result<Vec<u8>, Refusal> {
                Ok(self.0.to_sec1_point(true).as_bytes().to_vec())
            }

            fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
                if by != Signing::Ecdsa(Hash::$hash) {
                    return Err(Refusal::Unfit);
                }
                let digest = message.digest(Hash::$hash)?;
                let signature =
                    ::$curve::ecdsa::Signature::from_der(signature).map_err(|_| Refusal::BadSignature)?;
                let key = ::$curve::ecdsa::VerifyingKey::from(&self.0);
                key.verify_prehash(&digest, &$verified(signature)).map_err(|_| Refusal::BadSignature)
            }
        }
    )* };
}

curves! {
    /// P-256.
    P256, P256Public: p256, Sha256, as_made, as_it_is;
    /// P-384.
    P384, P384Public: p384, Sha384, as_made, as_it_is;
    /// P-521.
    P521, P521Public: p521, Sha512, as_made, as_it_is;
    /// secp256k1.
    K256, K256Public: k256, Sha256, either_s, low_s;
}

fn as_made<S>(signature: S, _: &mut Chance<'_>) -> Result<S, Refusal> {
    Ok(signature)
}

const fn as_it_is<S: Copy>(signature: S) -> S {
    signature
}

/// FIPS 186-5 takes `s` and `n - s` alike; the crate, made for Bitcoin, always signs with the lower one. Who forgets to
/// make it low for a blockchain has to notice here, too: it is one or the other by chance, as the standard has it.
fn either_s(signature: k256::ecdsa::Signature, chance: &mut Chance<'_>) -> Result<k256::ecdsa::Signature, Refusal> {
    if chance.try_next_u32()? & 1 == 0 {
        return Ok(signature);
    }
    let (r, s) = signature.split_scalars();
    k256::ecdsa::Signature::from_scalars(r, s.neg()).map_err(|_| Refusal::BadSignature)
}

/// And it verifies only the lower one.
fn low_s(signature: k256::ecdsa::Signature) -> k256::ecdsa::Signature {
    signature.normalize_s()
}
