//! Which spec, usage and origin go together in a new key. Source: kms.md 4.1 and 9.1.

use crate::base::Fault;
use crate::world::keys::{KeySpec, KeyUsage, Origin};
use alloc::{format, string::String};

/// What a new key is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) spec: KeySpec,
    pub(super) usage: KeyUsage,
    pub(super) origin: Origin,
}

/// The members of `CreateKey` that say it. The model has checked that each is of its enumeration.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    pub(super) key_spec: Option<&'a str>,
    /// `CustomerMasterKeySpec`, the deprecated name.
    pub(super) old_spec: Option<&'a str>,
    pub(super) usage: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
}

fn refused(message: String) -> Fault {
    Fault::Validation { message }
}

impl Asked<'_> {
    /// The spec, or that of most keys.
    ///
    /// # Errors
    /// [`Fault::Validation`].
    pub(super) fn spec(self) -> Result<KeySpec, Fault> {
        match (self.key_spec, self.old_spec) {
            (Some(_), Some(_)) => {
                // Measured in us-east-1, 2026, of equal values as well.
                let message = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                               CustomerMasterKeySpec is deprecated.";
                Err(refused(message.into()))
            }
            (Some(spec), None) | (None, Some(spec)) => spec.parse().map_err(|_| Fault::Internal),
            (None, None) => Ok(KeySpec::Symmetric),
        }
    }

    /// With the defaults, if all goes together.
    ///
    /// # Errors
    /// [`Fault::Validation`].
    pub(super) fn kind(self) -> Result<Kind, Fault> {
        let spec = self.spec()?;
        let usage = match self.usage {
            Some(usage) => usage.parse().map_err(|_| Fault::Internal)?,
            None if spec == KeySpec::Symmetric => KeyUsage::EncryptDecrypt,
            None => {
                let message =
                    "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
                return Err(refused(message.into()));
            }
        };
        if !spec.usages().contains(&usage) {
            return Err(refused(format!("KeyUsage {usage} is not compatible with KeySpec {spec}")));
        }
        let origin = self.origin.map_or(Ok(Origin::AwsKms), |origin| origin.parse().map_err(|_| Fault::Internal))?;
        if origin == Origin::External && !spec.is_importable() {
            // Not recorded; the sentence is ours.
            return Err(refused(format!("KeySpec {spec} is not compatible with Origin {origin}")));
        }
        Ok(Kind { spec, usage, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn specs_and_usages_go_together_as_in_aws() {
        let missing = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
        let both = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                    CustomerMasterKeySpec is deprecated.";
        let cases = [
            // KeySpec, CustomerMasterKeySpec, KeyUsage, what comes out
            (None, None, None, "SYMMETRIC_DEFAULT ENCRYPT_DECRYPT"),
            (Some("SYMMETRIC_DEFAULT"), None, Some("ENCRYPT_DECRYPT"), "SYMMETRIC_DEFAULT ENCRYPT_DECRYPT"),
            (None, Some("RSA_2048"), Some("SIGN_VERIFY"), "RSA_2048 SIGN_VERIFY"),
            (Some("RSA_2048"), Some("RSA_2048"), Some("SIGN_VERIFY"), both),
            (Some("HMAC_256"), None, None, missing),
            (Some("RSA_2048"), None, None, missing),
            (
                Some("RSA_2048"),
                None,
                Some("KEY_AGREEMENT"),
                "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
            ),
            (None, None, Some("SIGN_VERIFY"), "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"),
            (Some("RSA_2048"), Some("RSA_4096"), Some("SIGN_VERIFY"), both),
            (Some("HMAC_256"), Some("HMAC_256"), None, both),
        ];
        for (key_spec, old_spec, usage, want) in cases {
            let got = Asked { key_spec, old_spec, usage, origin: None }.kind();
            let got = got.map_or_else(|fault| fault.to_string(), |kind| format!("{} {}", kind.spec, kind.usage));
            assert_eq!(got, want, "{key_spec:?} {old_spec:?} {usage:?}");
        }
    }
}
