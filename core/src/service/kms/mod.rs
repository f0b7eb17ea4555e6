//! KMS: one file an operation, and beside them what several operations share.
//! Source: KMS API Reference, version 2014-11-01; kms.md.

mod cancel_key_deletion;
mod connect_custom_key_store;
mod create_alias;
mod create_custom_key_store;
mod create_grant;
mod create_key;
mod decapsulate;
mod decrypt;
mod delete_alias;
mod delete_custom_key_store;
mod delete_imported_key_material;
mod derive_shared_secret;
mod describe_custom_key_stores;
mod describe_key;
mod disable_key;
mod disable_key_rotation;
mod disconnect_custom_key_store;
mod enable_key;
mod enable_key_rotation;
mod encapsulate;
mod encrypt;
mod generate_data_key;
mod generate_data_key_pair;
mod generate_data_key_pair_without_plaintext;
mod generate_data_key_without_plaintext;
mod generate_mac;
mod generate_random;
mod get_key_last_usage;
mod get_key_policy;
mod get_key_rotation_status;
mod get_parameters_for_import;
mod get_public_key;
mod import_key_material;
mod list_aliases;
mod list_grants;
mod list_key_policies;
mod list_key_rotations;
mod list_keys;
mod list_resource_tags;
mod list_retirable_grants;
mod put_key_policy;
mod re_encrypt;
mod replicate_key;
mod retire_grant;
mod revoke_grant;
mod rotate_key_on_demand;
mod schedule_key_deletion;
mod sign;
mod tag_resource;
mod untag_resource;
mod update_alias;
mod update_custom_key_store;
mod update_key_description;
mod update_primary_region;
mod verify;
mod verify_mac;

mod alias_name;
mod data_key;
mod data_key_pair;
mod encryption;
mod grants;
mod key_id;
mod key_kind;
mod key_metadata;
mod key_placed;
mod key_policy;
mod key_stores;
mod localstack;
mod mac;
mod page;
mod quota_groups;
mod recipient;
mod signing;
mod tags;

pub(crate) use quota_groups::draws;

use super::{Call, Row};
use crate::base::Fault;
use crate::world::keys::KeySpec;
use alloc::{format, vec::Vec};
use core::fmt::{Arguments, Display};

/// The operations, in the order of the API reference.
pub static OPERATIONS: &[Row] = &[
    Row::of::<cancel_key_deletion::CancelKeyDeletion>(),
    Row::of::<connect_custom_key_store::ConnectCustomKeyStore>(),
    Row::of::<create_alias::CreateAlias>(),
    Row::of::<create_custom_key_store::CreateCustomKeyStore>(),
    Row::of::<create_grant::CreateGrant>(),
    Row::of::<create_key::CreateKey>(),
    Row::of::<decapsulate::Decapsulate>(),
    Row::of::<decrypt::Decrypt>(),
    Row::of::<delete_alias::DeleteAlias>(),
    Row::of::<delete_custom_key_store::DeleteCustomKeyStore>(),
    Row::of::<delete_imported_key_material::DeleteImportedKeyMaterial>(),
    Row::of::<derive_shared_secret::DeriveSharedSecret>(),
    Row::of::<describe_custom_key_stores::DescribeCustomKeyStores>(),
    Row::of::<describe_key::DescribeKey>(),
    Row::of::<disable_key::DisableKey>(),
    Row::of::<disable_key_rotation::DisableKeyRotation>(),
    Row::of::<disconnect_custom_key_store::DisconnectCustomKeyStore>(),
    Row::of::<enable_key::EnableKey>(),
    Row::of::<enable_key_rotation::EnableKeyRotation>(),
    Row::of::<encapsulate::Encapsulate>(),
    Row::of::<encrypt::Encrypt>(),
    Row::of::<generate_data_key::GenerateDataKey>(),
    Row::of::<generate_data_key_pair::GenerateDataKeyPair>(),
    Row::of::<generate_data_key_pair_without_plaintext::GenerateDataKeyPairWithoutPlaintext>(),
    Row::of::<generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintext>(),
    Row::of::<generate_mac::GenerateMac>(),
    Row::of::<generate_random::GenerateRandom>(),
    Row::of::<get_key_last_usage::GetKeyLastUsage>(),
    Row::of::<get_key_policy::GetKeyPolicy>(),
    Row::of::<get_key_rotation_status::GetKeyRotationStatus>(),
    Row::of::<get_parameters_for_import::GetParametersForImport>(),
    Row::of::<get_public_key::GetPublicKey>(),
    Row::of::<import_key_material::ImportKeyMaterial>(),
    Row::of::<list_aliases::ListAliases>(),
    Row::of::<list_grants::ListGrants>(),
    Row::of::<list_key_policies::ListKeyPolicies>(),
    Row::of::<list_key_rotations::ListKeyRotations>(),
    Row::of::<list_keys::ListKeys>(),
    Row::of::<list_resource_tags::ListResourceTags>(),
    Row::of::<list_retirable_grants::ListRetirableGrants>(),
    Row::of::<put_key_policy::PutKeyPolicy>(),
    Row::of::<re_encrypt::ReEncrypt>(),
    Row::of::<replicate_key::ReplicateKey>(),
    Row::of::<retire_grant::RetireGrant>(),
    Row::of::<revoke_grant::RevokeGrant>(),
    Row::of::<rotate_key_on_demand::RotateKeyOnDemand>(),
    Row::of::<schedule_key_deletion::ScheduleKeyDeletion>(),
    Row::of::<sign::Sign>(),
    Row::of::<tag_resource::TagResource>(),
    Row::of::<untag_resource::UntagResource>(),
    Row::of::<update_alias::UpdateAlias>(),
    Row::of::<update_custom_key_store::UpdateCustomKeyStore>(),
    Row::of::<update_key_description::UpdateKeyDescription>(),
    Row::of::<update_primary_region::UpdatePrimaryRegion>(),
    Row::of::<verify::Verify>(),
    Row::of::<verify_mac::VerifyMac>(),
];

/// The refusal of a value that breaks one of the model's constraints (kms.md 1.4), where the operation's rule is
/// narrower than the model's.
fn constraint(value: &dyn Display, member: &str, rule: &str) -> Fault {
    broken(format_args!("'{value}'"), member, rule)
}

/// The refusal of a request without a member that the operation cannot do without, though the model can (kms.md 1.4):
/// the sentence of the model's check.
fn missing(member: &str) -> Fault {
    broken(format_args!("null"), member, "Member must not be null")
}

fn broken(value: Arguments<'_>, member: &str, rule: &str) -> Fault {
    let message =
        format!("1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}");
    Fault::Validation { message }
}

/// The refusal of a spec that the Regions of this partition do not have: there it is not in the enumeration. Of keys SM2
/// is, everywhere: measured in us-east-1, 2026. `member` is `keySpec` or `keyPairSpec`.
fn regional(spec: KeySpec, member: &str, call: &Call<'_>) -> Result<(), Fault> {
    let partition = call.region().partition();
    if spec.is_in(partition) {
        return Ok(());
    }
    let pairs = member == "keyPairSpec";
    if spec == KeySpec::Sm2 && !pairs {
        return Err(Fault::UnsupportedOperation { message: format!("KeySpec {spec} is not supported in this Region") });
    }
    // Data key pairs of ML-DSA are not offered.
    let offered = |spec: &&KeySpec| spec.is_in(partition) && (!pairs || spec.is_data_key_pair());
    let names: Vec<&str> = KeySpec::ALL.iter().filter(offered).map(|spec| spec.as_str()).collect();
    let rule = format!("Member must satisfy enum value set: [{}]", names.join(", "));
    Err(constraint(&spec, member, &rule))
}
