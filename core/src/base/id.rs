//! Identifiers: parsed once, holding only good values.

use alloc::{string::String, sync::Arc};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId;

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a well-formed identifier")
    }
}

impl core::error::Error for BadId {}

/// A 12-digit AWS account id. Kept as text: leading zeros count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let digits = <[u8; 12]>::try_from(text.as_bytes()).map_err(|_| BadId)?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits)).ok_or(BadId)
    }
}

/// A Region's name, such as `us-east-1`. Any name of AWS's form is good: kmslab serves them all.
/// Source: KMS API, `RegionType`: 1 to 32 characters, `^([a-z]+-){2,3}\d+$`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Arc<str>);

impl Region {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition the Region belongs to: `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        if self.0.starts_with("cn-") {
            "aws-cn"
        } else if self.0.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }
}

impl FromStr for Region {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let mut parts = text.rsplit('-');
        let number = parts.next().unwrap_or_default();
        let words = parts.clone().count();
        let good = text.len() <= 32
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
            && (2..=3).contains(&words)
            && parts.all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        good.then(|| Self(text.into())).ok_or(BadId)
    }
}

/// The id of a KMS key: a UUID, or `mrk-` and 32 hex digits for a multi-Region key.
/// Source: KMS Developer Guide, "Key identifiers".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    multi_region: bool,
    bytes: [u8; 16],
}

impl KeyId {
    /// A single-Region key id of 16 random bytes, made a version 4 UUID (RFC 9562, 5.4).
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self { multi_region: false, bytes: uuid4(bytes) }
    }

    /// Whether this is the id of a multi-Region key.
    #[must_use]
    pub const fn is_multi_region(self) -> bool {
        self.multi_region
    }

    /// The 16 bytes behind the text.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
}

/// Sets version 4 and the RFC variant in 16 random bytes.
fn uuid4(bytes: [u8; 16]) -> [u8; 16] {
    let mut value = u128::from_be_bytes(bytes);
    value &= !(0xf << 76);
    value |= 0x4 << 76;
    value &= !(0b11 << 62);
    value |= 0b10 << 62;
    value.to_be_bytes()
}

impl FromStr for KeyId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let lower = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let (multi_region, digits) = match text.strip_prefix("mrk-") {
            Some(hex) => (true, String::from(hex)),
            None => {
                let dashes = text.bytes().enumerate().filter(|(_, b)| *b == b'-').map(|(at, _)| at);
                if text.len() != 36 || !dashes.eq([8, 13, 18, 23]) {
                    return Err(BadId);
                }
                (false, text.replace('-', ""))
            }
        };
        if digits.len() != 32 || !lower(&digits) {
            return Err(BadId);
        }
        let value = u128::from_str_radix(&digits, 16).map_err(|_| BadId)?;
        Ok(Self { multi_region, bytes: value.to_be_bytes() })
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written for every request; formatting the parts as numbers costs ten times as much.
        let mut digits = [0; 32];
        let hex = base16ct::lower::encode_str(&self.bytes, &mut digits).map_err(|_| fmt::Error)?;
        if self.multi_region {
            f.write_str("mrk-")?;
            return f.write_str(hex);
        }
        let mut text = [b'-'; 36];
        let mut hex = hex.bytes();
        for (at, byte) in text.iter_mut().enumerate() {
            if !matches!(at, 8 | 13 | 18 | 23) {
                *byte = hex.next().unwrap_or_default();
            }
        }
        f.write_str(core::str::from_utf8(&text).unwrap_or_default())
    }
}

/// A key and where it lives; prints as the key ARN.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyArn {
    /// The account that owns the key.
    pub account: AccountId,
    /// The Region it lives in.
    pub region: Region,
    /// Its id.
    pub id: KeyId,
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:kms:{}:{}:key/{}", self.region.partition(), self.region, self.account, self.id)
    }
}

/// The id of one key material of a KMS key: 32 bytes, shown as 64 hex digits.
/// Source: KMS API, `BackingKeyIdType`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialId(pub [u8; 32]);

impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl FromStr for MaterialId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let mut bytes = [0; 32];
        let decoded = base16ct::lower::decode(text, &mut bytes).map_err(|_| BadId)?;
        if decoded.len() == 32 { Ok(Self(bytes)) } else { Err(BadId) }
    }
}

/// `Debug` as the text itself, and serde through `Display` and `FromStr`.
macro_rules! as_text {
    ($($name:ty),*) => { $(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )* };
}
as_text!(AccountId, Region, KeyId, MaterialId);

impl fmt::Debug for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn key_ids_are_uuids_or_mrk_and_nothing_else() {
        for good in ["1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"] {
            assert_eq!(good.parse::<KeyId>().unwrap().to_string(), good);
        }
        for bad in [
            "1234abcd12ab34cd56ef1234567890ab",
            "1234ABCD-12ab-34cd-56ef-1234567890ab",
            "mrk-fake-key-id",
            "alias/x",
            "",
            "1234abcd-12ab-34cd-56ef-1234567890a",
            "+234abcd-12ab-34cd-56ef-1234567890ab",
        ] {
            assert_eq!(bad.parse::<KeyId>(), Err(BadId), "{bad}");
        }
    }

    #[test]
    fn random_key_ids_are_version_4() {
        let id = KeyId::from_random([0xff; 16]).to_string();
        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn regions_have_awss_form() {
        for good in ["us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-12"] {
            assert!(good.parse::<Region>().is_ok(), "{good}");
        }
        for bad in ["", "us", "us-east", "us-east-1a", "US-EAST-1", "a-b-c-d-1", "-east-1", "us--1"] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
    }
}
