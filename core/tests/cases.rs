//! All decision cases of the reference: decision and reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its cases has to fail")]
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]

mod cases_support;
#[path = "cases_support/run.rs"]
mod run;

use kmslab::policy::{decide, explain};
use std::{collections::BTreeSet, fs, path::Path};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases").join(name);
    fs::read_to_string(path).unwrap()
}

#[test]
fn cases_are_decided_as_documented() {
    let text = file("expected-failures.txt");
    let listed: BTreeSet<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let outcomes = run::run(&file("authorization-cases.json")).unwrap();
    assert!(outcomes.len() >= 311, "only {} cases", outcomes.len());
    let mut wrong = Vec::new();
    for outcome in &outcomes {
        match (outcome.passed(), listed.contains(outcome.id.as_str())) {
            (false, false) => wrong.push(format!("{}: expected {}, got {}", outcome.id, outcome.expected, outcome.got)),
            (true, true) => wrong.push(format!("{}: passes, take it off the list", outcome.id)),
            _ => {}
        }
    }
    let ids: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
    wrong.extend(listed.difference(&ids).map(|id| format!("{id}: on the list, but no case")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Cases that the differential test has found.
#[test]
fn cases_that_were_once_wrong_stay_right() {
    let outcomes = run::run(&file("found-cases.json")).unwrap();
    let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed()).map(|outcome| &outcome.id).collect();
    assert!(wrong.is_empty() && !outcomes.is_empty(), "{wrong:?}");
}

#[test]
fn cases_are_explained_as_they_are_decided() {
    let file: serde_json::Value = serde_json::from_str(&file("authorization-cases.json")).unwrap();
    for case in file["cases"].as_array().unwrap() {
        cases_support::each_check(case, |query, policies| {
            let decision = decide(query, policies);
            let explanation = explain(query, policies);
            assert_eq!((decision.effect, decision.reason), (explanation.effect, explanation.reason), "{}", case["id"]);
            assert_eq!(decision.allowed(), explanation.allowed, "{}", case["id"]);
            true
        })
        .unwrap();
    }
}
