//! What backs custom key stores: simulated clusters, and simulated key managers outside of AWS.

use crate::lab::{Lab, parse_account, parse_region};
use crate::{KmslabError, thrown};
use kmslab::base::{Secret, Timespan};
use kmslab::lab::{ClusterFixture, ExternalKeyFixture, ManagerFixture};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Lab {
    /// Sets a CloudHSM cluster up: its id, and its trust anchor certificate.
    #[wasm_bindgen(js_name = addCluster, unchecked_return_type = "[id: string, certificate: string]")]
    #[expect(clippy::too_many_arguments, reason = "the parts of a cluster, each by its name")]
    pub fn add_cluster(
        &mut self,
        id: Option<String>,
        password: String,
        certificate: Option<String>,
        hsms: u32,
        active: bool,
        connect_ms: f64,
        account: Option<String>,
        region: Option<String>,
    ) -> Result<Vec<String>, KmslabError> {
        let fixture = ClusterFixture {
            account: account.as_deref().map(parse_account).transpose()?,
            region: region.as_deref().map(parse_region).transpose()?,
            id,
            password,
            certificate,
            hsms,
            active,
            connect_time: span(connect_ms),
        };
        self.0.add_cluster(fixture).map(|(id, certificate)| vec![id, certificate]).map_err(thrown)
    }

    /// Changes a cluster.
    #[wasm_bindgen(js_name = changeCluster)]
    pub fn change_cluster(
        &mut self,
        id: &str,
        hsms: Option<u32>,
        active: Option<bool>,
        password: Option<String>,
    ) -> Result<(), KmslabError> {
        self.0.change_cluster(id, hsms, active, password).map_err(thrown)
    }

    /// Sets a key manager outside of AWS up: access key id and secret that its proxy expects. `credential`: the same, or
    /// nothing.
    #[wasm_bindgen(js_name = addKeyManager, unchecked_return_type = "[accessKeyId: string, secret: string]")]
    pub fn add_key_manager(
        &mut self,
        endpoint: String,
        path: String,
        credential: Vec<String>,
        service: Option<String>,
        connect_ms: f64,
    ) -> Result<Vec<String>, KmslabError> {
        let credential = <[String; 2]>::try_from(credential).ok().map(Into::into);
        let connect_time = span(connect_ms);
        let fixture = ManagerFixture { endpoint, path, credential, service, remote: None, connect_time };
        self.0.add_key_manager(fixture).map(|(id, secret)| vec![id, secret]).map_err(thrown)
    }

    /// Puts a key into a key manager, or changes it.
    #[wasm_bindgen(js_name = addExternalKey)]
    pub fn add_external_key(
        &mut self,
        uri: &str,
        id: String,
        spec: String,
        enabled: bool,
        usage: Vec<String>,
        material: Option<Vec<u8>>,
    ) -> Result<(), KmslabError> {
        let fixture = ExternalKeyFixture { id, spec, enabled, usage, material: material.map(Secret::new) };
        self.0.add_external_key(uri, fixture).map_err(thrown)
    }

    /// Takes a key out of a key manager: whether it was there.
    #[wasm_bindgen(js_name = removeExternalKey)]
    pub fn remove_external_key(&mut self, uri: &str, id: &str) -> bool {
        self.0.remove_external_key(uri, id)
    }

    /// Breaks a backend with a `ConnectionErrorCode`; nothing mends it.
    #[wasm_bindgen(js_name = breakBackend)]
    pub fn break_backend(&mut self, name: &str, code: Option<String>) -> Result<(), KmslabError> {
        self.0.break_backend(name, code.as_deref()).map_err(thrown)
    }

    /// Takes a backend away: whether it was there.
    #[wasm_bindgen(js_name = removeBackend)]
    pub fn remove_backend(&mut self, name: &str) -> bool {
        self.0.remove_backend(name)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "what is beyond is cut to the longest span")]
fn span(milliseconds: f64) -> Timespan {
    Timespan::millis(milliseconds.round() as i64)
}
