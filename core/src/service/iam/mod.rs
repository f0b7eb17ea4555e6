//! IAM: one file an operation.

use super::Row;

/// The operations, in the order of the API reference.
pub static OPERATIONS: &[Row] = &[];
