//! `DeleteImportedKeyMaterial`: the key is unusable until the same material is imported again.
//! Source: KMS API Reference, `DeleteImportedKeyMaterial`; kms.md, section 7.

use super::import_key_material::material_id;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, MaterialId};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::Family;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId", key_material_id: Option<String> = "KeyMaterialId" }
    out Output { key_id: KeyArn = "KeyId", key_material_id: Option<MaterialId> = "KeyMaterialId" }
}

/// The row of `DeleteImportedKeyMaterial`.
#[derive(Debug)]
pub(super) struct DeleteImportedKeyMaterial;

impl Operation for DeleteImportedKeyMaterial {
    const NAME: &'static str = "DeleteImportedKeyMaterial";
    const QUOTA: Quota = Quota::Own(15);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:DeleteImportedKeyMaterial"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let id = input.key_material_id.as_deref().map(material_id).transpose()?;
        let deleted = call.world.keys.delete_material(&key, id, now)?;
        let symmetric = call.world.keys.find(&key, now).is_some_and(|record| record.spec.family() == Family::Symmetric);
        Ok(Output { key_id: key.into_target(), key_material_id: deleted.filter(|_| symmetric) })
    }
}
