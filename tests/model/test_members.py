"""AWS's model of KMS, walked: every operation is there, every member of its input is read or refused for a reason, every
member of its output occurs or cannot for a reason. A newer botocore that has more fails here, with a list of what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import kms_model
import kmslab
import pytest
import scenes
import story
from test_states import CELLS


@pytest.fixture(scope="module")
def lab() -> kmslab.Lab:
    return kmslab.Lab()


def test_every_operation_is_there(lab: kmslab.Lab) -> None:
    new = []
    for operation in kms_model.OPERATIONS:
        code, said = kms_model.post(lab, operation, {})
        if code == "UnknownOperationException" or "does not" in said:
            new.append(f"{operation}: {code} {said}")
    assert not new, f"new in this botocore: {new}"
    print(f"{len(kms_model.OPERATIONS)} of {len(kms_model.OPERATIONS)} operations")


def test_every_member_of_an_input_is_decoded(lab: kmslab.Lab) -> None:
    new, count = [], 0
    for operation in kms_model.OPERATIONS:
        shape = kms_model.inputs(operation)
        cases = dict(kms_model.mistyped(shape)) if shape else {}
        assert set(cases) == set(kms_model.paths(shape))
        count += len(cases)
        # A member that is not known is passed over, whatever it holds.
        new += [
            f"{operation}.{path}"
            for path, given in cases.items()
            if kms_model.post(lab, operation, given)[0] != "SerializationException"
        ]
    assert not new, f"new in this botocore: {new}"
    print(f"{count} of {count} members of inputs")


# ---- members of outputs ----

NEW_KEY = ("DeletionDate", "ExpirationModel", "ValidTo", "PendingDeletionWindowInDays")
NO_STORE = ("CustomKeyStoreId", "CloudHsmClusterId", "XksKeyConfiguration", "XksKeyConfiguration.Id")
RECIPIENTS = ("Decrypt", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom")
# Members of outputs that no answer has, and why.
CANNOT: dict[str, str] = {
    **dict.fromkeys(
        (f"{name}.CiphertextForRecipient" for name in RECIPIENTS),
        "needs an attestation document: tests/python/test_attestation.py has answers with it",
    ),
    **dict.fromkeys(
        (f"CreateKey.KeyMetadata.{name}" for name in NEW_KEY), "of a new key nothing is deleted or imported"
    ),
    **dict.fromkeys(
        (f"CreateKey.KeyMetadata.MultiRegionConfiguration.ReplicaKeys.{name}" for name in ("Arn", "Region")),
        "a new primary key has no replicas",
    ),
    **dict.fromkeys(
        (f"ReplicateKey.ReplicaKeyMetadata.{name}" for name in NEW_KEY), "of a new key nothing is deleted or imported"
    ),
    **dict.fromkeys(
        (f"ReplicateKey.ReplicaKeyMetadata.{name}" for name in NO_STORE), "keys in stores are in a single Region"
    ),
    "ReplicateKey.ReplicaKeyMetadata.CurrentKeyMaterialId": "recorded: the answer does not have it (kms.md 9.2)",
    "GetKeyRotationStatus.OnDemandRotationStartDate": "a rotation on demand is done at once, but where consistency is "
    "eventual: tests/python/test_consistency.py has it",
    "ListKeyPolicies.NextMarker": "a key has one policy, so one page",
}

LATER = datetime(2030, 2, 1, tzinfo=UTC)


def _kinds(heard: Heard) -> None:
    """Keys of every kind, in one Region and in several; described, replicated, their public keys."""
    for kind in ("symmetric", "sign", "mac", "agree", "kem"):
        here = heard(scenes.scene(kind, multi=True))
        here.kms.replicate_key(KeyId=here.key, ReplicaRegion=scenes.AWAY, Tags=[{"TagKey": "k", "TagValue": "v"}])
        here.kms.describe_key(KeyId=here.key)
        if kind in {"sign", "agree", "kem"}:
            here.kms.get_public_key(KeyId=here.key)
        here.kms.schedule_key_deletion(KeyId=here.key)
        here.kms.describe_key(KeyId=here.key)
    key = here.kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
    here.kms.get_public_key(KeyId=key)
    here.kms.schedule_key_deletion(KeyId=key)
    here.kms.describe_key(KeyId=key)


def _works(heard: Heard) -> None:
    """Every operation that is about a key, once; then pages, and what has happened to the key."""
    for operation in kms_model.OPERATIONS:
        here = heard(scenes.scene(scenes.KIND.get(operation, "symmetric")))
        # What is new in this botocore, another test says.
        if operation in scenes.WITHOUT_A_KEY or operation not in CELLS:
            continue
        given = scenes.working(here, operation)
        if operation == "CancelKeyDeletion":
            here.kms.schedule_key_deletion(**given)
        here.call(operation, given)
    here = heard(scenes.scene())
    here.kms.enable_key_rotation(KeyId=here.key)
    here.kms.get_key_rotation_status(KeyId=here.key)
    here.kms.encrypt(KeyId=here.key, Plaintext=b"x")
    here.kms.get_key_last_usage(KeyId=here.key)
    for name in ("a", "b"):
        here.kms.tag_resource(KeyId=here.key, Tags=[{"TagKey": name, "TagValue": "v"}])
        here.kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=here.key)
        here.kms.rotate_key_on_demand(KeyId=here.key)
        here.create()
    for operation in ("ListAliases", "ListKeys", "ListKeyRotations", "ListResourceTags"):
        about = {"KeyId": here.key} if "KeyId" in kms_model.inputs(operation).members else {}
        here.call(operation, {**about, "Limit": 1})


def _grants(heard: Heard) -> None:
    here = heard(scenes.scene())
    terms: dict[str, Any] = {"KeyId": here.key, "Operations": ["Encrypt"]}
    me, service = {"GranteePrincipal": scenes.ME, "RetiringPrincipal": scenes.ME}, "s3.amazonaws.com"
    source = {"SourceArn": f"arn:aws:s3:us-east-1:{story.ACCOUNT}:x"}
    for more in (
        {**me, "Constraints": {"EncryptionContextEquals": {"a": "b"}}, "Name": "n"},
        {**me, "Constraints": {"EncryptionContextSubset": {"a": "b"}}},
        {"GranteeServicePrincipal": service, "RetiringPrincipal": scenes.ME, "Constraints": source},
        {"GranteePrincipal": scenes.ME, "RetiringServicePrincipal": service, "Constraints": source},
        {"GranteeServicePrincipal": service, "RetiringServicePrincipal": service, "Constraints": source},
    ):
        here.kms.create_grant(**terms, **more)
    for limit in ({}, {"Limit": 1}):
        here.kms.list_grants(KeyId=here.key, **limit)
        here.kms.list_retirable_grants(RetiringPrincipal=scenes.ME, **limit)
        here.kms.list_retirable_grants(RetiringServicePrincipal=service, **limit)


def _imports(heard: Heard) -> None:
    here = heard(scenes.scene("external"))
    here.put(
        here.key,
        material=bytes([1]) * 32,
        ImportType="NEW_KEY_MATERIAL",
        KeyMaterialDescription="text",
        ExpirationModel="KEY_MATERIAL_EXPIRES",
        ValidTo=LATER,
    )
    here.kms.rotate_key_on_demand(KeyId=here.key)
    here.kms.list_key_rotations(KeyId=here.key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    here.kms.describe_key(KeyId=here.key)
    here.kms.delete_imported_key_material(KeyId=here.key)


def _stores(heard: Heard) -> None:
    here = heard(scenes.scene("store"))
    here.kms.describe_key(KeyId=here.key)
    manager = here.lab.external_key_manager(vpc_endpoint_service="com.amazonaws.vpce.us-east-1.vpce-svc-0123")
    outside = here.kms.create_custom_key_store(CustomKeyStoreName="outside", **manager.parameters)["CustomKeyStoreId"]
    here.kms.connect_custom_key_store(CustomKeyStoreId=outside)
    there = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": outside, "XksKeyId": manager.key("one")}
    here.kms.describe_key(KeyId=here.kms.create_key(**there)["KeyMetadata"]["KeyId"])
    here.kms.disconnect_custom_key_store(CustomKeyStoreId=outside)
    manager.fail("XKS_PROXY_TIMED_OUT")
    here.kms.connect_custom_key_store(CustomKeyStoreId=outside)
    here.lab.clock.advance(timedelta(hours=1))
    here.kms.describe_custom_key_stores()
    here.kms.describe_custom_key_stores(Limit=1)
    here.kms.generate_random(NumberOfBytes=1)


class Heard:
    """Collects the answers of scenes."""

    def __init__(self) -> None:
        self.scenes: list[scenes.Scene] = []

    def __call__(self, here: scenes.Scene) -> scenes.Scene:
        self.scenes.append(here)
        return here

    def seen(self) -> set[str]:
        """The members that answers had: `Decrypt.KeyId`."""
        told = [answer for here in self.scenes for answer in here.answers]
        for name, answer in story.tell(kmslab.Lab()):
            service, _, method = name.partition(".")
            if service == "kms":
                told.append((scenes.NAMES[method], answer))
        found: set[str] = set()
        for operation, answer in told:
            shape = kms_model.outputs(operation)
            if "Error" not in answer and shape is not None:
                found |= {f"{operation}.{path}" for path in kms_model.present(answer, shape)}
        return found


TELLERS: tuple[Callable[[Heard], None], ...] = (_kinds, _works, _grants, _imports, _stores)


def test_every_member_of_an_output_occurs() -> None:
    heard = Heard()
    for teller in TELLERS:
        teller(heard)
    seen = heard.seen()
    known = {
        f"{operation}.{path}"
        for operation in kms_model.OPERATIONS
        for path in kms_model.paths(kms_model.outputs(operation))
    }
    print(f"{len(seen)} of {len(known)} members of outputs, {len(CANNOT)} cannot occur")
    assert sorted(known - seen - set(CANNOT)) == [], "in no answer"
    assert sorted(set(CANNOT) & seen) == [], "occurs after all"
    assert sorted(set(CANNOT) - known) == [], "is not in the model any more"
