"""Both roads give the same answers, of every operation, byte for byte."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any

import boto3
import kmslab
import pytest
import story
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from kmslab import roads

SERVICES = ("iam", "kms", "sts")


def labs() -> tuple[kmslab.Lab, kmslab.Lab]:
    fast, signed = (kmslab.Lab(seed=1, now="2030-01-01T00:00:00Z", sign=sign) for sign in (False, True))
    return fast, signed


def test_both_roads_give_the_same_answers() -> None:
    fast, signed = labs()
    told = 0
    for (name, one), (again, other) in zip(story.tell(fast), story.tell(signed), strict=True):
        assert name == again
        assert one == other, name
        # Also the order of members, which is the model's.
        assert json.dumps(one, default=str) == json.dumps(other, default=str), name
        assert type(one["ResponseMetadata"]) is dict
        told += 1
    assert told > 100


def test_the_trails_are_equal_too() -> None:
    fast, signed = labs()
    for lab in (fast, signed):
        for _ in story.tell(lab):
            pass

    def records(lab: kmslab.Lab) -> list[dict[str, object]]:
        return [{name: value for name, value in record.items() if name != "userAgent"} for record in lab.trail]

    # botocore adds what it used to the User-Agent when it signs; the rest is the same.
    assert records(fast) == records(signed)


def implemented(service: str) -> set[str]:
    """The operations that do not answer "not yet"."""
    client = kmslab.Lab().client(service, config=Config(parameter_validation=False))
    found = set()
    for operation in client.meta.service_model.operation_names:
        try:
            getattr(client, xform_name(operation))()
        except ClientError as error:
            if error.response["Error"]["Code"] in {"UnknownOperationException", "InvalidAction"}:
                continue
        except KeyError:
            pass  # botocore itself needs a member that is not there
        found.add(f"{service}.{xform_name(operation)}")
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_the_story_leaves_no_operation_out(service: str) -> None:
    told = {name for name, _ in story.tell(kmslab.Lab()) if name.startswith(f"{service}.")}
    assert implemented(service) - told == set()


# What the story asks for in order to be refused. An older botocore, which knows less, asks for less of it.
REFUSED = Counter(
    {
        "iam.create_user EntityAlreadyExists": 1,
        "iam.get_user NoSuchEntity": 1,
        "iam.create_role MalformedPolicyDocument": 1,
        "iam.get_context_keys_for_custom_policy InvalidInput": 1,
        "iam.delete_user DeleteConflict": 1,
        "sts.get_access_key_info ValidationError": 1,
        "sts.assume_role AccessDenied": 1,
        "sts.assume_role ValidationError": 1,
        "kms.create_key ValidationException": 1,
        "kms.verify KMSInvalidSignatureException": 1,
        "kms.verify_mac KMSInvalidMacException": 1,
        "kms.create_key MalformedPolicyDocumentException": 1,
        "kms.describe_key NotFoundException": 1,
        "kms.encrypt DisabledException": 1,
        "kms.decrypt InvalidCiphertextException": 2,
        "kms.decrypt DryRunOperationException": 1,
        "kms.put_key_policy MalformedPolicyDocumentException": 1,
        "kms.create_alias NotAuthorizedException": 1,
        "kms.import_key_material ValidationException": 1,
        "kms.create_custom_key_store ValidationException": 1,
        "kms.describe_custom_key_stores CustomKeyStoreNotFoundException": 1,
        "kms.delete_custom_key_store CustomKeyStoreInvalidStateException": 1,
    }
)


def test_the_story_works() -> None:
    answers = story.tell(kmslab.Lab())
    refused = Counter(f"{name} {answer['Error']['Code']}" for name, answer in answers if "Error" in answer)
    assert refused - REFUSED == Counter()


@pytest.mark.parametrize("service", SERVICES)
def test_our_shapes_say_what_botocores_parsers_do(service: str) -> None:
    client = boto3.Session().client(service, region_name="us-east-1")
    model = client.meta.service_model
    if model.metadata["protocol"] != "json":
        pytest.skip("botocore's own parser reads this protocol")
    parser = client._endpoint._response_parser_factory.create_parser("json")
    for name in model.operation_names:
        shape = model.operation_model(name).output_shape
        body = json.dumps(example(shape) if shape is not None else {}).encode()
        want = parser.parse({"status_code": 200, "headers": {}, "body": body}, shape)
        del want["ResponseMetadata"]
        got = read(("structure", ()) if shape is None else roads._shape(shape, parser), json.loads(body))
        assert got == want, name
        assert list(got) == list(want), name


def read(shape: Any, value: Any) -> Any:
    """What a `Reader` of `shape` makes of JSON's value; that ours do so too, the two roads' equal answers show."""
    if shape is None or value is None:
        return value
    if shape == "blob":
        return base64.b64decode(value)
    if callable(shape):
        return shape(value)
    kind, of = shape
    if kind == "list":
        return [read(of, item) for item in value]
    if kind == "map":
        return {key: read(of, item) for key, item in value.items()}
    return {name: read(member, value[written]) for name, written, member in of}


def example(shape: object) -> object:
    kind = shape.type_name  # type: ignore[attr-defined]
    if kind == "structure":
        members = shape.members.items()  # type: ignore[attr-defined]
        return {name: example(member) for name, member in members} | {"Unknown": 1}
    if kind == "list":
        return [example(shape.member)] * 2  # type: ignore[attr-defined]
    if kind == "map":
        return {"k": example(shape.value)}  # type: ignore[attr-defined]
    return {"blob": "AP8=", "timestamp": 1893456000.123, "boolean": True, "integer": 7, "string": "s"}[kind]
