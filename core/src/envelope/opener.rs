//! Message in, plaintext out: what did not verify never leaves.

use super::bulk::{self, Workers};
use super::context;
use super::derive::{self, message_key};
use super::frames::{Frames, LAST, Lent, Piece};
use super::gcm::IV;
use super::header::{Header, HeaderReader, Parsed, authentication, bad};
use super::reader::{Missing, Reader};
use super::refused::Refused;
use super::sealer::{LONGEST_WHOLE, not_between_frames};
use super::signature;
use crate::base::Secret;
use crate::crypto::blob::EncryptionContext;
use crate::crypto::hash::Hashing;
use crate::crypto::pair::PublicKey;
use crate::crypto::provider::AesGcm;
use alloc::vec::Vec;

/// A message of which the header is read, to learn which keys open it. Nothing of it is authentic yet.
#[derive(Debug)]
pub struct Locked {
    reader: HeaderReader,
    parsed: Option<Parsed>,
    largest: Option<u64>,
}

impl Locked {
    /// With at most so many encrypted data keys, and frames (or a body without frames) of at most so many bytes.
    pub(super) fn new(most_keys: Option<usize>, largest: Option<u64>) -> Self {
        Self { reader: HeaderReader::new(most_keys), parsed: None, largest }
    }

    /// Goes on with `input`, and says how many bytes of it are the header's: fewer than all when it is whole.
    ///
    /// # Errors
    /// [`Refused::BadMessage`], [`Refused::TooManyKeys`].
    pub fn update(&mut self, input: &[u8]) -> Result<usize, Refused> {
        if self.parsed.is_some() {
            return Ok(0);
        }
        let (taken, parsed) = self.reader.read(input)?;
        self.parsed = parsed;
        Ok(taken)
    }

    /// What the header says, when it is whole.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.parsed.as_ref().map(|parsed| &parsed.header)
    }

    /// Opens it with the data key, if that and `only_authenticated`, the pairs of the encryption context that are not
    /// stored, are those that sealed.
    pub(super) fn unlock(
        self,
        by: &dyn AesGcm,
        data_key: &Secret,
        only_authenticated: &EncryptionContext,
        public_key: Option<PublicKey>,
    ) -> Result<Opener, Refused> {
        let Parsed { header, body, commitment, iv, tag } = self.parsed.ok_or(Refused::Cut)?;
        let (key, committed) = message_key(by, header.suite, data_key, &header.message_id)?;
        derive::check(commitment.as_ref(), committed.as_ref())?;
        let frames = Frames::new(key, header.message_id.clone());
        let aad = [body.as_slice(), &context::written(only_authenticated)?].concat();
        frames.open_header(&iv, &aad, &tag)?;
        if let Some(length) = header.frame_length {
            check_size(length.get().into(), self.largest)?;
        }
        let signed = public_key.zip(signature::hashing(header.suite)).map(|(key, mut hashing)| {
            hashing.update(&body);
            hashing.update(&authentication(header.suite, &iv, &tag));
            (key, hashing)
        });
        let part = if header.frame_length.is_some() { Part::Frame } else { Part::Whole };
        Ok(Opener {
            header,
            frames,
            signed,
            pending: Vec::new(),
            held: Vec::new(),
            number: 0,
            part,
            largest: self.largest,
        })
    }
}

/// Opens one message. It holds at most two frames; of a body without frames, all.
///
/// The plaintext of a signed message's last frame comes out only with the signature verified: who has all of the plaintext
/// has an authentic one.
#[derive(Debug)]
pub struct Opener {
    header: Header,
    frames: Frames,
    signed: Option<(PublicKey, Hashing)>,
    /// The beginning of a unit whose end is not there yet.
    pending: Vec<u8>,
    /// The plaintext of the last frame, until the signature verified.
    held: Vec<u8>,
    /// The number of the last frame that was opened.
    number: u32,
    part: Part,
    largest: Option<u64>,
}

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Frame,
    Whole,
    Footer,
    End,
    /// Something did not verify: nothing more is said.
    Failed,
}

/// What can be told of the unit that begins with some bytes.
enum Unit {
    /// So many bytes have to be there to tell more.
    Unknown(usize),
    /// It has so many bytes.
    Length(usize),
}

impl Opener {
    /// What the header says. It is authentic; in a message with a signature, its writer is only when that has verified.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Goes on with `input`, and writes to `out` the plaintext of the frames that are whole and verify.
    ///
    /// # Errors
    /// [`Refused::NotAuthentic`], [`Refused::BadMessage`], [`Refused::TooLarge`]. After one of them every call fails.
    pub fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        let done = self.advance(input, out);
        if done.is_err() {
            self.fail();
        }
        done
    }

    /// The AES key of this message, for whoever opens frames of it elsewhere.
    #[must_use]
    pub const fn key(&self) -> &Secret {
        self.frames.key()
    }

    /// What the next `count` frames have to be, when somebody else opens them and they are not the last; [`Self::opened`]
    /// then goes on after them. Their plaintext is to be believed only as far as each has verified.
    ///
    /// # Errors
    /// [`Refused::TooLong`]; [`Refused::Unfit`] when a frame is begun already, or there are no frames (any more).
    pub fn lend(&self, count: u32) -> Result<Vec<Lent>, Refused> {
        let between = self.part == Part::Frame && self.pending.is_empty();
        let frame = self.frame().filter(|_| between).ok_or_else(not_between_frames)?;
        self.frames.lend(self.number, count, frame)
    }

    /// Goes on after `count` frames that were lent and have verified; `frames` is what they were.
    pub fn opened(&mut self, count: u32, frames: &[u8]) {
        self.number = self.number.saturating_add(count);
        if let Some((_, hashing)) = &mut self.signed {
            hashing.update(frames);
        }
    }

    /// Lets every further call fail, as after a frame that does not verify.
    pub fn fail(&mut self) {
        self.part = Part::Failed;
        self.pending = Vec::new();
        self.held = Vec::new();
    }

    /// Ends the message. What was opened is to be believed only when this does not fail.
    ///
    /// # Errors
    /// [`Refused::Cut`] when something is missing; [`Refused::NotAuthentic`] when something failed before.
    pub fn finish(self) -> Result<Header, Refused> {
        match self.part {
            Part::End => Ok(self.header),
            Part::Failed => Err(Refused::NotAuthentic),
            Part::Frame | Part::Whole | Part::Footer => Err(Refused::Cut),
        }
    }

    /// Bytes of plaintext in a message whose body and footer are `body`, by what it says of itself: never more than `body`
    /// has, whatever it says.
    ///
    /// # Errors
    /// [`Refused::Cut`], [`Refused::BadMessage`], [`Refused::TooLarge`].
    pub fn opened_length(&self, body: &[u8]) -> Result<usize, Refused> {
        let length = match self.frame() {
            None => {
                let sealed = self.whole_length(&mut Reader::new(body))?.map_err(|_| Refused::Cut)?;
                sealed.saturating_sub(Piece::Whole.around())
            }
            Some(frame) => {
                let before = bulk::regular_frames(body, frame, self.footer())?;
                let last = body
                    .get(before.saturating_mul(frame.saturating_add(Piece::Regular.around()))..)
                    .unwrap_or_default();
                before.saturating_mul(frame).saturating_add(bulk::last_length(last, frame)?)
            }
        };
        if length > body.len() { Err(Refused::Cut) } else { Ok(length) }
    }

    /// Opens all of `body`, which is body and footer of the message, at once into `out`, which has
    /// [`opened_length`](Self::opened_length) bytes, with several workers where it is large. For an opener that has opened
    /// nothing yet. What is in `out` is to be believed only when this does not fail.
    ///
    /// # Errors
    /// As [`Self::update`] and [`Self::finish`]; [`Refused::Unfit`] when something was opened before, or `out` has another
    /// length.
    pub fn open_into(mut self, body: &[u8], out: &mut [u8], workers: &dyn Workers) -> Result<Header, Refused> {
        let fits = self.opened_length(body)? == out.len() && self.number == 0 && self.pending.is_empty();
        if !fits {
            return Err(Refused::Unfit("the plaintext has another length than the place that it is put into".into()));
        }
        let footer = match self.frame() {
            None => {
                let (whole, footer) = split(body, out.len().saturating_add(Piece::Whole.around()))?;
                bulk::open_piece(&self.frames, Piece::Whole, 1, whole, out)?;
                footer
            }
            Some(frame) => {
                let before = bulk::regular_frames(body, frame, self.footer())?;
                let (frames, rest) = split(body, before.saturating_mul(frame.saturating_add(Piece::Regular.around())))?;
                let (texts, last) =
                    out.split_at_mut_checked(before.saturating_mul(frame)).ok_or(Refused::NotAuthentic)?;
                bulk::open_frames(&self.frames, frame, frames, texts, workers)?;
                let number = u32::try_from(before.saturating_add(1)).map_err(|_| Refused::NotAuthentic)?;
                let (sealed, footer) = split(rest, last.len().saturating_add(Piece::Last.around()))?;
                bulk::open_piece(&self.frames, Piece::Last, number, sealed, last)?;
                footer
            }
        };
        if let Some((_, hashing)) = &mut self.signed {
            hashing.update(body.get(..body.len().saturating_sub(footer.len())).unwrap_or_default());
        }
        self.part = if self.signed.is_some() { Part::Footer } else { Part::End };
        self.update(footer, &mut Vec::new())?;
        self.finish()
    }

    /// Bytes of the footer, as long as signatures have their usual length.
    fn footer(&self) -> usize {
        self.header.suite.curve().map_or(0, |curve| signature::length(curve).saturating_add(2))
    }

    fn frame(&self) -> Option<usize> {
        self.header.frame_length.map(|length| usize::try_from(length.get()).unwrap_or(usize::MAX))
    }

    fn advance(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        while !input.is_empty() {
            // Straight from the input, as long as that has whole units.
            if self.pending.is_empty()
                && let Unit::Length(length) = self.unit(input)?
                && let Some((unit, rest)) = input.split_at_checked(length)
            {
                self.read(unit, out)?;
                input = rest;
                continue;
            }
            let (Unit::Unknown(wanted) | Unit::Length(wanted)) = self.unit(&self.pending)?;
            let lacking = wanted.saturating_sub(self.pending.len());
            let (taken, rest) = input.split_at_checked(lacking).unwrap_or((input, &[]));
            self.pending.extend_from_slice(taken);
            input = rest;
            if let Unit::Length(length) = self.unit(&self.pending)?
                && self.pending.len() >= length
            {
                let unit = core::mem::take(&mut self.pending);
                self.read(&unit, out)?;
            }
        }
        Ok(())
    }

    /// What can be told of the unit that begins with `bytes`.
    fn unit(&self, bytes: &[u8]) -> Result<Unit, Refused> {
        let mut reader = Reader::new(bytes);
        let length = match self.part {
            Part::Frame => self.frame_length(&mut reader)?,
            Part::Whole => self.whole_length(&mut reader)?,
            Part::Footer => reader.u16().map(|length| usize::from(length).saturating_add(2)),
            Part::End => return Err(bad("bytes follow its end")),
            Part::Failed => return Err(Refused::NotAuthentic),
        };
        Ok(match length {
            Ok(length) => Unit::Length(length),
            Err(Missing(wanted)) => Unit::Unknown(wanted),
        })
    }

    fn frame_length(&self, reader: &mut Reader<'_>) -> Result<Result<usize, Missing>, Refused> {
        let most = self.header.frame_length.map_or(0, core::num::NonZeroU32::get);
        let read = |reader: &mut Reader<'_>| {
            if reader.u32()? != LAST {
                return Ok((most, Piece::Regular.around()));
            }
            reader.bytes(4_usize.saturating_add(IV))?;
            Ok((reader.u32()?, Piece::Last.around()))
        };
        let (length, around) = match read(reader) {
            Ok(found) => found,
            Err(missing) => return Ok(Err(missing)),
        };
        if length > most {
            return Err(bad("its last frame is longer than a frame"));
        }
        Ok(Ok(usize::try_from(length).unwrap_or(usize::MAX).saturating_add(around)))
    }

    fn whole_length(&self, reader: &mut Reader<'_>) -> Result<Result<usize, Missing>, Refused> {
        let read = |reader: &mut Reader<'_>| {
            reader.bytes(IV)?;
            reader.array().map(u64::from_be_bytes)
        };
        let length = match read(reader) {
            Ok(length) => length,
            Err(missing) => return Ok(Err(missing)),
        };
        check_size(length, Some(self.largest.unwrap_or(LONGEST_WHOLE).min(LONGEST_WHOLE)))?;
        let length = usize::try_from(length).map_err(|_| Refused::TooLarge { found: length, most: LONGEST_WHOLE })?;
        Ok(Ok(length.saturating_add(Piece::Whole.around())))
    }

    /// Reads a unit that is whole.
    fn read(&mut self, unit: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        if self.part == Part::Footer {
            let (key, hashing) = self.signed.take().ok_or(Refused::NotAuthentic)?;
            signature::verify(&key, hashing, unit.get(2..).unwrap_or_default())?;
            out.append(&mut self.held);
            self.part = Part::End;
            return Ok(());
        }
        let from = out.len();
        let last = self.piece(unit, out)?;
        if let Some((_, hashing)) = &mut self.signed {
            hashing.update(unit);
        }
        if last {
            self.part = Part::End;
        }
        if last && self.signed.is_some() {
            self.held = out.split_off(from);
            self.part = Part::Footer;
        }
        Ok(())
    }

    /// Opens a piece of the body, and says whether it is the last one.
    fn piece(&mut self, unit: &[u8], out: &mut Vec<u8>) -> Result<bool, Refused> {
        let piece = match self.part {
            Part::Whole => Piece::Whole,
            _ if unit.starts_with(&LAST.to_be_bytes()) => Piece::Last,
            _ => Piece::Regular,
        };
        self.number = self.number.checked_add(1).ok_or(Refused::NotAuthentic)?;
        let from = out.len();
        out.resize(from.saturating_add(unit.len().saturating_sub(piece.around())), 0);
        let slot = out.get_mut(from..).unwrap_or_default();
        let opened = bulk::open_piece(&self.frames, piece, self.number, unit, slot);
        if opened.is_err() {
            out.truncate(from);
        }
        opened.map(|()| piece != Piece::Regular)
    }
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), Refused> {
    bytes.split_at_checked(at).ok_or(Refused::Cut)
}

fn check_size(found: u64, most: Option<u64>) -> Result<(), Refused> {
    match most {
        Some(most) if found > most => Err(Refused::TooLarge { found, most }),
        _ => Ok(()),
    }
}
