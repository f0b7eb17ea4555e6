//! Making key pairs that take long, apart from whoever waits for something else: the search for primes.

use super::{PairSpec, PrivateKey, Refusal};
use crate::base::{Entropy, NoEntropy};
use crate::crypto::chance::Stream;
use core::fmt;
use zeroize::Zeroizing;

/// Where key pairs come from while a request is answered: made at once, or, where that takes long, asked for and then
/// brought by the same request's next attempt.
#[derive(Debug, Default)]
pub struct Slow {
    wanted: Option<PairSpec>,
    made: Option<Made>,
    patient: bool,
}

impl Slow {
    /// Makes all pairs at once, for those who wait.
    #[must_use]
    pub const fn patient() -> Self {
        Self { wanted: None, made: None, patient: true }
    }

    /// A new key pair.
    ///
    /// # Errors
    /// [`Refusal::Later`] when it has to be made first; [`Refusal::NoEntropy`].
    pub fn generate(&mut self, spec: PairSpec, entropy: &mut dyn Entropy) -> Result<PrivateKey, Refusal> {
        if self.patient || !spec.is_slow() {
            return PrivateKey::generate(spec, entropy);
        }
        match self.made.take() {
            Some(Made(Ok(key))) if key.spec() == spec => Ok(key),
            Some(Made(Err(refusal))) => Err(refusal),
            _ => {
                self.wanted = Some(spec);
                Err(Refusal::Later)
            }
        }
    }

    /// Takes what the last attempt's work has made.
    pub(crate) fn bring(&mut self, made: Option<Made>) {
        *self = Self { wanted: None, made, patient: false };
    }

    /// Whether work was done for this attempt.
    pub(crate) const fn is_brought(&self) -> bool {
        self.made.is_some()
    }

    /// The work that was found missing, if any; chance is drawn here, so that the work needs nothing but time.
    pub(crate) fn work(&mut self, entropy: &mut dyn Entropy) -> Option<Result<Work, NoEntropy>> {
        let spec = self.wanted.take()?;
        let mut seed = Zeroizing::new([0; 32]);
        Some(entropy.fill(&mut *seed).map(|()| Work { spec, seed }))
    }
}

/// A key pair to be made. It needs no lab and no lock.
pub struct Work {
    spec: PairSpec,
    seed: Zeroizing<[u8; 32]>,
}

impl Work {
    /// Does it: up to seconds.
    #[must_use]
    pub fn run(self) -> Made {
        Made(PrivateKey::generate(self.spec, &mut Stream::new(&self.seed)))
    }
}

/// What [`Work`] has made, for the next attempt.
#[derive(Debug)]
pub struct Made(Result<PrivateKey, Refusal>);

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({:?})", self.spec)
    }
}
