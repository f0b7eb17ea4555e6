//! What the encrypting operations share: condition keys, grant tokens, the ciphertext's own key, the trail.

use super::key_id::{self, Forms, Found};
use super::missing;
use crate::base::{Fault, KeyArn, MaterialId};
use crate::crypto::blob::{Blob, EncryptionContext};
use crate::service::Call;
use crate::world::keys::{KeySpec, Ready, Use, encryption};
use crate::world::{Needs, Permit, Resource};
use alloc::{format, string::String, vec::Vec};
use zeroize::Zeroizing;

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

/// Checks that each token is one that `CreateGrant` made. What it adds to its grant, where that does not take effect at
/// once, is the pipeline's affair. Source: kms.md 16.6.
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
    /// `EncryptionAlgorithm` or `SourceEncryptionAlgorithm`.
    pub(super) algorithm: &'a str,
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
        let ignored = ignores(self.modifiers);
        if ignored && !self.dry_run {
            // Not recorded; the sentence is ours.
            return Err(Fault::Validation { message: "DryRunModifiers can only be used when DryRun is true.".into() });
        }
        if self.blob.is_none() && !ignored {
            return Err(missing("ciphertextBlob"));
        }
        let Some(given) = self.key_id else {
            // Only what a symmetric key has sealed tells its key. Measured in us-east-1, 2026; for `ReEncrypt`, and where the
            // ciphertext is to be ignored, unconfirmed.
            let telling = read(self.blob, self.modifiers).filter(|_| self.algorithm == SYMMETRIC_DEFAULT);
            let message = || format!("{} must not be null", self.key_member);
            let blob = telling.ok_or_else(|| Fault::Validation { message: message() })?;
            return self.by_ciphertext(blob, call);
        };
        let found = key_id::find(given, Forms::KeyOrAlias, call)?;
        if found.is_absent() && !given.starts_with("arn:") {
            // A short key id may mean the ciphertext's key in another account.
            let own = read(self.blob, self.modifiers)
                .and_then(|blob| own_key(blob, call))
                .filter(|key| key.id == found.arn.id);
            if let Some(key) = own {
                return Ok(key_id::by_key(key, call));
            }
        }
        Ok(found)
    }

    fn by_ciphertext(self, blob: &[u8], call: &Call<'_>) -> Result<Found, Fault> {
        let blob = Blob::parse(blob).map_err(|_| Fault::InvalidCiphertext)?;
        let key = key_of(&blob, call).filter(|key| call.world.keys.find(key, call.now()).is_some());
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

fn ignores(modifiers: &[String]) -> bool {
    modifiers.iter().any(|modifier| modifier == "IGNORE_CIPHERTEXT")
}

/// The ciphertext, where it is to be looked at. Source: kms.md 7.3, `DryRunModifiers`.
pub(super) fn read<'a>(blob: Option<&'a [u8]>, modifiers: &[String]) -> Option<&'a [u8]> {
    blob.filter(|_| !ignores(modifiers))
}

/// The key that a blob names, in this Region: related multi-Region keys have the same material.
pub(super) fn own_key(blob: &[u8], call: &Call<'_>) -> Option<KeyArn> {
    key_of(&Blob::parse(blob).ok()?, call)
}

fn key_of(blob: &Blob<'_>, call: &Call<'_>) -> Option<KeyArn> {
    let material = MaterialId(*blob.id());
    let (place, id) = call.world.keys.of_material(&material)?;
    let here = place.region == *call.region() || id.is_multi_region();
    here.then(|| KeyArn { account: place.account, region: call.region().clone(), id })
}

/// Checks that a key can open `blob` by `algorithm`, for `operation`: `Decrypt` or `ReEncryptFrom`.
///
/// Under the algorithm of symmetric keys a blob tells its key itself, and that is compared first: any other key that is
/// named, of whatever usage and in whatever state, is the wrong key. Recorded with an HMAC key; measured with RSA keys and
/// with keys that wait for their material.
pub(super) fn opening(
    call: &Call<'_>,
    key: &Permit<KeyArn>,
    operation: &'static str,
    algorithm: &str,
    blob: Option<&[u8]>,
) -> Result<Ready, Fault> {
    let keys = &call.world.keys;
    if let (SYMMETRIC_DEFAULT, Some(blob)) = (algorithm, blob) {
        keys.own(key, blob)?;
    }
    keys.ready(key, Use::encryption(operation, algorithm), call.now())
}

/// Checks what can be checked before a plaintext is there: that only symmetric keys get an encryption context. Measured in
/// us-east-1, 2026.
///
/// # Errors
/// [`Fault::Validation`].
pub(super) fn check_context(ready: &Ready, context: &Pairs) -> Result<(), Fault> {
    if context.is_empty() || ready.spec() == KeySpec::Symmetric {
        return Ok(());
    }
    let message = "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.";
    Err(Fault::Validation { message: message.into() })
}

/// Checks that a plaintext is not longer than a key takes by `algorithm`. Source: kms.md 4.3.
pub(super) fn check_length(ready: &Ready, algorithm: &str, plaintext: &[u8]) -> Result<(), Fault> {
    let by = encryption(algorithm);
    let Some(longest) = by.and_then(|by| ready.spec().pair()?.longest_plaintext(by)) else { return Ok(()) };
    if plaintext.len() <= longest {
        return Ok(());
    }
    let spec = ready.spec();
    let message = format!("Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {longest} bytes.");
    Err(Fault::Validation { message })
}

/// Encrypts under a key that is ready, and gives the material to name: symmetric keys alone have several.
pub(super) fn seal(
    call: &mut Call<'_>,
    ready: &Ready,
    algorithm: &str,
    context: &Pairs,
    plaintext: &[u8],
) -> Result<(Vec<u8>, Option<MaterialId>), Fault> {
    if let Some(by) = encryption(algorithm) {
        check_length(ready, algorithm, plaintext)?;
        return Ok((call.world.keys.encrypt(ready, by, plaintext, call.entropy)?, None));
    }
    let nonce = call.random()?;
    Ok((call.world.keys.seal(ready, nonce, context, plaintext)?, Some(ready.material())))
}

/// Decrypts under a key that is ready, and gives the material that did it.
pub(super) fn open(
    call: &mut Call<'_>,
    ready: &Ready,
    algorithm: &str,
    context: &Pairs,
    blob: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, Option<MaterialId>), Fault> {
    if let Some(by) = encryption(algorithm) {
        let plaintext = call.world.keys.decrypt(ready, by, blob, call.entropy)?;
        return Ok((plaintext.expose().to_vec().into(), None));
    }
    let (plaintext, material) = call.world.keys.open(ready, blob, context)?;
    Ok((plaintext.into(), Some(material)))
}

/// Notes in its record that a key was used.
pub(super) fn used(call: &mut Call<'_>, ready: &Ready) {
    let (now, request_id) = (call.now(), call.asking.request_id);
    call.world.keys.note_use(ready, now, request_id);
}

/// Notes that a key was used: in its record, and the material, where there is one to name, in the trail under `name`.
pub(super) fn used_material(
    call: &mut Call<'_>,
    ready: &Ready,
    name: &'static str,
    material: impl Into<Option<MaterialId>>,
) {
    used(call, ready);
    let Some(material) = material.into() else { return };
    // One is what most have; a hundred thousand records are kept.
    call.trail.additional.reserve_exact(1);
    let store = call.world.keys.find(ready.key(), call.now()).and_then(|key| key.store.as_ref());
    let Some(store) = store else { return call.trail.additional.push((name, material.text())) };
    // Source: kms.md 20.4.
    call.trail.additional.push(("customKeyStoreId", store.id.clone()));
    call.trail.additional.extend(store.external_key.iter().map(|id| ("xksKeyId", id.clone())));
}

/// An encryption context as the pairs it has.
pub(super) type Pairs = EncryptionContext;

/// Grant tokens.
pub(super) type Tokens = Vec<String>;
