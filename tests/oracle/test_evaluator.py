"""The evaluator against the oracle, on a few thousand generated cases; `make differential` compares a million."""

from __future__ import annotations

import shutil

import differential
import pytest

COUNT = 4_000


@pytest.mark.skipif(shutil.which("cargo") is None, reason="the evaluator's runner is built by cargo")
def test_the_evaluator_answers_as_the_oracle_does() -> None:
    """Every generated case has the same decision for the same reason."""
    wrong = differential.batch(differential.built(), "suite", 0, COUNT)
    told = [f"{number}: the evaluator says {got}" for number, got in wrong[:10]]
    assert not told, "make one again with generate.generate('suite', number):\n" + "\n".join(told)
