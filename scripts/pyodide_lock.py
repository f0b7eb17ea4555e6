"""Writes a folder from which Pyodide loads itself and its packages: `pyodide_lock.py PYODIDE FOLDER WHEEL...`.

PYODIDE is the npm package of that name. FOLDER receives its files, the wheels (a folder stands for all that are in
it), and a `pyodide-lock.json` that lists
exactly these wheels, by their own hashes and dependencies. A page then needs `loadPyodide({indexURL, packages})` alone,
and no resolver. (Pyodide's own list names the packages of a CDN.)
"""

from __future__ import annotations

import email.parser
import hashlib
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename

# What a page loads of Pyodide.
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
CODE = (".py", ".so")


def main(pyodide: str, folder: str, *sources: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name in PYODIDE:
        shutil.copy(Path(pyodide, name), out / name)
    info = json.loads(Path(pyodide, "pyodide-lock.json").read_text())["info"]
    packages: dict[str, dict[str, Any]] = {}
    wanted: dict[NormalizedName, set[NormalizedName]] = {}
    for wheel in wheels(sources):
        key, version, _, tags = parse_wheel_filename(wheel.name)
        if key in packages:
            sys.exit(f"two wheels of {key}: {packages[key]['file_name']} and {wheel.name}")
        if not {tag.platform for tag in tags} <= {"any", f"pyemscripten_{info['abi_version']}_wasm32"}:
            sys.exit(f"{wheel.name} is not for this Pyodide, of ABI {info['abi_version']}")
        members, metadata = contents(wheel)
        requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist") or []]
        where = environment(info["python"])
        wanted[key] = {
            canonicalize_name(requirement.name)
            for requirement in requirements
            if requirement.marker is None or requirement.marker.evaluate(where)
        }
        shutil.copy(wheel, out / wheel.name)
        packages[key] = {
            "name": metadata["Name"],
            "version": str(version),
            "file_name": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "imports": import_names(members),
            "depends": [],
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
    for key, names in wanted.items():
        if missing := sorted(names - packages.keys()):
            sys.exit(f"{key} needs {', '.join(missing)}: not among the wheels")
        packages[key]["depends"] = sorted(names)
    (out / "pyodide-lock.json").write_text(json.dumps({"info": info, "packages": packages}, indent=1, sort_keys=True))
    for file in sorted(out.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file.name}")


def wheels(sources: tuple[str, ...]) -> list[Path]:
    """The wheels themselves, and those in the folders."""
    found = []
    for source in map(Path, sources):
        found += [source] if source.suffix == ".whl" else sorted(source.glob("*.whl"))
    return found


def contents(wheel: Path) -> tuple[list[str], email.message.Message]:
    """The names of a wheel's files, and its METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        members = archive.namelist()
        name = next(member for member in members if member.endswith(".dist-info/METADATA"))
        return members, email.parser.Parser().parsestr(archive.read(name).decode())


def import_names(members: list[str]) -> list[str]:
    """The modules on top of a wheel: an `import` of one of them loads the wheel in JupyterLite."""
    found = set()
    for member in members:
        head, _, rest = member.partition("/")
        if not head.endswith((".dist-info", ".data")) and member.endswith(CODE):
            found.add(head if rest else head.split(".")[0])
    return sorted(found)


def environment(python: str) -> dict[str, str]:
    """What the markers of requirements ask for."""
    return {
        "extra": "",
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_system": "Emscripten",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "emscripten",
    }


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
