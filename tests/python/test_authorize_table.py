"""`authorize_table`: the same answers as `authorize`, from and to every library that speaks Arrow."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import kmslab
import pytest

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")

ALICE = "arn:aws:iam::111122223333:user/alice"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def allow(action: Any = "kms:*", resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


# A mixed lot: conditions of every kind, both sides, limits, grants.
POLICIES: dict[str, Any] = {
    "key_policy": policy(
        allow(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        allow("kms:Decrypt", Principal={"AWS": "arn:aws:iam::111122223333:role/App"}),
        allow("kms:Encrypt", Principal={"AWS": "444455556666"}),
        allow(
            "kms:*",
            effect="Deny",
            Principal="*",
            Condition={"NotIpAddressIfExists": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}},
        ),
    ),
    "identity_policies": {
        "team": policy(
            allow(
                ["kms:Decrypt", "kms:Encrypt"],
                "arn:aws:kms:*:*:key/1234*",
                Condition={"StringEquals": {"kms:EncryptionContext:tenant": ["blue", "${aws:PrincipalTag/team}"]}},
            ),
            allow("kms:GenerateDataKey*", Condition={"ForAllValues:StringLike": {"kms:EncryptionContextKeys": "t*"}}),
            allow("kms:DescribeKey", Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}),
            allow("kms:ListKeys", Condition={"Bool": {"aws:SecureTransport": "true"}}),
            allow("kms:TagResource", Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": ["stage", "owner"]}}),
            allow("kms:Sign", Condition={"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}),
            allow("s3:*", "arn:aws:s3:::bucket/*"),
        )
    },
    "scps": [
        policy(allow("*")),
        policy(allow("kms:Sign", effect="Deny", Condition={"Null": {"aws:SourceIp": "true"}})),
    ],
    "grants": [
        {
            "GranteePrincipal": ALICE,
            "Operations": ["Encrypt", "Verify"],
            "Constraints": {"EncryptionContextEquals": {"tenant": "green"}},
        }
    ],
}
WHO = [
    ALICE,
    "arn:aws:iam::111122223333:user/team/bob",
    "arn:aws:iam::111122223333:role/App",
    "arn:aws:sts::111122223333:assumed-role/App/s1",
    "arn:aws:sts::444455556666:assumed-role/Guest/s1",
    "arn:aws:iam::111122223333:root",
    "444455556666",
    "s3.amazonaws.com",
    "*",
]
ACTIONS = [
    "kms:Decrypt",
    "kms:Encrypt",
    "KMS:encrypt",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
    "kms:ListKeys",
    "kms:TagResource",
    "kms:Sign",
    "kms:Verify",
    "s3:GetObject",
]
RESOURCES = [
    KEY,
    KEY[:-4] + "ffff",
    KEY.replace("1111", "4444", 1),
    "*",
    "arn:aws:s3:::bucket/x",
    KEY.replace("aws", "aws-cn", 1),
]
CONTEXT: dict[str, list[Any]] = {
    "aws:SourceIp": ["192.0.2.7", "203.0.113.1", "2001:db8::1", None],
    "aws:PrincipalTag/team": ["blue", "red", "*", None],
    "aws:MultiFactorAuthAge": [10, 299, 300, None],
    "aws:SecureTransport": [True, False, None],
    "aws:TagKeys": [["stage"], ["x", "owner"], [], None],
    "aws:CurrentTime": [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC), None],
    "custom:Nobody/reads": ["this", None],
}
PAIRS = [None, {"tenant": "blue"}, {"tenant": "red"}, {"tenant": "green"}, {"Tenant": "blue", "x": "y"}, {}]
SEED = 7


def questions(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """Requests as `authorize` takes them."""
    dice = random.Random(seed)
    return [
        {
            "principal": dice.choice(WHO),
            "action": dice.choice(ACTIONS),
            "resource": dice.choice(RESOURCES),
            "context": {name: value for name, values in CONTEXT.items() if (value := dice.choice(values)) is not None},
            "encryption_context": dice.choice(PAIRS),
        }
        for _ in range(count)
    ]


def table(asked: list[dict[str, Any]]) -> Any:
    """The same as a table: a column for each condition key, a map for encryption contexts."""
    columns: dict[str, Any] = {name: [each[name] for each in asked] for name in ("principal", "action", "resource")}
    for name in CONTEXT:
        columns[f"context.{name}"] = [each["context"].get(name) for each in asked]
    pairs = [
        list(each["encryption_context"].items()) if each["encryption_context"] is not None else None for each in asked
    ]
    columns["encryption_context"] = pa.array(pairs, pa.map_(pa.string(), pa.string()))
    return pa.table(columns)


def reasons(found: Any) -> list[str]:
    answer: list[str] = pa.table(found)["reason"].to_pylist()
    return answer


@pytest.fixture(scope="module")
def policies() -> kmslab.PolicySet:
    return kmslab.PolicySet(**POLICIES)


def test_the_same_answers_as_one_by_one(policies: kmslab.PolicySet) -> None:
    asked = questions(5_000)
    found = kmslab.authorize_table(table(asked), policies)
    one_by_one = [policies.authorize(**each) for each in asked]
    rows = pa.table(found).to_pylist()
    assert [(row["allowed"], row["decision"], row["reason"]) for row in rows] == [
        (each.allowed, each.effect, each.reason) for each in one_by_one
    ]
    assert found.reasons == Counter(each.reason for each in one_by_one)
    assert found.allowed == sum(each.allowed for each in one_by_one)
    assert len(found.reasons) >= 8, "a mixed lot"
    assert list(found.reasons.values()) == sorted(found.reasons.values(), reverse=True)


def test_without_a_key_policy_each_key_has_the_usual_one() -> None:
    read = policy(
        allow("kms:*"),
        allow("kms:Decrypt", effect="Deny", Condition={"StringEquals": {"aws:ResourceAccount": "444455556666"}}),
    )
    given: dict[str, Any] = {"identity_policies": read}
    asked = [{name: each[name] for name in ("principal", "action", "resource")} for each in questions(1_000)]
    want = [kmslab.authorize(**each, **given).reason for each in asked]
    assert reasons(kmslab.authorize_table(pa.Table.from_pylist(asked), given)) == want
    assert len(set(want)) >= 5, "a mixed lot"


def layouts(asked: Any) -> Iterator[tuple[str, Any]]:
    """One table, in every layout that a library may choose."""

    def recast(**types: Any) -> Any:
        columns = {name: asked[name].cast(types.get(name, asked[name].type)) for name in asked.column_names}
        return pa.table(columns)

    texts = [name for name in asked.column_names if asked[name].type == pa.string()]
    yield "large", recast(**dict.fromkeys(texts, pa.large_string()))
    yield "view", recast(**dict.fromkeys(texts, pa.string_view()))
    encoded = {name: asked[name].dictionary_encode() if name in texts else asked[name] for name in asked.column_names}
    yield "dictionary", pa.table(encoded)
    small = {
        name: pc.cast(column, pa.dictionary(pa.uint8(), pa.string())) if name in texts else column
        for name, column in encoded.items()
    }
    yield "small dictionary", pa.table(small)
    yield "sliced", pa.concat_tables([asked.slice(0, 100), asked]).slice(100)
    yield "chunked", pa.concat_tables([asked.slice(at, 77) for at in range(0, asked.num_rows, 77)])
    yield "empty chunks", pa.concat_tables([asked.slice(0, 0), asked, asked.slice(0, 0)])
    batch = asked.combine_chunks().to_batches()[0]
    yield "batch", batch
    yield "sliced batch", pa.concat_tables([asked.slice(0, 100), asked]).combine_chunks().to_batches()[0].slice(100)
    yield "stream", pa.RecordBatchReader.from_batches(asked.schema, iter(asked.to_batches(max_chunksize=50)))
    keys = [name for name in asked.column_names if name.startswith("context.")]
    names = [name.removeprefix("context.") for name in keys]
    struct = pa.StructArray.from_arrays([asked[name].combine_chunks() for name in keys], names)
    yield "struct", asked.drop_columns(keys).append_column("context", struct)
    pairs = pa.array([dict(each) if each is not None else None for each in asked["encryption_context"].to_pylist()])
    yield "struct of pairs", asked.drop_columns(["encryption_context"]).append_column("encryption_context", pairs)
    only = [name for name in texts if name.startswith("context.")]
    maps = [
        [(name.removeprefix("context."), value) for name, value in row.items() if value is not None]
        for row in asked.select(only).to_pylist()
    ]
    column = pa.array(maps, pa.map_(pa.string(), pa.string()))
    yield "map", asked.drop_columns(only).append_column("context", column)
    lists = pa.array(asked["context.aws:TagKeys"].to_pylist(), pa.large_list(pa.large_string()))
    yield "large lists", asked.set_column(asked.column_names.index("context.aws:TagKeys"), "context.aws:TagKeys", lists)
    yield "columns in another order", asked.select(sorted(asked.column_names, reverse=True))


def test_every_layout_is_read(policies: kmslab.PolicySet) -> None:
    asked = questions(500)
    want = [policies.authorize(**each).reason for each in asked]
    for name, given in layouts(table(asked)):
        assert reasons(kmslab.authorize_table(given, policies)) == want, name


def test_the_columns_of_an_encryption_context(policies: kmslab.PolicySet) -> None:
    dice = random.Random(SEED)
    tenants = [dice.choice(["blue", "green", None]) for _ in range(200)]
    others = [dice.choice(["y", None]) for _ in range(200)]
    asked = pa.table({
        "principal": [dice.choice(WHO[:2]) for _ in tenants],
        "action": [dice.choice(["kms:Encrypt", "kms:GenerateDataKey"]) for _ in tenants],
        "resource": [KEY] * 200,
        "context.aws:SourceIp": ["192.0.2.7"] * 200,
        "encryption_context.tenant": tenants,
        "encryption_context.x": others,
    })  # fmt: skip
    want = []
    for row, tenant, other in zip(asked.to_pylist(), tenants, others, strict=True):
        pairs = {key: value for key, value in (("tenant", tenant), ("x", other)) if value is not None}
        request = {name: row[name] for name in ("principal", "action", "resource")}
        address = {"aws:SourceIp": "192.0.2.7"}
        want.append(policies.authorize(**request, context=address, encryption_context=pairs).reason)
    assert reasons(kmslab.authorize_table(asked, policies)) == want
    assert len(set(want)) >= 3


@pytest.mark.parametrize(
    ("operator", "wanted", "values"),
    [
        ("StringEquals", "1e-05", [0.00001, 0.0001, 1e16, float("nan"), None]),
        ("StringEquals", "1e+16", [1e16, 9e15]),
        ("StringEquals", "0.0001", [0.0001]),
        ("StringEquals", "nan", [float("nan")]),
        ("StringEquals", "-inf", [float("-inf")]),
        ("StringEquals", "true", [True, False, None]),
        ("StringEquals", "-7", [-7, 7]),
        ("StringEquals", "2026-01-02", [date(2026, 1, 2), date(2026, 1, 3)]),
        ("StringEquals", "2026-01-02T03:04:05Z", [datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)]),
        ("StringEquals", "2026-01-02T03:04:05Z", [datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))]),
        ("StringEquals", "2026-01-02T03:04:05Z", [datetime(2026, 1, 2, 3, 4, 5)]),
        ("StringEquals", "é*", ["é*", "é", ""]),
        ("ForAnyValue:NumericEquals", "2", [[1, 2], [3], []]),
    ],
)
def test_values_are_written_as_authorize_writes_them(operator: str, wanted: str, values: list[Any]) -> None:
    given: dict[str, Any] = {"identity_policies": policy(allow("kms:Decrypt", Condition={operator: {"x:Y": wanted}}))}
    request: dict[str, Any] = {"principal": ALICE, "action": "kms:Decrypt", "resource": KEY}
    want = [
        kmslab.authorize(**request, context={} if value is None else {"x:y": value}, **given).reason for value in values
    ]
    asked = pa.Table.from_pylist([request] * len(values)).append_column("context.x:y", pa.array(values))
    assert reasons(kmslab.authorize_table(asked, given)) == want
    assert "ALLOW_IDENTITY_DELEGATED" in want


def test_polars_takes_and_gives(policies: kmslab.PolicySet) -> None:
    pl = pytest.importorskip("polars")
    asked = questions(300)
    want = [policies.authorize(**each).reason for each in asked]
    given = table(asked).drop_columns(["encryption_context"])
    frame = pl.DataFrame(given).with_columns(pl.col("principal").cast(pl.Categorical))
    frame = frame.with_columns(
        pl.Series("encryption_context.tenant", [(e["encryption_context"] or {}).get("tenant") for e in asked])
    )
    alike = [
        policies.authorize(
            **{
                **each,
                "encryption_context": {k: v for k, v in (each["encryption_context"] or {}).items() if k == "tenant"},
            }
        ).reason
        for each in asked
    ]
    found = pl.DataFrame(kmslab.authorize_table(frame, policies))
    assert found["reason"].cast(pl.String).to_list() == alike
    assert found.schema["allowed"] == pl.Boolean
    assert frame.with_columns(found).filter("allowed").height == sum(reason.startswith("ALLOW") for reason in alike)
    assert set(want) >= set(alike) - {"NO_IDENTITY_ALLOW"}


def test_duckdb_takes_and_gives(policies: kmslab.PolicySet) -> None:
    duckdb = pytest.importorskip("duckdb")
    asked = questions(300)
    given = table(asked)
    with duckdb.connect() as base:
        base.register("given", given)
        found = kmslab.authorize_table(base.sql("select * from given"), policies)
        counts = base.sql("select reason, count(*) from found group by reason").fetchall()
        assert dict(counts) == found.reasons
    assert reasons(found) == [policies.authorize(**each).reason for each in asked]


def test_what_comes_out_can_be_read_again(policies: kmslab.PolicySet) -> None:
    found = kmslab.authorize_table(table(questions(10)), policies)
    assert pa.table(found) == pa.table(found)
    assert pa.schema(found).names == ["allowed", "decision", "reason"]
    assert pa.schema(found) == pa.table(found).schema
    assert not any(field.nullable for field in pa.schema(found))
    with pytest.raises(TypeError):
        kmslab.DecisionTable()


def test_an_empty_table(policies: kmslab.PolicySet) -> None:
    for empty in (table(questions(1)).slice(0, 0), table(questions(1)).schema.empty_table()):
        found = kmslab.authorize_table(empty, policies)
        assert (len(found), found.reasons, pa.table(found).num_rows) == (0, {}, 0)
        assert pa.table(found).schema.names == ["allowed", "decision", "reason"]


def test_large_tables_keep_their_order(policies: kmslab.PolicySet) -> None:
    asked = table(questions(1_000))
    want = reasons(kmslab.authorize_table(asked, policies, threads=1))
    many = pa.concat_tables([asked] * 140)  # more than one core reads at a time
    for threads in (1, 3):
        found = kmslab.authorize_table(many, policies, threads=threads)
        assert len(found) == 140_000
        got = pa.table(found)["reason"].combine_chunks()
        got = got.cast(pa.string()) if not isinstance(got, pa.ChunkedArray) else pa.chunked_array(got).cast(pa.string())
        assert got.equals(pa.concat_arrays([pa.array(want)] * 140)), threads


ROW: dict[str, Any] = {"principal": ALICE, "action": "kms:Decrypt", "resource": KEY}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"principal": None}, "row 2, column principal: null, which is no request's"),
        ({"principal": "alice"}, 'row 2, column principal: "alice" is not the ARN of a user'),
        ({"action": "kms:Dcrypt"}, "row 2, column action: there is no action kms:Dcrypt"),
        ({"action": "kms:*"}, 'row 2, column action: "kms:*" is not one action'),
        ({"resource": "key/1"}, 'row 2, column resource: "key/1" is not an ARN'),
        ({"resource": None}, "row 2, column resource: null"),
        ({"principal": "x", "action": "y", "resource": "z"}, "row 2, column principal"),
    ],
)
def test_rows_that_are_no_requests(policies: kmslab.PolicySet, wrong: dict[str, Any], says: str) -> None:
    rows = [ROW, ROW, {**ROW, **wrong}, {**ROW, "principal": "later"}]
    for asked in (
        pa.Table.from_pylist(rows),
        pa.concat_tables([pa.Table.from_pylist([row], pa.Table.from_pylist(rows).schema) for row in rows]),
    ):
        with pytest.raises(ValueError, match="row 2") as raised:
            kmslab.authorize_table(asked, policies)
        assert str(raised.value).startswith(says)
        found = kmslab.authorize_table(asked, policies, errors="null")
        got = pa.table(found).to_pylist()
        assert got[2]["error"] == says.partition("column ")[2] or got[2]["error"].startswith(
            says.partition("column ")[2]
        )
        assert [got[2][name] for name in ("allowed", "decision", "reason")] == [None] * 3
        assert got[3]["error"].startswith('principal: "later"')
        assert got[0] == got[1] == {**got[0], "error": None}
        assert got[0]["reason"] == policies.authorize(**ROW).reason
        assert (found.errors, found.allowed, len(found)) == (2, 2 * policies.authorize(**ROW).allowed, 4)
        assert repr(found).endswith("2 no requests)")


def test_the_first_wrong_row_is_named_whoever_meets_it(policies: kmslab.PolicySet) -> None:
    asked = pa.Table.from_pylist(
        [ROW] * 60_000 + [{**ROW, "action": "first"}] + [ROW] * 40_000 + [{**ROW, "action": "second"}] * 100
    )
    for threads in (1, 2, 8):
        with pytest.raises(ValueError, match='row 60000, column action: "first"'):
            kmslab.authorize_table(asked, policies, threads=threads)


COLUMNS: dict[str, Any] = {name: pa.array([value]) for name, value in ROW.items()}


@pytest.mark.parametrize(
    ("columns", "kind", "says"),
    [
        ({"action": None}, ValueError, "column action is missing: there are principal, resource"),
        ({"contxt": pa.array(["x"])}, ValueError, "column contxt is not known; a table of requests has principal"),
        ({"context.": pa.array(["x"])}, ValueError, "column context. is not known"),
        ({"other.key": pa.array(["x"])}, ValueError, "column other.key is not known"),
        ({"principal": pa.array([7])}, TypeError, "column principal has texts, not values of type Int64"),
        ({"resource": pa.array([b"x"])}, TypeError, "column resource has texts, not values of type Binary"),
        ({"context": pa.array(["x"])}, TypeError, "column context is a struct or a map"),
        ({"context.a:b": pa.array([b"x"])}, TypeError, "column context.a:b cannot be of type|column context.a:b cannot have"),
        ({"context.a:b": pa.array([[["x"]]])}, TypeError, "column context.a:b cannot have values of type"),
        ({"context": pa.array([{"a:b": b"x"}])}, TypeError, "column context.a:b cannot have values of type"),
        ({"encryption_context.a": pa.array([1])}, TypeError, "column encryption_context.a has texts"),
        ({"encryption_context": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))}, TypeError, "column encryption_context has texts"),
        ({"context": pa.array([[(1, "a")]], pa.map_(pa.int64(), pa.string()))}, TypeError, "column context is a map whose keys are no texts"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_meant(
    policies: kmslab.PolicySet, columns: dict[str, Any], kind: type[Exception], says: str
) -> None:
    given = {name: column for name, column in {**COLUMNS, **columns}.items() if column is not None}
    with pytest.raises(kind, match=says):
        kmslab.authorize_table(pa.table(given), policies)


def test_two_columns_of_one_name(policies: kmslab.PolicySet) -> None:
    names = ["principal", "action", "resource", "action"]
    with pytest.raises(ValueError, match="column action is there twice"):
        kmslab.authorize_table(pa.table([COLUMNS[name] for name in names], names=names), policies)


def test_columns_of_nulls(policies: kmslab.PolicySet) -> None:
    given = pa.table(
        {**COLUMNS, "context": pa.nulls(1), "context.aws:SourceIp": pa.nulls(1), "encryption_context": pa.nulls(1)}
    )
    assert reasons(kmslab.authorize_table(given, policies)) == [policies.authorize(**ROW).reason]
    with pytest.raises(ValueError, match="row 0, column principal: null"):
        kmslab.authorize_table(pa.table({**COLUMNS, "principal": pa.nulls(1)}), policies)


def test_damaged_tables_are_refused(policies: kmslab.PolicySet) -> None:
    bad_utf8 = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    offsets = pa.py_buffer(b"\0\0\0\0\7\0\0\0\2\0\0\0")
    beyond_text = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"ab")])
    beyond = pa.DictionaryArray.from_arrays(pa.array([5], pa.int8()), pa.array([ALICE]), safe=False)
    for column in (bad_utf8, beyond_text, beyond):
        with pytest.raises(ValueError, match="column principal is damaged|cannot be read"):
            columns = {name: pa.array([value] * len(column)) for name, value in ROW.items()}
            kmslab.authorize_table(pa.table({**columns, "principal": column}), policies)


@pytest.mark.parametrize("given", [None, [ROW], "x", 7, pa.array([1]), pa.chunked_array([["x"]])])
def test_what_is_no_table(policies: kmslab.PolicySet, given: Any) -> None:
    with pytest.raises(TypeError, match="requests are a table that speaks Arrow"):
        kmslab.authorize_table(given, policies)


def test_misuse(policies: kmslab.PolicySet) -> None:
    asked = table(questions(1))
    with pytest.raises(ValueError, match="errors is 'raise' or 'null', not 'skip'"):
        kmslab.authorize_table(asked, policies, errors="skip")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads is 1 or more, not 0"):
        kmslab.authorize_table(asked, policies, threads=0)
    with pytest.raises(TypeError, match="policies are a PolicySet, or the arguments of one, not list"):
        kmslab.authorize_table(asked, [])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="identity_policies"):
        kmslab.authorize_table(asked, {"identity_policies": "{}"})


def test_a_stream_that_breaks_says_so(policies: kmslab.PolicySet) -> None:
    asked = table(questions(10))

    def batches() -> Iterator[Any]:
        yield from asked.to_batches()
        raise OSError("the disk is gone")

    with pytest.raises(ValueError, match="the disk is gone"):
        kmslab.authorize_table(pa.RecordBatchReader.from_batches(asked.schema, batches()), policies)


def test_the_interpreter_is_free_meanwhile(policies: kmslab.PolicySet) -> None:
    many = pa.concat_tables([table(questions(1_000))] * 100)
    done = threading.Event()
    ticks = 0

    def work() -> None:
        kmslab.authorize_table(many, policies, threads=1)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        time.sleep(0.001)
        ticks += 1
    thread.join()
    assert ticks > 5
