"""AWS's model of KMS, as the installed botocore has it: members, constraints, and AWS's sentences for those that are broken."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import botocore
import kmslab
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

SERVICE: Any = boto3.Session().client("kms", region_name="us-east-1").meta.service_model
OPERATIONS: list[str] = list(SERVICE.operation_names)
# The newest operation that kmslab serves: a botocore without it is older than kmslab's tables.
NEWEST = "Encapsulate"


# Whoever imports this is skipped then: what an older botocore does not know cannot be walked.
if NEWEST not in OPERATIONS:
    pytest.skip(
        f"botocore {botocore.__version__} does not know {NEWEST}: its model of KMS is older than kmslab's",
        allow_module_level=True,
    )


def inputs(operation: str) -> Any:
    """The shape of an operation's input."""
    return SERVICE.operation_model(operation).input_shape


def outputs(operation: str) -> Any:
    """The shape of an operation's output, or `None`."""
    return SERVICE.operation_model(operation).output_shape


def errors(operation: str) -> list[str]:
    """The codes that the model lists for an operation."""
    return [shape.error_code or shape.name for shape in SERVICE.operation_model(operation).error_shapes]


def paths(shape: Any, at: str = "") -> Iterator[str]:
    """Every member below a shape: `KeyMetadata.MultiRegionConfiguration.PrimaryKey.Arn`. Lists and maps have no step."""
    if shape is None:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield f"{at}{name}"
            yield from paths(member, f"{at}{name}.")
    elif shape.type_name == "list":
        yield from paths(shape.member, at)
    elif shape.type_name == "map":
        yield from paths(shape.value, at)


def present(value: Any, shape: Any, at: str = "") -> Iterator[str]:
    """The members of the model that are in an answer, in the form of `paths`."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield f"{at}{name}"
                yield from present(value[name], member, f"{at}{name}.")
    elif shape.type_name == "list":
        for item in value:
            yield from present(item, shape.member, at)
    elif shape.type_name == "map":
        for item in value.values():
            yield from present(item, shape.value, at)


# ---- sent raw ----


def wire(value: Any) -> Any:
    """As JSON 1.1 writes it: blobs in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: wire(inner) for name, inner in value.items()}
    return [wire(inner) for inner in value] if isinstance(value, list) else value


def post(lab: kmslab.Lab, operation: str, given: Any) -> tuple[str, str]:
    """Signs and sends what botocore would never send. Gives code and message; both are empty when it worked."""
    url = "https://kms.us-east-1.amazonaws.com/"
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"TrentService.{operation}"}
    request = AWSRequest(method="POST", url=url, data=json.dumps(wire(given)), headers=headers)
    keys = lab.credentials
    SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), "kms", "us-east-1").add_auth(request)
    status, _, content = lab.handle("POST", url, dict(request.headers.items()), request.data)
    if status == 200:
        return "", ""
    answer = json.loads(content)
    return answer["__type"].rpartition("#")[2], answer.get("message") or ""


# ---- values ----

# One value of each shape with a pattern. What has none gets letters.
EXAMPLES: dict[str, Any] = {
    "AliasNameType": "alias/a",
    "AccountIdType": "111122223333",
    "BackingKeyIdType": "0" * 64,
    "CloudHsmClusterIdType": "cluster-2345abcdefg",
    "GrantNameType": "name",
    "KeyMaterialDescriptionType": "text",
    "MarkerType": "marker",
    "PolicyNameType": "default",
    "PolicyType": "{}",
    "PrincipalIdType": "arn:aws:iam::111122223333:root",
    "RegionType": "eu-west-1",
    "ServicePrincipalType": "s3.amazonaws.com",
    "GrantConstraintSourceArnType": "arn:aws:s3:us-east-1:111122223333:x",
    "XksKeyIdType": "key",
    "XksProxyAuthenticationAccessKeyIdType": "A" * 20,
    "XksProxyAuthenticationRawSecretAccessKeyType": "a" * 43,
    "XksProxyUriEndpointType": "https://xks.example.com",
    "XksProxyUriPathType": "/bank/kms/xks/v1",
    "XksProxyVpcEndpointServiceNameType": "com.amazonaws.vpce.us-east-1.vpce-svc-0123",
    "XksProxyVpcEndpointServiceOwnerType": "111122223333",
}


def fits(shape: Any, text: str) -> bool:
    """Whether the pattern of a shape takes the whole text. Java's classes are ASCII."""
    pattern = pattern_of(shape)
    return pattern is None or re.fullmatch(pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]"), text, re.ASCII) is not None


def resized(shape: Any, text: str, length: int) -> str:
    """A text of that length, by repeating or leaving out characters, that the pattern takes if any such does."""
    more = length - len(text)
    for at in range(len(text)):
        wanted = text[:at] + text[at] * (more + 1) + text[at + 1 :] if more > 0 else text[:at] + text[at - more :]
        if len(wanted) == length and fits(shape, wanted):
            return wanted
    return (text * (length // max(len(text), 1) + 1))[:length]


def sized(shape: Any, length: int) -> Any:
    """A value of a shape with so many characters, bytes or elements."""
    if shape.type_name == "blob":
        return b"x" * length
    if shape.type_name == "list":
        return [example(shape.member)] * length
    if shape.type_name == "string":
        return resized(shape, example(shape), length)
    return length


def example(shape: Any) -> Any:
    """A valid value, as small as can be: of a structure the members that must be there."""
    kind, least = shape.type_name, shape.metadata.get("min")
    if kind == "structure":
        return {name: example(shape.members[name]) for name in shape.required_members}
    if kind == "string":
        found = EXAMPLES.get(shape.name) or (shape.enum[0] if shape.enum else "x" * max(least or 0, 1))
        assert fits(shape, found), f"EXAMPLES lacks a value of {shape.name}"
        return found
    if kind == "list":
        return [example(shape.member)]
    if kind == "map":
        return {"k": example(shape.value)}
    return {"blob": b"x" * max(least or 0, 1), "boolean": True, "timestamp": 1_900_000_000}.get(kind, least or 1)


# ---- what AWS says ----

# Beyond the published model, as core/model.py has it: patterns, values that are named instead, values that pass.
PATTERNS = {"KeyIdType": r"^\p{ASCII}+$"}
NAMED = {"DataKeySpec": inputs("CreateKey").members["KeySpec"].enum}
PASSING = {"SigningAlgorithmSpec": ["SYMMETRIC_DEFAULT"]}


def pattern_of(shape: Any) -> str | None:
    """The pattern of a shape, in Java's syntax."""
    published: str | None = shape.metadata.get("pattern")
    return published or PATTERNS.get(shape.name)


def lower_camel(name: str) -> str:
    """As AWS writes members in messages."""
    return name[0].lower() + name[1:]


def sentences(shape: Any) -> dict[str, str]:
    """AWS's sentence for each constraint of a shape, in AWS's order. Source: kms.md 1.4."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    what = "value" if shape.type_name in {"integer", "long"} else "length"
    values = NAMED.get(shape.name, getattr(shape, "enum", []))
    found = {
        "max": f"Member must have {what} less than or equal to {most}",
        "min": f"Member must have {what} greater than or equal to {least}",
        "enum": f"Member must satisfy enum value set: [{', '.join(values)}]",
        "pattern": f"Member must satisfy regular expression pattern: {pattern_of(shape)}",
    }
    has = {"pattern": pattern_of(shape) is not None, "enum": bool(getattr(shape, "enum", None))}
    has |= {"max": most is not None, "min": least is not None}
    return {name: sentence for name, sentence in found.items() if has[name]}


def broken(shape: Any, value: Any) -> list[str]:
    """The constraints of a shape that a value breaks, in AWS's order."""
    size = value if isinstance(value, int) else len(value) if hasattr(value, "__len__") else None
    breaks = {
        "pattern": isinstance(value, str) and not fits(shape, value),
        "enum": isinstance(value, str) and value not in [*getattr(shape, "enum", []), *PASSING.get(shape.name, [])],
        "max": size is not None and size > shape.metadata.get("max", size),
        "min": size is not None and size < shape.metadata.get("min", size),
    }
    return [name for name in sentences(shape) if breaks[name]]


def shown(shape: Any, value: Any) -> str:
    """The value in a message, with a space before; blobs and secrets are not shown."""
    hidden = shape.type_name in {"blob", "structure"} or shape.metadata.get("sensitive")
    if hidden or (shape.type_name == "list" and not shown(shape.member, "x")):
        return ""
    return f" '[{', '.join(value)}]'" if isinstance(value, list) else f" '{value}'"


def refusals(shape: Any, value: Any, at: str = "") -> list[str]:
    """What AWS says of a value that breaks constraints, each in a sentence."""
    where = f"at '{at}' failed to satisfy constraint:"
    said = [f"Value{shown(shape, value)} {where} {sentences(shape)[name]}" for name in broken(shape, value)]
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            below = f"{at}.{lower_camel(name)}" if at else lower_camel(name)
            if name in value:
                said += refusals(member, value[name], below)
            elif name in shape.required_members:
                null = "" if member.metadata.get("sensitive") else " null"
                said.append(f"Value{null} at '{below}' failed to satisfy constraint: Member must not be null")
    elif shape.type_name == "list" and shape.member.type_name == "structure":
        for number, item in enumerate(value, 1):
            said += refusals(shape.member, item, f"{at}.{number}.member")
    elif shape.type_name == "list" and any(broken(shape.member, item) for item in value):
        # AWS lists all constraints of the elements, in this order.
        rule = ", ".join(sentences(shape.member).values())
        said.append(f"Value{shown(shape, value)} {where} Member must satisfy constraint: [{rule}]")
    return said


def message(operation: str, given: Any) -> str:
    """AWS's whole message for an input that breaks the model's constraints; empty for one that does not."""
    said = refusals(inputs(operation), given)
    plural = "" if len(said) == 1 else "s"
    return f"{len(said)} validation error{plural} detected: {'; '.join(said)}" if said else ""


def in_order(text: str) -> str:
    """A message with its enumerations sorted: AWS gives them no lasting order."""
    return re.sub(r"(?<=enum value set: \[)[^\]]*", lambda found: ", ".join(sorted(found[0].split(", "))), text)


# ---- every way to break an input ----


@dataclass(frozen=True)
class Broken:
    """An input that breaks one constraint, or, with no `rule`, stands at its bound and breaks none."""

    operation: str
    at: str
    rule: str
    given: Any

    def __str__(self) -> str:
        return f"{self.operation}.{self.at} {self.rule}"


# Characters that no class of the model's patterns has, and one that belongs to nearly all.
STRANGE = "☃ !a"


def _breaking(shape: Any) -> Iterator[tuple[str, Any]]:
    """Values that break the constraints of a shape one at a time, and values at their bounds."""
    rules = sentences(shape)
    for rule, step in (("max", 1), ("min", -1)):
        if rule not in rules or (bound := shape.metadata[rule]) + step < 0:
            continue
        yield rule, sized(shape, bound + step)
        # The pattern may rule out what the bound would allow.
        if not broken(shape, within := sized(shape, bound)):
            yield f"at the {rule}imum", within
    if "enum" in rules:
        yield "enum", "INVALID"
    if "pattern" in rules:
        value = example(shape)
        tries = (value[:at] + char + value[at + 1 :] for char in STRANGE for at in range(len(value)))
        yield "pattern", next(text for text in tries if not fits(shape, text))
    if shape.type_name == "list" and shape.member.type_name != "structure":
        for rule, value in _breaking(shape.member):
            yield f"element {rule}", [value]
    if shape.type_name == "structure":
        for name in shape.required_members:
            yield f"without {name}", {key: inner for key, inner in example(shape).items() if key != name}
        for name, member in shape.members.items():
            for rule, value in _breaking(member):
                yield f"{name} {rule}", {**example(shape), name: value}
    if shape.type_name == "list" and shape.member.type_name == "structure":
        for rule, value in _breaking(shape.member):
            yield f"element {rule}", [value]


def breaking(operation: str) -> Iterator[Broken]:
    """Inputs of an operation that are minimal and valid but for one constraint, and those at the bounds."""
    shape = inputs(operation)
    if shape is None:
        return
    for rule, given in _breaking(shape):
        name, _, rest = rule.partition(" ")
        at, what = (rest, "required") if name == "without" else (name, rest)
        yield Broken(operation, at, what, given)


def mistyped(shape: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every member below a structure, in the form of `paths`, and inputs in which it has the type of another."""
    for name, member in shape.members.items():
        wrong: Any = (
            "text" if member.type_name in {"structure", "list", "map", "boolean", "integer", "timestamp"} else {}
        )
        yield f"{at}{name}", {**example(shape), name: wrong}
        inner = member.member if member.type_name == "list" else member
        if inner.type_name == "structure":
            for path, value in mistyped(inner, f"{at}{name}."):
                yield path, {**example(shape), name: [value] if inner is not member else value}
