//! What people read: explanations of decisions, compared with files word for word.
//!
//! `UPDATE_SNAPSHOTS=1` writes the files anew; look at the difference before you keep it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot read its files has to fail")]

use kmslab::policy::{Explanation, explain};
use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The explanation of the last check that case `id` gets to.
fn of_case(id: &str) -> Explanation {
    let text = fs::read_to_string(root().join("../tests/cases/authorization-cases.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let case = file["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap();
    let mut last = None;
    crate::cases_support::each_check(case, |query, policies| {
        let explanation = explain(query, policies);
        let allowed = explanation.allowed;
        last = Some(explanation);
        allowed
    })
    .unwrap();
    last.unwrap()
}

fn compare(name: &str, got: &str) {
    let path = root().join("tests/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, got).unwrap();
    }
    let want = fs::read_to_string(&path).unwrap_or_default();
    assert!(got == want, "{} differs.\n--- it should be\n{want}\n--- it is\n{got}", path.display());
}

#[test]
fn text() {
    let ids = [
        "KP-01", "KP-02", "KP-03", "KP-18", "KP-23", "KP-27", "KP-36", "CO-02", "CO-12", "CO-55", "CO-69", "OR-02",
        "OR-04", "GR-01", "GR-08", "GR-22", "XA-02", "XA-06", "XA-13", "BS-05", "BS-17", "OS-06", "OS-10", "OS-18",
        "OP-05", "OP-15", "EL-06", "EL-28",
    ];
    let all: Vec<String> = ids.iter().map(|id| format!("## {id}\n{}", of_case(id).to_text(100, false))).collect();
    compare("text.txt", &all.join("\n"));
}

#[test]
fn narrow_and_coloured_text() {
    compare("narrow.txt", &of_case("CO-02").to_text(40, false));
    compare("coloured.txt", &of_case("CO-02").to_text(100, true));
}

#[test]
fn html() {
    compare("condition.html", &of_case("CO-02").to_html());
    compare("allowed.html", &of_case("KP-01").to_html());
}

#[test]
fn markdown() {
    let all = ["CO-02", "CO-12", "KP-01"].map(|id| of_case(id).to_markdown());
    compare("markdown.md", &all.join("\n---\n\n"));
}

#[test]
fn json() {
    compare("condition.json", &(of_case("CO-02").to_json() + "\n"));
}
