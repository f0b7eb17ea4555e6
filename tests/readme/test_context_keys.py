"""docs/context-keys.md says what a lab does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_page_is_what_a_lab_does() -> None:
    script = Path(__file__).resolve().parents[2] / "scripts" / "context_keys.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
