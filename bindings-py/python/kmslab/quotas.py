"""The quotas of a lab: how many resources there may be, and how often KMS may be called."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import _kmslab

__all__ = ["Quotas"]


class Quotas(MutableMapping[str, float]):
    """KMS's quotas by name, as they hold in a lab: `lab.quotas`.

    Resource quotas (`keys`, `aliases_per_key`, `grants_per_key`, `custom_key_stores`) are enforced always, with AWS's
    defaults where nothing else is set. Request quotas, in requests a second for each account and Region, are enforced
    when they are set, and all of them in a lab made with `quotas="aws"`: those that operations share
    (`crypto_symmetric`), and those of operations by their names (`CreateKey`). What is not enforced is infinite. A
    quota holds one second's worth at most, and fills with the lab's time.

    `del lab.quotas[name]` goes back to AWS's default, or, in a lab that does not enforce request quotas, to none.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
        >>> lab.quotas["keys"] = 1
        >>> lab.quotas["CreateKey"]
        inf
        >>> kms = lab.client("kms")
        >>> _ = kms.create_key()
        >>> try:
        ...     _ = kms.create_key()
        ... except kms.exceptions.LimitExceededException as error:
        ...     print(error.response["Error"]["Message"])
        Key quota for this account in this region is 1 but the current usage is 1.
    """

    def __init__(self, core: _kmslab.Lab) -> None:
        self._core = core

    def _read(self) -> dict[str, float]:
        return {name: value for name, _, _, value in self._core.quotas()}

    @property
    def enforced(self) -> bool:
        """Whether AWS's request quotas are enforced, also where nothing is set: `Lab(quotas="aws")`."""
        return self._core.throttles

    @property
    def defaults(self) -> dict[str, float]:
        """AWS's own quotas, in the lab's Region."""
        return {name: default for name, _, default, _ in self._core.quotas()}

    def __getitem__(self, name: str) -> float:
        return self._read()[name]

    def __setitem__(self, name: str, value: float) -> None:
        self._core.set_quota(name, value)

    def __delitem__(self, name: str) -> None:
        self._core.set_quota(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._core.quotas())

    def __repr__(self) -> str:
        lines = [
            f"  {name:<44} {value:>12,g}{'/s' if per_second else '  '}"
            for name, per_second, _, value in self._core.quotas()
        ]
        return "\n".join(["<Quotas", *lines, ">"])
