//! `kmslab serve` where nothing can listen: WebAssembly.

use crate::LabError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// Raises `LabError`.
#[pyfunction]
#[pyo3(signature = (*_arguments, **_options))]
pub(crate) fn serve(_arguments: &Bound<'_, PyTuple>, _options: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
    Err(LabError::new_err(
        "WebAssembly has no sockets to serve a lab on: use it in this process, with `with kmslab.Lab():` or `kmslab run`",
    ))
}
