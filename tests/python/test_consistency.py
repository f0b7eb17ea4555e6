"""Eventual consistency: grants and aliases take effect some time later."""

from __future__ import annotations

import kmslab
import pytest
from botocore.exceptions import ClientError


def test_a_new_grant_needs_its_token_for_five_minutes() -> None:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z", consistency="eventual")
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    alice = lab.user("alice")
    token = kms.create_grant(KeyId=key, GranteePrincipal=alice.arn, Operations=["Encrypt"])["GrantToken"]
    hers = lab.client("kms", as_=alice)
    with pytest.raises(ClientError, match="AccessDenied") as denied:
        hers.encrypt(KeyId=key, Plaintext=b"x")
    assert "takes effect at 2026-01-01T00:05:00Z" in str(lab.explain(denied.value))
    hers.encrypt(KeyId=key, Plaintext=b"x", GrantTokens=[token])
    lab.clock.advance(minutes=5)
    hers.encrypt(KeyId=key, Plaintext=b"x")


def test_consistency_is_shown_and_kept(tmp_path: object) -> None:
    assert kmslab.Lab().consistency == "strong"
    lab = kmslab.Lab(consistency="eventual")
    assert repr(lab) == "Lab(account='111122223333', region='us-east-1', consistency='eventual')"
    path = f"{tmp_path}/lab.kmslab"
    lab.save(path)
    assert kmslab.Lab.open(path).consistency == "eventual"
    with pytest.raises(ValueError, match="'strong' or 'eventual'"):
        kmslab.Lab(consistency="maybe")  # type: ignore[arg-type]


def test_a_rotation_on_demand_takes_some_seconds() -> None:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z", consistency="eventual")
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.rotate_key_on_demand(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["OnDemandRotationStartDate"] == lab.clock.now
    lab.clock.advance(seconds=5)
    assert "OnDemandRotationStartDate" not in kms.get_key_rotation_status(KeyId=key)
    assert len(kms.list_key_rotations(KeyId=key)["Rotations"]) == 1
