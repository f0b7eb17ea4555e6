//! Key policies at rest: the document, and the side of the decision that it makes.

use super::Keys;
use crate::base::{AccountId, Fault, KeyArn};
use crate::policy::{Named, ResourceKind, ResourceSide};
use crate::world::Permit;
use crate::world::identity::Document;
use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec,
    vec::Vec,
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The policy `default` of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "(KeyArn, Document)", into = "(KeyArn, Document)")]
pub struct KeyPolicy {
    key: KeyArn,
    document: Document,
    side: Arc<ResourceSide>,
}

impl KeyPolicy {
    pub(super) fn new(key: KeyArn, document: Document, aws_managed: bool) -> Self {
        let side = ResourceSide {
            kind: ResourceKind::Key { aws_managed },
            owner: key.account,
            arn: key.to_string(),
            policies: vec![Named { name: "default".into(), arn: None, policy: document.policy().clone() }],
            assumed: None,
            rcp: Vec::new(),
        };
        Self { key, document, side: Arc::new(side) }
    }

    /// The document.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// As the authorizer takes it.
    #[must_use]
    pub(super) const fn side(&self) -> &Arc<ResourceSide> {
        &self.side
    }
}

/// As of a customer managed key; [`Keys`] knows which are not.
impl From<(KeyArn, Document)> for KeyPolicy {
    fn from((key, document): (KeyArn, Document)) -> Self {
        Self::new(key, document, false)
    }
}

impl From<KeyPolicy> for (KeyArn, Document) {
    fn from(policy: KeyPolicy) -> Self {
        (policy.key, policy.document)
    }
}

/// The key policy that was stored last. It only saves memory, and so is nothing that could tell two worlds apart.
#[derive(Default)]
pub(super) struct Last(Option<Document>);

impl fmt::Debug for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Last")
    }
}

impl Last {
    /// `document`, or the last one if it is the same: most keys of a lab have one policy, and a thousand of one compiled
    /// form are read faster than a thousand forms.
    pub(super) fn shared(&mut self, document: Document) -> Document {
        if !self.0.as_ref().is_some_and(|last| last.same(&document)) {
            self.0 = Some(document.clone());
        }
        self.0.clone().unwrap_or(document)
    }
}

impl Keys {
    /// The policy of a key.
    #[must_use]
    pub fn policy(&self, key: &Permit<KeyArn>) -> Option<&KeyPolicy> {
        self.policies.get(&**key)
    }

    /// Replaces the policy of a key. Every state allows it.
    ///
    /// # Errors
    /// [`Fault::Internal`] when there is no such key.
    pub fn put_policy(&mut self, key: &Permit<KeyArn>, document: Document) -> Result<(), Fault> {
        let managed = self.keys.get(&**key).ok_or(Fault::Internal)?.managed_for.is_some();
        let policy = KeyPolicy::new((**key).clone(), self.last_document.shared(document), managed);
        if let Some(share) = self.shares.edit(&**key) {
            *share = share.clone().beside(&policy);
        }
        self.policies.insert((**key).clone(), policy);
        Ok(())
    }
}

/// The policy of a key that was created without one, as `GetKeyPolicy` shows it.
/// Source: KMS Developer Guide, "Default key policy"; kms.md 12.1.
#[must_use]
pub fn default_policy(partition: &str, account: AccountId) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::stored;

    #[test]
    fn the_default_policy_stands_as_aws_stores_it() {
        let policy = default_policy("aws", "111122223333".parse().unwrap());
        assert_eq!(stored(&policy), Some(policy));
    }
}
