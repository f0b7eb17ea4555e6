"""Quotas: of resources, and of requests."""

from __future__ import annotations

import math
from datetime import timedelta

import kmslab
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})


def test_a_lab_that_enforces_request_quotas_throttles_and_its_clock_lets_callers_in_again() -> None:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z", quotas="aws")
    kms = lab.client("kms", config=ONCE)
    for _ in range(5):
        kms.create_key()
    with pytest.raises(ClientError, match="ThrottlingException.*exceeded the rate"):
        kms.create_key()
    lab.clock.advance(timedelta(seconds=1))
    kms.create_key()
    assert repr(lab) == "Lab(account='111122223333', region='us-east-1', quotas='aws')"


def test_quotas_are_read_set_and_given_back() -> None:
    lab = kmslab.Lab(quotas={"keys": 2})
    assert lab.quotas["keys"] == 2
    assert lab.quotas["CreateKey"] == math.inf
    assert lab.quotas.defaults["CreateKey"] == 5
    assert not lab.quotas.enforced
    kms = lab.client("kms")
    kms.create_key()
    kms.create_key()
    with pytest.raises(kms.exceptions.LimitExceededException):
        kms.create_key()
    del lab.quotas["keys"]
    kms.create_key()
    assert lab.quotas["keys"] == 100_000
    assert "crypto_symmetric" in lab.quotas
    assert "aliases_per_key" in repr(lab.quotas)


def test_what_is_no_quota_is_said() -> None:
    lab = kmslab.Lab()
    with pytest.raises(KeyError, match="no quota"):
        lab.quotas["cheese"] = 1
    with pytest.raises(ValueError, match="a number from 0 on"):
        lab.quotas["keys"] = -1
    with pytest.raises(ValueError, match="'none', 'aws' or a mapping"):
        kmslab.Lab(quotas="all")  # type: ignore[arg-type]
