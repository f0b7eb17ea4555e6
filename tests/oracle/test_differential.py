"""The differential test by itself, against a runner that is wrong on purpose."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import differential
import generate
import oracle
import pytest

HERE = Path(__file__).parent
# An evaluator that forgets SCPs, behind the runner's interface.
FORGETFUL = """
import json, sys
sys.path.insert(0, sys.argv[1])
import oracle
cases = json.load(open(sys.argv[2]))["cases"]
failed = 0
for case in cases:
    expected = (case["expected"]["decision"], case["expected"]["reason"])
    case["policies"].pop("scp", None)
    got = oracle.decide(case)
    if got != expected:
        failed += 1
        print(f"{case['id']}: expected {' '.join(expected)}, got {' '.join(got)}")
print(f"{len(cases) - failed} passed, {failed} failed")
"""


@pytest.fixture
def runner(tmp_path: Path) -> str:
    script = tmp_path / "runner.py"
    script.write_text(FORGETFUL, encoding="utf-8")
    return f"{sys.executable} {script} {HERE}"


def test_a_case_is_a_function_of_seed_and_number() -> None:
    assert generate.generate("s", 7) == generate.generate("s", 7)
    assert generate.generate("s", 7) != generate.generate("s", 8)


def test_generated_cases_reach_every_reason() -> None:
    table = json.loads((HERE.parent / "cases/authorization-cases.json").read_text(encoding="utf-8"))
    assert {oracle.decide(generate.generate("reasons", number))[1] for number in range(3000)} == set(table["reasons"])


def test_finds_and_shrinks_what_is_wrong(runner: str, tmp_path: Path) -> None:
    found = differential.batch(runner, "shrink", 0, 100)
    wrong = {number: got for number, got in found if got[0] == "allow"}
    cases = {number: differential.with_expected(generate.generate("shrink", number)) for number in wrong}
    number = min(cases, key=lambda number: len(json.dumps(cases[number])))
    options = argparse.Namespace(seed="shrink", runner=runner, shrink=1, report=tmp_path / "differences.json")
    differential.report(options, [(number, wrong[number])])
    [small] = json.loads(options.report.read_text(encoding="utf-8"))["cases"]
    assert small["expected"] == cases[number]["expected"]
    assert small["got"] == dict(zip(("decision", "reason"), wrong[number], strict=True))
    assert len(small["policies"]["scp"]) == 1
    assert {"rcp", "vpc_endpoint", "permissions_boundary"}.isdisjoint(small["policies"])


def test_a_runner_that_counts_wrong_is_an_error(tmp_path: Path) -> None:
    script = tmp_path / "runner.py"
    script.write_text("print('0 passed, 0 failed')", encoding="utf-8")
    with pytest.raises(RuntimeError, match="count of all cases"):
        differential.run(f"{sys.executable} {script}", [differential.with_expected(generate.generate("s", 1))])
