"""docs/checks.md is the table of checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_page_is_the_table() -> None:
    script = Path(__file__).resolve().parents[2] / "scripts" / "checks.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
