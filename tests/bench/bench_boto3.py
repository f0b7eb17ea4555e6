"""boto3's `kms.encrypt` in one process: kmslab's two roads, their floors, and moto.

A floor is botocore alone: a hook that gives a canned answer, at `before-send` (signed, HTTP objects made) or at
`before-call` (neither). The contestants take turns within one run, so that a busy machine slows all of them.

Prints rows of `scripts/bench_table.py` as JSON, one a line.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import boto3
import kmslab
from botocore.awsrequest import AWSResponse
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 40
CALLS = 25
CONTEXT = {"tenant": "blue"}
BODY = json.dumps({"CiphertextBlob": "A" * 220, "KeyId": "k", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}).encode()


class Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: object) -> Any:
        """The whole of it."""
        yield self.read()


def floor(event: str) -> Callable[[], object]:
    """`encrypt` of a client whose every call is answered at `event`."""
    client = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1").client("kms")
    headers = {"content-type": "application/x-amz-json-1.1"}
    if event == "before-send":
        client.meta.events.register(
            "before-send.kms", lambda request, **_: AWSResponse(request.url, 200, headers, Raw(BODY))
        )
    else:
        answer = AWSResponse("", 200, headers, Raw(BODY))
        parsed = {"ResponseMetadata": {"HTTPStatusCode": 200}, **json.loads(BODY)}
        client.meta.events.register("before-call.kms", lambda **_: (answer, dict(parsed)))
    return lambda: client.encrypt(KeyId="k", Plaintext=b"x" * 32, EncryptionContext=CONTEXT)


def of_lab(*, sign: bool) -> Callable[[], object]:
    """`encrypt` of a lab's client."""
    lab = kmslab.Lab(sign=sign)
    client = lab.client("kms")
    key = client.create_key()["KeyMetadata"]["KeyId"]
    return lambda: (lab, client.encrypt(KeyId=key, Plaintext=b"x" * 32, EncryptionContext=CONTEXT))


def race(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median over rounds of the mean of a round, in microseconds of this process alone: none of them waits."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS + 2):
        for name, call in contestants.items():
            start = time.process_time()
            for _ in range(CALLS):
                call()
            if number >= 2:
                taken[name].append((time.process_time() - start) / CALLS * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def imports(code: str, rounds: int = 15) -> float:
    """How long a fresh interpreter takes for `code`, in microseconds; the least, since nothing makes it faster."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"], check=True)
        times.append(time.perf_counter() - start)
    return min(times) * 1e6


def decide() -> Callable[[], object]:
    """One decision on compiled policies."""
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}
    policies = kmslab.PolicySet(identity_policies={"read": policy})
    who = "arn:aws:iam::111122223333:user/alice"
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    return lambda: policies.authorize(who, "kms:Decrypt", key)


def row(what: str, ours: float, rival: float | None = None, name: str = "", **limits: float) -> None:
    """Prints a row."""
    print(json.dumps({"what": what, "ours": ours, "rival": rival, "name": name, **limits}), flush=True)


def main() -> None:
    """Measures everything."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    times = race(
        {
            "signed": of_lab(sign=True),
            "before-send": floor("before-send"),
            "default": of_lab(sign=False),
            "before-call": floor("before-call"),
        }
    )
    row("boto3 encrypt, default road", times["default"], times["before-call"], "before-call floor", limit_ratio=1.25)
    row("boto3 encrypt, signed road", times["signed"], times["before-send"], "before-send floor", limit_ratio=1.10)
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with mock_aws():
        client = boto3.client("kms", region_name="us-east-1")
        key = client.create_key()["KeyMetadata"]["KeyId"]
        moto = race({"moto": lambda: client.encrypt(KeyId=key, Plaintext=b"x" * 32, EncryptionContext=CONTEXT)})["moto"]
    row("boto3 encrypt, signed road", times["signed"], moto, "moto")
    ours = race({"authorize": decide()})["authorize"]
    row("authorize from Python, compiled policies", ours, limit=3)
    bare = imports("pass")
    ours = imports("import kmslab") - bare
    row("import kmslab, over the interpreter", ours, imports("import moto") - bare, "moto", limit=15_000)


if __name__ == "__main__":
    main()
