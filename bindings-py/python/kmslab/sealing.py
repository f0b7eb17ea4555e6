"""Files into messages and back: whole or not at all, never over another file, with a bar on terminals."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .envelope import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .envelope import Envelope, Progress

__all__ = ["SUFFIX", "open_file", "open_stream", "seal_file", "seal_stream", "target_of"]

# What a message's file name has after that of its plaintext.
SUFFIX = ".sealed"
# So much is read at once.
_PIECE = 1 << 20


def seal_file(
    envelope: Envelope,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None,
    context: Mapping[str, str] | None,
    *,
    overwrite: bool,
    progress: Progress,
) -> Path:
    """See `Envelope.seal_file`."""
    source = Path(source)
    target = target_of(source, sealing=True) if target is None else Path(target)
    check(target, overwrite)
    with source.open("rb") as plaintext, replacing(target, overwrite, secret=False) as message:
        seal_stream(envelope, plaintext, message, context, progress=progress, label=source.name)
    return target


def open_file(
    envelope: Envelope,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None,
    context: Mapping[str, str] | None,
    *,
    overwrite: bool,
    progress: Progress,
) -> Path:
    """See `Envelope.open_file`."""
    source = Path(source)
    target = target_of(source, sealing=False) if target is None else Path(target)
    check(target, overwrite)
    with source.open("rb") as message, replacing(target, overwrite, secret=True) as plaintext:
        open_stream(envelope, message, plaintext, context, progress=progress, label=source.name)
    return target


def seal_stream(
    envelope: Envelope,
    plaintext: BinaryIO,
    message: BinaryIO,
    context: Mapping[str, str] | None,
    *,
    progress: Progress,
    label: str,
) -> None:
    """Seals what is left of `plaintext` into `message`."""
    size = _size(plaintext)
    with _shown(progress, label, size) as show, envelope.writer(message, context) as sealed:
        done = 0
        while data := plaintext.read(_PIECE):
            sealed.write(data)
            done += len(data)
            show(done, size)


def open_stream(
    envelope: Envelope,
    message: BinaryIO,
    plaintext: BinaryIO,
    context: Mapping[str, str] | None,
    *,
    progress: Progress,
    label: str,
) -> None:
    """Opens what is left of `message` into `plaintext`. Streams get each frame as soon as it verified."""
    size = _size(message)
    done = 0

    class Counted:
        """Tells how much of the message was read."""

        def read(self, count: int) -> bytes:
            nonlocal done
            data = message.read(count)
            done += len(data)
            return data

    counted: Any = Counted()
    with _shown(progress, label, size) as show, envelope.reader(counted, context) as opened:
        buffer = memoryview(bytearray(_PIECE))
        while count := opened.readinto(buffer):
            write_all(plaintext, buffer[:count])
            show(done, size)


def target_of(source: Path, *, sealing: bool) -> Path:
    """The file name that goes with `source`.

    Raises:
        ValueError: When that of a message does not say what it was.
    """
    if sealing:
        return source.with_name(source.name + SUFFIX)
    if source.suffix != SUFFIX:
        raise ValueError(f"{source}: say where the plaintext goes: the name does not end with {SUFFIX}")
    return source.with_suffix("")


def check(target: Path, overwrite: bool) -> None:
    """Refuses a target that is there, before any work is done."""
    if not overwrite and os.path.lexists(target):
        raise FileExistsError(f"{target} is there already")


@contextmanager
def replacing(target: Path, overwrite: bool, *, secret: bool) -> Iterator[BinaryIO]:
    """A file that stands at `target` when all went well, and nowhere otherwise."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            if not secret and hasattr(os, "fchmod"):
                os.fchmod(handle, 0o666 & ~_umask())
            yield file
            os.fsync(file.fileno())
        _put(Path(name), target, overwrite)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _put(made: Path, target: Path, overwrite: bool) -> None:
    if overwrite:
        made.replace(target)
        return
    # A link is refused when the name is taken since; not every file system has links.
    try:
        os.link(made, target)
    except FileExistsError:
        raise FileExistsError(f"{target} is there already") from None
    except (OSError, AttributeError, NotImplementedError):
        check(target, overwrite)
        made.replace(target)
        return
    made.unlink()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _size(file: BinaryIO) -> int | None:
    """How much is left of a file, where that can be told."""
    try:
        if file.seekable():
            return os.fstat(file.fileno()).st_size - file.tell()
    except (OSError, ValueError, AttributeError):
        pass
    return None


@contextmanager
def _shown(progress: Progress, label: str, size: int | None) -> Iterator[Callable[[int, int | None], object]]:
    if callable(progress):
        yield progress
        return
    terminal = sys.stderr is not None and sys.stderr.isatty()
    if progress is False or (progress is None and not terminal):
        yield lambda _done, _size: None
        return
    bar = _Bar(label, size)
    try:
        yield bar.show
    finally:
        bar.end()


class _Bar:
    """A line on standard error: how much, of how much, how fast."""

    def __init__(self, label: str, size: int | None) -> None:
        self._label = label if len(label) <= 30 else f"{label[:29]}…"
        self._size = size
        self._start = time.monotonic()
        self._next = self._start
        self._line = ""

    def show(self, done: int, size: int | None) -> None:
        """Draws it anew, ten times a second at most."""
        now = time.monotonic()
        if now < self._next and done != size:
            return
        self._next = now + 0.1
        rate = done / max(now - self._start, 1e-6)
        text = f"{self._label}  {_bytes(done)}"
        if size:
            full = min(round(20 * done / size), 20)
            text = f"{self._label}  {'█' * full}{'░' * (20 - full)}  {100 * done // size:3} %  {_bytes(done)}"
        text += f"  {_bytes(rate)}/s"
        sys.stderr.write(f"\r{text.ljust(len(self._line))}")
        sys.stderr.flush()
        self._line = text

    def end(self) -> None:
        """Leaves the line to others."""
        if self._line:
            sys.stderr.write("\n")
            sys.stderr.flush()


def _bytes(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
