"""The time of a lab."""

from __future__ import annotations

from ._kmslab import LabError

# Everything that is not needed to import kmslab is imported where it is used.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from . import _kmslab

__all__ = ["Clock", "milliseconds"]


class Clock:
    """The time of a lab: what policies, expiry, deletion and the trail go by. It only moves forward."""

    __slots__ = ("_core",)

    def __init__(self, core: _kmslab.Lab) -> None:
        self._core = core

    @property
    def now(self) -> datetime:
        """The lab's present, in UTC."""
        return _moment(self._core.now())

    def advance(
        self,
        by: timedelta | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Moves the lab's time forward, and returns where it is then.

        Raises:
            LabError: When the time is negative, or beyond the year 9999.

        Example:
            >>> import kmslab
            >>> lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
            >>> lab.clock.advance(days=7, hours=12).isoformat()
            '2026-01-08T12:00:00+00:00'
        """
        milliseconds = 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)))
        if by is not None:
            from datetime import timedelta

            if not isinstance(by, timedelta):
                raise TypeError(f"advance takes a timedelta, or days=, hours=, minutes=, seconds=; not {by!r}")
            milliseconds += 1000 * by.total_seconds()
        _whole(self._core.now() + milliseconds)
        return _moment(self._core.advance(round(milliseconds)))

    def __repr__(self) -> str:
        return f"Clock({self.now.isoformat()})"


def _moment(milliseconds: int) -> datetime:
    from datetime import UTC, datetime, timedelta

    # An addition, not fromtimestamp: that one is platform-dependent before 1970 and far in the future.
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _whole(milliseconds: float) -> int:
    """Whole milliseconds since 1970, of a moment that a `datetime` can be."""
    if not -62_135_596_800_000 <= milliseconds < 253_402_300_800_000:
        raise LabError("the lab's time lies between the years 1 and 9999, as datetime's does")
    return round(milliseconds)


def milliseconds(now: datetime | str | float) -> int:
    """A moment in milliseconds since 1970; without a time zone it is in UTC.

    Raises:
        LabError: When it is not between the years 1 and 9999.
    """
    from datetime import UTC, datetime, timedelta

    if isinstance(now, (int, float)):
        return _whole(now * 1000)
    if isinstance(now, str):
        moment = datetime.fromisoformat(now.replace("z", "Z"))
    elif isinstance(now, datetime):
        moment = now
    else:
        raise TypeError(f"now is a datetime, ISO 8601 text or seconds since 1970, not {now!r}")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
