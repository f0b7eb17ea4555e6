//! The encryption context as bytes.
//!
//! Source: AWS Encryption SDK Specification, `framework/structures.md`, "Encryption context, serialization"; "Message format
//! reference", "AAD".

use super::reader::{Missing, Reader, write_counted};
use super::refused::Refused;
use crate::crypto::blob::EncryptionContext;
use alloc::{format, vec::Vec};

/// Keys that begin so are the format's own.
pub const RESERVED: &str = "aws-crypto-";
/// The key under which the public key stands that verifies the footer.
pub const PUBLIC_KEY: &str = "aws-crypto-public-key";

/// The pairs after their number, in the order of their keys' bytes; nothing for no pairs.
pub(super) fn written(context: &EncryptionContext) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::new();
    if context.is_empty() {
        return Ok(out);
    }
    let long = || Refused::Context("longer than 65,535 bytes".into());
    out.extend_from_slice(&u16::try_from(context.len()).map_err(|_| long())?.to_be_bytes());
    for (key, value) in context {
        write_counted(&mut out, key.as_bytes()).ok_or_else(long)?;
        write_counted(&mut out, value.as_bytes()).ok_or_else(long)?;
        if out.len() > usize::from(u16::MAX) {
            return Err(long());
        }
    }
    Ok(out)
}

/// What [`written`] wrote. The order is not looked at: other writers had others, and the header's tag keeps the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<EncryptionContext, Refused> {
    let bad = |what| Refused::BadMessage(format!("the encryption context {what}"));
    let mut context = EncryptionContext::new();
    if bytes.is_empty() {
        return Ok(context);
    }
    let short = |_: Missing| bad("is longer than its field");
    let mut reader = Reader::new(bytes);
    let pairs = reader.u16().map_err(short)?;
    if pairs == 0 {
        return Err(bad("has no pairs in a field that is not empty"));
    }
    for _ in 0..pairs {
        let key = core::str::from_utf8(reader.counted().map_err(short)?).map_err(|_| bad("is not UTF-8"))?;
        let value = core::str::from_utf8(reader.counted().map_err(short)?).map_err(|_| bad("is not UTF-8"))?;
        if context.insert(key.into(), value.into()).is_some() {
            return Err(bad("has one key twice"));
        }
    }
    if !reader.is_empty() {
        return Err(bad("is shorter than its field"));
    }
    Ok(context)
}

/// Refuses keys that are the format's own.
pub(super) fn check_keys<'a>(keys: impl IntoIterator<Item = &'a alloc::string::String>) -> Result<(), Refused> {
    match keys.into_iter().find(|key| key.starts_with(RESERVED)) {
        Some(key) => Err(Refused::Context(format!("{key}: keys that begin with {RESERVED} are reserved"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn it_is_sorted_by_bytes_and_empty_without_pairs() {
        let cases = [
            (context(&[]), b"".as_slice()),
            (context(&[("b", "2"), ("a", "1")]), b"\0\x02\0\x01a\0\x011\0\x01b\0\x012"),
            (context(&[("\u{e9}", ""), ("z", "")]), b"\0\x02\0\x01z\0\0\0\x02\xc3\xa9\0\0"),
        ];
        for (context, bytes) in cases {
            assert_eq!(written(&context).unwrap(), bytes);
            assert_eq!(read(bytes).unwrap(), context);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let cases: [(&[u8], &str); 7] = [
            (b"\0\0", "no pairs"),
            (b"\0", "longer than its field"),
            (b"\0\x01\0\x01a", "longer than its field"),
            (b"\0\x01\0\x01a\0\x05b", "longer than its field"),
            (b"\0\x01\0\x01a\0\x01bc", "shorter than its field"),
            (b"\0\x01\0\x01\xff\0\x01b", "not UTF-8"),
            (b"\0\x02\0\x01a\0\x01b\0\x01a\0\x01c", "one key twice"),
        ];
        for (bytes, message) in cases {
            assert!(read(bytes).unwrap_err().to_string().contains(message), "{bytes:?}");
        }
        let long = context(&[("a", &"x".repeat(65_530))]);
        assert!(written(&long).is_err() && written(&context(&[("a", &"x".repeat(65_528))])).is_ok());
    }
}
