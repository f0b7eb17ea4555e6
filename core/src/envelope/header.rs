//! The header of a message, written and read.
//!
//! Version 1: `01 | 80 | suite 2 | message id 16 | context | keys | content type 1 | 0 4 | IV length 1 | frame length 4`,
//! then `IV 12 | tag 16`. Version 2: `02 | suite 2 | message id 32 | context | keys | content type 1 | frame length 4 |
//! commitment 32`, then `tag 16`, whose IV is zero. The context has its length before it, in two bytes; the keys their
//! number.
//!
//! Source: "Message format reference", "Header structure"; AWS Encryption SDK Specification, `data-format/message-header.md`.

use super::context;
use super::derive::COMMITMENT;
use super::gcm::{IV, TAG};
use super::reader::{Missing, Reader, write_counted};
use super::refused::Refused;
use super::suite::Suite;
use crate::crypto::blob::EncryptionContext;
use alloc::{format, string::String, vec::Vec};
use core::num::NonZeroU32;

/// A data key that one provider wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the three fields of the format; providers make it")]
pub struct EncryptedDataKey {
    /// Whose it is: `aws-kms`, or a namespace of a raw key.
    pub provider: String,
    /// Which key of the provider's: the ARN of a KMS key, or a raw key's name (and IV).
    pub info: Vec<u8>,
    /// The wrapped data key.
    pub ciphertext: Vec<u8>,
}

impl EncryptedDataKey {
    /// As it stands in a header.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), Refused> {
        [self.provider.as_bytes(), &self.info, &self.ciphertext]
            .iter()
            .try_for_each(|field| write_counted(out, field))
            .ok_or_else(|| Refused::Unfit("a field of an encrypted data key is longer than 65,535 bytes".into()))
    }
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The algorithm suite.
    pub suite: Suite,
    /// 16 bytes in version 1, 32 in version 2.
    pub message_id: Vec<u8>,
    /// The encryption context that is stored in the message.
    pub context: EncryptionContext,
    /// The wrapped data keys.
    pub keys: Vec<EncryptedDataKey>,
    /// The plaintext bytes of a frame; `None` for a body without frames.
    pub frame_length: Option<NonZeroU32>,
}

impl Header {
    /// What the tag is computed over, and every reader sees.
    pub(super) fn write(&self, commitment: Option<&[u8; COMMITMENT]>) -> Result<Vec<u8>, Refused> {
        let mut out = Vec::new();
        out.push(self.suite.version());
        if self.suite.version() == 1 {
            out.push(CUSTOMER_DATA);
        }
        out.extend_from_slice(&self.suite.id().to_be_bytes());
        out.extend_from_slice(&self.message_id);
        let context = context::written(&self.context)?;
        write_counted(&mut out, &context).ok_or(Refused::TooLong)?;
        let count = u16::try_from(self.keys.len()).ok().filter(|count| *count > 0);
        let count = count.ok_or_else(|| Refused::Unfit("a message has 1 to 65,535 encrypted data keys".into()))?;
        out.extend_from_slice(&count.to_be_bytes());
        self.keys.iter().try_for_each(|key| key.write(&mut out))?;
        out.push(if self.frame_length.is_some() { FRAMED } else { NOT_FRAMED });
        if self.suite.version() == 1 {
            out.extend_from_slice(&[0, 0, 0, 0, IV_LENGTH]);
        }
        out.extend_from_slice(&self.frame_length.map_or(0, NonZeroU32::get).to_be_bytes());
        out.extend_from_slice(commitment.map(<[u8; COMMITMENT]>::as_slice).unwrap_or_default());
        Ok(out)
    }
}

/// A header that was read, with what proves it.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) header: Header,
    /// Its bytes, without IV and tag.
    pub(super) body: Vec<u8>,
    pub(super) commitment: Option<[u8; COMMITMENT]>,
    pub(super) iv: [u8; IV],
    pub(super) tag: [u8; TAG],
}

/// IV and tag of a header, as they stand after it.
pub(super) fn authentication(suite: Suite, iv: &[u8; IV], tag: &[u8; TAG]) -> Vec<u8> {
    if suite.version() == 1 { [iv.as_slice(), tag].concat() } else { tag.to_vec() }
}

/// Reads a header from pieces, and not a byte more than it has.
#[derive(Debug)]
pub(super) struct HeaderReader {
    bytes: Vec<u8>,
    /// Where the part begins that is read next.
    at: usize,
    /// So many bytes of that part have to be there before it is worth trying.
    wants: usize,
    part: Part,
    most_keys: Option<usize>,
    found: Found,
}

/// What is read next.
#[derive(Debug, Clone, Copy)]
enum Part {
    Start,
    Context,
    KeyCount,
    Keys(u16),
    End,
    Authentication { body: usize },
}

/// What was read so far.
#[derive(Debug, Default)]
struct Found {
    suite: Option<Suite>,
    message_id: Vec<u8>,
    context: EncryptionContext,
    keys: Vec<EncryptedDataKey>,
    frame_length: Option<NonZeroU32>,
    commitment: Option<[u8; COMMITMENT]>,
}

/// Why a part was not read.
enum Stop {
    Missing(usize),
    Refused(Refused),
}

impl From<Missing> for Stop {
    fn from(Missing(bytes): Missing) -> Self {
        Self::Missing(bytes)
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl HeaderReader {
    pub(super) fn new(most_keys: Option<usize>) -> Self {
        Self { bytes: Vec::new(), at: 0, wants: 1, part: Part::Start, most_keys, found: Found::default() }
    }

    /// Goes on with `input`, of which it takes so many bytes; the header, when it is whole.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<(usize, Option<Parsed>), Refused> {
        let mut rest = input;
        loop {
            let lacking = self.wants.saturating_sub(self.bytes.len().saturating_sub(self.at));
            let (taken, after) = rest.split_at_checked(lacking).unwrap_or((rest, &[]));
            self.bytes.extend_from_slice(taken);
            rest = after;
            if taken.len() < lacking {
                return Ok((input.len(), None));
            }
            match self.step() {
                Ok(None) => self.wants = 1,
                Ok(parsed) => return Ok((input.len().saturating_sub(rest.len()), parsed)),
                Err(Stop::Missing(bytes)) => self.wants = bytes,
                Err(Stop::Refused(refused)) => return Err(refused),
            }
        }
    }

    /// Reads the next part, when it is there.
    fn step(&mut self) -> Result<Option<Parsed>, Stop> {
        let mut reader = Reader::new(self.bytes.get(self.at..).unwrap_or_default());
        let found = &mut self.found;
        let after = self.at;
        let next = match self.part {
            Part::Start => {
                let suite = start(&mut reader)?;
                found.message_id = reader.bytes(suite.message_id())?.to_vec();
                found.suite = Some(suite);
                Part::Context
            }
            Part::Context => {
                found.context = context::read(reader.counted()?)?;
                Part::KeyCount
            }
            Part::KeyCount => {
                let count = reader.u16()?;
                check_count(count, self.most_keys)?;
                Part::Keys(count)
            }
            Part::Keys(0) => Part::End,
            Part::Keys(left) => {
                let (provider, info, ciphertext) = (reader.counted()?, reader.counted()?, reader.counted()?);
                let provider = core::str::from_utf8(provider).map_err(|_| bad("a key provider's id is not UTF-8"))?;
                found.keys.push(EncryptedDataKey {
                    provider: provider.into(),
                    info: info.into(),
                    ciphertext: ciphertext.into(),
                });
                Part::Keys(left.saturating_sub(1))
            }
            Part::End => {
                let suite = found.suite.ok_or(Refused::Cut)?;
                found.frame_length = end(&mut reader, suite)?;
                found.commitment = if suite.commits() { Some(reader.array()?) } else { None };
                Part::Authentication { body: after.saturating_add(reader.taken()) }
            }
            Part::Authentication { body } => {
                let suite = found.suite.ok_or(Refused::Cut)?;
                let iv = if suite.version() == 1 { reader.array()? } else { [0; IV] };
                let tag = reader.array()?;
                return Ok(Some(self.parsed(suite, body, iv, tag)));
            }
        };
        self.part = next;
        self.at = after.saturating_add(reader.taken());
        Ok(None)
    }

    fn parsed(&mut self, suite: Suite, body: usize, iv: [u8; IV], tag: [u8; TAG]) -> Parsed {
        let Found { message_id, context, keys, frame_length, commitment, .. } = core::mem::take(&mut self.found);
        let mut bytes = core::mem::take(&mut self.bytes);
        bytes.truncate(body);
        let header = Header { suite, message_id, context, keys, frame_length };
        Parsed { header, body: bytes, commitment, iv, tag }
    }
}

/// Version, type and suite.
fn start(reader: &mut Reader<'_>) -> Result<Suite, Stop> {
    let version = reader.u8()?;
    if !matches!(version, 1 | 2) {
        return Err(bad(format!("version {version}, where 1 and 2 are known")).into());
    }
    if version == 1 && reader.u8()? != CUSTOMER_DATA {
        return Err(bad("of another type than 80, customer authenticated encrypted data").into());
    }
    let id = reader.u16()?;
    let suite = Suite::by_id(id).ok_or_else(|| bad(format!("no algorithm suite has the id {id:04x}")))?;
    if suite.version() != version {
        return Err(bad(format!("{suite} is not a suite of version {version}")).into());
    }
    Ok(suite)
}

/// The number of encrypted data keys.
fn check_count(count: u16, most: Option<usize>) -> Result<(), Refused> {
    let found = usize::from(count);
    match most {
        _ if count == 0 => Err(bad("no encrypted data keys")),
        Some(most) if found > most => Err(Refused::TooManyKeys { found, most }),
        _ => Ok(()),
    }
}

/// Content type and frame length, and in version 1 what stands between them.
fn end(reader: &mut Reader<'_>, suite: Suite) -> Result<Option<NonZeroU32>, Stop> {
    let content = reader.u8()?;
    if suite.version() == 1 {
        if reader.u32()? != 0 {
            return Err(bad("the reserved bytes are not zero").into());
        }
        if reader.u8()? != IV_LENGTH {
            return Err(bad("the IV's length is not 12").into());
        }
    }
    let length = NonZeroU32::new(reader.u32()?);
    match (content, length) {
        (FRAMED, Some(_)) | (NOT_FRAMED, None) => Ok(length),
        (FRAMED, None) => Err(bad("frames of no length").into()),
        (NOT_FRAMED, Some(_)) => Err(bad("a frame length without frames").into()),
        _ => Err(bad(format!("content type {content:02x}, where 01 and 02 are known")).into()),
    }
}

pub(super) fn bad(what: impl Into<String>) -> Refused {
    Refused::BadMessage(what.into())
}

/// The one type of version 1.
pub(super) const CUSTOMER_DATA: u8 = 0x80;
pub(super) const NOT_FRAMED: u8 = 1;
pub(super) const FRAMED: u8 = 2;
const IV_LENGTH: u8 = 12;
