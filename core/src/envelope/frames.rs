//! The pieces of a body, each sealed on its own.
//!
//! A frame is `number 4 | IV 12 | ciphertext | tag 16`; the last one `ffffffff | number 4 | IV 12 | length 4 | ciphertext |
//! tag 16`. A body without frames is `IV 12 | length 8 | ciphertext | tag 16`. The IV is the number, so none comes twice
//! under the key of a message.
//!
//! Source: "Message format reference", "Body structure"; "Body AAD reference"; Specification, `data-format/message-body.md`
//! and `message-body-aad.md`.

use super::derive::MessageKey;
use super::gcm::{IV, TAG};
use super::refused::Refused;
use crate::base::Secret;
use alloc::vec::Vec;

/// Stands before the number of the last frame.
pub(super) const LAST: u32 = u32::MAX;

/// What a piece is; the value is part of what its tag covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Regular,
    Last,
    /// The body without frames.
    Whole,
}

impl Piece {
    /// Bytes around its ciphertext.
    pub(super) const fn around(self) -> usize {
        match self {
            Self::Regular => 4 + IV + TAG,
            Self::Last => 4 + 4 + IV + 4 + TAG,
            Self::Whole => IV + 8 + TAG,
        }
    }

    const fn name(self) -> &'static [u8] {
        match self {
            Self::Regular => b"AWSKMSEncryptionClient Frame",
            Self::Last => b"AWSKMSEncryptionClient Final Frame",
            Self::Whole => b"AWSKMSEncryptionClient Single Block",
        }
    }
}

/// Seals and opens the pieces of one message, in any order.
#[derive(Debug)]
pub(super) struct Frames {
    key: MessageKey,
    message_id: Vec<u8>,
}

impl Frames {
    pub(super) const fn new(key: MessageKey, message_id: Vec<u8>) -> Self {
        Self { key, message_id }
    }

    /// The AES key.
    pub(super) const fn key(&self) -> &Secret {
        &self.key.secret
    }

    /// What AES-GCM is given for the `count` frames of `length` bytes that follow the frame `number`.
    pub(super) fn lend(&self, number: u32, count: u32, length: usize) -> Result<Vec<Lent>, Refused> {
        let last = number.checked_add(count).filter(|last| *last != LAST).ok_or(Refused::TooLong)?;
        let frame = |number: u32| {
            let aad = Aad::of(&self.message_id, Piece::Regular, number, length).bytes().to_vec();
            Lent { number: number.to_be_bytes(), iv: iv(number), aad }
        };
        Ok((number.saturating_add(1)..=last).map(frame).collect())
    }

    /// Encrypts a piece into `out`, which is as long with the tag.
    pub(super) fn seal(&self, piece: Piece, number: u32, text: &[u8], out: &mut [u8]) -> Result<(), Refused> {
        let aad = Aad::of(&self.message_id, piece, number, text.len());
        Ok(self.key.ready.seal_to(&iv(number), aad.bytes(), text, out)?)
    }

    /// Decrypts a piece into `out`, which is as long without the tag. Writers of other programs may have taken other IVs.
    pub(super) fn open(
        &self,
        piece: Piece,
        number: u32,
        iv: &[u8; IV],
        (sealed, tag): (&[u8], &[u8; TAG]),
        out: &mut [u8],
    ) -> Result<(), Refused> {
        let aad = Aad::of(&self.message_id, piece, number, sealed.len());
        Ok(self.key.ready.open_to(iv, aad.bytes(), sealed, tag, out)?)
    }

    /// The tag of a header.
    pub(super) fn seal_header(&self, aad: &[u8]) -> Result<[u8; TAG], Refused> {
        Ok(self.key.ready.seal(&[0; IV], aad, &mut [])?)
    }

    pub(super) fn open_header(&self, iv: &[u8; IV], aad: &[u8], tag: &[u8; TAG]) -> Result<(), Refused> {
        Ok(self.key.ready.open(iv, aad, &mut [], tag)?)
    }
}

/// What AES-GCM is given for a frame before the last one, by whoever seals or opens it instead of this room: a cipher that
/// answers later, such as WebCrypto. The frame is `number | iv | ciphertext | tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lent {
    /// The frame begins with it.
    pub number: [u8; 4],
    /// The IV to seal with. To open with, it is the one in the frame.
    pub iv: [u8; IV],
    /// The associated data.
    pub aad: Vec<u8>,
}

/// The IV of a piece: its number.
pub(super) fn iv(number: u32) -> [u8; IV] {
    let mut iv = [0; IV];
    if let Some(end) = iv.last_chunk_mut() {
        *end = number.to_be_bytes();
    }
    iv
}

/// `message id | name | number 4 | length 8`, without the heap: there is one for each frame.
struct Aad {
    bytes: [u8; 80],
    length: usize,
}

impl Aad {
    fn of(message_id: &[u8], piece: Piece, number: u32, length: usize) -> Self {
        let mut aad = Self { bytes: [0; 80], length: 0 };
        aad.push(message_id);
        aad.push(piece.name());
        aad.push(&number.to_be_bytes());
        aad.push(&(length as u64).to_be_bytes());
        aad
    }

    fn push(&mut self, part: &[u8]) {
        let end = self.length.saturating_add(part.len());
        // 32 + 35 + 4 + 8 bytes at most: there is room.
        if let Some(slot) = self.bytes.get_mut(self.length..end) {
            slot.copy_from_slice(part);
            self.length = end;
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
