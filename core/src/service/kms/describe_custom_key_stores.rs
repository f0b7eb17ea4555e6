//! `DescribeCustomKeyStores`: the stores of the account in the Region, or one of them, with the state of its connection.
//! Source: KMS API Reference, `DescribeCustomKeyStores`; kms.md 14.2.

use super::key_stores;
use super::page::{self, MANY, Page};
use crate::base::{Fault, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::keys::{Backing, Place, Store, StoreAt};
use crate::world::{Needs, Permit, Resource};
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

view! {
    in Input {
        id: Option<String> = "CustomKeyStoreId",
        name: Option<String> = "CustomKeyStoreName",
        limit: Option<i64> = "Limit",
        marker: Option<String> = "Marker",
    }
    /// The settings of a proxy, without the secret.
    out XksProxyConfiguration {
        connectivity: &'static str = "Connectivity",
        access_key_id: String = "AccessKeyId",
        endpoint: String = "UriEndpoint",
        path: String = "UriPath",
        service: Option<String> = "VpcEndpointServiceName",
        owner: Option<String> = "VpcEndpointServiceOwner",
    }
    /// One store.
    out Entry {
        id: String = "CustomKeyStoreId",
        name: String = "CustomKeyStoreName",
        cluster: Option<String> = "CloudHsmClusterId",
        certificate: Option<String> = "TrustAnchorCertificate",
        connection_state: &'static str = "ConnectionState",
        connection_error: Option<&'static str> = "ConnectionErrorCode",
        creation_date: Timestamp = "CreationDate",
        kind: &'static str = "CustomKeyStoreType",
        proxy: Option<XksProxyConfiguration> = "XksProxyConfiguration",
    }
    out Output {
        stores: Vec<Entry> = "CustomKeyStores",
        next_marker: Option<String> = "NextMarker",
        truncated: bool = "Truncated",
    }
}

impl Entry {
    fn of(at: &StoreAt, store: &Store, now: Timestamp) -> Self {
        let state = store.connection(now);
        let (cluster, certificate, proxy) = match &store.backing {
            Backing::CloudHsm { cluster, certificate, .. } => (Some(cluster.clone()), Some(certificate.clone()), None),
            Backing::External(proxy) => {
                let configuration = XksProxyConfiguration {
                    connectivity: key_stores::connectivity(proxy),
                    access_key_id: proxy.access_key_id.clone(),
                    endpoint: proxy.endpoint.clone(),
                    path: proxy.path.clone(),
                    service: proxy.service.clone(),
                    // Without one it is the caller's account.
                    owner: proxy
                        .service
                        .as_ref()
                        .map(|_| proxy.owner.clone().unwrap_or_else(|| at.place.account.to_string())),
                };
                (None, None, Some(configuration))
            }
        };
        Self {
            id: at.id.clone(),
            name: store.name.clone(),
            cluster,
            certificate,
            connection_state: state.as_str(),
            connection_error: state.error().map(|error| error.as_str()),
            creation_date: store.created,
            kind: store.kind().as_str(),
            proxy,
        }
    }
}

/// The row of `DescribeCustomKeyStores`.
#[derive(Debug)]
pub(super) struct DescribeCustomKeyStores;

impl Operation for DescribeCustomKeyStores {
    const NAME: &'static str = "DescribeCustomKeyStores";
    const QUOTA: Quota = Quota::Own(5);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = Place;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<Place>, Fault> {
        page::limit(MANY, input.limit)?;
        if input.id.is_some() && input.name.is_some() {
            // Not recorded; the sentence is ours.
            let message = "Specify either CustomKeyStoreId or CustomKeyStoreName, not both.".into();
            return Err(Fault::Validation { message });
        }
        let place = Place { account: call.account(), region: call.region().clone() };
        Ok(Needs::one("kms:DescribeCustomKeyStores", Resource::Any, place))
    }

    fn run(call: &mut Call<'_>, place: Permit<Place>, input: Input) -> Result<Output, Fault> {
        let now = call.now();
        let stores = &call.world.keys.stores;
        if input.id.is_some() || input.name.is_some() {
            let meant = |(at, store): &(&StoreAt, &Store)| {
                input.id.as_ref().is_none_or(|id| at.id == *id)
                    && input.name.as_ref().is_none_or(|name| store.name == *name)
            };
            let (at, store) = stores.at(&place, None).find(meant).ok_or(Fault::StoreNotFound)?;
            return Ok(Output { stores: vec![Entry::of(at, store, now)], next_marker: None, truncated: false });
        }
        let scope = format!("DescribeCustomKeyStores {place:?}", place = *place);
        let page = Page::read(MANY, scope, input.limit, input.marker.as_deref(), |id| Some(id.to_string()))?;
        let after = page.after.clone();
        let (found, next_marker) = page.fill(stores.at(&place, after.as_deref()), |(at, _)| at.id.clone());
        let stores = found.into_iter().map(|(at, store)| Entry::of(at, store, now)).collect();
        Ok(Output { stores, truncated: next_marker.is_some(), next_marker })
    }
}
