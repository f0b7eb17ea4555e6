//! Runs a file of decision cases. Used by the test `cases` and by the example of the same name.

use super::cases_support::{each_check, text_of};
use kmslab::policy::decide;
use serde_json::Value;

/// What a case should give and what it gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The case's id.
    pub(crate) id: String,
    /// Decision and reason of the file.
    pub(crate) expected: String,
    /// Decision and reason that were found, or why the case could not be run.
    pub(crate) got: String,
}

impl Outcome {
    /// Whether decision and reason are as expected.
    pub(crate) fn passed(&self) -> bool {
        self.expected == self.got
    }
}

/// Runs every case of a file.
///
/// # Errors
/// A sentence, when the text is not a file of cases.
pub(crate) fn run(text: &str) -> Result<Vec<Outcome>, String> {
    let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let cases = file.get("cases").and_then(Value::as_array).ok_or("no list of cases")?;
    Ok(cases.iter().map(outcome).collect())
}

fn outcome(case: &Value) -> Outcome {
    let of = |name| case.get("expected").map_or_else(String::new, |expected| text_of(expected, name));
    let expected = format!("{} {}", of("decision"), of("reason"));
    let mut last = None;
    let done = each_check(case, |query, policies| {
        let decision = decide(query, policies);
        let allowed = decision.allowed();
        last = Some(decision);
        allowed // the first that fails decides
    });
    let got = match (done, last) {
        (Err(error), _) => error,
        (Ok(()), None) => "no request".to_owned(),
        (Ok(()), Some(decision)) => format!("{} {}", decision.effect, decision.reason),
    };
    Outcome { id: text_of(case, "id"), expected, got }
}
