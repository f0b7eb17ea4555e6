"""The CloudTrail records of a lab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, overload

from .errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from . import _kmslab

__all__ = ["Trail"]

# Rows that a notebook shows.
_SHOWN = 50


class Trail(Sequence[dict[str, Any]]):
    """CloudTrail's records, oldest first: one `dict` a call, in CloudTrail's own form. Grows as calls are made.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab()
        >>> _ = lab.client("kms").create_key()
        >>> lab.trail[-1]["eventName"]
        'CreateKey'
        >>> len(lab.trail.filter(eventSource="kms.amazonaws.com"))
        1
    """

    def __init__(self, core: _kmslab.Lab) -> None:
        self._core = core
        self._read: list[dict[str, Any]] = []

    def _records(self) -> list[dict[str, Any]]:
        read = self._read
        if self._core.trail_len() > len(read):
            read.extend(json.loads(text) for text in self._core.trail(len(read)))
        return read

    def __len__(self) -> int:
        return self._core.trail_len()

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._records()[index]

    def filter(
        self, condition: Callable[[dict[str, Any]], bool] | None = None, /, **fields: object
    ) -> list[dict[str, Any]]:
        """The records that meet a condition and whose fields have these values; `None` means that a field is absent.

        Example: `lab.trail.filter(eventName="Decrypt", errorCode="AccessDenied")`.
        """
        return [
            record
            for record in self._records()
            if all(record.get(name) == value for name, value in fields.items())
            and (condition is None or condition(record))
        ]

    def to_pandas(self) -> pd.DataFrame:
        """The records as a table: one row a record, nested fields as columns such as `userIdentity.arn`."""
        try:
            import pandas as pd
        except ModuleNotFoundError as missing:
            if missing.name != "pandas":
                raise
            raise LabError("pandas is not installed, and this needs it: pip install 'kmslab[notebook]'") from missing
        table = pd.json_normalize(self._records())
        if "eventTime" in table:
            table["eventTime"] = pd.to_datetime(table["eventTime"])
        return table

    def __repr__(self) -> str:
        return f"<Trail: {len(self)} records>"

    def _repr_html_(self) -> str:
        records = self._records()
        rows = "".join(f"<tr>{''.join(map(_cell, _columns(record)))}</tr>" for record in records[-_SHOWN:])
        left_out = f"<p>The last {_SHOWN} of {len(records)} records.</p>" if len(records) > _SHOWN else ""
        head = "".join(f"<th>{name}</th>" for name in ("time", "who", "call", "Region", "error"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        # Where the page is narrower than the table, it is moved to and fro: no word is broken, no column cut off.
        return f'{left_out}<div style="overflow-x:auto">{table}</div>'


def _columns(record: dict[str, Any]) -> tuple[object, ...]:
    service = str(record.get("eventSource", "")).removesuffix(".amazonaws.com")
    return (
        record.get("eventTime", ""),
        (record.get("userIdentity") or {}).get("arn", ""),
        f"{service}:{record.get('eventName', '')}",
        record.get("awsRegion", ""),
        record.get("errorCode", ""),
    )


def _cell(text: object) -> str:
    return f'<td style="white-space:nowrap">{escape(str(text))}</td>'
