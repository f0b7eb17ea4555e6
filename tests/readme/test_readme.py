"""Every example of README.md, run as a newcomer would run it, and what it prints compared with what README.md says.

- A `python` block is a program. When a `text` block follows it, its output is exactly that.
- A first line `# name.py` names the program, and the console runs it; a program with tests is run by pytest.
- A `console` block is typed into one shell: commands after `$ `, each followed by exactly what it prints. A line `...`
  stands for any number of lines. Blocks that install or build are looked at only: their words must exist.

All blocks of one file share a folder, and none of the environment's AWS settings.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from run to run, and what README.md has instead.
PLAIN = {re.compile(r"127\.0\.0\.1:\d+"): "127.0.0.1:4566", re.compile(r"\bkill \d+"): "kill 4711"}
MARK = "-- the next command --"
NAMED = re.compile(r"#\s*(\w+\.py)\b")
# What a reader does once, before everything else. That these words exist is tested; `make test` is what they do.
SETUP = ("make ", "curl ", "sudo ", "brew ", "winget ", "pip ", "npm ", "git clone", "cd ")


@dataclass(frozen=True)
class Block:
    language: str
    body: str
    line: int


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


README = blocks(ROOT / "README.md")


def environment() -> dict[str, str]:
    """This process's environment without AWS settings, and with the programs of this interpreter's environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept["PATH"] = str(Path(sys.executable).parent) + os.pathsep + kept["PATH"]
    kept |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "NO_COLOR": "1", "COLUMNS": "100"}
    return kept | {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples run; every program that has a name stands there from the start."""
    path = tmp_path_factory.mktemp("readme")
    for block in README:
        if block.language == "python" and (name := NAMED.match(block.body)):
            (path / name[1]).write_text(block.body, encoding="utf-8")
    return path


def run(command: list[str], folder: Path) -> str:
    """What the command prints on both streams; its exit code is part of no promise here but success or denial."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.stdout.decode()


def matches(got: str, want: str) -> bool:
    """Whether `got` is `want`, where a line `...` of `want` stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n" for line in want.splitlines())
    return re.fullmatch(pattern, got if got.endswith("\n") or not got else got + "\n") is not None


def programs() -> list[tuple[Block, Block | None]]:
    """Every program that runs by itself, and the output that follows it."""
    following = [*README[1:], Block("", "", 0)]
    return [
        (block, after if after.language == "text" else None)
        for block, after in zip(README, following, strict=True)
        if block.language == "python" and ("def test_" in block.body or not NAMED.match(block.body))
    ]


@pytest.mark.parametrize(("block", "output"), [pytest.param(b, o, id=f"line-{b.line}") for b, o in programs()])
def test_program(block: Block, output: Block | None, folder: Path) -> None:
    if name := NAMED.match(block.body):
        got = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name[1]], folder)
        assert re.search(r"^\d+ passed", got, re.MULTILINE), got
        assert "failed" not in got, got
        return
    path = folder / f"line_{block.line}.py"
    path.write_text(block.body, encoding="utf-8")
    got = run([sys.executable, path.name], folder)
    assert "Traceback" not in got, got
    if output is not None:
        assert got.splitlines() == output.body.splitlines(), got


def commands(block: Block) -> list[tuple[str, str]]:
    """Each command of a `console` block, and what it prints."""
    parts = re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


CONSOLES = [block for block in README if block.language == "console"]


@pytest.mark.parametrize("block", [pytest.param(block, id=f"line-{block.line}") for block in CONSOLES])
def test_console(block: Block, folder: Path) -> None:
    told = commands(block)
    assert told
    if all(command.startswith(SETUP) for command, _ in told):
        for command, _ in told:
            if command.startswith("make "):
                subprocess.run(["make", "-n", command.split()[1]], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return
    # One shell for the block, as in a terminal; a server that it starts takes a free port and ends with it.
    script = "".join(f"{command}\necho {MARK}\n" for command, _ in told).replace(
        "kmslab serve", "kmslab serve --port 0"
    )
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    with shell:
        try:
            got = read_until(shell, len(told))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)
    for (command, want), printed in zip(told, got, strict=True):
        assert matches(printed, want), f"$ {command}\n{printed}"


def read_until(shell: subprocess.Popen[bytes], count: int) -> list[str]:
    """What stands before each of `count` marks. A server in the background keeps the pipe open: it has no end."""
    assert shell.stdout is not None
    found: list[str] = []
    lines: list[str] = []
    while len(found) < count:
        line = shell.stdout.readline().decode()
        for found_by, instead in PLAIN.items():
            line = found_by.sub(instead, line)
        assert line, f"the shell ended after {''.join(lines)}"
        if line.strip() == MARK:
            found.append("".join(lines))
            lines = []
        else:
            lines.append(line)
    return found


def test_there_is_something_to_test() -> None:
    assert len(programs()) >= 2
    assert len(CONSOLES) >= 2


def test_links_into_the_repository_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_packages_have_one_version() -> None:
    cargo = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    npm = json.loads((ROOT / "bindings-wasm" / "package.json").read_text(encoding="utf-8"))["version"]
    assert cargo is not None
    assert cargo[1] == npm
    assert f"[Unreleased]: {npm}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") or (
        f"[{npm}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    )
