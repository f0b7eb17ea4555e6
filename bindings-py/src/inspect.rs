//! `Inspected`: what a ciphertext consists of.

use kmslab::lab;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A ciphertext, taken apart, in the forms that people and programs read.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Inspected(lab::Inspected);

#[pymethods]
impl Inspected {
    /// For terminals: at most `width` columns, with or without ANSI colours.
    fn text(&self, width: usize, colour: bool) -> String {
        self.0.to_text(width, colour)
    }

    /// For notebooks and pages.
    fn html(&self) -> String {
        self.0.to_html()
    }

    /// For programs.
    fn json(&self) -> String {
        self.0.to_json()
    }
}

/// Takes a ciphertext apart; `ValueError` tells the first byte that does not fit.
#[pyfunction]
pub(crate) fn inspect(blob: &[u8]) -> PyResult<Inspected> {
    lab::inspect(blob).map(Inspected).map_err(|misfit| PyValueError::new_err(misfit.to_string()))
}
