"""`kmslab seal` and `kmslab open`, against a saved lab, a server, and nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import kmslab
import pytest
from test_cli import CLEAN, client, kmslab_, served


@pytest.fixture
def state(tmp_path: Path) -> Path:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    kms.create_alias(AliasName="alias/app", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    lab.save(tmp_path / "state.kmslab")
    return tmp_path / "state.kmslab"


def run(*arguments: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kmslab", *map(str, arguments)]
    return subprocess.run(command, env=CLEAN, input=data, capture_output=True, timeout=120, check=False)


def test_files_through_a_saved_lab(state: Path, tmp_path: Path) -> None:
    source = tmp_path / "data.csv"
    source.write_bytes(os.urandom(100_000))
    done = kmslab_("seal", "--lab", state, "--key", "alias/app", "--context", "tenant=7", source)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    sealed = tmp_path / "data.csv.sealed"
    again = tmp_path / "again"
    for how in (["--key", "alias/app", "--context", "tenant=7"], ["--any-key", "--force"]):
        done = kmslab_("open", "--lab", state, *how, "-o", again, sealed)
        assert (done.returncode, done.stderr) == (0, "")
        assert again.read_bytes() == source.read_bytes()
    names = [record["eventName"] for record in kmslab.Lab.open(state).trail]
    assert names[-3:] == ["GenerateDataKey", "Decrypt", "Decrypt"]
    told = kmslab_("inspect", sealed)
    assert told.returncode == 0 and "“7”, of “tenant”" in told.stdout
    found = json.loads(kmslab_("inspect", "--json", sealed).stdout)
    assert found["format"] == "AWS Encryption SDK message" and found["length"] == sealed.stat().st_size


def test_what_goes_wrong_is_said_and_leaves_nothing(state: Path, tmp_path: Path) -> None:
    source = tmp_path / "data"
    source.write_bytes(b"hello")
    lab = ["--lab", str(state)]
    assert kmslab_("seal", *lab, "--key", "alias/app", source).returncode == 0
    sealed = tmp_path / "data.sealed"
    (tmp_path / "cut.sealed").write_bytes(sealed.read_bytes()[:-1])
    cases: list[tuple[list[object], int, str]] = [
        (["seal", *lab, "--key", "alias/app", source], 1, "is there already"),
        (["open", *lab, "--key", "alias/app", sealed], 1, "is there already"),
        (["open", *lab, "--key", "alias/app", tmp_path / "cut.sealed"], 1, "the message is cut"),
        (
            ["open", *lab, "--key", "alias/app", "--context", "a=b", "-o", tmp_path / "x", sealed],
            1,
            "InvalidCiphertext",
        ),
        (["open", *lab, "--key", "alias/app", source], 1, "say where the plaintext goes"),
        (["seal", *lab, "--key", "alias/none", "-o", tmp_path / "x", source], 1, "NotFoundException"),
        (["seal", *lab, "--key", "alias/app", "-o", tmp_path / "x", tmp_path / "none"], 1, "No such file"),
        (
            ["seal", *lab, "--key", "alias/app", "--suite", "0x0278", "-o", tmp_path / "x", source],
            1,
            "no algorithm suite",
        ),
        (["seal", *lab, source], 2, "--key is needed"),
        (["open", *lab, sealed], 2, "--key or --any-key"),
        (["seal", *lab, "--key", "alias/app", "--context", "a", source], 2, "KEY=VALUE"),
    ]
    before = sorted(path.name for path in tmp_path.iterdir())
    for arguments, code, message in cases:
        done = kmslab_(*arguments)
        assert done.returncode == code and message in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == before, arguments


def test_streams(state: Path) -> None:
    lab = ["--lab", str(state), "--key", "alias/app"]
    data = os.urandom(3_000_000)
    sealed = run("seal", *lab, "--frame-length", 65536, "-", data=data)
    assert sealed.returncode == 0, sealed.stderr
    opened = run("open", *lab, "-", data=sealed.stdout)
    assert (opened.returncode, opened.stdout) == (0, data)
    cut = run("open", *lab, "-", data=sealed.stdout[:-1])
    assert cut.returncode == 1 and b"cut" in cut.stderr
    assert data.startswith(cut.stdout) and len(cut.stdout) < len(data)


def test_a_server(tmp_path: Path) -> None:
    source = tmp_path / "data"
    source.write_bytes(b"hello")
    with served("--quiet") as (environment, _):
        key = client("kms", environment).create_key()["KeyMetadata"]["Arn"]
        credentials = {name: value for name, value in environment.items() if name != "AWS_ENDPOINT_URL"}
        there = ["--endpoint", environment["AWS_ENDPOINT_URL"]]
        assert kmslab_("seal", *there, "--key", key, source, env=credentials).stderr == ""
        done = kmslab_("open", *there, "--key", key, "-o", tmp_path / "again", f"{source}.sealed", env=credentials)
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "again").read_bytes() == b"hello"
