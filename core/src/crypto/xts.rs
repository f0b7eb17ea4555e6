//! AES-256-XTS for disks: IEEE 1619, with ciphertext stealing and the limits of NIST SP 800-38E.

use super::provider::{AesXts, BadKey, PreparedXts};
use crate::base::same;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes256, Block};
use alloc::boxed::Box;
use core::{fmt, mem, slice};

/// Bytes of a key: that of the data, then that of the tweak.
pub const KEY: usize = 64;
/// Bytes of the shortest data unit: one block.
const SHORTEST: usize = 16;
/// Bytes of the longest data unit: 2^20 blocks (SP 800-38E, 4).
const LONGEST: usize = 16 << 20;
/// Blocks that are taken through the cipher at once: a sector of 512 bytes.
const BATCH: usize = 32;

/// The core's own AES-XTS.
#[derive(Debug)]
pub(super) struct RustCrypto;

/// A key of it; its ciphers erase themselves.
struct Key {
    data: Aes256,
    tweak: Aes256,
}

impl AesXts for RustCrypto {
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedXts>, BadKey> {
        let key: &[u8; KEY] = key.try_into().map_err(|_| BadKey)?;
        let (data, tweak) = key.split_at(KEY / 2);
        if same(data, tweak) {
            return Err(BadKey);
        }
        let cipher = |key| Aes256::new_from_slice(key).map_err(|_| BadKey);
        Ok(Box::new(Key { data: cipher(data)?, tweak: cipher(tweak)? }))
    }
}

impl PreparedXts for Key {
    fn encrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit> {
        units(first, size, data)?.for_each(|(number, unit)| self.encrypt_unit(number, unit));
        Ok(())
    }

    fn decrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit> {
        units(first, size, data)?.for_each(|(number, unit)| self.decrypt_unit(number, unit));
        Ok(())
    }
}

impl Key {
    /// IEEE 1619, 5.3.2.
    fn encrypt_unit(&self, number: u128, unit: &mut [u8]) {
        let encrypt = |blocks: &mut [Block]| self.data.encrypt_blocks(blocks);
        let (blocks, rest) = unit.as_chunks_mut();
        let tweak = through(encrypt, self.first_tweak(number), blocks);
        if let (Some(last), false) = (blocks.last_mut(), rest.is_empty()) {
            // The rest takes the head of the last whole block's ciphertext, which takes the rest in its place.
            last.iter_mut().zip(rest).for_each(|(one, other)| mem::swap(one, other));
            through(encrypt, tweak, slice::from_mut(last));
        }
    }

    /// IEEE 1619, 5.4.2.
    fn decrypt_unit(&self, number: u128, unit: &mut [u8]) {
        let decrypt = |blocks: &mut [Block]| self.data.decrypt_blocks(blocks);
        let (blocks, rest) = unit.as_chunks_mut();
        let Some((last, blocks)) = blocks.split_last_mut() else { return };
        let tweak = through(decrypt, self.first_tweak(number), blocks);
        if !rest.is_empty() {
            through(decrypt, times_alpha(tweak), slice::from_mut(last));
            last.iter_mut().zip(rest).for_each(|(one, other)| mem::swap(one, other));
        }
        through(decrypt, tweak, slice::from_mut(last));
    }

    fn first_tweak(&self, number: u128) -> u128 {
        let mut block = Block::from(number.to_le_bytes());
        self.tweak.encrypt_block(&mut block);
        u128::from_le_bytes(block.into())
    }
}

/// Takes blocks through the cipher, the first under `tweak`, and gives the tweak of the one after the last:
/// `C = E(P ⊕ T) ⊕ T`, and each `T` is the one before times α (IEEE 1619, 5.3.1).
fn through(cipher: impl Fn(&mut [Block]), mut tweak: u128, blocks: &mut [[u8; 16]]) -> u128 {
    let add = |block: &mut [u8; 16], tweak: u128| *block = (u128::from_le_bytes(*block) ^ tweak).to_le_bytes();
    let mut tweaks = [0; BATCH];
    for batch in blocks.chunks_mut(BATCH) {
        for (block, kept) in batch.iter_mut().zip(&mut tweaks) {
            add(block, tweak);
            (*kept, tweak) = (tweak, times_alpha(tweak));
        }
        cipher(Array::cast_slice_from_core_mut(batch));
        batch.iter_mut().zip(tweaks).for_each(|(block, tweak)| add(block, tweak));
    }
    tweak
}

/// Multiplies by α in GF(2^128), modulo x^128 + x^7 + x^2 + x + 1 (IEEE 1619, 5.2), in constant time.
const fn times_alpha(tweak: u128) -> u128 {
    let carry = tweak >> 127;
    (tweak << 1) ^ (0x87 & carry.wrapping_neg())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesXtsKey(hidden)")
    }
}

/// The data units with their numbers, each as long as a unit may be.
fn units(first: u128, size: usize, data: &mut [u8]) -> Result<impl Iterator<Item = (u128, &mut [u8])>, BadUnit> {
    let last = data.len().checked_rem(size).ok_or(BadUnit)?;
    if !(SHORTEST..=LONGEST).contains(&size) || (1..SHORTEST).contains(&last) {
        return Err(BadUnit);
    }
    // 2^128 units are more than there is memory for; a first number that high goes round.
    let numbers = (0_u128..).map(move |count| first.wrapping_add(count));
    Ok(numbers.zip(data.chunks_mut(size)))
}

/// A data unit has less than one block, or more than 2^20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadUnit;

impl fmt::Display for BadUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the length of a data unit of AES-XTS")
    }
}

impl core::error::Error for BadUnit {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    fn key() -> Box<dyn PreparedXts> {
        RustCrypto.prepare(&core::array::from_fn::<u8, KEY, _>(|i| i as u8)).unwrap()
    }

    #[test]
    fn sectors_in_a_row_are_sectors_by_number() {
        for size in [512, 4096] {
            let plain: Vec<u8> = (0..size * 5).map(|i| i as u8).collect();
            let mut row = plain.clone();
            key().encrypt(7, size, &mut row).unwrap();
            let mut each = plain.clone();
            for (number, sector) in (7..).zip(each.chunks_mut(size)) {
                key().encrypt(number, size, sector).unwrap();
            }
            assert_eq!(row, each);
            assert_ne!(row[..size], row[size..2 * size]);
            key().decrypt(7, size, &mut row).unwrap();
            assert_eq!(row, plain);
        }
    }

    #[test]
    fn what_is_no_data_unit_is_refused_and_stays_as_it_was() {
        // Size of a unit, bytes of data, whether they are units.
        let cases = [
            (0, 16, false),
            (15, 15, false),
            (16, 16, true),
            (512, 0, true),
            (512, 512, true),
            (512, 527, false),
            (512, 528, true),
            (512, 700, true),
            (LONGEST, 32, true),
            (LONGEST + 1, 32, false),
        ];
        for (size, length, good) in cases {
            let mut data = vec![3; length];
            assert_eq!(key().encrypt(u128::MAX, size, &mut data).is_ok(), good, "{size} {length}");
            assert_eq!(data == vec![3; length], !good || length == 0, "{size} {length}");
            assert_eq!(key().decrypt(u128::MAX, size, &mut data).is_ok(), good, "{size} {length}");
            assert_eq!(data, vec![3; length]);
        }
    }

    #[test]
    fn halves_that_are_the_same_are_no_key() {
        assert_eq!(RustCrypto.prepare(&[5; KEY]).unwrap_err(), BadKey);
        assert_eq!(RustCrypto.prepare(&[5; 32]).unwrap_err(), BadKey);
        assert_eq!(alloc::format!("{:?}", key()), "AesXtsKey(hidden)");
    }
}
