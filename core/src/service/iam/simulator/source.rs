//! The policies of a user, group or role, as `SimulatePrincipalPolicy` and `GetContextKeysForPrincipalPolicy` take them.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use super::{caller::entity, invalid};
use crate::base::{Arn, Fault};
use crate::policy::{self, Policy};
use crate::service::{Call, iam::lookup::resource_tags};
use crate::wire::view;
use crate::world::identity::{Entity, EntityKey, Kind};
use crate::world::{Needs, Resource};

view! {
    /// Which attached policies are left out.
    in Excluded {
        kind: Option<String> = "PolicyType",
        arn: Option<String> = "PolicyArn",
        inline: Option<Inline> = "InlinePolicyIdentifier",
    }
    /// An inline policy and what it is embedded in.
    in Inline { policy: String = "PolicyName", kind: String = "AttachmentType", name: String = "AttachmentName" }
}

/// A policy of the source.
#[derive(Debug)]
pub(crate) struct Held {
    /// `SourcePolicyId`: the name of a managed policy; of an inline policy `role_app_secrets` (recorded for a role).
    pub(crate) id: String,
    pub(crate) policy: Arc<Policy>,
    place: Place,
}

/// Where a policy hangs.
#[derive(Debug)]
enum Place {
    Inline { name: String, kind: Kind, holder: String },
    Managed { arn: String },
}

/// The policies of a source, and its boundary.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) held: Vec<Held>,
    /// ARN and text in force of the policy that bounds it.
    pub(crate) boundary: Option<(String, String)>,
}

/// `action` on the user, group or role at `arn`, to read its policies.
///
/// # Errors
/// [`Fault::InvalidInput`] when `arn` names none.
pub(crate) fn on(call: &Call<'_>, action: &'static str, arn: &str) -> Result<Needs<EntityKey>, Fault> {
    let named = entity(arn)?;
    let key = EntityKey::new(named.account, named.kind, named.name);
    let needs = Needs::one(action, Resource::Plain(arn.into()), key.clone());
    let own = call.world.identity.entity(&key).filter(|_| named.account == call.account());
    Ok(own.map(|entity| &entity.tags).into_iter().fold(needs, resource_tags))
}

impl Source {
    /// The policies of what `arn` names: inline and managed ones and, for a user, those of its groups.
    ///
    /// # Errors
    /// [`Fault::NoSuchEntity`]; [`Fault::InvalidInput`] for a source in another account (recorded).
    pub(crate) fn find(call: &Call<'_>, arn: &str) -> Result<Self, Fault> {
        let (named, own) = (entity(arn)?, call.account());
        if named.account != own {
            let theirs = named.account;
            let why = format!("caller's account {own} does not have access to policies in account {theirs}");
            return Err(invalid(format!("Invalid Policy Source Arn: {why}")));
        }
        let identity = &call.world.identity;
        let (_, found) = identity.find(own, named.kind, named.name)?;
        if identity.arn(own, found) != arn {
            let message = format!("The {} with name {} cannot be found.", named.kind, named.name);
            return Err(Fault::NoSuchEntity { message });
        }
        let mut held = Vec::new();
        add(call, found, &mut held);
        for group in found.groups() {
            if let Some(group) = identity.entity(&EntityKey::new(own, Kind::Group, group)) {
                add(call, group, &mut held);
            }
        }
        let boundary = found.boundary.as_ref().and_then(|arn| {
            let document = identity.managed(arn)?.document()?;
            Some((arn.clone(), document.text().to_string()))
        });
        Ok(Self { held, boundary })
    }

    /// Leaves out what the identifiers match. Those that match nothing are passed over, as those for resource control
    /// policies are.
    ///
    /// # Errors
    /// [`Fault::InvalidInput`] for an identifier that is none; the sentences are unconfirmed.
    pub(crate) fn without(&mut self, excluded: &[Excluded]) -> Result<(), Fault> {
        for one in excluded {
            one.check()?;
            self.held.retain(|held| !one.covers(&held.place));
            if one.kind.as_deref() == Some("permission-boundary") {
                self.boundary = None;
            }
        }
        Ok(())
    }

    /// The boundary, compiled as one.
    ///
    /// # Errors
    /// [`Fault::PolicyEvaluation`] when the policy cannot bound. The sentence is ours.
    pub(crate) fn compiled_boundary(&self) -> Result<Option<Arc<Policy>>, Fault> {
        let Some((arn, text)) = &self.boundary else { return Ok(None) };
        match Policy::parse(policy::Kind::Boundary, text) {
            Ok(policy) => Ok(Some(Arc::new(policy))),
            Err(error) => Err(Fault::PolicyEvaluation { message: format!("{arn}: {}", error.message) }),
        }
    }
}

/// Inline and managed policies of one entity.
fn add(call: &Call<'_>, entity: &Entity, held: &mut Vec<Held>) {
    for (name, document) in &entity.inline {
        let id = format!("{}_{}_{name}", entity.kind(), entity.name);
        let place = Place::Inline { name: name.clone(), kind: entity.kind(), holder: entity.name.clone() };
        held.push(Held { id, policy: Arc::clone(document.policy()), place });
    }
    for arn in &entity.attached {
        let managed = call.world.identity.managed(arn);
        if let Some((managed, document)) = managed.and_then(|managed| Some((managed, managed.document()?))) {
            let (id, policy) = (managed.name.clone(), Arc::clone(document.policy()));
            held.push(Held { id, policy, place: Place::Managed { arn: arn.clone() } });
        }
    }
}

impl Excluded {
    fn check(&self) -> Result<(), Fault> {
        if self.kind.is_none() && self.arn.is_none() && self.inline.is_none() {
            return Err(invalid("A policy identifier names neither a type nor a policy."));
        }
        let Some(arn) = &self.arn else { return Ok(()) };
        let is_policy = |read: &Arn| {
            let name = read.resource().strip_prefix("policy/").unwrap_or_default();
            let head = arn.strip_suffix(name).unwrap_or_default();
            read.service() == "iam" && !name.is_empty() && name.matches('*').count() <= 1 && !head.contains(['*', '?'])
        };
        match arn.parse::<Arn>() {
            Ok(read) if is_policy(&read) => Ok(()),
            _ => Err(invalid(format!("Invalid policy identifier: {arn}"))),
        }
    }

    fn covers(&self, place: &Place) -> bool {
        match place {
            Place::Inline { name, kind, holder } => {
                self.kind.as_deref() == Some("inline")
                    || self.inline.as_ref().is_some_and(|inline| {
                        inline.policy == *name && inline.kind == kind.word() && fits(&inline.name, holder)
                    })
            }
            Place::Managed { arn } => {
                let owner = if arn.contains(":iam::aws:policy/") { "aws-managed" } else { "user-managed" };
                self.kind.as_deref() == Some(owner) || self.arn.as_ref().is_some_and(|pattern| fits(pattern, arn))
            }
        }
    }
}

/// Whether `pattern`, with at most one `*` and any number of `?`, covers `text`.
fn fits(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let same = |pattern: &[char], text: &[char]| {
        pattern.len() == text.len() && pattern.iter().zip(text).all(|(wanted, c)| *wanted == '?' || wanted == c)
    };
    let (head, tail) = pattern.split_once('*').map_or((pattern, None), |(head, tail)| (head, Some(tail)));
    let head: Vec<char> = head.chars().collect();
    let Some(tail) = tail else { return same(&head, &text) };
    let tail: Vec<char> = tail.chars().collect();
    let Some((start, rest)) = text.split_at_checked(head.len()) else { return false };
    let end = rest.len().checked_sub(tail.len()).and_then(|at| rest.get(at..));
    same(&head, start) && end.is_some_and(|end| same(&tail, end))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn identifiers_have_one_star() {
        let cases = [
            ("a", "a", true),
            ("a?", "ab", true),
            ("a?", "a", false),
            ("a*", "a", true),
            ("a*d", "abcd", true),
            ("a*d", "abc", false),
            ("ab*b", "ab", false),
            ("*", "", true),
            ("?*?", "ab", true),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
    }
}
