//! What `GenerateDataKeyPair` and `GenerateDataKeyPairWithoutPlaintext` share. Source: kms.md 6.2.

use super::encryption::{self, Pairs, SYMMETRIC_DEFAULT};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, MaterialId, Secret};
use crate::service::Call;
use crate::world::keys::{KeySpec, Use};
use crate::world::{Needs, Permit};
use alloc::{string::String, vec::Vec};

/// A data key pair that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// `KeyPairSpec`.
    pub(super) spec: &'a str,
    /// `EncryptionContext`.
    pub(super) context: &'a Pairs,
    /// `DryRun`.
    pub(super) dry_run: bool,
}

/// A data key pair, its private key open and sealed.
#[derive(Debug)]
pub(super) struct DataKeyPair {
    pub(super) private: Secret,
    pub(super) public: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) material: MaterialId,
}

/// What making a data key pair needs.
pub(super) fn needs(
    action: &'static str,
    key_id: &str,
    spec: &str,
    context: &Pairs,
    tokens: &[String],
    call: &Call<'_>,
) -> Result<Needs<KeyArn>, Fault> {
    super::regional(spec.parse().map_err(|_| Fault::Internal)?, "keyPairSpec", call)?;
    let found = key_id::find(key_id, Forms::KeyOrAlias, call)?;
    encryption::check_tokens(tokens, call)?;
    let needs = found.needs(action).fact("kms:DataKeyPairSpec", spec);
    Ok(encryption::facts(needs, SYMMETRIC_DEFAULT, context))
}

impl Wanted<'_> {
    /// Makes it.
    pub(super) fn make(
        self,
        operation: &'static str,
        key: &Permit<KeyArn>,
        call: &mut Call<'_>,
    ) -> Result<DataKeyPair, Fault> {
        let ready = call.world.keys.ready(key, Use::encryption(operation, SYMMETRIC_DEFAULT), call.now())?;
        if self.dry_run {
            return Err(Fault::DryRun);
        }
        // The model has checked that it is of its enumeration.
        let spec: KeySpec = self.spec.parse().map_err(|_| Fault::Internal)?;
        let spec = spec.pair().ok_or(Fault::Internal)?;
        let pair = call.pairs.generate(spec, call.entropy).map_err(|_| Fault::Internal)?;
        let private = pair.to_pkcs8().map_err(|_| Fault::Internal)?;
        let public = pair.public().to_spki().map_err(|_| Fault::Internal)?;
        let nonce = call.random()?;
        let sealed = call.world.keys.seal(&ready, nonce, self.context, private.expose())?;
        let material = ready.material();
        encryption::used_material(call, &ready, "keyMaterialId", material);
        Ok(DataKeyPair { private, public, sealed, material })
    }
}
