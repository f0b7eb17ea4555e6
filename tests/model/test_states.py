"""Every operation on a key in every state: let through, or refused with AWS's code and message.

Source: KMS Developer Guide, "Key states of AWS KMS keys"; kms.md 3.2. The numbers are the notes of that page.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import kms_model
import kmslab
import pytest
import scenes
from botocore.exceptions import ClientError

STATES = (
    "Enabled", "Disabled", "PendingDeletion", "PendingReplicaDeletion",
    "PendingImport", "Unavailable", "Creating", "Updating",
)  # fmt: skip

# `ok`: not refused for its state. A number: the note. `-`: there is no such key. The key is one that the operation is
# for: imported for the three about imports, a multi-Region primary for ReplicateKey and UpdatePrimaryRegion, a pair for
# Sign and so on; that of PendingImport is imported, that of Unavailable is in a CloudHSM key store.
TABLE = """
                                     En  Di  PD  PR  PI  Un  Cr  Up
CancelKeyDeletion                    4   4   ok  ok  4   4   4   4
CreateAlias                          ok  ok  3   3   ok  ok  ok  ok
CreateGrant                          ok  1   3   3   5   ok  14  ok
Decapsulate                          ok  1   3   3   -   -   14  ok
Decrypt                              ok  1   3   3   5   11  14  ok
DeleteAlias                          ok  ok  ok  ok  ok  ok  ok  ok
DeleteImportedKeyMaterial            ok  ok  ok  ok  ok  -   14  15
DeriveSharedSecret                   ok  1   3   3   5   -   14  ok
DescribeKey                          ok  ok  ok  ok  ok  ok  ok  ok
DisableKey                           ok  ok  3   3   5   ok  14  15
DisableKeyRotation                   ok  1   3   3   6   7   14  ok
EnableKey                            ok  ok  3   3   5   ok  14  15
EnableKeyRotation                    ok  1   3   3   6   7   14  ok
Encapsulate                          ok  1   3   3   -   -   14  ok
Encrypt                              ok  1   3   3   5   11  14  ok
GenerateDataKey                      ok  1   3   3   5   11  14  ok
GenerateDataKeyPair                  ok  1   3   3   5   7   14  ok
GenerateDataKeyPairWithoutPlaintext  ok  1   3   3   5   7   14  ok
GenerateDataKeyWithoutPlaintext      ok  1   3   3   5   11  14  ok
GenerateMac                          ok  1   3   3   5   -   14  ok
GetKeyLastUsage                      ok  ok  ok  ok  ok  ok  ok  ok
GetKeyPolicy                         ok  ok  ok  ok  ok  ok  ok  ok
GetKeyRotationStatus                 ok  ok  ok  ok  6   7   ok  ok
GetParametersForImport               ok  ok  8   8   ok  9   14  15
GetPublicKey                         ok  ok  3   3   ok  -   14  ok
ImportKeyMaterial                    ok  ok  8   8   ok  9   14  ok
ListAliases                          ok  ok  ok  ok  ok  ok  ok  ok
ListGrants                           ok  ok  ok  ok  ok  ok  ok  ok
ListKeyPolicies                      ok  ok  ok  ok  ok  ok  ok  ok
ListKeyRotations                     ok  ok  ok  ok  ok  7   ok  ok
ListResourceTags                     ok  ok  ok  ok  ok  ok  ok  ok
PutKeyPolicy                         ok  ok  ok  ok  ok  ok  ok  ok
ReEncrypt                            ok  1   3   3   5   11  14  ok
ReplicateKey                         ok  1   3   3   5   -   14  15
RetireGrant                          ok  ok  ok  ok  ok  ok  ok  ok
RevokeGrant                          ok  ok  ok  ok  ok  ok  ok  ok
RotateKeyOnDemand                    ok  1   3   3   5   7   14  ok
ScheduleKeyDeletion                  ok  ok  3   3   ok  ok  ok  15
Sign                                 ok  1   3   3   5   -   14  ok
TagResource                          ok  ok  3   3   ok  ok  ok  ok
UntagResource                        ok  ok  3   3   ok  ok  ok  ok
UpdateAlias                          ok  ok  10  10  ok  ok  ok  ok
UpdateKeyDescription                 ok  ok  3   3   ok  ok  ok  ok
UpdatePrimaryRegion                  ok  1   3   3   5   -   14  ok
Verify                               ok  1   3   3   5   -   14  ok
VerifyMac                            ok  1   3   3   5   -   14  ok
"""
CELLS = {row.split()[0]: dict(zip(STATES, row.split()[1:], strict=True)) for row in TABLE.strip().splitlines()[1:]}

PENDING = {"PendingDeletion": "pending deletion", "PendingReplicaDeletion": "pending replica deletion"}
ORIGIN = "origin is {} which is not valid for this operation."
NOTES = {
    "1": ("DisabledException", "is disabled."),
    "3": ("KMSInvalidStateException", "is {pending}."),
    "4": ("KMSInvalidStateException", "is not pending deletion."),
    "5": ("KMSInvalidStateException", "is pending import."),
    "6": ("UnsupportedOperationException", ORIGIN.format("EXTERNAL")),
    "7": ("UnsupportedOperationException", ORIGIN.format("AWS_CLOUDHSM")),
    "8": ("KMSInvalidStateException", "is {pending}."),
    "9": ("UnsupportedOperationException", ORIGIN.format("AWS_CLOUDHSM")),
    "10": ("KMSInvalidStateException", "is {pending}."),
    "11": ("KMSInvalidStateException", "is unavailable."),
    "14": ("KMSInvalidStateException", "is creating."),
    "15": ("KMSInvalidStateException", "is updating."),
}
# A key that is being made has no grant: CreateGrant is refused.
NO_GRANT = {("RetireGrant", "Creating"), ("RevokeGrant", "Creating")}
# What has to be made in the Region of the replica, when there is one.
OF_A_REGION = {"CreateAlias", "DeleteAlias", "UpdateAlias"}


def outcome(here: scenes.Scene, operation: str, given: dict[str, Any]) -> tuple[str, str]:
    """Code and message of a refusal, without the key's ARN; empty when the call works."""
    try:
        here.call(operation, given)
    except ClientError as refused:
        found = refused.response["Error"]
        return found["Code"], found["Message"].replace(f"{here.arn} ", "")
    return "", ""


def wanted(cell: str, state: str) -> tuple[str, str]:
    if cell == "ok":
        return "", ""
    code, said = NOTES[cell]
    return code, said.format(pending=PENDING.get(state, ""))


@pytest.mark.parametrize(
    ("state", "operation", "cell"),
    [(state, name, cell) for name, row in CELLS.items() for state, cell in row.items() if cell != "-"],
)
def test_the_state_decides(state: str, operation: str, cell: str) -> None:
    here = scenes.before(state, operation)
    late = state == "Creating" and operation in OF_A_REGION
    if late:
        given = {}
    elif cell == "9":
        given = scenes.about(operation, here.key)
    else:
        given = scenes.working(here, operation)
    scenes.after(here, state)
    assert scenes.state_of(here) == state
    given = scenes.working(here, operation) if late else given
    if (operation, state) in NO_GRANT:
        code, said = outcome(here, operation, given)
        assert (code, said) == ("NotFoundException", f"Grant ID {given['GrantId']} not found")
        return
    assert outcome(here, operation, given) == wanted(cell, state)


def test_the_table_has_every_operation_with_a_key() -> None:
    assert set(CELLS) | scenes.WITHOUT_A_KEY == set(kms_model.OPERATIONS)
    assert not set(CELLS) & scenes.WITHOUT_A_KEY
    told = [cell for row in CELLS.values() for cell in row.values() if cell != "-"]
    print(f"{len(told)} of {len(CELLS) * len(STATES)} cells; the others are of keys that there cannot be")


def test_the_table_is_that_of_the_reference() -> None:
    shared = Path(os.environ.get("KMSLAB_SHARED", Path(__file__).parents[3] / "shared"))
    reference = shared / "reference" / "kms-operations.csv"
    if not reference.exists():
        pytest.skip(f"{reference} is not there")
    with reference.open(encoding="utf-8") as file:
        rows = {row["operation"]: row["valid_states"] for row in csv.DictReader(file)}
    valid = {name: set(states.split("|")) for name, states in rows.items() if states != "n/a"}
    ours = {name: {state for state, cell in row.items() if cell == "ok"} for name, row in CELLS.items()}
    # The CSV says nothing of a state that the operation's keys cannot be in.
    assert {name: states ^ valid[name] for name, states in ours.items() if states != valid[name]} == {}
    assert set(rows) - set(valid) == scenes.WITHOUT_A_KEY


# ---- what the notes say beside the state ----

# Note 7: keys in custom key stores have no rotation and make no data key pairs.
NOT_OF_STORES = [operation for operation, row in CELLS.items() if row["Unavailable"] == "7"]
# Note 9: keys whose material is KMS's own are not imported into.
OF_IMPORTED_KEYS = ("DeleteImportedKeyMaterial", "GetParametersForImport", "ImportKeyMaterial")


@pytest.mark.parametrize("operation", NOT_OF_STORES)
@pytest.mark.parametrize("state", ["Enabled", "Disabled", "PendingDeletion", "Unavailable"])
def test_note_7_of_keys_in_stores(state: str, operation: str) -> None:
    here = scenes.scene("store")
    given = scenes.working(here, operation)
    scenes.after(here, state)
    # For a disabled key, or one pending deletion, the page has note 7 beside that of the state.
    assert outcome(here, operation, given) == NOTES["7"]


@pytest.mark.parametrize("operation", OF_IMPORTED_KEYS)
@pytest.mark.parametrize("state", ["Enabled", "Disabled", "PendingDeletion"])
def test_note_9_of_keys_with_material_of_kmss_own(state: str, operation: str) -> None:
    here = scenes.scene()
    given = scenes.about(operation, here.key)
    scenes.after(here, state)
    assert outcome(here, operation, given) == ("UnsupportedOperationException", ORIGIN.format("AWS_KMS"))


def test_note_10_of_the_key_that_loses_an_alias() -> None:
    here = scenes.scene()
    here.kms.create_alias(AliasName="alias/moved", TargetKeyId=here.key)
    other = here.create()
    scenes.after(here, "PendingDeletion")
    here.kms.update_alias(AliasName="alias/moved", TargetKeyId=other)


def test_note_12_of_keys_in_a_disconnected_store() -> None:
    here = scenes.scene("store")
    scenes.after(here, "Unavailable")
    here.kms.disable_key(KeyId=here.key)
    assert scenes.state_of(here) == "Unavailable"
    here.kms.connect_custom_key_store(CustomKeyStoreId=here.made["store"])
    assert scenes.state_of(here) == "Disabled"


def test_note_13_of_a_key_pending_deletion_in_a_disconnected_store() -> None:
    here = scenes.scene("store")
    scenes.after(here, "PendingDeletion")
    scenes.after(here, "Unavailable")
    assert scenes.state_of(here) == "PendingDeletion"
    here.kms.cancel_key_deletion(KeyId=here.key)
    assert scenes.state_of(here) == "Unavailable"


@pytest.mark.parametrize("side", ["from", "to"])
@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_each_side_of_re_encrypt_counts(state: str, side: str) -> None:
    here = scenes.scene()
    other = here.create()
    sealed = here.kms.encrypt(KeyId=here.key if side == "from" else other, Plaintext=b"hi")["CiphertextBlob"]
    scenes.after(here, state)
    given = {"CiphertextBlob": sealed, "DestinationKeyId": other if side == "from" else here.key}
    assert outcome(here, "ReEncrypt", given) == wanted({"Disabled": "1"}.get(state, "3"), state)


def test_an_operation_without_a_key_minds_no_state() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    assert [entry["KeyId"] for entry in kms.list_keys()["Keys"]] == [key]
