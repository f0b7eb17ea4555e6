"""The keys of a lab at a glance, and the life of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from .display import Displayed
from .errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from . import _kmslab

__all__ = ["Key", "Keys", "Timeline"]


class Key(Mapping[str, Any]):
    """A key as `lab.keys` has it: a mapping, as it was when it was looked up.

    Its members are `key_id`, `aliases`, `spec`, `usage`, `state`, `origin`, `region`, `rotation` (`days` and `next`, or
    `None`), `created`, `deletion_date` and more.
    """

    __slots__ = ("_core", "_line")

    def __init__(self, core: _kmslab.Lab, line: dict[str, Any]) -> None:
        self._core = core
        self._line = line

    @property
    def id(self) -> str:
        """Its key id."""
        return str(self._line["key_id"])

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self._line["arn"])

    @property
    def state(self) -> str:
        """Its state, such as `Enabled`."""
        return str(self._line["state"])

    def timeline(self) -> Timeline:
        """Its states, rotations and materials over time, until now and, where that is known, later.

        Raises:
            LabError: When the key is gone.
        """
        found = self._core.timeline(self.arn)
        if found is None:
            raise LabError(f"the key {self.arn} is gone")
        return Timeline(found)

    def __getitem__(self, name: str) -> Any:
        return self._line[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._line)

    def __len__(self) -> int:
        return len(self._line)

    def __repr__(self) -> str:
        return f"<Key {' '.join([self.id, *self._line['aliases'], self.state])}>"


class Keys(Displayed, Sequence[Key]):
    """The keys of a lab, of all accounts and Regions, as they are now: a table in terminals and notebooks.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
        >>> kms = lab.client("kms")
        >>> key = kms.create_key()["KeyMetadata"]["KeyId"]
        >>> kms.create_alias(AliasName="alias/app", TargetKeyId=key)["ResponseMetadata"]["HTTPStatusCode"]
        200
        >>> [(key["spec"], key["state"]) for key in lab.keys]
        [('SYMMETRIC_DEFAULT', 'Enabled')]
        >>> lab.keys["alias/app"].id == key
        True
    """

    def __init__(self, core: _kmslab.Lab) -> None:
        self._core = core
        self._shown: _kmslab.KeyTable = core.keys()
        self._read: list[Key] | None = None

    def _keys(self) -> list[Key]:
        if self._read is None:
            self._read = [Key(self._core, line) for line in json.loads(self._shown.json())]
        return self._read

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, which: int | str) -> Key: ...
    @overload
    def __getitem__(self, which: slice) -> list[Key]: ...
    def __getitem__(self, which: int | str | slice) -> Key | list[Key]:
        """By place; or by key id, ARN or alias, of which the first in the order of ARNs is taken."""
        if not isinstance(which, str):
            return self._keys()[which]
        for key in self._keys():
            if which in {key.id, key.arn} or which in key["aliases"]:
                return key
        raise KeyError(which)

    def __contains__(self, which: object) -> bool:
        if isinstance(which, str):
            return any(which in {key.id, key.arn} or which in key["aliases"] for key in self._keys())
        return which in self._keys()

    def to_dict(self) -> list[dict[str, Any]]:
        """One `dict` a key, for programs."""
        found: list[dict[str, Any]] = json.loads(self._shown.json())
        return found

    def to_pandas(self) -> pd.DataFrame:
        """One row a key."""
        try:
            import pandas as pd
        except ModuleNotFoundError as missing:
            if missing.name != "pandas":
                raise
            raise LabError("pandas is not installed, and this needs it: pip install 'kmslab[notebook]'") from missing
        return pd.json_normalize(self.to_dict())


class Timeline(Displayed):
    """The life of a key: states, rotations and materials over time. A drawing in notebooks, bars in terminals."""

    __slots__ = ()
    _shown: _kmslab.Timeline

    def __init__(self, timeline: _kmslab.Timeline) -> None:
        self._shown = timeline

    def to_dict(self) -> dict[str, Any]:
        """For programs: `states` and `materials` with `from` and `to`, `events` with `at`, `what` and `planned`."""
        found: dict[str, Any] = json.loads(self._shown.json())
        return found
