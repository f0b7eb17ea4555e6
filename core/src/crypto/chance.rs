//! [`Entropy`] as RustCrypto's generators look, and as much of it as one needs out of a seed.

use crate::base::{Entropy, NoEntropy};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use core::fmt;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

/// A source of chance for the crates that make keys and signatures.
pub(super) struct Chance<'a>(pub(super) &'a mut dyn Entropy);

impl TryRng for Chance<'_> {
    type Error = NoEntropy;

    fn try_next_u32(&mut self) -> Result<u32, NoEntropy> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, NoEntropy> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        self.0.fill(out)
    }
}

impl TryCryptoRng for Chance<'_> {}

impl fmt::Debug for Chance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

/// The keystream of ChaCha20 (RFC 8439) under a seed.
pub(super) struct Stream(ChaCha20);

impl Stream {
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        Self(ChaCha20::new(seed.into(), &[0; 12].into()))
    }

    /// A stream under a seed of `entropy`'s, which is all that is drawn there, however much is drawn here.
    pub(super) fn drawn(entropy: &mut dyn Entropy) -> Result<Self, NoEntropy> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed)?;
        Ok(Self::new(&seed))
    }
}

impl Entropy for Stream {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        out.fill(0);
        self.0.try_apply_keystream(out).map_err(|_| NoEntropy)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
