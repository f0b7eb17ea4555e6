//! How long a decision takes. One iteration is one [`decide`].
//!
//! Budgets: 0.25 µs for the usual set; 1 µs with 1,000 further statements that name other principals.
#![expect(missing_docs, reason = "the macro of criterion writes the functions")]
#![expect(clippy::expect_used, reason = "a benchmark without its input has to fail")]
#![expect(clippy::std_instead_of_core, reason = "a benchmark has std")]

#[path = "../tests/decide_support/mod.rs"]
mod decide_support;

use criterion::{Criterion, criterion_group, criterion_main};
use decide_support::Usual;
use kmslab::policy::{Kind, Policy, decide, explain};
use std::hint::black_box;

fn decisions(c: &mut Criterion) {
    let mut group = c.benchmark_group("policy/decide");
    for others in [0, 1_000] {
        let usual = Usual::new(others).expect("good policies");
        assert!(decide(&usual.query(), &usual.policies).allowed(), "the usual request is allowed");
        group.bench_function(format!("usual set and {others} statements of others"), |b| {
            b.iter(|| decide(black_box(&usual.query()), black_box(&usual.policies)));
        });
    }
    group.finish();

    let usual = Usual::new(0).expect("good policies");
    let side = usual.policies.resource.as_ref().expect("a key");
    let text = side.policies.first().expect("a key policy").policy.text();
    c.bench_function("policy/parse a key policy of 4 statements", |b| {
        b.iter(|| Policy::parse(Kind::Key, black_box(text)));
    });
    c.bench_function("policy/explain the usual set", |b| {
        b.iter(|| explain(black_box(&usual.query()), black_box(&usual.policies)));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
