"""Writes docs/context-keys.md: the condition keys that a lab sets for each action, found by making the calls.

Every operation of KMS is called with all the parameters that bring a condition key along, by a user with tags; STS and
IAM likewise. `--check` compares instead of writing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import kmslab
from botocore.exceptions import ClientError

PAGE = Path(__file__).resolve().parent.parent / "docs" / "context-keys.md"
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/ada"},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    },
}
# The part of a name that a request chooses.
CHOSEN = re.compile(r"^(kms:EncryptionContext:|aws:(?:Principal|Request|Resource)Tag/|iam:ResourceTag/).*")

HEAD = """# Condition keys that a lab sets

A condition in a policy asks for a *condition key*. A key that a request does not have is absent: the explanation shows
it as such, and most operators then do not match. Here are the keys that kmslab sets, by action. The page is written by
`scripts/context_keys.py`, which makes the calls and reads the requests that were decided, and a test compares it.

In a lab with an organization every action has `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:ResourceOrgID` and
`aws:ResourceOrgPaths` besides, where caller or resource are in it. A call through a VPC endpoint has `aws:SourceVpce`,
`aws:SourceVpc` and `aws:SourceVpcArn`, and `aws:VpcSourceIp` in the place of `aws:SourceIp`.

"""


class Seen:
    """The keys of each action, read from the explanations of calls."""

    def __init__(self, lab: kmslab.Lab) -> None:
        self.lab = lab
        self.keys: dict[str, set[str]] = {}

    def call(self, client: Any, operation: str, /, **parameters: Any) -> Any:
        """Makes a call, and notes the keys of each permission that it needed."""
        try:
            answer = getattr(client, operation)(**parameters)
        except ClientError as error:
            answer = error  # What is allowed may still be refused: its keys are those of a call that works.
        for check in self.lab.explain(answer).to_dict()["checks"]:
            request = check["request"]
            found = {CHOSEN.sub(lambda m: m[1] + "…", key) for key in request["context"]}
            self.keys.setdefault(request["action"], set()).update(found)
        return answer


def survey() -> tuple[dict[str, set[str]], set[str]]:
    """The keys of each action for a user, and those that only a role session has."""
    lab = kmslab.Lab(seed=1, now="2030-01-01T00:00:00Z")
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    user = lab.user("ada", policy=admin, tags={"team": "blue"})
    seen = Seen(lab)
    kms, iam, sts = (lab.client(name, as_=user) for name in ("kms", "iam", "sts"))

    tags = [{"TagKey": "team", "TagValue": "blue"}]
    create = {"Tags": tags, "BypassPolicyLockoutSafetyCheck": True}
    key = seen.call(kms, "create_key", **create)["KeyMetadata"]["Arn"]
    other = kms.create_key(Tags=tags)["KeyMetadata"]["Arn"]
    alias = "alias/one"
    seen.call(kms, "create_alias", AliasName=alias, TargetKeyId=key)
    kms.create_alias(AliasName="alias/other", TargetKeyId=other)
    context = {"EncryptionContext": {"app": "shop"}}
    box = seen.call(kms, "encrypt", KeyId=alias, Plaintext=b"x", **context)["CiphertextBlob"]
    seen.call(kms, "decrypt", KeyId=alias, CiphertextBlob=box, **context)
    moved = {"SourceEncryptionContext": {"app": "shop"}, "DestinationEncryptionContext": {"app": "till"}}
    seen.call(kms, "re_encrypt", CiphertextBlob=box, SourceKeyId=alias, DestinationKeyId="alias/other", **moved)
    seen.call(kms, "generate_data_key", KeyId=alias, KeySpec="AES_256", **context)
    seen.call(kms, "generate_data_key_without_plaintext", KeyId=alias, KeySpec="AES_256", **context)
    seen.call(kms, "generate_random", NumberOfBytes=1)
    seen.call(kms, "describe_key", KeyId=alias)
    policy = seen.call(kms, "get_key_policy", KeyId=key)["Policy"]
    seen.call(kms, "put_key_policy", KeyId=key, Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    for operation in ("disable_key", "enable_key", "list_key_policies", "list_resource_tags", "list_grants"):
        seen.call(kms, operation, KeyId=key)
    seen.call(kms, "update_key_description", KeyId=key, Description="x")
    seen.call(kms, "tag_resource", KeyId=key, Tags=tags)
    grant = seen.call(
        kms,
        "create_grant",
        KeyId=key,
        GranteePrincipal=user.arn,
        RetiringPrincipal=user.arn,
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": {"app": "shop"}},
    )
    seen.call(kms, "list_retirable_grants", RetiringPrincipal=user.arn)
    seen.call(kms, "retire_grant", KeyId=key, GrantId=grant["GrantId"])
    grant = kms.create_grant(KeyId=key, GranteePrincipal=user.arn, Operations=["Decrypt"])
    seen.call(kms, "revoke_grant", KeyId=key, GrantId=grant["GrantId"])
    seen.call(kms, "list_aliases", KeyId=key)
    seen.call(kms, "list_keys")
    seen.call(kms, "update_alias", AliasName=alias, TargetKeyId=other)
    seen.call(kms, "delete_alias", AliasName=alias)
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    seen.call(kms, "enable_key_rotation", KeyId=key, RotationPeriodInDays=90)
    for operation in ("get_key_rotation_status", "list_key_rotations", "rotate_key_on_demand", "disable_key_rotation"):
        seen.call(kms, operation, KeyId=key)
    seen.call(kms, "get_key_last_usage", KeyId=key)
    imported = kms.create_key(Tags=tags, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/imported", TargetKeyId=imported)
    wrapping = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    seen.call(kms, "get_parameters_for_import", KeyId=imported, **wrapping)
    sealed = {"ImportToken": b"none", "EncryptedKeyMaterial": b"none", "ValidTo": "2030-02-01T00:00:00Z"}
    seen.call(kms, "import_key_material", KeyId=imported, ExpirationModel="KEY_MATERIAL_EXPIRES", **sealed)
    seen.call(kms, "delete_imported_key_material", KeyId=imported)
    related = kms.create_key(Tags=tags, MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/related", TargetKeyId=related)
    away = {"BypassPolicyLockoutSafetyCheck": True, "Policy": policy}
    seen.call(kms, "replicate_key", KeyId=related, ReplicaRegion="eu-west-1", Tags=tags, **away)
    seen.call(kms, "update_primary_region", KeyId=related, PrimaryRegion="eu-west-1")
    seen.call(kms, "schedule_key_deletion", KeyId=key, PendingWindowInDays=7)
    seen.call(kms, "cancel_key_deletion", KeyId=key)
    seen.call(kms, "untag_resource", KeyId=key, TagKeys=["team"])

    role = seen.call(
        iam,
        "create_role",
        RoleName="app",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        PermissionsBoundary=admin,
        Tags=[{"Key": "team", "Value": "blue"}],
    )["Role"]["Arn"]
    seen.call(iam, "attach_role_policy", RoleName="app", PolicyArn=admin)
    session = seen.call(
        sts,
        "assume_role",
        RoleArn=role,
        RoleSessionName="night",
        ExternalId="partner",
        SourceIdentity="ada",
        DurationSeconds=900,
        Tags=[{"Key": "job", "Value": "night"}],
        TransitiveTagKeys=["job"],
    )
    of_user = set(seen.keys["kms:ListKeys"])
    as_role = Seen(lab)
    as_role.call(lab.client("kms", as_=session["Credentials"]), "list_keys")
    return seen.keys, as_role.keys["kms:ListKeys"] - of_user


def listed(keys: set[str]) -> str:
    """The keys, in order, as code."""
    return ", ".join(f"`{key}`" for key in sorted(keys, key=str.lower)) or "nothing"


def page() -> str:
    """The whole page."""
    actions, session = survey()
    everywhere = set.intersection(*actions.values())
    kms = {action: keys for action, keys in actions.items() if action.startswith("kms:")}
    on_keys = set.intersection(*(keys for keys in kms.values() if "kms:KeyOrigin" in keys)) - everywhere
    lines = [
        "## Every request",
        "",
        f"{listed(everywhere)}.",
        "",
        "`aws:username` is for users, `aws:PrincipalTag/…` for principals with tags, `aws:UserAgent` as clients say.",
        f"Over HTTP there is `aws:SourceIp`. Role sessions have {listed(session)} too.",
        "",
        "## KMS: operations on a key",
        "",
        f"All of these also have {listed(on_keys)}.",
        "",
        "| Action | and |",
        "|---|---|",
    ]
    lines += [
        f"| `{action}` | {listed(keys - everywhere - on_keys)} |"
        for action, keys in sorted(kms.items())
        if keys >= on_keys
    ]
    lines += ["", "## Other actions; of IAM a selection", "", "| Action | and |", "|---|---|"]
    lines += [
        f"| `{action}` | {listed(keys - everywhere)} |"
        for action, keys in sorted(actions.items())
        if action not in kms or not keys >= on_keys
    ]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    text = page()
    if parser.parse_args().check:
        if PAGE.read_text(encoding="utf-8") != text:
            print(f"{PAGE.name} is not what a lab does; run scripts/context_keys.py")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
