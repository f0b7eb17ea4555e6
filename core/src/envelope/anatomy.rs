//! What a message consists of: every field of header, body and footer, with its place and its meaning. No key is needed,
//! and none of it is verified. Of wrapped data keys that KMS made, the fields of KMS's ciphertext are told.

use super::context::PUBLIC_KEY;
use super::frames::LAST;
use super::gcm::{IV, TAG};
use super::header::{CUSTOMER_DATA, FRAMED, NOT_FRAMED};
use super::kms::PROVIDER;
use super::suite::Suite;
use crate::crypto::anatomy::{self, Anatomy, Field, Kind, Misfit};
use alloc::{format, string::String, string::ToString, vec::Vec};

/// Whether `bytes` begin as a message does.
#[must_use]
pub fn looks_like_message(bytes: &[u8]) -> bool {
    matches!(bytes, [1, CUSTOMER_DATA, ..] | [2, 0x04 | 0x05, 0x78, ..])
}

/// Takes a message apart.
///
/// # Errors
/// [`Misfit`] with the first byte that does not fit.
pub fn dissect(bytes: &[u8]) -> Result<Anatomy, Misfit> {
    let mut parts = Parts { bytes, at: 0, fields: Vec::new(), notes: Vec::new() };
    let suite = parts.start()?;
    parts.context()?;
    parts.keys()?;
    let frame = parts.end(suite)?;
    match frame {
        Some(length) => parts.frames(length)?,
        None => parts.whole()?,
    }
    if suite.signs() {
        parts.footer()?;
    }
    if parts.at < bytes.len() {
        return Err(parts.misfit(parts.at, format!("{} bytes follow its end", parts.left())));
    }
    let commits = if suite.commits() {
        "the header commits to one data key: no second plaintext can be made for it"
    } else {
        "without key commitment: whoever has two data keys can make a message that opens to another plaintext by each"
    };
    parts.notes.push(commits.into());
    if !suite.signs() {
        parts.notes.push("without a signature: whoever may open it may have written it".into());
    }
    parts
        .notes
        .push("the encryption context is for everybody to read; nothing of this is verified without a key".into());
    Ok(Anatomy { format: "AWS Encryption SDK message", fields: parts.fields, notes: parts.notes })
}

/// So many frames are told one by one at the beginning.
const FIRST: usize = 4;

struct Parts<'a> {
    bytes: &'a [u8],
    /// The next byte that is in no field.
    at: usize,
    fields: Vec<Field>,
    notes: Vec<String>,
}

impl<'a> Parts<'a> {
    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn misfit(&self, at: usize, message: impl Into<String>) -> Misfit {
        Misfit { at, message: message.into() }
    }

    /// The next `count` bytes, which stay to be put into a field.
    fn peek(&self, count: usize) -> Result<&'a [u8], Misfit> {
        let end = self.at.saturating_add(count);
        self.bytes.get(self.at..end).ok_or_else(|| {
            let missing = end.saturating_sub(self.bytes.len());
            self.misfit(self.bytes.len(), format!("ends here, {missing} bytes too early"))
        })
    }

    fn number(&self, bytes: usize) -> Result<u64, Misfit> {
        Ok(self.peek(bytes)?.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    /// A field of `count` bytes.
    fn field(
        &mut self,
        name: &'static str,
        kind: Kind,
        count: usize,
        meaning: impl Into<String>,
    ) -> Result<(), Misfit> {
        let bytes = self.peek(count)?.to_vec();
        self.fields.push(Field { name, kind, at: self.at, bytes, meaning: meaning.into() });
        self.at = self.at.saturating_add(count);
        Ok(())
    }

    /// The length, in two bytes, of what follows.
    fn length(&mut self, name: &'static str) -> Result<usize, Misfit> {
        let length = usize::try_from(self.number(2)?).unwrap_or(usize::MAX);
        self.field(name, Kind::Structure, 2, format!("{length} bytes"))?;
        Ok(length)
    }

    /// The next `count` bytes as text.
    fn text(&self, count: usize) -> Result<&'a str, Misfit> {
        let wrong = |error: core::str::Utf8Error| self.misfit(self.at.saturating_add(error.valid_up_to()), "not UTF-8");
        core::str::from_utf8(self.peek(count)?).map_err(wrong)
    }

    fn start(&mut self) -> Result<Suite, Misfit> {
        let version = self.number(1)?;
        if !matches!(version, 1 | 2) {
            return Err(self.misfit(self.at, format!("version {version}, where 1 and 2 are known")));
        }
        self.field("version", Kind::Format, 1, format!("{version} of the message format"))?;
        if version == 1 {
            if self.number(1)? != u64::from(CUSTOMER_DATA) {
                return Err(self.misfit(self.at, "80 is the one type that is known"));
            }
            self.field("type", Kind::Format, 1, "customer authenticated encrypted data")?;
        }
        let id = u16::try_from(self.number(2)?).unwrap_or_default();
        let suite = Suite::by_id(id).filter(|suite| u64::from(suite.version()) == version);
        let suite = suite
            .ok_or_else(|| self.misfit(self.at, format!("{id:04x} is no algorithm suite of version {version}")))?;
        self.field("algorithm suite", Kind::Algorithm, 2, suite.name())?;
        let derives =
            if suite.derives() { "random; with the data key it makes the key of this one message" } else { "random" };
        self.field("message id", Kind::Nonce, suite.message_id(), derives)?;
        Ok(suite)
    }

    fn context(&mut self) -> Result<(), Misfit> {
        let end = self.length("context length")?.saturating_add(self.at);
        if self.at == end {
            return Ok(());
        }
        let pairs = self.number(2)?;
        self.field("pairs", Kind::Structure, 2, format!("{pairs} in the encryption context"))?;
        for _ in 0..pairs {
            let key = usize::try_from(self.number(2)?).unwrap_or(usize::MAX);
            self.field("key length", Kind::Structure, 2, format!("{key} bytes"))?;
            let name = self.text(key)?;
            self.field("context key", Kind::Context, key, format!("“{name}”"))?;
            let value = self.length("value length")?;
            let text = self.text(value)?;
            let meaning = if name == PUBLIC_KEY {
                "the public key that verifies the signature, a compressed point in base64".into()
            } else {
                format!("“{text}”, of “{name}”")
            };
            self.field("context value", Kind::Context, value, meaning)?;
        }
        if self.at != end {
            return Err(self.misfit(self.at, "the encryption context is not as long as it says"));
        }
        Ok(())
    }

    fn keys(&mut self) -> Result<(), Misfit> {
        let count = self.number(2)?;
        if count == 0 {
            return Err(self.misfit(self.at, "no encrypted data keys"));
        }
        let each = if count == 1 { "one" } else { "any one" };
        self.field(
            "data keys",
            Kind::Structure,
            2,
            format!("{count}: the data key, wrapped; {each} opens the message"),
        )?;
        for _ in 0..count {
            let length = self.length("provider length")?;
            let provider = self.text(length)?;
            let by_kms = provider == PROVIDER;
            let meaning = if by_kms { "wrapped by AWS KMS" } else { "the namespace of a raw key" };
            self.field("key provider", Kind::Key, length, format!("{provider}: {meaning}"))?;
            let length = self.length("information length")?;
            let info = self.peek(length)?;
            let told = if by_kms { String::from_utf8_lossy(info).into_owned() } else { raw_name(info) };
            if by_kms {
                self.notes
                    .push(format!("opens for whoever may call kms:Decrypt with {told} and the encryption context"));
            }
            self.field("key information", Kind::Key, length, told)?;
            let length = self.length("wrapped key length")?;
            self.wrapped(length, by_kms)?;
        }
        Ok(())
    }

    /// A wrapped data key: KMS's with its own fields.
    fn wrapped(&mut self, length: usize, by_kms: bool) -> Result<(), Misfit> {
        let blob = self.peek(length)?;
        match anatomy::dissect(blob) {
            Ok(inner) if by_kms => {
                let moved = |field: Field| Field { at: field.at.saturating_add(self.at), ..field };
                let fields: Vec<Field> = inner.fields.into_iter().map(moved).collect();
                self.fields.extend(fields);
                self.at = self.at.saturating_add(length);
                Ok(())
            }
            _ => self.field("wrapped key", Kind::Ciphertext, length, "the data key, under that key"),
        }
    }

    /// The rest of the header; bytes of a frame.
    fn end(&mut self, suite: Suite) -> Result<Option<usize>, Misfit> {
        let content = u8::try_from(self.number(1)?).unwrap_or_default();
        let told = match content {
            FRAMED => "in frames",
            NOT_FRAMED => "without frames",
            _ => return Err(self.misfit(self.at, "01, without frames, and 02, in frames, are known")),
        };
        self.field("content type", Kind::Structure, 1, told)?;
        if suite.version() == 1 {
            self.field("reserved", Kind::Structure, 4, "zero")?;
            self.field("IV length", Kind::Structure, 1, "12 bytes")?;
        }
        let length = usize::try_from(self.number(4)?).unwrap_or(usize::MAX);
        if (content == FRAMED) != (length > 0) {
            return Err(self.misfit(self.at, "frames, and no others, have a length"));
        }
        self.field("frame length", Kind::Structure, 4, format!("{length} bytes of plaintext a frame"))?;
        if suite.commits() {
            self.field("commitment", Kind::Tag, 32, "derived from the data key: another one does not fit")?;
        }
        if suite.version() == 1 {
            self.field("header IV", Kind::Iv, IV, "of the header's tag")?;
        }
        self.field("header tag", Kind::Tag, TAG, "authenticates every byte above, under the message's key")?;
        Ok((content == FRAMED).then_some(length))
    }

    fn whole(&mut self) -> Result<(), Misfit> {
        self.field("IV", Kind::Iv, IV, "the initialization vector of AES-GCM")?;
        let length = self.number(8)?;
        self.field("content length", Kind::Structure, 8, format!("{length} bytes"))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.field("ciphertext", Kind::Ciphertext, length, format!("{length} bytes of plaintext"))?;
        self.field("tag", Kind::Tag, TAG, "authenticates them, their number and the message id")?;
        self.notes.push(format!("{length} bytes of plaintext, without frames: they are there only when all were read"));
        Ok(())
    }

    /// The frames: the first ones and the last one each, those between as one field.
    fn frames(&mut self, length: usize) -> Result<(), Misfit> {
        let whole = length.saturating_add(4).saturating_add(IV).saturating_add(TAG);
        let mut number = 0_usize;
        let mut between = 0_usize;
        loop {
            number = number.saturating_add(1);
            let ahead = Parts { at: self.at.saturating_add(between), fields: Vec::new(), notes: Vec::new(), ..*self };
            let last = ahead.number(4)? == u64::from(LAST);
            if !last {
                let said = ahead.number(4)?;
                if usize::try_from(said) != Ok(number) {
                    return Err(self.misfit(ahead.at, format!("frame {said} where frame {number} belongs")));
                }
                ahead.peek(whole)?;
                if number > FIRST {
                    between = between.saturating_add(whole);
                    continue;
                }
            }
            if between > 0 {
                let (from, to) = (FIRST.saturating_add(1), number.saturating_sub(1));
                let told = format!("{from} to {to}, each with number, IV, {length} bytes and a tag");
                self.field("frames", Kind::Ciphertext, between, told)?;
                between = 0;
            }
            if last {
                return self.last_frame(number, length);
            }
            self.field("frame number", Kind::Structure, 4, number.to_string())?;
            self.field("frame IV", Kind::Iv, IV, "the number again: none comes twice under the key")?;
            self.field("frame", Kind::Ciphertext, length, format!("{length} bytes of plaintext"))?;
            self.field("frame tag", Kind::Tag, TAG, "authenticates them, their number and the message id")?;
        }
    }

    fn last_frame(&mut self, number: usize, most: usize) -> Result<(), Misfit> {
        self.field("last frame mark", Kind::Structure, 4, "no frame follows")?;
        let said = self.number(4)?;
        if usize::try_from(said) != Ok(number) {
            return Err(self.misfit(self.at, format!("frame {said} where frame {number} belongs")));
        }
        self.field("frame number", Kind::Structure, 4, number.to_string())?;
        self.field("frame IV", Kind::Iv, IV, "the number again: none comes twice under the key")?;
        let length = usize::try_from(self.number(4)?).unwrap_or(usize::MAX);
        if length > most {
            return Err(self.misfit(self.at, format!("{length} bytes, and a frame has {most}")));
        }
        self.field("content length", Kind::Structure, 4, format!("{length} bytes"))?;
        self.field("last frame", Kind::Ciphertext, length, format!("{length} bytes of plaintext"))?;
        self.field(
            "frame tag",
            Kind::Tag,
            TAG,
            "authenticates them, their number, the message id and that they are the last",
        )?;
        let plaintext = number.saturating_sub(1).saturating_mul(most).saturating_add(length);
        let frames = if number == 1 { "one frame".into() } else { format!("{number} frames") };
        self.notes.push(format!("{plaintext} bytes of plaintext in {frames}"));
        Ok(())
    }

    fn footer(&mut self) -> Result<(), Misfit> {
        let length = self.length("signature length")?;
        let meaning = "ECDSA over header and body, in DER; the public key is in the encryption context";
        self.field("signature", Kind::Tag, length, meaning)
    }
}

/// What the information of a raw key says: its name, and for AES what follows it.
fn raw_name(info: &[u8]) -> String {
    let lengths = [0, 0, 0, 128, 0, 0, 0, 12];
    let aes = info.split_last_chunk::<IV>().and_then(|(rest, _)| rest.strip_suffix(&lengths));
    match aes {
        Some(name) => {
            format!("{}: its name; then the lengths of tag and IV, and the IV", String::from_utf8_lossy(name))
        }
        None => format!("{}: its name", String::from_utf8_lossy(info)),
    }
}
