//! What backs custom key stores, as the lab's owner sets it up: CloudHSM clusters, and key managers outside of AWS. And how
//! to break it.

use super::{BadFixture, Lab};
use crate::base::{AccountId, Region, Secret, Timespan};
use crate::world::keys::{Backends, Carrier, Cluster, ConnectionError, ExternalKey, Manager, Place};
use alloc::{borrow::ToOwned, boxed::Box, collections::BTreeMap, format, string::String, vec::Vec};
use base64ct::{Base64, Encoding};

/// A CloudHSM cluster to be set up.
#[derive(Debug, Clone)]
pub struct ClusterFixture {
    /// Its account; the lab's first without it.
    pub account: Option<AccountId>,
    /// Its Region; the lab's without it.
    pub region: Option<Region>,
    /// Its id, `cluster-…`; a new one without it. One that is there is replaced.
    pub id: Option<String>,
    /// The password of `kmsuser`.
    pub password: String,
    /// The text of `customerCA.crt`; one of its own without it. Clusters with the same are related.
    pub certificate: Option<String>,
    /// How many HSMs are active.
    pub hsms: u32,
    /// Whether it is initialized and active.
    pub active: bool,
    /// How long `ConnectCustomKeyStore` takes. AWS takes up to twenty minutes.
    pub connect_time: Timespan,
}

/// A key manager outside of AWS, with its proxy, to be set up.
#[derive(Debug, Clone)]
pub struct ManagerFixture {
    /// `https://` and a host.
    pub endpoint: String,
    /// The path, which ends in `/kms/xks/v1`.
    pub path: String,
    /// Access key id and secret that the proxy expects of KMS; new ones without them.
    pub credential: Option<(String, String)>,
    /// The VPC endpoint service that leads to it.
    pub service: Option<String>,
    /// Where a real proxy is, `http://127.0.0.1:8080`: it is asked, over the lab's [`Carrier`]. Without it the lab answers for
    /// the proxy, and the keys are those that [`Lab::add_external_key`] puts there.
    pub remote: Option<String>,
    /// How long `ConnectCustomKeyStore` takes. AWS takes about five minutes.
    pub connect_time: Timespan,
}

/// A key in a key manager outside of AWS.
#[derive(Debug, Clone)]
pub struct ExternalKeyFixture {
    /// Its id there.
    pub id: String,
    /// Its spec; KMS uses `AES_256` alone.
    pub spec: String,
    /// Whether it is enabled.
    pub enabled: bool,
    /// What it is for: `ENCRYPT`, `DECRYPT`.
    pub usage: Vec<String>,
    /// 32 bytes; random ones without it.
    pub material: Option<Secret>,
}

impl Lab {
    /// Sets a CloudHSM cluster up: its id, and its trust anchor certificate.
    ///
    /// # Errors
    /// [`BadFixture`] when there can be no such cluster.
    pub fn add_cluster(&mut self, fixture: ClusterFixture) -> Result<(String, String), BadFixture> {
        let account = fixture.account.unwrap_or_else(|| self.account());
        let place = Place { account, region: fixture.region.unwrap_or_else(|| self.region.clone()) };
        let id = match fixture.id {
            Some(id) => id,
            None => format!("cluster-{}", self.letters::<11>(b"234567abcdefghijklmnopqrstuvwxyz")?),
        };
        let rest = id.strip_prefix("cluster-").unwrap_or_default();
        let good = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
        if !(11..=16).contains(&rest.len()) || !rest.bytes().all(good) {
            return Err(BadFixture(format!(
                "a cluster id is 'cluster-' and 11 to 16 letters or digits from 2 to 7, not {id:?}"
            )));
        }
        if !(7..=32).contains(&fixture.password.chars().count()) {
            return Err(BadFixture("the password of kmsuser has 7 to 32 characters".into()));
        }
        let certificate = match fixture.certificate {
            Some(certificate) => certificate,
            // Not a certificate: KMS compares it and no more.
            None => format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                Base64::encode_string(&self.random::<48>()?)
            ),
        };
        let cluster = Cluster {
            place,
            password: Secret::new(fixture.password.into_bytes()),
            certificate: certificate.clone(),
            hsms: fixture.hsms,
            active: fixture.active,
            connect_time: fixture.connect_time,
            fault: None,
        };
        self.backends().put_cluster(id.clone(), cluster);
        Ok((id, certificate))
    }

    /// Sets a key manager up behind a proxy, in place of that of the same URI: access key id and secret that the proxy
    /// expects of KMS.
    ///
    /// # Errors
    /// [`BadFixture`] when there can be no such proxy.
    pub fn add_key_manager(&mut self, fixture: ManagerFixture) -> Result<(String, String), BadFixture> {
        let ManagerFixture { endpoint, path, credential, service, remote, connect_time } = fixture;
        if !endpoint.starts_with("https://") || !path.starts_with('/') || !path.contains("/kms/xks/v") {
            let message = "a proxy has an endpoint that starts with https:// and a path that ends in /kms/xks/v1";
            return Err(BadFixture(message.into()));
        }
        if remote.as_ref().is_some_and(|at| !at.starts_with("http://")) {
            return Err(BadFixture("a real proxy is reached at http://HOST:PORT, without TLS".into()));
        }
        let (access_key_id, secret) = match credential {
            Some(given) => given,
            None => {
                let id = self.letters::<20>(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")?;
                (id, Base64::encode_string(&self.random::<32>()?))
            }
        };
        let manager = Manager {
            access_key_id: access_key_id.clone(),
            secret: Secret::new(secret.clone().into_bytes()),
            service,
            keys: BTreeMap::new(),
            connect_time,
            fault: None,
            remote,
        };
        self.backends().put_manager(format!("{endpoint}{path}"), manager);
        Ok((access_key_id, secret))
    }

    /// Gives the lab a way to real external key store proxies.
    pub fn carry(&mut self, carrier: Box<dyn Carrier>) {
        self.gateway.world.keys.stores.carrier = Some(carrier);
    }

    /// Puts a key into the key manager at `uri`, in place of that of the same id.
    ///
    /// # Errors
    /// [`BadFixture`] when there is no such key manager, or the material has not 32 bytes.
    pub fn add_external_key(&mut self, uri: &str, fixture: ExternalKeyFixture) -> Result<(), BadFixture> {
        let random = self.random::<32>()?;
        let ExternalKeyFixture { id, spec, enabled, usage, material } = fixture;
        let manager = self
            .backends()
            .manager_mut(uri)
            .ok_or_else(|| BadFixture(format!("the lab has no key manager {uri:?}")))?;
        if manager.remote.is_some() {
            return Err(BadFixture("the keys of a real proxy are its own".into()));
        }
        // A key that is only changed keeps its material.
        let before = manager.keys.get(&id).map(|key| key.material.clone());
        let material = material.or(before).unwrap_or_else(|| Secret::new(random.into()));
        if material.expose().len() != 32 {
            return Err(BadFixture(format!("an external key has 32 bytes, not {}", material.expose().len())));
        }
        manager.keys.insert(id, Box::new(ExternalKey { spec, enabled, usage, material }));
        Ok(())
    }

    /// Takes a key out of the key manager at `uri`: whether it was there.
    pub fn remove_external_key(&mut self, uri: &str, id: &str) -> bool {
        self.backends().manager_mut(uri).is_some_and(|manager| manager.keys.remove(id).is_some())
    }

    /// Changes a cluster: active HSMs, whether it is active, the password of `kmsuser`.
    ///
    /// # Errors
    /// [`BadFixture`] when there is no such cluster.
    pub fn change_cluster(
        &mut self,
        id: &str,
        hsms: Option<u32>,
        active: Option<bool>,
        password: Option<String>,
    ) -> Result<(), BadFixture> {
        let cluster =
            self.backends().cluster_mut(id).ok_or_else(|| BadFixture(format!("the lab has no cluster {id:?}")))?;
        cluster.hsms = hsms.unwrap_or(cluster.hsms);
        cluster.active = active.unwrap_or(cluster.active);
        if let Some(password) = password {
            cluster.password = Secret::new(password.into_bytes());
        }
        Ok(())
    }

    /// Breaks a backend, named by cluster id or by the URI of its proxy, so that connecting to it fails with this
    /// `ConnectionErrorCode` and keys behind it cannot be used; `None` mends it.
    ///
    /// # Errors
    /// [`BadFixture`] for a backend that is not there, and for a code that it cannot have.
    pub fn break_backend(&mut self, name: &str, code: Option<&str>) -> Result<(), BadFixture> {
        let fault = match code {
            None => None,
            Some(code) => {
                let known = || {
                    let codes: Vec<&str> = ConnectionError::ALL.iter().map(|error| error.as_str()).collect();
                    BadFixture(format!("{code:?} is no connection error code: they are {}", codes.join(", ")))
                };
                Some(code.parse().map_err(|()| known())?)
            }
        };
        self.backends().fail(name, fault).map_err(BadFixture)
    }

    /// Takes a backend away: whether it was there.
    pub fn remove_backend(&mut self, name: &str) -> bool {
        self.backends().remove(name)
    }

    fn backends(&mut self) -> &mut Backends {
        &mut self.gateway.world.keys.stores.backends
    }

    /// `N` random letters out of 32.
    pub(super) fn letters<const N: usize>(&mut self, alphabet: &[u8; 32]) -> Result<String, BadFixture> {
        let letter = |byte: u8| alphabet.get(usize::from(byte & 31)).copied().unwrap_or_default();
        let text: Vec<u8> = self.random::<N>()?.into_iter().map(letter).collect();
        Ok(core::str::from_utf8(&text).unwrap_or_default().to_owned())
    }
}
