//! AES-256-XTS for disks: IEEE 1619, with ciphertext stealing and the limits of NIST SP 800-38E.

use super::provider::{AesXts, BadKey, PreparedXts};
use crate::base::same;
use aes::Aes256;
use aes::cipher::KeyInit;
use alloc::boxed::Box;
use core::fmt;
use xts_mode::{Xts128, get_tweak_default};

/// Bytes of a key: that of the data, then that of the tweak.
pub const KEY: usize = 64;
/// Bytes of the shortest data unit: one block.
const SHORTEST: usize = 16;
/// Bytes of the longest data unit: 2^20 blocks (SP 800-38E, 4).
const LONGEST: usize = 16 << 20;

/// The core's own AES-XTS.
#[derive(Debug)]
pub(super) struct RustCrypto;

/// A key of it; its ciphers erase themselves.
struct Key(Xts128<Aes256>);

impl AesXts for RustCrypto {
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedXts>, BadKey> {
        let key: &[u8; KEY] = key.try_into().map_err(|_| BadKey)?;
        let (data, tweak) = key.split_at(KEY / 2);
        if same(data, tweak) {
            return Err(BadKey);
        }
        let cipher = |key| Aes256::new_from_slice(key).map_err(|_| BadKey);
        Ok(Box::new(Key(Xts128::new(cipher(data)?, cipher(tweak)?))))
    }
}

impl PreparedXts for Key {
    fn encrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit> {
        for (number, unit) in units(first, size, data)? {
            self.0.encrypt_sector(unit, get_tweak_default(number));
        }
        Ok(())
    }

    fn decrypt(&self, first: u128, size: usize, data: &mut [u8]) -> Result<(), BadUnit> {
        for (number, unit) in units(first, size, data)? {
            self.0.decrypt_sector(unit, get_tweak_default(number));
        }
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesXtsKey(hidden)")
    }
}

/// The data units with their numbers, each as long as a unit may be: what is shorter the crate would panic at.
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
