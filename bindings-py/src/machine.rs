//! What there is of the machine: its time, its chance, its cryptography, its cores.

pub(crate) use kmslab_server::{OsEntropy, SystemClock, equip, provider};
use std::num::NonZero;
use std::thread;

/// How many threads there can be at most. WebAssembly has one, and starting another would panic.
pub(crate) const MOST_THREADS: usize = if cfg!(target_family = "wasm") { 1 } else { usize::MAX };

/// How many threads have work at once: one for each core.
pub(crate) fn cores() -> usize {
    if cfg!(target_family = "wasm") { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) }
}
