//! Words of Python that stand for values of the core.

use crate::LabError;
use kmslab::base::{AccountId, Region};
use kmslab::lab::BadFixture;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::str::FromStr;

/// What AWS spells so, or `ValueError`.
pub(crate) fn named<T: FromStr>(what: &str, text: &str) -> PyResult<T> {
    text.parse().map_err(|_| PyValueError::new_err(format!("{text:?} is no {what}")))
}

pub(crate) fn misused(bad: BadFixture) -> PyErr {
    LabError::new_err(bad.to_string())
}

pub(crate) fn parse_region(text: &str) -> PyResult<Region> {
    text.parse().map_err(|_| PyValueError::new_err(format!("a Region's name looks like eu-west-1, not {text:?}")))
}

pub(crate) fn parse_account(text: &str) -> PyResult<AccountId> {
    text.parse().map_err(|_| PyValueError::new_err(format!("an account id has 12 digits, not {text:?}")))
}
