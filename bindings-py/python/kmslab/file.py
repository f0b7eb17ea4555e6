"""Files that hold secrets: whole or not at all, and for their owner alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: str | os.PathLike[str], text: str) -> None:
    """Puts a file with `text` at `path`, in place of what was there; mode 0600."""
    path = Path(path)
    # mkstemp makes it 0600 from the start; in the same folder, so that the rename cannot fail half-way.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
