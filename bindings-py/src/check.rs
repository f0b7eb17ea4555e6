//! Findings about policies, as JSON.

use crate::LabError;
use kmslab::lab;
use kmslab::policy::Kind;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// What is wrong with the policies in the text of a file, or unwise: JSON.
#[pyfunction]
#[pyo3(signature = (text, kind = None))]
pub(crate) fn check(py: Python<'_>, text: &str, kind: Option<&str>) -> PyResult<String> {
    let kind = kind.map(named).transpose()?;
    json(&py.detach(|| lab::check(text, kind)))
}

/// The table of checks: JSON.
#[pyfunction]
pub(crate) fn checks() -> PyResult<String> {
    json(&lab::CHECKS)
}

fn named(name: &str) -> PyResult<Kind> {
    Ok(match name {
        "identity" => Kind::Identity,
        "boundary" => Kind::Boundary,
        "session" => Kind::Session,
        "scp" => Kind::Scp,
        "rcp" => Kind::Rcp,
        "trust" => Kind::Trust,
        "key" => Kind::Key,
        "bucket" => Kind::Bucket,
        "endpoint" => Kind::Endpoint,
        _ => return Err(PyValueError::new_err(format!("no kind of policy: {name:?}"))),
    })
}

fn json<T: serde::Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| LabError::new_err(error.to_string()))
}
