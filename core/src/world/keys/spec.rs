//! What kinds of keys there are: specs, usages, origins and the algorithms that go with them.
//! Source: KMS API, `CreateKey`; kms.md 1.7 and 4.1.

use crate::crypto::hash::Hash;
use crate::crypto::pair::PairSpec;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// The text is none of the enumeration's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownName;

/// Enums with AWS's spelling.
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $text:literal,)* })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$note])* #[serde(rename = $text)] $variant, )* }

        impl $name {
            /// Every one, in the order of the API.
            pub const ALL: &[Self] = &[$( Self::$variant ),*];

            /// AWS's spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $( Self::$variant => $text ),* } }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text { $( $text => Ok(Self::$variant), )* _ => Err(UnknownName) }
            }
        }
    )* };
}

named! {
    /// What a key is made of.
    KeySpec {
        /// RSA with a modulus of 2,048 bits.
        Rsa2048 = "RSA_2048",
        /// RSA with a modulus of 3,072 bits.
        Rsa3072 = "RSA_3072",
        /// RSA with a modulus of 4,096 bits.
        Rsa4096 = "RSA_4096",
        /// The curve P-256, secp256r1.
        P256 = "ECC_NIST_P256",
        /// The curve P-384, secp384r1.
        P384 = "ECC_NIST_P384",
        /// The curve P-521, secp521r1.
        P521 = "ECC_NIST_P521",
        /// The curve secp256k1.
        K256 = "ECC_SECG_P256K1",
        /// A 256-bit AES-GCM key.
        Symmetric = "SYMMETRIC_DEFAULT",
        /// HMAC with SHA-224.
        Hmac224 = "HMAC_224",
        /// HMAC with SHA-256.
        Hmac256 = "HMAC_256",
        /// HMAC with SHA-384.
        Hmac384 = "HMAC_384",
        /// HMAC with SHA-512.
        Hmac512 = "HMAC_512",
        /// SM2, in China.
        Sm2 = "SM2",
        /// ML-DSA-44.
        MlDsa44 = "ML_DSA_44",
        /// ML-DSA-65.
        MlDsa65 = "ML_DSA_65",
        /// ML-DSA-87.
        MlDsa87 = "ML_DSA_87",
        /// Ed25519.
        Ed25519 = "ECC_NIST_EDWARDS25519",
        /// ML-KEM-512.
        MlKem512 = "ML_KEM_512",
        /// ML-KEM-768.
        MlKem768 = "ML_KEM_768",
        /// ML-KEM-1024.
        MlKem1024 = "ML_KEM_1024",
    }

    /// What a key is for.
    KeyUsage {
        /// Signatures.
        SignVerify = "SIGN_VERIFY",
        /// Encryption.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// Message authentication codes.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// Shared secrets by Diffie-Hellman.
        KeyAgreement = "KEY_AGREEMENT",
        /// Shared secrets by encapsulation.
        EncapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE",
    }

    /// Where a key's material comes from.
    Origin {
        /// KMS makes it.
        AwsKms = "AWS_KMS",
        /// It is imported.
        External = "EXTERNAL",
        /// A CloudHSM cluster makes it.
        CloudHsm = "AWS_CLOUDHSM",
        /// It stays in a key manager outside of AWS.
        ExternalKeyStore = "EXTERNAL_KEY_STORE",
    }
}

/// The three types of keys that the documentation tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "KMS has these three")]
pub enum Family {
    /// Symmetric encryption keys.
    Symmetric,
    /// Key pairs.
    Asymmetric,
    /// HMAC keys.
    Hmac,
}

impl KeySpec {
    /// Whether `CustomerMasterKeySpec`, the deprecated name of `KeySpec`, knows it. Source: kms.md 1.7.
    #[must_use]
    pub const fn is_old(self) -> bool {
        !matches!(
            self,
            Self::MlDsa44
                | Self::MlDsa65
                | Self::MlDsa87
                | Self::Ed25519
                | Self::MlKem512
                | Self::MlKem768
                | Self::MlKem1024
        )
    }

    /// The type of key.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Symmetric => Family::Symmetric,
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => Family::Hmac,
            _ => Family::Asymmetric,
        }
    }

    /// The key pair, for keys that are one.
    #[must_use]
    pub const fn pair(self) -> Option<PairSpec> {
        Some(match self {
            Self::Rsa2048 => PairSpec::Rsa2048,
            Self::Rsa3072 => PairSpec::Rsa3072,
            Self::Rsa4096 => PairSpec::Rsa4096,
            Self::P256 => PairSpec::P256,
            Self::P384 => PairSpec::P384,
            Self::P521 => PairSpec::P521,
            Self::K256 => PairSpec::K256,
            Self::Sm2 => PairSpec::Sm2,
            Self::Ed25519 => PairSpec::Ed25519,
            Self::MlDsa44 => PairSpec::MlDsa44,
            Self::MlDsa65 => PairSpec::MlDsa65,
            Self::MlDsa87 => PairSpec::MlDsa87,
            Self::MlKem512 => PairSpec::MlKem512,
            Self::MlKem768 => PairSpec::MlKem768,
            Self::MlKem1024 => PairSpec::MlKem1024,
            Self::Symmetric | Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => return None,
        })
    }

    /// The hash, for HMAC keys.
    #[must_use]
    pub const fn mac(self) -> Option<Hash> {
        match self {
            Self::Hmac224 => Some(Hash::Sha224),
            Self::Hmac256 => Some(Hash::Sha256),
            Self::Hmac384 => Some(Hash::Sha384),
            Self::Hmac512 => Some(Hash::Sha512),
            _ => None,
        }
    }

    /// Whether `GenerateDataKeyPair` makes such pairs, too. Source: kms.md 1.7, `KeyPairSpec`.
    #[must_use]
    pub const fn is_data_key_pair(self) -> bool {
        !matches!(self, Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87) && self.pair().is_some()
    }

    /// Whether the Regions of a partition have it. Source: KMS API Reference, `CreateKey`: SM2 in China Regions alone,
    /// ML-KEM everywhere else.
    #[must_use]
    pub fn is_in(self, partition: &str) -> bool {
        let china = partition == "aws-cn";
        match self {
            Self::Sm2 => china,
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => !china,
            _ => true,
        }
    }

    /// The usages that a key of this spec can have.
    #[must_use]
    pub const fn usages(self) -> &'static [KeyUsage] {
        match self {
            Self::Symmetric => &[KeyUsage::EncryptDecrypt],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[KeyUsage::EncryptDecrypt, KeyUsage::SignVerify],
            Self::P256 | Self::P384 | Self::P521 => &[KeyUsage::SignVerify, KeyUsage::KeyAgreement],
            Self::K256 | Self::Ed25519 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[KeyUsage::SignVerify],
            Self::Sm2 => &[KeyUsage::EncryptDecrypt, KeyUsage::SignVerify, KeyUsage::KeyAgreement],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => &[KeyUsage::GenerateVerifyMac],
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => &[KeyUsage::EncapsulateDecapsulate],
        }
    }

    /// The algorithms of a key of this spec with this usage, in the order of `KeyMetadata`; none where the usage does
    /// not fit.
    #[must_use]
    pub const fn algorithms(self, usage: KeyUsage) -> &'static [&'static str] {
        use KeyUsage::{EncapsulateDecapsulate, EncryptDecrypt, GenerateVerifyMac, KeyAgreement, SignVerify};
        match (self, usage) {
            (Self::Symmetric, EncryptDecrypt) => &["SYMMETRIC_DEFAULT"],
            (Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096, EncryptDecrypt) => {
                &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]
            }
            (Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096, SignVerify) => &[
                "RSASSA_PKCS1_V1_5_SHA_256",
                "RSASSA_PKCS1_V1_5_SHA_384",
                "RSASSA_PKCS1_V1_5_SHA_512",
                "RSASSA_PSS_SHA_256",
                "RSASSA_PSS_SHA_384",
                "RSASSA_PSS_SHA_512",
            ],
            (Self::P256 | Self::K256, SignVerify) => &["ECDSA_SHA_256"],
            (Self::P384, SignVerify) => &["ECDSA_SHA_384"],
            (Self::P521, SignVerify) => &["ECDSA_SHA_512"],
            (Self::P256 | Self::P384 | Self::P521 | Self::Sm2, KeyAgreement) => &["ECDH"],
            (Self::Ed25519, SignVerify) => &["ED25519_SHA_512", "ED25519_PH_SHA_512"],
            (Self::Sm2, EncryptDecrypt) => &["SM2PKE"],
            (Self::Sm2, SignVerify) => &["SM2DSA"],
            (Self::Hmac224, GenerateVerifyMac) => &["HMAC_SHA_224"],
            (Self::Hmac256, GenerateVerifyMac) => &["HMAC_SHA_256"],
            (Self::Hmac384, GenerateVerifyMac) => &["HMAC_SHA_384"],
            (Self::Hmac512, GenerateVerifyMac) => &["HMAC_SHA_512"],
            (Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87, SignVerify) => &["ML_DSA_SHAKE_256"],
            (Self::MlKem512 | Self::MlKem768 | Self::MlKem1024, EncapsulateDecapsulate) => &["ML_KEM"],
            _ => &[],
        }
    }
}

impl KeyUsage {
    /// The operations that a grant on a key of this usage can allow; `symmetric` as for `SYMMETRIC_DEFAULT`.
    /// Source: KMS Developer Guide, "Grant operations"; kms.md 16.3.
    #[must_use]
    pub const fn grant_operations(self, symmetric: bool) -> &'static [&'static str] {
        match self {
            Self::EncryptDecrypt if symmetric => &[
                "Encrypt",
                "Decrypt",
                "GenerateDataKey",
                "GenerateDataKeyWithoutPlaintext",
                "GenerateDataKeyPair",
                "GenerateDataKeyPairWithoutPlaintext",
                "ReEncryptFrom",
                "ReEncryptTo",
                "CreateGrant",
                "RetireGrant",
                "DescribeKey",
            ],
            Self::EncryptDecrypt => &[
                "Encrypt",
                "Decrypt",
                "ReEncryptFrom",
                "ReEncryptTo",
                "GetPublicKey",
                "CreateGrant",
                "RetireGrant",
                "DescribeKey",
            ],
            Self::SignVerify => &["Sign", "Verify", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey"],
            Self::KeyAgreement => &["DeriveSharedSecret", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey"],
            Self::EncapsulateDecapsulate => {
                &["Encapsulate", "Decapsulate", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey"]
            }
            Self::GenerateVerifyMac => &["GenerateMac", "VerifyMac", "CreateGrant", "RetireGrant", "DescribeKey"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usage_of_every_spec_has_its_algorithms() {
        for spec in KeySpec::ALL {
            assert_eq!(spec.as_str().parse(), Ok(*spec));
            for usage in KeyUsage::ALL {
                let fits = spec.usages().contains(usage);
                assert_eq!(!spec.algorithms(*usage).is_empty(), fits, "{spec} {usage}");
            }
            assert_eq!(spec.pair().is_some(), spec.family() == Family::Asymmetric, "{spec}");
            assert_eq!(spec.mac().is_some(), spec.family() == Family::Hmac, "{spec}");
        }
    }
}
