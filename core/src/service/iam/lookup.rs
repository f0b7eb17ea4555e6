//! What the operations ask permission on, and the documents they read.

use alloc::{
    format,
    string::{String, ToString},
};

use super::shapes::Tag;
use crate::base::Fault;
use crate::policy::{self, RequesterKind};
use crate::service::Call;
use crate::world::identity::{Document, EntityKey, Holder, Kind, PolicyKey, Tags, Unbound, flaw, quota, size};
use crate::world::{Needs, Resource};

/// The actions that see the boundary of the user or role they act on. Source: `iam-actions.csv`.
const BOUNDED: &[&str] = &[
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:GetRole",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

/// `action` on a user, group or role of the caller's account, to act on it.
pub(crate) fn on(call: &Call<'_>, action: &'static str, kind: Kind, name: &str) -> Needs<EntityKey> {
    let key = EntityKey::new(call.account(), kind, name);
    also(Needs::nothing(key.clone()), call, action, &key, name)
}

/// Also `action` on the user, group or role at `key`, which the request calls `name`. One that does not exist is judged
/// as if it stood at the path `/`: IAM authorizes first and looks afterwards (recorded for `DeleteUser`).
pub(crate) fn also<T>(needs: Needs<T>, call: &Call<'_>, action: &'static str, key: &EntityKey, name: &str) -> Needs<T> {
    let identity = &call.world.identity;
    let entity = identity.entity(key);
    let (path, exact) = entity.map_or(("/", name), |entity| (entity.path.as_str(), entity.name.as_str()));
    let arn = identity.arn_for(key.account(), key.kind(), path, exact);
    let mut needs = needs.and(action, Resource::Plain(arn)).shown(format!("{} {name}", key.kind()));
    if let Some(entity) = entity {
        needs = resource_tags(needs, &entity.tags);
        if let Some(boundary) = entity.boundary.as_ref().filter(|_| BOUNDED.contains(&action)) {
            needs = needs.fact("iam:PermissionsBoundary", boundary.as_str());
        }
    }
    needs
}

/// `action` on a user, group or role that is to be made, with its tags and boundary.
///
/// # Errors
/// [`Fault::InvalidInput`] when the boundary is not the ARN of a policy.
pub(crate) fn to_make(
    call: &Call<'_>,
    (action, tagging): (&'static str, Option<&'static str>),
    kind: Kind,
    (path, name): (Option<&str>, &str),
    (tags, boundary): (&[Tag], Option<&str>),
) -> Result<Needs<EntityKey>, Fault> {
    boundary.map(boundary_formed).transpose()?;
    let account = call.account();
    let arn = call.world.identity.arn_for(account, kind, path.unwrap_or("/"), name);
    let needs = Needs::one(action, Resource::Plain(arn.clone()), EntityKey::new(account, kind, name));
    let mut needs = request_tags(needs, tags);
    if let Some(boundary) = boundary {
        needs = needs.fact("iam:PermissionsBoundary", boundary);
    }
    // Making something with tags asks for the permission to tag it, too. Source: IAM User Guide, "Controlling access
    // to and for IAM users and roles using tags".
    if let Some(tagging) = tagging.filter(|_| !tags.is_empty()) {
        needs = request_tags(needs.and(tagging, Resource::Plain(arn)), tags);
    }
    Ok(needs)
}

/// `action` on a user or group that gets a new path or name: on what it is called now, and on what it will be called.
pub(crate) fn to_rename(
    call: &Call<'_>,
    action: &'static str,
    kind: Kind,
    old: &str,
    (new_path, new_name): (Option<&str>, Option<&str>),
) -> Needs<(EntityKey, EntityKey)> {
    let identity = &call.world.identity;
    let name = new_name.unwrap_or(old);
    let from = EntityKey::new(call.account(), kind, old);
    let to = EntityKey::new(call.account(), kind, name);
    let needs = also(Needs::nothing((from.clone(), to)), call, action, &from, old);
    if new_name.is_none() && new_path.is_none() {
        return needs;
    }
    let path = new_path.or_else(|| identity.entity(&from).map(|entity| entity.path.as_str()));
    let needs = needs.and(action, Resource::Plain(identity.arn_for(call.account(), kind, path.unwrap_or("/"), name)));
    match identity.entity(&from) {
        Some(entity) => resource_tags(needs, &entity.tags),
        None => needs,
    }
}

/// `action` on a managed policy, AWS's own included, to act on one of the caller's account.
///
/// # Errors
/// [`Fault::Validation`] when `arn` is no ARN.
pub(crate) fn on_policy(call: &Call<'_>, action: &'static str, arn: &str) -> Result<Needs<PolicyKey>, Fault> {
    well_formed(arn)?;
    let key = PolicyKey::new(call.account(), arn.rsplit('/').next().unwrap_or_default());
    let needs = Needs::one(action, Resource::Plain(arn.to_string()), key).shown(format!("policy {arn}"));
    Ok(match call.world.identity.managed_for(call.account(), arn) {
        Ok((_, policy)) => {
            let tags = policy.tags.iter();
            tags.fold(needs, |needs, (key, value)| needs.fact(&format!("aws:ResourceTag/{key}"), value))
        }
        Err(_) => needs,
    })
}

/// `action` on a version of a managed policy: a refusal names it (recorded for `SetDefaultPolicyVersion`).
///
/// # Errors
/// As [`on_policy`].
pub(crate) fn on_version(
    call: &Call<'_>,
    action: &'static str,
    (arn, version): (&str, &str),
) -> Result<Needs<PolicyKey>, Fault> {
    Ok(on_policy(call, action, arn)?.shown(format!("policy {arn} version {version}")))
}

/// The refusal when a managed policy has no such version, or is not there itself.
pub(crate) fn no_version(arn: &str, version: &str) -> Fault {
    Fault::NoSuchEntity { message: format!("Policy {arn} version {version} does not exist or is not attachable.") }
}

/// `action` on everything of a kind: IAM writes the ARN of the path, and judges it. Recorded for `ListUsers`,
/// `ListGroups` and `ListRoles`.
pub(crate) fn on_all(call: &Call<'_>, action: &'static str, kind: Kind, prefix: Option<&str>) -> Needs<()> {
    let arn = call.world.identity.arn_for(call.account(), kind, prefix.unwrap_or("/"), "");
    Needs::one(action, Resource::Plain(arn), ())
}

/// `action` on the user whose access keys are concerned: the one named, or the caller itself.
///
/// # Errors
/// [`Fault::Validation`] when nobody is named and the caller is neither a user nor the root user.
pub(crate) fn on_holder(call: &Call<'_>, action: &'static str, name: Option<&str>) -> Result<Needs<Holder>, Fault> {
    let caller = &call.caller().requester;
    let name = match (name, caller.kind) {
        (Some(name), _) => name,
        (None, RequesterKind::User) => caller.user_name.as_str(),
        (None, RequesterKind::Root) => {
            let holder = Holder::Root(call.account());
            return Ok(Needs::one(action, Resource::Plain(caller.arn.clone()), holder));
        }
        _ => return Err(unnamed()),
    };
    let key = EntityKey::new(call.account(), Kind::User, name);
    Ok(also(Needs::nothing(Holder::User(key.clone())), call, action, &key, name))
}

/// A session has no user name to stand in for the missing one.
pub(crate) fn unnamed() -> Fault {
    Fault::Validation { message: "Must specify userName when calling with non-User credentials".into() }
}

/// `aws:RequestTag/…` and `aws:TagKeys` of the last check.
pub(crate) fn request_tags<T>(needs: Needs<T>, tags: &[Tag]) -> Needs<T> {
    tags.iter()
        .fold(needs, |needs, tag| needs.fact(&format!("aws:RequestTag/{}", tag.key), tag.value.as_str()))
        .list("aws:TagKeys", tags.iter().map(|tag| &tag.key))
}

/// `iam:ResourceTag/…` and `aws:ResourceTag/…` of the last check.
pub(crate) fn resource_tags<T>(needs: Needs<T>, tags: &Tags) -> Needs<T> {
    tags.iter().fold(needs, |needs, (key, value)| {
        needs.fact(&format!("iam:ResourceTag/{key}"), value).fact(&format!("aws:ResourceTag/{key}"), value)
    })
}

/// Whether `arn` is an ARN at all.
///
/// # Errors
/// [`Fault::Validation`].
pub(crate) fn well_formed(arn: &str) -> Result<(), Fault> {
    match arn.parse::<crate::base::Arn>() {
        Ok(_) => Ok(()),
        // Two spaces, as recorded.
        Err(_) => Err(Fault::Validation { message: "Invalid ARN:  Could not be parsed!".into() }),
    }
}

/// The same, for a policy that is to be attached. Recorded for `AttachRolePolicy`.
///
/// # Errors
/// [`Fault::Validation`].
pub(crate) fn attach_formed(arn: &str) -> Result<(), Fault> {
    well_formed(arn).map_err(|_| Fault::Validation { message: not_valid(arn) })
}

/// Whether `arn` is the ARN of a managed policy. Recorded for roles.
///
/// # Errors
/// [`Fault::InvalidInput`].
pub(crate) fn boundary_formed(arn: &str) -> Result<(), Fault> {
    match arn.parse::<crate::base::Arn>() {
        Ok(parsed) if parsed.resource().starts_with("policy/") => Ok(()),
        _ => Err(Fault::InvalidInput { message: not_valid(arn) }),
    }
}

fn not_valid(arn: &str) -> String {
    format!("ARN {arn} is not valid.")
}

/// Reads an inline or a managed policy.
///
/// # Errors
/// [`Fault::MalformedPolicy`].
pub(crate) fn identity_policy(call: &mut Call<'_>, kind: policy::Kind, text: &str) -> Result<Document, Fault> {
    Document::parse(kind, text).map_err(|error| {
        call.world.decisions.remark(flaw(&error));
        Fault::MalformedPolicy { message: error.message }
    })
}

/// Reads a trust policy and binds it to the principals that it names.
///
/// # Errors
/// [`Fault::MalformedPolicy`]; [`Fault::LimitExceeded`] when it is too long.
pub(crate) fn trust_policy(call: &mut Call<'_>, text: &str) -> Result<Document, Fault> {
    let document = call.world.identity.bind(policy::Kind::Trust, text).map_err(|refused| {
        call.world.decisions.remark(refused.note());
        let message = match refused {
            Unbound::Malformed(error) => error.message,
            Unbound::NoSuchPrincipal(arn) => format!("Invalid principal in policy: \"AWS\":\"{arn}\""),
        };
        Fault::MalformedPolicy { message }
    })?;
    if size(text) > quota::TRUST_POLICY_SIZE {
        return Err(quota::exceeded("ACLSizePerRole", quota::TRUST_POLICY_SIZE));
    }
    Ok(document)
}
