"""Writes a botocore wheel that knows some services alone: `pyodide_botocore.py BOTOCORE.whl FOLDER SERVICE...`.

Of AWS's models those of the services stay, each in its newest version, with their entries of endpoints.json; examples
and the certificates of authorities go. No code is touched. Models are stored uncompressed, for the wheel compresses
them. The name stays too: it is the botocore that boto3 asks for.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sys
import zipfile
from pathlib import Path

DATA = "botocore/data/"
# Of all services.
SHARED = frozenset(("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"))


def main(source: str, folder: str, *services: str) -> None:
    target = Path(folder, Path(source).name)
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as lean:
        newest = newest_versions(whole.namelist())
        if missing := sorted(set(services) - newest.keys()):
            sys.exit(f"botocore has no service {', '.join(missing)}")
        kept = {f"{service}/{newest[service]}" for service in services}
        record = next(name for name in whole.namelist() if name.endswith(".dist-info/RECORD"))
        for name in whole.namelist():
            if name == record or (name.startswith(DATA) and not stays(name.removeprefix(DATA), kept)):
                continue
            content = whole.read(name)
            if name == f"{DATA}endpoints.json":
                content = endpoints(content, set(services))
            elif name == "botocore/cacert.pem":
                content = b""
            elif name.startswith(DATA) and name.endswith(".gz"):
                name, content = name.removesuffix(".gz"), gzip.decompress(content)
            lean.writestr(name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(content)}")
        lean.writestr(record, "\n".join([*rows, f"{record},,", ""]))


def newest_versions(names: list[str]) -> dict[str, str]:
    """The newest version of the model of each service."""
    newest: dict[str, str] = {}
    for name in names:
        service, _, rest = name.removeprefix(DATA).partition("/")
        version, _, file = rest.partition("/")
        if name.startswith(DATA) and file:
            newest[service] = max(newest.get(service, ""), version)
    return newest


def stays(path: str, kept: set[str]) -> bool:
    """Whether a file of the models stays."""
    folder, _, file = path.rpartition("/")
    return path in SHARED if not folder else folder in kept and not file.startswith("examples-")


def endpoints(content: bytes, services: set[str]) -> bytes:
    """endpoints.json, less the other services."""
    tree = json.loads(content)
    for partition in tree["partitions"]:
        entries = partition["services"].items()
        partition["services"] = {service: entry for service, entry in entries if service in services}
    return json.dumps(tree, separators=(",", ":")).encode()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
