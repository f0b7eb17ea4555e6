//! `ImportKeyMaterial`: material of the caller's own for a key, or the same again.
//! Source: KMS API Reference, `ImportKeyMaterial`; kms.md, section 7.

use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, MaterialId, Timespan, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::{Family, Import, ImportType};
use crate::world::{Needs, Permit};
use alloc::{
    format,
    string::{String, ToString},
};

view! {
    in Input {
        key_id: String = "KeyId",
        import_token: Blob = "ImportToken",
        wrapped: Blob = "EncryptedKeyMaterial",
        valid_to: Option<Timestamp> = "ValidTo",
        expiration_model: Option<String> = "ExpirationModel",
        import_type: Option<String> = "ImportType",
        description: Option<String> = "KeyMaterialDescription",
        key_material_id: Option<String> = "KeyMaterialId",
    }
    out Output { key_id: KeyArn = "KeyId", key_material_id: Option<MaterialId> = "KeyMaterialId" }
}

/// How far ahead material may expire.
const LONGEST: Timespan = Timespan::days(365);

impl Input {
    /// The rules that need no key. All sentences but the first are ours.
    fn check(&self, now: Timestamp) -> Result<(), Fault> {
        let expires = self.expiration_model.as_deref() != Some("KEY_MATERIAL_DOES_NOT_EXPIRE");
        let message = match self.valid_to {
            None if expires => "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
            Some(_) if !expires => {
                "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"
            }
            Some(date) if date <= now => "The validTo date must be in the future",
            Some(date) if date > now.plus(LONGEST) => "The validTo date must be within 365 days",
            _ if self.key_material_id.is_some() && self.import_type.as_deref() == Some("NEW_KEY_MATERIAL") => {
                "A KeyMaterialId must not be set if the ImportType is NEW_KEY_MATERIAL"
            }
            _ => return Ok(()),
        };
        Err(Fault::Validation { message: message.into() })
    }
}

/// The row of `ImportKeyMaterial`.
#[derive(Debug)]
pub(super) struct ImportKeyMaterial;

impl Operation for ImportKeyMaterial {
    const NAME: &'static str = "ImportKeyMaterial";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE.hiding(&["ImportToken", "EncryptedKeyMaterial"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        input.check(call.now())?;
        let mut needs = key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:ImportKeyMaterial");
        if let Some(model) = &input.expiration_model {
            needs = needs.fact("kms:ExpirationModel", model);
        }
        if let Some(date) = input.valid_to {
            needs = needs.fact("kms:ValidTo", date.as_secs().to_string());
        }
        Ok(needs)
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let import = Import {
            token: &input.import_token,
            wrapped: &input.wrapped,
            expires: input.valid_to,
            kind: input.import_type.as_deref().map(|kind| match kind {
                "NEW_KEY_MATERIAL" => ImportType::New,
                _ => ImportType::Existing,
            }),
            description: input.description,
            id: input.key_material_id.as_deref().map(material_id).transpose()?,
        };
        let id = call.world.keys.import(&key, import, now, call.entropy)?;
        let symmetric = call.world.keys.find(&key, now).is_some_and(|record| record.spec.family() == Family::Symmetric);
        Ok(Output { key_id: key.into_target(), key_material_id: symmetric.then_some(id) })
    }
}

/// The id of a material. The model lets its form through alone.
pub(super) fn material_id(text: &str) -> Result<MaterialId, Fault> {
    text.parse().map_err(|_| Fault::Validation { message: format!("Invalid keyMaterialId '{text}'") })
}
