//! What `GenerateMac` and `VerifyMac` share. Source: kms.md 4.5.

use super::encryption;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::crypto::hash::Hash;
use crate::service::Call;
use crate::world::keys::{KeyUsage, Ready, Use, mac};
use crate::world::{Needs, Permit};
use alloc::string::String;

/// Members that never enter the trail.
pub(super) const HIDDEN: &[&str] = &["Message", "Mac", "GrantTokens"];

/// The permission `action` on the key.
pub(super) fn needs(
    action: &'static str,
    key_id: &str,
    algorithm: &str,
    tokens: &[String],
    call: &Call<'_>,
) -> Result<Needs<KeyArn>, Fault> {
    let found = key_id::find(key_id, Forms::KeyOrAlias, call)?;
    encryption::check_tokens(tokens, call)?;
    Ok(found.needs(action).fact("kms:MacAlgorithm", algorithm))
}

/// Checks that key and algorithm go together.
pub(super) fn fit(
    operation: &'static str,
    algorithm: &str,
    key: &Permit<KeyArn>,
    call: &Call<'_>,
) -> Result<(Ready, Hash), Fault> {
    let wanted = Use { usage: KeyUsage::GenerateVerifyMac, algorithm, operation };
    let ready = call.world.keys.ready(key, wanted, call.now())?;
    Ok((ready, mac(algorithm).ok_or(Fault::Internal)?))
}
