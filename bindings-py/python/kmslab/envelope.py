"""Data of any size, sealed under keys of any KMS, as AWS Encryption SDK messages."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from . import _kmslab
from ._kmslab import EnvelopeError
from .keys import Key

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO, Self, TypeAlias

    from typing_extensions import Buffer

    Progress: TypeAlias = bool | Callable[[int, int | None], object] | None
    """`None`: a bar on standard error when that is a terminal; or a function of the bytes done and all bytes."""

__all__ = [
    "DataKeyCache",
    "Discovery",
    "Envelope",
    "EnvelopeError",
    "KmsKey",
    "OpenReader",
    "RawAesKey",
    "RawRsaKey",
    "SealWriter",
]

CommitmentPolicy = Literal[
    "FORBID_ENCRYPT_ALLOW_DECRYPT", "REQUIRE_ENCRYPT_ALLOW_DECRYPT", "REQUIRE_ENCRYPT_REQUIRE_DECRYPT"
]

# So much of a file is read at once.
_PIECE = 1 << 20


@dataclass(frozen=True)
class KmsKey:
    """A KMS key that wraps data keys.

    Args:
        key_id: Its id, ARN, alias or alias ARN. A multi-Region key opens what its related keys sealed, too.
        client: A boto3 KMS client, of a lab or of AWS. Without one, boto3's own, for the Region of the ARN.
    """

    key_id: str
    client: Any = None


@dataclass(frozen=True)
class Discovery:
    """Whatever KMS key sealed a message, as far as the filter lets it. It opens only.

    Args:
        accounts: The accounts whose keys may be asked for; those of any account when there are none.
        region: Keys of this Region are asked for, and multi-Region keys there, wherever they sealed. Without one, each
            key is asked for in the Region of its own ARN.
        partition: `aws`, `aws-cn` or `aws-us-gov`.
        client: A boto3 KMS client for all keys. Without one, boto3's own for each Region.
    """

    accounts: Sequence[str] = ()
    region: str | None = None
    partition: str = "aws"
    client: Any = None


@dataclass(frozen=True, repr=False)
class RawAesKey:
    """An AES key of one's own.

    Args:
        namespace: Together with the name it says which key that is, to whoever opens.
        name: See there.
        key: 16, 24 or 32 bytes.
    """

    namespace: str
    name: str
    key: bytes

    def __repr__(self) -> str:
        return f"RawAesKey({self.namespace!r}, {self.name!r})"


@dataclass(frozen=True, repr=False)
class RawRsaKey:
    """An RSA key of one's own, with OAEP.

    Args:
        namespace: Together with the name it says which key that is, to whoever opens.
        name: See there.
        key: In PEM or DER: a private key (PKCS #8) seals and opens, a public key (SubjectPublicKeyInfo) seals.
        hash: That of OAEP and of its mask. PKCS #1 v1.5 is not offered.
    """

    namespace: str
    name: str
    key: bytes | str
    hash: Literal["SHA1", "SHA256", "SHA384", "SHA512"] = "SHA256"

    def __repr__(self) -> str:
        return f"RawRsaKey({self.namespace!r}, {self.name!r}, hash={self.hash!r})"


@dataclass(frozen=True)
class DataKeyCache:
    """How long, how often and for how much a data key is used again: fewer calls of KMS, more under one key.

    Data keys are used again for messages of known length with the same encryption context, by suites that derive keys.

    Args:
        max_age: Seconds.
        max_messages: Messages sealed under one data key, at most 2**32.
        max_bytes: Bytes of plaintext sealed under one data key.
        capacity: So many data keys are kept.
    """

    max_age: float
    max_messages: int = 2**32
    max_bytes: int = 2**63 - 1
    capacity: int = 100


class Envelope:
    """Seals data under data keys that a KMS key wraps, and opens it again, as messages of the AWS Encryption SDK.

    The AWS Encryption SDK opens what this seals, and the other way round. Threads may share an envelope.

    Args:
        keys: A KMS key (its id, ARN or alias, or one of `lab.keys`), `KmsKey`, `Discovery`, `RawAesKey`, `RawRsaKey`,
            or several of them: the first one makes data keys, all of them wrap each, and any of them opens.
        client: The boto3 KMS client for keys that are given by their name alone: `lab.client("kms")`, or AWS's. Without
            one, boto3's own, for the Region of the key's ARN.
        suite: The algorithm suite, by name or id, such as `"0x0478"` (with key commitment, without a signature).
            Without one, that of the commitment policy: 0x0578, with key commitment and a signature.
        commitment_policy: As AWS defines it.
        frame_length: Bytes of plaintext in a frame; 0 for a body without frames, which AWS advises against.
        required_context: Keys of the encryption context that every message must have. Their pairs are not stored: who
            opens has to give them.
        max_encrypted_data_keys: Messages with more are neither made nor opened.
        max_body_length: Messages with longer frames, or a longer body without frames, are not opened: what is held in
            memory.
        cache: Uses data keys again.

    Raises:
        ValueError: When one of them cannot be.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(seed=1)
        >>> key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
        >>> envelope = kmslab.Envelope(key, client=lab.client("kms"))
        >>> message = envelope.seal(b"attack at dawn", {"tenant": "7"})
        >>> envelope.open(message, {"tenant": "7"})
        b'attack at dawn'
        >>> envelope.open(message, {"tenant": "8"})
        Traceback (most recent call last):
        ...
        kmslab.EnvelopeError: encryption context: tenant has another value in the message
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        keys: _AnyKey | Sequence[_AnyKey],
        *,
        client: Any = None,
        suite: str | int | None = None,
        commitment_policy: CommitmentPolicy = "REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
        frame_length: int = 4096,
        required_context: Iterable[str] = (),
        max_encrypted_data_keys: int | None = None,
        max_body_length: int | None = None,
        cache: DataKeyCache | None = None,
    ) -> None:
        given: list[Any] = [keys] if isinstance(keys, _KINDS) else list(keys)
        if wrong := [key for key in given if not isinstance(key, _KINDS)]:
            raise TypeError(f"{type(wrong[0]).__name__} is no key of an envelope")
        limits = None
        if cache is not None:
            limits = cache.capacity, round(cache.max_age * 1000), cache.max_messages, cache.max_bytes
        self._core = _kmslab.Envelope(
            [_spec(key, client) for key in given],
            policy=commitment_policy,
            suite=f"{suite:04x}" if isinstance(suite, int) else suite,
            frame_length=frame_length,
            required=list(required_context),
            most_keys=max_encrypted_data_keys,
            largest=max_body_length,
            cache=limits,
        )

    def seal(self, data: Buffer, context: Mapping[str, str] | None = None) -> bytes:
        """The message that holds `data`.

        Args:
            data: Bytes, or anything with a contiguous buffer. The interpreter is let go while they are sealed.
            context: The encryption context: bound to the message, stored in it, not secret.

        Raises:
            EnvelopeError: When it cannot be sealed.
            botocore.exceptions.ClientError: What KMS answered.
        """
        return self._core.seal(data, dict(context or {}))

    def open(self, message: Buffer, context: Mapping[str, str] | None = None) -> bytes:
        """What `message` holds. Nothing of it comes out before all of it verified, the signature too.

        Args:
            message: Bytes, or anything with a contiguous buffer.
            context: Pairs of the encryption context that the message must have. Pairs that are not stored in it must be
                those that it was sealed with.

        Raises:
            EnvelopeError: When the message is cut, not authentic, of another context, or no key opens it.
            botocore.exceptions.ClientError: What KMS answered.
        """
        return self._core.open(message, dict(context or {}))

    async def aseal(self, data: Buffer, context: Mapping[str, str] | None = None) -> bytes:
        """As `seal`, in a thread: the event loop goes on."""
        return await _aside(self.seal, data, context)

    async def aopen(self, message: Buffer, context: Mapping[str, str] | None = None) -> bytes:
        """As `open`, in a thread: the event loop goes on."""
        return await _aside(self.open, message, context)

    def writer(
        self, file: BinaryIO, context: Mapping[str, str] | None = None, *, length: int | None = None
    ) -> SealWriter:
        """A file to write plaintext to; the message goes to `file`, which stays open.

        Args:
            file: Where the message goes.
            context: The encryption context.
            length: How many bytes will be written at most, if that is known: only then data keys are used again.

        Example:
            >>> import io, kmslab
            >>> lab = kmslab.Lab(seed=1)
            >>> key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
            >>> envelope = kmslab.Envelope(key, client=lab.client("kms"))
            >>> file = io.BytesIO()
            >>> with envelope.writer(file) as sealed:
            ...     _ = sealed.write(b"attack ")
            ...     _ = sealed.write(b"at dawn")
            >>> _ = file.seek(0)
            >>> with envelope.reader(file) as opened:
            ...     opened.read()
            b'attack at dawn'
        """
        return SealWriter(self._core.sealer(dict(context or {}), length), file)

    def reader(self, file: BinaryIO, context: Mapping[str, str] | None = None) -> OpenReader:
        """A file to read plaintext from; the message comes from `file`, which stays open.

        Plaintext comes out frame by frame, each verified; the last frame only with the signature verified. So what was
        read to its end is authentic as a whole, and a `with` block that ends before it raises `EnvelopeError`.
        """
        return OpenReader(self._core.opener(dict(context or {})), file)

    def seal_file(
        self,
        source: str | os.PathLike[str],
        target: str | os.PathLike[str] | None = None,
        context: Mapping[str, str] | None = None,
        *,
        overwrite: bool = False,
        progress: Progress = None,
    ) -> Path:
        """Seals a file into another, which is there as a whole or not at all; tells which.

        Args:
            source: What to seal.
            target: Where the message goes; without it, `source` with `.sealed` after its name.
            context: The encryption context.
            overwrite: Whether `target` may be there already.
            progress: `None`: a bar on standard error, when that is a terminal. `False`: none. Or a function that is
                given how many bytes are done, and how many there are.

        Raises:
            FileExistsError: When `target` is there.
            EnvelopeError: When it cannot be sealed.
        """
        from . import sealing

        return sealing.seal_file(self, source, target, context, overwrite=overwrite, progress=progress)

    def open_file(
        self,
        source: str | os.PathLike[str],
        target: str | os.PathLike[str] | None = None,
        context: Mapping[str, str] | None = None,
        *,
        overwrite: bool = False,
        progress: Progress = None,
    ) -> Path:
        """Opens a file into another, which is there only when the whole message verified, for its owner alone.

        Args:
            source: The message.
            target: Where the plaintext goes; without it, `source` without its `.sealed`.
            context: Pairs of the encryption context that the message must have.
            overwrite: Whether `target` may be there already.
            progress: As in `seal_file`.

        Raises:
            FileExistsError: When `target` is there.
            EnvelopeError: When the message is not authentic, or no key opens it.
        """
        from . import sealing

        return sealing.open_file(self, source, target, context, overwrite=overwrite, progress=progress)


class SealWriter(io.RawIOBase):
    """Takes plaintext, and writes a message, which is whole when this is closed without an error."""

    def __init__(self, core: _kmslab.Sealer, file: BinaryIO) -> None:
        super().__init__()
        self._core = core
        self._file = file
        self._over = False

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Seals `data`: all of it."""
        if self.closed or self._over:
            raise ValueError("the message is at its end")
        write_all(self._file, self._core.update(data))
        return memoryview(data).nbytes

    def close(self) -> None:
        """Ends the message. `file` stays open."""
        if not self.closed and not self._over:
            self._over = True
            write_all(self._file, self._core.finish())
        super().close()

    def abandon(self) -> None:
        """Closes without ending the message: nobody will open what was written."""
        self._over = True
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def __del__(self) -> None:
        # Whoever forgot to close it has no message; io's own would end it at a time of its own.
        self._over = True


class OpenReader(io.RawIOBase):
    """Gives the plaintext of a message, as far as it verified. See `Envelope.reader`."""

    def __init__(self, core: _kmslab.Opener, file: BinaryIO) -> None:
        super().__init__()
        self._core = core
        self._file = file
        self._held = memoryview(b"")
        self._header: tuple[str, dict[str, str]] | None = None
        self._whole = False
        self._failed: BaseException | None = None

    @property
    def context(self) -> dict[str, str]:
        """The encryption context of the message; it is read as far as its header."""
        return dict(self._read_header()[1])

    @property
    def suite(self) -> str:
        """The algorithm suite; the message is read as far as its header."""
        return self._read_header()[0]

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills `buffer` as far as there is plaintext; gives 0 at the end, when the whole message has verified."""
        into = memoryview(buffer).cast("B")
        while into.nbytes and not self._held and not self._whole:
            self._advance()
        count = min(len(self._held), into.nbytes)
        into[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def readall(self) -> bytes:
        """All that is left."""
        pieces = [bytes(self._held)]
        self._held = memoryview(b"")
        while not self._whole:
            self._advance()
            pieces.append(bytes(self._held))
            self._held = memoryview(b"")
        return b"".join(pieces)

    def close(self) -> None:
        """Closes. `file` stays open."""
        self._held = memoryview(b"")
        super().close()

    def abandon(self) -> None:
        """Closes on purpose before the end: what was read is authentic frame by frame, and may not be all."""
        self._whole = True
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        unread = not self._whole and not self.closed
        if kind is None and unread:
            # Nothing but the end may be missing.
            try:
                while not self._held and not self._whole:
                    self._advance()
            finally:
                held = bool(self._held)
                self.close()
            if held:
                raise EnvelopeError("closed before the end of the message, which has not verified as a whole")
        self.close()

    def _advance(self) -> None:
        """Reads on, as far as something comes of it."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._failed is not None:
            raise EnvelopeError("the message is not authentic") from self._failed
        try:
            data = self._file.read(_PIECE)
            if data:
                self._held = memoryview(self._core.update(data))
                self._header = self._header or self._core.header
            else:
                self._core.finish()
                self._whole = True
        except BaseException as error:
            self._failed = error
            raise

    def _read_header(self) -> tuple[str, dict[str, str]]:
        while self._header is None and not self._held and not self._whole:
            self._advance()
        if self._header is None:
            raise EnvelopeError("the message has no header")
        return self._header


def write_all(file: Any, data: Buffer) -> None:
    """Writes all of `data`: raw files may take less than they are given."""
    rest = memoryview(data)
    while rest:
        written = file.write(rest)
        rest = rest[written if written is not None else len(rest) :]


async def _aside(call: Callable[[Buffer, Mapping[str, str] | None], bytes], *given: Any) -> bytes:
    """Calls in a thread; in the browser, which has none, here."""
    if sys.platform == "emscripten":
        return call(*given)
    return await asyncio.to_thread(call, *given)


class _Kms:
    """What the core asks KMS by: boto3's client, that was given or is the one of a Region."""

    __slots__ = ("_client", "_clients", "_lock")

    def __init__(self, client: Any) -> None:
        self._client = client
        self._clients: dict[str | None, Any] = {}
        self._lock = threading.Lock()

    def generate_data_key(self, key_id: str, length: int, context: dict[str, str]) -> tuple[str, bytes, bytes]:
        answer = self._for(key_id).generate_data_key(KeyId=key_id, NumberOfBytes=length, EncryptionContext=context)
        return answer["KeyId"], answer["Plaintext"], answer["CiphertextBlob"]

    def encrypt(self, key_id: str, plaintext: bytes, context: dict[str, str]) -> tuple[str, bytes, bytes]:
        answer = self._for(key_id).encrypt(KeyId=key_id, Plaintext=plaintext, EncryptionContext=context)
        return answer["KeyId"], b"", answer["CiphertextBlob"]

    def decrypt(self, key_id: str, ciphertext: bytes, context: dict[str, str]) -> tuple[str, bytes, bytes]:
        answer = self._for(key_id).decrypt(KeyId=key_id, CiphertextBlob=ciphertext, EncryptionContext=context)
        return answer["KeyId"], answer["Plaintext"], b""

    def _for(self, key_id: str) -> Any:
        if self._client is not None:
            return self._client
        import boto3

        region = key_id.split(":")[3] if key_id.startswith("arn:") else None
        # boto3 makes clients in one thread at a time.
        with self._lock:
            if region not in self._clients:
                self._clients[region] = boto3.client("kms", region_name=region)
            return self._clients[region]


def _spec(key: Any, client: Any) -> tuple[str, tuple[Any, ...]]:
    """A key as the core takes it: what it is, and what belongs to it."""
    if isinstance(key, str):
        return "kms", (key, _Kms(client))
    if isinstance(key, Key):
        return "kms", (key.arn, _Kms(client))
    if isinstance(key, KmsKey):
        return "kms", (key.key_id, _Kms(client if key.client is None else key.client))
    if isinstance(key, Discovery):
        asked = _Kms(client if key.client is None else key.client)
        return "discovery", (asked, key.partition, list(key.accounts), key.region)
    if isinstance(key, RawAesKey):
        return "aes", (key.namespace, key.name, bytes(key.key))
    der, private = _der(key.key)
    return f"rsa-{'private' if private else 'public'}", (key.namespace, key.name, der, key.hash)


_KINDS = (str, Key, KmsKey, Discovery, RawAesKey, RawRsaKey)

# RFC 7468.
_PEM = re.compile(rb"-----BEGIN (PUBLIC KEY|PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)


def _der(key: bytes | str) -> tuple[bytes, bool]:
    """The key in DER, and whether it is a private one."""
    data = key.encode() if isinstance(key, str) else bytes(key)
    if b"-----BEGIN" in data:
        found = _PEM.search(data)
        if found is None:
            raise ValueError("neither PUBLIC KEY (SubjectPublicKeyInfo) nor PRIVATE KEY (PKCS #8) in this PEM")
        return base64.b64decode(b"".join(found[2].split())), found[1] == b"PRIVATE KEY"
    # PKCS #8 begins with a version (X.690: INTEGER 0), SubjectPublicKeyInfo with an algorithm.
    return data, re.match(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..)\x02\x01[\x00\x01]", data, re.DOTALL) is not None


if TYPE_CHECKING:
    _AnyKey: TypeAlias = str | Key | KmsKey | Discovery | RawAesKey | RawRsaKey
