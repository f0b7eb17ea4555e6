//! Users, groups and roles: what IAM's pages call entities.

use alloc::boxed::Box;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use core::fmt;
use serde::{Deserialize, Serialize};

use super::{document::Document, tags::Tags};
use crate::base::{AccountId, Timespan, Timestamp};

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// An IAM user.
    User,
    /// A group of users. Never a principal.
    Group,
    /// A role.
    Role,
}

impl Kind {
    /// The word in ARNs and in AWS's sentences: `user`, `group`, `role`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// The word at the head of a sentence and in quotas: `User`, `Group`, `Role`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }

    /// How its unique ids begin.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Group => "AGPA",
            Self::Role => "AROA",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where an entity stands: its account, what it is, and its name without case. Names are unique in an account without
/// regard to case and path. Source: IAM User Guide, "IAM identifiers".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityKey {
    account: AccountId,
    kind: Kind,
    name: String,
}

impl EntityKey {
    /// The place of the entity of that name, whether there is one or not.
    #[must_use]
    pub fn new(account: AccountId, kind: Kind, name: &str) -> Self {
        Self { account, kind, name: name.to_lowercase() }
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// User, group or role.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The name without case.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.name
    }
}

/// A user, group or role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entity {
    /// The name, in the case it was given.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id: `AIDA…`, `AGPA…` or `AROA…`. Never used again.
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its tags. Groups have none.
    pub tags: Tags,
    /// Inline policies by name.
    pub inline: BTreeMap<String, Box<Document>>,
    /// ARNs of the managed policies that hang on it, in the order they were attached.
    pub attached: Vec<String>,
    /// ARN of the managed policy that bounds it. Groups have none.
    pub boundary: Option<String>,
    /// What only its kind has.
    pub nature: Nature,
}

/// What only one kind of entity has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Nature {
    /// The groups that the user is a member of, by name without case.
    User {
        /// Names of groups, without case.
        groups: BTreeSet<String>,
    },
    /// A group. Its members are found at the users.
    Group,
    /// A role.
    Role {
        /// Who may assume it.
        trust: Document,
        /// What people wrote about it.
        description: Option<String>,
        /// The longest that a session may last, 1 to 12 hours.
        max_session: Timespan,
    },
}

impl Nature {
    /// User, group or role.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::User { .. } => Kind::User,
            Self::Group => Kind::Group,
            Self::Role { .. } => Kind::Role,
        }
    }
}

impl Entity {
    /// User, group or role.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.nature.kind()
    }

    /// Path and name, as they follow the kind in the ARN: `/team/alice`.
    #[must_use]
    pub fn path_and_name(&self) -> String {
        format!("{}{}", self.path, self.name)
    }

    /// Names without case of the groups that a user is a member of; none for others.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        let groups = match &self.nature {
            Nature::User { groups } => Some(groups),
            _ => None,
        };
        groups.into_iter().flatten().map(String::as_str)
    }

    /// The trust policy of a role.
    #[must_use]
    pub const fn trust(&self) -> Option<&Document> {
        match &self.nature {
            Nature::Role { trust, .. } => Some(trust),
            _ => None,
        }
    }
}
