"""Operations of KMS by key spec through boto3: kmslab beside moto, and both above what botocore takes by itself.

For each operation the two floors are measured too: a hook that gives the lab's own answer again, at `before-call` (the
road of our clients) and at `before-send` (moto's road, signed). What is left above a floor is the emulator's own time.

Budgets: on symmetric keys, our own time is at most a twentieth of moto's; and no operation is slower than moto's. What
moto calls encryption by RSA is AES-GCM: what it leaves out, RSA by OpenSSL with a key that is read already, is added.

Prints rows of `scripts/bench_table.py` as JSON, one a line, and between them calls a second for people.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import kmslab
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ALGORITHM = {"RSA": "RSASSA_PSS_SHA_256", "ECC_NIST_P256": "ECDSA_SHA_256", "ECC_NIST_P384": "ECDSA_SHA_384"}
ALGORITHM |= {"ECC_NIST_P521": "ECDSA_SHA_512", "ECC_SECG_P256K1": "ECDSA_SHA_256"}
SIGNING = ("RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1")
# The shared row of the table's budget: our own time by moto's own time.
TWENTIETH = 0.05
# How often the contestants take turns.
MOMENTS = 20


class Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: object) -> Any:
        """The whole of it."""
        yield self.read()


@dataclass(frozen=True)
class Case:
    """An operation on a key of a spec: `prepare` makes the call, for a client."""

    operation: str
    spec: str
    prepare: Callable[[Any], Callable[[], object]]
    data: bool = False
    # What moto has to do for this and does not.
    left_out: Callable[[], object] | None = None

    @property
    def what(self) -> str:
        """How the table calls it."""
        return f"{self.operation}, {self.spec}" if self.spec else self.operation


def key(client: Any, **members: Any) -> str:
    """A new key."""
    return str(client.create_key(**members)["KeyMetadata"]["KeyId"])


def cases() -> Iterator[Case]:
    """Everything that is measured."""
    symmetric = "SYMMETRIC_DEFAULT"
    text = b"x" * 32

    def encrypt(client: Any) -> Callable[[], object]:
        made = key(client)
        return lambda: client.encrypt(KeyId=made, Plaintext=text)

    def decrypt(client: Any) -> Callable[[], object]:
        blob = client.encrypt(KeyId=key(client), Plaintext=text)["CiphertextBlob"]
        return lambda: client.decrypt(CiphertextBlob=blob)

    def re_encrypt(client: Any) -> Callable[[], object]:
        blob, to = client.encrypt(KeyId=key(client), Plaintext=text)["CiphertextBlob"], key(client)
        return lambda: client.re_encrypt(CiphertextBlob=blob, DestinationKeyId=to)

    def data_key(client: Any) -> Callable[[], object]:
        made = key(client)
        return lambda: client.generate_data_key(KeyId=made, KeySpec="AES_256")

    def sealed_data_key(client: Any) -> Callable[[], object]:
        made = key(client)
        return lambda: client.generate_data_key_without_plaintext(KeyId=made, KeySpec="AES_256")

    yield Case("Encrypt", symmetric, encrypt, data=True)
    yield Case("Decrypt", symmetric, decrypt, data=True)
    yield Case("ReEncrypt", symmetric, re_encrypt, data=True)
    yield Case("GenerateDataKey", symmetric, data_key, data=True)
    yield Case("GenerateDataKeyWithoutPlaintext", symmetric, sealed_data_key, data=True)
    yield Case("GenerateRandom", "", lambda client: lambda: client.generate_random(NumberOfBytes=32), data=True)

    for bits in ("224", "256", "384", "512"):
        yield from macs(f"HMAC_{bits}", f"HMAC_SHA_{bits}")
    for spec in SIGNING:
        yield from signatures(spec, ALGORITHM["RSA" if spec.startswith("RSA") else spec])
    for spec in ("RSA_2048", "RSA_4096"):
        yield from encryption(spec)
    for spec in ("ECC_NIST_P256", "RSA_2048"):
        yield pair(spec)
    yield agreement()
    yield from control()


def macs(spec: str, algorithm: str) -> Iterator[Case]:
    """`GenerateMac` and `VerifyMac`."""

    def generate(client: Any) -> Callable[[], object]:
        made = key(client, KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC")
        return lambda: client.generate_mac(KeyId=made, Message=b"m" * 32, MacAlgorithm=algorithm)

    def verify(client: Any) -> Callable[[], object]:
        made = key(client, KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC")
        given = {"KeyId": made, "Message": b"m" * 32, "MacAlgorithm": algorithm}
        mac = client.generate_mac(**given)["Mac"]
        return lambda: client.verify_mac(**given, Mac=mac)

    yield Case("GenerateMac", spec, generate)
    yield Case("VerifyMac", spec, verify)


def signatures(spec: str, algorithm: str) -> Iterator[Case]:
    """`Sign` and `Verify`."""

    def given(client: Any) -> dict[str, Any]:
        made = key(client, KeySpec=spec, KeyUsage="SIGN_VERIFY")
        return {"KeyId": made, "Message": b"m" * 32, "SigningAlgorithm": algorithm}

    def sign(client: Any) -> Callable[[], object]:
        members = given(client)
        return lambda: client.sign(**members)

    def verify(client: Any) -> Callable[[], object]:
        members = given(client)
        signature = client.sign(**members)["Signature"]
        return lambda: client.verify(**members, Signature=signature)

    yield Case("Sign", spec, sign)
    yield Case("Verify", spec, verify)


def encryption(spec: str) -> Iterator[Case]:
    """`Encrypt` and `Decrypt` with a key pair."""
    how = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}

    def encrypt(client: Any) -> Callable[[], object]:
        made = key(client, KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")
        return lambda: client.encrypt(KeyId=made, Plaintext=b"x" * 32, **how)

    def decrypt(client: Any) -> Callable[[], object]:
        made = key(client, KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")
        blob = client.encrypt(KeyId=made, Plaintext=b"x" * 32, **how)["CiphertextBlob"]
        return lambda: client.decrypt(KeyId=made, CiphertextBlob=blob, **how)

    mine = rsa.generate_private_key(public_exponent=65537, key_size=int(spec.removeprefix("RSA_")))
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    public = mine.public_key()
    sealed = public.encrypt(b"x" * 32, oaep)
    yield Case("Encrypt", spec, encrypt, left_out=lambda: public.encrypt(b"x" * 32, oaep))
    yield Case("Decrypt", spec, decrypt, left_out=lambda: mine.decrypt(sealed, oaep))


def pair(spec: str) -> Case:
    """`GenerateDataKeyPair`."""

    def prepare(client: Any) -> Callable[[], object]:
        made = key(client)
        return lambda: client.generate_data_key_pair(KeyId=made, KeyPairSpec=spec)

    return Case("GenerateDataKeyPair", spec, prepare)


def agreement() -> Case:
    """`DeriveSharedSecret`."""

    def prepare(client: Any) -> Callable[[], object]:
        members = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}
        ours, theirs = key(client, **members), key(client, **members)
        public = client.get_public_key(KeyId=theirs)["PublicKey"]
        return lambda: client.derive_shared_secret(KeyId=ours, KeyAgreementAlgorithm="ECDH", PublicKey=public)

    return Case("DeriveSharedSecret", "ECC_NIST_P256", prepare)


def control() -> Iterator[Case]:
    """Operations that use no key."""

    def of_key(call: Callable[[Any, str], object], **members: Any) -> Callable[[Any], Callable[[], object]]:
        def prepare(client: Any) -> Callable[[], object]:
            made = key(client, **members)
            return lambda: call(client, made)

        return prepare

    def grant(client: Any, made: str) -> object:
        who = "arn:aws:iam::123456789012:root"
        token = client.create_grant(KeyId=made, GranteePrincipal=who, Operations=["Decrypt"])
        return client.revoke_grant(KeyId=made, GrantId=token["GrantId"])

    def alias(client: Any, made: str) -> object:
        client.create_alias(AliasName="alias/measured", TargetKeyId=made)
        return client.delete_alias(AliasName="alias/measured")

    def policy(client: Any, made: str) -> object:
        told = client.get_key_policy(KeyId=made, PolicyName="default")["Policy"]
        return client.put_key_policy(KeyId=made, PolicyName="default", Policy=told)

    def tags(client: Any, made: str) -> object:
        client.tag_resource(KeyId=made, Tags=[{"TagKey": "k", "TagValue": "v"}])
        return client.untag_resource(KeyId=made, TagKeys=["k"])

    def disabled(client: Any, made: str) -> object:
        client.disable_key(KeyId=made)
        return client.enable_key(KeyId=made)

    yield Case("CreateKey", "SYMMETRIC_DEFAULT", lambda client: client.create_key)
    yield Case("DescribeKey", "SYMMETRIC_DEFAULT", of_key(lambda client, made: client.describe_key(KeyId=made)))
    yield Case("ListKeys", "", of_key(lambda client, _: client.list_keys(Limit=1)))
    yield Case("CreateGrant and RevokeGrant", "", of_key(grant))
    yield Case("CreateAlias and DeleteAlias", "", of_key(alias))
    yield Case("GetKeyPolicy and PutKeyPolicy", "", of_key(policy))
    yield Case("TagResource and UntagResource", "", of_key(tags))
    yield Case("DisableKey and EnableKey", "", of_key(disabled))
    rsa = {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}
    yield Case("GetPublicKey", "RSA_2048", of_key(lambda client, made: client.get_public_key(KeyId=made), **rsa))


def floors(case: Case) -> dict[str, Callable[[], object]]:
    """The same call of clients whose every call is answered by what the lab once answered to that operation."""
    lab = kmslab.Lab()
    made: dict[str, Callable[[], object]] = {}
    for event in ("before-call", "before-send"):
        client = lab.client("kms", region="us-east-1")
        told: dict[str, tuple[AWSResponse, dict[str, Any]]] = {}
        client.meta.events.register(
            "after-call",
            lambda http_response, parsed, model, told=told, **_: told.__setitem__(model.name, (http_response, parsed)),
        )
        call = case.prepare(client)
        call()
        if event == "before-call":
            client.meta.events.register_first(
                "before-call.kms", lambda model, told=told, **_: (told[model.name][0], dict(told[model.name][1]))
            )
        else:
            # Such a client signs, as moto's do.
            keys = lab.credentials
            session = boto3.Session(keys.access_key_id, keys.secret_access_key, region_name=lab.region)
            client = session.client("kms")
            client.meta.events.register("before-send.kms", lambda request, told=told, **_: canned(request, told))
            call = case.prepare(client)
        made[event] = call
    return made


def canned(request: Any, told: dict[str, tuple[AWSResponse, dict[str, Any]]]) -> AWSResponse:
    """The answer to a request that was given before to its operation."""
    target = request.headers["X-Amz-Target"]
    name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
    http = told[name][0]
    return AWSResponse(request.url, 200, dict(http.headers), Raw(http.content))


def timed(call: Callable[[], object], seconds: float) -> list[float]:
    """Microseconds of calls, one after the other."""
    taken: list[float] = []
    call()  # what another contestant has left in the caches is not this one's
    end = time.perf_counter() + seconds
    while len(taken) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def row(what: str, ours: float, rival: float | None, name: str = "moto", **limits: float) -> None:
    """Prints a row."""
    print(json.dumps({"what": what, "ours": ours, "rival": rival, "name": name, **limits}), flush=True)


def measure(case: Case, seconds: float) -> None:
    """Measures one case. All contestants take turns of a moment each, so that what slows the machine slows all."""
    ours = {"lab": case.prepare(kmslab.Lab().client("kms")), **floors(case)}
    rivals: dict[str, Callable[[], object]] = {}
    moto = mock_aws()
    moto.start()
    try:
        rivals["moto"] = case.prepare(boto3.client("kms", region_name="us-east-1"))
        rivals["moto"]()
    except (ClientError, NotImplementedError, ValueError, AttributeError) as error:
        rivals = {}
        print(f"moto has no {case.what}: {type(error).__name__}")
    moto.stop(remove_data=False)
    if rivals and case.left_out:
        rivals["left out"] = case.left_out
    taken: dict[str, list[float]] = {name: [] for name in (*ours, *rivals)}
    turn = seconds / MOMENTS / len(taken)
    for _ in range(MOMENTS):
        for what, call in ours.items():
            taken[what] += timed(call, turn)
        if rivals:
            moto.start(reset=False)
            for what, call in rivals.items():
                taken[what] += timed(call, turn)
            moto.stop(remove_data=False)
    median = {what: statistics.median(times) for what, times in taken.items()}
    rival = sum(median[what] for what in rivals) if rivals else None
    name = "moto + RSA" if case.left_out else "moto"
    row(f"boto3 {case.what}", median["lab"], rival, name, **({} if rival is None else {"limit_ratio": 1.0}))
    shown = "" if rival is None else f", moto {1e6 / rival:,.0f}"
    print(f"calls a second, {case.what}: kmslab {1e6 / median['lab']:,.0f}{shown}")
    if case.data and rival is not None:
        # A difference of two medians: where ours is lost in the noise, a tenth of a microsecond stands for it.
        own = max(median["lab"] - median["before-call"], 0.1)
        row(f"own time of {case.what}", own, max(rival - median["before-send"], 0.1), limit_ratio=TWENTIETH)


def main() -> None:
    """Measures everything, or what `--only` names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each case is measured")
    parser.add_argument("--only", default="", metavar="TEXT", help="cases whose name has it")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for case in cases():
        if options.only in case.what:
            measure(case, options.seconds)


if __name__ == "__main__":
    main()
