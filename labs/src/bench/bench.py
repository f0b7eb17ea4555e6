"""What the bench's worker does in Python: it keeps a lab, runs scripts in it, and tells what there is to see."""

from __future__ import annotations

import json
import linecache
import sys
from code import InteractiveInterpreter
from collections import deque
from types import ModuleType
from typing import TYPE_CHECKING, Any

import botocore.handlers
import kmslab

if TYPE_CHECKING:
    from datetime import datetime

    from kmslab import Lab

FILE = "script.py"
RECORDS = 200
CIPHERTEXTS = 12
DRAWN = 256


class Bench:
    """One lab at a time, and what was seen of it."""

    def __init__(self) -> None:
        # Every session that is made from now on hears of KMS's answers.
        botocore.handlers.BUILTIN_HANDLERS.append(("after-call.kms", self._answered))
        self._lab: Lab | None = None
        self._begin()

    def run(self, source: str, goes_on: bool) -> bool:
        """Runs a script as `python script.py` would, in a new lab or the one that is there. Whether it went well."""
        if not goes_on:
            self._begin()
        main = ModuleType("__main__")
        main.__file__ = FILE
        sys.modules["__main__"] = main
        # Tracebacks show the lines.
        linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
        script = _Script(main.__dict__)
        try:
            return script.went_well(source)
        finally:
            self._look_for_messages(main)
            sys.stdout.flush()
            sys.stderr.flush()

    def advance(self, milliseconds: float) -> None:
        """Moves the lab's clock forward."""
        self.lab.clock.advance(seconds=milliseconds / 1000)

    def explain(self, request_id: str) -> str:
        """Why a call was allowed or denied, as JSON; `null` when that is not known."""
        try:
            return json.dumps(self.lab.explain(request_id).to_dict())
        except kmslab.LabError:
            return "null"

    def views(self) -> str:
        """All that the page shows of the lab, as JSON."""
        lab = self.lab
        return json.dumps(
            {
                "now": _iso(lab.clock.now),
                "keys": self._keys(),
                "trail": [_call(record) for record in reversed(lab.trail[-RECORDS:])],
                "calls": len(lab.trail),
                "ciphertexts": list(self._ciphertexts),
                "cost": lab.cost().to_dict(),
            }
        )

    @property
    def lab(self) -> Lab:
        """The lab that is there."""
        assert self._lab is not None
        return self._lab

    def _begin(self) -> None:
        if self._lab is not None:
            self._lab.__exit__(None, None, None)
            import boto3

            # Its session holds clients of the old lab.
            boto3.DEFAULT_SESSION = None
        self._lab = kmslab.Lab()
        self._lab.__enter__()
        # Lives of keys, by ARN; of those that are gone, the last that was seen.
        self._lives: dict[str, dict[str, Any]] = {}
        self._ciphertexts: deque[dict[str, Any]] = deque(maxlen=CIPHERTEXTS)

    def _keys(self) -> list[dict[str, Any]]:
        there = set()
        # In the order in which calls first named them.
        named: dict[str, int] = {}
        for at, record in enumerate(self.lab.trail):
            for resource in record.get("resources") or []:
                named.setdefault(resource.get("ARN", ""), at)
        for key in sorted(self.lab.keys, key=lambda key: named.get(key.arn, len(named))):
            there.add(key.arn)
            self._lives[key.arn] = {
                **{name: key[name] for name in ("key_id", "aliases", "spec", "usage", "state", "region", "rotation")},
                **key.timeline().to_dict(),
                "gone": None,
            }
        for arn, life in self._lives.items():
            if arn not in there and life["gone"] is None:
                end = life["deletion_date"] or _iso(self.lab.clock.now)
                life["gone"] = life["states"][-1]["to"] = end
                life["state"] = "Deleted"
        return list(self._lives.values())

    def _answered(self, model: Any, parsed: dict[str, Any], **_: object) -> None:
        blob = parsed.get("CiphertextBlob")
        if blob:
            self._inspect(model.name, blob)

    def _look_for_messages(self, main: ModuleType) -> None:
        for name, value in list(vars(main).items()):
            # AWS Encryption SDK messages begin with their version; KMS's ciphertexts have been seen.
            if isinstance(value, bytes) and value[:1] in {b"\x01", b"\x02"}:
                self._inspect(f"the variable {name}", value)

    def _inspect(self, name: str, blob: bytes) -> None:
        try:
            found = kmslab.inspect(blob).to_dict()
        except ValueError:
            return
        if any(seen["fields"] == found["fields"] for seen in self._ciphertexts):
            return
        for field in found["fields"]:
            # Of what is long, the page draws the beginning.
            field["hex"] = field["hex"][: 2 * DRAWN]
        self._ciphertexts.appendleft({"name": name, **found})


class _Script(InteractiveInterpreter):
    """Runs a script; what it raises is shown as Python shows it."""

    def went_well(self, source: str) -> bool:
        self._well = True
        try:
            self.runcode(compile(source, FILE, "exec", dont_inherit=True))
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
            return end.code in {None, 0}
        except (SyntaxError, ValueError):
            # Of the source: `runcode` lets nothing else through.
            self.showsyntaxerror(FILE)
            return False
        return self._well

    def showtraceback(self) -> None:
        self._well = False
        super().showtraceback()


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _call(record: dict[str, Any]) -> dict[str, Any]:
    who = record.get("userIdentity") or {}
    return {
        "id": record.get("requestID"),
        "at": record["eventTime"],
        "who": who.get("arn") or who.get("invokedBy") or who.get("type") or "",
        "service": record["eventSource"].removesuffix(".amazonaws.com"),
        "name": record["eventName"],
        "region": record["awsRegion"],
        "error": record.get("errorCode"),
        "message": record.get("errorMessage"),
        "resources": [resource.get("ARN", "") for resource in record.get("resources") or []],
    }
