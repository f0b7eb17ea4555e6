//! The pieces of a body, each sealed on its own.
//!
//! A frame is `number 4 | IV 12 | ciphertext | tag 16`; the last one `ffffffff | number 4 | IV 12 | length 4 | ciphertext |
//! tag 16`. A body without frames is `IV 12 | length 8 | ciphertext | tag 16`. The IV is the number, so none comes twice
//! under the key of a message.
//!
//! Source: "Message format reference", "Body structure"; "Body AAD reference"; Specification, `data-format/message-body.md`
//! and `message-body-aad.md`.

use super::gcm::{GcmKey, IV, TAG};
use super::refused::Refused;
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
    key: GcmKey,
    message_id: Vec<u8>,
}

impl Frames {
    pub(super) const fn new(key: GcmKey, message_id: Vec<u8>) -> Self {
        Self { key, message_id }
    }

    /// Encrypts a piece where it stands.
    pub(super) fn seal(&self, piece: Piece, number: u32, text: &mut [u8]) -> Result<[u8; TAG], Refused> {
        let aad = Aad::of(&self.message_id, piece, number, text.len());
        Ok(self.key.seal(&iv(number), aad.bytes(), text)?)
    }

    /// Decrypts a piece where it stands. Writers of other programs may have taken other IVs.
    pub(super) fn open(
        &self,
        piece: Piece,
        number: u32,
        iv: &[u8; IV],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), Refused> {
        let aad = Aad::of(&self.message_id, piece, number, text.len());
        Ok(self.key.open(iv, aad.bytes(), text, tag)?)
    }

    /// The tag of a header.
    pub(super) fn seal_header(&self, aad: &[u8]) -> Result<[u8; TAG], Refused> {
        Ok(self.key.seal(&[0; IV], aad, &mut [])?)
    }

    pub(super) fn open_header(&self, iv: &[u8; IV], aad: &[u8], tag: &[u8; TAG]) -> Result<(), Refused> {
        Ok(self.key.open(iv, aad, &mut [], tag)?)
    }
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
