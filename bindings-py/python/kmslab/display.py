"""What people read of an answer: text in terminals, HTML in notebooks."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Protocol, TextIO

__all__ = ["Displayed"]


class _Shown(Protocol):
    def text(self, width: int, colour: bool) -> str: ...
    def html(self) -> str: ...


class Displayed:
    """An answer that `str()` writes for terminals and notebooks show as HTML."""

    __slots__ = ("_shown",)
    _shown: _Shown

    def text(self, width: int | None = None, colour: bool | None = None) -> str:
        """The same as text.

        Args:
            width: Columns; without it, those of the terminal.
            colour: Whether to use ANSI colours; without it, when standard output is a terminal that shows them and
                `NO_COLOR` is not set.
        """
        return self._shown.text(width or columns(), coloured(sys.stdout) if colour is None else colour)

    def to_html(self) -> str:
        """The same for pages."""
        return self._shown.html()

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return self.text(colour=False).rstrip("\n")

    def _repr_html_(self) -> str:
        return self.to_html()


def columns() -> int:
    """The width of the terminal; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def coloured(stream: TextIO | None) -> bool:
    """Whether `stream` shows colours, and the user wants them (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return stream is not None and stream.isatty()
