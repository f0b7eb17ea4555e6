"""Attestation documents of an enclave that is not there, under a root of its own; and the answers to it, opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import NameOID

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PCRS = {0: bytes([0xA0]) * 48, 1: bytes([0xA1]) * 48, 2: bytes([0xA2]) * 48, 3: bytes(48)}
MODULE = "i-1234567890abcdef0-enc0123456789abcdef"


def cbor(value: Any) -> bytes:
    """RFC 8949, as much as the documents need."""

    def head(major: int, number: int) -> bytes:
        for size, code in ((0, 0), (1, 24), (2, 25), (4, 26), (8, 27)):
            if number < (24 if size == 0 else 256**size):
                return bytes([major << 5 | (code or number)]) + (number.to_bytes(size, "big") if size else b"")
        raise ValueError(number)

    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(each) for key, each in value.items())


def sign1(payload: bytes, key: ec.EllipticCurvePrivateKey, algorithm: int = -35) -> bytes:
    """COSE_Sign1 (RFC 9052, 4.2), by ES384 (-35)."""
    protected = cbor({1: algorithm})
    signature = key.sign(cbor(["Signature1", protected, b"", payload]), ec.ECDSA(hashes.SHA384()))
    r, s = decode_dss_signature(signature)
    return cbor([protected, {}, payload, r.to_bytes(48, "big") + s.to_bytes(48, "big")])


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[str, ec.EllipticCurvePrivateKey],
    *,
    authority: bool = True,
    path: int | None = None,
    hours: float = 3,
    begins: datetime = NOW - timedelta(minutes=5),
    digest: hashes.SHA256 | hashes.SHA384 | None = None,
) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer[0]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(hours=hours))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path), critical=True)
    )
    return made.sign(issuer[1], digest or hashes.SHA384()).public_bytes(serialization.Encoding.DER)


@dataclass
class Enclave:
    """An enclave with its chain of certificates: root, one between, its own."""

    members: dict[str, Any] = field(default_factory=dict)
    leaf: dict[str, Any] = field(default_factory=dict)
    middle: dict[str, Any] = field(default_factory=dict)
    bits: int = 2048

    @cached_property
    def keys(self) -> list[ec.EllipticCurvePrivateKey]:
        return [ec.generate_private_key(ec.SECP384R1()) for _ in range(3)]

    @cached_property
    def secret(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=self.bits)

    @cached_property
    def root(self) -> bytes:
        return certificate("root", self.keys[0], ("root", self.keys[0]), hours=24 * 365 * 30)

    @cached_property
    def payload(self) -> dict[str, Any]:
        root, middle, leaf = self.keys
        between = certificate("zone", middle, ("root", root), **{"path": 0, **self.middle})
        own = certificate(MODULE, leaf, ("zone", middle), **{"authority": False, **self.leaf})
        spki = self.secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "module_id": MODULE,
            "digest": "SHA384",
            "timestamp": int(NOW.timestamp() * 1000),
            "pcrs": PCRS,
            "certificate": own,
            "cabundle": [self.root, between],
            "public_key": spki,
            "user_data": None,
            "nonce": None,
            **self.members,
        }

    @property
    def document(self) -> bytes:
        members = {name: value for name, value in self.payload.items() if value is not ...}
        return sign1(cbor(members), self.keys[2])

    @property
    def recipient(self) -> dict[str, Any]:
        return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": self.document}

    def open(self, enveloped: bytes) -> bytes:
        """What an answer holds: CMS EnvelopedData (RFC 5652), read strictly by hand."""
        kind, content = parts(parts(enveloped)[0][1])
        assert kind[1].hex() == "2a864886f70d010703", "id-envelopedData"
        version, recipients, encrypted = parts(parts(content[1])[0][1])
        ((_, recipient),) = parts(recipients[1])
        number, by, algorithm, wrapped = parts(recipient)
        assert version[1] == number[1] == b"\x02"
        bits = self.secret.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        sha1 = hashes.Hash(hashes.SHA1())  # noqa: S303 - RFC 5280, 4.2.1.2
        sha1.update(bits)
        assert by == (0x80, sha1.finalize()), "by subject key identifier"
        assert parts(algorithm[1])[0][1].hex() == "2a864886f70d010107", "id-RSAES-OAEP"
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        key = self.secret.decrypt(wrapped[1], oaep)
        data, cipher, sealed = parts(encrypted[1])
        assert data[1].hex() == "2a864886f70d010701", "id-data"
        name, iv = parts(cipher[1])
        assert name[1].hex() == "60864801650304012a", "aes256-CBC"
        assert sealed[0] == 0x80
        opener = Cipher(algorithms.AES256(key), modes.CBC(iv[1])).decryptor()
        padded = opener.update(sealed[1]) + opener.finalize()
        assert padded[-padded[-1] :] == bytes([padded[-1]]) * padded[-1]
        return padded[: -padded[-1]]


def parts(der: bytes) -> list[tuple[int, bytes]]:
    """Tags and contents of the elements that follow one another in `der`."""
    found = []
    while der:
        tag, length, start = der[0], der[1], 2
        if length >= 0x80:
            start = 2 + length - 0x80
            length = int.from_bytes(der[2:start], "big")
        assert len(der) >= start + length
        found.append((tag, der[start : start + length]))
        der = der[start + length :]
    return found
