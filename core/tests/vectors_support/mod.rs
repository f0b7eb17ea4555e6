//! Published test vectors: where they are, how their files are read, and that none is passed over in silence.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]
#![allow(clippy::std_instead_of_alloc, clippy::std_instead_of_core, reason = "a test has std")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

use kmslab::base::{Entropy, NoEntropy};
use serde_json::Value;
use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// The file of the extra test data in `$KMSLAB_SHARED/vectors`, or in `shared/vectors` beside the repository; a message
/// where it is not.
pub(crate) fn shared(name: &str) -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let path = env::var_os("KMSLAB_SHARED").map_or(beside, PathBuf::from).join("vectors").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not here", path.display());
    }
    text
}

/// The same, as JSON.
pub(crate) fn shared_json(name: &str) -> Option<Value> {
    shared(name).map(|text| serde_json::from_str(&text).unwrap())
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// The bytes of a member in hex.
pub(crate) fn bytes(of: &Value, member: &str) -> Vec<u8> {
    hex(of[member].as_str().unwrap())
}

/// Records of NIST's response files: `Name = value` lines up to a blank line; a bare word is a flag; `[…]` lines are
/// carried into the records below them.
pub(crate) fn records(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut section = BTreeMap::new();
    let mut record = BTreeMap::new();
    let mut all = Vec::new();
    for line in text.lines().chain([""]) {
        let line = line.trim();
        let (name, value) = line.split_once('=').map_or((line, ""), |(name, value)| (name.trim(), value.trim()));
        if line.starts_with('#') {
            continue;
        } else if let Some(setting) = line.strip_prefix('[') {
            let (name, value) = setting.trim_end_matches(']').split_once('=').unwrap_or((setting, ""));
            section.insert(name.trim().to_owned(), value.trim().to_owned());
        } else if line.is_empty() {
            if record.len() > section.len() {
                all.push(std::mem::take(&mut record));
            }
            record = BTreeMap::new();
        } else {
            if record.is_empty() {
                record.clone_from(&section);
            }
            record.insert(name.to_owned(), value.to_owned());
        }
    }
    all
}

/// What became of a file's cases.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Those that had to work, and did.
    pub(crate) held: usize,
    /// Those that had to be refused, and were.
    pub(crate) refused: usize,
    /// Those that are not about what we have.
    pub(crate) foreign: usize,
}

impl Count {
    /// Takes a case in: `good` is what came of it, `want` what had to.
    pub(crate) fn note(&mut self, good: bool, want: bool, what: &str) {
        assert_eq!(good, want, "{what}");
        if good {
            self.held += 1;
        } else {
            self.refused += 1;
        }
    }

    /// Prints the count of `file` and compares it.
    pub(crate) fn settle(self, file: &str, held: usize, refused: usize, foreign: usize) {
        println!("{file}: {} held, {} refused, {} not ours", self.held, self.refused, self.foreign);
        assert_eq!(self, Self { held, refused, foreign }, "{file}");
    }
}

/// Chance that is given: these bytes, and then nothing.
#[derive(Debug)]
pub(crate) struct Given(pub(crate) Vec<u8>);

impl Given {
    /// So many zeros.
    pub(crate) fn zeros(count: usize) -> Self {
        Self(vec![0; count])
    }
}

impl Entropy for Given {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        if self.0.len() < out.len() {
            return Err(NoEntropy);
        }
        let rest = self.0.split_off(out.len());
        out.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}
