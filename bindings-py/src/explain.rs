//! `Explained`: why a request was answered as it was, in the forms that people and programs read.

use crate::LabError;
use kmslab::lab;
use kmslab::policy::Explanation;
use pyo3::prelude::*;

/// Why a request was answered as it was: every permission that was checked.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Explained {
    whole: Option<lab::Explained>,
    checks: Vec<Explanation>,
}

impl From<lab::Explained> for Explained {
    fn from(whole: lab::Explained) -> Self {
        Self { checks: whole.checks.clone(), whole: Some(whole) }
    }
}

impl From<Explanation> for Explained {
    fn from(check: Explanation) -> Self {
        Self { whole: None, checks: vec![check] }
    }
}

impl Explained {
    fn each(&self, separator: &str, text: impl Fn(&Explanation) -> String) -> String {
        self.checks.iter().map(text).collect::<Vec<_>>().join(separator)
    }
}

#[pymethods]
impl Explained {
    /// For terminals: at most `width` columns, with or without ANSI colours.
    fn text(&self, width: usize, colour: bool) -> String {
        self.each("\n", |check| check.to_text(width, colour))
    }

    /// For notebooks and pages.
    fn html(&self) -> String {
        self.each("", Explanation::to_html)
    }

    /// For documents.
    fn markdown(&self) -> String {
        self.each("\n", Explanation::to_markdown)
    }

    /// For programs: an object with `checks`, and for a request of a lab also `request_id`, `operation`, `at`,
    /// `error`, `message`, `notes`.
    fn json(&self) -> PyResult<String> {
        let text = match &self.whole {
            Some(whole) => serde_json::to_string(whole),
            None => serde_json::to_string(&serde_json::json!({ "checks": self.checks })),
        };
        text.map_err(|error| LabError::new_err(error.to_string()))
    }

    /// Whether every check was allowed.
    #[getter]
    fn allowed(&self) -> bool {
        self.checks.iter().all(|check| check.allowed)
    }
}
