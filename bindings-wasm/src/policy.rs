//! `PolicySet`: the policy engine without a lab.

use crate::{KmslabError, WIDTH, shown, thrown};
use kmslab::lab::{self, Question};
use kmslab::policy::Reason;
use wasm_bindgen::prelude::*;

/// Condition keys (name, values, whether the key is single-valued), and the pairs of an encryption context.
type Context = (Vec<(String, Vec<String>, bool)>, Vec<(String, String)>);

/// Policies and grants, compiled.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PolicySet(lab::PolicySet);

#[wasm_bindgen]
impl PolicySet {
    /// Compiles JSON text: an object with the members of the core's `PolicySet::parse`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<PolicySet, KmslabError> {
        lab::PolicySet::parse(text).map(Self).map_err(thrown)
    }

    /// Decides one request: the number of the reason, a row of `reasons`. Numbers cross fast.
    pub fn decide(
        &mut self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Option<String>,
    ) -> Result<usize, KmslabError> {
        let asked = question(principal, action, resource, context.as_deref())?;
        self.complete(&asked);
        let reason = self.0.decide(&asked).reason;
        Reason::ALL.iter().position(|each| *each == reason).ok_or_else(|| thrown("kmslab has a bug: a new reason"))
    }

    /// The id of the grant that allows the request, if one does.
    pub fn grant(
        &mut self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Option<String>,
    ) -> Result<Option<String>, KmslabError> {
        let asked = question(principal, action, resource, context.as_deref())?;
        Ok(self.0.decide(&asked).grant.as_ref().map(|grant| grant.id.clone()))
    }

    /// The decision, with everything that was looked at.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
    pub fn explain(
        &mut self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Option<String>,
    ) -> Result<Vec<String>, KmslabError> {
        let found = self.0.explain(&question(principal, action, resource, context.as_deref())?);
        shown(&serde_json::json!({ "checks": [found] }), found.to_text(WIDTH, false))
    }
}

impl PolicySet {
    /// Keeps what the first request for a key assumes about it, for those that follow.
    fn complete(&mut self, asked: &Question) {
        if let Some(whole) = self.0.completed(asked) {
            self.0 = whole;
        }
    }
}

/// One request.
pub(crate) fn question(
    principal: &str,
    action: &str,
    resource: &str,
    context: Option<&str>,
) -> Result<Question, KmslabError> {
    let mut asked = Question::new(principal, action, resource).map_err(thrown)?;
    if let Some(context) = context {
        let (keys, pairs): Context = serde_json::from_str(context).map_err(thrown)?;
        if !pairs.is_empty() {
            asked.encryption_context(pairs);
        }
        for (key, values, single) in keys {
            asked.set(&key, values, single);
        }
    }
    Ok(asked)
}

/// Every reason as JSON: code, effect, meaning.
#[wasm_bindgen]
pub fn reasons() -> Result<String, KmslabError> {
    let rows: Vec<_> = Reason::ALL.iter().map(|each| (each.as_str(), each.effect().as_str(), each.meaning())).collect();
    serde_json::to_string(&rows).map_err(thrown)
}
