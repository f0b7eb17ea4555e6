//! `DisconnectCustomKeyStore`: the store's keys are unavailable, until it is connected again.
//! Source: KMS API Reference, `DisconnectCustomKeyStore`; kms.md 14.2.

use super::key_stores;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::StoreAt;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { id: String = "CustomKeyStoreId" }
    out Output {}
}

/// The row of `DisconnectCustomKeyStore`.
#[derive(Debug)]
pub(super) struct DisconnectCustomKeyStore;

impl Operation for DisconnectCustomKeyStore {
    const NAME: &'static str = "DisconnectCustomKeyStore";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = StoreAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<StoreAt>, Fault> {
        Ok(key_stores::needs("kms:DisconnectCustomKeyStore", &input.id, call))
    }

    fn run(call: &mut Call<'_>, at: Permit<StoreAt>, _: Input) -> Result<Output, Fault> {
        let now = call.now();
        let store = call.world.keys.stores.find(&at)?;
        key_stores::note(&mut call.trail, store);
        call.world.keys.disconnect(&at, now)?;
        Ok(Output {})
    }
}
