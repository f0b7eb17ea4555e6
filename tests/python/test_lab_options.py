"""The options of `kmslab run` and `kmslab serve` that say what a lab is like."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli import client, kmslab_, script, served

APP = """
    import boto3
    kms = boto3.client("kms")
    key = kms.create_key(Tags=[{"TagKey": "_custom_id_", "TagValue": "1234abcd-12ab-34cd-56ef-1234567890ab"}])
    print(key["KeyMetadata"]["KeyId"])
    try:
        print("a second key", bool(kms.create_key()))
    except kms.exceptions.LimitExceededException as error:
        print(error.response["Error"]["Code"])
    kms.create_alias(AliasName="alias/a", TargetKeyId=key["KeyMetadata"]["KeyId"])
    try:
        print("by alias", bool(kms.describe_key(KeyId="alias/a")))
    except kms.exceptions.NotFoundException as error:
        print(error.response["Error"]["Code"])
"""


def test_run_makes_the_lab_that_its_options_tell(tmp_path: Path) -> None:
    app = script(tmp_path, APP)
    told = ["--quotas", "keys=1", "--consistency", "eventual", "--compat", "localstack"]
    done = kmslab_("run", *told, app)
    want = ["1234abcd-12ab-34cd-56ef-1234567890ab", "LimitExceededException", "NotFoundException"]
    assert (done.returncode, done.stdout.split()) == (0, want), done.stderr
    plain = kmslab_("run", app).stdout.splitlines()
    assert plain[0] != want[0]
    assert plain[1:] == ["a second key True", "by alias True"]


def test_serve_makes_the_lab_that_its_options_tell(tmp_path: Path) -> None:
    file = tmp_path / "state.kmslab"
    told = ["--quotas", "aws", "--quotas", "keys=1", "--consistency", "eventual", "--compat", "localstack"]
    tags = [{"TagKey": "_custom_id_", "TagValue": "1234abcd-12ab-34cd-56ef-1234567890ab"}]
    with served("--lab", file, *told) as (environment, _):
        kms = client("kms", environment)
        key = kms.create_key(Tags=tags)["KeyMetadata"]["KeyId"]
        assert key == tags[0]["TagValue"]
        with pytest.raises(kms.exceptions.LimitExceededException):
            kms.create_key()
        kms.create_alias(AliasName="alias/a", TargetKeyId=key)
        with pytest.raises(kms.exceptions.NotFoundException):
            kms.describe_key(KeyId="alias/a")
    # What the file holds may be said again, and nothing else.
    with served("--lab", file, *told):
        pass
    for other in (["--quotas", "none"], ["--quotas", "keys=2"], ["--consistency", "strong"], ["--compat", "aws"]):
        done = kmslab_("serve", "--port", "0", "--lab", file, *other)
        assert (done.returncode, f"{other[0]} contradicts" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("command", ["run", "serve"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--quotas", "many"], "none, aws or NAME=NUMBER"),
        (["--quotas", "keys=many"], "none, aws or NAME=NUMBER"),
        (["--quotas", "locks=1"], "there is no quota"),
        (["--quotas", "keys=-1"], "a quota is a number from 0 on, not -1"),
        (["--consistency", "weak"], "invalid choice"),
        (["--compat", "gcp"], "invalid choice"),
    ],
)
def test_options_that_make_no_lab_are_refused(command: str, options: list[str], message: str, tmp_path: Path) -> None:
    more = [str(script(tmp_path, "print('ran')"))] if command == "run" else ["--port", "0"]
    done = kmslab_(command, *options, *more)
    assert done.returncode in {1, 2}
    assert message in done.stderr
    assert done.stdout == ""


def test_a_kept_lab_has_its_own_options(tmp_path: Path) -> None:
    app, file = script(tmp_path, "pass"), tmp_path / "state.kmslab"
    assert kmslab_("run", "--lab", file, "--quotas", "aws", app).returncode == 0
    done = kmslab_("run", "--lab", file, "--quotas", "aws", "--compat", "aws", app)
    assert (done.returncode, "has its own compat, quotas" in done.stderr) == (1, True), done.stderr
