//! The algorithms by their names in the API, as the room of cryptography knows them. Source: kms.md 1.7, 4.3 to 4.5.

use crate::crypto::hash::Hash;
use crate::crypto::pair::{Encryption, Signing};

/// How `SigningAlgorithm` signs.
#[must_use]
pub fn signing(algorithm: &str) -> Option<Signing> {
    Some(match algorithm {
        "RSASSA_PSS_SHA_256" => Signing::Pss(Hash::Sha256),
        "RSASSA_PSS_SHA_384" => Signing::Pss(Hash::Sha384),
        "RSASSA_PSS_SHA_512" => Signing::Pss(Hash::Sha512),
        "RSASSA_PKCS1_V1_5_SHA_256" => Signing::Pkcs1(Hash::Sha256),
        "RSASSA_PKCS1_V1_5_SHA_384" => Signing::Pkcs1(Hash::Sha384),
        "RSASSA_PKCS1_V1_5_SHA_512" => Signing::Pkcs1(Hash::Sha512),
        "ECDSA_SHA_256" => Signing::Ecdsa(Hash::Sha256),
        "ECDSA_SHA_384" => Signing::Ecdsa(Hash::Sha384),
        "ECDSA_SHA_512" => Signing::Ecdsa(Hash::Sha512),
        "SM2DSA" => Signing::Sm2,
        "ML_DSA_SHAKE_256" => Signing::MlDsa,
        "ED25519_SHA_512" => Signing::Ed25519,
        "ED25519_PH_SHA_512" => Signing::Ed25519ph,
        _ => return None,
    })
}

/// How `EncryptionAlgorithm` encrypts under a key pair; `None` for `SYMMETRIC_DEFAULT`.
#[must_use]
pub fn encryption(algorithm: &str) -> Option<Encryption> {
    Some(match algorithm {
        "RSAES_OAEP_SHA_1" => Encryption::Oaep(Hash::Sha1),
        "RSAES_OAEP_SHA_256" => Encryption::Oaep(Hash::Sha256),
        "SM2PKE" => Encryption::Sm2,
        _ => return None,
    })
}

/// The hash of `MacAlgorithm`.
#[must_use]
pub fn mac(algorithm: &str) -> Option<Hash> {
    Some(match algorithm {
        "HMAC_SHA_224" => Hash::Sha224,
        "HMAC_SHA_256" => Hash::Sha256,
        "HMAC_SHA_384" => Hash::Sha384,
        "HMAC_SHA_512" => Hash::Sha512,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::keys::{KeySpec, KeyUsage};

    #[test]
    fn every_algorithm_of_every_spec_is_known() {
        for spec in KeySpec::ALL {
            for usage in spec.usages() {
                for name in spec.algorithms(*usage) {
                    let known = match usage {
                        KeyUsage::SignVerify => signing(name).is_some(),
                        KeyUsage::EncryptDecrypt => encryption(name).is_some() != (*name == "SYMMETRIC_DEFAULT"),
                        KeyUsage::GenerateVerifyMac => mac(name).is_some(),
                        KeyUsage::KeyAgreement => *name == "ECDH",
                        KeyUsage::EncapsulateDecapsulate => *name == "ML_KEM",
                    };
                    assert!(known, "{spec} {usage} {name}");
                }
            }
        }
    }
}
