//! What a `KeyId` argument means. Source: kms.md 1.2.

use crate::base::{AccountId, Arn, Fault, KeyArn, KeyId, Region, Timespan};
use crate::service::Call;
use crate::world::keys::{AliasArn, Managed, Place, absent};
use crate::world::{Needs, Resource};
use alloc::{
    format,
    string::{String, ToString},
};

/// Which forms an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    /// Key id and key ARN.
    Key,
    /// Also alias name and alias ARN.
    KeyOrAlias,
}

/// The key that an argument names.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its ARN. For an alias that is not there it names no key; then `resource` never lets the request pass.
    pub(super) arn: KeyArn,
    /// What the authorizer is asked about.
    pub(super) resource: Resource,
    /// The alias by which it was named, with its prefix.
    pub(super) alias: Option<String>,
}

impl Found {
    /// The permission `action` on the key, to act on it.
    pub(super) fn needs(self, action: &'static str) -> Needs<KeyArn> {
        let needs = Needs::one(action, self.resource, self.arn);
        match self.alias {
            Some(name) => needs.fact("kms:RequestAlias", name),
            None => needs,
        }
    }

    /// Whether there is no such key.
    pub(super) const fn is_absent(&self) -> bool {
        matches!(self.resource, Resource::AbsentKey { .. })
    }
}

/// Finds the key that `given` names.
///
/// # Errors
/// [`Fault::NotFound`] for what can be no id and for ARNs of another Region, [`Fault::InvalidArn`] for ARNs of
/// something else, and for aliases where operations take none. A key that is missing is no error here: who may know that is the authorizer's to say.
pub(super) fn find(given: &str, forms: Forms, call: &Call<'_>) -> Result<Found, Fault> {
    let here = Place { account: call.account(), region: call.region().clone() };
    if given.starts_with("arn:") {
        return by_arn(given, forms, call);
    }
    if given.starts_with("alias/") {
        return by_alias(AliasArn { place: here, name: given.into() }, forms, call);
    }
    by_id(given, &here, call).ok_or_else(|| invalid_key_id(&format!("'{given}'")))
}

/// The predefined alias that `given` names, by name or ARN, in the caller's account and Region, when it has no key yet.
pub(super) fn predefined(given: &str, call: &Call<'_>) -> Option<AliasArn> {
    let place = Place { account: call.account(), region: call.region().clone() };
    let name = match given.starts_with("arn:") {
        true => given.rsplit(':').next()?,
        false => given,
    };
    Managed::of_alias(name)?;
    let alias = AliasArn { place, name: name.into() };
    let named = given == name || given == alias.to_string();
    (named && call.world.keys.alias(&alias, call.now()).is_none()).then_some(alias)
}

fn by_arn(given: &str, forms: Forms, call: &Call<'_>) -> Result<Found, Fault> {
    let arn: Arn = given.parse().map_err(|_| invalid_arn(given))?;
    if arn.service() != "kms" {
        return Err(invalid_arn(given));
    }
    if arn.region() != call.region().as_str() {
        return Err(Fault::NotFound { message: format!("Invalid arn {}", arn.region()) });
    }
    let account: AccountId = arn.account().parse().map_err(|_| invalid_arn(given))?;
    if arn.partition() != call.region().partition() {
        return Err(invalid_arn(given));
    }
    let place = Place { account, region: call.region().clone() };
    match arn.resource().split_once('/') {
        Some(("key", id)) => by_id(id, &place, call).ok_or_else(|| invalid_key_id(id)),
        Some(("alias", _)) => by_alias(AliasArn { place, name: arn.resource().into() }, forms, call),
        _ => Err(invalid_arn(given)),
    }
}

/// The key of that id at `place`; `None` for what is no id. One in capital letters is no key's: measured in us-east-1, 2026.
fn by_id(id: &str, place: &Place, call: &Call<'_>) -> Option<Found> {
    if let Ok(id) = id.parse() {
        return Some(by_key(place.key(id), call));
    }
    let _: KeyId = id.to_ascii_lowercase().parse().ok()?;
    let arn = place.key_arn(id);
    let fault = Fault::NotFound { message: format!("Key '{arn}' does not exist") };
    let resource = Resource::AbsentKey { arn, account: place.account, fault };
    Some(Found { resource, arn: nothing(place), alias: None })
}

/// The ARN of what names no key.
fn nothing(place: &Place) -> KeyArn {
    place.key(KeyId::from_random([0; 16]))
}

/// The key at `arn`.
pub(super) fn by_key(arn: KeyArn, call: &Call<'_>) -> Found {
    let resource = match call.world.keys.find(&arn, call.now()) {
        Some(_) => Resource::Key(arn.clone()),
        None => Resource::AbsentKey { arn: arn.to_string(), account: arn.account, fault: absent(&arn) },
    };
    Found { arn, resource, alias: None }
}

/// The key of an alias, where operations take one. That they do not comes before whether it exists: measured in us-east-1,
/// 2026, for names and ARNs.
fn by_alias(alias: AliasArn, forms: Forms, call: &Call<'_>) -> Result<Found, Fault> {
    if forms == Forms::Key {
        return Err(Fault::InvalidArn { message: "Key Aliases are not supported for this operation.".into() });
    }
    let name = Some(alias.name.clone());
    Ok(match call.world.keys.resolve(&alias, call.now()) {
        Some(key) => Found { arn: key.clone(), resource: Resource::Key(key.clone()), alias: name },
        None => Found { arn: nothing(&alias.place), resource: absent_alias(&alias), alias: name },
    })
}

/// An alias that is not there, for the authorizer.
pub(super) fn absent_alias(alias: &AliasArn) -> Resource {
    Resource::AbsentKey { arn: alias.to_string(), account: alias.place.account, fault: alias.absent() }
}

/// The Region of a related multi-Region key, by the member `member`: of the same partition.
///
/// # Errors
/// [`Fault::Validation`]. The sentences are ours.
pub(super) fn related_region(given: &str, member: &str, call: &Call<'_>) -> Result<Region, Fault> {
    let refused = |why: &str| Fault::Validation { message: format!("{member} {given} is {why}.") };
    let region: Region = given.parse().map_err(|_| refused("not a Region"))?;
    if region.partition() != call.region().partition() {
        return Err(refused("in another partition than the key"));
    }
    Ok(region)
}

/// AWS puts an id into quotes when it stands alone, and not when it is an ARN's: both measured in us-east-1, 2026.
fn invalid_key_id(given: &str) -> Fault {
    Fault::NotFound { message: format!("Invalid keyId {given}") }
}

/// The sentence is ours.
fn invalid_arn(given: &str) -> Fault {
    Fault::InvalidArn { message: format!("Invalid arn {given}") }
}

/// Whole days since the key's last use in a cryptographic operation, or since its creation: the condition key
/// `kms:TrailingDaysWithoutKeyUsage`.
pub(super) fn days_without_use(arn: &KeyArn, call: &Call<'_>) -> i64 {
    let keys = &call.world.keys;
    let used = keys.last_use(arn).map(|last| last.at);
    let since = used.or_else(|| keys.find(arn, call.now()).map(|key| key.created)).unwrap_or_else(|| call.now());
    call.now().since(since).as_millis().div_euclid(Timespan::days(1).as_millis())
}
