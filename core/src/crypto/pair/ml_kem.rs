//! ML-KEM: FIPS 203.

use super::{Chance, Private, Public, Refusal, shown, written};
use crate::base::Secret;
use ::ml_kem::{B32, Decapsulate, Seed};
use alloc::{boxed::Box, vec::Vec};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::TryRng;
use zeroize::Zeroizing;

/// A private and a public key of each parameter set.
macro_rules! kems {
    ($($(#[$doc:meta])* $private:ident, $public:ident: $set:ident;)*) => { $(
        $(#[$doc])*
        pub(super) struct $private(::ml_kem::$set::DecapsulationKey);

        $(#[$doc])*
        pub(super) struct $public(::ml_kem::$set::EncapsulationKey);

        impl $private {
            pub(super) fn generate(chance: &mut Chance<'_>) -> Result<Self, Refusal> {
                let mut seed = Zeroizing::new(Seed::default());
                chance.try_fill_bytes(&mut seed)?;
                Ok(Self(::ml_kem::$set::DecapsulationKey::from_seed(*seed)))
            }

            pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Refusal> {
                ::ml_kem::$set::DecapsulationKey::from_pkcs8_der(der).map(Self).map_err(|_| Refusal::BadKey)
            }
        }

        impl Private for $private {
            fn pkcs8(&self) -> Result<Secret, Refusal> {
                written(self.0.to_pkcs8_der())
            }

            fn public(&self) -> Box<dyn Public> {
                Box::new($public(self.0.encapsulation_key().clone()))
            }

            fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, Refusal> {
                let secret = self.0.decapsulate_slice(ciphertext).map_err(|_| Refusal::BadCiphertext)?;
                Ok(Secret::new(secret.to_vec()))
            }
        }

        impl $public {
            pub(super) fn from_spki(der: &[u8]) -> Result<Self, Refusal> {
                ::ml_kem::$set::EncapsulationKey::from_public_key_der(der).map(Self).map_err(|_| Refusal::BadKey)
            }
        }

        impl Public for $public {
            fn spki(&self) -> Result<Vec<u8>, Refusal> {
                shown(self.0.to_public_key_der())
            }

            fn encapsulate(&self, chance: &mut Chance<'_>) -> Result<(Vec<u8>, Secret), Refusal> {
                // FIPS 203, algorithm 20, line 1: m is random, and no one else's.
                let mut m = Zeroizing::new(B32::default());
                chance.try_fill_bytes(&mut m)?;
                let (ciphertext, secret) = self.0.encapsulate_deterministic(&m);
                Ok((ciphertext.to_vec(), Secret::new(secret.to_vec())))
            }
        }
    )* };
}

kems! {
    /// ML-KEM-512.
    Kem512, Kem512Public: ml_kem_512;
    /// ML-KEM-768.
    Kem768, Kem768Public: ml_kem_768;
    /// ML-KEM-1024.
    Kem1024, Kem1024Public: ml_kem_1024;
}
