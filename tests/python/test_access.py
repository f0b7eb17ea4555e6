"""`who_can`, `what_can`, `access_matrix` and `kmslab who-can`: by a lab, and by policies alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kmslab
import pytest

PAGE = Path(__file__).parents[2] / "docs/access.md"
ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def policy(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: object, **further: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **further}


def user(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def kmslab_(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kmslab", "who-can", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


@pytest.fixture
def estate() -> dict[str, Any]:
    shop = allow("kms:Decrypt", Condition={"StringEquals": {"kms:EncryptionContext:app": "shop"}})
    return {
        "principals": [
            {"arn": user("alice"), "identity_policies": policy(shop)},
            {"arn": user("bob"), "identity_policies": policy(allow("kms:*"))},
            {"arn": user("carol")},
        ],
        "resources": [{"arn": KEY, "grants": [{"GranteePrincipal": user("carol"), "Operations": ["Encrypt"]}]}],
    }


def test_who_can_by_policies(estate: dict[str, Any]) -> None:
    found = kmslab.who_can("kms:Decrypt", KEY, estate)
    assert list(found) == [user("alice"), user("bob")]
    assert user("alice") in found
    assert user("carol") not in found
    assert len(found) == 2
    alice, bob = found.principals
    requirement = {"key": "kms:EncryptionContext:app", "operator": "StringEquals", "values": ["shop"], "negated": False}
    assert (alice["any"], alice["exact"]) == ([[requirement]], True)
    assert (bob["any"], bob["exact"], bob["kind"]) == ([], True, "user")
    assert "when kms:EncryptionContext:app StringEquals shop" in str(found)
    assert found._repr_html_() == found.to_html()
    assert "| user |" in found.to_markdown()
    # What every call has is no condition.
    fixed = kmslab.who_can("kms:Decrypt", KEY, estate, context={"kms:EncryptionContext:app": "bank"})
    assert list(fixed) == [user("bob")]
    assert list(kmslab.who_can("kms:Encrypt", KEY, json.dumps(estate))) == [user("bob"), user("carol")]


def test_answers_are_those_of_authorize(estate: dict[str, Any]) -> None:
    """Where there are no conditions, each decision alone says the same."""
    for action in ("kms:Encrypt", "kms:DescribeKey", "kms:PutKeyPolicy", "kms:CreateGrant"):
        found = kmslab.who_can(action, KEY, estate)
        for principal in estate["principals"]:
            decision = kmslab.authorize(
                principal=principal["arn"],
                action=action,
                resource=KEY,
                identity_policies=principal.get("identity_policies"),
                grants=estate["resources"][0]["grants"],
            )
            assert (principal["arn"] in found) == decision.allowed, (action, principal["arn"])


def test_a_lab_is_asked() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    reader = lab.role("reader", policy=policy(allow("kms:Decrypt")))
    lab.user("visitor")
    kms.create_grant(KeyId=key, GranteePrincipal=lab.user("grantee").arn, Operations=["Decrypt"])
    before = len(lab.trail)
    found = lab.who_can("kms:Decrypt", key)
    assert set(found) == {lab.account().arn, user("administrator"), user("grantee"), reader.arn}
    assert reader in found
    for principal in found:
        assert lab.authorize(principal=principal, action="kms:Decrypt", resource=key).allowed
    assert not lab.authorize(principal=user("visitor"), action="kms:Decrypt", resource=key).allowed
    what = lab.what_can(reader)
    assert [each["resource"] for each in what.resources] == [key]
    assert what.resources[0]["access"][0]["actions"] == ["kms:Decrypt"]
    matrix = lab.access_matrix()
    assert "<table" in matrix._repr_html_()
    assert str(matrix)
    assert "| principal |" in matrix.to_markdown()
    cells = matrix.to_dict()
    row = next(n for n, members in enumerate(cells["principals"]) if reader.arn in members)
    assert [cell["actions"] for cell in cells["access"] if cell["principals"] == row] == [["kms:Decrypt"]]
    assert len(lab.trail) == before


@pytest.mark.parametrize("form", ["id", "arn", "alias", "alias arn"])
def test_a_key_of_a_lab_is_named_as_in_a_call(form: str) -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=key["KeyId"])
    alias = kms.list_aliases(KeyId=key["KeyId"])["Aliases"][0]
    named = {"id": key["KeyId"], "arn": key["Arn"], "alias": alias["AliasName"], "alias arn": alias["AliasArn"]}[form]
    made = len(lab.trail)
    assert lab.who_can("kms:Decrypt", named).to_dict()["resource"] == key["Arn"]
    assert lab.authorize(principal=lab.account(), action="kms:Decrypt", resource=named).allowed
    assert len(lab.trail) == made


def test_misuse_is_told(estate: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="there is no action kms:Dcrypt"):
        kmslab.who_can("kms:Dcrypt", KEY, estate)
    with pytest.raises(ValueError, match="resource: there is no"):
        kmslab.who_can("kms:Decrypt", KEY.replace("1234abcd", "abcd1234"), estate)
    with pytest.raises(ValueError, match="principal: there is no"):
        kmslab.what_can(user("nobody"), estate)
    estate["principals"][1]["identity_policies"] = policy({"Effect": "Allow", "Resource": "*"})
    with pytest.raises(ValueError, match=r"principals\[1\]\.identity_policies: Policy statement must contain actions"):
        kmslab.access_matrix(estate)


def test_every_member_is_told(estate: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")

    def names(found: object) -> set[str]:
        if isinstance(found, dict):
            return set(found).union(*map(names, found.values()))
        return set().union(*map(names, found)) if isinstance(found, list) else set()

    answers = [kmslab.who_can("kms:Decrypt", KEY, estate), kmslab.what_can(user("bob"), estate)]
    found = names([answer.to_dict() for answer in [*answers, kmslab.access_matrix(estate)]]) | names(estate)
    policies = {"Version", "Statement", "Effect", "Action", "Resource", "Condition", "StringEquals"}
    grants = {"GranteePrincipal", "Operations"}
    told = set(re.findall("`([a-z_]+)`", page))
    assert found - policies - grants - {"kms:EncryptionContext:app"} <= told


def test_the_command(tmp_path: Path, estate: dict[str, Any]) -> None:
    file = tmp_path / "estate.json"
    file.write_text(json.dumps(estate), encoding="utf-8")
    done = kmslab_("--policies", file, "kms:Decrypt", KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert user("bob") in done.stdout
    found = json.loads(kmslab_("--policies", "-", "--json", "kms:Encrypt", KEY, input=json.dumps(estate)).stdout)
    assert [each["principal"] for each in found["principals"]] == [user("bob"), user("carol")]
    fixed = kmslab_("--policies", file, "--context", "kms:EncryptionContext:app=x", "kms:Decrypt", KEY)
    assert user("alice") not in fixed.stdout
    assert "kms:Decrypt" in kmslab_("--policies", file, "--principal", user("alice")).stdout
    assert "| principal |" in kmslab_("--policies", file, "--markdown").stdout
    lab = kmslab.Lab()
    key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    lab.save(tmp_path / "state.kmslab")
    assert user("administrator") in kmslab_("--lab", tmp_path / "state.kmslab", "kms:Decrypt", key).stdout
    for arguments in (
        ["kms:Decrypt"],
        ["--principal", "x", "kms:Decrypt", KEY],
        ["--context", "x", "kms:Decrypt", KEY],
    ):
        assert kmslab_("--policies", file, *arguments).returncode == 2
    assert "there is no" in kmslab_("--policies", file, "--principal", user("nobody")).stderr
