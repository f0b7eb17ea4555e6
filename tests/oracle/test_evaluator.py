"""The evaluator against the oracle, on a few thousand generated cases; `make differential` compares a million."""

from __future__ import annotations

import shutil

import differential
import pytest

COUNT = 4_000
RUNNER = "cargo run -q -p kmslab --example cases --"


@pytest.mark.skipif(shutil.which("cargo") is None, reason="the evaluator's runner is built by cargo")
def test_the_evaluator_answers_as_the_oracle_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every generated case has the same decision for the same reason."""
    monkeypatch.chdir(differential.ROOT)
    wrong = differential.batch(RUNNER, "suite", 0, COUNT)
    told = [f"{number}: the evaluator says {got}" for number, got in wrong[:10]]
    assert not told, "make one again with generate.generate('suite', number):\n" + "\n".join(told)
