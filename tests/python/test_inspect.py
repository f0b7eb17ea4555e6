"""Ciphertexts, taken apart without a key."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import kmslab
import pytest
from test_cli import kmslab_

# AWS CLI Command Reference, `generate-data-key`, example 1.
PUBLISHED = (
    "AQEDAHjRYf5WytIc0C857tFSnBaPn2F8DgfmThbJlGfR8P3WlwAAAH4wfAYJKoZIhvcNAQcGoG8wbQIBADBoBgkqhkiG9w0BBwEwHgYJYIZIAWUD"
    "BAEuMBEEDEFogLqPWZconQhwHAIBEIA7d9AC7GeJJM34njQvg4Wf1d5sw0NIo1MrBqZa+YdhV8MrkBQPeac0ReRVNDt9qleAt+SHgIRF8P0H+7U="
)


@pytest.fixture
def sealed() -> bytes:
    kms = kmslab.Lab(seed=1).client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob: bytes = kms.encrypt(KeyId=key, Plaintext=bytes(32), EncryptionContext={"a": "b"})["CiphertextBlob"]
    return blob


def test_messages_are_taken_apart_with_the_ciphertext_of_kms_in_them(sealed: bytes) -> None:
    lab = kmslab.Lab(seed=1)
    key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    envelope = kmslab.Envelope(key, client=lab.client("kms"))
    message = envelope.seal(bytes(100_000), {"tenant": "7"})
    found = kmslab.inspect(message)
    assert found.format == "AWS Encryption SDK message"
    assert bytes.fromhex("".join(field["hex"] for field in found)) == message
    assert {"commitment", "context key", "key material", "nonce", "frames", "last frame", "signature"} <= {
        field["name"] for field in found
    }
    assert "100000 bytes of plaintext in 25 frames" in found.notes
    assert "<table" in found.to_html() and max(map(len, found.text(width=80, colour=False).splitlines())) <= 80
    with pytest.raises(ValueError, match="ends here, 1 bytes too early"):
        kmslab.inspect(message[:-1])


def test_every_byte_of_a_ciphertext_is_in_a_field(sealed: bytes) -> None:
    found = kmslab.inspect(sealed)
    assert found.format == "KMS ciphertext"
    assert bytes.fromhex("".join(field["hex"] for field in found)) == sealed
    assert [field["at"] for field in found] == [
        sum(field["length"] for field in list(found)[:nth]) for nth in range(len(found))
    ]
    assert found.to_dict()["length"] == len(sealed) == 184
    assert kmslab.inspect(base64.b64encode(sealed).decode()).to_dict() == found.to_dict()


def test_the_key_material_is_the_one_that_sealed() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    first = kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256")
    kms.rotate_key_on_demand(KeyId=key)
    second = kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256")
    for answer in (first, second):
        material = next(f for f in kmslab.inspect(answer["CiphertextBlob"]) if f["name"] == "key material")
        assert material["hex"] == answer["KeyMaterialId"]
    assert first["KeyMaterialId"] != second["KeyMaterialId"]


def test_what_aws_made_is_taken_apart_too() -> None:
    found = kmslab.inspect(PUBLISHED)
    assert found.notes[0].startswith("laid out as AWS KMS does")
    assert [field["name"] for field in found][:3] == ["format", "key material", "length"]


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "byte 0: ends here"),
        (b"hello, world", "byte 0: 68 where every KMS ciphertext has 01"),
        ("AQICAHg=", "byte 5: ends here"),
        ("AQIC?", "character 4 is '?'"),
        ("A", "not base64"),
    ],
)
def test_bad_bytes_are_refused_with_their_place(blob: bytes | str, message: str) -> None:
    with pytest.raises(ValueError, match="byte|base64") as refused:
        kmslab.inspect(blob)
    assert message in str(refused.value)


def test_it_is_shown_in_every_form(sealed: bytes) -> None:
    found = kmslab.inspect(sealed)
    assert max(map(len, found.text(width=60, colour=False).splitlines())) <= 60
    assert "\x1b[" in found.text(colour=True)
    assert "\x1b[" not in repr(found)
    assert "<table" in found._repr_html_()


def test_the_command_takes_base64_files_answers_and_standard_input(sealed: bytes, tmp_path: Path) -> None:
    text = base64.b64encode(sealed).decode()
    raw, answer = tmp_path / "sealed.bin", tmp_path / "answer.json"
    raw.write_bytes(sealed)
    answer.write_text(json.dumps({"CiphertextBlob": text, "KeyId": "x"}), encoding="utf-8")
    outs = [
        kmslab_("inspect", text),
        kmslab_("inspect", raw),
        kmslab_("inspect", answer),
        kmslab_("inspect", "-", input=text + "\n"),
    ]
    for done in outs:
        assert (done.returncode, done.stdout) == (0, outs[0].stdout), done.stderr
    assert "32 bytes of plaintext" in outs[0].stdout
    assert json.loads(kmslab_("inspect", "--json", raw).stdout) == kmslab.inspect(sealed).to_dict()
    assert kmslab_("inspect", "--html", raw).stdout.strip() == kmslab.inspect(sealed).to_html().strip()


@pytest.mark.parametrize("given", ["AQICAHg=", "no such file.bin", "{}"])
def test_the_command_refuses_what_is_no_ciphertext(given: str) -> None:
    done = kmslab_("inspect", given)
    assert done.returncode == 1
    assert done.stderr.startswith("kmslab: ") and done.stdout == ""
