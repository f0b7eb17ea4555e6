"""What kmslab signs, encrypts and derives, OpenSSL accepts, and the other way round: by `cryptography`, which brings a
newer OpenSSL along, and by the command `openssl` for SM2."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kmslab
import pytest

pytest.importorskip("cryptography")
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

MESSAGE = b"a message of some length"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "224": hashes.SHA224(),
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
CURVES = {"ECC_NIST_P256": 32, "ECC_NIST_P384": 48, "ECC_NIST_P521": 66}


@pytest.fixture(scope="module")
def kms() -> Any:
    return kmslab.Lab(seed=5).client("kms")


def made(kms: Any, spec: str, usage: str) -> tuple[str, Any]:
    """A key's id and its public key, as OpenSSL reads it."""
    key = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    return key, load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])


def digest(name: str, message: bytes) -> bytes:
    hashing = hashes.Hash(HASHES[name])
    hashing.update(message)
    return hashing.finalize()


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072"])
def test_rsa_signatures(kms: Any, spec: str) -> None:
    key, public = made(kms, spec, "SIGN_VERIFY")
    assert public.key_size == int(spec[4:])
    assert public.public_numbers().e == 65537
    for size in ("256", "384", "512"):
        schemes = {
            f"RSASSA_PSS_SHA_{size}": padding.PSS(padding.MGF1(HASHES[size]), padding.PSS.DIGEST_LENGTH),
            f"RSASSA_PKCS1_V1_5_SHA_{size}": padding.PKCS1v15(),
        }
        for algorithm, scheme in schemes.items():
            raw = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm=algorithm)["Signature"]
            public.verify(raw, MESSAGE, scheme, HASHES[size])
            hashed = digest(size, MESSAGE)
            signed = kms.sign(KeyId=key, Message=hashed, MessageType="DIGEST", SigningAlgorithm=algorithm)
            public.verify(signed["Signature"], hashed, scheme, utils.Prehashed(HASHES[size]))
            with pytest.raises(InvalidSignature):
                public.verify(raw, MESSAGE + b"!", scheme, HASHES[size])


def test_rsa_encryption(kms: Any) -> None:
    key, public = made(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    for algorithm, hashing in {"RSAES_OAEP_SHA_1": hashes.SHA1(), "RSAES_OAEP_SHA_256": hashes.SHA256()}.items():  # noqa: S303
        scheme = padding.OAEP(padding.MGF1(hashing), hashing, None)
        sealed = public.encrypt(MESSAGE, scheme)
        opened = kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionAlgorithm=algorithm)
        assert opened["Plaintext"] == MESSAGE
        pair = kms.generate_data_key_pair(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], KeyPairSpec="RSA_2048")
        private = load_der_private_key(pair["PrivateKeyPlaintext"], None)
        assert isinstance(private, rsa.RSAPrivateKey)
        again = load_der_public_key(pair["PublicKey"])
        assert isinstance(again, rsa.RSAPublicKey)
        assert private.decrypt(again.encrypt(MESSAGE, scheme), scheme) == MESSAGE


@pytest.mark.parametrize(
    ("spec", "size"),
    [("ECC_NIST_P256", "256"), ("ECC_NIST_P384", "384"), ("ECC_NIST_P521", "512"), ("ECC_SECG_P256K1", "256")],
)
def test_ecdsa(kms: Any, spec: str, size: str) -> None:
    key, public = made(kms, spec, "SIGN_VERIFY")
    algorithm = f"ECDSA_SHA_{size}"
    for _ in range(8):
        signature = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm=algorithm)["Signature"]
        public.verify(signature, MESSAGE, ec.ECDSA(HASHES[size]))
    hashed = digest(size, MESSAGE)
    signed = kms.sign(KeyId=key, Message=hashed, MessageType="DIGEST", SigningAlgorithm=algorithm)
    public.verify(signed["Signature"], hashed, ec.ECDSA(utils.Prehashed(HASHES[size])))


def test_ed25519(kms: Any) -> None:
    key, public = made(kms, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
    assert isinstance(public, ed25519.Ed25519PublicKey)
    signed = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="ED25519_SHA_512")
    public.verify(signed["Signature"], MESSAGE)


@pytest.mark.parametrize("spec", list(CURVES))
def test_diffie_hellman(kms: Any, spec: str) -> None:
    key, public = made(kms, spec, "KEY_AGREEMENT")
    peer = ec.generate_private_key(public.curve)
    der = peer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    derived = kms.derive_shared_secret(KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=der)["SharedSecret"]
    assert derived == peer.exchange(ec.ECDH(), public)
    assert len(derived) == CURVES[spec]


@pytest.mark.parametrize("size", list(HASHES))
def test_hmac_is_as_long_as_its_hash(kms: Any, size: str) -> None:
    key = kms.create_key(KeySpec=f"HMAC_{size}", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    mac = kms.generate_mac(KeyId=key, Message=MESSAGE, MacAlgorithm=f"HMAC_SHA_{size}")["Mac"]
    assert len(mac) == HASHES[size].digest_size == len(HMAC(b"key", HASHES[size]).finalize())


@pytest.mark.parametrize("spec", ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"])
def test_ml_dsa(kms: Any, spec: str) -> None:
    try:
        key, public = made(kms, spec, "SIGN_VERIFY")
    except (UnsupportedAlgorithm, ValueError):
        pytest.skip("this cryptography has no ML-DSA")
    signed = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="ML_DSA_SHAKE_256")
    public.verify(signed["Signature"], MESSAGE)
    mu = bytes(range(64))
    signed = kms.sign(KeyId=key, Message=mu, MessageType="EXTERNAL_MU", SigningAlgorithm="ML_DSA_SHAKE_256")
    public.verify_mu(signed["Signature"], mu)


@pytest.mark.parametrize("spec", ["ML_KEM_768", "ML_KEM_1024"])
def test_ml_kem(kms: Any, spec: str) -> None:
    try:
        key, public = made(kms, spec, "ENCAPSULATE_DECAPSULATE")
    except (UnsupportedAlgorithm, ValueError):
        pytest.skip("this cryptography has no ML-KEM")
    secret, sealed = public.encapsulate()
    opened = kms.decapsulate(KeyId=key, EncapsulationAlgorithm="ML_KEM", SharedSecretCiphertextBlob=sealed)
    assert opened["SharedSecret"] == secret
    pair = kms.generate_data_key_pair(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], KeyPairSpec=spec)
    private: Any = load_der_private_key(pair["PrivateKeyPlaintext"], None)
    secret, sealed = load_der_public_key(pair["PublicKey"]).encapsulate()  # type: ignore[union-attr]
    assert private.decapsulate(sealed) == secret


@pytest.mark.parametrize(
    "spec",
    ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"],
)
def test_data_key_pairs_are_written_as_openssl_writes_them(kms: Any, spec: str) -> None:
    pair = kms.generate_data_key_pair(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], KeyPairSpec=spec)
    private = load_der_private_key(pair["PrivateKeyPlaintext"], None)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public == pair["PublicKey"]
    written = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert written == pair["PrivateKeyPlaintext"]


OPENSSL = shutil.which("openssl")


def openssl(*words: str) -> bytes:
    assert OPENSSL is not None
    done = subprocess.run([OPENSSL, *words], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this openssl does not know it: {done.stderr.decode()}")
    return done.stdout


@pytest.mark.skipif(OPENSSL is None, reason="no command openssl here")
def test_sm2(tmp_path: Path) -> None:
    kms = kmslab.Lab(seed=5).client("kms", region="cn-north-1")
    message, signature, public = (tmp_path / name for name in ("message", "signature", "public"))
    message.write_bytes(MESSAGE)
    key = kms.create_key(KeySpec="SM2", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public.write_bytes(kms.get_public_key(KeyId=key)["PublicKey"])
    signature.write_bytes(kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="SM2DSA")["Signature"])
    common = ("-inkey", str(public), "-pubin", "-keyform", "DER", "-in", str(message))
    identity = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
    said = openssl("pkeyutl", "-verify", *common, *identity, "-sigfile", str(signature))
    assert b"Successfully" in said
    key = kms.create_key(KeySpec="SM2", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
    public.write_bytes(kms.get_public_key(KeyId=key)["PublicKey"])
    sealed = openssl("pkeyutl", "-encrypt", *common)
    assert kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionAlgorithm="SM2PKE")["Plaintext"] == MESSAGE
