"""The AWS Encryption SDK with a KMS keyring: 10 MiB, in process and over HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import boto3
import kmslab
import pytest

aws_encryption_sdk = pytest.importorskip("aws_encryption_sdk")
providers = pytest.importorskip("aws_cryptographic_material_providers.mpl")

CONTEXT = {"app": "shop"}


@pytest.fixture(params=["in process", "in process, signed", "over HTTP"])
def kms(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "over HTTP":
        from test_cli import client, served

        with served("--quiet") as (environment, _):
            yield client("kms", environment)
    else:
        with kmslab.Lab(sign="signed" in request.param):
            yield boto3.Session().client("kms", region_name="us-east-1")


def test_a_stream_of_10_mib(kms: Any) -> None:
    from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
    from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
    from aws_cryptographic_material_providers.mpl.models import CreateAwsKmsKeyringInput

    key = kms.create_key()["KeyMetadata"]["Arn"]
    library = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
    keyring = library.create_aws_kms_keyring(input=CreateAwsKmsKeyringInput(kms_key_id=key, kms_client=kms))
    sdk = aws_encryption_sdk.EncryptionSDKClient()
    plain = bytes(range(256)) * 4096 * 10
    with sdk.stream(mode="e", source=io.BytesIO(plain), keyring=keyring, encryption_context=CONTEXT) as sealing:
        sealed = sealing.read()
    assert len(sealed) > len(plain)
    with sdk.stream(mode="d", source=io.BytesIO(sealed), keyring=keyring, encryption_context=CONTEXT) as opening:
        assert opening.read() == plain
