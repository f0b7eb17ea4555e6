"""Keys with an id and material of one's choice."""

from __future__ import annotations

import base64

import kmslab
import pytest

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


def test_a_ciphertext_of_one_lab_opens_in_another_with_the_same_key() -> None:
    labs = [kmslab.Lab(), kmslab.Lab()]
    arns = [lab.key(ID, material=bytes(range(32)), tags={"stage": "test"}) for lab in labs]
    assert arns == [f"arn:aws:kms:us-east-1:111122223333:key/{ID}"] * 2
    sealed = labs[0].client("kms").encrypt(KeyId=ID, Plaintext=b"hello")["CiphertextBlob"]
    assert labs[1].client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"


def test_a_fixture_may_be_another_account_s() -> None:
    lab = kmslab.Lab()
    other = lab.account("444455556666")
    statement = {"Effect": "Allow", "Principal": {"AWS": other.arn}, "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": statement}
    arn = lab.key(account=other, region="eu-west-1", policy=policy)
    assert arn.startswith("arn:aws:kms:eu-west-1:444455556666:key/")
    with pytest.raises(kmslab.LabError, match="has 32 bytes, not 3"):
        lab.key(material=b"abc")
    with pytest.raises(ValueError, match="no key id"):
        lab.key("my-key")
    with pytest.raises(ValueError, match="no key spec"):
        lab.key(spec="AES")


def test_localstack_s_tags_choose_id_and_material() -> None:
    lab = kmslab.Lab(compat="localstack")
    kms = lab.client("kms")
    material = base64.b64encode(bytes(range(32))).decode()
    tags = [
        {"TagKey": "_custom_id_", "TagValue": ID},
        {"TagKey": "_custom_key_material_", "TagValue": material},
    ]
    assert kms.create_key(Tags=tags)["KeyMetadata"]["KeyId"] == ID
    assert repr(lab) == "Lab(account='111122223333', region='us-east-1', compat='localstack')"
    other = kmslab.Lab()
    other.key(ID, material=bytes(range(32)))
    sealed = other.client("kms").encrypt(KeyId=ID, Plaintext=b"hello")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
