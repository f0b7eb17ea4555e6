//! What the encrypting operations share: condition keys, grant tokens, the ciphertext's own key, the trail.

use super::key_id::{self, Forms, Found};
use super::missing;
use crate::base::{Fault, KeyArn, MaterialId};
use crate::crypto::blob::{self, EncryptionContext};
use crate::service::Call;
use crate::world::keys::Ready;
use crate::world::{Needs, Resource};
use alloc::{format, string::String, vec::Vec};

/// The algorithm of symmetric keys, and the default.
pub(super) const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";

/// Members of encrypting operations that never enter the trail.
pub(super) const HIDDEN: &[&str] = &["Plaintext", "CiphertextBlob", "GrantTokens", "Recipient", "DryRunModifiers"];

/// Adds the condition keys of the algorithm and of the encryption context to the last check.
/// Source: authorization.md 4.4, points 1 and 3.
pub(super) fn facts<T>(needs: Needs<T>, algorithm: &str, context: &EncryptionContext) -> Needs<T> {
    context_facts(needs.fact("kms:EncryptionAlgorithm", algorithm), context)
}

/// Adds the condition keys of an encryption context to the last check.
pub(super) fn context_facts<T>(mut needs: Needs<T>, context: &EncryptionContext) -> Needs<T> {
    for (key, value) in context {
        needs = needs.fact(&format!("kms:EncryptionContext:{key}"), value.as_str());
    }
    needs.list("kms:EncryptionContextKeys", context.keys())
}

/// Checks that each token is one that `CreateGrant` made. With everything visible at once a token adds nothing to its
/// grant. Source: kms.md 16.6.
pub(super) fn check_tokens(tokens: &[String], call: &Call<'_>) -> Result<(), Fault> {
    tokens.iter().try_for_each(|token| call.world.keys.grant_of_token(token, call.region()).map(drop))
}

/// A ciphertext and the key it is to be opened with, as `Decrypt` and `ReEncrypt` take them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sealed<'a> {
    /// `CiphertextBlob`.
    pub(super) blob: Option<&'a [u8]>,
    /// `KeyId` or `SourceKeyId`.
    pub(super) key_id: Option<&'a str>,
    /// The name of that member.
    pub(super) key_member: &'static str,
    /// `DryRun`.
    pub(super) dry_run: bool,
    /// `DryRunModifiers`.
    pub(super) modifiers: &'a [String],
    /// The permission that opening needs.
    pub(super) action: &'static str,
}

impl Sealed<'_> {
    /// The key to open with: the one that is named, or the ciphertext's own. Source: kms.md 5.4 and 5.5.
    pub(super) fn find(self, call: &Call<'_>) -> Result<Found, Fault> {
        let ignored = self.modifiers.iter().any(|modifier| modifier == "IGNORE_CIPHERTEXT");
        if ignored && !self.dry_run {
            // Not recorded; the sentence is ours.
            return Err(Fault::Validation { message: "DryRunModifiers can only be used when DryRun is true.".into() });
        }
        if self.blob.is_none() && !ignored {
            return Err(missing("ciphertextBlob"));
        }
        let Some(given) = self.key_id else {
            let blob = self.blob.filter(|_| !ignored).ok_or_else(|| missing(self.key_member))?;
            return self.by_ciphertext(blob, call);
        };
        let found = key_id::find(given, Forms::KeyOrAlias, call)?;
        if found.is_absent() && !given.starts_with("arn:") {
            // A short key id may mean the ciphertext's key in another account.
            let own = self.blob.and_then(|blob| own_key(blob, call)).filter(|key| key.id == found.arn.id);
            if let Some(key) = own {
                return Ok(key_id::by_key(key, call));
            }
        }
        Ok(found)
    }

    fn by_ciphertext(self, blob: &[u8], call: &Call<'_>) -> Result<Found, Fault> {
        blob::Blob::parse(blob).map_err(|_| Fault::InvalidCiphertext)?;
        let key = own_key(blob, call).filter(|key| call.world.keys.find(key, call.now()).is_some());
        let Some(arn) = key else {
            // Source: authorization.md 8.2.
            let who = &call.caller().requester.arn;
            let message = format!(
                "User: {who} is not authorized to perform: {} on the resource associated with this ciphertext because \
                 the resource does not exist in this Region, no resource-based policies allow access, or a \
                 resource-based policy explicitly denies access",
                self.action
            );
            return Err(Fault::AccessDenied { message });
        };
        Ok(Found { resource: Resource::KeyOfCiphertext(arn.clone()), arn, alias: None })
    }
}

/// The key that a blob names, in this Region: related multi-Region keys have the same material.
fn own_key(blob: &[u8], call: &Call<'_>) -> Option<KeyArn> {
    let material = MaterialId(*blob::Blob::parse(blob).ok()?.id());
    let (place, id) = call.world.keys.of_material(&material)?;
    let here = place.region == *call.region() || id.is_multi_region();
    here.then(|| KeyArn { account: place.account, region: call.region().clone(), id })
}

/// Notes that a key was used: in its record, and in the trail under `name`.
pub(super) fn used(call: &mut Call<'_>, ready: &Ready, name: &'static str, material: MaterialId) {
    let (now, request_id) = (call.now(), call.asking.request_id);
    call.world.keys.note_use(ready, now, request_id);
    // One is what most have; a hundred thousand records are kept.
    call.trail.additional.reserve_exact(1);
    call.trail.additional.push((name, material.text()));
}

/// An encryption context as the pairs it has.
pub(super) type Pairs = EncryptionContext;

/// Grant tokens.
pub(super) type Tokens = Vec<String>;
