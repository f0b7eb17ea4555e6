"""Keys of every kind in every state, and for each operation an input that works while the key is enabled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import boto3
import kms_model
import kmslab
import pytest
from botocore.config import Config
from story import ACCOUNT

pytest.importorskip("cryptography", reason="wraps what is imported")
from test_imported_keys import wrapped

HOME, AWAY, THIRD = "us-east-1", "eu-west-1", "us-west-2"
ME = f"arn:aws:iam::{ACCOUNT}:user/administrator"
START = "2030-01-01T00:00:00Z"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}],
    }
)

# What the operations that are not for symmetric keys need.
KIND = {
    "Sign": "sign",
    "Verify": "sign",
    "GetPublicKey": "sign",
    "GenerateMac": "mac",
    "VerifyMac": "mac",
    "DeriveSharedSecret": "agree",
    "Encapsulate": "kem",
    "Decapsulate": "kem",
    "GetParametersForImport": "external",
    "ImportKeyMaterial": "external",
    "DeleteImportedKeyMaterial": "external",
    "ReplicateKey": "multi",
    "UpdatePrimaryRegion": "multi",
}
SPECS: dict[str, dict[str, Any]] = {
    "sign": {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
    "mac": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "agree": {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"},
    "kem": {"KeySpec": "ML_KEM_512", "KeyUsage": "ENCAPSULATE_DECAPSULATE"},
    "external": {"Origin": "EXTERNAL"},
    "multi": {"MultiRegion": True},
    "store": {},
}
WITHOUT_A_KEY = {
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "CreateKey",
    "DeleteCustomKeyStore",
    "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore",
    "GenerateRandom",
    "ListKeys",
    "ListRetirableGrants",
    "UpdateCustomKeyStore",
}
MATERIAL = {"mac": bytes(range(32))}
ABSENT = "1234abcd-12ab-34cd-56ef-1234567890ab"


def material(kind: str) -> bytes:
    """Material of a key of that kind, as it is imported."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    if kind in {"sign", "agree"}:
        pair = ec.derive_private_key(7, ec.SECP256R1())
        der: bytes = pair.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return der
    return MATERIAL.get(kind, bytes(32))


# One client a Region for all labs: it takes longer to make one than to do anything with it.
ONCE = Config(retries={"total_max_attempts": 1})
CLIENTS = {region: boto3.Session().client("kms", region_name=region, config=ONCE) for region in (HOME, AWAY, THIRD)}
METHODS = {name: method for method, name in CLIENTS[HOME].meta.method_to_api_mapping.items()}
NAMES = {method: name for name, method in METHODS.items()}


@dataclass
class Within:
    """A client whose calls a scene's lab answers."""

    here: Scene
    client: Any

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**given: Any) -> Any:
            with self.here.lab:
                answer = getattr(self.client, method)(**given)
            self.here.answers.append((NAMES[method], answer))
            return answer

        return call


@dataclass
class Scene:
    """A lab, a key of one kind in it, and what calls need that concern the key."""

    lab: kmslab.Lab
    kind: str = "symmetric"
    region: str = HOME
    key: str = ""
    external: bool = False
    made: dict[str, Any] = field(default_factory=dict)
    # What has worked: the operation, and its answer.
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def kms(self) -> Any:
        """The client of the key's Region."""
        return self.client(self.region)

    def client(self, region: str) -> Any:
        return Within(self, CLIENTS[region])

    @property
    def arn(self) -> str:
        """The key's ARN."""
        return f"arn:aws:kms:{self.region}:{ACCOUNT}:key/{self.key}"

    def call(self, operation: str, given: dict[str, Any], region: str | None = None) -> Any:
        """Calls the operation of that name."""
        return getattr(self.client(region or self.region), METHODS[operation])(**given)

    def create(self, **more: Any) -> str:
        key: str = self.kms.create_key(**{**SPECS.get(self.kind, {}), **more})["KeyMetadata"]["KeyId"]
        return key

    def import_into(self, key: str, region: str | None = None, **more: Any) -> dict[str, Any]:
        """The parameters of an import into a key that waits for it."""
        kms = self.client(region or self.region)
        how = "RSAES_OAEP_SHA_256"
        parameters = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=how, WrappingKeySpec="RSA_2048")
        return {
            "KeyId": key,
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": wrapped(parameters, how, more.pop("material", None) or material(self.kind)),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            **more,
        }

    def put(self, key: str, region: str | None = None, **more: Any) -> Any:
        """Imports material into a key."""
        return self.client(region or self.region).import_key_material(**self.import_into(key, region, **more))


def scene(kind: str = "symmetric", *, external: bool = False, multi: bool = False, **lab: Any) -> Scene:
    """A new lab with an enabled key of that kind in its home Region."""
    here = Scene(kmslab.Lab(**{"now": START, **lab}), kind, external=external or kind == "external")
    if kind == "store":
        hsm = here.lab.hsm()
        store = here.kms.create_custom_key_store(CustomKeyStoreName="store", **hsm.parameters)["CustomKeyStoreId"]
        here.kms.connect_custom_key_store(CustomKeyStoreId=store)
        here.made |= {"store": store, "hsm": hsm}
        here.key = here.create(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)
        return here
    more: dict[str, Any] = {"Origin": "EXTERNAL"} if here.external else {}
    here.key = here.create(**more, **({"MultiRegion": True} if multi else {}))
    if here.external:
        here.put(here.key)
    return here


def working(here: Scene, operation: str) -> dict[str, Any]:
    """An input of the operation about the key, which works while the key is enabled; makes what it needs."""
    kms, key = here.kms, here.key
    make = NEEDS.get(operation)
    if make is not None:
        return make(here)
    shape = kms_model.inputs(operation)
    given = kms_model.example(shape) if shape is not None else {}
    return {**given, "KeyId": key} if shape is not None and "KeyId" in shape.members else given if kms else {}


def _sealed(here: Scene) -> dict[str, Any]:
    return {"CiphertextBlob": here.kms.encrypt(KeyId=here.key, Plaintext=b"hi")["CiphertextBlob"]}


def _signed(here: Scene) -> dict[str, Any]:
    asked = {"KeyId": here.key, "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}
    return {**asked, "Signature": here.kms.sign(**asked)["Signature"]}


def _maced(here: Scene) -> dict[str, Any]:
    asked = {"KeyId": here.key, "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
    return {**asked, "Mac": here.kms.generate_mac(**asked)["Mac"]}


def _agreed(here: Scene) -> dict[str, Any]:
    public = here.kms.get_public_key(KeyId=here.key)["PublicKey"]
    return {"KeyId": here.key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public}


def _encapsulated(here: Scene) -> dict[str, Any]:
    asked = {"KeyId": here.key, "EncapsulationAlgorithm": "ML_KEM"}
    return {**asked, "SharedSecretCiphertextBlob": here.kms.encapsulate(**asked)["SharedSecretCiphertextBlob"]}


def _granted(here: Scene, **more: Any) -> dict[str, Any]:
    terms = {"KeyId": here.key, "GranteePrincipal": ME, "RetiringPrincipal": ME, "Operations": ["DescribeKey"]}
    made = here.kms.create_grant(**{**terms, **more})
    here.made["token"] = made["GrantToken"]
    return {"KeyId": here.key, "GrantId": made["GrantId"]}


def _alias(here: Scene, name: str, key: str) -> str:
    here.kms.create_alias(AliasName=name, TargetKeyId=key)
    return name


def _replicated(here: Scene) -> dict[str, Any]:
    if here.region == AWAY:
        return {"KeyId": here.key, "PrimaryRegion": HOME}
    here.kms.replicate_key(KeyId=here.key, ReplicaRegion=THIRD)
    return {"KeyId": here.key, "PrimaryRegion": THIRD}


def _importable(here: Scene) -> dict[str, Any]:
    return here.import_into(here.key)


def _rotating(here: Scene) -> dict[str, Any]:
    if here.external:
        here.put(here.key, material=bytes([1]) * 32, ImportType="NEW_KEY_MATERIAL")
    return {"KeyId": here.key}


# Operations whose input is not a key id and what the model asks for.
NEEDS: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "CreateAlias": lambda here: {"AliasName": "alias/new", "TargetKeyId": here.key},
    "CreateGrant": lambda here: {"KeyId": here.key, "GranteePrincipal": ME, "Operations": ["DescribeKey"]},
    "Decapsulate": _encapsulated,
    "Decrypt": _sealed,
    "DeleteAlias": lambda here: {"AliasName": _alias(here, "alias/old", here.key)},
    "DeriveSharedSecret": _agreed,
    "GenerateDataKey": lambda here: {"KeyId": here.key, "KeySpec": "AES_256"},
    "GenerateDataKeyPair": lambda here: {"KeyId": here.key, "KeyPairSpec": "ECC_NIST_P256"},
    "GenerateDataKeyPairWithoutPlaintext": lambda here: {"KeyId": here.key, "KeyPairSpec": "ECC_NIST_P256"},
    "GenerateDataKeyWithoutPlaintext": lambda here: {"KeyId": here.key, "NumberOfBytes": 9},
    "GenerateMac": lambda here: {"KeyId": here.key, "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"},
    "GenerateRandom": lambda _: {"NumberOfBytes": 9},
    "GetParametersForImport": lambda here: {
        "KeyId": here.key,
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "ImportKeyMaterial": _importable,
    "ListRetirableGrants": lambda _: {"RetiringPrincipal": ME},
    "PutKeyPolicy": lambda here: {"KeyId": here.key, "Policy": POLICY},
    "ReEncrypt": lambda here: {**_sealed(here), "DestinationKeyId": here.key},
    "ReplicateKey": lambda here: {"KeyId": here.key, "ReplicaRegion": THIRD},
    "RetireGrant": _granted,
    "RevokeGrant": _granted,
    "RotateKeyOnDemand": _rotating,
    "ScheduleKeyDeletion": lambda here: {"KeyId": here.key, "PendingWindowInDays": 7},
    "Sign": lambda here: {"KeyId": here.key, "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"},
    "TagResource": lambda here: {"KeyId": here.key, "Tags": [{"TagKey": "k", "TagValue": "v"}]},
    "UntagResource": lambda here: {"KeyId": here.key, "TagKeys": ["k"]},
    "UpdateAlias": lambda here: {"AliasName": _alias(here, "alias/old", here.create()), "TargetKeyId": here.key},
    "UpdatePrimaryRegion": _replicated,
    "Verify": _signed,
    "VerifyMac": _maced,
}

# Where an operation takes the key that it is about, if not in `KeyId`.
KEY = {"CreateAlias": "TargetKeyId", "ReEncrypt": "SourceKeyId", "UpdateAlias": "TargetKeyId"}
# What goes with it, so that nothing else is refused first.
BESIDE: dict[str, dict[str, Any]] = {
    "CreateGrant": {"GranteePrincipal": ME, "Operations": ["DescribeKey"]},
    "Decrypt": {"CiphertextBlob": b"x"},
    "GenerateDataKey": {"KeySpec": "AES_256"},
    "GenerateDataKeyWithoutPlaintext": {"KeySpec": "AES_256"},
    "GetParametersForImport": {"WrappingAlgorithm": "RSAES_OAEP_SHA_256"},
    "ImportKeyMaterial": {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"},
    "ReEncrypt": {"CiphertextBlob": b"x"},
    "RetireGrant": {"GrantId": "0" * 64},
    "RevokeGrant": {"GrantId": "0" * 64},
}


def about(operation: str, key: str, **more: Any) -> dict[str, Any]:
    """A small valid input about a key, be it absent or of another kind."""
    given = kms_model.example(kms_model.inputs(operation))
    return {**given, **BESIDE.get(operation, {}), KEY.get(operation, "KeyId"): key, **more}


# ---- states ----


def _disable(here: Scene) -> None:
    here.kms.disable_key(KeyId=here.key)


def _schedule(here: Scene) -> None:
    here.kms.schedule_key_deletion(KeyId=here.key, PendingWindowInDays=30)


def _lose(here: Scene) -> None:
    here.kms.delete_imported_key_material(KeyId=here.key)


def _disconnect(here: Scene) -> None:
    here.kms.disconnect_custom_key_store(CustomKeyStoreId=here.made["store"])


def _move(here: Scene) -> None:
    here.client(HOME).update_primary_region(KeyId=here.key, PrimaryRegion=AWAY)


CHANGE: dict[str, Callable[[Scene], None]] = {
    "Enabled": lambda _: None,
    "Disabled": _disable,
    "PendingDeletion": _schedule,
    "PendingReplicaDeletion": _schedule,
    "PendingImport": _lose,
    "Unavailable": _disconnect,
    "Creating": lambda _: None,
    "Updating": _move,
}


def state_of(here: Scene) -> str:
    found: str = here.kms.describe_key(KeyId=here.key)["KeyMetadata"]["KeyState"]
    return found


def before(state: str, operation: str) -> Scene:
    """A scene with an enabled key that can come into the state, and that suits the operation. Of a key that is going to
    be `Creating` it is the primary."""
    kind = KIND.get(operation, "symmetric")
    if state == "Unavailable":
        return scene("store")
    if state in {"Creating", "Updating"}:
        here = scene(kind, multi=True, consistency="eventual")
    else:
        related = state == "PendingReplicaDeletion"
        here = scene(kind, external=state == "PendingImport", multi=related or kind == "multi")
        if related:
            here.kms.replicate_key(KeyId=here.key, ReplicaRegion=AWAY)
    if state == "Updating":
        here.kms.replicate_key(KeyId=here.key, ReplicaRegion=AWAY)
        here.lab.clock.advance(minutes=1)
        if here.external:
            here.put(here.key, AWAY)
        # The new primary key, and what is done to it, are there.
        here.region = AWAY
    if state == "PendingDeletion" and operation == "UpdatePrimaryRegion":
        # A primary with replicas would wait for them: here a replica is pending deletion.
        here.kms.replicate_key(KeyId=here.key, ReplicaRegion=AWAY)
        here.region = AWAY
    return here


def after(here: Scene, state: str) -> None:
    """Brings the key into the state."""
    if state == "Creating":
        here.client(HOME).replicate_key(KeyId=here.key, ReplicaRegion=AWAY)
        here.region = AWAY
    if state == "Updating":
        # Grants and aliases take effect.
        here.lab.clock.advance(timedelta(minutes=10))
    CHANGE[state](here)
