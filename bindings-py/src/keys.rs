//! `KeyTable` and `Timeline`: the keys of a lab at a glance, and the life of one.

use kmslab::lab;
use pyo3::prelude::*;

/// The keys of a lab, in the forms that people and programs read.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct KeyTable(pub(crate) lab::KeyTable);

#[pymethods]
impl KeyTable {
    /// For terminals.
    fn text(&self, width: usize, colour: bool) -> String {
        self.0.to_text(width, colour)
    }

    /// For notebooks and pages.
    fn html(&self) -> String {
        self.0.to_html()
    }

    /// For programs: a list.
    fn json(&self) -> String {
        self.0.to_json()
    }

    fn __len__(&self) -> usize {
        self.0.keys.len()
    }
}

/// The life of a key, in the forms that people and programs read.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Timeline(pub(crate) lab::Timeline);

#[pymethods]
impl Timeline {
    /// For terminals.
    fn text(&self, width: usize, colour: bool) -> String {
        self.0.to_text(width, colour)
    }

    /// For notebooks and pages: with a drawing.
    fn html(&self) -> String {
        self.0.to_html()
    }

    /// For programs: an object.
    fn json(&self) -> String {
        self.0.to_json()
    }
}
