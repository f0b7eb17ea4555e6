"""One call or more of every operation that kmslab implements, refusals too, in an order in which they work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import kmslab
from botocore.config import Config
from botocore.exceptions import ClientError

Answer = tuple[str, dict[str, Any]]

ACCOUNT = "111122223333"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
        ],
    }
)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]})
KEY_POLICY = POLICY.replace('"Action"', '"Principal": {"AWS": "111122223333"}, "Action"')
CONTEXT = {"app": "shop"}
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
MINE = f"arn:aws:iam::{ACCOUNT}:policy/p"

IAM: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create_user", {"UserName": "u", "Path": "/x/", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("create_user", {"UserName": "u"}),
    ("get_user", {"UserName": "u"}),
    ("get_user", {"UserName": "none"}),
    ("update_user", {"UserName": "u", "NewPath": "/y/"}),
    ("list_users", {"PathPrefix": "/y/"}),
    ("create_group", {"GroupName": "g"}),
    ("get_group", {"GroupName": "g"}),
    ("list_groups", {}),
    ("update_group", {"GroupName": "g", "NewPath": "/z/"}),
    ("add_user_to_group", {"GroupName": "g", "UserName": "u"}),
    ("list_groups_for_user", {"UserName": "u"}),
    ("create_role", {"RoleName": "r", "AssumeRolePolicyDocument": TRUST}),
    ("create_role", {"RoleName": "s", "AssumeRolePolicyDocument": "{"}),
    ("get_role", {"RoleName": "r"}),
    ("update_role", {"RoleName": "r", "Description": "d", "MaxSessionDuration": 7200}),
    ("update_role_description", {"RoleName": "r", "Description": "e"}),
    ("list_roles", {"MaxItems": 1}),
    ("update_assume_role_policy", {"RoleName": "r", "PolicyDocument": TRUST}),
    ("create_policy", {"PolicyName": "p", "PolicyDocument": POLICY}),
    ("get_policy", {"PolicyArn": MINE}),
    ("list_policies", {"Scope": "Local"}),
    ("create_policy_version", {"PolicyArn": MINE, "PolicyDocument": POLICY, "SetAsDefault": True}),
    ("get_policy_version", {"PolicyArn": MINE, "VersionId": "v2"}),
    ("list_policy_versions", {"PolicyArn": MINE}),
    ("set_default_policy_version", {"PolicyArn": MINE, "VersionId": "v1"}),
    ("delete_policy_version", {"PolicyArn": MINE, "VersionId": "v2"}),
    *(
        (operation, parameters)
        for kind, name in (("user", "u"), ("role", "r"), ("group", "g"))
        for who in ({f"{kind.title()}Name": name},)
        for operation, parameters in (
            (f"put_{kind}_policy", {**who, "PolicyName": "i", "PolicyDocument": POLICY}),
            (f"get_{kind}_policy", {**who, "PolicyName": "i"}),
            (f"list_{kind}_policies", who),
            (f"delete_{kind}_policy", {**who, "PolicyName": "i"}),
            (f"attach_{kind}_policy", {**who, "PolicyArn": READ}),
            (f"list_attached_{kind}_policies", who),
        )
    ),
    ("list_entities_for_policy", {"PolicyArn": READ}),
    *(
        (f"detach_{kind}_policy", {f"{kind.title()}Name": name, "PolicyArn": READ})
        for kind, name in (("user", "u"), ("role", "r"), ("group", "g"))
    ),
    *(
        (operation, parameters)
        for kind, name in (("user", "u"), ("role", "r"))
        for who in ({f"{kind.title()}Name": name},)
        for operation, parameters in (
            (f"put_{kind}_permissions_boundary", {**who, "PermissionsBoundary": READ}),
            (f"delete_{kind}_permissions_boundary", who),
            (f"tag_{kind}", {**who, "Tags": [{"Key": "k", "Value": "v"}]}),
            (f"list_{kind}_tags", who),
            (f"untag_{kind}", {**who, "TagKeys": ["k"]}),
        )
    ),
    ("tag_policy", {"PolicyArn": MINE, "Tags": [{"Key": "k", "Value": "v"}]}),
    ("list_policy_tags", {"PolicyArn": MINE}),
    ("untag_policy", {"PolicyArn": MINE, "TagKeys": ["k"]}),
    ("simulate_custom_policy", {"PolicyInputList": [POLICY], "ActionNames": ["kms:Decrypt", "s3:GetObject"]}),
    (
        "simulate_principal_policy",
        {"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/y/u", "ActionNames": ["kms:Decrypt"]},
    ),
    ("get_context_keys_for_custom_policy", {"PolicyInputList": [POLICY.replace('*"}', '${aws:username}"}')]}),
    ("get_context_keys_for_principal_policy", {"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/y/u"}),
    ("create_access_key", {"UserName": "u"}),
    ("list_access_keys", {"UserName": "u"}),
    ("update_access_key", {"UserName": "u", "AccessKeyId": "$AccessKeyId", "Status": "Inactive"}),
    ("get_access_key_last_used", {"AccessKeyId": "$AccessKeyId"}),
    ("delete_user", {"UserName": "u"}),
    ("delete_access_key", {"UserName": "u", "AccessKeyId": "$AccessKeyId"}),
    ("remove_user_from_group", {"GroupName": "g", "UserName": "u"}),
    ("delete_group", {"GroupName": "g"}),
    ("delete_policy", {"PolicyArn": MINE}),
    ("delete_user", {"UserName": "u"}),
)
STS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_caller_identity", {}),
    ("get_session_token", {"DurationSeconds": 900}),
    ("get_access_key_info", {"AccessKeyId": "AKIAAAAAAAAAAAAAAAAA"}),
    ("get_federation_token", {"Name": "bob", "Policy": POLICY}),
    ("assume_role", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "RoleSessionName": "me", "Policy": POLICY}),
    ("assume_role", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/none", "RoleSessionName": "me"}),
    ("assume_role", {"RoleArn": "arn", "RoleSessionName": "me"}),
)
PAIRS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create_key", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
    ("create_key", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT"}),
    ("get_public_key", {"KeyId": "$KeyId"}),
    ("sign", {"KeyId": "$KeyId", "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}),
    ("verify", {"KeyId": "$KeyId", "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256", "Signature": "$Signature"}),
    ("verify", {"KeyId": "$KeyId", "Message": b"n", "SigningAlgorithm": "ECDSA_SHA_256", "Signature": "$Signature"}),
    ("create_key", {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
    ("generate_mac", {"KeyId": "$KeyId", "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}),
    ("verify_mac", {"KeyId": "$KeyId", "Message": b"m", "MacAlgorithm": "HMAC_SHA_256", "Mac": "$Mac"}),
    ("verify_mac", {"KeyId": "$KeyId", "Message": b"n", "MacAlgorithm": "HMAC_SHA_256", "Mac": "$Mac"}),
    ("create_key", {"KeySpec": "ECC_NIST_P384", "KeyUsage": "KEY_AGREEMENT"}),
    ("get_public_key", {"KeyId": "$KeyId"}),
    (
        "derive_shared_secret",
        {"KeyId": "$KeyId", "KeyAgreementAlgorithm": "ECDH", "PublicKey": "$PublicKey"},
    ),
    ("create_key", {"KeySpec": "ML_KEM_512", "KeyUsage": "ENCAPSULATE_DECAPSULATE"}),
    ("encapsulate", {"KeyId": "$KeyId", "EncapsulationAlgorithm": "ML_KEM"}),
    (
        "decapsulate",
        {
            "KeyId": "$KeyId",
            "EncapsulationAlgorithm": "ML_KEM",
            "SharedSecretCiphertextBlob": "$SharedSecretCiphertextBlob",
        },
    ),
    ("create_key", {}),
    ("generate_data_key_pair", {"KeyId": "$KeyId", "KeyPairSpec": "ECC_NIST_P256"}),
    ("generate_data_key_pair_without_plaintext", {"KeyId": "$KeyId", "KeyPairSpec": "ECC_SECG_P256K1"}),
)
KMS: tuple[tuple[str, dict[str, Any]], ...] = (
    *PAIRS,
    ("create_key", {"Description": "d", "Tags": [{"TagKey": "k", "TagValue": "v"}]}),
    ("create_key", {"Policy": "{"}),
    ("describe_key", {"KeyId": "$KeyId"}),
    ("describe_key", {"KeyId": "alias/none"}),
    ("list_keys", {"Limit": 1}),
    ("disable_key", {"KeyId": "$KeyId"}),
    ("encrypt", {"KeyId": "$KeyId", "Plaintext": b"x"}),
    ("enable_key", {"KeyId": "$KeyId"}),
    ("encrypt", {"KeyId": "$KeyId", "Plaintext": b"\x00\xff", "EncryptionContext": CONTEXT}),
    ("decrypt", {"CiphertextBlob": "$CiphertextBlob", "EncryptionContext": CONTEXT}),
    ("decrypt", {"CiphertextBlob": "$CiphertextBlob"}),
    ("decrypt", {"CiphertextBlob": b"x"}),
    ("decrypt", {"CiphertextBlob": "$CiphertextBlob", "EncryptionContext": CONTEXT, "DryRun": True}),
    (
        "re_encrypt",
        {"CiphertextBlob": "$CiphertextBlob", "SourceEncryptionContext": CONTEXT, "DestinationKeyId": "$KeyId"},
    ),
    ("generate_data_key", {"KeyId": "$KeyId", "KeySpec": "AES_256"}),
    ("generate_data_key_without_plaintext", {"KeyId": "$KeyId", "NumberOfBytes": 7}),
    ("generate_random", {"NumberOfBytes": 33}),
    ("get_key_policy", {"KeyId": "$KeyId", "PolicyName": "default"}),
    ("put_key_policy", {"KeyId": "$KeyId", "PolicyName": "default", "Policy": POLICY}),
    ("put_key_policy", {"KeyId": "$KeyId", "PolicyName": "default", "Policy": KEY_POLICY}),
    ("list_key_policies", {"KeyId": "$KeyId"}),
    ("create_alias", {"AliasName": "alias/a", "TargetKeyId": "$KeyId"}),
    ("create_alias", {"AliasName": "alias/aws/a", "TargetKeyId": "$KeyId"}),
    ("update_alias", {"AliasName": "alias/a", "TargetKeyId": "$KeyId"}),
    ("list_aliases", {"KeyId": "$KeyId"}),
    ("delete_alias", {"AliasName": "alias/a"}),
    ("update_key_description", {"KeyId": "$KeyId", "Description": "e"}),
    ("tag_resource", {"KeyId": "$KeyId", "Tags": [{"TagKey": "m", "TagValue": "ü"}]}),
    ("list_resource_tags", {"KeyId": "$KeyId"}),
    ("untag_resource", {"KeyId": "$KeyId", "TagKeys": ["m"]}),
    (
        "create_grant",
        {
            "KeyId": "$KeyId",
            "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/r",
            "Operations": ["Decrypt"],
            "RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:role/r",
            "Constraints": {"EncryptionContextSubset": CONTEXT},
        },
    ),
    ("list_grants", {"KeyId": "$KeyId"}),
    ("list_retirable_grants", {"RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:role/r"}),
    ("revoke_grant", {"KeyId": "$KeyId", "GrantId": "$GrantId"}),
    (
        "create_grant",
        {
            "KeyId": "$KeyId",
            "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/r",
            "Operations": ["Decrypt"],
            "RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:user/administrator",
        },
    ),
    ("retire_grant", {"GrantToken": "$GrantToken"}),
    ("enable_key_rotation", {"KeyId": "$KeyId", "RotationPeriodInDays": 90}),
    ("rotate_key_on_demand", {"KeyId": "$KeyId"}),
    ("get_key_rotation_status", {"KeyId": "$KeyId"}),
    ("list_key_rotations", {"KeyId": "$KeyId", "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}),
    ("disable_key_rotation", {"KeyId": "$KeyId"}),
    ("get_key_last_usage", {"KeyId": "$KeyId"}),
    ("schedule_key_deletion", {"KeyId": "$KeyId", "PendingWindowInDays": 7}),
    ("cancel_key_deletion", {"KeyId": "$KeyId"}),
    ("create_key", {"Origin": "EXTERNAL"}),
    (
        "get_parameters_for_import",
        {"KeyId": "$KeyId", "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
    ),
    (
        "import_key_material",
        {
            "KeyId": "$KeyId",
            "ImportToken": "$ImportToken",
            "EncryptedKeyMaterial": b"x",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        },
    ),
    ("delete_imported_key_material", {"KeyId": "$KeyId"}),
    ("create_key", {"MultiRegion": True}),
    ("replicate_key", {"KeyId": "$KeyId", "ReplicaRegion": "eu-west-1"}),
    ("update_primary_region", {"KeyId": "$KeyId", "PrimaryRegion": "eu-west-1"}),
)
STORE = {"CloudHsmClusterId": "cluster-2345abcdefg", "TrustAnchorCertificate": "anchor", "KeyStorePassword": "kmsPswd1"}
STORES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create_custom_key_store", {"CustomKeyStoreName": "s", **STORE}),
    ("create_custom_key_store", {"CustomKeyStoreName": "t", "CustomKeyStoreType": "EXTERNAL_KEY_STORE"}),
    ("describe_custom_key_stores", {}),
    ("describe_custom_key_stores", {"CustomKeyStoreName": "none"}),
    ("update_custom_key_store", {"CustomKeyStoreId": "$CustomKeyStoreId", "NewCustomKeyStoreName": "u"}),
    ("connect_custom_key_store", {"CustomKeyStoreId": "$CustomKeyStoreId"}),
    ("delete_custom_key_store", {"CustomKeyStoreId": "$CustomKeyStoreId"}),
    ("create_key", {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "$CustomKeyStoreId"}),
    ("disconnect_custom_key_store", {"CustomKeyStoreId": "$CustomKeyStoreId"}),
)
LAST: tuple[tuple[str, dict[str, Any]], ...] = (("delete_role", {"RoleName": "r"}),)
KEPT = ("CustomKeyStoreId", "KeyId", "CiphertextBlob", "GrantId", "GrantToken", "AccessKeyId", "ImportToken")
MADE = ("Signature", "Mac", "PublicKey", "SharedSecretCiphertextBlob")


def members(client: Any, operation: str) -> set[str]:
    """The members of an operation's input that this botocore knows."""
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    return set(model.input_shape.members) if model.input_shape is not None else set()


def tell(lab: kmslab.Lab) -> Iterator[Answer]:
    """Makes every call as the administrator; gives the name and the whole answer of each."""
    plain = Config(parameter_validation=False)
    clients = {service: lab.client(service, config=plain) for service in ("iam", "sts", "kms")}
    kept: dict[str, Any] = {}
    lab.hsm(STORE["CloudHsmClusterId"], certificate=STORE["TrustAnchorCertificate"])
    for service, calls in (("iam", IAM), ("sts", STS), ("kms", KMS), ("kms", STORES), ("iam", LAST)):
        for operation, parameters in calls:
            if not hasattr(clients[service], operation):
                continue  # An older botocore does not know every operation.
            given = {
                name: kept[value[1:]] if isinstance(value, str) and value.startswith("$") else value
                for name, value in parameters.items()
                # An older botocore does not know every member.
                if name in members(clients[service], operation)
            }
            try:
                answer = getattr(clients[service], operation)(**given)
            except ClientError as error:
                answer = error.response
            else:
                for found in (answer, answer.get("KeyMetadata"), answer.get("AccessKey")):
                    kept |= {name: found[name] for name in (*KEPT, *MADE) if found and name in found}
            yield f"{service}.{operation}", answer
