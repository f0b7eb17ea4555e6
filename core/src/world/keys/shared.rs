//! Keys that are shared with other accounts through AWS RAM: beside `default` they have the policy `AWS_RAM`.
//!
//! Source: kms.md 12.3. That there are such keys is in the service's model; what the policy says is not (unconfirmed): here
//! it lets each account use the key, as RAM's managed permissions let accounts use other resources. Which of an account's
//! principals may, the account's own IAM policies say.

use super::{KeyPolicy, Keys, absent};
use crate::base::{AccountId, Fault, KeyArn, Timestamp};
use crate::policy::{Kind, Named, ResourceSide, stored};
use crate::world::Permit;
use crate::world::identity::Document;
use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// The name of the policy.
pub const AWS_RAM: &str = "AWS_RAM";

/// What accounts that a key is shared with may do (unconfirmed).
const ACTIONS: [&str; 5] = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/// With whom a key is shared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Share {
    accounts: BTreeSet<AccountId>,
    document: Document,
    /// Both policies, as the authorizer takes them.
    #[serde(skip)]
    side: Option<Arc<ResourceSide>>,
}

impl Share {
    /// With the key's own policy, as that is now.
    pub(super) fn beside(mut self, policy: &KeyPolicy) -> Self {
        let mut side = ResourceSide::clone(policy.side());
        side.policies.push(Named { name: AWS_RAM.into(), arn: None, policy: self.document.policy().clone() });
        self.side = Some(Arc::new(side));
        self
    }

    pub(super) const fn side(&self) -> Option<&Arc<ResourceSide>> {
        self.side.as_ref()
    }
}

impl Keys {
    /// Shares a key with `accounts` and no others; with none, it is shared no more. RAM does that, not KMS.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is no such key; [`Fault::UnsupportedOperation`] for AWS managed keys.
    pub(in crate::world) fn share(
        &mut self,
        key: &KeyArn,
        accounts: BTreeSet<AccountId>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if self.key(key, now)?.managed_for.is_some() {
            return Err(Fault::UnsupportedOperation { message: "AWS managed keys are not shared.".into() });
        }
        if accounts.is_empty() {
            drop(self.shares.remove(key));
            return Ok(());
        }
        let partition = key.region.partition();
        let who: Vec<String> =
            accounts.iter().map(|account| format!("\"arn:{partition}:iam::{account}:root\"")).collect();
        let what: Vec<String> = ACTIONS.iter().map(|action| format!("\"{action}\"")).collect();
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":[{}]}},"Action":[{}],"Resource":"*"}}]}}"#,
            who.join(","),
            what.join(",")
        );
        let text = stored(&text).ok_or(Fault::Internal)?;
        let document = Document::parse(Kind::Key, &text).map_err(|_| Fault::Internal)?;
        let policy = self.policies.get(key).ok_or_else(|| absent(key))?;
        let share = Share { accounts, document, side: None }.beside(policy);
        self.shares.insert(key.clone(), share);
        Ok(())
    }

    /// The policy `AWS_RAM` of a key, if it is shared.
    #[must_use]
    pub fn shared_policy(&self, key: &Permit<KeyArn>) -> Option<&Document> {
        self.shares.get(&**key).map(|share| &share.document)
    }

    /// Whether a key is shared.
    #[must_use]
    pub fn is_shared(&self, key: &Permit<KeyArn>) -> bool {
        self.shares.get(&**key).is_some()
    }

    /// The keys of other accounts in `region` that are shared with `account`, in the order of ARNs, after `after`.
    pub fn shared_with<'a>(
        &'a self,
        account: AccountId,
        region: &'a str,
        after: Option<&'a str>,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a KeyArn> {
        self.shares
            .iter()
            .filter(move |(key, share)| key.region.as_str() == region && share.accounts.contains(&account))
            .map(|(key, _)| key)
            .filter(move |key| after.is_none_or(|after| *key.to_string() > *after))
            .filter(move |key| self.find(key, now).is_some())
    }
}
