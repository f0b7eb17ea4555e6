//! A decision allocates nothing: neither for the usual request, nor among many statements, nor for any case of the
//! reference.
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]

mod cases_support;
mod decide_support;

use decide_support::{Usual, mixed};
use kmslab::policy::decide;
use std::{fs, path::Path};

#[test]
fn the_usual_decision_allocates_nothing() {
    for others in [0, 1_000] {
        let usual = Usual::new(others).unwrap();
        let count = allocation_counter::measure(|| {
            assert!(decide(&usual.query(), &usual.policies).allowed());
        });
        assert_eq!(count.count_total, 0, "with {others} statements of others");
    }
}

#[test]
fn no_request_of_the_mixed_set_allocates() {
    let usual = Usual::new(10).unwrap();
    let mut allowed = 0;
    for asked in mixed() {
        let one = usual.asking(asked);
        let count = allocation_counter::measure(|| {
            allowed += usize::from(decide(&one.query(), &one.policies).allowed());
        });
        assert_eq!(count.count_total, 0, "{asked:?}");
    }
    // The administrator's twelve actions, two of them denied by the organization, the producer's six and three, and one
    // of the application's, in six circumstances, three or two.
    assert_eq!(allowed, 10 * 6 + 6 * 6 + 3 * 3 + 2);
}

#[test]
fn no_case_allocates() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases/authorization-cases.json");
    let file: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for case in file["cases"].as_array().unwrap() {
        cases_support::each_check(case, |query, policies| {
            let count = allocation_counter::measure(|| {
                let _ = decide(query, policies);
            });
            assert_eq!(count.count_total, 0, "{}", case["id"]);
            true
        })
        .unwrap();
    }
}
