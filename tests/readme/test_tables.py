"""docs/tables.md prints what it says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/tables.md"


def test_the_example_prints_what_the_page_says() -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[:2]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 - the page's own
    assert out.getvalue() == printed
