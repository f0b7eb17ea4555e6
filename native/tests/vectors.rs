//! The published vectors that the core is held to (`core/tests/vectors`), over this crate's provider.
#![expect(clippy::std_instead_of_alloc, reason = "a test has std")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test may fail")]

#[path = "../../core/tests/vectors/ciphers.rs"]
mod ciphers;
#[path = "../../core/tests/vectors/pairs.rs"]
mod pairs;
#[path = "../../core/tests/vectors/support.rs"]
#[expect(dead_code, reason = "the core's other runners use the rest")]
mod support;

use kmslab::crypto::provider::Provider;

/// What is tested.
static PROVIDER: &Provider = &kmslab_native::PROVIDER;
/// Whether OAEP looks at the first octet of the encoded message (RFC 8017, 7.1.2, step 3g).
const LOOKS_AT_FIRST_OCTET: bool = true;
