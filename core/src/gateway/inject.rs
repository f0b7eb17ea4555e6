//! Failures of AWS's own, which a lab has when it is told to: so that what a program does about them can be tried.
//! Source: the `Errors` of the operations and "Common errors" in the KMS, IAM and STS API references.

use super::Gateway;
use crate::base::{Dialect, Fault};
use crate::service;
use crate::wire::model::{OperationModel, SERVICES, ServiceModel};
use crate::world::quota::TOO_FAST;
use alloc::{format, string::String, vec::Vec};
use core::fmt;

/// Every failure of AWS's own, and whether an operation has it although its model does not list it.
const FAILURES: &[(Fault, bool)] = &[
    (Fault::DependencyTimeout, false),
    (Fault::Internal, false),
    (Fault::KeyUnavailable, false),
    (Fault::ServiceFailure, false),
    (Fault::ServiceUnavailable, true),
    (Fault::Throttling { message: TOO_FAST }, true),
];

/// A failure that is yet to come.
#[derive(Debug, Clone)]
pub(crate) struct Injected {
    service: &'static str,
    /// Any, when there is none.
    operation: Option<&'static str>,
    failure: (Fault, bool),
    /// How often still; `None` is for good.
    left: Option<u32>,
}

/// There is no such operation, or it has no such failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadInjection(String);

impl fmt::Display for BadInjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for BadInjection {}

impl Gateway {
    /// Lets the next `times` calls of `target`, `service:Operation` or `service:*`, fail with `error`.
    ///
    /// # Errors
    /// [`BadInjection`].
    pub(crate) fn inject(&mut self, target: &str, error: &str, times: Option<u32>) -> Result<(), BadInjection> {
        if times == Some(0) {
            return Ok(());
        }
        let (name, operation) = target.split_once(':').unwrap_or_default();
        let unknown =
            || BadInjection(format!("{target:?} is no operation of the lab's, such as 'kms:Decrypt' or 'kms:*'"));
        let model = SERVICES.iter().find(|model| model.name == name).ok_or_else(unknown)?;
        let rows = model.operations.iter().filter(|row| operation == "*" || row.name == operation);
        let rows: Vec<_> = rows.filter(|row| service::find(name, row.name).is_some()).collect();
        let first = rows.first().ok_or_else(unknown)?;
        let possible = || FAILURES.iter().filter(|failure| rows.iter().any(|row| has(model, row, failure)));
        let code = |(fault, _): &(Fault, bool)| fault.code(model.dialect);
        let Some((fault, common)) = possible().find(|failure| code(failure) == error) else {
            let possible: Vec<&str> = possible().map(code).collect();
            return Err(BadInjection(format!(
                "{error:?} is no failure of AWS's own that {target} has: {}",
                possible.join(", ")
            )));
        };
        let operation = (operation != "*").then_some(first.name);
        let failure = (fault.clone(), *common);
        self.injected.push(Injected { service: model.name, operation, failure, left: times });
        Ok(())
    }

    /// Fails when it was told to.
    ///
    /// # Errors
    /// The failure that was injected first.
    pub(super) fn fail(&mut self, service: &ServiceModel, operation: &OperationModel) -> Result<(), Fault> {
        let meant = |one: &Injected| {
            let named =
                one.operation.map_or_else(|| has(service, operation, &one.failure), |name| name == operation.name);
            one.service == service.name && named
        };
        let Some(one) = self.injected.iter_mut().find(|one| meant(one)) else {
            return Ok(());
        };
        one.left = one.left.map(|left| left.saturating_sub(1));
        let (fault, _) = one.failure.clone();
        self.injected.retain(|one| one.left != Some(0));
        Err(fault)
    }
}

/// Whether an operation has a failure: its model lists it, or every operation has it.
fn has(service: &ServiceModel, operation: &OperationModel, (fault, common): &(Fault, bool)) -> bool {
    let internal = service.dialect == Dialect::Query && *fault == Fault::Internal;
    *common || internal || operation.errors.contains(&fault.code(service.dialect))
}
