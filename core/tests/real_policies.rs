//! Policies that people published: each is read, or refused with a reason.
//!
//! The collection is not part of the repository: `KMSLAB_SHARED`, or `../shared` beside it, has it; elsewhere the test is
//! skipped and says so.

use kmslab::policy::{Kind, Policy};
use std::{fs, path::PathBuf};

/// File, kind, and how many of its policies are read at least. Some are wrong on purpose (fixtures of scanners), some are
/// fragments.
const FILES: &[(&str, &[Kind], usize)] = &[
    ("real-key-policies", &[Kind::Key], 180),
    ("real-iam-policies", &[Kind::Identity], 280),
    ("real-bucket-policies", &[Kind::Bucket], 130),
    ("real-org-policies", &[Kind::Scp, Kind::Rcp], 17),
];

#[test]
fn real_policies_are_read_or_refused_with_a_reason() {
    let shared = std::env::var_os("KMSLAB_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    for (file, kinds, least) in FILES {
        let path = shared.join("data").join(format!("{file}.jsonl"));
        let Ok(text) = fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not here", path.display());
            return;
        };
        let mut read = 0;
        for line in text.lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let policy = record["policy"].as_str().map_or_else(|| record["policy"].to_string(), str::to_owned);
            let mut tries = kinds.iter().map(|kind| Policy::parse(*kind, &policy));
            let first = tries.next().unwrap();
            match first.or_else(|error| tries.find_map(Result::ok).ok_or(error)) {
                Ok(parsed) => {
                    assert_eq!(parsed.text(), policy);
                    read += 1;
                }
                Err(error) => {
                    assert!(!error.message.is_empty() && !error.detail.is_empty(), "{error}");
                    assert!(error.line > 0 && error.column > 0, "{error}");
                    println!("{file} {}: {error}", record["id"]);
                }
            }
            assert!(Policy::parse_lenient(kinds[0], &policy).is_ok(), "{}", record["id"]);
        }
        assert!(read >= *least, "{file}: only {read} were read");
    }
}
