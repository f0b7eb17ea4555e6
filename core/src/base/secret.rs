//! A secret is a type: erased on drop, compared in constant time, never printed.

use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Bytes that must not be seen: key material, secret access keys, session tokens.
#[derive(Clone, Default)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes over `bytes`.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The one way out; `git grep expose` finds every use.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The secret as text, where it was made of text (access keys).
    #[must_use]
    pub fn expose_text(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

/// Whether two texts are the same, in a time that tells their lengths alone. Eight bytes are one comparison, which takes
/// an eighth of the time of `subtle`'s own for bytes.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    if words.len() != others.len() {
        return false;
    }
    let word = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    let all = words.iter().zip(others).fold(rest.ct_eq(other_rest), |all, (a, b)| all & word(a).ct_eq(&word(b)));
    all.into()
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// Only a saved lab holds secrets in the clear; it is as secret as they are.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64ct::Encoding;
        let mut text = base64ct::Base64::encode_string(&self.0);
        let result = serializer.serialize_str(&text);
        text.zeroize();
        result
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64ct::Encoding;
        let mut text = alloc::string::String::deserialize(deserializer)?;
        let bytes = base64ct::Base64::decode_vec(&text).map_err(|_| serde::de::Error::custom("a secret is not base64"));
        text.zeroize();
        bytes.map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn texts_are_the_same_byte_for_byte() {
        let text: Vec<u8> = (0..40).collect();
        for length in 0..=40 {
            let text = &text[..length];
            assert!(same(text, text), "{length}");
            assert!(!same(text, &[text, &[0]].concat()), "{length}");
            for at in 0..length {
                let mut other = text.to_vec();
                other[at] ^= 0x10;
                assert!(!same(text, &other), "{length} {at}");
            }
        }
    }

    #[test]
    fn debug_shows_only_the_length() {
        let secret = Secret::new(b"hunter2hunter2".to_vec());
        assert_eq!(format!("{secret:?}"), "Secret(14 bytes)");
    }

    #[test]
    fn saved_and_opened_it_is_equal() {
        let secret = Secret::new(alloc::vec![0, 1, 254, 255]);
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap(), secret);
    }
}
