//! `ConnectCustomKeyStore`: begins to connect the store to what backs it; how that ends, `DescribeCustomKeyStores` tells.
//! Source: KMS API Reference, `ConnectCustomKeyStore`; kms.md 14.2.

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

/// The row of `ConnectCustomKeyStore`.
#[derive(Debug)]
pub(super) struct ConnectCustomKeyStore;

impl Operation for ConnectCustomKeyStore {
    const NAME: &'static str = "ConnectCustomKeyStore";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = StoreAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<StoreAt>, Fault> {
        Ok(key_stores::needs("kms:ConnectCustomKeyStore", &input.id, call))
    }

    fn run(call: &mut Call<'_>, at: Permit<StoreAt>, _: Input) -> Result<Output, Fault> {
        let now = call.now();
        let store = call.world.keys.stores.find(&at)?;
        key_stores::note(&mut call.trail, store);
        call.world.keys.connect(&at, now)?;
        Ok(Output {})
    }
}
