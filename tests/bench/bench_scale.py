"""A lab of 100,000 keys with 5 grants each beside one of a single key, through boto3.

Budget: `DescribeKey` and `Encrypt` take at most 1.5 times as long. The same below boto3: `core/benches/scale.rs`.

Prints rows of `scripts/bench_table.py` as JSON, one a line. `KMSLAB_SCALE` is another number of keys.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import kmslab

if TYPE_CHECKING:
    from collections.abc import Iterator

GRANTS = 5
ROUNDS = 20_000


def grown(keys: int) -> tuple[Any, list[str]]:
    """A client of a lab with so many keys, and the ids of a thousand of them, spread over all."""
    lab = kmslab.Lab(quotas={"keys": float("inf")})
    client = lab.client("kms")
    grantee = lab.user("reader").arn
    some, every = [], max(keys // 1000, 1)
    start = time.perf_counter()
    for number in range(keys):
        made = client.create_key()["KeyMetadata"]["KeyId"]
        for _ in range(GRANTS):
            client.create_grant(KeyId=made, GranteePrincipal=grantee, Operations=["Decrypt"])
        if number % every == 0:
            some.append(made)
        if sys.stderr.isatty() and number % 1000 == 0:
            print(f"\r{number:,} of {keys:,} keys", end="\r", file=sys.stderr, flush=True)
    calls = keys * (1 + GRANTS)
    print(f"{keys:,} keys: {calls / (time.perf_counter() - start):,.0f} calls a second")
    return client, some


def calls(client: Any, operation: str, keys: list[str]) -> Iterator[float]:
    """What each call takes, in microseconds."""
    extra = {"Plaintext": b"x" * 32} if operation == "encrypt" else {}
    call = getattr(client, operation)
    for key in itertools.cycle(keys):
        start = time.perf_counter()
        call(KeyId=key, **extra)
        yield (time.perf_counter() - start) * 1e6


def main() -> None:
    """Measures both labs in turns."""
    keys = int(os.environ.get("KMSLAB_SCALE", "100000"))
    (one, of_one), (many, of_many) = grown(1), grown(keys)
    for operation, name in (("describe_key", "DescribeKey"), ("encrypt", "Encrypt")):
        turns = zip(calls(many, operation, of_many), calls(one, operation, of_one), strict=True)
        taken = list(itertools.islice(turns, ROUNDS))
        ours, rival = (statistics.median(times) for times in zip(*taken, strict=True))
        what = f"boto3 {name} among {keys:,} keys"
        print(
            json.dumps({"what": what, "ours": ours, "rival": rival, "name": "one key", "limit_ratio": 1.5}), flush=True
        )


if __name__ == "__main__":
    main()
