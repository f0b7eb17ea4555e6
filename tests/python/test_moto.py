"""moto beside a lab: kmslab answers KMS, IAM and STS, moto the rest, and no request runs twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import kmslab
import pytest
from botocore.config import Config

moto = pytest.importorskip("moto")

PATH_STYLE = Config(s3={"addressing_style": "path"})


@pytest.fixture(autouse=True)
def _no_default_session() -> Iterator[None]:
    boto3.DEFAULT_SESSION = None
    yield
    boto3.DEFAULT_SESSION = None


@pytest.fixture(params=["lab inside", "lab around"])
def both(request: pytest.FixtureRequest) -> Iterator[kmslab.Lab]:
    sign = request.node.callspec.params.get("sign", False)
    lab = kmslab.Lab(sign=sign)
    with ExitStack() as stack:
        for context in [moto.mock_aws(), lab] if request.param == "lab inside" else [lab, moto.mock_aws()]:
            stack.enter_context(context)
        yield lab


def kms_of_moto() -> Any:
    from moto.kms.models import kms_backends

    return kms_backends["123456789012"]["us-east-1"]


@pytest.mark.parametrize("sign", [False, True])
def test_each_answers_its_own(both: kmslab.Lab, sign: bool) -> None:
    kms, s3 = boto3.client("kms", "us-east-1"), boto3.client("s3", "us-east-1", config=PATH_STYLE)
    key = kms.create_key()["KeyMetadata"]
    assert key["AWSAccountId"] == "111122223333"
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"])
    stored = s3.get_object(Bucket="bucket", Key="k")["Body"].read()
    assert kms.decrypt(CiphertextBlob=stored)["Plaintext"] == b"x"
    assert boto3.client("sts", "us-east-1").get_caller_identity()["Account"] == "111122223333"
    # Once here, and not at all there.
    assert len(both.trail.filter(eventName="CreateKey")) == 1
    assert kms_of_moto().keys == {}


@pytest.mark.parametrize("sign", [False, True])
def test_handlers_of_the_user_are_called_once(both: kmslab.Lab, sign: bool) -> None:
    calls = []
    kms = boto3.client("kms", "us-east-1")
    kms.meta.events.register("before-send.kms", lambda **kwargs: calls.append(kwargs["event_name"]))
    kms.create_key()
    assert calls == ["before-send.kms.CreateKey"]
    assert len(both.client("kms").list_keys()["Keys"]) == 1
    assert kms_of_moto().keys == {}


@pytest.mark.parametrize("sign", [False, True])
def test_clients_of_the_lab_are_its_own(both: kmslab.Lab, sign: bool) -> None:
    both.client("kms").create_key()
    assert kms_of_moto().keys == {}
    s3 = both.client("s3", config=PATH_STYLE)
    s3.create_bucket(Bucket="bucket")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["bucket"]


def test_after_the_lab_moto_answers_again() -> None:
    with moto.mock_aws():
        kms = boto3.client("kms", "us-east-1")
        kms.create_key()
        with kmslab.Lab():
            assert kms.list_keys()["Keys"] == []
        assert len(kms.list_keys()["Keys"]) == 1


def test_motos_credentials_open_nothing_without_moto() -> None:
    from botocore.exceptions import ClientError

    lab = kmslab.Lab()
    fake = kmslab.Credentials("FOOBARKEY", "FOOBARSECRET")
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        lab.client("kms", as_=fake).list_keys()
