//! A new key's custom key store: which members of `CreateKey` go together. Source: kms.md 9.1 and 14.1.

use super::key_kind::Kind;
use super::{key_stores, missing};
use crate::base::Fault;
use crate::service::Call;
use crate::world::keys::{InStore, KeySpec, StoreType, store_type};

/// The members that say it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) store: Option<&'a str>,
    pub(super) external_key: Option<&'a str>,
    pub(super) multi_region: bool,
}

/// The refusal of what does not go together. Not recorded; the sentences are ours.
fn refused(message: &str) -> Fault {
    Fault::Validation { message: message.into() }
}

impl Asked<'_> {
    /// Refuses members that do not go together.
    ///
    /// # Errors
    /// [`Fault::Validation`], [`Fault::UnsupportedOperation`] for what no store has.
    pub(super) fn check(self, kind: Kind) -> Result<(), Fault> {
        let of = store_type(kind.origin);
        if self.external_key.is_some() && of != Some(StoreType::External) {
            return Err(refused("XksKeyId can only be specified when Origin is EXTERNAL_KEY_STORE."));
        }
        if of.is_none() && self.store.is_some() {
            let message = "CustomKeyStoreId can only be specified when Origin is AWS_CLOUDHSM or EXTERNAL_KEY_STORE.";
            return Err(refused(message));
        }
        if of.is_none() {
            return Ok(());
        }
        if self.store.is_none() {
            return Err(missing("customKeyStoreId"));
        }
        if of == Some(StoreType::External) && self.external_key.is_none() {
            return Err(missing("xksKeyId"));
        }
        if kind.spec != KeySpec::Symmetric || self.multi_region {
            let message = "Custom key stores support only symmetric encryption KMS keys in a single Region.";
            return Err(Fault::UnsupportedOperation { message: message.into() });
        }
        Ok(())
    }

    /// The place in the store that the new key gets; none for a key of no store.
    ///
    /// # Errors
    /// The faults of `CreateKey` that are about stores.
    pub(super) fn find(self, kind: Kind, call: &Call<'_>) -> Result<Option<InStore>, Fault> {
        let (Some(of), Some(id)) = (store_type(kind.origin), self.store) else { return Ok(None) };
        let at = key_stores::at(id, call);
        if call.world.keys.stores.find(&at)?.kind() != of {
            return Err(refused("The Origin does not match the type of the custom key store."));
        }
        call.world.keys.room_in_store(&at, self.external_key, call.now()).map(Some)
    }
}
