"""The oracle against the evaluator, on generated cases.

    python tests/oracle/differential.py --count 1000000 --seed 7

Each batch is a file in the schema of the case table, with the oracle's answer as what is expected; the runner says
which cases it answers otherwise. Some differences of each kind are shrunk, greedily, as long as both sides keep their
answers, and written to `--report`. Exit code 1 when there is any difference. Any case can be made again alone:
`generate.generate(seed, number)` for the id `seed-number`.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import copy
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import generate
import oracle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = dict[str, Any]
Answer = tuple[str, str]

ROOT = Path(__file__).resolve().parents[2]
BUILD = ("cargo", "build", "--quiet", "--package", "kmslab", "--example", "cases", "--message-format", "json")
SUMMARY = re.compile(r"(\d+) passed, (\d+) failed")
WORDS = re.compile(r"\b(allow|explicitDeny|implicitDeny|[A-Z]+(?:_[A-Z]+)+)\b")


# ---- the two sides ----


def built(*options: str) -> str:
    """The runner, built once: what is edited meanwhile is not built between two batches."""
    done = subprocess.run([*BUILD, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = map(json.loads, done.stdout.splitlines())
    programs = [message["executable"] for message in messages if message.get("executable")]
    return shlex.quote(programs[-1])


def with_expected(case: Json) -> Json:
    """The case with the oracle's answer."""
    decision, reason = oracle.decide(case)
    return {**case, "expected": {"decision": decision, "reason": reason}}


def run(runner: str, cases: list[Json]) -> dict[str, Answer]:
    """The runner's answers, by id, where they are not the expected ones.

    Raises:
        RuntimeError: the runner died, or did not count every case.
    """
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        path = Path(folder) / "cases.json"
        path.write_text(json.dumps({"schema_version": 1, "cases": cases}, separators=(",", ":")), encoding="utf-8")
        command = [*shlex.split(runner), str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    summary = SUMMARY.search(output)
    if not summary or int(summary[1]) + int(summary[2]) != len(cases):
        raise RuntimeError(f"{runner} ended with {done.returncode}, not with a count of all cases:\n{output[-2000:]}")
    found = dict(parse(output, {case["id"]: case["expected"] for case in cases}))
    if len(found) != int(summary[2]):
        raise RuntimeError(f"read {len(found)} of {summary[2]} failures:\n{output[:2000]}")
    return found


def parse(output: str, expected: dict[str, Json]) -> Iterator[tuple[str, Answer]]:
    """Reads the failures: an id, what was expected, what came."""
    for line in output.splitlines():
        identifier = next((word for word in re.split(r"[\s:,]+", line) if word in expected), None)
        if identifier is None:
            continue
        rest = line.rpartition("got")[2]
        words = WORDS.findall(rest)
        decisions = [word for word in words if word[0].islower()]
        reasons = [word for word in words if word[0].isupper()]
        if decisions and reasons:
            yield identifier, (decisions[0], reasons[0])
        else:
            yield identifier, ("error", rest.strip())


# ---- shrinking ----


def smaller(case: Json) -> Iterator[Json]:
    """The case with one thing less, larger things first."""
    for step in steps(case):
        candidate = copy.deepcopy(case)
        step(candidate)
        yield candidate


class Step:
    """One edit of a case: at a path, remove what is there or put something simpler."""

    def __init__(self, path: Sequence[Any], replacement: Any = None) -> None:
        self.path, self.replacement = path, replacement

    def __call__(self, case: Any) -> None:
        for part in self.path[:-1]:
            case = case[part]
        if self.replacement is None:
            del case[self.path[-1]]
        else:
            case[self.path[-1]] = self.replacement


def steps(case: Json) -> Iterator[Step]:
    """All edits that leave the documents well-formed."""
    if "requests" in case:
        for number in range(len(case["requests"])):
            if len(case["requests"]) > 1:
                yield Step(["requests", number])
    for flag in ("via_fas", "aws_managed_key", "organization"):
        if flag in case:
            yield Step([flag])
    for number in range(len(case["grants"])):
        yield Step(["grants", number])
    for name in ("scp", "rcp", "vpc_endpoint", "permissions_boundary", "session"):
        if name in case["policies"]:
            yield Step(["policies", name])
    for name in ("scp", "rcp"):
        for number in range(len(case["policies"].get(name) or [])):
            yield Step(["policies", name, number])
    for path, document in documents(case):
        if path[1] in {"scp", "rcp", "session", "identity", "resource"}:
            yield Step(path[:-1])
        yield from document_steps(path, document)
    for number, grant in enumerate(case["grants"]):
        yield from grant_steps(["grants", number], grant)
    for path, request in requests(case):
        for key in request["context"]:
            yield Step([*path, "context", key])
            yield from list_steps([*path, "context", key], request["context"][key], keep_list=True)


def requests(case: Json) -> Iterator[tuple[list[Any], Json]]:
    """Each request with its path."""
    if "requests" in case:
        for number, request in enumerate(case["requests"]):
            yield ["requests", number], request
    else:
        yield [], case


def documents(case: Json) -> Iterator[tuple[list[Any], Json]]:
    """Each document with its path."""
    policies = case["policies"]
    for name in ("identity", "resource", "session"):
        for number, policy in enumerate(policies.get(name) or []):
            yield ["policies", name, number, "document"], policy["document"]
    for name in ("scp", "rcp"):
        for number, level in enumerate(policies.get(name) or []):
            for place, policy in enumerate(level["policies"]):
                yield ["policies", name, number, "policies", place, "document"], policy["document"]
    for name in ("vpc_endpoint", "permissions_boundary"):
        if name in policies:
            yield ["policies", name, "document"], policies[name]["document"]


def document_steps(path: list[Any], document: Json) -> Iterator[Step]:
    """Edits of one document."""
    body = document["Statement"]
    if "Id" in document:
        yield Step([*path, "Id"])
    if not isinstance(body, list):
        yield Step([*path, "Statement"], [body])
        return
    for number, statement in enumerate(body):
        here = [*path, "Statement", number]
        if len(body) > 1:
            yield Step(here)
        for element in ("Sid", "Condition"):
            if element in statement:
                yield Step([*here, element])
        for operator, keys in statement.get("Condition", {}).items():
            yield Step([*here, "Condition", operator])
            for key, values in keys.items():
                yield Step([*here, "Condition", operator, key])
                yield from list_steps([*here, "Condition", operator, key], values)
        for element in ("Action", "NotAction", "Resource", "NotResource"):
            if element in statement:
                yield from list_steps([*here, element], statement[element])
                if element[0] != "N" and statement[element] != "*" and path[1] in {"identity", "session", "scp"}:
                    yield Step([*here, element], "*")
        for element in ("Principal", "NotPrincipal"):
            if isinstance(statement.get(element), dict):
                for kind, listed in statement[element].items():
                    if len(statement[element]) > 1:
                        yield Step([*here, element, kind])
                    yield from list_steps([*here, element, kind], listed)


def list_steps(path: list[Any], values: Any, *, keep_list: bool = False) -> Iterator[Step]:
    """Edits of a list: one entry less, a single entry alone."""
    if not isinstance(values, list):
        return
    if len(values) == 1 and not keep_list:
        yield Step(path, values[0])
    for number in range(len(values)):
        if len(values) > 1:
            yield Step([*path, number])


def grant_steps(path: list[Any], grant: Json) -> Iterator[Step]:
    """Edits of a grant."""
    for name in ("constraints", "retiring_principal"):
        if name in grant:
            yield Step([*path, name])
    yield from list_steps([*path, "operations"], grant["operations"], keep_list=True)
    for name, pairs in grant.get("constraints", {}).items():
        if isinstance(pairs, dict):
            for key in pairs:
                yield Step([*path, "constraints", name, key])


def shrink(runner: str, case: Json, got: Answer) -> Json:
    """The smallest case found on which both sides still give these answers."""
    wanted = case["expected"]
    while True:
        candidates = []
        for number, candidate in enumerate(smaller(case)):
            candidate["id"] = f"shrunk-{number}"
            answered = with_expected(candidate)
            if answered["expected"] == wanted:
                candidates.append(answered)
        if not candidates:
            return case
        answers = run(runner, candidates)
        kept = next((candidate for candidate in candidates if answers.get(candidate["id"]) == got), None)
        if kept is None:
            return case
        kept["id"] = case["id"]
        case = kept


# ---- batches ----


def batch(runner: str, seed: str, first: int, size: int) -> list[tuple[int, Answer]]:
    """Numbers of the cases of one batch on which the sides differ, with the runner's answers."""
    cases = [with_expected(generate.generate(seed, number)) for number in range(first, first + size)]
    numbers = {case["id"]: first + offset for offset, case in enumerate(cases)}
    return [(numbers[identifier], got) for identifier, got in run(runner, cases).items()]


def progress(done: int, count: int, differences: int, started: float) -> None:
    """A bar, on a terminal only."""
    if not sys.stderr.isatty():
        return
    filled = 40 * done // count
    rate = done / max(time.monotonic() - started, 0.001)
    end = "\n" if done == count else ""
    bar = f"\r[{'#' * filled}{'.' * (40 - filled)}] {done:,}/{count:,} {rate:,.0f}/s, {differences} differences "
    print(bar, end=end, file=sys.stderr, flush=True)


def differences(options: argparse.Namespace) -> list[tuple[int, Answer]]:
    """Runs all batches on all cores."""
    started = time.monotonic()
    found: list[tuple[int, Answer]] = []
    done = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        waiting = {}
        for first in range(0, options.count, options.batch):
            size = min(options.batch, options.count - first)
            waiting[pool.submit(batch, options.runner, options.seed, first, size)] = size
        for future in concurrent.futures.as_completed(waiting):
            found += future.result()
            done += waiting[future]
            progress(done, options.count, len(found), started)
    return sorted(found)


def report(options: argparse.Namespace, found: list[tuple[int, Answer]]) -> None:
    """Prints how often each pair of answers came, and writes some of each, shrunk."""
    kinds: dict[tuple[Answer, Answer], list[int]] = collections.defaultdict(list)
    for number, got in found:
        kinds[oracle.decide(generate.generate(options.seed, number)), got].append(number)
    shrunk = []
    for (expected, got), numbers in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        print(f"{len(numbers):6} oracle {'/'.join(expected)}, runner {'/'.join(got)}: {numbers[:8]}")
        for number in numbers[: options.shrink]:
            case = with_expected(generate.generate(options.seed, number))
            shrunk.append({**shrink(options.runner, case, got), "got": {"decision": got[0], "reason": got[1]}})
    options.report.write_text(json.dumps({"schema_version": 1, "cases": shrunk}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(shrunk)} shrunk cases in {options.report}")


def main() -> int:
    """Compares, reports, and says by its code whether there was any difference."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=20_000, help="cases to compare (default %(default)s)")
    parser.add_argument("--seed", default="0", help="of the generator (default %(default)s)")
    parser.add_argument("--runner", metavar="CMD", help="gets a case file as last argument (default: ours)")
    parser.add_argument("--batch", type=int, default=10_000, help="cases in a file (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    parser.add_argument(
        "--shrink", type=int, default=3, help="differences to shrink of each kind (default %(default)s)"
    )
    parser.add_argument("--report", type=Path, default=Path("differences.json"), help="default %(default)s")
    options = parser.parse_args()
    options.runner = options.runner or built("--release")
    found = differences(options)
    print(f"{options.count} compared, {len(found)} differences")
    if found:
        report(options, found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
