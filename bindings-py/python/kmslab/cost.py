"""What a lab would have cost in AWS."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import _kmslab

__all__ = ["Cost"]


class Cost:
    """What AWS would charge for the keys and the requests of a lab, in US dollars: `lab.cost()`.

    Keys are charged by the hour, by month, while they are not pending deletion; AWS managed keys are not. The first and
    the second rotation of a key add to its price. Requests are charged by type to the account that made them, beyond
    the free tier. Prices are those of the commercial Regions, of the month `prices_as_of`.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
        >>> _ = lab.client("kms").create_key()
        >>> _ = lab.clock.advance(days=31)
        >>> lab.cost().total
        1.0
    """

    def __init__(self, core: _kmslab.Lab) -> None:
        text, table = core.cost()
        self._read: dict[str, Any] = json.loads(text)
        self._table = table

    @property
    def total(self) -> float:
        """The sum, in US dollars."""
        total: float = self._read["total"]
        return total

    @property
    def prices_as_of(self) -> str:
        """The month of the price list: `2026-06`."""
        return str(self._read["prices_as_of"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """One line for each month, account and price: `month`, `account`, `item`, `quantity`, `free`, `amount`."""
        return [dict(line) for line in self._read["lines"]]

    @property
    def notes(self) -> list[str]:
        """What the sum does not contain, or could not know."""
        return list(self._read["notes"])

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        read: dict[str, Any] = json.loads(json.dumps(self._read))
        return read

    def __str__(self) -> str:
        return self._table.rstrip("\n")

    def __repr__(self) -> str:
        return f"<Cost: {self.total:.6f} USD until {self._read['until']}>"

    def _repr_html_(self) -> str:
        head = ("month", "account", "what", "quantity", "free", "price", "amount")
        rows = "".join(_row("td", _cells(line)) for line in self._read["lines"])
        total = _row("th", ("total", "", "", "", "", "", f"{self.total:.6f}"))
        notes = "".join(f"<li>{escape(note)}</li>" for note in self._read["notes"])
        listed = f"<ul>{notes}</ul>" if notes else ""
        caption = f"What AWS would charge until {self._read['until']}, in US dollars. Prices of {self.prices_as_of}."
        return (
            f'<p>{escape(caption)}</p><div style="overflow-x:auto"><table>'
            f"<thead>{_row('th', head)}</thead><tbody>{rows}</tbody><tfoot>{total}</tfoot></table></div>{listed}"
        )


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    form = ",.4f" if line["per"] == 1 else ",.0f"
    return (
        line["month"],
        line["account"],
        line["title"],
        format(line["quantity"], form),
        format(line["free"], form) if line["free"] else "",
        f"{line['price']:.2f}" if line["per"] == 1 else f"{line['price']:.2f} per {line['per']:,}",
        f"{line['amount']:.6f}",
    )


def _row(tag: str, cells: tuple[str, ...]) -> str:
    written = (f'<{tag} style="white-space:nowrap">{escape(cell)}</{tag}>' for cell in cells)
    return f"<tr>{''.join(written)}</tr>"
