//! What an alias may be called. Source: kms.md, section 10.

use crate::base::Fault;
use crate::service::Call;
use crate::world::keys::{AliasArn, Place};
use alloc::format;

/// The alias of that name in the caller's account and Region.
///
/// # Errors
/// [`Fault::Validation`], [`Fault::InvalidAliasName`], [`Fault::ReservedAlias`].
pub(super) fn parse(name: &str, call: &Call<'_>) -> Result<AliasArn, Fault> {
    let Some(rest) = name.strip_prefix("alias/") else {
        let message = "Alias must start with the prefix \"alias/\". Please see \
                       https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
        return Err(Fault::Validation { message: message.into() });
    };
    if rest.starts_with("aws/") {
        return Err(Fault::ReservedAlias);
    }
    // The model's pattern also allows a colon.
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte)) {
        return Err(Fault::Validation { message: format!("{name} contains invalid characters for an alias") });
    }
    if rest.is_empty() {
        // Not recorded; the sentence is ours.
        return Err(Fault::InvalidAliasName { message: format!("{name} names no alias") });
    }
    let place = Place { account: call.account(), region: call.region().clone() };
    Ok(AliasArn { place, name: name.into() })
}

/// Refuses an alias where a key is asked for.
///
/// # Errors
/// [`Fault::Validation`].
pub(super) fn refuse_alias_as_target(given: &str) -> Result<(), Fault> {
    let is_alias = given.starts_with("alias/") || (given.starts_with("arn:") && given.contains(":alias/"));
    if is_alias {
        return Err(Fault::Validation { message: "Aliases must refer to keys. Not aliases".into() });
    }
    Ok(())
}
