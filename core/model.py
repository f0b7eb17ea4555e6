#!/usr/bin/env python3
"""Turns AWS's service models, as botocore carries them, into core/src/wire/model/*.rs.

    python core/model.py           writes the tables
    python core/model.py --check   exits 1, and says what changed, when the tables are not what botocore gives

Only shapes that the operations below reach are written. The tables hold what the wire needs: types, lengths, ranges,
patterns, enums, required members, secrecy, codes. What these three services do not use (flattened lists, other names on
the wire, longs, floats) is refused rather than ignored, so that a new model cannot be misread in silence.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).resolve().parent / "src" / "wire" / "model"

# The whole of KMS; of IAM and STS what the road map names. Other operations keep their names only.
IAM = """
    CreateUser GetUser UpdateUser DeleteUser ListUsers CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups
    AddUserToGroup RemoveUserFromGroup ListGroupsForUser CreateRole GetRole UpdateRole UpdateRoleDescription
    DeleteRole ListRoles UpdateAssumeRolePolicy CreateAccessKey UpdateAccessKey DeleteAccessKey ListAccessKeys
    GetAccessKeyLastUsed
    PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies PutGroupPolicy GetGroupPolicy DeleteGroupPolicy
    ListGroupPolicies PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies CreatePolicy GetPolicy
    DeletePolicy ListPolicies CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions
    SetDefaultPolicyVersion AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies AttachGroupPolicy
    DetachGroupPolicy ListAttachedGroupPolicies AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
    ListEntitiesForPolicy PutUserPermissionsBoundary DeleteUserPermissionsBoundary PutRolePermissionsBoundary
    DeleteRolePermissionsBoundary TagUser UntagUser ListUserTags TagRole UntagRole ListRoleTags TagPolicy
    UntagPolicy ListPolicyTags CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile ListInstanceProfiles
    ListInstanceProfilesForRole AddRoleToInstanceProfile RemoveRoleFromInstanceProfile
    GetAccountAuthorizationDetails GetAccountSummary CreateServiceLinkedRole SimulateCustomPolicy
    SimulatePrincipalPolicy GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy
""".split()
STS = """
    GetCallerIdentity AssumeRole GetSessionToken GetFederationToken GetAccessKeyInfo DecodeAuthorizationMessage
""".split()
SERVICES: dict[str, list[str] | None] = {"kms": None, "iam": IAM, "sts": STS}

# What KMS's answers say beyond the published model (measured in us-east-1, 2026): patterns, the order in which values are
# listed, values that pass. ML-KEM is newer than the measurement: where it stands is unconfirmed.
PATTERNS = {"KeyIdType": r"^\p{ASCII}+$"}
ORDERS = {
    "KeySpec": """
        RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 ECC_NIST_EDWARDS25519
        SYMMETRIC_DEFAULT HMAC_224 HMAC_256 HMAC_384 HMAC_512 SM2 ML_DSA_44 ML_DSA_65 ML_DSA_87
        ML_KEM_512 ML_KEM_768 ML_KEM_1024
    """,
    "EncryptionAlgorithmSpec": "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256 SM2PKE SYMMETRIC_DEFAULT",
    "MacAlgorithmSpec": "HMAC_SHA_384 HMAC_SHA_256 HMAC_SHA_224 HMAC_SHA_512",
    "SigningAlgorithmSpec": """
        RSASSA_PSS_SHA_256 RSASSA_PSS_SHA_384 RSASSA_PSS_SHA_512
        RSASSA_PKCS1_V1_5_SHA_256 RSASSA_PKCS1_V1_5_SHA_384 RSASSA_PKCS1_V1_5_SHA_512
        ECDSA_SHA_256 ECDSA_SHA_384 ECDSA_SHA_512 ED25519_SHA_512 ED25519_PH_SHA_512 SM2DSA ML_DSA_SHAKE_256
    """,
}
PASSING = {"SigningAlgorithmSpec": ["SYMMETRIC_DEFAULT"]}

# Traits of a shape that the tables carry, and those that say nothing about the wire.
CARRIED = {"type", "members", "required", "member", "key", "value", "min", "max", "pattern", "enum", "sensitive"}
SILENT = {
    "documentation",
    "deprecated",
    "deprecatedMessage",
    "deprecatedSince",
    "box",
    "exception",
    "error",
    "fault",
    "union",
}
MEMBER_SILENT = {"shape", "documentation", "deprecated", "deprecatedMessage", "deprecatedSince", "box"}


class Unknown(Exception):
    """The model says something that the tables cannot hold."""


def constant(name: str) -> str:
    """tagKeyType -> TAG_KEY_TYPE, XksKeyIdType -> XKS_KEY_ID_TYPE, AWSAccountId -> AWS_ACCOUNT_ID."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).upper()


def quoted(text: str) -> str:
    """A Rust string; raw where that reads better."""
    if "\\" in text and '"' not in text:
        return f'r"{text}"'
    return json.dumps(text, ensure_ascii=True)


def names(items: Iterable[str]) -> str:
    """A Rust slice of strings."""
    return "&[" + ", ".join(map(quoted, items)) + "]"


class Table:
    """One service's file."""

    def __init__(self, service: str, wanted: list[str] | None, version: str) -> None:
        model: dict[str, Any] = Loader().load_service_model(service, "service-2")
        self.service, self.version = service, version
        self.meta, self.shapes, self.all = model["metadata"], model["shapes"], model["operations"]
        self.wanted = sorted(self.all if wanted is None else wanted)
        missing = [name for name in self.wanted if name not in self.all]
        if missing:
            raise Unknown(f"{service} has no operation {', '.join(missing)}")
        self.json = self.meta["protocol"] == "json"
        if self.meta["protocol"] not in ("json", "query") or (self.json and self.meta["jsonVersion"] != "1.1"):
            raise Unknown(f"{service} speaks {self.meta['protocol']}")

    def reachable(self) -> list[str]:
        """Names of the shapes that the wanted operations reach, in alphabetical order."""
        found: set[str] = set()
        todo: list[str] = []
        for name in self.wanted:
            todo += [self.all[name][way]["shape"] for way in ("input", "output") if way in self.all[name]]
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            shape = self.shapes[name]
            unknown = set(shape) - CARRIED - SILENT
            if unknown:
                raise Unknown(f"{self.service}.{name} has {', '.join(sorted(unknown))}")
            inner = list(shape.get("members", {}).values()) + [
                shape[way] for way in ("member", "key", "value") if way in shape
            ]
            for member in inner:
                if set(member) - MEMBER_SILENT:
                    raise Unknown(f"a member of {self.service}.{name} has {set(member) - MEMBER_SILENT}")
                todo.append(member["shape"])
        by_constant: dict[str, str] = {}
        for name in sorted(found):
            if by_constant.setdefault(constant(name), name) != name:
                raise Unknown(f"{name} and {by_constant[constant(name)]} would have one name in Rust")
        return sorted(found, key=constant)

    def shape(self, name: str) -> str:
        """The expression of a shape."""
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            required = set(shape.get("required", ()))
            rows = [
                f"    {'req' if member in required else 'opt'}({quoted(member)}, &{constant(inner['shape'])}),\n"
                for member, inner in shape["members"].items()
            ]
            text = f"structure({quoted(name)}, &[" + ("\n" + "".join(rows) if rows else "") + "])"
        elif kind == "list":
            text = f"list({quoted(name)}, &{constant(shape['member']['shape'])})"
        elif kind == "map":
            text = f"map({quoted(name)}, &{constant(shape['key']['shape'])}, &{constant(shape['value']['shape'])})"
        else:
            kinds = {
                "string": "text",
                "blob": "blob",
                "boolean": "boolean",
                "integer": "int",
                "timestamp": "time",
            }
            if kind not in kinds:
                raise Unknown(f"{self.service}.{name} is a {kind}")
            text = f"{kinds[kind]}({quoted(name)})"
        for limit in ("min", "max"):
            if limit in shape:
                text += f".{limit}({int(shape[limit])})"
        measured = self.service == "kms"
        pattern = shape.get("pattern", PATTERNS.get(name) if measured else None)
        if pattern:
            text += f".pattern({quoted(pattern)})"
        if "enum" in shape:
            values = ORDERS[name].split() if measured and name in ORDERS else shape["enum"]
            if sorted(values) != sorted(shape["enum"]):
                raise Unknown(f"{self.service}.{name} has other values than ORDERS")
            text += f".values({names([*values, *(PASSING.get(name, []) if measured else [])])})"
        if shape.get("sensitive"):
            text += ".sensitive()"
        return text

    def code(self, name: str) -> tuple[str, int]:
        """The code and the status of an error shape."""
        shape = self.shapes[name]
        error = shape.get("error", {})
        return error.get("code", name), error.get("httpStatusCode", 500 if shape.get("fault") else 400)

    def operation(self, name: str) -> str:
        """The row of an operation."""
        model = self.all[name]

        def way(side: str) -> str:
            return f"Some(&{constant(model[side]['shape'])})" if side in model else "None"

        if not self.json and model.get("output", {}).get("resultWrapper", name + "Result") != name + "Result":
            raise Unknown(f"{self.service}.{name} wraps its result in {model['output']['resultWrapper']}")
        errors = sorted(self.code(error["shape"])[0] for error in model.get("errors", ()))
        return f"    operation({quoted(name)}, {way('input')}, {way('output')}, {names(errors)}),\n"

    def render(self) -> str:
        """The whole file."""
        out = [
            f"//! {self.meta['serviceFullName']}, {self.meta['apiVersion']}. "
            f"Written by core/model.py from botocore {self.version}: do not edit.\n\n",
            "use super::*;\n\n",
            "/// The service.\n",
            f"pub static {self.service.upper()}: ServiceModel = ServiceModel {{\n",
            f"    name: {quoted(self.meta['endpointPrefix'])},\n",
            f"    dialect: Dialect::{'Json' if self.json else 'Query'},\n",
            f"    target_prefix: {quoted(self.meta.get('targetPrefix', ''))},\n",
            f"    version: {quoted(self.meta['apiVersion'])},\n",
            f"    namespace: {quoted(self.meta.get('xmlNamespace', ''))},\n",
            "    operations: OPERATIONS,\n    others: OTHERS,\n    errors: ERRORS,\n};\n\n",
            "static OPERATIONS: &[OperationModel] = &[\n",
            *map(self.operation, self.wanted),
            "];\n\n",
            "static OTHERS: &[OperationModel] = &[\n",
            *(
                f"    operation({quoted(name)}, None, None, &[]),\n"
                for name in sorted(set(self.all) - set(self.wanted))
            ),
            "];\n\n",
            "static ERRORS: &[(&str, u16)] = &[\n",
        ]
        codes = sorted({self.code(name) for name, shape in self.shapes.items() if shape.get("exception")})
        out += [f"    ({quoted(code)}, {status}),\n" for code, status in codes]
        out += ["];\n\n"]
        out += [f"static {constant(name)}: Shape = {self.shape(name)};\n" for name in self.reachable()]
        return "".join(out)


def unversioned(text: str) -> list[str]:
    """The lines of a file, without botocore's version."""
    return re.sub(r"botocore [0-9.]+", "botocore", text).splitlines()


def main() -> int:
    """Writes or compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    differs = False
    for service, wanted in SERVICES.items():
        path = HERE / f"{service}.rs"
        new = Table(service, wanted, botocore.__version__).render()
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if not check:
            path.write_text(new, encoding="utf-8")
            continue
        # A newer botocore with the same model is no difference.
        lines = [
            line
            for line in difflib.unified_diff(
                unversioned(old), unversioned(new), "checked in", f"botocore {botocore.__version__}", n=0, lineterm=""
            )
            if not line.startswith("@@")
        ]
        if lines:
            differs = True
            new_lines, gone = (sum(line[0] == sign for line in lines) - 1 for sign in "+-")
            print(f"{path.name}: {new_lines} lines new, {gone} lines gone")
            print("\n".join(line[:200] for line in lines[2:42]))
            if len(lines) > 42:
                print(f"… and {len(lines) - 42} more")
    if differs:
        print("Run `python core/model.py`, look at the difference, and write what is new into the change log.")
    return int(differs)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unknown as unknown:
        sys.exit(f"model.py cannot read this model: {unknown}")
