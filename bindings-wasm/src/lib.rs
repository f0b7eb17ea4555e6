//! kmslab for JavaScript: a lab, policies and reports in a page, a worker or Node. It translates types and decides
//! nothing; `js/` makes the classes of the npm package of what is here.
//!
//! Structured answers cross as the JSON text that the core writes for all its faces, with the text for people beside it:
//! `JSON.parse` is faster than a call across the border for each member, and costs the module no second serializer of
//! every type, which `serde-wasm-bindgen` would be.

#[cfg(feature = "lab")]
mod backend;
#[cfg(feature = "lab")]
mod envelope;
#[cfg(feature = "lab")]
mod lab;
mod policy;
#[cfg(feature = "report")]
mod report;

use std::fmt::Display;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../errors.js")]
extern "C" {
    /// The package's own error: misuse of kmslab, or a fault of its own.
    #[derive(Debug)]
    pub type KmslabError;
    #[wasm_bindgen(constructor)]
    fn new(message: &str) -> KmslabError;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// A panic ends the module (wasm cannot unwind), so it should at least say what it was.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error(&format!(
            "kmslab {} has a bug, and its labs are over. Please report it to {}/issues: {panic}",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        ));
    }));
}

/// The version of kmslab.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn thrown(error: impl Display) -> KmslabError {
    KmslabError::new(&error.to_string())
}

/// JSON for programs, and the same as text for people.
#[cfg(feature = "report")]
fn shown<T: serde::Serialize>(value: &T, text: String) -> Result<Vec<String>, KmslabError> {
    Ok(vec![serde_json::to_string(value).map_err(thrown)?, text])
}

/// Columns of the text for people: JavaScript's consoles do not tell theirs.
const WIDTH: usize = 100;
