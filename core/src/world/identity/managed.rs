//! Managed policies: the customers' own, and those of AWS that a learner meets.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
};
use core::cell::OnceCell;
use serde::{Deserialize, Serialize};

use super::{document::Document, tags::Tags};
use crate::base::{AccountId, Timestamp};
use crate::policy::Kind;

/// Where a customer managed policy stands: names are unique in an account without regard to case and path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PolicyKey {
    account: AccountId,
    name: String,
}

impl PolicyKey {
    /// The place of the policy of that name, whether there is one or not.
    #[must_use]
    pub fn new(account: AccountId, name: &str) -> Self {
        Self { account, name: name.to_lowercase() }
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }
}

/// A managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// The name, in the case it was given.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id, `ANPA…`.
    pub id: String,
    /// What people wrote about it; it cannot be changed.
    pub description: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When its default version was made or chosen.
    pub updated: Timestamp,
    /// Its tags.
    pub tags: Tags,
    /// Its versions by number.
    pub versions: BTreeMap<u32, Version>,
    /// The number of the version in force.
    pub default: u32,
    /// The highest number ever given: a deleted version's number does not come back.
    pub last: u32,
}

/// One version of a managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    /// What it says.
    pub document: Document,
    /// When it was made.
    pub created: Timestamp,
}

impl ManagedPolicy {
    /// The document in force.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        self.versions.get(&self.default).map(|version| &version.document)
    }

    /// The number in `v3`; `None` for other texts.
    #[must_use]
    pub fn number(version_id: &str) -> Option<u32> {
        let digits = version_id.strip_prefix('v')?;
        let number = digits.parse().ok()?;
        (u32::to_string(&number) == digits).then_some(number)
    }
}

/// A managed policy of AWS.
#[derive(Debug)]
struct Fact {
    name: &'static str,
    id: &'static str,
    version: u32,
    created: i64,
    updated: i64,
    description: &'static str,
    text: &'static str,
}

/// AWS's managed policies, by name without case. Documents as they stood in 2026. `ReadOnlyAccess` names 2,744 actions; of them we keep those
/// of the services that a lab knows and every pattern that ends in `*`, 436 in all.
/// Source: AWS Managed Policy Reference; ids and dates as `GetPolicy` gives them in every account.
const FACTS: [Fact; 4] = [
    Fact {
        name: "AdministratorAccess",
        id: "ANPAIWMBCKSKIEE64ZLYK",
        version: 1,
        created: 1_423_247_986, // 2015-02-06T18:39:46Z
        updated: 1_423_247_986,
        description: "Provides full access to AWS services and resources.",
        text: include_str!("managed/AdministratorAccess.json"),
    },
    Fact {
        name: "AWSKeyManagementServicePowerUser",
        id: "ANPAJNPP7PPPPMJRV2SA4",
        version: 2,
        created: 1_423_248_040, // 2015-02-06T18:40:40Z
        updated: 1_488_848_111, // 2017-03-07T00:55:11Z
        description: "Provides access to AWS Key Management Service (KMS).",
        text: include_str!("managed/AWSKeyManagementServicePowerUser.json"),
    },
    Fact {
        name: "PowerUserAccess",
        id: "ANPAJYRXTHIB4FOVS3ZXS",
        version: 12,
        created: 1_423_247_987, // 2015-02-06T18:39:47Z
        updated: 1_770_919_154, // 2026-02-12T17:59:14Z
        description: "Provides full access to AWS services and resources, but does not allow management of Users and groups.",
        text: include_str!("managed/PowerUserAccess.json"),
    },
    Fact {
        name: "ReadOnlyAccess",
        id: "ANPAILL3HVNFSB6DCOWYQ",
        version: 182,
        created: 1_423_247_988, // 2015-02-06T18:39:48Z
        updated: 1_775_230_032, // 2026-04-03T15:27:12Z
        description: "Provides read-only access to AWS services and resources.",
        text: include_str!("managed/ReadOnlyAccess.json"),
    },
];

impl Fact {
    /// The policy; `None` would mean that a document of ours does not parse, which a test excludes.
    fn compiled(&self) -> Option<ManagedPolicy> {
        let document = Document::parse(Kind::Identity, self.text.trim_end()).ok()?;
        let updated = Timestamp::from_secs(self.updated);
        Some(ManagedPolicy {
            name: self.name.into(),
            path: "/".into(),
            id: self.id.into(),
            description: Some(self.description.into()),
            created: Timestamp::from_secs(self.created),
            updated,
            tags: Tags::default(),
            versions: BTreeMap::from([(self.version, Version { document, created: updated })]),
            default: self.version,
            last: self.version,
        })
    }
}

/// AWS's managed policies, each compiled when it is first asked for: a lab starts in microseconds.
#[derive(Debug, Clone, Default)]
pub(super) struct AwsManaged([OnceCell<ManagedPolicy>; FACTS.len()]);

impl AwsManaged {
    /// The policy of that name, in its own case.
    pub(super) fn get(&self, name: &str) -> Option<&ManagedPolicy> {
        let at = FACTS.iter().position(|fact| fact.name == name)?;
        let (cell, fact) = (self.0.get(at)?, FACTS.get(at)?);
        if cell.get().is_none() {
            // Setting a cell that is empty cannot fail.
            let _ = cell.set(fact.compiled()?);
        }
        cell.get()
    }

    /// All of them, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ManagedPolicy> {
        FACTS.iter().filter_map(|fact| self.get(fact.name))
    }
}

/// The ARN of a managed policy; `account` is `aws` for AWS's own.
pub(super) fn arn(partition: &str, account: &str, path: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:policy{path}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_documents_compile() {
        let aws = AwsManaged::default();
        assert_eq!(aws.iter().count(), FACTS.len());
        assert!(aws.get("administratoraccess").is_none());
        let dates = [("AdministratorAccess", "2015-02-06T18:39:46Z"), ("ReadOnlyAccess", "2026-04-03T15:27:12Z")];
        for (name, want) in dates {
            assert_eq!(aws.get(name).unwrap().updated.to_iso(), want, "{name}");
        }
    }

    #[test]
    fn version_ids_are_v_and_a_number() {
        for (text, want) in
            [("v1", Some(1)), ("v182", Some(182)), ("1", None), ("v01", None), ("v", None), ("v1.a", None)]
        {
            assert_eq!(ManagedPolicy::number(text), want, "{text}");
        }
    }
}
