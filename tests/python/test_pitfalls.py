"""Every test that docs/pitfalls.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_answer_has_its_test() -> None:
    rows = [line for line in (ROOT / "docs/pitfalls.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    answers = rows[1:]
    assert len(answers) >= 22
    for row in answers:
        named = re.findall(r"`([\w/]+\.rs)`: `(\w+)`", row.rsplit(" | ", 1)[1])
        assert named, row
        for file, test in named:
            assert f"fn {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"
