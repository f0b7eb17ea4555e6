//! `PolicySet` and `Decision`: the policy engine without a lab.
use pyo3::prelude::*;

/// Policies and grants, compiled.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct PolicySet;

/// An answer with its reason.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Decision;
