//! What `GenerateDataKey` and `GenerateDataKeyWithoutPlaintext` share. Source: kms.md 6.1.

use super::encryption::{self, Pairs, SYMMETRIC_DEFAULT};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::Call;
use crate::world::keys::Use;
use crate::world::{Needs, Permit};
use alloc::{string::String, vec, vec::Vec};
use zeroize::Zeroizing;

/// A data key that is asked for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// Its length in bytes.
    bytes: usize,
    /// `EncryptionContext`.
    context: &'a Pairs,
    /// `DryRun`.
    dry_run: bool,
}

/// A data key, open and sealed.
#[derive(Debug)]
pub(super) struct DataKey {
    pub(super) plaintext: Zeroizing<Vec<u8>>,
    pub(super) sealed: Vec<u8>,
    pub(super) material: Option<MaterialId>,
}

/// The length by exactly one of `KeySpec` and `NumberOfBytes`.
fn length(spec: Option<&str>, bytes: Option<i64>) -> Result<usize, Fault> {
    let length = match (spec, bytes) {
        (Some("AES_256"), None) => Some(32),
        (Some("AES_128"), None) => Some(16),
        (None, Some(bytes)) => usize::try_from(bytes).ok(),
        _ => None,
    };
    length.ok_or_else(|| Fault::Validation { message: "Please specify either number of bytes or key spec.".into() })
}

/// What making a data key needs.
pub(super) fn needs(
    action: &'static str,
    key_id: &str,
    (spec, bytes): (Option<&str>, Option<i64>),
    context: &Pairs,
    tokens: &[String],
    call: &Call<'_>,
) -> Result<Needs<KeyArn>, Fault> {
    length(spec, bytes)?;
    let found = key_id::find(key_id, Forms::KeyOrAlias, call)?;
    encryption::check_tokens(tokens, call)?;
    Ok(encryption::facts(found.needs(action), SYMMETRIC_DEFAULT, context))
}

impl<'a> Wanted<'a> {
    /// A data key of the length that exactly one of `KeySpec` and `NumberOfBytes` gives.
    pub(super) fn new(
        spec: Option<&str>,
        bytes: Option<i64>,
        context: &'a Pairs,
        dry_run: bool,
    ) -> Result<Self, Fault> {
        Ok(Self { bytes: length(spec, bytes)?, context, dry_run })
    }

    /// Makes it.
    pub(super) fn make(
        self,
        operation: &'static str,
        key: &Permit<KeyArn>,
        call: &mut Call<'_>,
    ) -> Result<DataKey, Fault> {
        let ready = call.world.keys.ready(key, Use::encryption(operation, SYMMETRIC_DEFAULT), call.now())?;
        if self.dry_run {
            return Err(Fault::DryRun);
        }
        let mut plaintext = Zeroizing::new(vec![0; self.bytes]);
        call.entropy.fill(&mut plaintext)?;
        let nonce = call.random()?;
        let sealed = call.world.keys.seal(&ready, nonce, self.context, &plaintext)?;
        encryption::used_material(call, &ready, "keyMaterialId", ready.material());
        let material = call.world.keys.shown(&ready, ready.material());
        Ok(DataKey { plaintext, sealed, material })
    }
}
