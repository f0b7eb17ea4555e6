"""Keys that are shared with other accounts through AWS RAM."""

from __future__ import annotations

import kmslab
import pytest
from botocore.exceptions import ClientError


def test_a_shared_key_is_used_by_whom_the_other_account_lets() -> None:
    lab = kmslab.Lab()
    owner, other = lab.account(), lab.account("444455556666")
    key = owner.client("kms").create_key()["KeyMetadata"]["Arn"]
    owner.share_key(key, other)
    kms = other.client("kms")
    assert [each["KeyArn"] for each in kms.list_keys(ResourceOwners=["OTHER_ACCOUNTS_VIA_RAM"])["Keys"]] == [key]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"shared")["CiphertextBlob"]
    assert owner.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"shared"
    alice = other.user("alice")
    with pytest.raises(ClientError, match="AccessDenied") as denied:
        alice.client("kms").decrypt(CiphertextBlob=sealed, KeyId=key)
    assert "identity" in str(lab.explain(denied.value))
    owner.share_key(key)
    with pytest.raises(ClientError, match="AccessDenied"):
        kms.encrypt(KeyId=key, Plaintext=b"shared")


def test_what_cannot_be_shared_is_said() -> None:
    lab = kmslab.Lab()
    owner, other = lab.account(), lab.account("444455556666")
    key = owner.client("kms").create_key()["KeyMetadata"]["Arn"]
    for sharer, shared, accounts, message in (
        (other, key, (owner,), "no ARN of a key of account 444455556666"),
        (owner, key, (owner,), "the account's own"),
        (owner, key[:-1] + ("0" if key[-1] != "0" else "1"), (other,), "there is no key"),
    ):
        with pytest.raises(kmslab.LabError, match=message):
            sharer.share_key(shared, *accounts)
    with pytest.raises(ValueError, match="12 digits"):
        owner.share_key(key, "123")
