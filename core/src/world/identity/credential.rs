//! Access keys, and the sessions that stand behind temporary ones.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

use super::{document::Document, entity::EntityKey, tags::Tags};
use crate::base::{AccountId, Secret, Timestamp};

/// A long-term access key (`AKIA…`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessKey {
    /// The account.
    pub account: AccountId,
    /// The user's unique id; the root user when there is none.
    pub user: Option<String>,
    /// What signs.
    pub secret: Secret,
    /// Whether it may be used.
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// A temporary access key (`ASIA…`) and whom it stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// The account of the session's principal.
    pub account: AccountId,
    /// What signs.
    pub secret: Secret,
    /// What comes with every request.
    pub token: Secret,
    /// When it was issued.
    pub issued: Timestamp,
    /// The first moment at which it is no longer good.
    pub expires: Timestamp,
    /// Whom it stands for.
    pub subject: Subject,
}

/// Whom a session stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Subject {
    /// `AssumeRole`.
    Role(RoleSession),
    /// `GetSessionToken` of a user, by unique id.
    User {
        /// The user's unique id.
        user: String,
    },
    /// `GetSessionToken` of the root user.
    Root,
    /// `GetFederationToken`.
    Federated {
        /// The unique id of the user that asked; the root user when there is none.
        user: Option<String>,
        /// The federated user's name.
        name: String,
        /// What narrows it. A session without any such policy has no permissions of its own.
        narrowing: Narrowing,
        /// Session tags.
        tags: Tags,
    },
}

/// One assumption of a role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoleSession {
    /// The role's unique id.
    pub role: String,
    /// The session's name.
    pub name: String,
    /// What narrows it; `None` when nothing was passed.
    pub narrowing: Option<Narrowing>,
    /// Session tags, those inherited included.
    pub tags: Tags,
    /// Keys (without case) of the tags that a next session inherits.
    pub transitive: Vec<String>,
    /// Who people said is behind it.
    pub source_identity: Option<String>,
    /// Whether a user assumed the role. Only then the session knows about MFA.
    pub by_user: bool,
}

/// Session policies: their statements are pooled.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Narrowing {
    /// The inline one.
    pub inline: Option<Document>,
    /// ARNs of the managed ones.
    pub managed: Vec<String>,
}

impl Narrowing {
    /// Whether no policy was passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inline.is_none() && self.managed.is_empty()
    }
}

/// The last time a credential or a role was used. Source: IAM API, `AccessKeyLastUsed`, `RoleLastUsed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// The service, such as `kms`.
    pub service: String,
    /// The Region.
    pub region: String,
}

/// What the gateway needs to judge a signature. Who it is comes after, from
/// [`Identity::caller`](super::Identity::caller).
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What signs.
    pub secret: &'a Secret,
    /// What must come with the request; `None` for long-term keys.
    pub session_token: Option<&'a Secret>,
    /// Whether the key may be used.
    pub active: bool,
    /// The first moment at which it is no longer good; `None` for long-term keys.
    pub expires: Option<Timestamp>,
}

/// A new access key, or new temporary credentials: the only time that the secret is told.
#[derive(Debug, Clone)]
pub struct Issued {
    /// `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// What signs.
    pub secret: Secret,
    /// What must come with the request; `None` for long-term keys.
    pub session_token: Option<Secret>,
    /// When it ends; `None` for long-term keys.
    pub expires: Option<Timestamp>,
}

/// Where a user's access keys hang, or the root user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A user.
    User(EntityKey),
    /// The root user of the account.
    Root(AccountId),
}
