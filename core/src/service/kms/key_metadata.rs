//! `KeyMetadata`: which member when. Source: kms.md 9.2.

use crate::base::{AccountId, Fault, KeyArn, KeyId, MaterialId, Region, Timestamp};
use crate::service::Call;
use crate::wire::view;
use crate::world::keys::{KeySpec, KeyState, KeyUsage, Related, absent};
use alloc::{string::String, vec::Vec};

view! {
    /// Everything about a key but its policy, tags, aliases and grants.
    out KeyMetadata {
        aws_account_id: AccountId = "AWSAccountId",
        key_id: KeyId = "KeyId",
        arn: KeyArn = "Arn",
        creation_date: Timestamp = "CreationDate",
        enabled: bool = "Enabled",
        description: String = "Description",
        key_usage: &'static str = "KeyUsage",
        key_state: &'static str = "KeyState",
        deletion_date: Option<Timestamp> = "DeletionDate",
        origin: &'static str = "Origin",
        expiration_model: Option<&'static str> = "ExpirationModel",
        valid_to: Option<Timestamp> = "ValidTo",
        key_manager: &'static str = "KeyManager",
        customer_master_key_spec: Option<&'static str> = "CustomerMasterKeySpec",
        key_spec: &'static str = "KeySpec",
        encryption_algorithms: Option<Vec<&'static str>> = "EncryptionAlgorithms",
        signing_algorithms: Option<Vec<&'static str>> = "SigningAlgorithms",
        key_agreement_algorithms: Option<Vec<&'static str>> = "KeyAgreementAlgorithms",
        mac_algorithms: Option<Vec<&'static str>> = "MacAlgorithms",
        encapsulation_algorithms: Option<Vec<&'static str>> = "EncapsulationAlgorithms",
        multi_region: bool = "MultiRegion",
        multi_region_configuration: Option<MultiRegionConfiguration> = "MultiRegionConfiguration",
        pending_deletion_window_in_days: Option<u32> = "PendingDeletionWindowInDays",
        current_key_material_id: Option<MaterialId> = "CurrentKeyMaterialId",
        custom_key_store_id: Option<String> = "CustomKeyStoreId",
        cloud_hsm_cluster_id: Option<String> = "CloudHsmClusterId",
        xks_key_configuration: Option<XksKeyConfiguration> = "XksKeyConfiguration",
    }
    /// The external key of a key in an external key store.
    out XksKeyConfiguration { id: String = "Id" }
}

view! {
    /// Where a multi-Region key and its relatives are.
    out MultiRegionConfiguration {
        multi_region_key_type: &'static str = "MultiRegionKeyType",
        primary_key: MultiRegionKey = "PrimaryKey",
        replica_keys: Vec<MultiRegionKey> = "ReplicaKeys",
    }
    /// One of them.
    out MultiRegionKey { arn: KeyArn = "Arn", region: String = "Region" }
}

impl MultiRegionConfiguration {
    fn of(arn: &KeyArn, related: &Related) -> Self {
        let key = |region: &Region| MultiRegionKey {
            arn: KeyArn { region: region.clone(), ..arn.clone() },
            region: region.as_str().into(),
        };
        Self {
            multi_region_key_type: related.role(&arn.region),
            primary_key: key(&related.primary),
            replica_keys: related.replicas.iter().map(key).collect(),
        }
    }
}

/// Whether material expires: `ExpirationModel`.
pub(super) const fn expiration_model(expires: Option<Timestamp>) -> &'static str {
    match expires {
        Some(_) => "KEY_MATERIAL_EXPIRES",
        None => "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
}

impl KeyMetadata {
    /// Of the key at `arn`, now.
    ///
    /// # Errors
    /// [`Fault::NotFound`].
    pub(super) fn of(arn: &KeyArn, call: &Call<'_>) -> Result<Self, Fault> {
        let key = call.world.keys.find(arn, call.now()).ok_or_else(|| absent(arn))?;
        let state = key.state(call.now()).ok_or_else(|| absent(arn))?;
        let algorithms = |usage| (key.usage == usage).then(|| key.spec.algorithms(usage).to_vec());
        let symmetric = key.spec == KeySpec::Symmetric;
        let store = key.store.as_ref();
        Ok(Self {
            aws_account_id: arn.account,
            key_id: arn.id,
            arn: arn.clone(),
            creation_date: key.created,
            enabled: state == KeyState::Enabled,
            description: key.description.clone(),
            key_usage: key.usage.as_str(),
            key_state: state.as_str(),
            deletion_date: key.deletion_date(),
            origin: key.origin.as_str(),
            expiration_model: key.expiry().map(expiration_model),
            valid_to: key.expiry().flatten(),
            key_manager: if key.managed_for.is_some() { "AWS" } else { "CUSTOMER" },
            customer_master_key_spec: key.spec.is_old().then_some(key.spec.as_str()),
            key_spec: key.spec.as_str(),
            encryption_algorithms: algorithms(KeyUsage::EncryptDecrypt),
            signing_algorithms: algorithms(KeyUsage::SignVerify),
            key_agreement_algorithms: algorithms(KeyUsage::KeyAgreement),
            mac_algorithms: algorithms(KeyUsage::GenerateVerifyMac),
            encapsulation_algorithms: algorithms(KeyUsage::EncapsulateDecapsulate),
            multi_region: arn.id.is_multi_region(),
            multi_region_configuration: key.related.as_ref().map(|related| MultiRegionConfiguration::of(arn, related)),
            pending_deletion_window_in_days: match state {
                KeyState::PendingReplicaDeletion { days } => Some(days),
                _ => None,
            },
            current_key_material_id: key.current_material().filter(|_| symmetric && store.is_none()),
            custom_key_store_id: store.map(|store| store.id.clone()),
            cloud_hsm_cluster_id: store.and_then(|store| store.cluster.clone()),
            xks_key_configuration: store
                .and_then(|store| Some(XksKeyConfiguration { id: store.external_key.clone()? })),
        })
    }
}
