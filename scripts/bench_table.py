"""Runs the benchmarks and prints one table: ours, rival, ratio, budget.

The Rust ones are criterion's, of `core/benches`, and rows that those programs print as JSON, one a line; so do those of
`tests/bench`. Ours and its rival are measured in one run, so read ratios, not times.
A row over its budget is marked; with `--strict` it is a failure.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "benches"


@dataclass(frozen=True)
class Row:
    """One line. Times are in microseconds; a budget is a limit of the time, or (with a rival) of the ratio."""

    what: str
    ours: float
    rival: float | None = None
    name: str = ""
    limit: float | None = None
    limit_ratio: float | None = None
    # The ratio, where each of our times was measured next to one of the rival's.
    paired: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the rival's."""
        return self.paired or (self.ours / self.rival if self.rival else None)

    @property
    def over(self) -> bool:
        """Whether a budget is passed."""
        late = self.limit is not None and self.ours > self.limit
        return late or (self.limit_ratio is not None and self.ratio is not None and self.ratio > self.limit_ratio)

    def cells(self) -> list[str]:
        """The line of the table."""
        budget = [f"≤ {time(self.limit)}"] if self.limit is not None else []
        budget += [f"≤ {self.limit_ratio:.2f} x rival"] if self.limit_ratio is not None else []
        rival = "-" if self.rival is None else f"{time(self.rival)} ({self.name})"
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"1/{1 / self.ratio:.0f}"
        return [self.what, time(self.ours), rival, ratio, ", ".join(budget) or "-", "OVER" if self.over else ""]


# How docs/speed.md begins.
SPEED = """# Speed

`make bench` measures kmslab beside its rivals, each pair in one run, and prints this table;
`make bench SPEED=docs/speed.md` writes it here. Read ratios: times are those of one machine. A row over its budget
says so.

How the engines are compared: Cedar and Rego hold the same statements in their own languages, and before anything is
timed all three answer 408 requests, which must come out alike. The curves show how a decision grows with what the
policies hold: flat in what does not concern the request, linear in what does, and never worse, however a pattern is
written. A compiled policy takes some 1.1 kB of memory a statement, a third of it its text; a key with five grants and
their share of the trail some 12 kB.

"""

# Criterion's names in core/benches: what, ours, rival and its name, limit in µs, limit of the ratio.
RUST: list[tuple[str, str, str | None, str, float | None, float | None]] = [
    (
        "decide: key policy of 4 statements, identity policies, SCP",
        "policy/decide/usual set and 0 statements of others",
        "policy/cedar/usual set and 0 statements of others",
        "cedar-policy",
        0.25,
        None,
    ),
    (
        "decide: the same, and 1,000 statements of others",
        "policy/decide/usual set and 1000 statements of others",
        "policy/cedar/usual set and 1000 statements of others",
        "cedar-policy",
        1,
        None,
    ),
    (
        "decide: the usual set again",
        "policy/decide/usual set and 0 statements of others",
        "policy/regorus/usual set and 0 statements of others",
        "regorus",
        None,
        None,
    ),
    (
        "decide: the same, and 1,000 again",
        "policy/decide/usual set and 1000 statements of others",
        "policy/regorus/usual set and 1000 statements of others",
        "regorus",
        None,
        None,
    ),
    (
        "who can what: 10,000 principals, 10,000 keys, every action",
        "report/matrix of 10000 principals and 10000 keys",
        None,
        "",
        10e6,
        None,
    ),
    ("explain: the usual set", "policy/explain the usual set", None, "", None, None),
    ("parse: a key policy of 4 statements", "policy/parse a key policy of 4 statements", None, "", 20, None),
    ("core: a signed Encrypt of 32 bytes", "handle/Encrypt 32 bytes, signed", None, "", 12, None),
    ("core: the same without a signature", "handle/Encrypt 32 bytes, in process", None, "", None, None),
    (
        "core: DescribeKey among 100,000 keys",
        "scale/DescribeKey, many keys",
        "scale/DescribeKey, an empty lab",
        "one key",
        None,
        1.5,
    ),
    (
        "core: Encrypt among 100,000 keys",
        "scale/Encrypt, many keys",
        "scale/Encrypt, an empty lab",
        "one key",
        None,
        1.5,
    ),
    ("seal 4,096 bytes as a blob", "crypto/blob/seal/4096", "crypto/aes-256-gcm/seal/4096", "cipher alone", None, None),
    ("seal 1 MiB, AES-256-GCM", "crypto/aes-256-gcm/seal/1048576", None, "", None, None),
    *(
        (
            f"core: {verb} a message of {size >> 20} MiB, {which}, frames of {frame >> 10} KiB",
            f"envelope/{which}/{verb} {size}, frames of {frame}",
            rival,
            rival.split("/")[1] + (" by frames" if rival.endswith("by 4096") else ""),
            None,
            limit,
        )
        for size in (1 << 20, 1 << 26)
        for verb in ("seal", "open")
        for which, frame, rival, limit in (
            ("unsigned", 1 << 20, f"envelope/aws-lc-rs alone/seal {size} beside, by {size}", 1 / 0.9),
            ("unsigned", 1 << 12, f"envelope/aws-lc-rs alone/seal {size} beside, by {size}", 1 / 0.8),
            ("unsigned", 1 << 12, f"envelope/aws-lc-rs alone/seal {size} beside, by 4096", None),
            ("signed", 1 << 12, f"envelope/age/{verb}/{size}", None),
        )
    ),
]


def time(us: float | None) -> str:
    """Microseconds in the unit that reads best."""
    if us is None:
        return "-"
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1.0)):
        if us >= size:
            return f"{us / size:.3g} {unit}"
    return f"{us * 1e3:.3g} ns"


def rust(quick: bool) -> list[Row]:
    """The rows of criterion, whose result of each benchmark names itself in benchmark.json."""
    command = ["cargo", "bench", "--quiet", "--manifest-path", str(ROOT / "core/benches/Cargo.toml"), "--benches", "--"]
    command += ["--noplot", "--warm-up-time", "0.5", "--measurement-time", "1"] if quick else ["--noplot"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    medians: dict[str, float] = {}
    for path in (TARGET / "criterion").glob("**/new/benchmark.json"):
        estimates = json.loads((path.parent / "estimates.json").read_text(encoding="utf-8"))
        name = json.loads(path.read_text(encoding="utf-8"))["full_id"]
        medians[name] = estimates["median"]["point_estimate"] / 1e3
    missing = [ours for _, ours, *_ in RUST if ours not in medians]
    if missing:
        print(f"no such benchmark any more: {', '.join(missing)}", file=sys.stderr)
    return [
        Row(what, medians[ours], medians.get(rival) if rival else None, name, limit, limit_ratio)
        for what, ours, rival, name, limit, limit_ratio in RUST
        if ours in medians
    ] + said(done.stdout)


def said(output: str) -> list[Row]:
    """The rows that a program prints as JSON, one a line."""
    return [Row(**json.loads(line)) for line in output.splitlines() if line.startswith("{")]


def python() -> list[Row]:
    """The rows that the programs of tests/bench print."""
    rows = []
    for path in sorted((ROOT / "tests/bench").glob("bench_*.py")):
        done = subprocess.run([sys.executable, str(path)], check=True, stdout=subprocess.PIPE, text=True)
        rows += said(done.stdout)
    return rows


def markdown(table: list[list[str]]) -> str:
    """The table with the machine and the day it was measured on."""
    models = [line for line in cpu_info() if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else platform.machine()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    compiler = subprocess.run(["rustc", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[1]
    where = f"{model}, {len(models) or os.cpu_count()} cores, {platform.system()}"
    lines = [
        f"Measured on {today} by `make bench`: {where}, Rust {compiler}, CPython {platform.python_version()}.",
        "",
        "| What | Ours | Rival | Ratio | Budget | |",
        "|---|---|---|---|---|---|",
        *(
            "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in line) + " |"
            for line in table[1:]
        ),
    ]
    return SPEED + "\n".join(lines) + "\n"


def cpu_info() -> list[str]:
    """What Linux tells of the processors; nothing elsewhere."""
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter measurements")
    parser.add_argument("--strict", action="store_true", help="fail when a row is over its budget")
    parser.add_argument("--only", choices=("rust", "python"), help="one half")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the table there too, with machine and date"
    )
    options = parser.parse_args()
    rows = [] if options.only == "python" else rust(options.quick)
    rows += [] if options.only == "rust" else python()
    table = [["what", "ours", "rival", "ratio", "budget", ""], *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(6)]
    for number, line in enumerate(table):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths[:5]))
    if options.markdown:
        options.markdown.write_text(markdown(table), encoding="utf-8")
    over = sum(row.over for row in rows)
    print(f"\n{len(rows)} rows, {over} over budget")
    return 1 if options.strict and over else 0


if __name__ == "__main__":
    sys.exit(main())
