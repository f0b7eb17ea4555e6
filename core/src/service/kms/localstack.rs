//! LocalStack's way to choose a key's id and material: two tags of `CreateKey`, in labs that follow it. Source: LocalStack's
//! documentation of KMS, "Custom IDs" and "Custom key material". AWS takes the tags for tags.

use super::key_kind::Kind;
use crate::base::{Fault, KeyId, Secret};
use crate::service::Call;
use crate::world::keys::{Compat, Origin, Place, accept_material};
use alloc::{collections::BTreeMap, format, string::String};
use base64ct::{Base64, Encoding};

/// The tag with the id. It stays on the key.
const ID: &str = "_custom_id_";
/// The tag with the material in base64. It does not: tags are read by many.
const MATERIAL: &str = "_custom_key_material_";

/// The key that is to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) multi_region: bool,
}

/// What its tags choose; an id where they do not.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) id: KeyId,
    pub(super) material: Option<Secret>,
}

/// Id and material that `tags` choose, if they do and the lab follows LocalStack.
///
/// # Errors
/// [`Fault::Validation`], in our words, for what can be neither.
pub(super) fn chosen(
    asked: Asked,
    tags: &mut BTreeMap<String, String>,
    place: &Place,
    call: &mut Call<'_>,
) -> Result<Chosen, Fault> {
    if call.world.compat != Compat::Localstack {
        return Ok(Chosen { id: asked.new_id(call)?, material: None });
    }
    let refused = |message: String| Fault::Validation { message };
    let material = match tags.remove(MATERIAL) {
        Some(text) => Some(asked.material(&text).map_err(|wrong| refused(format!("The tag {MATERIAL}: {wrong}.")))?),
        None => None,
    };
    let Some(text) = tags.get(ID) else { return Ok(Chosen { id: asked.new_id(call)?, material }) };
    let id: KeyId = text.trim().parse().map_err(|_| {
        refused(format!("The value of the tag {ID} is no key ID: {text}. It is a UUID, or mrk- and 32 hex digits."))
    })?;
    if id.is_multi_region() != asked.multi_region {
        let message = "key IDs begin with mrk- where MultiRegion is true, and nowhere else";
        return Err(refused(format!("The tag {ID}: {message}.")));
    }
    let free = call.world.keys.free(&place.key(id), material.as_ref());
    free.map_err(|wrong| refused(format!("The key ID of the tag {ID} is in use: {wrong}.")))?;
    Ok(Chosen { id, material })
}

impl Asked {
    fn new_id(self, call: &mut Call<'_>) -> Result<KeyId, Fault> {
        let bytes = call.random()?;
        Ok(if self.multi_region { KeyId::multi_region(bytes) } else { KeyId::from_random(bytes) })
    }

    /// The material that `text` is for this key.
    fn material(self, text: &str) -> Result<Secret, String> {
        let Kind { spec, origin, .. } = self.kind;
        if origin != Origin::AwsKms {
            return Err(format!("the material of a key of the origin {origin} is not chosen by a tag"));
        }
        let bytes = Base64::decode_vec(text.trim()).map_err(|_| String::from("it is not base64"))?;
        accept_material(spec, Secret::new(bytes))
    }
}
