"""Writes docs/checks.md: the table of checks that `kmslab check` makes. `--check` compares instead of writing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kmslab import _kmslab

PAGE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"

HEAD = """# What `kmslab check` finds

Codes are stable. An *error* is what AWS refuses, what opens a key to everybody, or what locks its owner out; a
*warning* is probably not meant, or more than is needed; a *note* is worth knowing. The page is written by
`scripts/checks.py` from the table in `core/src/report/check/table.rs`, and a test compares it.

| Code | Severity | What |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = json.loads(_kmslab.checks())
    table = "".join(
        f"| [{row['code']}](#{row['code'].lower()}) | {row['severity']} | {row['title']} |\n" for row in rows
    )
    parts = [f"\n## {row['code']}\n\n**{row['title']}.** {row['why']}\n\nFix: {row['fix']}\n" for row in rows]
    return HEAD + table + "".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    if parser.parse_args().check:
        if PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is not the table of checks; run scripts/checks.py")
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
