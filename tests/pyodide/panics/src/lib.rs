//! A Python module that panics, for the tests of the Pyodide wheel: built and linked as that is, and in no wheel.

use pyo3::prelude::*;

/// What panics.
#[pymodule]
mod panics {
    use pyo3::prelude::*;

    /// Panics with `message`.
    #[pyfunction]
    #[expect(clippy::panic, reason = "that is what the test asks for")]
    fn panic(message: &str) {
        panic!("{message}");
    }
}
