"""`authorize_table`: many requests at once, as an Arrow table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _kmslab
from ._kmslab import DecisionTable
from .policy import PolicySet

if TYPE_CHECKING:
    from typing import Literal, Protocol

    class _Stream(Protocol):
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

    class _Array(Protocol):
        def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


__all__ = ["DecisionTable", "authorize_table"]


def authorize_table(
    requests: _Stream | _Array,
    policies: PolicySet | Mapping[str, Any],
    *,
    errors: Literal["raise", "null"] = "raise",
    threads: int | None = None,
) -> DecisionTable:
    """Decides every request of a table, as `authorize` would each of them. Tables are exchanged by Arrow, uncopied.

    Args:
        requests: Whatever has `__arrow_c_stream__` or `__arrow_c_array__`: a table or record batches of pyarrow, a
            data frame of polars or pandas, a relation of duckdb. A stream is read piece by piece. Its columns are
            `principal`, `action` and `resource`, texts as `authorize` takes them, and condition keys: `context`, a
            struct or a map of keys and values, or a column `context.KEY` each, such as `context.aws:SourceIp`; and
            `encryption_context`, a struct or a map of texts, or a column `encryption_context.KEY` each. The value of
            a condition key is a text, number, boolean or time, or a list for a multivalued key; null is an absent
            key. Other columns are refused, since a misspelt one would change decisions.
        policies: A `PolicySet`, or the arguments of one.
        errors: What becomes of a row that is no request, such as one with a principal that is none: `"raise"` an
            exception that names row and column, or `"null"` decisions, and a column `error` that says why.
        threads: How many cores decide; all of them, if not given. The interpreter is free meanwhile.

    Returns:
        A table with `allowed`, `decision` and `reason` in the order of the requests, which every library that speaks
        Arrow takes: `pyarrow.table(found)`, `polars.DataFrame(found)`, `duckdb.sql("from found")`.

    Raises:
        TypeError: What is given is no table, or a column is of a type that cannot be meant.
        ValueError: A column is missing, unknown or damaged; a row is no request; AWS would refuse a policy.

    Example:
        >>> import kmslab, pyarrow
        >>> asked = pyarrow.table({
        ...     "principal": ["arn:aws:iam::111122223333:user/alice"] * 2,
        ...     "action": ["kms:Decrypt", "kms:Encrypt"],
        ...     "resource": ["arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"] * 2,
        ... })
        >>> read = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}
        >>> found = kmslab.authorize_table(asked, {"identity_policies": read})
        >>> found
        DecisionTable(2 rows: 1 allowed, 1 denied)
        >>> pyarrow.table(found)["reason"].to_pylist()
        ['ALLOW_IDENTITY_DELEGATED', 'NO_IDENTITY_ALLOW']
    """
    if errors not in {"raise", "null"}:
        raise ValueError(f"errors is 'raise' or 'null', not {errors!r}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads is 1 or more, not {threads}")
    compiled = PolicySet(**policies) if isinstance(policies, Mapping) else policies
    if not isinstance(compiled, PolicySet):
        raise TypeError(f"policies are a PolicySet, or the arguments of one, not {type(policies).__name__}")
    return _kmslab.authorize_table(requests, compiled._set, threads, errors == "null")
