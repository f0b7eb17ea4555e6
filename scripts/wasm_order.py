#!/usr/bin/env python3
"""Names the functions of a wasm module so that those that are alike come to stand together: wasm_order.py MODULE OUT.

The names are numbers, by which `wasm-opt --reorder-functions-by-name` sorts. gzip finds again what it saw in the last
32 kB, and rustc makes much that is alike: each function is followed by the one, of those left over, that shares the
largest part of its code with it. The order depends on the module alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wasm_rooms import CODE, CUSTOM, FUNCTIONS, IMPORT, Reader, imported, names, sections

if TYPE_CHECKING:
    from collections.abc import Iterable

# What two functions share is counted in pieces of so many bytes, of which every second is looked at.
PIECE: Final = 6
# Pieces that more functions have say nothing.
COMMON: Final = 600
# A function that shares less than this part with the one before it begins anew.
LEAST: Final = 0.1


def pieces(body: bytes) -> set[bytes]:
    """Pieces of a function's code. Which are looked at is told by their bytes, and so is the same in all functions."""
    ends = range(len(body) - PIECE + 1)
    return {body[at : at + PIECE] for at in ends if (body[at] + 7 * body[at + 5]) & 1 == 0}


def ordered(bodies: list[bytes], first: Iterable[int]) -> list[int]:
    """The numbers of the functions, in their new order; `first`: where to begin anew, all numbers in some order."""
    found = [pieces(body) for body in bodies]
    count = Counter(piece for each in found for piece in each)
    telling = [[piece for piece in each if 1 < count[piece] <= COMMON] for each in found]
    having: dict[bytes, set[int]] = {}
    for number, each in enumerate(telling):
        for piece in each:
            having.setdefault(piece, set()).add(number)
    rest = iter(first)
    left = set(range(len(bodies)))
    order: list[int] = []
    at: int | None = None
    while left:
        if at is None:
            at = next(number for number in rest if number in left)
        order.append(at)
        left.remove(at)
        shared = Counter[int]()
        for piece in telling[at]:
            having[piece].remove(at)
            shared.update(having[piece])
        own = len(found[at])
        ranked = ((both / (own + len(found[number]) - both), -number) for number, both in shared.items())
        share, number = max(ranked, default=(0.0, 0))
        at = -number if share > LEAST else None
    return order


def leb(value: int) -> bytes:
    """LEB128, unsigned."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def section(kind: int, content: bytes) -> bytes:
    """A section as it stands in a module."""
    return bytes([kind]) + leb(len(content)) + content


def renamed(module: bytes) -> bytes:
    """The module, with numbers for names."""
    bodies: list[bytes] = []
    before, known = 0, dict[int, str]()
    kept = [module[:8]]
    for kind, content in sections(module):
        if kind == CODE:
            reader = Reader(content)
            bodies = [reader.bytes() for _ in range(reader.number())]
        elif kind == IMPORT:
            before = imported(content)
        elif kind == CUSTOM and names(content):
            known = names(content)
            continue
        kept.append(section(kind, content))
    by_name = sorted(range(len(bodies)), key=lambda at: known.get(at + before, ""))
    place = {at + before: rank for rank, at in enumerate(ordered(bodies, by_name))}
    written = b"".join(leb(at) + b"\x06" + b"%06d" % place[at] for at in sorted(place))
    written = leb(len(place)) + written
    kept.append(section(CUSTOM, b"\x04name" + section(FUNCTIONS, written)))
    return b"".join(kept)


def main() -> None:
    """Writes the module anew."""
    module, out = (Path(argument) for argument in sys.argv[1:])
    out.write_bytes(renamed(module.read_bytes()))


if __name__ == "__main__":
    main()
