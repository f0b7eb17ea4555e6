//! Plaintext in, message out.

use super::bulk::{self, Workers};
use super::context;
use super::derive::message_key;
use super::frames::{Frames, LAST, Lent, Piece, iv};
use super::header::{EncryptedDataKey, Header, authentication};
use super::refused::Refused;
use super::signature::{self, SigningKey};
use super::suite::Suite;
use crate::base::{Entropy, Secret};
use crate::crypto::blob::EncryptionContext;
use crate::crypto::hash::Hashing;
use crate::crypto::provider::AesGcm;
use alloc::{collections::BTreeSet, string::String, sync::Arc, vec, vec::Vec};
use core::num::NonZeroU32;

/// What a message is sealed with. One set may serve several messages, where the suite derives keys.
#[derive(Debug, Clone)]
pub(super) struct Materials {
    pub(super) suite: Suite,
    /// All of it: what is stored, what is not, and the public key.
    pub(super) context: EncryptionContext,
    pub(super) data_key: Secret,
    pub(super) keys: Vec<EncryptedDataKey>,
    pub(super) signing: Option<Arc<SigningKey>>,
}

/// Seals one message. It holds at most one frame of plaintext; of a body without frames, all.
#[derive(Debug)]
pub struct Sealer {
    header: Header,
    /// The header's bytes, until they are handed out.
    start: Vec<u8>,
    start_length: usize,
    frames: Frames,
    signing: Option<(Arc<SigningKey>, Hashing)>,
    /// What is in no frame yet.
    pending: Vec<u8>,
    /// The number of the last frame that was sealed.
    number: u32,
    length: u64,
    most: u64,
}

impl Sealer {
    /// Writes the header. Pairs of the context whose keys are `required` are authenticated and not stored.
    pub(super) fn new(
        by: &dyn AesGcm,
        materials: &Materials,
        frame_length: Option<NonZeroU32>,
        required: &BTreeSet<String>,
        most: Option<u64>,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Refused> {
        let suite = materials.suite;
        let mut message_id = vec![0; suite.message_id()];
        entropy.fill(&mut message_id)?;
        let (key, commitment) = message_key(by, suite, &materials.data_key, &message_id)?;
        let frames = Frames::new(key, message_id.clone());
        let (kept, stored): (EncryptionContext, EncryptionContext) =
            materials.context.clone().into_iter().partition(|(key, _)| required.contains(key));
        let header = Header { suite, message_id, context: stored, keys: materials.keys.clone(), frame_length };
        let mut start = header.write(commitment.as_ref())?;
        let tag = frames.seal_header(&[start.as_slice(), &context::written(&kept)?].concat())?;
        start.extend_from_slice(&authentication(suite, &iv(0), &tag));
        let signing = materials.signing.clone().zip(signature::hashing(suite)).map(|(key, mut hashing)| {
            hashing.update(&start);
            (key, hashing)
        });
        let limit = if frame_length.is_some() { u64::MAX } else { LONGEST_WHOLE };
        let most = most.unwrap_or(limit).min(limit);
        let start_length = start.len();
        Ok(Self { header, start, start_length, frames, signing, pending: Vec::new(), number: 0, length: 0, most })
    }

    /// What the header says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Bytes of the whole message for `plaintext` bytes; `None` where no message is so long.
    #[must_use]
    pub fn sealed_length(&self, plaintext: u64) -> Option<u64> {
        let around = match self.header.frame_length {
            None => Piece::Whole.around() as u64,
            Some(length) => {
                let frames = plaintext.div_ceil(length.get().into()).max(1);
                u32::try_from(frames).ok().filter(|frames| *frames != LAST)?;
                let before = frames.saturating_sub(1).checked_mul(Piece::Regular.around() as u64)?;
                before.checked_add(Piece::Last.around() as u64)?
            }
        };
        let footer = self.header.suite.curve().map_or(0, |curve| signature::length(curve).saturating_add(2));
        let length = plaintext.checked_add(around)?.checked_add(self.start_length as u64)?;
        length.checked_add(footer as u64)
    }

    /// Goes on with `plaintext`, and writes to `out` what of the message is known.
    ///
    /// # Errors
    /// [`Refused::TooLong`].
    pub fn update(&mut self, mut plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        self.count(plaintext.len())?;
        out.append(&mut self.start);
        let Some(frame) = self.frame() else {
            self.pending.extend_from_slice(plaintext);
            return Ok(());
        };
        if !self.pending.is_empty() {
            let (taken, rest) =
                plaintext.split_at_checked(frame.saturating_sub(self.pending.len())).unwrap_or((plaintext, &[]));
            self.pending.extend_from_slice(taken);
            plaintext = rest;
            // A full frame may be the last one, as long as nothing follows.
            if plaintext.is_empty() {
                return Ok(());
            }
            let mut full = core::mem::take(&mut self.pending);
            self.seal(Piece::Regular, &full, out)?;
            full.clear();
            self.pending = full;
        }
        while plaintext.len() > frame {
            let (full, rest) = plaintext.split_at_checked(frame).unwrap_or((plaintext, &[]));
            self.seal(Piece::Regular, full, out)?;
            plaintext = rest;
        }
        self.pending.extend_from_slice(plaintext);
        Ok(())
    }

    /// The AES key of this message, for whoever seals frames of it elsewhere.
    #[must_use]
    pub const fn key(&self) -> &Secret {
        self.frames.key()
    }

    /// Leaves the next `count` frames to somebody else, of whom [`Self::sealed`] then tells. The last frame of a message is
    /// never among them, so plaintext has to be left over.
    ///
    /// # Errors
    /// [`Refused::TooLong`]; [`Refused::Unfit`] when a frame is begun already, or there are no frames.
    pub fn lend(&mut self, count: u32) -> Result<Vec<Lent>, Refused> {
        let frame = self.frame().filter(|_| self.pending.is_empty()).ok_or_else(not_between_frames)?;
        let lent = self.frames.lend(self.number, count, frame)?;
        self.count(frame.saturating_mul(lent.len()))?;
        self.number = self.number.saturating_add(count);
        Ok(lent)
    }

    /// Goes on after frames that were lent; `frames` is what became of them.
    pub fn sealed(&mut self, frames: &[u8]) {
        if let Some((_, hashing)) = &mut self.signing {
            hashing.update(frames);
        }
    }

    /// Ends the message.
    ///
    /// # Errors
    /// [`Refused::TooLong`]; [`Refused::NoEntropy`] for suites that sign.
    pub fn finish(mut self, out: &mut Vec<u8>, entropy: &mut dyn Entropy) -> Result<(), Refused> {
        out.append(&mut self.start);
        let rest = core::mem::take(&mut self.pending);
        let piece = if self.header.frame_length.is_some() { Piece::Last } else { Piece::Whole };
        self.seal(piece, &rest, out)?;
        if let Some((key, hashing)) = self.signing.take() {
            let signature = signature::sign(&key, hashing, entropy)?;
            super::reader::write_counted(out, &signature).ok_or(Refused::TooLong)?;
        }
        Ok(())
    }

    /// Seals all of `plaintext` at once into `out`, which has [`sealed_length`](Self::sealed_length) bytes, with several
    /// workers where it is large. For a sealer that has sealed nothing yet.
    ///
    /// # Errors
    /// As [`Self::finish`]; [`Refused::Unfit`] when something was sealed before, or `out` has another length.
    pub fn seal_into(
        mut self,
        plaintext: &[u8],
        out: &mut [u8],
        workers: &dyn Workers,
        entropy: &mut dyn Entropy,
    ) -> Result<(), Refused> {
        let fits = self.sealed_length(plaintext.len() as u64) == Some(out.len() as u64);
        if !fits || self.length > 0 {
            return Err(Refused::Unfit("the message has another length than the place that it is put into".into()));
        }
        self.count(plaintext.len())?;
        let short = || Refused::TooLong;
        let (start, out) = out.split_at_mut_checked(self.start.len()).ok_or_else(short)?;
        start.copy_from_slice(&self.start);
        let footer = self.signing.as_ref().map_or(0, |(key, _)| key.length().saturating_add(2));
        let (body, footer) = out.split_at_mut_checked(out.len().saturating_sub(footer)).ok_or_else(short)?;
        let Some(frame) = self.frame() else {
            bulk::seal_piece(&self.frames, Piece::Whole, 1, plaintext, body)?;
            return self.put_signature(body, footer, entropy);
        };
        let before = plaintext.len().div_ceil(frame).saturating_sub(1);
        let (texts, last) = plaintext.split_at_checked(before.saturating_mul(frame)).ok_or_else(short)?;
        let sealed = before.saturating_mul(frame.saturating_add(Piece::Regular.around()));
        let (slots, last_slot) = body.split_at_mut_checked(sealed).ok_or_else(short)?;
        bulk::seal_frames(&self.frames, frame, texts, slots, workers)?;
        let number = u32::try_from(before.saturating_add(1)).map_err(|_| Refused::TooLong)?;
        bulk::seal_piece(&self.frames, Piece::Last, number, last, last_slot)?;
        self.put_signature(body, footer, entropy)
    }

    fn put_signature(mut self, body: &[u8], footer: &mut [u8], entropy: &mut dyn Entropy) -> Result<(), Refused> {
        let Some((key, mut hashing)) = self.signing.take() else { return Ok(()) };
        hashing.update(body);
        let mut written = Vec::new();
        super::reader::write_counted(&mut written, &signature::sign(&key, hashing, entropy)?)
            .ok_or(Refused::TooLong)?;
        footer.copy_from_slice(&written);
        Ok(())
    }

    /// Bytes of a frame.
    fn frame(&self) -> Option<usize> {
        self.header.frame_length.map(|length| usize::try_from(length.get()).unwrap_or(usize::MAX))
    }

    fn count(&mut self, more: usize) -> Result<(), Refused> {
        let length = self.length.checked_add(more as u64).filter(|length| *length <= self.most);
        self.length = length.ok_or(Refused::TooLong)?;
        Ok(())
    }

    /// The next piece of the body.
    fn seal(&mut self, piece: Piece, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        self.number = self.number.checked_add(1).filter(|number| *number != LAST).ok_or(Refused::TooLong)?;
        let from = out.len();
        out.resize(from.saturating_add(plaintext.len()).saturating_add(piece.around()), 0);
        let slot = out.get_mut(from..).unwrap_or_default();
        bulk::seal_piece(&self.frames, piece, self.number, plaintext, slot)?;
        if let Some((_, hashing)) = &mut self.signing {
            hashing.update(slot);
        }
        Ok(())
    }
}

/// Frames are lent only where one begins.
pub(super) fn not_between_frames() -> Refused {
    Refused::Unfit("the message is not between two frames".into())
}

/// 2^36 - 32 bytes: what AES-GCM encrypts under one IV.
pub(super) const LONGEST_WHOLE: u64 = 68_719_476_704;
