"""The trail's record of every operation: which members of the call it tells, and that it keeps what is secret.

Source: kms.md 20.1 and 20.2; kms-operations.csv, `cloudtrail_read_only`.
"""

from __future__ import annotations

import base64
import csv
import json
import os
from pathlib import Path
from typing import Any

import kms_model
import pytest
import scenes

# Members that no record tells: plaintexts, ciphertexts, messages, signatures, tokens, material, passwords.
SECRET = {
    "AttestationDocument",
    "CiphertextBlob",
    "EncryptedKeyMaterial",
    "GrantToken",
    "GrantTokens",
    "ImportToken",
    "KeyStorePassword",
    "Mac",
    "Message",
    "Plaintext",
    "PublicKey",
    "Recipient",
    "SharedSecretCiphertextBlob",
    "Signature",
    "XksProxyAuthenticationCredential",
}
# Members that were not sent, and that the record tells with their defaults.
FILLED: dict[str, set[str]] = {
    "CreateKey": {
        "bypassPolicyLockoutSafetyCheck",
        "customerMasterKeySpec",
        "description",
        "keySpec",
        "keyUsage",
        "multiRegion",
        "origin",
        "policy",
        "tags",
    },
    "Decrypt": {"encryptionAlgorithm"},
    "Encrypt": {"encryptionAlgorithm"},
    "GetKeyPolicy": {"policyName"},
    "PutKeyPolicy": {"policyName", "bypassPolicyLockoutSafetyCheck"},
    "ReEncrypt": {"sourceEncryptionAlgorithm", "destinationEncryptionAlgorithm"},
    "ReplicateKey": {"bypassPolicyLockoutSafetyCheck", "description"},
    "ScheduleKeyDeletion": {"pendingWindowInDays"},
    "Sign": {"messageType"},
    "Verify": {"messageType"},
}
# Members that the record tells by another name.
RENAMED = {"CreateCustomKeyStore": {"cloudHsmClusterId": "clusterId"}}
# Members that the record leaves out (kms.md 20.2).
LEFT_OUT = {"CreateCustomKeyStore": {"trustAnchorCertificate"}}
# Changes without response elements (kms.md 20.2).
SILENT = {
    "ConnectCustomKeyStore",
    "DeleteCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
}


def without_a_key(operation: str) -> tuple[scenes.Scene, dict[str, Any]]:
    """A scene and an input for an operation that names no key."""
    if "CustomKeyStore" not in operation:
        here = scenes.scene()
        given: dict[str, dict[str, Any]] = {
            "GenerateRandom": {"NumberOfBytes": 8},
            "ListRetirableGrants": {"RetiringPrincipal": scenes.ME},
        }
        return here, given.get(operation, {})
    here = scenes.scene("store")
    if operation == "CreateCustomKeyStore":
        return here, {"CustomKeyStoreName": "another", **here.lab.hsm().parameters}
    store = {"CustomKeyStoreId": here.made["store"]}
    if operation in {"ConnectCustomKeyStore", "DeleteCustomKeyStore", "UpdateCustomKeyStore"}:
        if operation == "DeleteCustomKeyStore":
            here.kms.schedule_key_deletion(KeyId=here.key, PendingWindowInDays=7)
            here.lab.clock.advance(days=7)
        here.kms.disconnect_custom_key_store(**store)
    if operation == "UpdateCustomKeyStore":
        store["NewCustomKeyStoreName"] = "renamed"
    return here, store


def recorded(operation: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What was sent, what was answered, and the record."""
    if operation in scenes.WITHOUT_A_KEY:
        here, given = without_a_key(operation)
    else:
        here = scenes.scene(scenes.KIND.get(operation, "symmetric"))
        given = scenes.working(here, operation)
        if operation == "CancelKeyDeletion":
            here.kms.schedule_key_deletion(**given)
    answer = here.call(operation, given)
    records = [record for record in here.lab.trail if record["eventName"] == operation]
    return given, answer, next(r for r in records if r["requestID"] == answer["ResponseMetadata"]["RequestId"])


def lower_camel(name: str) -> str:
    return name[0].lower() + name[1:]


def values(value: Any) -> list[bytes]:
    """The texts and bytes in a value."""
    if isinstance(value, dict):
        return [found for each in value.values() for found in values(each)]
    if isinstance(value, list):
        return [found for each in value for found in values(each)]
    return [value.encode() if isinstance(value, str) else value] if isinstance(value, (str, bytes)) else []


@pytest.mark.parametrize("operation", kms_model.OPERATIONS)
def test_the_record_tells_every_member_but_secrets(operation: str) -> None:
    given, answer, record = recorded(operation)
    told = record["requestParameters"] or {}
    sent = {lower_camel(name) for name in given if name not in SECRET}
    renamed = RENAMED.get(operation, {})
    want = {renamed.get(name, name) for name in sent - LEFT_OUT.get(operation, set())} | FILLED.get(operation, set())
    if operation == "GenerateRandom":
        want = set()  # kms.md 20.2: null
    assert set(told) == want
    written = json.dumps(record)
    for source in (given, answer):
        for name in SECRET & set(source):
            for secret in values(source[name]):
                if len(secret) > 4:
                    assert base64.b64encode(secret).decode() not in written, name
                    assert secret.decode("latin-1") not in written, name


@pytest.mark.parametrize("operation", kms_model.OPERATIONS)
def test_the_record_tells_the_answer_of_changes_alone(operation: str) -> None:
    _, answer, record = recorded(operation)
    if record["readOnly"] or operation in SILENT:
        assert record["responseElements"] is None
        return
    told = {lower_camel(name) for name in answer if name not in SECRET and name != "ResponseMetadata"}
    # Of operations that answer nothing it tells the key (kms.md 20.1).
    assert set(record["responseElements"]) - told <= {"keyId"}
    assert told - set(record["responseElements"]) <= {"pendingWindowInDays", "replicaTags"}
    assert "keyId" in record["responseElements"] or operation in {"CreateKey", "CreateCustomKeyStore", "ReplicateKey"}


def test_records_are_reads_and_writes_as_the_reference_has_them() -> None:
    shared = Path(os.environ.get("KMSLAB_SHARED", Path(__file__).parents[3] / "shared"))
    reference = shared / "reference" / "kms-operations.csv"
    if not reference.exists():
        pytest.skip(f"{reference} is not there")
    with reference.open(encoding="utf-8") as file:
        rows = {row["operation"]: row["cloudtrail_read_only"] == "true" for row in csv.DictReader(file)}
    assert {name: recorded(name)[2]["readOnly"] for name in rows} == rows


def test_a_primary_with_replicas_waits_for_days() -> None:
    here = scenes.scene("multi")
    here.kms.replicate_key(KeyId=here.key, ReplicaRegion=scenes.AWAY)
    here.kms.schedule_key_deletion(KeyId=here.key, PendingWindowInDays=9)
    told = here.lab.trail[-1]["responseElements"]
    assert told == {"keyId": here.arn, "keyState": "PendingReplicaDeletion", "pendingWindowInDays": 9}
    here.client(scenes.AWAY).schedule_key_deletion(KeyId=here.key, PendingWindowInDays=9)
    assert set(here.lab.trail[-1]["responseElements"]) == {"keyId", "keyState", "deletionDate"}
