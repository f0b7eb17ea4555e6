//! Cryptography against published test vectors.

mod ciphers;
mod pair_standards;
mod pairs;
mod wrapping;

#[path = "../vectors_support/mod.rs"]
mod vectors_support;
