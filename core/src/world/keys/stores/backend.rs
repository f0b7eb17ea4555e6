//! What backs custom key stores, simulated: CloudHSM clusters, and key managers outside of AWS with their proxies. The
//! lab's owner sets them up and breaks them; KMS only meets them.

use super::connection::{ConnectionError, StoreType};
use super::{Backing, Proxy, Store};
use crate::base::{Fault, Secret, Timespan};
use crate::crypto::{aead, mac};
use crate::world::keys::Place;
use alloc::boxed::Box;
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// A CloudHSM cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cluster {
    /// Its account and Region.
    pub place: Place,
    /// The password of `kmsuser`.
    pub password: Secret,
    /// `customerCA.crt`. Clusters with one certificate share a backup history: they are related.
    pub certificate: String,
    /// How many HSMs are active, each in a zone of its own.
    pub hsms: u32,
    /// Whether it is initialized and active.
    pub active: bool,
    /// How long connecting takes.
    pub connect_time: Timespan,
    /// What was broken on purpose.
    pub fault: Option<ConnectionError>,
}

/// A key manager outside of AWS, behind its proxy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manager {
    /// The access key id that the proxy expects of KMS.
    pub access_key_id: String,
    /// Its secret.
    pub secret: Secret,
    /// The VPC endpoint service that leads to it, if one does.
    pub service: Option<String>,
    /// The keys, by their ids.
    pub keys: BTreeMap<String, Box<ExternalKey>>,
    /// How long connecting takes.
    pub connect_time: Timespan,
    /// What was broken on purpose.
    pub fault: Option<ConnectionError>,
    /// Where a real proxy is: `http://127.0.0.1:8080`. Without it the lab answers for the proxy.
    #[serde(default)]
    pub remote: Option<String>,
}

/// A key in a key manager outside of AWS.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExternalKey {
    /// `AES_256`, or what KMS cannot use.
    pub spec: String,
    /// Whether it is enabled.
    pub enabled: bool,
    /// What it is for: `ENCRYPT`, `DECRYPT`.
    pub usage: Vec<String>,
    /// 32 bytes.
    pub material: Secret,
}

/// The fewest HSMs to create or update a store, and to create a key. Source: kms.md 14.1.
const HSMS: u32 = 2;

impl Cluster {
    /// Whether a store may be made of it, or a key in it.
    ///
    /// # Errors
    /// The faults of `CreateCustomKeyStore`, in our words.
    pub fn ready(&self) -> Result<(), Fault> {
        if !self.active {
            return Err(Fault::ClusterNotActive);
        }
        self.fault.map_or(Ok(()), |error| Err(error.refusal(StoreType::CloudHsm)))?;
        if self.hsms < HSMS {
            let message = format!(
                "The AWS CloudHSM cluster must have at least {HSMS} active HSMs, each in a different Availability Zone."
            );
            return Err(Fault::ClusterConfiguration { message });
        }
        Ok(())
    }

    /// What prevents the use of it.
    fn broken(&self) -> Option<ConnectionError> {
        self.fault.or_else(|| (!self.active || self.hsms == 0).then_some(ConnectionError::NoHsm))
    }
}

impl Manager {
    /// What the proxy answers to KMS with these settings.
    pub fn answers(&self, proxy: &Proxy) -> Result<(), ConnectionError> {
        if let Some(error) = self.fault {
            return Err(error);
        }
        if proxy.service.is_some() && proxy.service != self.service {
            return Err(ConnectionError::NoService);
        }
        if self.access_key_id != proxy.access_key_id || self.secret != proxy.secret {
            return Err(ConnectionError::Credentials);
        }
        Ok(())
    }

    /// The external key, when a KMS key can be made of it. Source: kms.md 14.4.
    ///
    /// # Errors
    /// [`Fault::XksKeyNotFound`], [`Fault::XksKeyConfiguration`].
    pub fn fit(&self, id: &str) -> Result<(), Fault> {
        let key = self.keys.get(id).ok_or(Fault::XksKeyNotFound)?;
        let usage: Vec<&str> = key.usage.iter().map(String::as_str).collect();
        external_key_fits(&key.spec, key.enabled, &usage)
    }

    /// The key as the proxy finds it for one use.
    fn key(&self, id: &str, usage: &str) -> Result<&ExternalKey, Fault> {
        let refused = |message: &str| Fault::StoreUnusable { message: message.into() };
        let key = self.keys.get(id).ok_or_else(|| refused(NO_KEY))?;
        if !key.enabled {
            return Err(refused(KEY_DISABLED));
        }
        if !key.usage.iter().any(|given| given == usage) {
            return Err(refused(KEY_USAGE));
        }
        Ok(key)
    }

    /// Encrypts `text` for KMS, bound to `aad`: IV, tag, ciphertext. `seed` has 128 random bits: the IV comes from it.
    ///
    /// # Errors
    /// [`Fault::StoreUnusable`] with the sentence of kms.md 14.4.
    pub(super) fn encrypt(&self, id: &str, seed: &[u8], aad: &[u8], text: &[u8]) -> Result<Vec<u8>, Fault> {
        let key = self.key(id, "ENCRYPT")?;
        let material = key.material.expose().try_into().map_err(|_| Fault::Internal)?;
        let hash = mac::sha256(&[b"kmslab external key iv\0", seed]);
        let iv: [u8; aead::IV] = hash.first_chunk().copied().unwrap_or_default();
        let mut text = text.to_vec();
        let tag = aead::seal(material, &iv, aad, &mut text).map_err(|_| Fault::Internal)?;
        Ok([iv.as_slice(), &tag, &text].concat())
    }

    /// Decrypts what [`encrypt`](Self::encrypt) made.
    ///
    /// # Errors
    /// [`Fault::StoreUnusable`] with the sentence of kms.md 14.4.
    pub(super) fn decrypt(&self, id: &str, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let key = self.key(id, "DECRYPT")?;
        let material = key.material.expose().try_into().map_err(|_| Fault::Internal)?;
        let corrupted = || Fault::StoreUnusable { message: CORRUPTED.into() };
        let (iv, rest) = sealed.split_first_chunk::<{ aead::IV }>().ok_or_else(corrupted)?;
        let (tag, text) = rest.split_first_chunk::<{ aead::TAG }>().ok_or_else(corrupted)?;
        let mut text = text.to_vec();
        aead::open(material, iv, aad, &mut text, tag).map_err(|_| corrupted())?;
        Ok(text)
    }
}

/// Whether a KMS key can be made of such an external key. Source of the sentences: kms.md 14.4.
///
/// # Errors
/// [`Fault::XksKeyConfiguration`].
pub(super) fn external_key_fits(spec: &str, enabled: bool, usage: &[&str]) -> Result<(), Fault> {
    let message = if spec != "AES_256" {
        format!("The key spec of the external key must be AES_256. The key spec of specified external key is {spec}.")
    } else if !enabled {
        "The status of the external key must be ENABLED. The status of specified external key is DISABLED.".to_string()
    } else if !["ENCRYPT", "DECRYPT"].iter().all(|wanted| usage.contains(wanted)) {
        let usage = usage.join(", ");
        format!(
            "The key usage of the external key must include ENCRYPT and DECRYPT. The key use of specified external key is \
             {usage}."
        )
    } else {
        return Ok(());
    };
    Err(Fault::XksKeyConfiguration { message })
}

/// The backends of a lab: clusters by account, Region and id; key managers by the URI of their proxy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Backends {
    clusters: BTreeMap<String, Box<Cluster>>,
    managers: BTreeMap<String, Box<Manager>>,
}

impl Backends {
    /// The cluster of that id there.
    #[must_use]
    pub fn cluster(&self, place: &Place, id: &str) -> Option<&Cluster> {
        self.clusters.get(id).map(|cluster| &**cluster).filter(|cluster| cluster.place == *place)
    }

    /// The key manager behind a proxy.
    #[must_use]
    pub fn manager(&self, proxy: &Proxy) -> Option<&Manager> {
        self.managers.get(&proxy.uri()).map(|manager| &**manager)
    }

    /// Whether a real proxy may be asked.
    #[must_use]
    pub fn any_remote(&self) -> bool {
        self.managers.values().any(|manager| manager.remote.is_some())
    }

    /// Sets a cluster up, in place of that of the same id.
    pub fn put_cluster(&mut self, id: String, cluster: Cluster) {
        self.clusters.insert(id, Box::new(cluster));
    }

    /// Sets a key manager up, in place of that of the same URI.
    pub fn put_manager(&mut self, uri: String, manager: Manager) {
        self.managers.insert(uri, Box::new(manager));
    }

    /// The cluster of that id, to be changed.
    pub fn cluster_mut(&mut self, id: &str) -> Option<&mut Cluster> {
        self.clusters.get_mut(id).map(|cluster| &mut **cluster)
    }

    /// The key manager of that URI, to be changed.
    pub fn manager_mut(&mut self, uri: &str) -> Option<&mut Manager> {
        self.managers.get_mut(uri).map(|manager| &mut **manager)
    }

    /// Takes a backend away: what depends on it fails.
    pub fn remove(&mut self, name: &str) -> bool {
        let cluster = self.clusters.remove(name).is_some();
        self.managers.remove(name).is_some() || cluster
    }

    /// Breaks a backend, or mends it.
    ///
    /// # Errors
    /// What is wrong: no such backend, or one that cannot have this fault.
    pub fn fail(&mut self, name: &str, fault: Option<ConnectionError>) -> Result<(), String> {
        let (kind, place) = match (self.clusters.get_mut(name), self.managers.get_mut(name)) {
            (Some(cluster), _) => (StoreType::CloudHsm, &mut cluster.fault),
            (None, Some(manager)) => (StoreType::External, &mut manager.fault),
            (None, None) => return Err(format!("the lab has no cluster and no key manager {name:?}")),
        };
        if let Some(wrong) = fault.filter(|error| !error.is_of(kind)) {
            return Err(format!("{wrong} is no connection error of stores of the type {}", kind.as_str()));
        }
        *place = fault;
        Ok(())
    }

    /// What prevents a connected store from being used, now.
    pub(super) fn broken(&self, place: &Place, store: &Store) -> Option<ConnectionError> {
        match &store.backing {
            Backing::CloudHsm { cluster, .. } => match self.cluster(place, cluster) {
                Some(cluster) => cluster.broken(),
                None => Some(ConnectionError::ClusterNotFound),
            },
            Backing::External(proxy) => match self.manager(proxy) {
                // A real proxy is asked when it is needed.
                Some(manager) if manager.remote.is_some() => manager.fault,
                Some(manager) => manager.answers(proxy).err(),
                None => Some(ConnectionError::NotReachable),
            },
        }
    }

    /// What connecting a store comes to, and how long it takes.
    pub(super) fn connect(&self, place: &Place, store: &Store) -> (Timespan, Option<ConnectionError>) {
        let (time, wrong) = match &store.backing {
            Backing::CloudHsm { cluster, password, .. } => match self.cluster(place, cluster) {
                Some(cluster) => {
                    (cluster.connect_time, (cluster.password != *password).then_some(ConnectionError::Credentials))
                }
                None => (Timespan::millis(0), None),
            },
            Backing::External(proxy) => {
                (self.manager(proxy).map_or(Timespan::millis(0), |manager| manager.connect_time), None)
            }
        };
        (time, self.broken(place, store).or(wrong))
    }
}

pub(super) const NO_KEY: &str =
    "The external key store proxy rejected the request because it could not find the external key.";
pub(super) const KEY_DISABLED: &str = "The external key store proxy rejected the request because the external key is not enabled in the external key manager.";
pub(super) const KEY_USAGE: &str = "The external key store proxy rejected the request because the external key does not support the requested operation.";
pub(super) const CORRUPTED: &str = "The external key store proxy rejected the request because the specified ciphertext or additional authenticated data is corrupted, missing, or otherwise invalid.";
