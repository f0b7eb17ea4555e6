//! Custom key stores: keys whose material is in a CloudHSM cluster or outside of AWS.
//! Source: KMS Developer Guide, "Custom key stores"; kms.md, section 14.

mod backend;
mod connection;
mod cryptography;
mod remote;

pub use backend::{Backends, Cluster, ExternalKey, Manager};
pub use connection::{Connection, ConnectionError, StoreType};
pub use cryptography::store_type;
pub use remote::{Carrier, Metadata, PROXY_SERVICE, Post};

use super::quota::Resources;
use super::{Key, Keys, Place, Step};
use crate::base::{Fault, KeyArn, Region, Secret, Timestamp};
use crate::world::Permit;
use crate::world::table::{Journaled, Table};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Bound;
use remote::Line;
use serde::{Deserialize, Serialize};

/// A custom key store, as the target of a permit: where, and its id, `cks-` and 17 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoreAt {
    /// Account and Region.
    pub place: Place,
    /// The id.
    pub id: String,
}

impl StoreAt {
    /// A new id there, from 9 random bytes.
    #[must_use]
    pub fn from_random(place: Place, bytes: [u8; 9]) -> Self {
        let hex = base16ct::lower::encode_string(&bytes);
        Self { place, id: format!("cks-{}", hex.get(..17).unwrap_or_default()) }
    }
}

/// A custom key store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Store {
    /// `CustomKeyStoreName`.
    pub name: String,
    /// `CreationDate`.
    pub created: Timestamp,
    /// What backs it.
    pub backing: Backing,
    connection: Connection,
}

/// What backs a store, as KMS was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "KMS has these two types")]
pub enum Backing {
    /// A CloudHSM cluster.
    CloudHsm {
        /// `CloudHsmClusterId`.
        cluster: String,
        /// `TrustAnchorCertificate`.
        certificate: String,
        /// `KeyStorePassword`.
        password: Secret,
    },
    /// A proxy.
    External(Proxy),
}

/// `XksProxyConfiguration`, and the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    /// `UriEndpoint`.
    pub endpoint: String,
    /// `UriPath`.
    pub path: String,
    /// `AccessKeyId` of the credential that KMS signs with.
    pub access_key_id: String,
    /// Its secret.
    pub secret: Secret,
    /// `VpcEndpointServiceName`; none for a public endpoint.
    pub service: Option<String>,
    /// `VpcEndpointServiceOwner`.
    pub owner: Option<String>,
}

impl Proxy {
    /// Where the proxy's API is.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{}{}", self.endpoint, self.path)
    }
}

impl Store {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> StoreType {
        match self.backing {
            Backing::CloudHsm { .. } => StoreType::CloudHsm,
            Backing::External(_) => StoreType::External,
        }
    }

    /// The state of its connection at `now`.
    #[must_use]
    pub fn connection(&self, now: Timestamp) -> Connection {
        self.connection.at(now)
    }
}

/// The store that a key is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InStore {
    /// `CustomKeyStoreId`.
    pub id: String,
    /// `XksKeyId` in an external store.
    pub external_key: Option<String>,
    /// `CloudHsmClusterId` in a CloudHSM store: where the key was made.
    pub cluster: Option<String>,
}

/// The custom key stores of all accounts, and what backs them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Stores {
    stores: Table<StoreAt, Store>,
    /// What the lab's owner has set up to back them.
    #[serde(default)]
    pub backends: Backends,
    /// The way to real proxies, where there is one.
    #[serde(skip)]
    pub carrier: Option<Box<dyn Carrier>>,
    /// What real proxies are told of the request at hand.
    #[serde(skip)]
    pub told: Metadata,
}

impl Stores {
    /// The tables, to be committed or rolled back together.
    pub fn tables(&mut self) -> [&mut dyn Journaled; 1] {
        [&mut self.stores]
    }

    /// The store.
    ///
    /// # Errors
    /// [`Fault::StoreNotFound`].
    pub fn find(&self, at: &StoreAt) -> Result<&Store, Fault> {
        self.stores.get(at).ok_or(Fault::StoreNotFound)
    }

    /// The stores at `place` in the order of their ids, after `after`.
    pub fn at<'a>(&'a self, place: &'a Place, after: Option<&str>) -> impl Iterator<Item = (&'a StoreAt, &'a Store)> {
        let from = StoreAt { place: place.clone(), id: after.unwrap_or_default().into() };
        self.stores.range((Bound::Excluded(from), Bound::Unbounded)).take_while(move |(at, _)| at.place == *place)
    }

    /// Adds a store, disconnected.
    ///
    /// # Errors
    /// [`Fault::StoreNameInUse`], [`Fault::LimitExceeded`] and the faults of its backing.
    fn create(
        &mut self,
        at: &Permit<StoreAt>,
        name: String,
        backing: Backing,
        limits: super::quota::Limits,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let place = &at.place;
        self.free_name(place, &name, None)?;
        limits.admit(Resources::CustomKeyStores, self.at(place, None).count())?;
        self.admit(place, None, &backing)?;
        let store = Store { name, created: now, backing, connection: Connection::Disconnected };
        self.stores.insert((**at).clone(), store);
        Ok(())
    }

    /// Replaces name and backing of a store.
    ///
    /// # Errors
    /// [`Fault::StoreNotFound`], [`Fault::StoreNameInUse`] and the faults of its backing.
    pub fn update(
        &mut self,
        at: &Permit<StoreAt>,
        name: Option<String>,
        backing: Option<Backing>,
    ) -> Result<(), Fault> {
        self.find(at)?;
        if let Some(name) = &name {
            self.free_name(&at.place, name, Some(at))?;
        }
        if let Some(backing) = &backing {
            self.admit(&at.place, Some(at), backing)?;
        }
        let store = self.stores.edit(at).ok_or(Fault::Internal)?;
        store.name = name.unwrap_or_else(|| store.name.clone());
        store.backing = backing.unwrap_or_else(|| store.backing.clone());
        Ok(())
    }

    /// Names are unique in account and Region.
    fn free_name(&self, place: &Place, name: &str, but: Option<&StoreAt>) -> Result<(), Fault> {
        let taken = self.at(place, None).any(|(at, store)| store.name == name && Some(at) != but);
        if taken { Err(Fault::StoreNameInUse) } else { Ok(()) }
    }

    /// Whether what backs a store is there, fits, and backs no other. Source: kms.md 14.1, row "Unique".
    fn admit(&self, place: &Place, but: Option<&StoreAt>, backing: &Backing) -> Result<(), Fault> {
        let others = || self.at(place, None).filter(move |(at, _)| Some(*at) != but).map(|(_, store)| &store.backing);
        match backing {
            Backing::CloudHsm { cluster, certificate, .. } => {
                let found = self.backends.cluster(place, cluster).ok_or(Fault::ClusterNotFound)?;
                // Clusters of one backup history have one certificate.
                let used = others().any(|other| {
                    matches!(other, Backing::CloudHsm { cluster: id, certificate: anchor, .. }
                        if id == cluster || *anchor == found.certificate)
                });
                if used {
                    return Err(Fault::ClusterInUse);
                }
                found.ready()?;
                if found.certificate.trim() != certificate.trim() {
                    return Err(Fault::IncorrectTrustAnchor);
                }
                Ok(())
            }
            Backing::External(proxy) => {
                for other in others() {
                    let Backing::External(other) = other else { continue };
                    if other.uri() == proxy.uri() {
                        return Err(Fault::XksUriInUse);
                    }
                    if proxy.service.is_some() && other.service == proxy.service {
                        return Err(Fault::XksServiceInUse);
                    }
                    // A private DNS name leads to one VPC endpoint service.
                    if proxy.service.is_some() && other.endpoint == proxy.endpoint {
                        return Err(Fault::XksEndpointInUse);
                    }
                }
                self.answers(place, proxy).map_err(|error| error.refusal(StoreType::External))
            }
        }
    }

    /// Whether a proxy answers to KMS with these settings.
    fn answers(&self, place: &Place, proxy: &Proxy) -> Result<(), ConnectionError> {
        let manager = self.backends.manager(proxy).ok_or(ConnectionError::NotReachable)?;
        match self.line(&place.region, manager, proxy) {
            _ if manager.fault.is_some() || manager.remote.is_none() => manager.answers(proxy),
            Some(line) => line.health(),
            None => Err(ConnectionError::NotReachable),
        }
    }

    /// The way to a real proxy.
    fn line<'a>(&'a self, region: &'a Region, manager: &'a Manager, proxy: &'a Proxy) -> Option<Line<'a>> {
        let (carrier, at) = (self.carrier.as_deref()?, manager.remote.as_deref()?);
        Some(Line { carrier, at, proxy, region, told: &self.told })
    }

    /// Marks stores whose connecting has ended well by `now`, and gives them.
    pub(super) fn settle(&mut self, now: Timestamp) -> Vec<StoreAt> {
        let done = |store: &Store| {
            matches!(store.connection, Connection::Connecting { .. }) && store.connection(now) == Connection::Connected
        };
        let ended: Vec<StoreAt> =
            self.stores.iter().filter(|(_, store)| done(store)).map(|(at, _)| at.clone()).collect();
        for at in &ended {
            if let Some(store) = self.stores.edit(at) {
                store.connection = Connection::Connected;
            }
        }
        ended
    }
}

/// The refusal of what the state of the connection does not allow. Not recorded; the sentence is ours.
fn wrong_state(at: &StoreAt, state: Connection) -> Fault {
    Fault::StoreInvalidState { message: format!("The custom key store {} is {}.", at.id, state.as_str()) }
}

impl Keys {
    /// Adds a store, disconnected.
    ///
    /// # Errors
    /// [`Fault::StoreNameInUse`], [`Fault::LimitExceeded`] and the faults of its backing.
    pub fn create_store(
        &mut self,
        at: &Permit<StoreAt>,
        name: String,
        backing: Backing,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.stores.create(at, name, backing, self.limits, now)
    }

    /// Whether a store's settings may be changed: all while it is disconnected, those that are `soft` while it is
    /// connected, too.
    ///
    /// # Errors
    /// [`Fault::StoreNotFound`], [`Fault::StoreInvalidState`].
    pub fn changeable(&self, at: &StoreAt, soft: bool, now: Timestamp) -> Result<(), Fault> {
        match self.stores.find(at)?.connection(now) {
            Connection::Disconnected => Ok(()),
            Connection::Connected if soft => Ok(()),
            state => Err(wrong_state(at, state)),
        }
    }

    /// Begins to connect a store. Nothing happens when it is connected already, or about to be.
    ///
    /// # Errors
    /// [`Fault::StoreInvalidState`] while it is disconnecting or has failed; [`Fault::ClusterNotActive`].
    pub fn connect(&mut self, at: &Permit<StoreAt>, now: Timestamp) -> Result<(), Fault> {
        let store = self.stores.find(at)?;
        match store.connection(now) {
            Connection::Disconnected => {}
            Connection::Connecting { .. } | Connection::Connected => return Ok(()),
            state => return Err(wrong_state(at, state)),
        }
        if let Backing::CloudHsm { cluster, .. } = &store.backing {
            let inactive = self.stores.backends.cluster(&at.place, cluster).is_some_and(|cluster| !cluster.active);
            if inactive {
                return Err(Fault::ClusterNotActive);
            }
        }
        let (time, mut fails) = self.stores.backends.connect(&at.place, store);
        if let Backing::External(proxy) = &store.backing {
            fails = self.stores.answers(&at.place, proxy).err();
        }
        self.stores.stores.edit(at).ok_or(Fault::Internal)?.connection =
            Connection::Connecting { until: now.plus(time), fails };
        Ok(())
    }

    /// Disconnects a store: its keys are unavailable at once.
    ///
    /// # Errors
    /// [`Fault::StoreInvalidState`] while it is disconnecting or disconnected.
    pub fn disconnect(&mut self, at: &Permit<StoreAt>, now: Timestamp) -> Result<(), Fault> {
        let state = self.stores.find(at)?.connection(now);
        if let Connection::Disconnecting { .. } | Connection::Disconnected = state {
            return Err(wrong_state(at, state));
        }
        self.stores.stores.edit(at).ok_or(Fault::Internal)?.connection = Connection::Disconnecting { until: now };
        self.each_in_store(at, Step::Disconnect);
        Ok(())
    }

    /// Removes a store.
    ///
    /// # Errors
    /// [`Fault::StoreInvalidState`] unless it is disconnected, [`Fault::StoreHasKeys`].
    pub fn delete_store(&mut self, at: &Permit<StoreAt>, now: Timestamp) -> Result<(), Fault> {
        let state = self.stores.find(at)?.connection(now);
        if self.in_store(at).next().is_some() {
            return Err(Fault::StoreHasKeys);
        }
        if state != Connection::Disconnected {
            return Err(wrong_state(at, state));
        }
        self.stores.stores.remove(at);
        Ok(())
    }

    /// The store, while it is connected.
    ///
    /// # Errors
    /// [`Fault::StoreNotFound`], [`Fault::StoreInvalidState`].
    pub fn connected(&self, at: &StoreAt, now: Timestamp) -> Result<&Store, Fault> {
        let store = self.stores.find(at)?;
        match store.connection(now) {
            Connection::Connected => Ok(store),
            state => Err(wrong_state(at, state)),
        }
    }

    /// Finishes the connections that have come about by `now`: the keys of these stores are back. The change is no part
    /// of a request: it is kept at once.
    pub fn settle_stores(&mut self, now: Timestamp) {
        let ended = self.stores.settle(now);
        if ended.is_empty() {
            return;
        }
        for at in &ended {
            self.each_in_store(at, Step::Reconnect);
        }
        self.commit();
        self.stores.tables().into_iter().for_each(|table| table.commit());
    }

    /// Whether a key can be made in a store, of `external_key` when it is an external one.
    ///
    /// # Errors
    /// The faults of `CreateKey` that are about stores.
    pub fn room_in_store(&self, at: &StoreAt, external_key: Option<&str>, now: Timestamp) -> Result<InStore, Fault> {
        let store = self.connected(at, now)?;
        let in_store = |external_key, cluster| InStore { id: at.id.clone(), external_key, cluster };
        match (&store.backing, external_key) {
            (Backing::CloudHsm { cluster, .. }, _) => {
                self.stores.backends.cluster(&at.place, cluster).ok_or(Fault::ClusterNotFound)?.ready()?;
                Ok(in_store(None, Some(cluster.clone())))
            }
            (Backing::External(proxy), Some(id)) => {
                let used =
                    |key: &Key| key.store.as_ref().is_some_and(|store| store.external_key.as_deref() == Some(id));
                if self.in_store(at).any(|(_, key)| used(key)) {
                    return Err(Fault::XksKeyInUse);
                }
                let unreachable = ConnectionError::NotReachable;
                let manager = self.stores.backends.manager(proxy).ok_or_else(|| unreachable.creation())?;
                match self.stores.line(&at.place.region, manager, proxy) {
                    Some(line) if manager.fault.is_none() => line.fit(id)?,
                    _ => {
                        manager.answers(proxy).map_err(ConnectionError::creation)?;
                        manager.fit(id)?;
                    }
                }
                Ok(in_store(Some(id.to_string()), None))
            }
            (Backing::External(_), None) => Err(Fault::Internal),
        }
    }

    /// Puts a new key into the store that [`room_in_store`](Self::room_in_store) has found.
    ///
    /// # Errors
    /// [`Fault::Internal`] when there is no such key.
    pub fn move_into(&mut self, _: &Permit<Place>, key: &KeyArn, store: InStore) -> Result<(), Fault> {
        self.keys.edit(key).ok_or(Fault::Internal)?.store = Some(store);
        Ok(())
    }

    /// The keys of a store, in any state.
    fn in_store<'a>(&'a self, at: &'a StoreAt) -> impl Iterator<Item = (&'a KeyArn, &'a Key)> {
        let first = at.place.key(crate::base::KeyId::from_random([0; 16]));
        let here = |arn: &KeyArn| arn.account == at.place.account && arn.region == at.place.region;
        let inside = |key: &Key| key.store.as_ref().is_some_and(|store| store.id == at.id);
        self.keys.range(first..).take_while(move |(arn, _)| here(arn)).filter(move |(_, key)| inside(key))
    }

    /// Takes every key of a store through `step`, where its state allows it.
    fn each_in_store(&mut self, at: &StoreAt, step: Step) {
        let keys: Vec<KeyArn> = self.in_store(at).map(|(arn, _)| arn.clone()).collect();
        for arn in keys {
            self.follow(&arn, step);
        }
    }

    /// A key of a store that is not connected is unavailable, whatever else has happened to it.
    pub(super) fn follow_store(&mut self, arn: &KeyArn, now: Timestamp) {
        let at = match self.keys.get(arn).and_then(|key| key.store.as_ref()) {
            Some(store) => StoreAt { place: Place::of(arn), id: store.id.clone() },
            None => return,
        };
        if self.connected(&at, now).is_err() {
            self.follow(arn, Step::Disconnect);
        }
    }
}
