//! Findings about policies, as JSON.

use crate::LabError;
use jsonpath_rust::parser::{errors::JsonPathError, model::JpQuery, parse_json_path};
use jsonpath_rust::query::{QueryRef, js_path_process};
use kmslab::lab;
use kmslab::policy::Kind;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// What is wrong with the policies in the text of a file, or unwise: JSON. `select`: only with the parts that these
/// JSONPath queries (RFC 9535) choose.
#[pyfunction]
#[pyo3(signature = (text, kind = None, select = None))]
pub(crate) fn check(py: Python<'_>, text: &str, kind: Option<&str>, select: Option<Vec<String>>) -> PyResult<String> {
    let kind = kind.map(named).transpose()?;
    let Some(queries) = select else { return json(&py.detach(|| lab::check(text, kind))) };
    let queries: Vec<_> = queries.iter().map(|query| parsed(query)).collect::<PyResult<_>>()?;
    let checked = py.detach(|| -> Result<_, PyErr> {
        // What cannot be read has no parts; that it cannot be read is what is found.
        let Ok(document) = lab::document(text) else { return Ok(lab::check(text, kind)) };
        let mut paths = Vec::new();
        for query in &queries {
            let found = js_path_process(query, &document).map_err(|error| PyValueError::new_err(error.to_string()))?;
            paths.extend(found.into_iter().map(QueryRef::path));
        }
        lab::check_parts(text, kind, &paths).map_err(|bad| LabError::new_err(bad.to_string()))
    })?;
    json(&checked)
}

fn parsed(query: &str) -> PyResult<JpQuery> {
    parse_json_path(query).map_err(|error| {
        let why = match error {
            JsonPathError::PestError(error) => error.to_string(),
            error => error.to_string(),
        };
        PyValueError::new_err(format!("{query:?} is not a JSONPath query (RFC 9535):\n{why}"))
    })
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
