//! Which request quotas a request draws from. It depends on the key: cryptography with RSA keys has a quota of its own.
//! Source: kms.md 17.2 and 17.3; kms-operations.csv, `request_quota_group`.

use super::encryption::own_key;
use super::key_id::{self, Forms};
use crate::base::{KeyArn, Region};
use crate::service::{Call, Quota, Row};
use crate::wire::Doc;
use crate::world::keys::{Family, KeySpec};
use crate::world::quota::Draw;
use alloc::{format, vec, vec::Vec};

/// The quotas that one request counts against. `doc` is missing when the request could not be read.
pub(crate) fn draws(row: &Row, doc: Option<&Doc>, call: &Call<'_>) -> Vec<Draw> {
    let here = call.region();
    let text = |member: &str| doc.and_then(|doc| doc.get(member)).and_then(Doc::as_text);
    let name = match row.quota {
        Quota::Unpublished => return Vec::new(),
        Quota::Own(per_second) => {
            let mut draws = vec![Draw::own(row.name, per_second, here)];
            // ReplicateKey makes a key in the other Region, UpdatePrimaryRegion is a request in both (kms.md 17.3).
            let there = match row.name {
                "ReplicateKey" => text("ReplicaRegion").map(|region| ("CreateKey", region)),
                "UpdatePrimaryRegion" => text("PrimaryRegion").map(|region| (row.name, region)),
                _ => None,
            };
            if let Some((name, Ok(region))) = there.map(|(name, region)| (name, region.parse::<Region>())) {
                draws.push(Draw::own(name, 5, &region));
            }
            return draws;
        }
        Quota::OfPairSpec => {
            let spec = text("KeyPairSpec").unwrap_or_default();
            return vec![Draw::shared(format!("generate_data_key_pair:{spec}"), here)];
        }
        Quota::Shared(name) => name,
        // Which one a request counts against whose key is not there is not published.
        Quota::OfKey => "crypto_symmetric",
    };
    let keys = ["KeyId", "SourceKeyId", "DestinationKeyId"].into_iter().filter_map(text);
    let named = keys.filter_map(|given| Some(key_id::find(given, Forms::KeyOrAlias, call).ok()?.arn));
    let sealed = match doc.and_then(|doc| doc.get("CiphertextBlob")) {
        Some(Doc::Blob(blob)) if text("KeyId").is_none() && text("SourceKeyId").is_none() => own_key(blob, call),
        _ => None,
    };
    let mut draws = Vec::new();
    for draw in named.chain(sealed).flat_map(|key| groups(&key, call)) {
        // ReEncrypt within one group is one request of it.
        if !draws.contains(&draw) {
            draws.push(draw);
        }
    }
    if draws.is_empty() {
        draws.push(Draw::shared(name, here));
    }
    draws
}

/// The quotas for cryptography with a key: that of its type, and that of its custom key store. ML-KEM's is not known.
fn groups(arn: &KeyArn, call: &Call<'_>) -> Vec<Draw> {
    let Some(key) = call.world.keys.find(arn, call.now()) else { return Vec::new() };
    let name = match key.spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => "crypto_rsa",
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => "crypto_ml_dsa",
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => "crypto_ml_kem",
        spec if spec.family() == Family::Asymmetric => "crypto_ecc_sm2",
        _ => "crypto_symmetric",
    };
    let mut draws = vec![Draw::shared(name, call.region())];
    if let Some(store) = &key.store {
        let mut of_store = Draw::shared("crypto_custom_key_store", call.region());
        of_store.of.clone_from(&store.id);
        draws.push(of_store);
    }
    draws
}
