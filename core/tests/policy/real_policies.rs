//! Policies that people published: each is read, or refused with a reason that somebody has looked at.
//!
//! The collection is not part of the repository: `KMSLAB_SHARED`, or `../shared` beside it, has it; elsewhere the test is
//! skipped and says so. `snapshots/real-policies.txt` has every refusal: file and line, the record's id, where in the policy
//! and why. Nothing of the policies themselves stands in it. `KMSLAB_BLESS=1` writes it again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may fail, and has std"
)]

use core::fmt::Write as _;
use kmslab::policy::{Kind, Policy, PolicyError};
use serde_json::Value;
use std::{env, fs, path::PathBuf};

/// File, where in a record a policy stands, what kind it is, and the event of CloudTrail that it is in.
const PLACES: &[(&str, &str, &[Kind], &str)] = &[
    ("real-key-policies", "/policy", &[Kind::Key], ""),
    ("real-iam-policies", "/policy", &[Kind::Identity], ""),
    ("real-bucket-policies", "/policy", &[Kind::Bucket], ""),
    ("real-org-policies", "/policy", &[Kind::Scp, Kind::Rcp], ""),
    ("cloudtrail-kms", "/event/requestParameters/policy", &[Kind::Key], "PutKeyPolicy"),
    ("cloudtrail-other", "/event/requestParameters/assumeRolePolicyDocument", &[Kind::Trust], "CreateRole"),
    ("cloudtrail-other", "/event/responseElements/role/assumeRolePolicyDocument", &[Kind::Trust], ""),
    ("cloudtrail-other", "/event/requestParameters/policyDocument", &[Kind::Trust], "UpdateAssumeRolePolicy"),
    ("cloudtrail-other", "/event/requestParameters/policyDocument", &[Kind::Identity], "PutRolePolicy"),
    ("cloudtrail-other", "/event/requestParameters/policyDocument", &[Kind::Identity], "PutUserPolicy"),
    ("cloudtrail-other", "/event/requestParameters/policy", &[Kind::Session], "AssumeRole"),
];

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/real-policies.txt");

#[test]
fn real_policies_are_read_or_refused_with_a_reason() {
    let shared = env::var_os("KMSLAB_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let mut table = String::new();
    for (file, place, kinds, event) in PLACES {
        let path = shared.join("data").join(format!("{file}.jsonl"));
        let Ok(text) = fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not here", path.display());
            return;
        };
        let (mut read, mut refused) = (0, 0);
        for (number, line) in (1..).zip(text.lines()) {
            let record: Value = serde_json::from_str(line).unwrap();
            if !event.is_empty() && record["event"]["eventName"] != **event {
                continue;
            }
            let Some(policy) = record.pointer(place).filter(|policy| !policy.is_null()) else { continue };
            let policy = policy.as_str().map_or_else(|| policy.to_string(), plain);
            let mut tries = kinds.iter().map(|kind| Policy::parse(*kind, &policy));
            let first = tries.next().unwrap();
            match first.or_else(|error| tries.find_map(Result::ok).ok_or(error)) {
                Ok(parsed) => {
                    assert_eq!(parsed.text(), policy);
                    read += 1;
                }
                Err(error) => {
                    refused += 1;
                    assert!(!error.message.is_empty() && !error.detail.is_empty(), "{error}");
                    assert!(error.line > 0 && error.column > 0, "{error}");
                    let id = record["id"].as_str().unwrap();
                    let accepted = !event.is_empty() && record["event"]["errorCode"].is_null();
                    assert!(!accepted, "AWS took {file}:{number}, we say {error}");
                    writeln!(table, "{file}:{number} {id} {}:{} {}", error.line, error.column, reason(&error)).unwrap();
                }
            }
            // What AWS took long ago is still read.
            assert!(Policy::parse_lenient(kinds[0], &policy).is_ok(), "{file}:{number}");
        }
        assert!(read + refused > 0, "{file} has no {event} {place}");
        writeln!(table, "= {file}{place} {event}: {read} read, {refused} refused").unwrap();
    }
    if env::var_os("KMSLAB_BLESS").is_some() {
        fs::write(SNAPSHOT, &table).unwrap();
    }
    let known = fs::read_to_string(SNAPSHOT).unwrap();
    assert!(known == table, "other refusals than in {SNAPSHOT}; KMSLAB_BLESS=1 writes them:\n{table}");
}

/// Why, without the words of the policy.
fn reason(error: &PolicyError) -> &str {
    error.detail.rsplit_once(": ").map_or(&error.detail, |(_, reason)| reason)
}

/// IAM's answers have policies percent-encoded.
fn plain(text: &str) -> String {
    if !text.starts_with('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}
