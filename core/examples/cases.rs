//! Runs a file of decision cases: `cargo run -q --release --example cases -- FILE`.
//!
//! Prints each failure (id, what was expected, what was decided) and a line `N passed, N failed`; the exit code is 1 when
//! a case failed and 2 when the file cannot be read.
#![expect(clippy::std_instead_of_alloc, reason = "an example has std")]

#[path = "../tests/cases_support/mod.rs"]
mod cases_support;
#[path = "../tests/cases_support/run.rs"]
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: cases FILE");
        return ExitCode::from(2);
    };
    let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let outcomes = match read.and_then(|text| run::run(&text)) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed()).collect();
    for outcome in &failed {
        println!("{}: expected {}, got {}", outcome.id, outcome.expected, outcome.got);
    }
    println!("{} passed, {} failed", outcomes.len().saturating_sub(failed.len()), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
