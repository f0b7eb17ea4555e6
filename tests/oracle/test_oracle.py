"""The oracle against the case table, and its embedded facts against the reference they were taken from."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import oracle
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = Path(os.environ.get("KMSLAB_SHARED", ROOT.parent / "shared")) / "reference"
TABLES = [ROOT / "tests/cases/authorization-cases.json", REFERENCE / "authorization-cases.json"]


def cases() -> list[oracle.Json]:
    for table in TABLES:
        if table.exists():
            found: list[oracle.Json] = json.loads(table.read_text(encoding="utf-8"))["cases"]
            return found
    return []


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["id"]))
def test_agrees_with_the_case_table(case: oracle.Json) -> None:
    assert oracle.decide(case) == (case["expected"]["decision"], case["expected"]["reason"]), case["title"]


def test_there_is_a_case_table() -> None:
    assert len(cases()) >= 311


def test_facts_are_those_of_the_reference() -> None:
    table = REFERENCE / "kms-actions.csv"
    if not table.exists():
        pytest.skip("the reference is not part of the repository")
    with table.open(encoding="utf-8", newline="") as rows:
        actions = {row["action"].removeprefix("kms:"): row for row in csv.DictReader(rows)}
    assert {name for name, row in actions.items() if row["cross_account"] == "yes"} == oracle.CROSS_ACCOUNT
    assert {name for name, row in actions.items() if row["grant_operation"] == "yes"} == oracle.GRANT_OPERATIONS
    checked = {name for name, row in actions.items() if "kms:EncryptionContextKeys" in row["condition_keys"]}
    assert checked - {"CreateGrant", "RetireGrant"} == oracle.CONTEXT_CHECKED
