//! `ListKeyRotations`: the rotations of a key, or all of its materials.
//! Source: KMS API Reference, `ListKeyRotations`; kms.md 7.5 and 8.

use super::key_id::{self, Forms};
use super::key_metadata::expiration_model;
use super::page::{self, MANY, Page};
use crate::base::{Fault, KeyArn, KeyId, MaterialId, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::MaterialFacts;
use crate::world::{Needs, Permit};
use alloc::{format, string::String, vec::Vec};

view! {
    in Input {
        key_id: String = "KeyId",
        include: Option<String> = "IncludeKeyMaterial",
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
    }
    /// One material of the key.
    out RotationsListEntry {
        // The documentation's examples have the bare id.
        key_id: KeyId = "KeyId",
        key_material_id: MaterialId = "KeyMaterialId",
        key_material_description: Option<String> = "KeyMaterialDescription",
        import_state: Option<&'static str> = "ImportState",
        key_material_state: &'static str = "KeyMaterialState",
        expiration_model: Option<&'static str> = "ExpirationModel",
        valid_to: Option<Timestamp> = "ValidTo",
        rotation_date: Option<Timestamp> = "RotationDate",
        rotation_type: Option<&'static str> = "RotationType",
    }
    out Output {
        rotations: Vec<RotationsListEntry> = "Rotations",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

/// The row of `ListKeyRotations`.
#[derive(Debug)]
pub(super) struct ListKeyRotations;

impl Operation for ListKeyRotations {
    const NAME: &'static str = "ListKeyRotations";
    const QUOTA: Quota = Quota::Own(100);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        page::limit(MANY, input.limit)?;
        Ok(key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:ListKeyRotations"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        if input.include.is_some() {
            call.world.keys.must_rotate(&key, call.now())?;
        }
        let all = input.include.as_deref() == Some("ALL_KEY_MATERIAL");
        let scope = format!("ListKeyRotations {} {all}", *key);
        let parse = |text: &str| text.parse::<MaterialId>().ok();
        let page = Page::read(MANY, scope, input.limit, input.marker.as_deref(), parse)?;
        let mut facts = call.world.keys.materials_of(&key, call.now())?;
        facts.retain(|material| all || material.rotated.is_some());
        // A material that a marker names, and that is gone, was the last one: a pending one.
        let from = page.after.map(|last| facts.iter().position(|material| material.id == last));
        let from = from.map_or(0, |at| at.map_or(facts.len(), |at| at.saturating_add(1)));
        let (facts, next_marker) = page.fill(facts.into_iter().skip(from), |material| material.id.text());
        let rotations = facts.into_iter().map(|material| entry(&key, material)).collect();
        Ok(Output { rotations, truncated: next_marker.is_some(), next_marker })
    }
}

/// Of imported keys it tells more: whether the material is there, and until when.
fn entry(key: &KeyArn, material: MaterialFacts) -> RotationsListEntry {
    let imported = material.imported;
    let present = imported.as_ref().filter(|imported| imported.present);
    RotationsListEntry {
        key_id: key.id,
        key_material_id: material.id,
        import_state: imported.as_ref().map(|it| if it.present { "IMPORTED" } else { "PENDING_IMPORT" }),
        key_material_state: material.state.as_str(),
        expiration_model: present.map(|imported| expiration_model(imported.expires)),
        valid_to: present.and_then(|imported| imported.expires),
        key_material_description: imported.map(|imported| imported.description).filter(|text| !text.is_empty()),
        rotation_date: material.rotated.map(|rotated| rotated.at),
        rotation_type: material.rotated.map(|rotated| rotated.kind.as_str()),
    }
}
