//! Algorithm suites, and which of them a commitment policy allows.
//!
//! Source: AWS Encryption SDK Developer Guide, "Algorithms reference" and "Setting your commitment policy".

use crate::crypto::hash::Hash;
use crate::crypto::pair::PairSpec;
use core::fmt;
use core::str::FromStr;

/// An algorithm suite: AES-GCM with an IV of 12 and a tag of 16 bytes, and what goes with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Suite {
    id: u16,
    name: &'static str,
    /// Bytes of the data key, and of the key that is derived from it.
    key: usize,
    /// The hash of HKDF; without it the data key itself encrypts.
    derivation: Option<Hash>,
    /// The curve of the signature in the footer.
    signature: Option<PairSpec>,
    commits: bool,
}

/// A suite without key derivation, with it, with a signature, with key commitment: each column of AWS's table.
const fn suite(
    id: u16,
    name: &'static str,
    derivation: Option<Hash>,
    signature: Option<PairSpec>,
    commits: bool,
) -> Suite {
    let key = match id & 0xff {
        0x14 => 16,
        0x46 => 24,
        _ => 32,
    };
    Suite { id, name, key, derivation, signature, commits }
}

/// Every one, under the names that the AWS Encryption SDK for Python has for them.
#[rustfmt::skip]
pub static SUITES: [Suite; 11] = [
    suite(0x0014, "AES_128_GCM_IV12_TAG16", None, None, false),
    suite(0x0046, "AES_192_GCM_IV12_TAG16", None, None, false),
    suite(0x0078, "AES_256_GCM_IV12_TAG16", None, None, false),
    suite(0x0114, "AES_128_GCM_IV12_TAG16_HKDF_SHA256", Some(Hash::Sha256), None, false),
    suite(0x0146, "AES_192_GCM_IV12_TAG16_HKDF_SHA256", Some(Hash::Sha256), None, false),
    suite(0x0178, "AES_256_GCM_IV12_TAG16_HKDF_SHA256", Some(Hash::Sha256), None, false),
    suite(0x0214, "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256", Some(Hash::Sha256), Some(PairSpec::P256), false),
    suite(0x0346, "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", Some(Hash::Sha384), Some(PairSpec::P384), false),
    suite(0x0378, "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", Some(Hash::Sha384), Some(PairSpec::P384), false),
    Suite::COMMITTING,
    Suite::COMMITTING_SIGNED,
];

impl Suite {
    /// 0x0578, the default: with key commitment and a signature.
    pub const COMMITTING_SIGNED: Self =
        suite(0x0578, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384", Some(Hash::Sha512), Some(PairSpec::P384), true);

    /// 0x0478: with key commitment, without a signature. For messages whose readers may write them, too.
    pub const COMMITTING: Self = suite(0x0478, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY", Some(Hash::Sha512), None, true);

    /// The suite with this id.
    #[must_use]
    pub fn by_id(id: u16) -> Option<Self> {
        SUITES.iter().find(|suite| suite.id == id).copied()
    }

    /// Its id in a header.
    #[must_use]
    pub const fn id(self) -> u16 {
        self.id
    }

    /// Its name, as the AWS Encryption SDK for Python has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Bytes of a data key.
    #[must_use]
    pub const fn key_length(self) -> usize {
        self.key
    }

    /// Whether the header commits to one data key, so that no message opens to two plaintexts.
    #[must_use]
    pub const fn commits(self) -> bool {
        self.commits
    }

    /// Whether the footer has a signature.
    #[must_use]
    pub const fn signs(self) -> bool {
        self.signature.is_some()
    }

    /// Whether every message has a key of its own, derived from the data key: only then may data keys be used again.
    #[must_use]
    pub const fn derives(self) -> bool {
        self.derivation.is_some()
    }

    /// The version of the message format that it is written in.
    #[must_use]
    pub const fn version(self) -> u8 {
        if self.commits { 2 } else { 1 }
    }

    /// Bytes of a message id.
    pub(super) const fn message_id(self) -> usize {
        if self.commits { 32 } else { 16 }
    }

    pub(super) const fn derivation(self) -> Option<Hash> {
        self.derivation
    }

    pub(super) const fn curve(self) -> Option<PairSpec> {
        self.signature
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:04x})", self.name, self.id)
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suite(0x{:04x})", self.id)
    }
}

/// From its name, or its id in hexadecimal such as `0578` or `0x0578`.
impl FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(text: &str) -> Result<Self, UnknownSuite> {
        let id = u16::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok();
        let found = SUITES.iter().find(|suite| suite.name == text || Some(suite.id) == id);
        found.copied().ok_or(UnknownSuite)
    }
}

/// No suite has this name or id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSuite;

impl fmt::Display for UnknownSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no algorithm suite has this name or id")
    }
}

impl core::error::Error for UnknownSuite {}

/// Which suites may be used, by whether they commit to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "the three policies that the AWS Encryption SDK defines")]
pub enum CommitmentPolicy {
    /// Seals without key commitment, opens everything: for readers that do not know commitment yet.
    ForbidEncryptAllowDecrypt,
    /// Seals with key commitment, opens everything.
    RequireEncryptAllowDecrypt,
    /// Seals and opens with key commitment alone.
    #[default]
    RequireEncryptRequireDecrypt,
}

impl CommitmentPolicy {
    /// Every one.
    pub const ALL: [Self; 3] =
        [Self::ForbidEncryptAllowDecrypt, Self::RequireEncryptAllowDecrypt, Self::RequireEncryptRequireDecrypt];

    /// Its name, as AWS writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForbidEncryptAllowDecrypt => "FORBID_ENCRYPT_ALLOW_DECRYPT",
            Self::RequireEncryptAllowDecrypt => "REQUIRE_ENCRYPT_ALLOW_DECRYPT",
            Self::RequireEncryptRequireDecrypt => "REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
        }
    }

    /// Whether messages may be sealed with `suite`.
    #[must_use]
    pub const fn seals(self, suite: Suite) -> bool {
        match self {
            Self::ForbidEncryptAllowDecrypt => !suite.commits,
            Self::RequireEncryptAllowDecrypt | Self::RequireEncryptRequireDecrypt => suite.commits,
        }
    }

    /// Whether messages that were sealed with `suite` may be opened.
    #[must_use]
    pub const fn opens(self, suite: Suite) -> bool {
        match self {
            Self::ForbidEncryptAllowDecrypt | Self::RequireEncryptAllowDecrypt => true,
            Self::RequireEncryptRequireDecrypt => suite.commits,
        }
    }

    /// The suite of messages for which none is chosen: the strongest one that it allows.
    #[must_use]
    pub fn suite(self) -> Suite {
        match self {
            Self::ForbidEncryptAllowDecrypt => Suite::by_id(0x0378).unwrap_or(Suite::COMMITTING_SIGNED),
            Self::RequireEncryptAllowDecrypt | Self::RequireEncryptRequireDecrypt => Suite::COMMITTING_SIGNED,
        }
    }
}

impl fmt::Display for CommitmentPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From its name, as AWS writes it.
impl FromStr for CommitmentPolicy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPolicy> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text).ok_or(UnknownPolicy)
    }
}

/// No commitment policy has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownPolicy;

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no commitment policy has this name")
    }
}

impl core::error::Error for UnknownPolicy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_those_of_the_reference() {
        // "Algorithms reference": id, bytes of key, key derivation, signature, version of the message format.
        let cases = [
            (0x0014, 16, false, false, 1),
            (0x0046, 24, false, false, 1),
            (0x0078, 32, false, false, 1),
            (0x0114, 16, true, false, 1),
            (0x0146, 24, true, false, 1),
            (0x0178, 32, true, false, 1),
            (0x0214, 16, true, true, 1),
            (0x0346, 24, true, true, 1),
            (0x0378, 32, true, true, 1),
            (0x0478, 32, true, false, 2),
            (0x0578, 32, true, true, 2),
        ];
        assert_eq!(cases.len(), SUITES.len());
        for (id, key, derives, signs, version) in cases {
            let suite = Suite::by_id(id).unwrap();
            let got = (suite.key_length(), suite.derives(), suite.signs(), suite.version());
            assert_eq!(got, (key, derives, signs, version), "{suite}");
            assert_eq!(suite.name().parse(), Ok(suite));
            assert_eq!(alloc::format!("0x{id:04x}").parse(), Ok(suite));
        }
        assert!(Suite::by_id(0x0278).is_none() && "AES".parse::<Suite>().is_err());
    }

    #[test]
    fn policies_allow_what_the_guide_says() {
        let (plain, commits) = (Suite::by_id(0x0178).unwrap(), Suite::COMMITTING);
        for (policy, seals, opens) in [
            (CommitmentPolicy::ForbidEncryptAllowDecrypt, [true, false], [true, true]),
            (CommitmentPolicy::RequireEncryptAllowDecrypt, [false, true], [true, true]),
            (CommitmentPolicy::RequireEncryptRequireDecrypt, [false, true], [false, true]),
        ] {
            assert_eq!([policy.seals(plain), policy.seals(commits)], seals, "{policy}");
            assert_eq!([policy.opens(plain), policy.opens(commits)], opens, "{policy}");
            assert!(policy.seals(policy.suite()), "{policy}");
            assert_eq!(policy.as_str().parse(), Ok(policy));
        }
    }
}
