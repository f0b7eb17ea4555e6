"""What a ciphertext consists of, in the forms that people and programs read."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _kmslab
from .display import Displayed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Inspected", "inspect"]


class Inspected(Displayed):
    """A ciphertext, taken apart: `str()` is for terminals, notebooks show it as HTML. Iterates over its fields.

    Each field is a `dict` with `name`, `kind`, `at` (the place of its first byte), `length`, `hex` and `meaning`.
    """

    __slots__ = ("_read",)

    def __init__(self, inspected: _kmslab.Inspected) -> None:
        self._shown = inspected
        self._read: dict[str, Any] = json.loads(inspected.json())

    @property
    def format(self) -> str:
        """What it is: `KMS ciphertext` or `AWS Encryption SDK message`."""
        return str(self._read["format"])

    @property
    def notes(self) -> list[str]:
        """What can be told of the whole."""
        return list(self._read["notes"])

    def to_dict(self) -> dict[str, Any]:
        """Everything, for programs: `format`, `length`, `fields`, `notes`."""
        found: dict[str, Any] = json.loads(json.dumps(self._read))
        return found

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dict()["fields"])

    def __len__(self) -> int:
        return len(self._read["fields"])


def inspect(blob: bytes | str) -> Inspected:
    """Takes a ciphertext of KMS or a message of the AWS Encryption SDK apart, without any key.

    Args:
        blob: The bytes of `CiphertextBlob` or of a message (`Envelope.seal`), or the same in base64.

    Raises:
        ValueError: When it is neither: the message says at which byte that shows.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(seed=1)
        >>> kms = lab.client("kms")
        >>> key = kms.create_key()["KeyMetadata"]["KeyId"]
        >>> sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
        >>> [field["name"] for field in kmslab.inspect(sealed) if field["kind"] in ("nonce", "iv", "tag")]
        ['nonce', 'IV', 'tag']
        >>> kmslab.inspect(sealed[:100])
        Traceback (most recent call last):
        ...
        ValueError: byte 54: says that 99 bytes follow, and 42 do
    """
    return Inspected(_kmslab.inspect(_decoded(blob) if isinstance(blob, str) else bytes(blob)))


def read(given: str) -> bytes | str:
    """What the command line names: base64, a file, or `-`; of an answer in JSON its ciphertext.

    Raises:
        ValueError: When it cannot be read.
    """
    if given == "-":
        data = sys.stdin.buffer.read()
    else:
        try:
            data = Path(given).read_bytes()
        except (OSError, ValueError) as error:
            # Base64 may be longer than a file name can be.
            if isinstance(error, (FileNotFoundError, ValueError)) or len(given) > 100:
                return given
            raise ValueError(f"{given}: {error.strerror}") from None
    text = data.strip()
    if text.startswith(b"{"):
        try:
            found = json.loads(text)["CiphertextBlob"]
        except (ValueError, KeyError):
            raise ValueError("JSON without a CiphertextBlob") from None
        return str(found)
    # Raw ciphertexts begin with a byte that is no letter.
    return text.decode("ascii") if text.isascii() and text[:1].isalnum() else data


def _decoded(text: str) -> bytes:
    joined = "".join(text.split())
    wrong = next((at for at, letter in enumerate(joined) if not _is_base64(letter)), None)
    if wrong is not None:
        raise ValueError(f"neither a file nor base64: character {wrong} is {joined[wrong]!r}")
    try:
        return base64.b64decode(joined, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from None


def _is_base64(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "+/=")
