//! `PolicySet` and `Decision`: the policy engine without a lab.

use crate::LabError;
use crate::explain::Explained;
use kmslab::lab::{self, BadQuestion, Question};
use kmslab::policy as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex};

/// Condition keys: name, values, and whether the key is single-valued.
pub(crate) type Keys = Vec<(String, Vec<String>, bool)>;

/// Policies and grants, compiled.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct PolicySet(Mutex<Arc<lab::PolicySet>>);

impl PolicySet {
    /// The policies as they are now.
    pub(crate) fn shared(&self) -> PyResult<Arc<lab::PolicySet>> {
        self.0.lock().map(|kept| Arc::clone(&kept)).map_err(|_| LabError::new_err("kmslab panicked, which is a bug"))
    }
}

#[pymethods]
impl PolicySet {
    /// Compiles policies from JSON text: an object with the arguments of `kmslab.PolicySet`.
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        py.detach(|| lab::PolicySet::parse(text)).map(|set| Self(Mutex::new(Arc::new(set)))).map_err(bad)
    }

    /// Decides one request.
    #[pyo3(signature = (principal, action, resource, context = None, encryption_context = None))]
    fn decide(
        &self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Option<Keys>,
        encryption_context: Option<Vec<(String, String)>>,
    ) -> PyResult<Decision> {
        let (context, encryption_context) = (context.unwrap_or_default(), encryption_context.unwrap_or_default());
        let asked = question(principal, action, resource, context, encryption_context)?;
        let policies = {
            let mut kept = self.0.lock().map_err(|_| LabError::new_err("kmslab panicked, which is a bug"))?;
            if let Some(whole) = kept.completed(&asked) {
                *kept = Arc::new(whole);
            }
            Arc::clone(&kept)
        };
        let decision = policies.decide(&asked);
        Ok(Decision { decision, asked: Box::new(asked), policies })
    }
}

/// Whether a request is allowed, and the one reason.
#[pyclass(frozen, module = "kmslab._kmslab")]
pub(crate) struct Decision {
    decision: core::Decision,
    asked: Box<Question>,
    policies: Arc<lab::PolicySet>,
}

#[pymethods]
impl Decision {
    /// Whether the request is allowed.
    #[getter]
    fn allowed(&self) -> bool {
        self.decision.allowed()
    }

    /// `allow`, `explicitDeny` or `implicitDeny`.
    #[getter]
    fn effect(&self) -> &'static str {
        self.decision.effect.as_str()
    }

    /// The code of the reason, such as `ALLOW_GRANT`.
    #[getter]
    fn reason(&self) -> &'static str {
        self.decision.reason.as_str()
    }

    /// The reason as a part of a sentence.
    #[getter]
    fn meaning(&self) -> &'static str {
        self.decision.reason.meaning()
    }

    /// The id of the grant that allowed.
    #[getter]
    fn grant(&self) -> Option<&str> {
        self.decision.grant.as_ref().map(|grant| grant.id.as_str())
    }

    /// The decision again, with everything that was looked at.
    fn explained(&self, py: Python<'_>) -> Explained {
        py.detach(|| self.policies.explain(&self.asked)).into()
    }
}

/// One request.
pub(crate) fn question(
    principal: &str,
    action: &str,
    resource: &str,
    context: Keys,
    encryption_context: Vec<(String, String)>,
) -> PyResult<Question> {
    let mut asked = Question::new(principal, action, resource).map_err(bad)?;
    if !encryption_context.is_empty() {
        asked.encryption_context(encryption_context);
    }
    for (key, values, single) in context {
        asked.set(&key, values, single);
    }
    Ok(asked)
}

pub(crate) fn bad(question: BadQuestion) -> PyErr {
    PyValueError::new_err(question.to_string())
}
