"""What is not well formed gets AWS's error: never a 500, never a changed world."""

from __future__ import annotations

import json
from typing import Any

import boto3
import kmslab
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

KMS = boto3.Session().client("kms", region_name="us-east-1").meta.service_model
# Of every service, beside what its model lists for an operation.
COMMON = {
    "ValidationException", "SerializationException", "AccessDeniedException", "UnknownOperationException",
    "InvalidSignatureException", "MissingAuthenticationTokenException", "IncompleteSignatureException",
    "UnrecognizedClientException", "ExpiredTokenException", "RequestEntityTooLargeException",
}  # fmt: skip


def post(
    lab: kmslab.Lab, body: bytes | str, headers: dict[str, str], service: str = "kms", **changes: Any
) -> tuple[int, Any]:
    """Signs and sends what botocore would never send."""
    url = f"https://{service}.us-east-1.amazonaws.com/"
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    keys = lab.credentials
    SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), service, "us-east-1").add_auth(request)
    for name, value in changes.items():
        del request.headers[name]
        if value is not None:
            request.headers[name] = value
    status, answered, content = lab.handle("POST", url, dict(request.headers.items()), body)
    assert answered["x-amzn-RequestId"]
    return status, json.loads(content) if service == "kms" else content


def target(operation: str) -> dict[str, str]:
    return {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"TrentService.{operation}"}


@pytest.mark.parametrize("operation", KMS.operation_names)
def test_an_empty_body_is_answered_with_a_modelled_error(operation: str, lab: kmslab.Lab) -> None:
    status, answer = post(lab, b"{}", target(operation))
    model = KMS.operation_model(operation)
    if status == 200:
        assert not (model.input_shape and model.input_shape.required_members)
        return
    assert status == 400
    errors = {shape.error_code for shape in model.error_shapes} | {shape.name for shape in model.error_shapes}
    assert answer["__type"].rpartition("#")[2] in errors | COMMON


@pytest.mark.parametrize("service", ["iam", "sts"])
def test_also_of_query_services(service: str, lab: kmslab.Lab) -> None:
    model = boto3.Session().client(service, region_name="us-east-1").meta.service_model
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    for operation in model.operation_names:
        body = f"Action={operation}&Version={model.api_version}"
        status, content = post(lab, body, kind, service)
        assert status in {200, 400, 403, 404, 409}, (operation, content)
        if status != 200:
            assert b"<Code>" in content


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "SerializationException"),
        (b"{", "SerializationException"),
        (b"[]", "SerializationException"),
        (b"null", "SerializationException"),
        (b'{"KeyId": 3, "Plaintext": "eA=="}', "SerializationException"),
        (b'{"KeyId": "k", "Plaintext": "not base64!"}', "SerializationException"),
        (b'{"KeyId": "k", "Plaintext": "eA==", "EncryptionContext": []}', "SerializationException"),
        (b"\xff\xfe", "SerializationException"),
        (b'{"KeyId": "", "Plaintext": "eA=="}', "ValidationException"),
        (b'{"KeyId": "k", "Plaintext": ""}', "ValidationException"),
        (b"[" * 100_000, "SerializationException"),
        (b'{"KeyId": "k", "Plaintext": "' + b"A" * 5600 + b'"}', "ValidationException"),
    ],
)
def test_bodies(body: bytes, code: str, lab: kmslab.Lab) -> None:
    status, answer = post(lab, body, target("Encrypt"))
    assert status == 400
    found = answer["__type"].rpartition("#")[2]
    # An empty body is an empty structure, as AWS reads it.
    assert found == code or (body == b"" and found == "ValidationException"), answer


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Authorization": None}, "MissingAuthenticationTokenException"),
        ({"Authorization": "AWS4-HMAC-SHA256 nonsense"}, "IncompleteSignatureException"),
        ({"X-Amz-Date": "20200101T000000Z"}, "InvalidSignatureException"),
        ({"X-Amz-Target": "TrentService.Decrypt"}, "InvalidSignatureException"),
        ({"X-Amz-Target": "TrentService.None"}, "UnknownOperationException"),
        ({"X-Amz-Target": "Nobody"}, "UnknownOperationException"),
    ],
)
def test_headers(changes: dict[str, Any], code: str, lab: kmslab.Lab) -> None:
    status, answer = post(lab, b"{}", target("ListKeys"), **changes)
    assert (status, answer["__type"].rpartition("#")[2]) == (400, code)


def test_every_bit_of_a_ciphertext_counts(lab: kmslab.Lab, key: str) -> None:
    kms = lab.client("kms")
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    # Rust's own tests flip all of them; here it is enough that botocore hands on the same error.
    for bit in range(0, len(sealed) * 8, 97):
        broken = bytearray(sealed)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(kms.exceptions.InvalidCiphertextException):
            kms.decrypt(CiphertextBlob=bytes(broken))


def test_a_refused_policy_changes_nothing(lab: kmslab.Lab, key: str) -> None:
    kms = lab.client("kms")
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    for policy in ("{", "{}", '{"Statement": []}', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}'):
        with pytest.raises(ClientError) as refused:
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
        assert refused.value.response["Error"]["Code"] == "MalformedPolicyDocumentException"
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == before
