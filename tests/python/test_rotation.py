"""Rotation and multi-Region keys as a boto3 user meets them."""

from __future__ import annotations

import datetime

import kmslab
import pytest

START = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


def lab_of_2030() -> kmslab.Lab:
    lab = kmslab.Lab(now="2030-01-01T00:00:00Z")
    if "RotateKeyOnDemand" not in lab.client("kms").meta.service_model.operation_names:
        pytest.skip("this botocore does not know rotation on demand")
    return lab


def test_the_clock_rotates_and_old_boxes_open() -> None:
    lab = lab_of_2030()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    box = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key)
    assert status["NextRotationDate"] == START + datetime.timedelta(days=90)
    lab.clock.advance(days=200)
    kms.rotate_key_on_demand(KeyId=key)
    pages = kms.get_paginator("list_key_rotations").paginate(KeyId=key, PaginationConfig={"PageSize": 2})
    rotations = [rotation for page in pages for rotation in page["Rotations"]]
    assert [rotation["RotationType"] for rotation in rotations] == ["AUTOMATIC", "AUTOMATIC", "ON_DEMAND"]
    assert [(rotation["RotationDate"] - START).days for rotation in rotations] == [90, 180, 200]
    opened = kms.decrypt(CiphertextBlob=box)
    assert opened["Plaintext"] == b"hello"
    current = kms.describe_key(KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"]
    assert opened["KeyMaterialId"] != current == rotations[-1]["KeyMaterialId"]
    names = [record["eventName"] for record in lab.trail]
    assert names.count("RotateKey") == 3


def test_a_key_of_two_regions() -> None:
    lab = lab_of_2030()
    home, away = (lab.client("kms", region=region) for region in ("us-east-1", "eu-west-1"))
    key = home.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    box = home.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    home.replicate_key(KeyId=key, ReplicaRegion="eu-west-1", Description="copy")
    assert away.decrypt(CiphertextBlob=box)["Plaintext"] == b"hello"
    home.update_primary_region(KeyId=key, PrimaryRegion="eu-west-1")
    found = away.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert found["MultiRegionKeyType"] == "PRIMARY"
    assert [replica["Region"] for replica in found["ReplicaKeys"]] == ["us-east-1"]
    answer = away.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert (answer["KeyState"], answer.get("DeletionDate")) == ("PendingReplicaDeletion", None)


def test_the_last_use_is_found_in_the_trail() -> None:
    lab = lab_of_2030()
    kms = lab.client("kms")
    if "GetKeyLastUsage" not in kms.meta.service_model.operation_names:
        pytest.skip("this botocore does not know GetKeyLastUsage")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert kms.get_key_last_usage(KeyId=key)["KeyLastUsage"] == {}
    lab.clock.advance(days=1)
    kms.encrypt(KeyId=key, Plaintext=b"x")
    last = kms.get_key_last_usage(KeyId=key)["KeyLastUsage"]
    assert (last["Operation"], last["Timestamp"]) == ("Encrypt", START + datetime.timedelta(days=1))
    (record,) = [record for record in lab.trail if record["eventID"] == last["CloudTrailEventId"]]
    assert (record["eventName"], record["requestID"]) == ("Encrypt", last["KmsRequestId"])
