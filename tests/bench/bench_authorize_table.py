"""`authorize_table` beside a loop over `authorize`, and beside Cedar's Python package on the same statements.

The requests are a mixed lot: 1,000 principals, 500 keys, eight actions, encryption contexts and addresses from 256 values
each, so that hardly two are equal; the policies have conditions on texts, with and without wildcards. One core decides,
so that times are those of a decision; the last row has all of them.

Prints rows of `scripts/bench_table.py` as JSON, one a line; times are of one decision.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from typing import TYPE_CHECKING, Any

import kmslab
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
LOOPED = 5_000
ROUNDS = 5
ACCOUNT = "111122223333"
ACTIONS = ["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListGrants", "Sign", "DisableKey"]
# A million decisions in half a second of one core.
BUDGET = 0.5


def policies() -> dict[str, Any]:
    """What a key is often under: four statements of its own, identity policies with conditions, a guard above."""

    def of(*statements: dict[str, Any]) -> dict[str, Any]:
        return {"Version": "2012-10-17", "Statement": list(statements)}

    def statement(effect: str, actions: list[str] | str, **more: Any) -> dict[str, Any]:
        return {"Effect": effect, "Action": actions, "Resource": "*", **more}

    role = f"arn:aws:iam::{ACCOUNT}:role/role-"
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    return {
        "key_policy": of(
            statement("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
            statement("Allow", ["kms:Create*", "kms:List*", "kms:Disable*"], Principal={"AWS": role + "1"}),
            statement("Allow", use, Principal={"AWS": [role + "2", role + "3"]}),
            statement(
                "Deny",
                "kms:*",
                Principal="*",
                Condition={"StringNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
            ),
        ),
        "identity_policies": {
            "tenant": of(
                statement(
                    "Allow", use, Condition={"StringEquals": {"kms:EncryptionContext:tenant": ["t1", "t17", "t200"]}}
                ),
                statement("Allow", "kms:Decrypt", Condition={"StringLike": {"kms:EncryptionContext:tenant": "t*5"}}),
                statement("Allow", "kms:Sign", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/25"}}),
            ),
            "reads": of(statement("Allow", ["kms:Describe*", "kms:List*"])),
        },
        "scps": [of(statement("Allow", "*")), of(statement("Deny", "kms:ScheduleKeyDeletion"))],
    }


def requests(rows: int) -> dict[str, list[str]]:
    """The columns."""
    dice = random.Random(7)
    who = [f"arn:aws:iam::{ACCOUNT}:role/role-{n}" for n in range(950)] + [
        f"arn:aws:iam::{ACCOUNT}:user/u{n}" for n in range(50)
    ]
    keys = [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{n:08x}-12ab-34cd-56ef-1234567890ab" for n in range(500)]
    return {
        "principal": dice.choices(who, k=rows),
        "action": [f"kms:{name}" for name in dice.choices(ACTIONS, k=rows)],
        "resource": dice.choices(keys, k=rows),
        "context.aws:SourceIp": [f"10.0.0.{n}" for n in dice.choices(range(256), k=rows)],
        "encryption_context.tenant": [f"t{n}" for n in dice.choices(range(256), k=rows)],
    }


def least(call: Callable[[], object], calls: int) -> float:
    """Microseconds of one of the `calls` decisions that a call makes: the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(taken)


def row(what: str, ours: float, rival: float | None = None, name: str = "", **limits: float) -> None:
    """Prints a row."""
    print(json.dumps({"what": what, "ours": ours, "rival": rival, "name": name, **limits}), flush=True)


def cedar(columns: dict[str, list[str]]) -> tuple[Callable[[], object], list[bool]] | None:
    """The same statements in Cedar, asked in batches; and what it decides. Nothing where the package is not there."""
    try:
        import cedarpy
    except ImportError:
        return None
    use = '[Action::"kms:Encrypt", Action::"kms:Decrypt", Action::"kms:GenerateDataKey", Action::"kms:DescribeKey"]'
    text = f"""
        permit(principal, action in {use}, resource) when {{ ["t1", "t17", "t200"].contains(context.tenant) }};
        permit(principal, action == Action::"kms:Decrypt", resource) when {{ context.tenant like "t*5" }};
        permit(principal, action == Action::"kms:Sign", resource) when {{ ip(context.ip).isInRange(ip("10.0.0.0/25")) }};
        permit(principal, action in [Action::"kms:DescribeKey", Action::"kms:ListGrants"], resource);
        permit(principal == P::"arn:aws:iam::{ACCOUNT}:role/role-1",
               action in [Action::"kms:CreateGrant", Action::"kms:ListGrants", Action::"kms:DisableKey"], resource);
        permit(principal == P::"arn:aws:iam::{ACCOUNT}:role/role-2", action in {use}, resource);
        permit(principal == P::"arn:aws:iam::{ACCOUNT}:role/role-3", action in {use}, resource);
        forbid(principal, action, resource) unless {{ context.arn like "arn:aws:iam::{ACCOUNT}:role/*" }};
    """
    asked = [
        {
            "principal": f'P::"{who}"',
            "action": f'Action::"{action}"',
            "resource": f'Key::"{key}"',
            "context": {"tenant": tenant, "ip": address, "arn": who},
        }
        for who, action, key, address, tenant in zip(*columns.values(), strict=True)
    ]

    def ask() -> list[Any]:
        answers: list[Any] = cedarpy.is_authorized_batch(asked, text, [])
        return answers

    return ask, [answer.allowed for answer in ask()]


def main() -> None:
    """Measures everything."""
    given = kmslab.PolicySet(**policies())
    columns = requests(ROWS)
    table = pa.table(columns)
    part = {name: values[:LOOPED] for name, values in columns.items()}

    def loop() -> list[bool]:
        found = []
        for who, action, key, address, tenant in zip(*part.values(), strict=True):
            context, pairs = {"aws:SourceIp": address}, {"tenant": tenant}
            found.append(given.authorize(who, action, key, context, pairs).allowed)
        return found

    want = loop()
    got = pa.table(kmslab.authorize_table(table, given))["allowed"].slice(0, LOOPED).to_pylist()
    assert got == want, "the table decides otherwise than one by one"
    assert 0.05 < sum(want) / LOOPED < 0.95, "a mixed lot"
    rival = cedar(part)
    one = least(lambda: kmslab.authorize_table(table, given, threads=1), ROWS)
    row("authorize_table, a decision of one core", one, least(loop, LOOPED), "loop over authorize", limit=BUDGET)
    encoded = pa.table(
        {name: column.dictionary_encode() for name, column in zip(table.column_names, table.columns, strict=True)}
    )
    row(
        "the same, dictionary-encoded",
        least(lambda: kmslab.authorize_table(encoded, given, threads=1), ROWS),
        limit=BUDGET,
    )
    if rival is not None:
        ask, theirs = rival
        assert theirs == want, "Cedar decides otherwise: these are other policies"
        row("authorize_table, a decision of one core", one, least(ask, LOOPED), "cedarpy batch")
    row("authorize_table on all cores", least(lambda: kmslab.authorize_table(table, given), ROWS), one, "one core")


if __name__ == "__main__":
    main()
