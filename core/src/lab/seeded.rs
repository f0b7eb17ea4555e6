//! Chance that repeats: a stream of ChaCha20 (RFC 8439) under a key made of the seed.

use crate::base::{Entropy, NoEntropy};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use core::fmt;

/// The generator of a seeded lab.
pub(super) struct Seeded {
    stream: ChaCha20,
}

impl Seeded {
    /// The generator of `seed`, from its start.
    pub(super) fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        for (byte, value) in key.iter_mut().zip(seed.to_le_bytes()) {
            *byte = value;
        }
        Self { stream: ChaCha20::new(&key.into(), &[0; 12].into()) }
    }

    /// The generator of `seed` after a lab was saved `generation` times: never the same bytes twice.
    pub(super) fn resumed(seed: u64, generation: u64) -> Self {
        let mut key = [0; 32];
        for (byte, value) in key.iter_mut().zip(seed.to_le_bytes().into_iter().chain(generation.to_le_bytes())) {
            *byte = value;
        }
        Self { stream: ChaCha20::new(&key.into(), &[0; 12].into()) }
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        out.fill(0);
        // 256 GiB of randomness, then the stream is over.
        self.stream.try_apply_keystream(out).map_err(|_| NoEntropy)
    }
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seeded")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_does_not() {
        let draw = |mut source: Seeded| {
            let mut bytes = [0; 40];
            source.fill(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(draw(Seeded::new(7)), draw(Seeded::new(7)));
        assert_ne!(draw(Seeded::new(7)), draw(Seeded::new(8)));
        assert_ne!(draw(Seeded::new(7)), draw(Seeded::resumed(7, 1)));
    }
}
