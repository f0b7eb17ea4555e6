"""Key material of one's own: wrapped with another library, imported, expired by the clock, imported again."""

from __future__ import annotations

import datetime
import hmac
import os
from collections.abc import Callable
from typing import Any

import kmslab
import pytest
from botocore.exceptions import ClientError

pytest.importorskip("cryptography")
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

SPECS = ["RSA_2048", "RSA_3072", "RSA_4096"]
# AWS still takes SHA-1 here.
DIGESTS: dict[str, hashes.HashAlgorithm] = {"SHA_1": hashes.SHA1(), "SHA_256": hashes.SHA256()}  # noqa: S303


def wrapped(parameters: Any, algorithm: str, material: bytes) -> bytes:
    """The material under the public key of `GetParametersForImport`."""
    public: Any = serialization.load_der_public_key(parameters["PublicKey"])
    digest = DIGESTS["SHA_1" if algorithm.endswith("SHA_1") else "SHA_256"]
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    if algorithm.startswith("RSA_AES"):
        aes = os.urandom(32)
        sealed: bytes = public.encrypt(aes, oaep) + keywrap.aes_key_wrap_with_padding(aes, material)
        return sealed
    direct: bytes = public.encrypt(material, oaep)
    return direct


def put(
    kms: Any, key: str, material: bytes, /, algorithm: str = "RSAES_OAEP_SHA_256", spec: str = "RSA_2048", **more: Any
) -> Any:
    """Imports `material` into `key`."""
    parameters = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec=spec)
    return kms.import_key_material(
        KeyId=key,
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrapped(parameters, algorithm, material),
        **({"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"} | more),
    )


def pkcs8(private: Any) -> bytes:
    """A private key as `ImportKeyMaterial` takes it."""
    der: bytes = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return der


def external(kms: Any, **more: Any) -> str:
    """A key without material."""
    key: str = kms.create_key(Origin="EXTERNAL", **more)["KeyMetadata"]["KeyId"]
    return key


def state(kms: Any, key: str) -> str:
    found: str = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    return found


def test_material_is_imported_expires_and_is_imported_again(code: Callable[[Callable[[], Any]], str]) -> None:
    lab = kmslab.Lab(now="2030-01-01T00:00:00Z")
    kms = lab.client("kms")
    key = external(kms)
    material = os.urandom(32)
    assert state(kms, key) == "PendingImport"
    until = datetime.datetime(2030, 1, 11, tzinfo=datetime.UTC)
    answer = put(kms, key, material, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=until)
    box = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"a": "b"})["CiphertextBlob"]
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (metadata["ExpirationModel"], metadata["ValidTo"]) == ("KEY_MATERIAL_EXPIRES", until)
    lab.clock.advance(days=11)
    assert code(lambda: kms.decrypt(CiphertextBlob=box, EncryptionContext={"a": "b"})) == "KMSInvalidStateException"
    assert state(kms, key) == "PendingImport"
    assert [record["eventName"] for record in lab.trail].count("DeleteExpiredKeyMaterial") == 1
    assert code(lambda: put(kms, key, os.urandom(32))) == "IncorrectKeyMaterialException"
    assert put(kms, key, material)["KeyMaterialId"] == answer["KeyMaterialId"]
    assert kms.decrypt(CiphertextBlob=box, EncryptionContext={"a": "b"})["Plaintext"] == b"hello"


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
def test_every_wrapping_that_aws_takes_for_bytes(spec: str, algorithm: str) -> None:
    kms = kmslab.Lab().client("kms")
    key = external(kms)
    put(kms, key, os.urandom(32), algorithm=algorithm, spec=spec)
    box = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=box)["Plaintext"] == b"hello"


def test_private_keys_and_hmac_keys_are_what_another_library_made() -> None:
    kms = kmslab.Lab().client("kms")
    message = b"hello"
    for private, spec, algorithm, wrapping in (
        (rsa.generate_private_key(65537, 2048), "RSA_2048", "RSASSA_PSS_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"),
        (ec.generate_private_key(ec.SECP256R1()), "ECC_NIST_P256", "ECDSA_SHA_256", "RSAES_OAEP_SHA_256"),
        (ec.generate_private_key(ec.SECP384R1()), "ECC_NIST_P384", "ECDSA_SHA_384", "RSA_AES_KEY_WRAP_SHA_1"),
        (ec.generate_private_key(ec.SECP521R1()), "ECC_NIST_P521", "ECDSA_SHA_512", "RSA_AES_KEY_WRAP_SHA_256"),
        (ec.generate_private_key(ec.SECP256K1()), "ECC_SECG_P256K1", "ECDSA_SHA_256", "RSAES_OAEP_SHA_1"),
    ):
        key = external(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
        put(kms, key, pkcs8(private), algorithm=wrapping)
        assert kms.get_public_key(KeyId=key)["PublicKey"] == private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[-3:]]
        if isinstance(private, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            signature = private.sign(message, pss, digest)
        else:
            signature = private.sign(message, ec.ECDSA(digest))
        answer = kms.verify(KeyId=key, Message=message, Signature=signature, SigningAlgorithm=algorithm)
        assert answer["SignatureValid"], spec
        assert "KeyMaterialId" not in put(kms, key, pkcs8(private), algorithm=wrapping)
    secret = os.urandom(48)
    key = external(kms, KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC")
    put(kms, key, secret)
    mac = kms.generate_mac(KeyId=key, Message=message, MacAlgorithm="HMAC_SHA_384")["Mac"]
    assert mac == hmac.digest(secret, message, "sha384")


def test_a_related_key_opens_after_the_same_import() -> None:
    lab = kmslab.Lab()
    home, away = (lab.client("kms", region=region) for region in ("us-east-1", "eu-west-1"))
    key = external(home, MultiRegion=True)
    material = os.urandom(32)
    put(home, key, material)
    home.replicate_key(KeyId=key, ReplicaRegion="eu-west-1")
    assert state(away, key) == "PendingImport"
    put(away, key, material)
    box = home.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    assert away.decrypt(CiphertextBlob=box)["Plaintext"] == b"hello"


def test_a_damaged_token_is_none() -> None:
    kms = kmslab.Lab().client("kms")
    key = external(kms)
    with pytest.raises(ClientError) as caught:
        kms.import_key_material(
            KeyId=key,
            ImportToken=b"not a token",
            EncryptedKeyMaterial=b"x",
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        )
    assert caught.value.response["Error"]["Code"] == "InvalidImportTokenException"
