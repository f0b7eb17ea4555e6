//! Questions that change nothing: findings, and who can do what.

use crate::{KmslabError, shown, thrown};
use kmslab::lab;
use kmslab::policy::Kind;
use wasm_bindgen::prelude::*;

/// Condition keys that every call has: name, values, whether the key is single-valued.
type Keys = Vec<(String, Vec<String>, bool)>;

/// What is wrong with the policies in the text of a file, or unwise: JSON.
#[wasm_bindgen]
pub fn check(text: &str, kind: Option<String>) -> Result<String, KmslabError> {
    let kind = kind.as_deref().map(named).transpose()?;
    serde_json::to_string(&lab::check(text, kind)).map_err(thrown)
}

/// The table of checks: JSON.
#[wasm_bindgen]
pub fn checks() -> Result<String, KmslabError> {
    serde_json::to_string(&lab::CHECKS).map_err(thrown)
}

/// Every action that is known: JSON.
#[wasm_bindgen]
pub fn actions() -> Result<String, KmslabError> {
    serde_json::to_string(&kmslab::policy::actions().collect::<Vec<_>>()).map_err(thrown)
}

/// Every condition key that is known: JSON.
#[wasm_bindgen(js_name = conditionKeys)]
pub fn condition_keys() -> Result<String, KmslabError> {
    serde_json::to_string(&lab::condition_keys().collect::<Vec<_>>()).map_err(thrown)
}

fn named(name: &str) -> Result<Kind, KmslabError> {
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
        _ => return Err(thrown(format_args!("no kind of policy: {name:?}"))),
    })
}

/// Principals and resources with their policies.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Estate(pub(crate) lab::Estate);

#[wasm_bindgen]
impl Estate {
    /// Reads JSON text: an object with `principals` and `resources`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Estate, KmslabError> {
        lab::Estate::parse(text).map(Self).map_err(thrown)
    }

    /// Who can do an action on a resource.
    #[wasm_bindgen(js_name = whoCan, unchecked_return_type = "[json: string, text: string]")]
    pub fn who_can(&self, action: &str, resource: &str, context: Option<String>) -> Result<Vec<String>, KmslabError> {
        let found = lab::who_can(&self.0, action, resource, &keys(context)?).map_err(thrown)?;
        shown(&found, found.to_text())
    }

    /// What a principal can do.
    #[wasm_bindgen(js_name = whatCan, unchecked_return_type = "[json: string, text: string]")]
    pub fn what_can(&self, principal: &str, context: Option<String>) -> Result<Vec<String>, KmslabError> {
        let found = lab::what_can(&self.0, principal, &keys(context)?).map_err(thrown)?;
        shown(&found, found.to_text())
    }

    /// Who can do what with all keys.
    #[wasm_bindgen(unchecked_return_type = "[json: string, text: string]")]
    pub fn matrix(&self, context: Option<String>) -> Result<Vec<String>, KmslabError> {
        let found = lab::matrix(&self.0, &keys(context)?);
        shown(&found, found.to_text())
    }
}

fn keys(context: Option<String>) -> Result<Keys, KmslabError> {
    context.map_or_else(|| Ok(Keys::new()), |text| serde_json::from_str(&text).map_err(thrown))
}
