//! The `Principal` and `NotPrincipal` elements, and how closely they name a requester.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use super::{Requester, RequesterKind};
use crate::base::AccountId;
use alloc::boxed::Box;

/// How closely a policy names the requester. It decides which other policies still count (authorization.md 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grain {
    /// Not at all.
    None,
    /// Only its account.
    Account,
    /// The role or user behind the session.
    Issuer,
    /// The requester itself, or everybody.
    Exact,
}

/// One entry of a `Principal` element.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// As written.
    pub(super) text: Box<str>,
    pub(super) name: Name,
}

#[derive(Debug, Clone)]
pub(super) enum Name {
    /// `*`
    Everyone,
    /// Twelve digits, or the ARN of the root user with its partition.
    Account {
        id: AccountId,
        partition: Option<Box<str>>,
    },
    /// Another ARN.
    Arn {
        /// The unique id that the requester needs as well: who was named when the policy was stored.
        bound: Option<Box<str>>,
    },
    /// `AIDA…`, `AROA…`
    UniqueId,
    Service,
    Federated,
    /// A canonical user id; S3 rewrites it when it stores a policy.
    Canonical,
}

impl Entry {
    /// An entry of the `AWS` list.
    pub(super) fn aws(text: &str) -> Self {
        let name = if text == "*" {
            Name::Everyone
        } else if let Ok(id) = text.parse() {
            Name::Account { id, partition: None }
        } else if let Some((partition, id)) = root_arn(text) {
            Name::Account { id, partition: Some(partition.into()) }
        } else if text.starts_with("arn:") {
            Name::Arn { bound: None }
        } else {
            Name::UniqueId
        };
        Self { text: text.into(), name }
    }

    /// What an index finds the entry by: a requester that the entry names has one of these among its
    /// [`identifiers`].
    pub(super) fn identifiers(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match &self.name {
            Name::Account { id, .. } => (id.as_str(), None),
            Name::Arn { bound } => (&*self.text, bound.as_deref()),
            _ => (&*self.text, None),
        };
        core::iter::once(first).chain(second)
    }

    /// How closely the entry names `requester`.
    pub(super) fn grain(&self, requester: &Requester) -> Grain {
        use RequesterKind::{FederatedIdp, FederatedUser, RoleSession, Root, Service, User};
        match &self.name {
            Name::Everyone => Grain::Exact,
            Name::Account { id, partition } => {
                let partition = || partition.as_deref().is_none_or(|name| is_in_partition(&requester.arn, name));
                match requester.kind {
                    _ if requester.account != Some(*id) || !partition() => Grain::None,
                    Root => Grain::Exact,
                    User | RoleSession | FederatedUser => Grain::Account,
                    _ => Grain::None,
                }
            }
            Name::Arn { bound } => arn_grain(&self.text, requester, bound.as_deref()),
            Name::UniqueId => match requester.kind {
                _ if requester.unique_id != *self.text => Grain::None,
                User => Grain::Exact,
                RoleSession | FederatedUser => Grain::Issuer,
                _ => Grain::None,
            },
            Name::Service => {
                let named =
                    requester.arn == *self.text || requester.service_names.iter().any(|name| **name == *self.text);
                if requester.kind == Service && named { Grain::Exact } else { Grain::None }
            }
            Name::Federated => {
                let named = requester.arn == *self.text || requester.federated_name == *self.text;
                if requester.kind == FederatedIdp && named { Grain::Exact } else { Grain::None }
            }
            Name::Canonical => Grain::None,
        }
    }
}

/// How closely an ARN names `requester`, who needs the unique id `bound` as well, where one is given.
fn arn_grain(text: &str, requester: &Requester, bound: Option<&str>) -> Grain {
    use RequesterKind::{FederatedUser, RoleSession, User};
    let (itself, issuer) = match requester.kind {
        User => (&*requester.arn, ""),
        RoleSession => (&*requester.arn, &*requester.role_arn),
        FederatedUser => (&*requester.arn, &*requester.user_arn),
        _ => return Grain::None,
    };
    let named = if text == itself {
        Grain::Exact
    } else if text == issuer {
        Grain::Issuer
    } else {
        Grain::None
    };
    let Some(id) = bound else { return named };
    // The id stands for the user or role, whatever its ARN is by now. A federated session may not know its parent's
    // id; then the ARN has to do.
    let known = requester.unique_id.starts_with("AIDA") || requester.unique_id.starts_with("AROA");
    match requester.kind {
        _ if requester.unique_id == id => match requester.kind {
            User => Grain::Exact,
            _ if named == Grain::Exact => Grain::Exact,
            _ if text.contains(":sts:") => Grain::None,
            _ => Grain::Issuer,
        },
        FederatedUser if !known => named,
        _ => Grain::None,
    }
}

/// How closely the text of a principal (an ARN, an account) names `requester`; with the unique id behind an ARN, it names
/// whoever has that id.
pub(super) fn named(text: &str, id: Option<&str>, requester: &Requester) -> Grain {
    if id.is_some() {
        return arn_grain(text, requester, id);
    }
    let account = account_of(text);
    match requester.kind {
        _ if text.is_empty() => Grain::None,
        RequesterKind::Root if account.is_some() && requester.account == account => Grain::Exact,
        _ if account.is_some() && requester.account == account => Grain::Account,
        RequesterKind::User | RequesterKind::RoleSession | RequesterKind::FederatedUser if requester.arn == text => {
            Grain::Exact
        }
        RequesterKind::RoleSession if requester.role_arn == text => Grain::Issuer,
        RequesterKind::FederatedUser if requester.user_arn == text => Grain::Issuer,
        _ => Grain::None,
    }
}

/// The account that the text names as a whole: twelve digits, or the ARN of its root user.
pub(super) fn account_of(text: &str) -> Option<AccountId> {
    text.parse().ok().or_else(|| root_arn(text).map(|(_, id)| id))
}

/// Whether the second segment of `arn` is `partition`.
fn is_in_partition(arn: &str, partition: &str) -> bool {
    let rest = arn.strip_prefix("arn:").and_then(|rest| rest.strip_prefix(partition));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Partition and account of `arn:aws:iam::111122223333:root`.
fn root_arn(text: &str) -> Option<(&str, AccountId)> {
    let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
    let account = rest.strip_prefix("iam::")?.strip_suffix(":root")?;
    Some((partition, account.parse().ok()?))
}

/// Everything that a policy can name the requester by.
pub(super) fn identifiers(requester: &Requester) -> impl Iterator<Item = &str> {
    let account = requester.account.as_ref().map_or("", AccountId::as_str);
    let own = [
        &*requester.arn,
        account,
        &*requester.unique_id,
        &*requester.role_arn,
        &*requester.user_arn,
        &*requester.federated_name,
    ];
    own.into_iter().chain(requester.service_names.iter().map(|name| &**name)).filter(|text| !text.is_empty())
}

/// The `Principal` or `NotPrincipal` element of a statement.
#[derive(Debug, Clone)]
pub(super) enum Principals {
    /// The policy type has none: it is about whoever it is attached to.
    Attached,
    Principal(Box<[Entry]>),
    NotPrincipal(Box<[Entry]>),
}

impl Principals {
    pub(super) fn entries(&self) -> &[Entry] {
        match self {
            Self::Attached => &[],
            Self::Principal(entries) | Self::NotPrincipal(entries) => entries,
        }
    }

    /// Whether the element matches every requester as closely as can be.
    pub(super) fn are_everyone(&self) -> bool {
        match self {
            Self::Attached => true,
            Self::Principal(entries) => entries.iter().any(|entry| matches!(entry.name, Name::Everyone)),
            Self::NotPrincipal(_) => false,
        }
    }

    /// How closely the element matches `requester`, in a statement that denies or not.
    #[inline]
    pub(super) fn grain(&self, requester: &Requester, has_boundary: bool, denies: bool) -> Grain {
        match self {
            Self::Attached => Grain::Exact,
            Self::Principal(entries) => best(entries, requester),
            // "Any requester that has a permissions boundary is always denied by a NotPrincipal Deny."
            Self::NotPrincipal(_) if denies && has_boundary => Grain::Exact,
            Self::NotPrincipal(entries) if denies => {
                if exempt(entries, requester) {
                    Grain::None
                } else {
                    Grain::Exact
                }
            }
            // With Allow everybody else is meant: one listed level is enough to be out.
            Self::NotPrincipal(entries) => {
                if best(entries, requester) == Grain::None {
                    Grain::Exact
                } else {
                    Grain::None
                }
            }
        }
    }
}

fn best(entries: &[Entry], requester: &Requester) -> Grain {
    let mut best = Grain::None;
    for entry in entries {
        best = best.max(entry.grain(requester));
        if best == Grain::Exact {
            break;
        }
    }
    best
}

/// Whether all levels of the requester are listed: account, role or user behind the session, and itself.
fn exempt(entries: &[Entry], requester: &Requester) -> bool {
    let listed = |grain: Grain| entries.iter().any(|entry| entry.grain(requester) == grain);
    let everyone = entries.iter().any(|entry| matches!(entry.name, Name::Everyone));
    everyone
        || match requester.kind {
            RequesterKind::User => listed(Grain::Exact) && listed(Grain::Account),
            RequesterKind::RoleSession | RequesterKind::FederatedUser => {
                listed(Grain::Exact) && listed(Grain::Issuer) && listed(Grain::Account)
            }
            _ => listed(Grain::Exact),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requester(kind: RequesterKind, arn: &str) -> Requester {
        Requester::new(kind, "111122223333".parse().ok(), arn)
    }

    fn bound(text: &str, id: &str) -> Entry {
        Entry { text: text.into(), name: Name::Arn { bound: Some(id.into()) } }
    }

    #[test]
    fn a_bound_arn_means_who_was_named_then() {
        let mut alice = requester(RequesterKind::User, "arn:aws:iam::111122223333:user/Alice");
        alice.unique_id = "AIDAOLD".into();
        let entry = bound("arn:aws:iam::111122223333:user/Alice", "AIDAOLD");
        assert_eq!(entry.grain(&alice), Grain::Exact);
        alice.arn = "arn:aws:iam::111122223333:user/renamed/Alice".into();
        assert_eq!(entry.grain(&alice), Grain::Exact);
        alice.arn = "arn:aws:iam::111122223333:user/Alice".into();
        alice.unique_id = "AIDANEW".into();
        assert_eq!(entry.grain(&alice), Grain::None);

        let mut session = requester(RequesterKind::RoleSession, "arn:aws:sts::111122223333:assumed-role/App/s1");
        session.role_arn = "arn:aws:iam::111122223333:role/App".into();
        session.unique_id = "AROAOLD".into();
        assert_eq!(bound("arn:aws:iam::111122223333:role/App", "AROAOLD").grain(&session), Grain::Issuer);
        assert_eq!(bound("arn:aws:iam::111122223333:role/App", "AROANEW").grain(&session), Grain::None);
        let named = |text| bound(text, "AROAOLD").grain(&session);
        assert_eq!(named("arn:aws:sts::111122223333:assumed-role/App/s1"), Grain::Exact);
        assert_eq!(named("arn:aws:sts::111122223333:assumed-role/App/s2"), Grain::None);
    }

    #[test]
    fn accounts_keep_their_partition() {
        let alice = requester(RequesterKind::User, "arn:aws:iam::111122223333:user/Alice");
        assert_eq!(Entry::aws("111122223333").grain(&alice), Grain::Account);
        assert_eq!(Entry::aws("arn:aws:iam::111122223333:root").grain(&alice), Grain::Account);
        assert_eq!(Entry::aws("arn:aws-cn:iam::111122223333:root").grain(&alice), Grain::None);
        let root = requester(RequesterKind::Root, "arn:aws:iam::111122223333:root");
        assert_eq!(Entry::aws("arn:aws:iam::111122223333:root").grain(&root), Grain::Exact);
        assert_eq!(Entry::aws("arn:aws:iam::111122223333:user/Alice").grain(&root), Grain::None);
    }

    #[test]
    fn an_index_finds_whom_an_entry_names() {
        let mut alice = requester(RequesterKind::User, "arn:aws:iam::111122223333:user/x/Alice");
        alice.unique_id = "AIDAOLD".into();
        let entries = [
            bound("arn:aws:iam::111122223333:user/Alice", "AIDAOLD"),
            Entry::aws("111122223333"),
            Entry::aws("arn:aws:iam::111122223333:root"),
            Entry::aws("AIDAOLD"),
        ];
        for entry in entries {
            assert_ne!(entry.grain(&alice), Grain::None);
            assert!(entry.identifiers().any(|id| identifiers(&alice).any(|own| own == id)), "{}", entry.text);
        }
    }
}
