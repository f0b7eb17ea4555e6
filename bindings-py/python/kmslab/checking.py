"""What is wrong with policies, or unwise, in the forms that people and programs read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from . import _kmslab

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SEVERITIES", "Finding", "check", "checked", "report", "sarif"]

SEVERITIES: Final = ("note", "warning", "error")
"""From harmless to bad."""
_COLOURS = {"note": "36", "warning": "33", "error": "31"}


@dataclass(frozen=True)
class Finding:
    """One thing about a policy that should be looked at.

    Attributes:
        code: The check, such as `KMS101`: a row of docs/checks.md.
        severity: `error`, `warning` or `note`.
        message: What was found here.
        why: Why it matters.
        fix: What to do about it.
        policy: The policy in its file, such as `Resources.Key.Properties.KeyPolicy`; empty when the file is the policy.
        kind: What the policy was read as: `key`, `identity`, `trust`, `bucket` and so on.
        statement: The statement, counted from 1; None when it is about the policy as a whole.
        sid: The statement's `Sid`.
        line: Where it begins, counted from 1.
        column: In characters, counted from 1.
        end_line: Where it ends.
        end_column: The column after its last character.
    """

    code: str
    severity: str
    message: str
    why: str
    fix: str
    policy: str
    kind: str
    statement: int | None
    sid: str | None
    line: int
    column: int
    end_line: int
    end_column: int

    def to_dict(self) -> dict[str, Any]:
        """The finding for programs."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.severity} {self.code}: {self.message}"


def check(
    policy: str | Mapping[str, Any], kind: str | None = None, select: str | Sequence[str] | None = None
) -> list[Finding]:
    """Finds what is wrong with a policy, or unwise.

    Args:
        policy: The document, or its text; also a CloudFormation template (JSON or YAML) or a Terraform plan or state.
            Of a document, places count in its text with an indentation of 2.
        kind: `key`, `identity`, `trust`, `bucket`, `boundary`, `session`, `scp`, `rcp` or `endpoint`. Without it, it is
            guessed from what the policy says.
        select: JSONPath queries (RFC 9535): only the parts of the document that they choose are looked at.

    Raises:
        ValueError: There is no such kind, or `select` is not a query.
        TypeError: The policy is neither text nor a document.
    """
    if not isinstance(policy, (str, Mapping)):
        raise TypeError(f"a policy is a document or its text, not {type(policy).__name__}")
    text = policy if isinstance(policy, str) else json.dumps(dict(policy), indent=2)
    return checked(text, kind, select)[1]


def checked(text: str, kind: str | None = None, select: str | Sequence[str] | None = None) -> tuple[int, list[Finding]]:
    """How many policies the text of a file has, and what was found."""
    queries = [select] if isinstance(select, str) else select
    found = json.loads(_kmslab.check(text, kind, None if queries is None else list(queries)))
    return found["policies"], [Finding(**each) for each in found["findings"]]


def report(found: Sequence[tuple[str, Sequence[Finding]]], policies: int) -> str:
    """The findings of files as text, for standard output."""
    from .display import coloured

    colour = coloured(sys.stdout)

    def paint(text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if colour else text

    lines: list[str] = []
    for file, findings in found:
        for each in findings:
            where = paint(f"{file}:{each.line}:{each.column}", "1")
            severity = paint(f"{each.severity} {each.code}", _COLOURS[each.severity])
            lines.append(f"{where}: {severity}: {each.message}")
            place = [each.policy] if each.policy else []
            if each.statement is not None:
                place.append(f"statement {each.statement}" + (f" ({each.sid})" if each.sid else ""))
            lines += [f"    in: {', '.join(place)}"] if place else []
            lines += [f"    why: {each.why}", f"    fix: {each.fix}", ""]
    every = [each.severity for _, findings in found for each in findings]
    counts = [f"{every.count(level)} {level}{'s' * (every.count(level) != 1)}" for level in reversed(SEVERITIES)]
    ending = "y" if policies == 1 else "ies"
    lines.append(f"{policies} polic{ending} checked: {', '.join(counts)}")
    return "\n".join(lines)


def sarif(found: Sequence[tuple[str, Sequence[Finding]]]) -> dict[str, Any]:
    """The findings of files as a SARIF 2.1.0 log.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
    """
    rows = json.loads(_kmslab.checks())
    index = {row["code"]: at for at, row in enumerate(rows)}
    rules = [
        {
            "id": row["code"],
            "shortDescription": {"text": row["title"]},
            "fullDescription": {"text": row["why"]},
            "help": {"text": row["fix"]},
            "defaultConfiguration": {"level": row["severity"]},
        }
        for row in rows
    ]
    results = [
        {
            "ruleId": each.code,
            "ruleIndex": index[each.code],
            "level": each.severity,
            "message": {"text": each.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(file)},
                        "region": {
                            "startLine": each.line,
                            "startColumn": each.column,
                            "endLine": each.end_line,
                            "endColumn": each.end_column,
                        },
                    },
                    **({"logicalLocations": [{"fullyQualifiedName": each.policy}]} if each.policy else {}),
                }
            ],
        }
        for file, findings in found
        for each in findings
    ]
    driver = {
        "name": "kmslab",
        "version": _kmslab.__version__,
        "informationUri": "https://github.com/kmslab/kmslab",
        "rules": rules,
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
