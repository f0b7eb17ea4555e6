//! Identifiers: parsed once, holding only good values.

use alloc::string::String;
use core::{cmp::Ordering, fmt, str::FromStr};
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
pub struct Region {
    // Kept in place: every request reads one and stores it several times. Padded with zeros, so that the order is the text's.
    text: [u8; 32],
    length: u8,
}

impl Region {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.text.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }

    /// The partition the Region belongs to: `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        if self.text.starts_with(b"cn-") {
            "aws-cn"
        } else if self.text.starts_with(b"us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }
}

impl FromStr for Region {
    type Err = BadId;
    fn from_str(name: &str) -> Result<Self, BadId> {
        let mut text = [0; 32];
        let length = u8::try_from(name.len()).map_err(|_| BadId)?;
        text.get_mut(..name.len()).ok_or(BadId)?.copy_from_slice(name.as_bytes());
        // Words of letters, each with its dash, then digits.
        let (mut words, mut letters, mut digits) = (0_u8, 0_u8, 0_u8);
        for byte in name.bytes() {
            match byte {
                b'a'..=b'z' if digits == 0 => letters = letters.saturating_add(1),
                b'0'..=b'9' if letters == 0 => digits = digits.saturating_add(1),
                b'-' if letters > 0 => (words, letters) = (words.saturating_add(1), 0),
                _ => return Err(BadId),
            }
        }
        if (2..=3).contains(&words) && digits > 0 { Ok(Self { text, length }) } else { Err(BadId) }
    }
}

/// A UUID that names a request or an event. Not a secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// Of 16 random bytes: version 4 (RFC 9562, 5.4).
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(uuid4(bytes))
    }

    /// The text, such as `1234abcd-12ab-4d34-96ef-1234567890ab`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(36);
        out.push_str(core::str::from_utf8(&hyphenated(&self.0)).unwrap_or_default());
        out
    }
}

impl FromStr for Uuid {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let dashes = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at);
        if text.len() == 36 && dashes.eq([8, 13, 18, 23]) { digits(text).map(Self) } else { Err(BadId) }
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&hyphenated(&self.0)).unwrap_or_default())
    }
}

/// 32 lower-case hexadecimal digits, dashes passed over.
fn digits(text: &str) -> Result<[u8; 16], BadId> {
    let (mut value, mut count) = (0_u128, 0_u8);
    for byte in text.bytes().filter(|byte| *byte != b'-') {
        let digit = match byte {
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
            _ => return Err(BadId),
        };
        value = value << 4 | u128::from(digit);
        count = count.saturating_add(1);
    }
    if count == 32 { Ok(value.to_be_bytes()) } else { Err(BadId) }
}

/// 16 bytes as lower-case hexadecimal digits. Written several times in every request.
fn hexadecimal(bytes: &[u8; 16]) -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    let mut text = [0; 32];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 0xf)];
    }
    text
}

/// 16 bytes as the text of a UUID.
fn hyphenated(bytes: &[u8; 16]) -> [u8; 36] {
    let digits = hexadecimal(bytes);
    let mut text = [b'-'; 36];
    for (four, at) in digits.as_chunks::<4>().0.iter().zip([0, 4, 9, 14, 19, 24, 28, 32]) {
        if let Some(place) = text.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = *four;
        }
    }
    text
}

/// The id of a KMS key: a UUID, or `mrk-` and 32 hex digits for a multi-Region key.
/// Source: KMS Developer Guide, "Key identifiers".
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

    /// The same for a multi-Region key: the digits of such a UUID, without its dashes.
    #[must_use]
    pub fn multi_region(bytes: [u8; 16]) -> Self {
        Self { multi_region: true, bytes: uuid4(bytes) }
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

impl Ord for KeyId {
    /// As the members say, by one comparison of numbers: every table of keys is searched so.
    fn cmp(&self, other: &Self) -> Ordering {
        let number = |id: &Self| (id.multi_region, u128::from_be_bytes(id.bytes));
        number(self).cmp(&number(other))
    }
}

impl PartialOrd for KeyId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
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
        match text.strip_prefix("mrk-") {
            Some(hex) if hex.len() == 32 => Ok(Self { multi_region: true, bytes: digits(hex)? }),
            Some(_) => Err(BadId),
            None => text.parse().map(|Uuid(bytes)| Self { multi_region: false, bytes }),
        }
    }
}

impl KeyId {
    /// Appends the text.
    fn write(&self, out: &mut String) {
        if self.multi_region {
            out.push_str("mrk-");
            out.push_str(core::str::from_utf8(&hexadecimal(&self.bytes)).unwrap_or_default());
        } else {
            out.push_str(core::str::from_utf8(&hyphenated(&self.bytes)).unwrap_or_default());
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(36);
        self.write(&mut text);
        f.write_str(&text)
    }
}

/// A key and where it lives; prints as the key ARN.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyArn {
    /// The account that owns the key.
    pub account: AccountId,
    /// The Region it lives in.
    pub region: Region,
    /// Its id.
    pub id: KeyId,
}

impl Ord for KeyArn {
    /// As the members say. Most keys that meet in a table are of one account and Region, and that is soon seen.
    fn cmp(&self, other: &Self) -> Ordering {
        if self.account == other.account && self.region == other.region {
            return self.id.cmp(&other.id);
        }
        (&self.account, &self.region).cmp(&(&other.account, &other.region))
    }
}

impl PartialOrd for KeyArn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl KeyArn {
    /// The key ARN. What `to_string` gives, in a fifth of the time: every request writes it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(96);
        for part in
            ["arn:", self.region.partition(), ":kms:", self.region.as_str(), ":", self.account.as_str(), ":key/"]
        {
            out.push_str(part);
        }
        self.id.write(&mut out);
        out
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The id of one key material of a KMS key: 32 bytes, shown as 64 hex digits.
/// Source: KMS API, `BackingKeyIdType`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialId(pub [u8; 32]);

impl MaterialId {
    /// 64 hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
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
as_text!(AccountId, Region, Uuid, KeyId, MaterialId);

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
            "1234abcd-12ab-34cd-56ef--234567890ab",
            "mrk-1234abcd12ab34cd56ef1234567890ab0",
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
