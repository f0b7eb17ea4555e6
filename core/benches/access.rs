//! How long it takes to say who can do what in a whole organization: 10,000 principals, 10,000 keys, every action on keys.
//!
//! Budget: 10 s.

#[path = "../tests/organization_support/mod.rs"]
mod organization_support;

use criterion::{Criterion, criterion_group, criterion_main};
use kmslab::report::{Estate, matrix};
use organization_support::organization;
use std::hint::black_box;

fn access(c: &mut Criterion) {
    let estate = Estate::parse(&organization(10_000, 10_000).to_string()).unwrap();
    let mut group = c.benchmark_group("report");
    group.sample_size(10);
    group.bench_function("matrix of 10000 principals and 10000 keys", |b| b.iter(|| matrix(black_box(&estate), &[])));
    group.finish();
}

criterion_group!(benches, access);
criterion_main!(benches);
