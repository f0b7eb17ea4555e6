//! Time and chance of the machine that runs the lab, and what else it has to give. The core has none of it.

#[cfg(not(target_family = "wasm"))]
use crate::proxy::HttpCarrier;
use kmslab::base::{Clock, Entropy, NoEntropy, Timestamp};
use kmslab::crypto::provider::Provider;
use kmslab::lab::Lab;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock, held from going backwards.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl SystemClock {
    /// A clock that has shown nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { latest: AtomicI64::new(0) }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 shows 1970.
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let millis = i64::try_from(millis).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.latest.fetch_max(millis, Ordering::Relaxed).max(millis))
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(out).map_err(|_| NoEntropy)
    }
}

/// Gives a lab what it has of a machine besides time and chance: a way to real external key store proxies, and, with the
/// feature `native`, faster cryptography than its own.
#[cfg(not(target_family = "wasm"))]
pub fn equip(lab: &mut Lab) {
    lab.carry(Box::new(HttpCarrier::default()));
    #[cfg(feature = "native")]
    lab.provide(kmslab_native::PROVIDER);
}

/// Gives a lab what it has of a machine besides time and chance: in WebAssembly, nothing.
#[cfg(target_family = "wasm")]
pub fn equip(_: &mut Lab) {}

/// The fastest cryptography that there is here: with the feature `native` AWS-LC's, otherwise the core's own.
#[must_use]
pub fn provider() -> &'static Provider {
    #[cfg(all(feature = "native", not(target_family = "wasm")))]
    return &kmslab_native::PROVIDER;
    #[cfg(not(all(feature = "native", not(target_family = "wasm"))))]
    &kmslab::crypto::provider::RUST_CRYPTO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_this_century_and_does_not_go_back() {
        let clock = SystemClock::new();
        let first = clock.now();
        assert!(first.to_iso().as_str() > "2024", "{first}");
        clock.latest.store(first.as_millis() + 60_000, Ordering::Relaxed);
        assert_eq!(clock.now().as_millis(), first.as_millis() + 60_000);
    }

    #[test]
    #[cfg(feature = "native")]
    fn a_lab_is_given_the_machines_cryptography() {
        let mut lab = Lab::builder(Box::new(SystemClock::new()), Box::new(OsEntropy)).build().unwrap();
        assert!(lab.provider().is_none());
        equip(&mut lab);
        assert!(lab.provider().is_some());
        let text = lab.save();
        let opened = Lab::open(&text, Box::new(SystemClock::new()), Box::new(OsEntropy)).unwrap();
        assert!(opened.provider().is_none(), "what a machine gives is not saved");
    }

    #[test]
    fn two_draws_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        OsEntropy.fill(&mut one).unwrap();
        OsEntropy.fill(&mut two).unwrap();
        assert_ne!(one, two);
    }
}
