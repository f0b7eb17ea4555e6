//! What all benches share: the allocator that the faces have, for ours and for the rivals; a lab's clock and chance; and,
//! for what criterion has no form for, a stopwatch and a way to say a row of the table of `make bench`.

use kmslab::base::{Clock, Entropy, NoEntropy, Timestamp};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A clock that stands at 2026-01-01T00:00:00Z.
#[derive(Debug)]
pub struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_767_225_600)
    }
}

/// A seeded lab needs no other chance.
#[derive(Debug)]
pub struct NoChance;

impl Entropy for NoChance {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

/// What one call of `work` takes, in nanoseconds: the median of nine rounds of a millisecond or one call each.
pub fn measured<T>(mut work: impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    while calls == 0 || start.elapsed() < Duration::from_millis(1) {
        black_box(work());
        calls += 1;
    }
    let round = |_| {
        let start = Instant::now();
        (0..calls).for_each(|_| drop(black_box(work())));
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    percentile(&mut [0; 9].map(round), 50)
}

/// The value that `share` percent of `values` do not pass.
pub fn percentile(values: &mut [f64], share: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * share / 100).min(values.len() - 1)]
}

/// Says a row of the table: times in nanoseconds, the limit in microseconds. `scripts/bench_table.py` reads it.
pub fn row(what: &str, ours: f64, rival: Option<(f64, &str)>, limit: Option<f64>) {
    let (rival, name) = rival.map_or((serde_json::Value::Null, ""), |(time, name)| ((time / 1e3).into(), name));
    let row = serde_json::json!({"what": what, "ours": ours / 1e3, "rival": rival, "name": name, "limit": limit});
    println!("{row}");
}
