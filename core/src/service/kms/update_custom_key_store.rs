//! `UpdateCustomKeyStore`: another name, or other settings of what backs the store.
//! Source: KMS API Reference, `UpdateCustomKeyStore`; kms.md 14.2.

use super::key_stores::{self, Asked, Credential};
use crate::base::{Fault, Secret};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{StoreAt, StoreType};
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        id: String = "CustomKeyStoreId",
        name: Option<String> = "NewCustomKeyStoreName",
        password: Option<Secret> = "KeyStorePassword",
        cluster: Option<String> = "CloudHsmClusterId",
        endpoint: Option<String> = "XksProxyUriEndpoint",
        path: Option<String> = "XksProxyUriPath",
        service: Option<String> = "XksProxyVpcEndpointServiceName",
        owner: Option<String> = "XksProxyVpcEndpointServiceOwner",
        credential: Option<Credential> = "XksProxyAuthenticationCredential",
        connectivity: Option<String> = "XksProxyConnectivity",
    }
    out Output {}
}

/// The row of `UpdateCustomKeyStore`.
#[derive(Debug)]
pub(super) struct UpdateCustomKeyStore;

impl Operation for UpdateCustomKeyStore {
    const NAME: &'static str = "UpdateCustomKeyStore";
    const QUOTA: Quota = Quota::Own(5);
    /// AWS's published record has the cluster as `clusterId`.
    const AUDIT: Audit =
        Audit::WRITE.hiding(&["CloudHsmClusterId", "KeyStorePassword", "XksProxyAuthenticationCredential"]);
    type Input = Input;
    type Output = Output;
    type Target = StoreAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<StoreAt>, Fault> {
        Ok(key_stores::needs("kms:UpdateCustomKeyStore", &input.id, call))
    }

    fn run(call: &mut Call<'_>, at: Permit<StoreAt>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let store = call.world.keys.stores.find(&at)?.clone();
        key_stores::note(&mut call.trail, &store);
        if let Some(cluster) = &input.cluster {
            call.trail.parameters.push(("clusterId", cluster.clone()));
        }
        let asked = Asked {
            cluster: input.cluster,
            certificate: None,
            password: input.password,
            connectivity: input.connectivity,
            endpoint: input.endpoint,
            path: input.path,
            credential: input.credential,
            service: input.service,
            owner: input.owner,
        };
        // What a connected store allows: the name; of an external one also credential and path. The text of the operation
        // says so, that of the exception does not (kms.md, section 22).
        let soft = asked.is_empty() || (asked.is_soft() && store.kind() == StoreType::External);
        call.world.keys.changeable(&at, soft, now)?;
        let backing = if asked.is_empty() { None } else { Some(asked.changed(&store, &at.place, call)?) };
        call.world.keys.stores.update(&at, input.name, backing)?;
        Ok(Output {})
    }
}
