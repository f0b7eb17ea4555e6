"""Messages of the AWS Encryption SDK (PyPI): what one seals the other opens, over suites, frames, contexts, sizes, keys.

By default every suite, frame length, size and kind of key is met once; `pytest -m matrix` is all of them with each other.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import kmslab
import pytest

sdk = pytest.importorskip("aws_encryption_sdk")
pytest.importorskip("aws_cryptographic_material_providers.mpl")

from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders  # noqa: E402
from aws_cryptographic_material_providers.mpl import models as mpl  # noqa: E402
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig  # noqa: E402
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402

SUITES = [suite.name for suite in AlgorithmSuite]
# Multiples of 128: the SDK for Python seals in no others.
FRAMES = [128, 4096, 1 << 20, 0]
CONTEXTS: list[dict[str, str]] = [{}, {"tenant": "7", "": "empty key", "é": "ü" * 300}]
KEYS = ["kms", "aes", "rsa", "several"]


def sizes(frame: int) -> list[int]:
    """Around the frame's borders; for bodies without frames, some lengths."""
    return [0, 1, frame - 1, frame, frame + 1] if frame else [0, 1, 5000]


MATRIX = [
    case
    for suite, frame, context, key in itertools.product(SUITES, FRAMES, range(len(CONTEXTS)), KEYS)
    for case in [(suite, frame, size, context, key) for size in sizes(frame)]
]
SAMPLE = [
    *[(suite, 128, size, 1, "aes") for suite in SUITES for size in (0, 128, 129)],
    *[(SUITES[-1], frame, size, 1, "aes") for frame in FRAMES for size in sizes(frame)],
    *[(SUITES[-2], 4096, 5000, context, key) for key in KEYS for context in range(len(CONTEXTS))],
    *[(SUITES[-1], 4096, 1 << 20, 1, "kms"), (SUITES[-2], 1 << 20, 3 << 20, 0, "kms")],
]
LARGE = [(suite, frame, 64 << 20, 0, "aes") for suite in SUITES[-2:] for frame in (4096, 1 << 20)]


@functools.cache
def plaintext(size: int) -> bytes:
    block = bytes(range(256))
    return (block * (size // 256 + 1))[:size]


class Both:
    """The same keys for kmslab and for the AWS Encryption SDK."""

    def __init__(self) -> None:
        self.kms = kmslab.Lab().client("kms")
        self.arn = self.kms.create_key()["KeyMetadata"]["Arn"]
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.library = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())

    def ours(self, key: str) -> Any:
        return {
            "kms": kmslab.KmsKey(self.arn, self.kms),
            "aes": kmslab.RawAesKey("tests", "key é", bytes(range(32))),
            "rsa": kmslab.RawRsaKey("tests", "rsa", self.pem, hash="SHA512"),
            "several": [self.ours("kms"), self.ours("aes"), self.ours("rsa")] if key == "several" else None,
        }[key]

    def theirs(self, key: str) -> Any:
        make = self.library
        if key == "kms":
            return make.create_aws_kms_keyring(mpl.CreateAwsKmsKeyringInput(kms_key_id=self.arn, kms_client=self.kms))
        if key == "aes":
            return make.create_raw_aes_keyring(
                mpl.CreateRawAesKeyringInput(
                    key_namespace="tests",
                    key_name="key é",
                    wrapping_key=bytes(range(32)),
                    wrapping_alg=mpl.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
                )
            )
        if key == "rsa":
            return make.create_raw_rsa_keyring(
                mpl.CreateRawRsaKeyringInput(
                    key_namespace="tests",
                    key_name="rsa",
                    padding_scheme=mpl.PaddingScheme.OAEP_SHA512_MGF1,
                    public_key=self.public,
                    private_key=self.pem,
                )
            )
        return make.create_multi_keyring(
            mpl.CreateMultiKeyringInput(
                generator=self.theirs("kms"), child_keyrings=[self.theirs("aes"), self.theirs("rsa")]
            )
        )


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    return Both()  # type: ignore[return-value]


def meets(both: Both, suite: str, frame: int, size: int, which: int, key: str) -> None:
    """Each seals, and each opens both."""
    algorithm = AlgorithmSuite[suite]
    policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    if not algorithm.is_committing():
        policy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    client = sdk.EncryptionSDKClient(commitment_policy=policy)
    keyring, context, data = both.theirs(key), CONTEXTS[which], plaintext(size)
    envelope = kmslab.Envelope(both.ours(key), suite=suite, commitment_policy=policy.name, frame_length=frame)

    sealed = envelope.seal(data, context)
    opened, header = client.decrypt(source=sealed, keyring=keyring, encryption_context=context)
    assert opened == data
    assert (header.algorithm, header.frame_length) == (algorithm, frame)
    theirs, _ = client.encrypt(
        source=data, keyring=keyring, encryption_context=dict(context), algorithm=algorithm, frame_length=frame
    )
    assert envelope.open(theirs, context) == data
    assert envelope.open(sealed, context) == data


@pytest.mark.parametrize(("suite", "frame", "size", "context", "key"), SAMPLE)
def test_what_one_seals_the_other_opens(both: Both, suite: str, frame: int, size: int, context: int, key: str) -> None:
    meets(both, suite, frame, size, context, key)


@pytest.mark.parametrize("frame", [1, 7, 100])
def test_frames_of_any_length_are_opened_by_theirs(both: Both, frame: int) -> None:
    envelope = kmslab.Envelope(both.ours("aes"), frame_length=frame)
    for size in (0, 1, 100):
        message = envelope.seal(plaintext(size))
        opened, _ = sdk.EncryptionSDKClient().decrypt(source=message, keyring=both.theirs("aes"))
        assert opened == plaintext(size)


@pytest.mark.matrix
def test_the_whole_matrix(both: Both) -> None:
    for case in MATRIX + LARGE:
        print(case)  # of a failure, the last one is shown
        meets(both, *case)


@pytest.mark.parametrize("suite", SUITES[-2:])
def test_pairs_that_are_not_stored(both: Both, suite: str) -> None:
    context = {"secret": "s", "stored": "t"}
    required = both.library.create_required_encryption_context_cmm(
        mpl.CreateRequiredEncryptionContextCMMInput(
            required_encryption_context_keys=["secret"],
            underlying_cmm=both.library.create_default_cryptographic_materials_manager(
                mpl.CreateDefaultCryptographicMaterialsManagerInput(keyring=both.theirs("kms"))
            ),
        )
    )
    client = sdk.EncryptionSDKClient()
    envelope = kmslab.Envelope(both.arn, client=both.kms, suite=suite, required_context=["secret"])
    sealed = envelope.seal(b"hello", context)
    assert b"secret" not in sealed
    opened, _ = client.decrypt(source=sealed, materials_manager=required, encryption_context=context)
    assert opened == b"hello"
    theirs, _ = client.encrypt(
        source=b"hello",
        materials_manager=required,
        encryption_context=context,
        algorithm=AlgorithmSuite[suite],
    )
    assert envelope.open(theirs, {"secret": "s"}) == b"hello"
    with pytest.raises(kmslab.EnvelopeError, match="secret is required"):
        envelope.open(theirs)


def test_a_stream_of_theirs_opens_in_pieces(both: Both) -> None:
    import io

    client = sdk.EncryptionSDKClient()
    data = plaintext(300_000)
    with client.stream(mode="e", source=io.BytesIO(data), keyring=both.theirs("kms"), frame_length=1024) as sealing:
        message = sealing.read()
    envelope = kmslab.Envelope(both.arn, client=both.kms)
    with envelope.reader(io.BytesIO(message)) as opened:
        assert opened.read() == data
        assert opened.suite == "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"
    sealed = io.BytesIO()
    with envelope.writer(sealed) as writer:
        for at in range(0, len(data), 777):
            writer.write(data[at : at + 777])
    with client.stream(mode="d", source=io.BytesIO(sealed.getvalue()), keyring=both.theirs("kms")) as opening:
        assert opening.read() == data
