"""Executes the notebooks; with `--write` keeps what they print, without it compares.

A lab with a seed and a fixed time repeats, so the committed outputs of a notebook are its expected ones: the text of
every output is compared (HTML is compared too, since the lab writes it). A cell tagged `varies` is executed only, one
tagged `raises-exception` is expected to raise.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
TIMEOUT = 120  # seconds a cell may take
ANSI = re.compile(r"\x1b\[[0-9;]*m")
# What botocore says of itself and of the machine, as far as it shows among the condition keys of a request.
AGENT = re.compile(r"Boto3/[^<\"\n`]*")


def clean_environment() -> None:
    """Takes away everything that could point the notebooks at a real account."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    # The notebook's own folder of settings, so that nothing of the person's Jupyter reaches it.
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="ipython-")


def said(cell: NotebookNode) -> list[str]:
    """What a cell printed, as lines: streams joined, results and displays by type, errors by their last line."""
    lines: list[str] = []
    streams: dict[str, str] = {}
    for output in cell.get("outputs", []):
        kind = output["output_type"]
        if kind == "stream":
            # Jupyter cuts a stream where it likes.
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
        elif kind == "error":
            lines.append(f"{output['ename']}: {ANSI.sub('', output['evalue'])}")
        else:
            for media in sorted(output["data"]):
                body = output["data"][media]
                lines.append(f"[{media}]")
                lines += (body if isinstance(body, str) else str(body)).splitlines()
    for text in streams.values():
        lines += text.splitlines()
    return [AGENT.sub("Boto3/…", line) for line in lines]


def execute(path: Path) -> tuple[NotebookNode, NotebookNode]:
    """The notebook as committed and as executed now."""
    before = nbformat.read(path, as_version=4)
    after = nbformat.read(path, as_version=4)
    client = NotebookClient(
        after, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    return before, after


def differences(before: NotebookNode, after: NotebookNode) -> list[str]:
    """A unified diff for each cell that printed something else than what is committed."""
    found: list[str] = []
    for number, (old, new) in enumerate(zip(before.cells, after.cells, strict=True), 1):
        if old.cell_type != "code" or "varies" in old.metadata.get("tags", []):
            continue
        found += difflib.unified_diff(
            said(old), said(new), f"cell {number}, committed", f"cell {number}, now", lineterm=""
        )
    return found


def tidy(notebook: NotebookNode) -> None:
    """Drops what differs from run to run or from machine to machine."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            for media, body in output.get("data", {}).items():
                if isinstance(body, str):
                    output["data"][media] = AGENT.sub("Boto3/…", body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the outputs back into the files")
    parser.add_argument("paths", nargs="*", type=Path, help="default: every notebook of notebooks/")
    options = parser.parse_args()
    paths: list[Path] = options.paths or sorted(NOTEBOOKS.glob("*.ipynb"))
    clean_environment()
    failed = 0
    for path in paths:
        start = time.monotonic()
        try:
            before, after = execute(path)
        except CellExecutionError as error:
            print(f"{path.name}: FAILED\n{ANSI.sub('', str(error))}")
            failed += 1
            continue
        if options.write:
            tidy(after)
            nbformat.write(after, path)
            print(f"{path.name}: written")
            continue
        changed = differences(before, after)
        failed += bool(changed)
        word = "FAILED, it prints something else now (make notebooks writes it)" if changed else "ok"
        print(f"{path.name}: {word}, {time.monotonic() - start:.1f} s", *changed, sep="\n")
    print(f"notebooks: {len(paths) - failed} passed, {failed} failed")
    return 0 if paths and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
