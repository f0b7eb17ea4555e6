"""Envelopes from Python: bytes and buffers, files, streams, threads, and what goes wrong."""

from __future__ import annotations

import array
import asyncio
import ctypes
import io
import mmap
import os
import stat
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import kmslab
import pytest
from kmslab import sealing

COMMITTING = "0x0478"


@pytest.fixture
def envelope(lab: kmslab.Lab, key: str) -> kmslab.Envelope:
    return kmslab.Envelope(key, client=lab.client("kms"))


@pytest.fixture
def raw() -> kmslab.Envelope:
    return kmslab.Envelope(kmslab.RawAesKey("tests", "key", bytes(32)), suite=COMMITTING)


def calls(lab: kmslab.Lab) -> list[str]:
    return [
        record["eventName"] for record in lab.trail if record["eventName"] in ("GenerateDataKey", "Decrypt", "Encrypt")
    ]


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1 << 20])
def test_what_is_sealed_opens(envelope: kmslab.Envelope, size: int) -> None:
    data = os.urandom(size)
    message = envelope.seal(data, {"a": "b"})
    assert envelope.open(message) == envelope.open(message, {"a": "b"}) == data


def test_whatever_has_a_buffer_is_sealed(raw: kmslab.Envelope, tmp_path: Path) -> None:
    data = bytes(range(256)) * 2000
    path = tmp_path / "data"
    path.write_bytes(data)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for buffer in (data, bytearray(data), memoryview(data), array.array("I", data), mapped):
            message = raw.seal(buffer)
            assert raw.open(memoryview(message)) == data, type(buffer)
    numpy = pytest.importorskip("numpy")
    table = numpy.arange(1000, dtype="<u4").reshape(10, 100)
    assert raw.open(raw.seal(table)) == table.tobytes()
    bad: Any
    for bad in ("text", 7, None, table[:, ::2]):
        with pytest.raises((TypeError, ValueError, BufferError)):
            raw.seal(bad)


@pytest.mark.parametrize("nothing", [bytearray(), memoryview(b""), array.array("I"), (ctypes.c_char * 0)()], ids=repr)
def test_a_buffer_of_nothing_is_sealed(raw: kmslab.Envelope, nothing: Any) -> None:
    assert raw.open(bytearray(raw.seal(nothing))) == b""


def test_a_buffer_is_read_where_it_stands(raw: kmslab.Envelope) -> None:
    data = bytearray(os.urandom(1 << 22))
    sealed = bytearray(raw.seal(data))
    for call, buffer in ((raw.seal, data), (raw.open, sealed)):
        tracemalloc.start()
        try:
            answer = call(buffer)
            assert tracemalloc.get_traced_memory()[1] < len(answer) + (1 << 16), call
        finally:
            tracemalloc.stop()


def test_a_buffer_is_held_while_it_is_sealed(lab: kmslab.Lab, key: str) -> None:
    data = bytearray(b"x" * 100)

    class Meddler:
        """A KMS client that tries to free what is being sealed."""

        def __init__(self) -> None:
            self.client = lab.client("kms")
            self.meta = self.client.meta

        def generate_data_key(self, **members: Any) -> Any:
            with pytest.raises(BufferError):
                data.clear()
            return self.client.generate_data_key(**members)

        def decrypt(self, **members: Any) -> Any:
            return self.client.decrypt(**members)

    envelope = kmslab.Envelope(key, client=Meddler())
    assert envelope.open(envelope.seal(data)) == bytes(data)
    data.clear()


def test_any_key_that_a_lab_has(lab: kmslab.Lab, key: str) -> None:
    kms = lab.client("kms")
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    for named in (key, key.rsplit("/", 1)[1], "alias/app", lab.keys["alias/app"], kmslab.KmsKey("alias/app", kms)):
        envelope = kmslab.Envelope(named, client=kms)
        assert envelope.open(envelope.seal(b"hello")) == b"hello", named
    other = kms.create_key()["KeyMetadata"]["Arn"]
    message = kmslab.Envelope(key, client=kms).seal(b"hello")
    with pytest.raises(kmslab.EnvelopeError, match="none of the encrypted data keys"):
        kmslab.Envelope(other, client=kms).open(message)
    found = kmslab.Envelope(kmslab.Discovery(accounts=["111122223333"], client=kms))
    assert found.open(message) == b"hello"
    with pytest.raises(kmslab.EnvelopeError, match="none of the encrypted data keys"):
        kmslab.Envelope(kmslab.Discovery(accounts=["999999999999"], client=kms)).open(message)
    with pytest.raises(kmslab.EnvelopeError, match="name a key"):
        found.seal(b"hello")


def test_clients_of_boto3s_own_go_to_the_region_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    # boto3's own session keeps the credentials that it found first, maybe in another test.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with kmslab.Lab() as lab:
        there = lab.client("kms", region="eu-west-1")
        key = there.create_key()["KeyMetadata"]["Arn"]
        envelope = kmslab.Envelope(key)
        assert envelope.open(envelope.seal(b"hello")) == b"hello"
        assert kmslab.Envelope(kmslab.Discovery()).open(envelope.seal(b"hello")) == b"hello"


def test_multi_region_keys_open_what_their_relatives_sealed(lab: kmslab.Lab) -> None:
    kms, there = lab.client("kms"), lab.client("kms", region="eu-west-1")
    primary = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    replica = kms.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1")["ReplicaKeyMetadata"]["Arn"]
    message = kmslab.Envelope(primary, client=kms).seal(b"hello")
    assert kmslab.Envelope(replica, client=there).open(message) == b"hello"
    assert kmslab.Envelope(kmslab.Discovery(region="eu-west-1", client=there)).open(message) == b"hello"


def test_the_encryption_context_is_in_the_trail_and_in_policies(lab: kmslab.Lab, key: str) -> None:
    envelope = kmslab.Envelope(key, client=lab.client("kms"), suite=COMMITTING)
    envelope.open(envelope.seal(b"hello", {"tenant": "7"}))
    seen = [
        record["requestParameters"]["encryptionContext"] for record in lab.trail if record["eventName"] == "Decrypt"
    ]
    assert seen == [{"tenant": "7"}]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": "7"}},
            }
        ],
    }
    reader = kmslab.Envelope(key, client=lab.client("kms", as_=lab.user("reader", policy=policy)))
    assert reader.open(envelope.seal(b"seven", {"tenant": "7"})) == b"seven"


def test_what_kms_refuses_is_botocores_and_can_be_explained(
    lab: kmslab.Lab, key: str, envelope: kmslab.Envelope, code: Callable[[Callable[[], Any]], str]
) -> None:
    nobody = kmslab.Envelope(key, client=lab.client("kms", as_=lab.user("nobody")))
    assert code(lambda: nobody.seal(b"x")) == "AccessDeniedException"
    assert "kms:GenerateDataKey" in str(lab.explain())
    message = envelope.seal(b"x")
    assert code(lambda: nobody.open(message)) == "AccessDeniedException"


@pytest.mark.parametrize("suite", ["0x0478", "0x0578"])
def test_changed_and_cut_messages_are_refused(suite: str) -> None:
    envelope = kmslab.Envelope(kmslab.RawAesKey("tests", "key", bytes(16)), suite=suite, frame_length=8)
    message = envelope.seal(b"twenty bytes of data", {"a": "b"})
    for at in range(len(message)):
        changed = message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
        for bad in (changed, message[:at]):
            with pytest.raises(kmslab.EnvelopeError):
                envelope.open(bad)
    with pytest.raises(kmslab.EnvelopeError, match="bytes follow"):
        envelope.open(message + b"x")


def test_arguments_that_cannot_be_are_refused(key: str) -> None:
    good = kmslab.RawAesKey("tests", "key", bytes(32))
    cases: list[tuple[Any, dict[str, Any], type[Exception]]] = [
        ([], {}, ValueError),
        (7, {}, TypeError),
        (good, {"suite": "0x0278"}, ValueError),
        (good, {"commitment_policy": "NONE"}, ValueError),
        (good, {"frame_length": -1}, OverflowError),
        (good, {"required_context": ["aws-crypto-x"]}, kmslab.EnvelopeError),
        (good, {"cache": kmslab.DataKeyCache(max_age=0)}, ValueError),
        (good, {"cache": kmslab.DataKeyCache(max_age=1, max_messages=2**33)}, ValueError),
        (kmslab.RawAesKey("tests", "key", b"short"), {}, ValueError),
        (kmslab.RawAesKey("aws-kms", "key", bytes(32)), {}, ValueError),
        (kmslab.RawRsaKey("tests", "key", b"-----BEGIN RSA PRIVATE KEY-----"), {}, ValueError),
        (kmslab.RawRsaKey("tests", "key", b"0\x03\x02\x01\x00"), {}, ValueError),
    ]
    for keys, options, error in cases:
        with pytest.raises(error):
            kmslab.Envelope(keys, **options)
    with pytest.raises(kmslab.EnvelopeError, match="does not allow sealing"):
        kmslab.Envelope(good, suite="0x0178").seal(b"")
    with pytest.raises(kmslab.EnvelopeError, match="reserved"):
        kmslab.Envelope(good).seal(b"", {"aws-crypto-public-key": "x"})
    assert "0000" not in repr(good) and "\\x00" not in repr(good)


def test_data_keys_are_used_again(lab: kmslab.Lab, key: str) -> None:
    cache = kmslab.DataKeyCache(max_age=60, max_messages=10)
    envelope = kmslab.Envelope(key, client=lab.client("kms"), cache=cache)
    messages = [envelope.seal(b"x", {"a": "b"}) for _ in range(20)]
    assert calls(lab) == ["GenerateDataKey"] * 2
    assert {envelope.open(message) for message in messages} == {b"x"}
    assert calls(lab) == ["GenerateDataKey"] * 2 + ["Decrypt"] * 2


def test_threads_share_an_envelope_and_wait_for_no_lock(lab: kmslab.Lab, key: str) -> None:
    together = threading.Barrier(4, timeout=30)

    class Slow:
        """Answers when four ask at once."""

        def __init__(self) -> None:
            self.kms = lab.client("kms")

        def __getattr__(self, name: str) -> Any:
            def call(**arguments: Any) -> Any:
                together.wait()
                return getattr(self.kms, name)(**arguments)

            return call

    envelope = kmslab.Envelope(key, client=Slow())

    async def all_at_once() -> list[bytes]:
        sealed = await asyncio.gather(*(envelope.aseal(b"%d" % n) for n in range(4)))
        return await asyncio.gather(*map(envelope.aopen, sealed))

    assert asyncio.run(all_at_once()) == [b"0", b"1", b"2", b"3"]


def test_writers_and_readers_in_pieces(envelope: kmslab.Envelope) -> None:
    data = os.urandom(50_000)
    file = io.BytesIO()
    with envelope.writer(file, {"a": "b"}) as sealed:
        assert sealed.writable() and not sealed.readable()
        for at in range(0, len(data), 999):
            assert sealed.write(data[at : at + 999]) == len(data[at : at + 999])
    with pytest.raises(ValueError, match="end|closed"):
        sealed.write(b"more")
    message = file.getvalue()
    assert envelope.open(message) == data
    with envelope.reader(io.BytesIO(message), {"a": "b"}) as opened:
        assert opened.context["a"] == "b"
        pieces = list(iter(lambda: opened.read(777), b""))
    assert b"".join(pieces) == data
    with io.BufferedReader(envelope.reader(io.BytesIO(message))) as buffered:
        assert buffered.read(5) == data[:5]
        assert buffered.read() == data[5:]


def test_a_failing_signature_cannot_be_missed(lab: kmslab.Lab, key: str) -> None:
    envelope = kmslab.Envelope(key, client=lab.client("kms"), frame_length=1000)
    data = os.urandom(5500)
    message = bytearray(envelope.seal(data))
    message[-1] ^= 1
    for size in (1, 1000, 5500, -1):
        seen = b""
        with pytest.raises(kmslab.EnvelopeError, match="not authentic"), envelope.reader(io.BytesIO(message)) as opened:
            while piece := opened.read(size):
                seen += piece
        assert len(seen) <= 5000, "the last frame waits for the signature"
    # Who stops early is told, too, and who reads on after the error is told again.
    good = envelope.seal(data)
    with pytest.raises(kmslab.EnvelopeError, match="before the end"), envelope.reader(io.BytesIO(good)) as opened:
        opened.read(10)
    with envelope.reader(io.BytesIO(good)) as opened:
        opened.read(10)
        opened.abandon()
    reader = envelope.reader(io.BytesIO(message))
    for _ in range(2):
        with pytest.raises(kmslab.EnvelopeError, match="not authentic"):
            reader.readall()


def test_a_message_that_was_not_ended_is_none(envelope: kmslab.Envelope) -> None:
    file = io.BytesIO()
    with pytest.raises(KeyError), envelope.writer(file) as sealed:
        sealed.write(bytes(10_000))
        raise KeyError
    with pytest.raises(kmslab.EnvelopeError, match="cut"):
        envelope.open(file.getvalue())
    with pytest.raises(kmslab.EnvelopeError, match="cut"), envelope.reader(io.BytesIO()) as opened:
        opened.read()


class Grudging(io.RawIOBase):
    """A raw file that takes a few bytes at a time, as raw files may."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        some = bytes(memoryview(data)[:7])
        self.taken += some
        return len(some)


def test_nothing_is_lost_where_files_take_less_than_they_are_given(raw: kmslab.Envelope) -> None:
    message, plaintext = Grudging(), Grudging()
    seal: Any = sealing.seal_stream
    open_: Any = sealing.open_stream
    seal(raw, io.BytesIO(b"x" * 10_000), message, None, progress=False, label="")
    open_(raw, io.BytesIO(message.taken), plaintext, None, progress=False, label="")
    assert plaintext.taken == b"x" * 10_000


def test_files_are_whole_or_not_there(envelope: kmslab.Envelope, tmp_path: Path) -> None:
    source = tmp_path / "data.csv"
    source.write_bytes(os.urandom(3_000_000))
    done: list[tuple[int, int | None]] = []
    sealed = envelope.seal_file(source, context={"a": "b"}, progress=lambda *now: done.append(now))
    assert sealed == tmp_path / "data.csv.sealed"
    assert done[-1] == (3_000_000, 3_000_000) and len(done) > 2
    with pytest.raises(FileExistsError):
        envelope.seal_file(source)
    with pytest.raises(FileExistsError):
        envelope.open_file(sealed)
    opened = envelope.open_file(sealed, tmp_path / "again.csv", {"a": "b"})
    assert opened.read_bytes() == source.read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(opened.stat().st_mode) == 0o600
        assert stat.S_IMODE(sealed.stat().st_mode) & 0o400
    assert envelope.open_file(sealed, opened, overwrite=True) == opened
    bad = tmp_path / "bad.sealed"
    bad.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(kmslab.EnvelopeError, match="cut"):
        envelope.open_file(bad)
    with pytest.raises(ValueError, match="say where"):
        envelope.open_file(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "again.csv",
        "bad.sealed",
        "data.csv",
        "data.csv.sealed",
    ]


CONSTANT = """
import io, resource, sys
import kmslab

class Zeros(io.RawIOBase):
    # A file of so many zeros.
    def __init__(self, length):
        self.left = length
    def readable(self):
        return True
    def readinto(self, into):
        count = min(len(into), self.left)
        into[:count] = bytes(count)
        self.left -= count
        return count

class Pipe:
    # What is sealed is opened at once.
    def __init__(self, opener):
        self.opener, self.bytes = opener, 0
    def write(self, data):
        self.bytes += len(self.opener.update(bytes(data)))
        return len(data)

length = int(sys.argv[1])
envelope = kmslab.Envelope(kmslab.RawAesKey("tests", "key", bytes(32)), suite=sys.argv[2], frame_length=1 << 16)
pipe, source = Pipe(envelope._core.opener({})), Zeros(length)
with envelope.writer(pipe) as sealed:
    while data := source.read(1 << 20):
        sealed.write(data)
pipe.opener.finish()
assert pipe.bytes >= length - (1 << 16), pipe.bytes
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no module resource")
@pytest.mark.parametrize(
    ("length", "growth"),
    [(24 << 20, 4 << 20), pytest.param(10_000_000_000, 8 << 20, marks=pytest.mark.matrix)],
)
def test_memory_does_not_grow_with_the_stream(length: int, growth: int) -> None:
    def peak(length: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", CONSTANT, str(length), COMMITTING], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    # In units of KiB on Linux, of bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    small, large = peak(1 << 21), peak(length)
    assert (large - small) * unit < growth, (small, large)


def test_docs_say_what_happens() -> None:
    import doctest

    from kmslab import envelope

    failed, tried = doctest.testmod(envelope, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert tried > 8 and failed == 0
