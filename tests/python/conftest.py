"""What all tests share: no AWS settings of the machine, and no network."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import kmslab
import pytest

pytest_plugins = ["pytester"]

# Before boto3 is imported by any test.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

ALLOW_KMS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}


@pytest.fixture
def lab() -> kmslab.Lab:
    """A lab that is not active."""
    return kmslab.Lab()


@pytest.fixture
def key(lab: kmslab.Lab) -> str:
    """The ARN of a key of `lab`."""
    arn: str = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


@pytest.fixture
def code() -> Callable[[Callable[[], Any]], str]:
    """Calls something that AWS refuses, and gives AWS's code."""
    from botocore.exceptions import ClientError

    def refused(call: Callable[[], Any]) -> str:
        with pytest.raises(ClientError) as caught:
            call()
        found: str = caught.value.response["Error"]["Code"]
        return found

    return refused
