"""boto3's `kms.encrypt` in one process: kmslab's two roads, their floors, and moto.

A floor is botocore alone: a hook that gives a canned answer, at `before-send` (signed, HTTP objects made) or at
`before-call` (neither). The call is the lab's, and the answer is one that the lab has given to it. The contestants take
short turns within one run, and each turn is compared with the other's next to it, so that a busy machine slows both.

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

# Turns of a millisecond or three, which a busy machine seldom interrupts.
ROUNDS = 500
CALLS = 4
CONTEXT = {"tenant": "blue"}


class Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: object) -> Any:
        """The whole of it."""
        yield self.read()


def encrypt(client: Any, key: str) -> Callable[[], object]:
    """The call that is measured."""
    return lambda: client.encrypt(KeyId=key, Plaintext=b"x" * 32, EncryptionContext=CONTEXT)


def of_lab(*, sign: bool) -> Callable[[], object]:
    """`encrypt` of a lab's client."""
    client = kmslab.Lab(sign=sign).client("kms")
    return encrypt(client, client.create_key()["KeyMetadata"]["KeyId"])


def floor(event: str) -> Callable[[], object]:
    """`encrypt` of a client whose every call is answered at `event`, as a lab has answered it once."""
    lab = kmslab.Lab()
    told = lab.client("kms")
    key = told.create_key()["KeyMetadata"]["KeyId"]
    answers: list[tuple[AWSResponse, dict[str, Any]]] = []
    told.meta.events.register("after-call", lambda http_response, parsed, **_: answers.append((http_response, parsed)))
    encrypt(told, key)()
    http, parsed = answers[0]
    headers, body = dict(http.headers), http.content

    keys = lab.credentials
    client = boto3.Session(keys.access_key_id, keys.secret_access_key, region_name=lab.region).client("kms")
    if event == "before-send":
        client.meta.events.register(
            "before-send.kms", lambda request, **_: AWSResponse(request.url, 200, headers, Raw(body))
        )
    else:
        client.meta.events.register("before-call.kms", lambda **_: (http, dict(parsed)))
    return encrypt(client, key)


def race(contestants: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """How long a call took in each round, in microseconds of the clock on the wall."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for number in range(-ROUNDS // 10, ROUNDS):
        # Whoever is first in one round is last in the next.
        order.reverse()
        for name in order:
            call = contestants[name]
            start = time.perf_counter()
            for _ in range(CALLS):
                call()
            if number >= 0:
                taken[name].append((time.perf_counter() - start) / CALLS * 1e6)
    return taken


def compare(what: str, ours: list[float], rival: list[float], name: str, **limits: float) -> None:
    """Prints a row of two that have raced: medians, and the median of the rounds' ratios."""
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, rival, strict=True))
    row(what, statistics.median(ours), statistics.median(rival), name, paired=ratio, **limits)


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


def anew() -> None:
    """What moto does before and after each test."""
    with mock_aws():
        pass


def row(what: str, ours: float, rival: float | None = None, name: str = "", **limits: float) -> None:
    """Prints a row."""
    print(json.dumps({"what": what, "ours": ours, "rival": rival, "name": name, **limits}), flush=True)


def main() -> None:
    """Measures everything."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    signed, default = of_lab(sign=True), of_lab(sign=False)
    times = race({"default": default, "floor": floor("before-call")})
    compare("boto3 encrypt, default road", times["default"], times["floor"], "before-call floor", limit_ratio=1.25)
    times |= race({"signed": signed, "floor": floor("before-send")})
    compare("boto3 encrypt, signed road", times["signed"], times["floor"], "before-send floor", limit_ratio=1.10)
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with mock_aws():
        client = boto3.client("kms", region_name="us-east-1")
        key = client.create_key()["KeyMetadata"]["KeyId"]
        moto = statistics.median(race({"moto": encrypt(client, key)})["moto"])
    # Not in one race: beside moto our clients pass its handlers over, which costs.
    for road in ("default", "signed"):
        row(f"boto3 encrypt, {road} road", statistics.median(times[road]), moto, "moto")
    ours = statistics.median(race({"authorize": decide()})["authorize"])
    row("authorize from Python, compiled policies", ours, limit=3)
    times = race({"lab": lambda: kmslab.Lab(), "moto": anew})
    row("a new lab", statistics.median(times["lab"]), statistics.median(times["moto"]), "mock_aws()", limit=1000)
    bare = imports("pass")
    ours = imports("import kmslab") - bare
    row("import kmslab, over the interpreter", ours, imports("import moto") - bare, "moto", limit=15_000)


if __name__ == "__main__":
    main()
