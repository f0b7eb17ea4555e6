"""Failures of AWS's own, when a lab is told to have them."""

from __future__ import annotations

import kmslab
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})


def test_so_many_calls_fail_and_the_next_works() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms", config=ONCE)
    lab.inject_error("kms:CreateKey", "DependencyTimeoutException", times=2)
    for _ in range(2):
        with pytest.raises(kms.exceptions.DependencyTimeoutException, match="timed out") as raised:
            kms.create_key()
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    kms.list_keys()
    assert kms.create_key()["KeyMetadata"]["Enabled"]
    codes = [record.get("errorCode") for record in lab.trail]
    assert codes == ["DependencyTimeoutException"] * 2 + [None] * 2


def test_a_call_that_fails_changes_nothing() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms", config=ONCE)
    lab.inject_error("kms:CreateKey", "KMSInternalException")
    with pytest.raises(kms.exceptions.KMSInternalException):
        kms.create_key()
    assert kms.list_keys()["Keys"] == []


@pytest.mark.parametrize("sign", [False, True])
def test_botocore_tries_again(sign: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    lab = kmslab.Lab(sign=sign)
    kms = lab.client("kms")
    lab.inject_error("kms:CreateKey", "ThrottlingException", times=2)
    assert kms.create_key()["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_call_with_bad_parameters_uses_none_up() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms", config=ONCE)
    lab.inject_error("kms:CreateKey", "KMSInternalException")
    with pytest.raises(ClientError, match="ValidationException"):
        kms.create_key(KeySpec="NONE")  # no value of the enumeration
    with pytest.raises(kms.exceptions.KMSInternalException):
        kms.create_key()


def test_all_of_a_service_until_it_is_taken_back() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms", config=ONCE)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    lab.inject_error("kms:*", "KeyUnavailableException", times=None)
    for _ in range(3):
        with pytest.raises(kms.exceptions.KeyUnavailableException):
            kms.encrypt(KeyId=key, Plaintext=b"x")
    # It uses no key, so AWS has no such error for it.
    kms.list_keys()
    lab.clear_errors()
    kms.encrypt(KeyId=key, Plaintext=b"x")


@pytest.mark.parametrize(
    ("service", "operation", "error", "status"),
    [
        ("iam", "iam:ListUsers", "ServiceFailure", 500),
        ("iam", "iam:*", "ServiceUnavailable", 503),
        ("sts", "sts:GetCallerIdentity", "InternalFailure", 500),
        ("sts", "sts:GetCallerIdentity", "Throttling", 400),
    ],
)
def test_other_services_fail_in_their_words(service: str, operation: str, error: str, status: int) -> None:
    lab = kmslab.Lab()
    client = lab.client(service, config=ONCE)
    lab.inject_error(operation, error)
    with pytest.raises(ClientError) as raised:
        client.list_users() if service == "iam" else client.get_caller_identity()
    assert raised.value.response["Error"]["Code"] == error
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        ("Decrypt", "KMSInternalException", "is no operation of the lab's"),
        ("kms:Decrypted", "KMSInternalException", "is no operation of the lab's"),
        ("s3:GetObject", "InternalError", "is no operation of the lab's"),
        (
            "kms:ListKeys",
            "KeyUnavailableException",
            "kms:ListKeys has: DependencyTimeoutException, KMSInternalException",
        ),
        ("kms:Decrypt", "DisabledException", "is no failure of AWS's own"),
    ],
)
def test_what_cannot_fail_so_is_said(operation: str, error: str, message: str) -> None:
    lab = kmslab.Lab()
    with pytest.raises(ValueError, match=message):
        lab.inject_error(operation, error)
