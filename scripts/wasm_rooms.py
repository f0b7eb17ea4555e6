#!/usr/bin/env python3
"""What takes the room in a wasm module, as a table in Markdown: wasm_rooms.py MODULE, one whose functions have names.

scripts/wasm-build.sh leaves such modules beside what cargo builds: `lab.wasm` and `policy.wasm`. Each row is compressed
by itself, which finds less than compressing the whole does: the rows add up to more than the module.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first row whose pattern is found in the path of a function has it.
ROOMS: Final = (
    ("JSON: serde, serde_json and what they make of every type, saved labs above all", r"\b(serde\w*|zmij|itoa)\b"),
    ("RSA and its big integers", r"\b(rsa|crypto_bigint|crypto_primes|pkcs1)\b"),
    (
        "elliptic curves: NIST's, secp256k1, Ed25519",
        r"\b(k256|p256|p384|p521|prime\w+|elliptic_curve|ecdsa|rfc6979|sec1|curve25519_dalek|ed25519\w*)\b",
    ),
    ("ML-DSA, ML-KEM", r"\b(ml_dsa|ml_kem|module_lattice|hybrid_array|shake|sha3|keccak)\b"),
    ("SM2, SM3", r"\b(sm2|sm3)\b"),
    ("DER of keys", r"\b(der|spki|pkcs8|const_oid)\b"),
    ("AES, hashes, ChaCha20", r"\b(aes\w*|ghash|polyval|chacha20|hmac|sha1|sha2|cipher|digest|block_buffer|cbc)\b"),
    ("YAML, for templates", r"\bgranit_parser\b"),
    ("kmslab: operations of KMS, IAM, STS", r"\bkmslab::service\b"),
    ("kmslab: what exists, and the door to it", r"\bkmslab::world\b"),
    ("kmslab: policies", r"\bkmslab::policy\b"),
    ("kmslab: reports and checks", r"\bkmslab::report\b"),
    ("kmslab: protocols and their tables", r"\bkmslab::wire\b"),
    ("kmslab: the rest, and the binding", r"\b(kmslab\w*|wasm_bindgen|js_sys)\b"),
    ("B-trees, for each type of key and value", r"\bbtree\b"),
    ("sorting, for each type", r"::sort::"),
    ("vectors, iterators, formatting, the allocator", r""),
)
# Sections, kinds of imports, the flag of limits that have a maximum, and the part of `name` that names functions.
CUSTOM, IMPORT, CODE, DATA = 0, 2, 10, 11
FUNCTION, TABLE, GLOBAL = 0, 1, 3
BOUNDED = 1
FUNCTIONS = 1


class Reader:
    """A cursor in the bytes of a module. Source: WebAssembly Core Specification 2.0, chapter 5."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def byte(self) -> int:
        """The next byte."""
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """LEB128, unsigned."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def bytes(self) -> bytes:
        """So many as stands before them."""
        length = self.number()
        self.at += length
        return self.data[self.at - length : self.at]


def sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every section: its id and content."""
    reader = Reader(data, 8)
    while reader.at < len(data):
        yield reader.byte(), reader.bytes()


def imported(content: bytes) -> int:
    """How many functions are imported: their numbers come first."""
    reader = Reader(content)
    count = 0
    for _ in range(reader.number()):
        reader.bytes(), reader.bytes()
        kind = reader.byte()
        if kind == FUNCTION:
            reader.number()
            count += 1
        elif kind == GLOBAL:
            reader.at += 2
        else:
            reader.at += kind == TABLE
            bounded = reader.byte() & BOUNDED
            reader.number()
            if bounded:
                reader.number()
    return count


def names(content: bytes) -> dict[int, str]:
    """The names of functions, in the section `name`."""
    reader = Reader(content)
    found: dict[int, str] = {}
    if reader.bytes() != b"name":
        return found
    while reader.at < len(content):
        kind, part = reader.byte(), Reader(reader.bytes())
        if kind == FUNCTIONS:
            for _ in range(part.number()):
                number = part.number()
                found[number] = part.bytes().decode()
    return found


def path(mangled: str) -> str:
    """The words of a mangled name, with `::` between them."""
    if not mangled.startswith("_ZN"):
        return mangled
    words, rest = [], mangled[3:]
    while match := re.match(r"\d+", rest):
        length = int(match[0])
        words.append(rest[match.end() : match.end() + length])
        rest = rest[match.end() + length :]
    text = re.sub(r"\$\w+\$", " ", "::".join(words))
    return text.replace("..", "::")


def main() -> None:
    """Prints the table."""
    module = Path(sys.argv[1]).read_bytes()
    bodies: list[bytes] = []
    data, before, known = b"", 0, dict[int, str]()
    for kind, content in sections(module):
        if kind == CODE:
            reader = Reader(content)
            bodies = [reader.bytes() for _ in range(reader.number())]
        elif kind == IMPORT:
            before = imported(content)
        elif kind == DATA:
            data = content
        elif kind == CUSTOM:
            known |= names(content)
    rooms: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for number, body in enumerate(bodies, before):
        name = known.get(number, "")
        room = next(room for room, pattern in ROOMS if re.search(pattern, path(name)))
        rooms[room].append((name, body))
    print("| What | Functions | Bytes | Gzipped by itself |\n|---|---:|---:|---:|")
    rows = [(room, len(found), b"".join(body for _, body in sorted(found))) for room, found in rooms.items()]
    rows.append(("data: AWS's models, tables of actions and condition keys, texts", 0, data))
    for room, functions, code in sorted(rows, key=lambda row: -len(gzip.compress(row[2]))):
        print(f"| {room} | {functions or ''} | {len(code):,} | {len(gzip.compress(code)):,} |")


if __name__ == "__main__":
    main()
