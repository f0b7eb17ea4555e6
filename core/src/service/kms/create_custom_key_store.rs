//! `CreateCustomKeyStore`: a place for keys, in a CloudHSM cluster or outside of AWS. It is disconnected at first.
//! Source: KMS API Reference, `CreateCustomKeyStore`; kms.md 14.1.

use super::key_stores::{Asked, Credential};
use crate::base::{Fault, Secret};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{Backing, Connection, Place, StoreAt};
use crate::world::{Needs, Permit, Resource};
use alloc::string::String;

view! {
    in Input {
        name: String = "CustomKeyStoreName",
        kind: Option<String> = "CustomKeyStoreType",
        cluster: Option<String> = "CloudHsmClusterId",
        certificate: Option<String> = "TrustAnchorCertificate",
        password: Option<Secret> = "KeyStorePassword",
        endpoint: Option<String> = "XksProxyUriEndpoint",
        path: Option<String> = "XksProxyUriPath",
        service: Option<String> = "XksProxyVpcEndpointServiceName",
        owner: Option<String> = "XksProxyVpcEndpointServiceOwner",
        credential: Option<Credential> = "XksProxyAuthenticationCredential",
        connectivity: Option<String> = "XksProxyConnectivity",
    }
    out Output { id: String = "CustomKeyStoreId" }
}

impl Input {
    fn backing(&self) -> Result<Backing, Fault> {
        let asked = Asked {
            cluster: self.cluster.clone(),
            certificate: self.certificate.clone(),
            password: self.password.clone(),
            connectivity: self.connectivity.clone(),
            endpoint: self.endpoint.clone(),
            path: self.path.clone(),
            credential: self.credential.clone(),
            service: self.service.clone(),
            owner: self.owner.clone(),
        };
        asked.new_backing(self.kind.as_deref())
    }
}

/// The row of `CreateCustomKeyStore`.
#[derive(Debug)]
pub(super) struct CreateCustomKeyStore;

impl Operation for CreateCustomKeyStore {
    const NAME: &'static str = "CreateCustomKeyStore";
    const QUOTA: Quota = Quota::Own(5);
    /// AWS's published record has the name, and the cluster as `clusterId`.
    const AUDIT: Audit = Audit::WRITE.hiding(&[
        "CloudHsmClusterId",
        "TrustAnchorCertificate",
        "KeyStorePassword",
        "XksProxyAuthenticationCredential",
    ]);
    type Input = Input;
    type Output = Output;
    type Target = StoreAt;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<StoreAt>, Fault> {
        input.backing()?;
        // Its id is made when it is known that it may be; here it stands for the account and the Region.
        let place = Place { account: call.account(), region: call.region().clone() };
        let at = StoreAt { place, id: String::new() };
        Ok(Needs::one("kms:CreateCustomKeyStore", Resource::Any, at))
    }

    fn run(call: &mut Call<'_>, at: Permit<StoreAt>, input: Input) -> Result<Output, Fault> {
        let backing = input.backing()?;
        let now = call.now();
        if let Backing::CloudHsm { cluster, .. } = &backing {
            call.trail.parameters.push(("clusterId", cluster.clone()));
        }
        // The same again creates nothing (kms.md 14.2).
        let same = call.world.keys.stores.at(&at.place, None).find(|(_, store)| {
            let idle = store.connection(now) == Connection::Disconnected;
            matches!(backing, Backing::CloudHsm { .. }) && idle && store.name == input.name && store.backing == backing
        });
        if let Some((at, _)) = same {
            return Ok(Output { id: at.id.clone() });
        }
        let random = call.random()?;
        let at = at.with_id(random);
        call.world.keys.create_store(&at, input.name, backing, now)?;
        Ok(Output { id: at.id.clone() })
    }
}
