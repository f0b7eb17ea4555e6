"""Messages: kmslab beside the AWS Encryption SDK for Python, and beside `cryptography`'s AES-256-GCM alone.

Large data is sealed and opened under a raw AES key, so that no KMS is in the way; small messages ask a lab's KMS, with and
without data-key caching. Files are sealed beside a copy of the same file.

Prints rows of `scripts/bench_table.py` as JSON, one a line, and between them MiB or messages a second for people.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_encryption_sdk
import kmslab
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders, models
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_encryption_sdk.identifiers import AlgorithmSuite
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20
SUITES = {"unsigned": "AES_256_GCM_HKDF_SHA512_COMMIT_KEY", "signed": "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"}
KEY = bytes(range(32))


def race(contestants: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Microseconds of a call, each the median of turns that are taken one after the other."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    end = time.perf_counter() + seconds
    turns = 0
    while turns < 3 or time.perf_counter() < end:
        for name, call in contestants.items():
            start = time.perf_counter()
            call()
            taken[name].append((time.perf_counter() - start) * 1e6)
        turns += 1
    # The first turn of each is a warm-up.
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def row(what: str, ours: float, rival: float, name: str, **limits: float) -> None:
    """Prints a row."""
    print(json.dumps({"what": what, "ours": ours, "rival": rival, "name": name, **limits}), flush=True)


def providers() -> Any:
    """The library of keyrings."""
    return AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


def raw_keyring() -> Any:
    """The raw AES key, as the AWS Encryption SDK has it."""
    return providers().create_raw_aes_keyring(
        models.CreateRawAesKeyringInput(
            key_namespace="bench",
            key_name="key",
            wrapping_key=KEY,
            wrapping_alg=models.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        )
    )


def bulk(size: int, frame: int, which: str, seconds: float) -> None:
    """One size, one frame length, one suite: seal, open."""
    data = os.urandom(min(size, MIB)) * max(size // MIB, 1)
    suite = SUITES[which]
    envelope = kmslab.Envelope(kmslab.RawAesKey("bench", "key", KEY), suite=suite, frame_length=frame)
    sdk, keyring = aws_encryption_sdk.EncryptionSDKClient(), raw_keyring()
    gcm = AESGCM(KEY)
    message, sealed = envelope.seal(data), gcm.encrypt(bytes(12), data, None)
    theirs = {
        "seal": lambda: sdk.encrypt(
            source=data, keyring=keyring, algorithm=AlgorithmSuite[suite], frame_length=frame, encryption_context={}
        ),
        "open": lambda: sdk.decrypt(source=message, keyring=keyring),
    }
    ours = {"seal": lambda: envelope.seal(data), "open": lambda: envelope.open(message)}
    alone = {"seal": lambda: gcm.encrypt(bytes(12), data, None), "open": lambda: gcm.decrypt(bytes(12), sealed, None)}
    for verb in ("seal", "open"):
        what = f"{verb} {size // MIB} MiB, {which}, frames of {frame // 1024} KiB"
        contestants: dict[str, Callable[[], object]] = {"kmslab": ours[verb], "alone": alone[verb]}
        if size <= 64 * MIB:
            contestants["sdk"] = theirs[verb]
        taken = race(contestants, seconds)
        row(what, taken["kmslab"], taken["alone"], "AESGCM alone")
        rates = {name: size / MIB / (each / 1e6) for name, each in taken.items()}
        told = f"MiB a second, {what}: kmslab {rates['kmslab']:,.0f}, cryptography's AESGCM {rates['alone']:,.0f}"
        if "sdk" in taken:
            row(what, taken["kmslab"], taken["sdk"], "aws-encryption-sdk", limit_ratio=0.05)
            told += f", aws-encryption-sdk {rates['sdk']:,.0f}"
        print(told, flush=True)


def small(which: str, seconds: float) -> None:
    """Messages of 100 bytes, with a lab's KMS key."""
    data, suite = os.urandom(100), SUITES[which]
    kms = kmslab.Lab().client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    sdk = aws_encryption_sdk.EncryptionSDKClient()
    keyring = providers().create_aws_kms_keyring(models.CreateAwsKmsKeyringInput(kms_key_id=arn, kms_client=kms))
    cache = kmslab.DataKeyCache(max_age=3600)
    for told, envelope in (
        ("", kmslab.Envelope(arn, client=kms, suite=suite)),
        (", data keys cached", kmslab.Envelope(arn, client=kms, suite=suite, cache=cache)),
    ):
        message = envelope.seal(data)
        pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "seal": (
                lambda envelope=envelope: envelope.seal(data),  # type: ignore[misc]
                lambda: sdk.encrypt(
                    source=data, keyring=keyring, algorithm=AlgorithmSuite[suite], encryption_context={}
                ),
            ),
            "open": (
                lambda envelope=envelope, message=message: envelope.open(message),  # type: ignore[misc]
                lambda message=message: sdk.decrypt(source=message, keyring=keyring),  # type: ignore[misc]
            ),
        }
        for verb, (ours, theirs) in pairs.items():
            taken = race({"kmslab": ours, "sdk": theirs}, seconds)
            what = f"{verb} 100 B, {which}{told}"
            row(what, taken["kmslab"], taken["sdk"], "aws-encryption-sdk")
            print(f"messages a second, {what}: kmslab {1e6 / taken['kmslab']:,.0f}, sdk {1e6 / taken['sdk']:,.0f}")


def files(size: int, seconds: float) -> None:
    """From file to file, beside a copy."""
    envelope = kmslab.Envelope(kmslab.RawAesKey("bench", "key", KEY), suite=SUITES["unsigned"], frame_length=64 * 1024)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, copy = folder / "data", folder / "copy"
        source.write_bytes(os.urandom(MIB) * (size // MIB))
        sealed = envelope.seal_file(source, progress=False)

        def copied() -> None:
            shutil.copyfile(source, copy)
            with copy.open("rb") as file:
                os.fsync(file.fileno())

        taken = race(
            {
                "seal": lambda: envelope.seal_file(source, sealed, overwrite=True, progress=False),
                "open": lambda: envelope.open_file(sealed, folder / "opened", overwrite=True, progress=False),
                "copy": copied,
            },
            seconds,
        )
    for verb in ("seal", "open"):
        what = f"{verb} a file of {size // MIB} MiB, unsigned, frames of 64 KiB"
        row(what, taken[verb], taken["copy"], "a copy of it", limit_ratio=1.25)
        rates = {name: size / MIB / (each / 1e6) for name, each in taken.items()}
        print(f"MiB a second, {what}: kmslab {rates[verb]:,.0f}, a copy {rates['copy']:,.0f}")


def main() -> None:
    """Measures everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each case is measured")
    parser.add_argument("--large", action="store_true", help="1 GiB too")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for which in SUITES:
        small(which, options.seconds)
        for size, frame in ((1, 4), (1, 64), (64, 4), (64, 64), (64, 1024)):
            bulk(size * MIB, frame * 1024, which, options.seconds)
        if options.large:
            bulk(1024 * MIB, MIB, which, options.seconds)
    files(256 * MIB, options.seconds)


if __name__ == "__main__":
    main()
