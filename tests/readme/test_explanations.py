"""docs/explanations.md tells every member of an explanation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kmslab

PAGE = Path(__file__).parents[2] / "docs/explanations.md"
ALICE = "arn:aws:iam::111122223333:user/alice"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}


def decided(action: str) -> dict[str, Any]:
    return kmslab.authorize(principal=ALICE, action=action, resource=KEY, identity_policies={"read": READ}).to_dict()


def rows(heading: str) -> set[str]:
    """The members that the table after a heading or line names."""
    _, found, rest = PAGE.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    assert found, heading
    table = rest.split("|---|---|\n", 1)[1].split("\n\n", 1)[0]
    return {name for line in table.splitlines() for name in re.findall("`([a-z_]+)`", line.split("|")[1])}


def test_every_member_is_told() -> None:
    check = decided("kms:Encrypt")
    stage = next(stage for stage in check["stages"] if stage["statements"])
    change = check["changes"]["alone"][0]
    tables = {
        "## A check": check,
        "## A stage": stage,
        "## A statement": stage["statements"][0],
        "## What would change the decision": check["changes"],
        "A change:": change,
    }
    for heading, found in tables.items():
        assert rows(heading) == set(found), heading
    page = PAGE.read_text(encoding="utf-8")
    for element in next(stage for stage in check["stages"] if stage["name"] == "identity")["statements"][0]["elements"]:
        assert all(f"`{name}`" in page for name in element)


def test_changes_are_what_they_say() -> None:
    denied = decided("kms:Encrypt")["changes"]
    first = denied["alone"][0]
    assert first["text"] == "add kms:Encrypt to the actions of statement 1 of identity-based policy read"
    assert (first["kind"], first["policy"], first["values"]) == ("action", "read", ["kms:Encrypt"])
    assert denied["hangs_on"] == []
    statement = next(change["document"] for change in denied["alone"] if change["kind"] == "add-statement")
    both = {"read": READ, "new": {"Version": "2012-10-17", "Statement": [statement]}}
    assert kmslab.authorize(principal=ALICE, action="kms:Encrypt", resource=KEY, identity_policies=both)
    allowed = decided("kms:Decrypt")["changes"]
    assert [change["text"] for change in allowed["hangs_on"]] == ["remove statement 1 of identity-based policy read"]
