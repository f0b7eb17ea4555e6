//! `Estate` and `Access`: who can do what, by the policies of a lab or by those given.

use crate::LabError;
use crate::policy::{Keys, bad};
use kmslab::lab::{self, Matrix, WhatCan, WhoCan};
use pyo3::prelude::*;

/// Principals and resources with their policies.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Estate(pub(crate) lab::Estate);

#[pymethods]
impl Estate {
    /// Reads JSON text: an object with `principals` and `resources`.
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        py.detach(|| lab::Estate::parse(text)).map(Self).map_err(bad)
    }

    /// Who can do an action on a resource.
    fn who_can(&self, py: Python<'_>, action: &str, resource: &str, context: Keys) -> PyResult<Access> {
        let found = py.detach(|| lab::who_can(&self.0, action, resource, &context));
        found.map(|found| Access(Answer::Who(found))).map_err(bad)
    }

    /// What a principal can do.
    fn what_can(&self, py: Python<'_>, principal: &str, context: Keys) -> PyResult<Access> {
        let found = py.detach(|| lab::what_can(&self.0, principal, &context));
        found.map(|found| Access(Answer::What(found))).map_err(bad)
    }

    /// Who can do what with all keys.
    fn matrix(&self, py: Python<'_>, context: Keys) -> Access {
        Access(Answer::All(py.detach(|| lab::matrix(&self.0, &context))))
    }
}

enum Answer {
    Who(WhoCan),
    What(WhatCan),
    All(Matrix),
}

/// Who can do what, in the forms that people and programs read.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Access(Answer);

#[pymethods]
impl Access {
    /// For terminals.
    fn text(&self) -> String {
        match &self.0 {
            Answer::Who(found) => found.to_text(),
            Answer::What(found) => found.to_text(),
            Answer::All(found) => found.to_text(),
        }
    }

    /// For notebooks and pages.
    fn html(&self) -> String {
        match &self.0 {
            Answer::Who(found) => found.to_html(),
            Answer::What(found) => found.to_html(),
            Answer::All(found) => found.to_html(),
        }
    }

    /// For documents.
    fn markdown(&self) -> String {
        match &self.0 {
            Answer::Who(found) => found.to_markdown(),
            Answer::What(found) => found.to_markdown(),
            Answer::All(found) => found.to_markdown(),
        }
    }

    /// For programs.
    fn json(&self) -> PyResult<String> {
        let text = match &self.0 {
            Answer::Who(found) => serde_json::to_string(found),
            Answer::What(found) => serde_json::to_string(found),
            Answer::All(found) => serde_json::to_string(found),
        };
        text.map_err(|error| LabError::new_err(error.to_string()))
    }
}
