"""Every example of README.md, run as a newcomer would run it, and what it prints compared with what README.md says.

- A `python` block is a program. When a `text` block follows it, its output is exactly that.
- A first line `# name.py` also saves the program under that name for the blocks after it.
- A `console` block is a list of commands after `$ `, each followed by exactly what it prints. A line `...` stands for
  any number of lines.

All blocks of one file share a folder, and none of the environment's AWS settings.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"#\s*(\w+\.py)\b")
# What a reader does once, before everything else; that these words exist is tested, what they do is what `make test` is.
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
    following = [*README[1:], Block("", "", 0)]
    return [
        (block, after if after.language == "text" else None)
        for block, after in zip(README, following, strict=True)
        if block.language == "python"
    ]


@pytest.mark.parametrize(("block", "output"), [pytest.param(b, o, id=f"line-{b.line}") for b, o in programs()])
def test_program(block: Block, output: Block | None, folder: Path) -> None:
    name = NAMED.match(block.body)
    if "def test_" in block.body:
        path = folder / (name[1] if name else f"test_line_{block.line}.py")
        path.write_text(block.body, encoding="utf-8")
        got = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name], folder)
        assert re.search(r"^\d+ passed", got, re.MULTILINE) and "failed" not in got, got
        return
    path = folder / (name[1] if name else f"line_{block.line}.py")
    path.write_text(block.body, encoding="utf-8")
    got = run([sys.executable, path.name], folder)
    assert "Traceback" not in got, got
    if output is not None:
        assert got.splitlines() == output.body.splitlines()


def commands() -> list[tuple[int, str, str]]:
    """Line, command and output of every command in a `console` block."""
    found = []
    for block in README:
        if block.language != "console":
            continue
        for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.strip()
            found.append((block.line, command, output))
    return found


@pytest.mark.parametrize(("command", "output"), [pytest.param(c, o, id=c[:60]) for _, c, o in commands()])
def test_command(command: str, output: str, folder: Path) -> None:
    if command.startswith(SETUP):
        if command.startswith("make "):
            subprocess.run(["make", "-n", command.split()[1]], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return
    got = run(["bash", "-c", command], folder)
    assert matches(got, output), got


def test_there_is_something_to_test() -> None:
    assert len(programs()) >= 2
    assert len(commands()) >= 2


def test_links_into_the_repository_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
