//! Keys as fixtures: with an id and material of one's choice. Nothing here comes over the wire; the lab's owner puts them
//! there, as accounts are put.

use super::material::material_id;
use super::{KeySpec, Keys, NewKey, Place, count};
use crate::base::{Fault, KeyArn, Secret, Timestamp};
use alloc::{format, string::String};
use serde::{Deserialize, Serialize};

/// Whose habits beyond AWS's the lab follows, for suites that were written for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Compat {
    /// AWS's alone.
    #[default]
    Aws,
    /// LocalStack's: `CreateKey` takes id and material from the tags `_custom_id_` and `_custom_key_material_`.
    Localstack,
}

impl Keys {
    /// Adds a key that no request has asked for. It counts against the quota and is not refused by it.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the id is taken.
    pub(crate) fn add_fixture(&mut self, place: &Place, new: NewKey, now: Timestamp) -> Result<KeyArn, Fault> {
        let arn = self.add(place, new, now)?;
        count(&mut self.keys_in, place.clone(), 1);
        Ok(arn)
    }

    /// Checks that a key can have a chosen id, and chosen material with it.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn free(&self, key: &KeyArn, material: Option<&Secret>) -> Result<(), String> {
        if self.keys.get(key).is_some() {
            return Err(format!("{key} exists"));
        }
        let is_relative = |arn: &KeyArn| arn.id == key.id && arn.account == key.account;
        if key.id.is_multi_region() && self.keys.iter().any(|(arn, _)| is_relative(arn)) {
            return Err(format!("{} is a multi-Region key of another Region: ReplicateKey brings it here", key.id));
        }
        // The id of a material follows from key id and bytes, and ciphertexts name their key by it.
        let taken = material.and_then(|secret| self.of_material(&material_id(key.id, secret)));
        match taken {
            Some((place, id)) => Err(format!("{} has this id and this material", place.key(id))),
            None => Ok(()),
        }
    }
}

/// The material of a key of `spec`, written as KMS writes it. Source: kms.md 7.2.
///
/// # Errors
/// What is wrong with it.
pub fn accept_material(spec: KeySpec, material: Secret) -> Result<Secret, String> {
    let length = material.expose().len();
    spec.accept(material).ok_or_else(|| match (spec.pair(), spec.mac()) {
        (Some(_), _) => format!("the material of a key of the spec {spec} is its private key as PKCS #8"),
        (None, Some(hash)) => {
            format!("the material of a key of the spec {spec} has {} to 128 bytes, not {length}", hash.size())
        }
        (None, None) => format!("the material of a key of the spec {spec} has 32 bytes, not {length}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_has_the_length_of_its_spec() {
        let cases = [
            (KeySpec::Symmetric, 32, true),
            (KeySpec::Symmetric, 31, false),
            (KeySpec::Symmetric, 33, false),
            (KeySpec::Hmac224, 28, true),
            (KeySpec::Hmac512, 63, false),
            (KeySpec::Hmac384, 128, true),
            (KeySpec::Hmac384, 129, false),
            (KeySpec::Rsa2048, 32, false),
        ];
        for (spec, length, want) in cases {
            let got = accept_material(spec, Secret::new(alloc::vec![1; length]));
            assert_eq!(got.is_ok(), want, "{spec} {length}: {got:?}");
        }
    }
}
