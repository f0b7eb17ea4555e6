"""`Recipient`: answers that only an attested environment can read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import kmslab
import pytest
from attested import MODULE, NOW, PCRS, Enclave, cbor, certificate, sign1
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@pytest.fixture(scope="module")
def enclave() -> Enclave:
    return Enclave()


@pytest.fixture
def lab(enclave: Enclave) -> kmslab.Lab:
    made = kmslab.Lab(now=NOW)
    made.trust_attestation_root(enclave.root)
    return made


def decrypting(lab: kmslab.Lab, recipient: dict[str, Any], policy: Any = None) -> dict[str, Any]:
    """Encrypts and decrypts, for a recipient."""
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"for the enclave")["CiphertextBlob"]
    who = None if policy is None else lab.user("app", policy=policy)
    answer: dict[str, Any] = lab.client("kms", as_=who).decrypt(CiphertextBlob=sealed, Recipient=recipient)
    return answer


def test_every_operation_answers_the_enclave_alone(lab: kmslab.Lab, enclave: Enclave) -> None:
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
    other = ec.generate_private_key(ec.SECP256R1())
    spki = other.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    there = {"Recipient": enclave.recipient}
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"a": "b"})["CiphertextBlob"]

    answer = kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"}, **there)
    assert enclave.open(answer["CiphertextForRecipient"]) == b"hello"
    assert not answer.get("Plaintext")
    assert "KeyMaterialId" not in answer

    answer = kms.generate_data_key(KeyId=key, KeySpec="AES_256", **there)
    opened = enclave.open(answer["CiphertextForRecipient"])
    assert kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == opened
    assert len(opened) == 32
    assert not answer.get("Plaintext")
    assert "KeyMaterialId" not in answer

    answer = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256", **there)
    opened = enclave.open(answer["CiphertextForRecipient"])
    assert kms.decrypt(CiphertextBlob=answer["PrivateKeyCiphertextBlob"])["Plaintext"] == opened
    private = serialization.load_der_private_key(opened, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert not answer.get("PrivateKeyPlaintext")

    answer = kms.generate_random(NumberOfBytes=100, **there)
    assert len(enclave.open(answer["CiphertextForRecipient"])) == 100
    assert not answer.get("Plaintext")

    answer = kms.derive_shared_secret(KeyId=pair, KeyAgreementAlgorithm="ECDH", PublicKey=spki, **there)
    ours = serialization.load_der_public_key(kms.get_public_key(KeyId=pair)["PublicKey"])
    assert isinstance(ours, ec.EllipticCurvePublicKey)
    assert enclave.open(answer["CiphertextForRecipient"]) == other.exchange(ec.ECDH(), ours)
    assert not answer.get("SharedSecret")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_opens_the_answer(lab: kmslab.Lab, enclave: Enclave, tmp_path: Path) -> None:
    key, answer = tmp_path / "key.pem", tmp_path / "answer.der"
    key.write_bytes(
        enclave.secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    answer.write_bytes(decrypting(lab, enclave.recipient)["CiphertextForRecipient"])
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", str(answer), "-inkey", str(key), "-binary"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.stdout == b"for the enclave", done.stderr


def rule(condition: dict[str, Any]) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": allow}


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"kms:RecipientAttestation:ImageSha384": "a0" * 48}}, True),
        ({"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": "A0" * 48}}, True),
        ({"StringEquals": {"kms:RecipientAttestation:ImageSha384": "a1" * 48}}, False),
        ({"StringEquals": {"kms:RecipientAttestation:PCR0": "a0" * 48}}, True),
        (
            {"StringEquals": {"kms:RecipientAttestation:PCR1": "a1" * 48, "kms:RecipientAttestation:PCR2": "a2" * 48}},
            True,
        ),
        ({"StringEquals": {"kms:RecipientAttestation:PCR3": "00" * 48}}, True),
        ({"Null": {"kms:RecipientAttestation:PCR4": "true"}}, True),
        ({"Null": {"kms:RecipientAttestation:NitroTPMPCR0": "false"}}, False),
    ],
)
def test_policies_ask_for_measurements(
    lab: kmslab.Lab, enclave: Enclave, condition: dict[str, Any], allowed: bool
) -> None:
    if allowed:
        assert enclave.open(decrypting(lab, enclave.recipient, rule(condition))["CiphertextForRecipient"])
        return
    with pytest.raises(ClientError, match="AccessDeniedException"):
        decrypting(lab, enclave.recipient, rule(condition))


def test_without_a_document_there_are_no_measurements(lab: kmslab.Lab) -> None:
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"for the enclave")["CiphertextBlob"]
    app = lab.user("app", policy=rule({"StringEquals": {"kms:RecipientAttestation:PCR0": "a0" * 48}}))
    with pytest.raises(ClientError, match="AccessDeniedException") as denied:
        lab.client("kms", as_=app).decrypt(CiphertextBlob=sealed)
    assert "kms:RecipientAttestation:PCR0" in str(lab.explain(denied.value))


def test_a_tpm_has_registers_of_its_own(lab: kmslab.Lab, enclave: Enclave) -> None:
    tpm = Enclave(members={"pcrs": ..., "nitrotpm_pcrs": {4: PCRS[1], 7: PCRS[2]}})
    lab.trust_attestation_root(tpm.root)
    condition = {"StringEquals": {"kms:RecipientAttestation:NitroTPMPCR7": "a2" * 48}}
    assert tpm.open(decrypting(lab, tpm.recipient, rule(condition))["CiphertextForRecipient"])
    with pytest.raises(ClientError, match="AccessDeniedException"):
        decrypting(lab, tpm.recipient, rule({"Null": {"kms:RecipientAttestation:ImageSha384": "false"}}))


def test_the_trail_names_module_and_image(lab: kmslab.Lab, enclave: Enclave) -> None:
    decrypting(lab, enclave.recipient)
    record = lab.trail[-1]
    assert record["additionalEventData"]["recipient"] == {
        "attestationDocumentModuleId": MODULE,
        "attestationDocumentEnclaveImageDigest": "a0" * 48,
    }
    assert "recipient" not in record["requestParameters"]


def flipped(document: bytes, at: int) -> bytes:
    return document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :]


BAD: dict[str, Callable[[Enclave], bytes]] = {
    "no document at all": lambda _: b"hello",
    "its last byte is another": lambda it: flipped(it.document, -1 + len(it.document)),
    "a register is another": lambda it: it.document.replace(PCRS[0], PCRS[1]),
    "the key is another": lambda it: it.document.replace(it.payload["public_key"], Enclave().payload["public_key"]),
    "cut short": lambda it: it.document[:-1],
    "longer": lambda it: it.document + b"\0",
    "signed by another": lambda it: sign1(cbor(it.payload), it.keys[1]),
    "another algorithm": lambda it: sign1(cbor(it.payload), it.keys[2], algorithm=-7),
    "a payload that is no map": lambda it: sign1(cbor([1, 2]), it.keys[2]),
}


@pytest.mark.parametrize("name", BAD)
def test_what_was_tampered_with_is_refused(lab: kmslab.Lab, enclave: Enclave, name: str) -> None:
    recipient = {**enclave.recipient, "AttestationDocument": BAD[name](enclave)}
    with pytest.raises(ClientError) as refused:
        decrypting(lab, recipient)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "attestation document" in refused.value.response["Error"]["Message"]


WRONG: dict[str, dict[str, Any]] = {
    "no key": {"members": {"public_key": None}},
    "a key that is none": {"members": {"public_key": b"key"}},
    "no register": {"members": {"pcrs": {}}},
    "a register too many": {"members": {"pcrs": {32: bytes(48)}}},
    "a register of another length": {"members": {"pcrs": {0: bytes(47)}}},
    "no module": {"members": {"module_id": ""}},
    "another digest": {"members": {"digest": "SHA256"}},
    "no moment": {"members": {"timestamp": 0}},
    "no certificate": {"members": {"certificate": ...}},
    "no authorities": {"members": {"cabundle": []}},
    "a certificate that is none": {"members": {"certificate": b"certificate"}},
    "a small key": {"bits": 1024},
    "an expired certificate": {"leaf": {"begins": NOW - timedelta(hours=4)}},
    "a certificate of tomorrow": {"leaf": {"begins": NOW + timedelta(hours=4)}},
    "an expired authority": {"middle": {"begins": NOW - timedelta(hours=4)}},
    "an authority that is none": {"middle": {"authority": False, "path": None}},
    "another hash": {"leaf": {"digest": hashes.SHA256()}},
}


@pytest.mark.parametrize("name", WRONG)
def test_documents_that_are_not_as_they_should_be_are_refused(name: str) -> None:
    lab, enclave = kmslab.Lab(now=NOW), Enclave(**WRONG[name])
    lab.trust_attestation_root(enclave.root)
    with pytest.raises(ClientError) as refused:
        decrypting(lab, enclave.recipient)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_only_roots_that_are_trusted_count(enclave: Enclave) -> None:
    lab = kmslab.Lab(now=NOW)
    with pytest.raises(ClientError, match="trusts no root"):
        decrypting(lab, enclave.recipient)
    lab.trust_attestation_root(Enclave().root)
    with pytest.raises(ClientError, match="root that is trusted"):
        decrypting(lab, enclave.recipient)
    # A root of the same name that signed the rest does not make it the trusted one.
    imposter = Enclave()
    with pytest.raises(ClientError, match="ValidationException"):
        decrypting(lab, imposter.recipient)


def test_an_authority_below_one_that_may_have_none_is_refused() -> None:
    enclave, lab = Enclave(), kmslab.Lab(now=NOW)
    lab.trust_attestation_root(enclave.root)
    extra = ec.generate_private_key(ec.SECP384R1())
    payload = dict(enclave.payload)
    payload["cabundle"] = [*payload["cabundle"], certificate("more", extra, ("zone", enclave.keys[1]))]
    payload["certificate"] = certificate(MODULE, enclave.keys[2], ("more", extra), authority=False)
    document = sign1(cbor(payload), enclave.keys[2])
    with pytest.raises(ClientError, match="not signed by the one before it"):
        decrypting(lab, {**enclave.recipient, "AttestationDocument": document})


def test_a_root_is_a_certificate_and_is_saved_with_the_lab(enclave: Enclave, tmp_path: Path) -> None:
    import base64

    lab = kmslab.Lab(now=NOW)
    for bad in (
        b"",
        b"root",
        enclave.payload["certificate"],
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
    ):
        with pytest.raises(kmslab.LabError, match="not the certificate"):
            lab.trust_attestation_root(bad)
    body = base64.encodebytes(enclave.root).decode()
    lab.trust_attestation_root(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    lab.save(tmp_path / "lab.kmslab")
    opened = kmslab.Lab.open(tmp_path / "lab.kmslab")
    assert enclave.open(decrypting(opened, enclave.recipient)["CiphertextForRecipient"]) == b"for the enclave"


@pytest.mark.parametrize("missing", ["KeyEncryptionAlgorithm", "AttestationDocument"])
def test_a_recipient_has_both_members(lab: kmslab.Lab, enclave: Enclave, missing: str) -> None:
    recipient = {name: value for name, value in enclave.recipient.items() if name != missing}
    with pytest.raises(ClientError, match="Member must not be null"):
        decrypting(lab, recipient)
