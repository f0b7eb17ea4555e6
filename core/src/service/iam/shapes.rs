//! The structures that IAM's operations share, and how they are made from what exists.

use alloc::{format, string::String, vec::Vec};

use crate::base::{AccountId, Fault, Timestamp};
use crate::wire::view;
use crate::world::identity::{Case, Entity, Identity, ManagedPolicy, Nature, Tags, Version};

view! {
    /// A tag.
    both Tag { key: String = "Key", value: String = "Value" }

    /// The boundary of a user or role.
    out Boundary { kind: &'static str = "PermissionsBoundaryType", arn: String = "PermissionsBoundaryArn" }

    /// A user. The root user has neither name nor path.
    out User {
        path: Option<String> = "Path",
        name: Option<String> = "UserName",
        id: String = "UserId",
        arn: String = "Arn",
        created: Timestamp = "CreateDate",
        boundary: Option<Boundary> = "PermissionsBoundary",
        tags: Option<Vec<Tag>> = "Tags",
    }

    /// A group.
    out Group {
        path: String = "Path",
        name: String = "GroupName",
        id: String = "GroupId",
        arn: String = "Arn",
        created: Timestamp = "CreateDate",
    }

    /// A role.
    out Role {
        path: String = "Path",
        name: String = "RoleName",
        id: String = "RoleId",
        arn: String = "Arn",
        created: Timestamp = "CreateDate",
        trust: String = "AssumeRolePolicyDocument",
        description: Option<String> = "Description",
        max_session: Option<i64> = "MaxSessionDuration",
        boundary: Option<Boundary> = "PermissionsBoundary",
        tags: Option<Vec<Tag>> = "Tags",
        last_used: Option<RoleLastUsed> = "RoleLastUsed",
    }

    /// When and where a role was used last; empty when it never was.
    out RoleLastUsed { at: Option<Timestamp> = "LastUsedDate", region: Option<String> = "Region" }

    /// A managed policy.
    out Policy {
        name: String = "PolicyName",
        id: String = "PolicyId",
        arn: String = "Arn",
        path: String = "Path",
        default: String = "DefaultVersionId",
        attachments: i64 = "AttachmentCount",
        boundaries: i64 = "PermissionsBoundaryUsageCount",
        attachable: bool = "IsAttachable",
        description: Option<String> = "Description",
        created: Timestamp = "CreateDate",
        updated: Timestamp = "UpdateDate",
        tags: Option<Vec<Tag>> = "Tags",
    }

    /// A version of a managed policy.
    out PolicyVersion {
        document: Option<String> = "Document",
        id: String = "VersionId",
        is_default: bool = "IsDefaultVersion",
        created: Timestamp = "CreateDate",
    }
}

/// How much of an entity an answer tells. Lists leave out tags, boundaries and last use. Source: IAM API Reference,
/// `ListRoles`, `ListUsers`; storage.md 4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Everything: `GetUser`, `GetRole`.
    Full,
    /// What was asked for when it was made: `CreateUser`, `CreateRole`.
    Made,
    /// The line of a list.
    Line,
}

impl User {
    pub(crate) fn of(identity: &Identity, account: AccountId, user: &Entity, detail: Detail) -> Self {
        let line = detail == Detail::Line;
        Self {
            path: Some(user.path.clone()),
            name: Some(user.name.clone()),
            id: user.id.clone(),
            arn: identity.arn(account, user),
            created: user.created,
            boundary: if line { None } else { Boundary::of(user) },
            tags: if line { None } else { some_tags(&user.tags) },
        }
    }
}

impl Group {
    pub(crate) fn of(identity: &Identity, account: AccountId, group: &Entity) -> Self {
        Self {
            path: group.path.clone(),
            name: group.name.clone(),
            id: group.id.clone(),
            arn: identity.arn(account, group),
            created: group.created,
        }
    }
}

impl Role {
    pub(crate) fn of(identity: &Identity, account: AccountId, role: &Entity, detail: Detail) -> Self {
        let made = detail == Detail::Made;
        let (trust, description, max_session) = match &role.nature {
            Nature::Role { trust, description, max_session } => {
                let seconds = max_session.as_millis().div_euclid(1000);
                // As it was given, to the one who gives it.
                let trust = if made { trust.text().into() } else { identity.shown(trust) };
                (encoded(&trust), description.clone().filter(|_| !made), Some(seconds))
            }
            _ => (String::new(), None, None),
        };
        let line = detail == Detail::Line;
        let used = || {
            let last = identity.last_use(&role.id);
            RoleLastUsed { at: last.map(|last| last.at), region: last.map(|last| last.region.clone()) }
        };
        Self {
            path: role.path.clone(),
            name: role.name.clone(),
            id: role.id.clone(),
            arn: identity.arn(account, role),
            created: role.created,
            trust,
            description,
            max_session: max_session.filter(|_| !made),
            boundary: if line { None } else { Boundary::of(role) },
            tags: if line { None } else { some_tags(&role.tags) },
            last_used: (detail == Detail::Full).then(used),
        }
    }
}

impl Boundary {
    /// AWS's model says `PermissionsBoundaryPolicy`; AWS's answers say `Policy` (storage.md 4.2; recorded by
    /// CloudTrail for `CreateRole`).
    fn of(entity: &Entity) -> Option<Self> {
        entity.boundary.clone().map(|arn| Self { kind: "Policy", arn })
    }
}

impl Policy {
    /// `account` is whose attachments are counted; `owner` whose policy it is, `None` for AWS.
    pub(crate) fn of(
        identity: &Identity,
        account: AccountId,
        owner: Option<AccountId>,
        policy: &ManagedPolicy,
        detail: Detail,
    ) -> Self {
        let arn = identity.policy_arn(owner, &policy.path, &policy.name);
        let full = detail == Detail::Full;
        Self {
            name: policy.name.clone(),
            id: policy.id.clone(),
            path: policy.path.clone(),
            default: format!("v{}", policy.default),
            attachments: count(identity.attachments(account, &arn)),
            boundaries: count(identity.boundaries(account, &arn)),
            attachable: true,
            description: policy.description.clone().filter(|_| full),
            created: policy.created,
            updated: policy.updated,
            tags: match detail {
                Detail::Full => Some(tags(&policy.tags)),
                Detail::Made => some_tags(&policy.tags),
                Detail::Line => None,
            },
            arn,
        }
    }
}

impl PolicyVersion {
    /// With the document or, in lists and from `CreatePolicyVersion`, without.
    pub(crate) fn of(policy: &ManagedPolicy, number: u32, version: &Version, with_document: bool) -> Self {
        Self {
            document: with_document.then(|| encoded(version.document.text())),
            id: format!("v{number}"),
            is_default: number == policy.default,
            created: version.created,
        }
    }
}

/// Tags as answers have them.
pub(crate) fn tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.into(), value: value.into() }).collect()
}

fn some_tags(held: &Tags) -> Option<Vec<Tag>> {
    (!held.is_empty()).then(|| tags(held))
}

/// The tags of a request that makes something.
pub(crate) fn read_tags(given: &[Tag], case: Case) -> Result<Tags, Fault> {
    Tags::of(pairs(given), case)
}

/// Keys and values.
pub(crate) fn pairs(given: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    given.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))
}

/// A count as AWS's integer.
fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A policy document as IAM's answers carry it: percent-encoded, RFC 3986. Source: IAM API Reference,
/// `GetRolePolicy`.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_percent_encoded() {
        // The head of a recorded `AssumeRolePolicyDocument`.
        assert_eq!(encoded("{\n  \"Version\": \"2012-10-17\","), "%7B%0A%20%20%22Version%22%3A%20%222012-10-17%22%2C");
        assert_eq!(encoded("é~"), "%C3%A9~");
    }
}
