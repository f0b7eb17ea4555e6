//! What a ciphertext consists of: each field with its place and its meaning. No key is needed, and none would help.
//!
//! Reads what KMS and kmslab write (`blob` draws the layout), and KMS's older layout without a nonce. It is as strict as
//! the layout, and knows at which byte something does not fit.

use super::blob::{Blob, DATA, ENCRYPTED_DATA, FRAME};
use alloc::{format, string::String, vec::Vec};
use core::fmt;

/// What a field is for. The names are those of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Which format, which version.
    Format,
    /// Which key.
    Key,
    /// A value that is used once.
    Nonce,
    /// An initialization vector.
    Iv,
    /// Which algorithm.
    Algorithm,
    /// Lengths and tags around other fields.
    Structure,
    /// What was encrypted.
    Ciphertext,
    /// What proves that nothing was changed.
    Tag,
    /// The encryption context.
    Context,
}

impl Kind {
    /// Every kind, in the order of legends.
    pub const ALL: [Self; 9] = [
        Self::Format,
        Self::Key,
        Self::Context,
        Self::Nonce,
        Self::Iv,
        Self::Algorithm,
        Self::Structure,
        Self::Ciphertext,
        Self::Tag,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Key => "key",
            Self::Nonce => "nonce",
            Self::Iv => "iv",
            Self::Algorithm => "algorithm",
            Self::Structure => "structure",
            Self::Ciphertext => "ciphertext",
            Self::Tag => "tag",
            Self::Context => "context",
        }
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name in the standard, or ours.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// The place of its first byte.
    pub at: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub meaning: String,
}

/// A ciphertext, taken apart. The fields follow one another without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Anatomy {
    /// What it is.
    pub format: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What can be told of the whole.
    pub notes: Vec<String>,
}

impl Anatomy {
    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.fields.iter().map(|field| field.bytes.len()).sum()
    }
}

/// Bytes that are no ciphertext, and the first one that tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The place of that byte; the length, where bytes are missing.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.message)
    }
}

impl core::error::Error for Misfit {}

/// Takes a ciphertext apart.
///
/// # Errors
/// [`Misfit`] where the bytes are no ciphertext that is known here.
pub fn dissect(bytes: &[u8]) -> Result<Anatomy, Misfit> {
    let mut reader = Reader { bytes, at: 0, fields: Vec::new() };
    kms(&mut reader)?;
    let mut notes = Vec::new();
    if Blob::parse(bytes).is_ok() {
        notes.push("made by kmslab: its IV follows from key material and nonce, as kmslab has it".into());
    } else {
        notes.push("laid out as AWS KMS does; not made by kmslab, which opens only its own".into());
    }
    notes.push("the encryption context is not in it, and is needed to open it if there was one".into());
    Ok(Anatomy { format: "KMS ciphertext", fields: reader.fields, notes })
}

/// The layout of KMS's symmetric ciphertexts. Source: kms.md 5.2, observed on AWS's.
fn kms(reader: &mut Reader<'_>) -> Result<(), Misfit> {
    let at = reader.at;
    let start: [u8; 5] = *reader.take()?;
    let [version, layout, _, zero, mark] = start;
    for (offset, (byte, wanted)) in [(version, 0x01), (zero, 0x00), (mark, 0x78)].into_iter().enumerate() {
        if byte != wanted {
            let offset = if offset == 0 { 0 } else { offset.saturating_add(2) };
            let message = format!(
                "{byte:02x} where every KMS ciphertext has {wanted:02x}. Ciphertexts of key pairs have no fields, and \
                 other formats are not known"
            );
            return Err(Misfit { at: at.saturating_add(offset), message });
        }
    }
    if !matches!(layout, 0x01 | 0x02) {
        let message = format!("layout {layout:02x}; 02 is KMS's, 01 its older one");
        return Err(Misfit { at: at.saturating_add(1), message });
    }
    let told = if layout == 0x02 { "KMS's present layout" } else { "KMS's older layout, without a nonce" };
    reader.field("format", Kind::Format, &start, told.into());
    let id: [u8; 32] = *reader.take()?;
    reader.field(
        "key material",
        Kind::Key,
        &id,
        "the id of the backing key that encrypted, one for each rotation".into(),
    );
    if layout == 0x02 {
        reader.constant("mark", &[0x01], Kind::Format, "a nonce follows")?;
        let nonce: [u8; 16] = *reader.take()?;
        reader.field(
            "nonce",
            Kind::Nonce,
            &nonce,
            "random; with the backing key it makes the key of this one message".into(),
        );
    }
    let length: [u8; 4] = *reader.take()?;
    let said = u32::from_be_bytes(length);
    let left = reader.left();
    if usize::try_from(said) != Ok(left) {
        let message = format!("says that {said} bytes follow, and {left} do");
        return Err(Misfit { at: reader.at.saturating_sub(4), message });
    }
    reader.field("length", Kind::Structure, &length, format!("{said} bytes follow, in DER"));
    reader.element("ContentInfo", 0x30, None)?;
    reader.constant("content type", &ENCRYPTED_DATA, Kind::Algorithm, "pkcs7-encryptedData 1.2.840.113549.1.7.6")?;
    reader.element("content", 0xa0, None)?;
    reader.element("EncryptedData", 0x30, None)?;
    reader.constant("version", &[0x02, 0x01, 0x00], Kind::Structure, "0")?;
    reader.element("EncryptedContentInfo", 0x30, None)?;
    reader.constant("content type", &DATA, Kind::Algorithm, "pkcs7-data 1.2.840.113549.1.7.1")?;
    reader.element("AlgorithmIdentifier", 0x30, Some(30))?;
    reader.constant("algorithm", &AES256_GCM, Kind::Algorithm, "aes256-GCM 2.16.840.1.101.3.4.1.46")?;
    reader.element("GCMParameters", 0x30, Some(17))?;
    reader.element("aes-nonce", 0x04, Some(12))?;
    let iv: [u8; 12] = *reader.take()?;
    reader.field("IV", Kind::Iv, &iv, "the initialization vector of AES-GCM".into());
    reader.constant("ICV length", &[0x02, 0x01, 0x10], Kind::Structure, "a tag of 16 bytes")?;
    reader.element("encrypted content", 0x80, None)?;
    let around = FRAME.len().saturating_add(16);
    let Some(plaintext) = reader.left().checked_sub(around) else {
        let message = format!("only {} bytes of content; a tag and what KMS adds are {around} already", reader.left());
        return Err(Misfit { at: reader.at, message });
    };
    let sealed = reader.bytes(plaintext.saturating_add(FRAME.len()))?;
    let meaning = format!("{plaintext} bytes of plaintext, after {} that KMS puts before it", FRAME.len());
    reader.field("ciphertext", Kind::Ciphertext, sealed, meaning);
    let tag: [u8; 16] = *reader.take()?;
    let meaning = "authenticates every byte above, the plaintext and the encryption context";
    reader.field("tag", Kind::Tag, &tag, meaning.into());
    Ok(())
}

/// OBJECT IDENTIFIER 2.16.840.1.101.3.4.1.46.
const AES256_GCM: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e];

struct Reader<'a> {
    bytes: &'a [u8],
    /// The next byte that is not in a field or taken for one.
    at: usize,
    fields: Vec<Field>,
}

impl<'a> Reader<'a> {
    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Misfit> {
        let end = self.at.saturating_add(count);
        let Some(found) = self.bytes.get(self.at..end) else {
            let message = format!("ends here, {} bytes too early", end.saturating_sub(self.bytes.len()));
            return Err(Misfit { at: self.bytes.len(), message });
        };
        self.at = end;
        Ok(found)
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], Misfit> {
        let found = self.bytes(N)?;
        found.first_chunk().ok_or_else(|| Misfit { at: self.at, message: "ends here".into() })
    }

    /// The field that ends here.
    fn field(&mut self, name: &'static str, kind: Kind, bytes: &[u8], meaning: String) {
        let at = self.at.saturating_sub(bytes.len());
        self.fields.push(Field { name, kind, at, bytes: bytes.into(), meaning });
    }

    /// A field that is always the same.
    fn constant(&mut self, name: &'static str, wanted: &[u8], kind: Kind, meaning: &str) -> Result<(), Misfit> {
        let at = self.at;
        let found = self.bytes(wanted.len())?;
        if let Some(offset) = found.iter().zip(wanted).position(|(byte, wanted)| byte != wanted) {
            let (byte, wanted) = (found.get(offset).copied(), wanted.get(offset).copied());
            let message =
                format!("{:02x} where {name} has {:02x}", byte.unwrap_or_default(), wanted.unwrap_or_default());
            return Err(Misfit { at: at.saturating_add(offset), message });
        }
        self.field(name, kind, found, meaning.into());
        Ok(())
    }

    /// Tag and length of a DER element (X.690, 8.1.3 and 10.1) of `content` bytes, or whose content ends with the bytes.
    fn element(&mut self, name: &'static str, tag: u8, content: Option<usize>) -> Result<(), Misfit> {
        let start = self.at;
        let [found, first] = *self.take::<2>()?;
        if found != tag {
            return Err(Misfit { at: start, message: format!("{found:02x} where {name} has the tag {tag:02x}") });
        }
        let more = usize::from(first.saturating_sub(0x80));
        let mut length = usize::from(first);
        if first >= 0x80 {
            if !matches!(more, 1 | 2) {
                let message = format!("{name} with {more} bytes of length; so long is no ciphertext");
                return Err(Misfit { at: start.saturating_add(1), message });
            }
            length = self.bytes(more)?.iter().fold(0, |sum: usize, byte| (sum << 8) | usize::from(*byte));
            if length < if more == 1 { 0x80 } else { 0x100 } {
                let message = format!("the length of {name} is longer than DER writes it");
                return Err(Misfit { at: start.saturating_add(1), message });
            }
        }
        let wanted = content.unwrap_or_else(|| self.left());
        if length != wanted {
            let message = format!("{name} says that it has {length} bytes, and it has {wanted}");
            return Err(Misfit { at: start.saturating_add(1), message });
        }
        let bytes = self.bytes.get(start..self.at).unwrap_or_default();
        let kind = match tag {
            0x30 => "SEQUENCE",
            0x04 => "OCTET STRING",
            _ => "context-specific",
        };
        self.field(name, Kind::Structure, bytes, format!("{kind} of {length} bytes"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secret;
    use crate::crypto::blob::{EncryptionContext, MAX_PLAINTEXT, seal};
    use alloc::{string::ToString, vec};
    use base64ct::{Base64, Encoding};

    fn sealed(length: usize) -> Vec<u8> {
        seal(&[0x5a; 32], &Secret::new(vec![7; 32]), [9; 16], &EncryptionContext::new(), &vec![1; length]).unwrap()
    }

    #[test]
    fn every_byte_is_in_one_field() {
        for length in (0..300).chain([4096, MAX_PLAINTEXT]) {
            let blob = sealed(length);
            let anatomy = dissect(&blob).unwrap();
            let mut at = 0;
            for field in &anatomy.fields {
                assert_eq!(field.at, at, "{length}: {field:?}");
                at += field.bytes.len();
            }
            let bytes: Vec<u8> = anatomy.fields.iter().flat_map(|field| field.bytes.clone()).collect();
            assert_eq!(bytes, blob, "{length}");
            assert!(anatomy.notes[0].starts_with("made by kmslab"), "{length}");
        }
    }

    #[test]
    fn fields_say_what_stands_in_them() {
        let anatomy = dissect(&sealed(32)).unwrap();
        let field = |name: &str| anatomy.fields.iter().rfind(|field| field.name == name).unwrap();
        assert_eq!((field("key material").at, &field("key material").bytes), (5, &vec![0x5a; 32]));
        assert_eq!((field("nonce").kind, field("IV").bytes.len(), field("tag").at), (Kind::Nonce, 12, 168));
        assert!(field("ciphertext").meaning.starts_with("32 bytes of plaintext"));
    }

    #[test]
    fn what_aws_published_is_taken_apart() {
        // AWS CLI Command Reference, `generate-data-key`, example 1: the older layout, without a nonce.
        let text = "AQEDAHjRYf5WytIc0C857tFSnBaPn2F8DgfmThbJlGfR8P3WlwAAAH4wfAYJKoZIhvcNAQcGoG8wbQIBADBoBgkqhkiG9w0BBwEw\
                    HgYJYIZIAWUDBAEuMBEEDEFogLqPWZconQhwHAIBEIA7d9AC7GeJJM34njQvg4Wf1d5sw0NIo1MrBqZa+YdhV8MrkBQPeac0ReRV\
                    NDt9qleAt+SHgIRF8P0H+7U=";
        let anatomy = dissect(&Base64::decode_vec(text).unwrap()).unwrap();
        assert_eq!(
            (anatomy.length(), anatomy.fields[0].meaning.as_str()),
            (167, "KMS's older layout, without a nonce")
        );
        assert!(anatomy.fields.iter().any(|field| field.meaning.starts_with("32 bytes of plaintext")));
        assert!(anatomy.notes[0].starts_with("laid out as AWS KMS does"));
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let good = sealed(32);
        let with = |at: usize, byte: u8| {
            let mut bad = good.clone();
            bad[at] = byte;
            bad
        };
        let cases: &[(Vec<u8>, &str)] = &[
            (vec![], "byte 0: ends here, 5 bytes too early"),
            (vec![1, 2, 2], "byte 3: ends here, 2 bytes too early"),
            (with(0, 0x30), "byte 0: 30 where every KMS ciphertext has 01"),
            (with(1, 3), "byte 1: layout 03"),
            (with(3, 1), "byte 3: 01 where every KMS ciphertext has 00"),
            (with(4, 0x79), "byte 4: 79 where every KMS ciphertext has 78"),
            (good[..20].to_vec(), "byte 20: ends here, 17 bytes too early"),
            (with(37, 2), "byte 37: 02 where mark has 01"),
            (with(57, 0x7f), "byte 54: says that 127 bytes follow, and 126 do"),
            (good[..183].to_vec(), "byte 54: says that 126 bytes follow, and 125 do"),
            (with(58, 0x31), "byte 58: 31 where ContentInfo has the tag 30"),
            (with(59, 0x7b), "byte 59: ContentInfo says that it has 123 bytes, and it has 124"),
            (with(59, 0x81), "byte 59: the length of ContentInfo is longer than DER writes it"),
            (with(59, 0x84), "byte 59: ContentInfo with 4 bytes of length"),
            (with(62, 0), "byte 62: 00 where content type has 2a"),
        ];
        for (bytes, message) in cases {
            let misfit = dissect(bytes).unwrap_err();
            assert!(misfit.to_string().starts_with(message), "{misfit}, not {message}");
        }
    }

    #[test]
    fn whatever_kmslab_opens_can_be_taken_apart_and_no_bytes_panic() {
        for bit in 0..sealed(3).len() * 8 {
            let mut turned = sealed(3);
            turned[bit / 8] ^= 1 << (bit % 8);
            if Blob::parse(&turned).is_ok() {
                assert!(dissect(&turned).is_ok(), "{bit}");
            } else {
                drop(dissect(&turned));
            }
        }
    }
}
