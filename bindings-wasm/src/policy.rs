//! `PolicySet`: the policy engine without a lab.

use crate::{KmslabError, WIDTH, thrown};
use kmslab::lab::{self, ActionId, Batch, PrincipalId, Question, ResourceId};
use kmslab::policy::{self, Explanation, Reason};
use wasm_bindgen::prelude::*;

/// Condition keys (name, values, whether the key is single-valued), and the pairs of an encryption context.
type Context = (Vec<(String, Vec<String>, bool)>, Vec<(String, String)>);

/// Policies and grants, compiled, and what was read of the requests so far: their texts cross once, and then as numbers.
/// `js/asking.ts` keeps the numbers, and says when they are forgotten.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PolicySet {
    set: lab::PolicySet,
    batch: Batch,
    /// The condition keys that were given numbers.
    names: Vec<String>,
    /// Those of the request that is decided next.
    keys: policy::Context,
}

#[wasm_bindgen]
impl PolicySet {
    /// Compiles JSON text: an object with the members of the core's `PolicySet::parse`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<PolicySet, KmslabError> {
        let set = lab::PolicySet::parse(text).map_err(thrown)?;
        let batch = Batch::new(&set);
        Ok(Self { set, batch, names: Vec::new(), keys: policy::Context::new() })
    }

    /// The number of a principal.
    pub fn principal(&mut self, text: &str) -> Result<u32, KmslabError> {
        self.batch.principal(text).map(|PrincipalId(number)| number).map_err(thrown)
    }

    /// The number of an action.
    pub fn action(&mut self, text: &str) -> Result<u32, KmslabError> {
        self.batch.action(text).map(|ActionId(number)| number).map_err(thrown)
    }

    /// The number of a resource.
    pub fn resource(&mut self, text: &str) -> Result<u32, KmslabError> {
        self.batch.resource(text).map(|ResourceId(number)| number).map_err(thrown)
    }

    /// The number of a condition key; none, when no decision depends on it.
    pub fn key(&mut self, name: String) -> Option<usize> {
        let read = self.batch.reads(policy::Name::new(&name));
        read.then(|| {
            self.names.push(name);
            self.names.len().saturating_sub(1)
        })
    }

    /// All numbers are given anew.
    pub fn forget(&mut self) {
        self.batch.forget();
        self.names.clear();
    }

    /// Gives a single-valued condition key of the request that is decided next its value.
    pub fn put(&mut self, key: usize, value: &str) {
        if let Some(name) = self.names.get(key) {
            self.keys.set(name, value);
        }
    }

    /// Gives a multivalued condition key of that request its values, a list in JSON.
    #[wasm_bindgen(js_name = putList)]
    pub fn put_list(&mut self, key: usize, values: &str) -> Result<(), KmslabError> {
        let values: Vec<String> = serde_json::from_str(values).map_err(|error| {
            // There will be no decision.
            self.keys = policy::Context::new();
            thrown(error)
        })?;
        if let Some(name) = self.names.get(key) {
            self.keys.set_list(name, values);
        }
        Ok(())
    }

    /// Decides one request, without condition keys of its own: the number of the reason, a row of `reasons`.
    pub fn decide(&mut self, principal: u32, action: u32, resource: u32) -> usize {
        self.batch.decide(PrincipalId(principal), ActionId(action), ResourceId(resource), |_| {}).reason as usize
    }

    /// Decides one request with the condition keys that were put, and drops those.
    #[wasm_bindgen(js_name = decideWithKeys)]
    pub fn decide_with_keys(&mut self, principal: u32, action: u32, resource: u32) -> usize {
        let Self { batch, keys, .. } = self;
        let decided =
            batch.decide(PrincipalId(principal), ActionId(action), ResourceId(resource), |own| own.absorb(keys));
        let spare = core::mem::take(keys);
        if spare.is_usual() {
            *keys = policy::Context::beyond(const { &policy::Context::new() }, Some(spare));
        }
        decided.reason as usize
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
        self.complete(&asked);
        Ok(self.set.decide(&asked).grant.as_ref().map(|grant| grant.id.clone()))
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
        let asked = question(principal, action, resource, context.as_deref())?;
        self.complete(&asked);
        Ok(explained(&self.set.explain(&asked)))
    }
}

impl PolicySet {
    /// Keeps what the first request for a key assumes about it, for those that follow.
    fn complete(&mut self, asked: &Question) {
        if let Some(whole) = self.set.completed(asked) {
            self.set = whole;
        }
    }
}

/// The explanation of one decision, in the form that calls of a lab have, as JSON and as text.
pub(crate) fn explained(found: &Explanation) -> Vec<String> {
    vec![["{\"checks\":[", &found.to_json(), "]}"].concat(), found.to_text(WIDTH, false)]
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
