//! What the operations on custom key stores share. Source: kms.md, section 14.

use crate::base::{Fault, Secret};
use crate::service::{Call, Remarks};
use crate::wire::view;
use crate::world::keys::{Backing, Place, Proxy, Store, StoreAt};
use crate::world::{Needs, Resource};
use alloc::string::{String, ToString};

view! {
    /// What KMS signs requests to the proxy with.
    in Credential { access_key_id: String = "AccessKeyId", secret: Secret = "RawSecretAccessKey" }
}

/// The members of `CreateCustomKeyStore` and `UpdateCustomKeyStore` that say what backs a store.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) cluster: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) connectivity: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) path: Option<String>,
    pub(super) credential: Option<Credential>,
    pub(super) service: Option<String>,
    pub(super) owner: Option<String>,
}

/// The refusal of members that do not go together. Not recorded; the sentences are ours.
fn refused(message: &str) -> Fault {
    Fault::Validation { message: message.into() }
}

const FOREIGN: &str = "The request has parameters that are not valid for the type of the custom key store.";

impl Asked {
    fn has_cluster(&self) -> bool {
        self.cluster.is_some() || self.certificate.is_some() || self.password.is_some()
    }

    fn has_proxy(&self) -> bool {
        let Self { connectivity, endpoint, path, service, .. } = self;
        [connectivity, endpoint, path, service].iter().any(|member| member.is_some())
            || self.credential.is_some()
            || self.owner.is_some()
    }

    /// Whether nothing but the credential and the path of an external store is to be changed, which a connected one allows.
    pub(super) fn is_soft(&self) -> bool {
        let Self { connectivity, endpoint, service, .. } = self;
        !self.has_cluster()
            && self.owner.is_none()
            && [connectivity, endpoint, service].iter().all(|member| member.is_none())
    }

    /// Whether anything is to be changed.
    pub(super) fn is_empty(&self) -> bool {
        !self.has_cluster() && !self.has_proxy()
    }

    /// What backs a new store of the type `kind`.
    ///
    /// # Errors
    /// [`Fault::Validation`] for a member that is missing or not of this type.
    pub(super) fn new_backing(self, kind: Option<&str>) -> Result<Backing, Fault> {
        if kind != Some("EXTERNAL_KEY_STORE") {
            if self.has_proxy() {
                return Err(refused(FOREIGN));
            }
            return Ok(Backing::CloudHsm {
                cluster: self.cluster.ok_or_else(|| super::missing("cloudHsmClusterId"))?,
                certificate: self.certificate.ok_or_else(|| super::missing("trustAnchorCertificate"))?,
                password: self.password.ok_or_else(|| super::missing("keyStorePassword"))?,
            });
        }
        if self.has_cluster() {
            return Err(refused(FOREIGN));
        }
        let connectivity = self.connectivity.ok_or_else(|| super::missing("xksProxyConnectivity"))?;
        let credential = self.credential.ok_or_else(|| super::missing("xksProxyAuthenticationCredential"))?;
        let proxy = Proxy {
            endpoint: self.endpoint.ok_or_else(|| super::missing("xksProxyUriEndpoint"))?,
            path: self.path.ok_or_else(|| super::missing("xksProxyUriPath"))?,
            access_key_id: credential.access_key_id,
            secret: credential.secret,
            service: self.service,
            owner: self.owner,
        };
        joined(proxy, &connectivity).map(Backing::External)
    }

    /// What backs a store with these changes.
    ///
    /// # Errors
    /// [`Fault::Validation`] for a member of the other type, [`Fault::ClusterNotRelated`].
    pub(super) fn changed(self, store: &Store, place: &Place, call: &Call<'_>) -> Result<Backing, Fault> {
        match &store.backing {
            Backing::CloudHsm { cluster, certificate, password } => {
                if self.has_proxy() {
                    return Err(refused(FOREIGN));
                }
                let wanted = self.cluster.unwrap_or_else(|| cluster.clone());
                let found = call.world.keys.stores.backends.cluster(place, &wanted).ok_or(Fault::ClusterNotFound)?;
                if found.certificate.trim() != certificate.trim() {
                    return Err(Fault::ClusterNotRelated);
                }
                let password = self.password.unwrap_or_else(|| password.clone());
                Ok(Backing::CloudHsm { cluster: wanted, certificate: certificate.clone(), password })
            }
            Backing::External(old) => {
                if self.has_cluster() {
                    return Err(refused(FOREIGN));
                }
                let before = connectivity(old);
                let wanted = self.connectivity.unwrap_or_else(|| before.into());
                let kept = if wanted == before { old.service.clone() } else { None };
                let (old, credential) = (old.clone(), self.credential);
                let proxy = Proxy {
                    endpoint: self.endpoint.unwrap_or(old.endpoint),
                    path: self.path.unwrap_or(old.path),
                    access_key_id: credential.as_ref().map_or(old.access_key_id, |given| given.access_key_id.clone()),
                    secret: credential.map_or(old.secret, |given| given.secret),
                    service: self.service.or(kept),
                    owner: self.owner.or(old.owner),
                };
                joined(proxy, &wanted).map(Backing::External)
            }
        }
    }
}

/// The proxy, if it has a VPC endpoint service where it needs one, and none where not.
fn joined(proxy: Proxy, connectivity: &str) -> Result<Proxy, Fault> {
    match (connectivity, &proxy.service) {
        ("VPC_ENDPOINT_SERVICE", None) => Err(super::missing("xksProxyVpcEndpointServiceName")),
        ("PUBLIC_ENDPOINT", Some(_)) => Err(refused(
            "XksProxyVpcEndpointServiceName can only be specified when XksProxyConnectivity is VPC_ENDPOINT_SERVICE.",
        )),
        _ => Ok(proxy),
    }
}

/// `XksProxyConnectivity` of a proxy.
pub(super) const fn connectivity(proxy: &Proxy) -> &'static str {
    if proxy.service.is_some() { "VPC_ENDPOINT_SERVICE" } else { "PUBLIC_ENDPOINT" }
}

/// The store of that id in the caller's account and Region.
pub(super) fn at(id: &str, call: &Call<'_>) -> StoreAt {
    StoreAt { place: Place { account: call.account(), region: call.region().clone() }, id: id.into() }
}

/// The permission `action` on a store: IAM policies alone give it. That there is no such store, who may act on stores hears.
pub(super) fn needs(action: &'static str, id: &str, call: &Call<'_>) -> Needs<StoreAt> {
    Needs::one(action, Resource::Any, at(id, call))
}

/// Notes the store in the trail. Source: AWS's published records; kms.md 20.4.
pub(super) fn note(trail: &mut Remarks, store: &Store) {
    trail.additional.push(("customKeyStoreName", store.name.to_string()));
    if let Backing::CloudHsm { cluster, .. } = &store.backing {
        trail.additional.push(("clusterId", cluster.clone()));
    }
}
