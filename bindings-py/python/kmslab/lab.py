"""`Lab`: AWS KMS, IAM and STS of a few accounts, in memory."""

from __future__ import annotations

from . import _kmslab
from ._kmslab import Credentials, LabError

# Everything that is not needed to import kmslab is imported where it is used.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from types import TracebackType
    from typing import Any, ClassVar, Literal, NoReturn, Self
    from weakref import WeakSet

    import boto3

    from .access import AccessMatrix, WhatCan, WhoCan
    from .active import Activation
    from .clock import Clock
    from .cost import Cost
    from .explanation import Explanation
    from .key_stores import ExternalKeyManager, Hsm
    from .keys import Keys
    from .limits import VpcEndpoint
    from .policy import Context
    from .principals import Account, Policy, Role, Trust, User, Who
    from .quotas import Quotas
    from .trail import Trail

__all__ = ["Lab"]


class Lab:
    """AWS KMS, IAM and STS in memory: real cryptography, real permissions, explained decisions.

    As a context manager it answers every boto3 client of this process, made before or within, whatever session it
    comes from; nothing reaches the network and no credentials are needed. As an object it gives clients of its own,
    with `client` and `session`.

    Labs nest: the innermost answers. A lab entered in the main thread also answers threads that have entered none;
    labs of other threads answer those threads alone.

    Args:
        account: The account id of the lab's administrator: 12 digits.
        region: The Region that clients are given when they name none. Every Region is served.
        seed: Makes the lab repeat byte for byte: ids, keys, ciphertexts. Whoever knows the seed knows the keys.
        now: Lets the lab's time stand still at this moment, until `clock.advance`. A `datetime`, ISO 8601 text, or
            seconds since 1970; without it, the lab's time is the machine's.
        auth: `"strict"` refuses unknown access keys, as AWS does. `"lenient"` takes them as the administrator (one of
            12 digits as that account's), for suites with fixed dummy credentials; known keys are enforced all the same.
        quotas: `"aws"` enforces AWS's request quotas: who calls too often is throttled. A mapping sets quotas, of
            requests and resources, by name. Either can be changed later, in `lab.quotas`.
        consistency: `"eventual"` lets new grants, and new or moved aliases, take effect five minutes of the lab's time
            later, which AWS allows itself; a grant at once for who presents its grant token. `"strong"`: at once.
        compat: `"localstack"` lets `CreateKey` take the key's id from the tag `_custom_id_`, and its material, in
            base64, from the tag `_custom_key_material_`, as LocalStack does.
        sign: Makes every call of this process sign its requests, and verifies the signatures. Otherwise calls whose
            outcome is the same skip this, which makes them several times faster.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab(seed=1)
        >>> lab
        Lab(account='111122223333', region='us-east-1', seed=1)
        >>> kms = lab.client("kms")
        >>> key = kms.create_key()["KeyMetadata"]["Arn"]
        >>> sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
        >>> kms.decrypt(CiphertextBlob=sealed)["Plaintext"]
        b'hello'
    """

    def __init__(
        self,
        account: str = "111122223333",
        region: str = "us-east-1",
        seed: int | None = None,
        now: datetime | str | float | None = None,
        auth: Literal["strict", "lenient"] = "strict",
        *,
        quotas: Literal["none", "aws"] | Mapping[str, float] = "none",
        consistency: Literal["strong", "eventual"] = "strong",
        compat: Literal["aws", "localstack"] = "aws",
        sign: bool = False,
    ) -> None:
        if not isinstance(account, str):
            raise TypeError(f"account is text of 12 digits, such as '111122223333', not {account!r}")
        if isinstance(seed, int) and not 0 <= seed < 2**64:
            raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1, not {seed}")
        if auth not in {"strict", "lenient"}:
            raise ValueError(f"auth is 'strict' or 'lenient', not {auth!r}")
        if isinstance(quotas, str) and quotas not in {"none", "aws"}:
            raise ValueError(f"quotas is 'none', 'aws' or a mapping of names to numbers, not {quotas!r}")
        if consistency not in {"strong", "eventual"}:
            raise ValueError(f"consistency is 'strong' or 'eventual', not {consistency!r}")
        if compat not in {"aws", "localstack"}:
            raise ValueError(f"compat is 'aws' or 'localstack', not {compat!r}")
        now_ms = None
        if now is not None:
            from .clock import milliseconds

            now_ms = milliseconds(now)
        core = _kmslab.Lab(
            account,
            region,
            seed=seed,
            now_ms=now_ms,
            lenient=auth == "lenient",
            throttles=quotas == "aws",
            eventual=consistency == "eventual",
            localstack=compat == "localstack",
        )
        if not isinstance(quotas, str):
            for name, value in quotas.items():
                core.set_quota(name, value)
        self._begin(core, sign)

    # Labs in use, for `assert_allowed` and the pytest plugin, which are given no lab.
    _alive: ClassVar[WeakSet[Lab] | None] = None

    def _begin(self, core: _kmslab.Lab, sign: bool) -> None:
        self._core = core
        self._sign = sign
        self._region = core.region
        self._credentials = core.credentials()
        self._accounts: dict[str, Account] = {}
        self._activations: list[Activation] = []
        self._trail: Trail | None = None
        # Told the request id of every call that is refused: `kmslab run --explain`.
        self._on_refusal: Callable[[str], None] | None = None
        if Lab._alive is None:
            from weakref import WeakSet

            Lab._alive = WeakSet()
        Lab._alive.add(self)

    # ---- in and out ----

    def __enter__(self) -> Self:
        from .active import enter

        self._activations.append(enter(self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        import threading

        from .active import leave

        # A lab may be entered by several threads at a time: each leaves what it has entered.
        here = threading.get_ident()
        mine = [activation for activation in self._activations if activation.thread == here]
        activation = (mine or self._activations)[-1]
        self._activations.remove(activation)
        leave(activation)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the whole lab to a file that `Lab.open` reads: state, clock and trail.

        The file holds every secret of the lab in the clear, and is readable by its owner alone. It is replaced as a
        whole, or, when writing fails, not at all.
        """
        from .file import replace

        replace(path, self._core.save())

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, sign: bool = False) -> Self:
        """The lab that `save` wrote.

        Raises:
            LabError: When the file is not a saved lab, or was saved by a newer version of kmslab.
        """
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs more than the rest of the import
            text = file.read()
        try:
            core = _kmslab.Lab.open(text)
        except LabError as error:
            raise LabError(f"{path!s}: {error}") from None
        lab = cls.__new__(cls)
        lab._begin(core, sign)
        return lab

    # ---- clients ----

    def client(
        self,
        service: str,
        as_: Who = None,
        region: str | None = None,
        **options: Any,
    ) -> Any:
        """A boto3 client that speaks with this lab, whether it is active or not.

        Args:
            service: `"kms"`, `"iam"` or `"sts"`.
            as_: Who calls: a `User` or `Role` of this lab, an `Account` (its administrator), `Credentials`, or the
                `Credentials` of an answer of STS. Without it, the administrator.
            region: The Region; without it, the lab's.
            **options: More arguments of `boto3.Session.client`, such as `config`.
        """
        return self.session(as_, region).client(service, **options)

    def session(self, as_: Who = None, region: str | None = None) -> boto3.Session:
        """A `boto3.Session` whose clients speak with this lab, whether it is active or not. Arguments as `client`'s."""
        from . import roads
        from .principals import credentials_of

        source = credentials_of(self, as_)
        return roads.session(self, roads.credentials_of(source), region)

    # ---- who ----

    def account(self, account_id: str | None = None) -> Account:
        """An account of the lab, which is added if it is new. Without an id, the lab's first."""
        from .principals import Account

        account_id = account_id or self._core.account
        account = self._accounts.get(account_id)
        if account is None:
            credentials = self._core.add_account(account_id)
            account = self._accounts[account_id] = Account(self, account_id, credentials)
        return account

    def user(
        self,
        name: str,
        policy: Policy | Sequence[Policy] | None = None,
        *,
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> User:
        """An IAM user of the first account, made if there is none of that name. See `Account.user`."""
        return self.account().user(name, policy, boundary=boundary, tags=tags)

    def role(
        self,
        name: str,
        trust: Trust | None = None,
        policy: Policy | Sequence[Policy] | None = None,
        *,
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Role:
        """An IAM role of the first account, made if there is none of that name. See `Account.role`."""
        return self.account().role(name, trust, policy, boundary=boundary, tags=tags)

    # ---- what is there from the beginning ----

    def key(
        self,
        key_id: str | None = None,
        material: bytes | None = None,
        spec: str = "SYMMETRIC_DEFAULT",
        *,
        usage: str | None = None,
        account: str | Account | None = None,
        region: str | None = None,
        description: str = "",
        tags: Mapping[str, str] | None = None,
        policy: Policy | None = None,
    ) -> str:
        """Puts a key into the lab, with an id and material of one's choice, and returns its ARN.

        No request does that: no permission is needed and the trail does not tell. For fixtures: ciphertexts that open
        in every run, ids that stand in configuration files.

        Args:
            key_id: A UUID, or `mrk-` and 32 hex digits.
            material: The key itself: 32 bytes for `SYMMETRIC_DEFAULT`, at least the digest's length for `HMAC_…`.
            spec: The key spec.
            usage: The key usage, where the spec leaves a choice.
            account: The account that owns it, which is added if it is new; the lab's first without it.
            region: Its Region; the lab's without it.
            description: Its description.
            tags: Its tags.
            policy: Its key policy; the default policy without it.

        Raises:
            LabError: When there can be no such key, or the id is taken.

        Example:
            >>> import kmslab
            >>> lab = kmslab.Lab()
            >>> lab.key("1234abcd-12ab-34cd-56ef-1234567890ab", material=bytes(32))
            'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
        """
        import json

        owner = account if account is None or isinstance(account, str) else account.id
        text = policy if policy is None or isinstance(policy, str) else json.dumps(policy)
        pairs = list((tags or {}).items())
        return self._core.add_key(key_id, material, spec, usage, owner, region, description, pairs, text)

    def hsm(
        self,
        cluster_id: str | None = None,
        *,
        password: str = "kmsPswd1",  # noqa: S107 - of a cluster that is not there
        certificate: str | None = None,
        hsms: int = 2,
        active: bool = True,
        connect_time: timedelta | None = None,
        account: str | Account | None = None,
        region: str | None = None,
    ) -> Hsm:
        """A simulated CloudHSM cluster, for `create_custom_key_store`: `**hsm.parameters`.

        Args:
            cluster_id: Its id; a new one without it.
            password: The password of `kmsuser`: 7 to 32 characters.
            certificate: Its trust anchor certificate; one of its own without it. With another's they are related.
            hsms: How many HSMs are active. KMS wants two.
            active: Whether it is initialized and active.
            connect_time: How long connecting takes, by the lab's clock: no time without it. AWS takes up to 20 minutes.
            account: Its account; the lab's first without it.
            region: Its Region; the lab's without it.
        """
        from .key_stores import Hsm

        owner = account if account is None or isinstance(account, str) else account.id
        wait = 0 if connect_time is None else round(connect_time.total_seconds() * 1000)
        made = self._core.add_cluster(cluster_id, password, certificate, hsms, active, wait, owner, region)
        return Hsm(self._core, *made, password)

    def external_key_manager(
        self,
        endpoint: str = "https://xks.example.com",
        path: str = "/kms/xks/v1",
        *,
        credential: tuple[str, str] | None = None,
        vpc_endpoint_service: str | None = None,
        proxy: str | None = None,
        connect_time: timedelta | None = None,
    ) -> ExternalKeyManager:
        """A simulated key manager outside of AWS, for `create_custom_key_store`: `**manager.parameters`.

        Nothing listens at the endpoint: the lab answers for the proxy. With `proxy`, a real external key store proxy is
        asked instead, as KMS asks it: signed JSON, by version 1 of AWS's specification. Its answers are due in 250 ms.

        Args:
            endpoint: `https://` and a host.
            path: The path, which ends in `/kms/xks/v1`.
            credential: Access key id and secret that the proxy expects of KMS; new ones without them.
            vpc_endpoint_service: The VPC endpoint service that leads to it; a public endpoint without it.
            proxy: Where a real proxy listens, without TLS: `http://127.0.0.1:8080`. It needs `credential`.
            connect_time: How long connecting takes, by the lab's clock: no time without it. AWS takes about 5 minutes.
        """
        from .key_stores import ExternalKeyManager

        wait = 0 if connect_time is None else round(connect_time.total_seconds() * 1000)
        expected = self._core.add_key_manager(endpoint, path, credential, vpc_endpoint_service, proxy, wait)
        return ExternalKeyManager(self._core, endpoint, path, vpc_endpoint_service, expected)

    def trust_attestation_root(self, certificate: bytes | str) -> None:
        """Trusts a root of attestation documents (`Recipient`), given in DER or PEM. At first none is trusted.

        Raises:
            LabError: When it is no certificate of an authority with a key on P-384.
        """
        self._core.trust_attestation_root(certificate.encode() if isinstance(certificate, str) else certificate)

    @property
    def credentials(self) -> Credentials:
        """The access key of the lab's administrator, a user of the first account."""
        return self._credentials

    # ---- what is and was ----

    @property
    def region(self) -> str:
        """The Region that clients are given when they name none."""
        return self._region

    @property
    def seed(self) -> int | None:
        """The seed, if the lab repeats byte for byte."""
        return self._core.seed

    @property
    def auth(self) -> Literal["strict", "lenient"]:
        """What is done with unknown access keys."""
        return "lenient" if self._core.lenient else "strict"

    @property
    def sign(self) -> bool:
        """Whether calls of this process sign their requests."""
        return self._sign

    @property
    def quotas(self) -> Quotas:
        """How many resources there may be, and how often KMS may be called."""
        from .quotas import Quotas

        return Quotas(self._core)

    def inject_error(self, operation: str, error: str, times: int | None = 1) -> None:
        """Lets the next calls of an operation fail as AWS itself does at times: to try what a program does then.

        A call that fails changes nothing, asks no policy and is in the trail. Calls that are refused before (bad
        signatures, bad parameters) do not count. botocore tries again after some of these errors, as it would with
        AWS; give `times` for each attempt.

        Args:
            operation: such as `"kms:Decrypt"`; `"kms:*"` is every operation of KMS that can fail so.
            error: the error's code: `KMSInternalException`, `DependencyTimeoutException`, `KeyUnavailableException`,
                `ThrottlingException`, `ServiceUnavailableException`; of IAM and STS `ServiceFailure`,
                `InternalFailure`, `Throttling`, `ServiceUnavailable`.
            times: how many calls; `None` for all, until `clear_errors()`.

        Raises:
            ValueError: there is no such operation, or it has no such failure.

        Example:
            >>> import kmslab
            >>> lab = kmslab.Lab()
            >>> kms = lab.client("kms")
            >>> lab.inject_error("kms:CreateKey", "KMSInternalException", times=2)
            >>> kms.create_key()["ResponseMetadata"]["RetryAttempts"]
            2
        """
        self._core.inject_error(operation, error, times)

    def clear_errors(self) -> None:
        """Takes back the failures of `inject_error` that are yet to come."""
        self._core.clear_errors()

    @property
    def consistency(self) -> Literal["strong", "eventual"]:
        """When new grants and aliases take effect."""
        return "eventual" if self._core.eventual else "strong"

    @property
    def compat(self) -> Literal["aws", "localstack"]:
        """Whose habits beyond AWS's the lab has."""
        return "localstack" if self._core.localstack else "aws"

    @property
    def keys(self) -> Keys:
        """The keys of all accounts and Regions, as they are now: `for key in lab.keys`, `lab.keys["alias/app"]`."""
        from .keys import Keys

        return Keys(self._core)

    @property
    def organization(self) -> dict[str, Any] | None:
        """The organization that the lab's accounts are in, with the policies that limit them; `None` outside of one.

        Setting it puts another in its place, with the ids it had:

            lab.organization = {
                "management_account": "999988887777",  # its policies spare this one
                "scps": {"no-deletion": {...}},  # on the root; also "rcps", which limit what the accounts own
                "units": {"workloads": {"accounts": ["111122223333"], "scps": [{...}]}},
                "accounts": {"111122223333": {"rcps": {...}, "full_aws_access": False}},
                "outside": ["444455556666"],  # every other account of the lab is a member
            }

        A policy is a document or its text; there may be one, a list, or a mapping of names. `FullAWSAccess` hangs
        beside service control policies where `full_aws_access` is not false. A unit may have `units` of its own.

        Raises:
            LabError: For what is not of this form, and for a policy that AWS would refuse.
        """
        from .limits import read

        return read(self._core)

    @organization.setter
    def organization(self, organization: Mapping[str, Any] | None) -> None:
        from .limits import write

        write(self._core, organization)

    def vpc_endpoint(
        self,
        policy: Policy | None = None,
        *,
        endpoint_id: str | None = None,
        service: str = "kms",
        vpc: str | None = None,
        account: str | Account | None = None,
        region: str | None = None,
    ) -> VpcEndpoint:
        """A VPC endpoint of the lab: made, or replaced when there is one with that id.

        Calls of clients made with `endpoint_url=endpoint.url` come through it: its policy limits them, and they carry
        `aws:SourceVpce` and `aws:SourceVpc`. So do calls to a server of the lab with the endpoint's host name.

        Args:
            policy: Its policy; one that lets everything through without it.
            endpoint_id: `vpce-` and hex digits.
            service: `"kms"`, `"sts"` or `"iam"`.
            vpc: The id of its VPC.
            account: The account that owns it; the lab's first without it.
            region: Its Region; the lab's without it.

        Raises:
            LabError: When there can be no such endpoint, or AWS would refuse its policy.
        """
        from .limits import VpcEndpoint

        owner = account if account is None or isinstance(account, str) else account.id
        return VpcEndpoint.made(self._core, policy, endpoint_id, service, vpc, owner, region)

    @property
    def clock(self) -> Clock:
        """The lab's time."""
        from .clock import Clock

        return Clock(self._core)

    @property
    def trail(self) -> Trail:
        """The CloudTrail records of every call, denied ones too."""
        if self._trail is None:
            from .trail import Trail

            self._trail = Trail(self._core)
        return self._trail

    def cost(self) -> Cost:
        """What AWS would have charged for this lab until now, by a dated price list."""
        from .cost import Cost

        return Cost(self._core)

    def explain(self, about: BaseException | Mapping[str, Any] | str | None = None) -> Explanation:
        """Why a call was allowed or denied: which statement of which policy decided, and what came near.

        Args:
            about: A `botocore` exception, an answer of a client, or a request id. Without it, the last decision.

        Raises:
            LabError: When this lab remembers no such call. It remembers the last thousand that needed a permission.
        """
        from .explanation import explain

        return explain(self, about)

    def authorize(
        self,
        *,
        principal: str | User | Role | Account,
        action: str,
        resource: str,
        context: Context | None = None,
        encryption_context: Mapping[str, str] | None = None,
    ) -> Explanation:
        """Whether a principal of this lab would be allowed, by its policies, key policies and grants; and why.

        Nobody calls: the trail and the last decision stay as they are. Arguments as those of `kmslab.authorize`; a
        key may be named by its id, its ARN, an alias or an alias ARN.

        Raises:
            ValueError: When the lab has no such principal or key.
        """
        from .explanation import Explanation
        from .policy import keys_of, pairs_of

        who = principal if isinstance(principal, str) else principal.arn
        resource = self._core.key_arn(resource) or resource
        return Explanation(self._core.ask(who, action, resource, keys_of(context), pairs_of(encryption_context)))

    def who_can(self, action: str, resource: str, *, context: Context | None = None) -> WhoCan:
        """Who can do `action` on `resource`, whatever the call, and under which conditions. See `kmslab.who_can`.

        A key may be named by its id, its ARN, an alias or an alias ARN.
        """
        from .access import who_can

        return who_can(action, self._core.key_arn(resource) or resource, self, context=context)

    def what_can(self, principal: str | User | Role | Account, *, context: Context | None = None) -> WhatCan:
        """What a principal can do with each key and role. See `kmslab.what_can`."""
        from .access import what_can

        return what_can(principal, self, context=context)

    def access_matrix(self, *, context: Context | None = None) -> AccessMatrix:
        """Who can do what with all keys of the lab, as a table. See `kmslab.access_matrix`."""
        from .access import access_matrix

        return access_matrix(self, context=context)

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Answers one signed HTTP request, as `kmslab serve` would: status, headers, body. For presigned URLs too."""
        status, answered, content = self._core.handle(method, url, list(headers.items()), body)
        return status, dict(answered), content

    # ---- itself ----

    def __repr__(self) -> str:
        parts = [f"account={self._core.account!r}", f"region={self._region!r}"]
        if self.seed is not None:
            parts.append(f"seed={self.seed}")
        if self.auth != "strict":
            parts.append(f"auth={self.auth!r}")
        if self._core.throttles:
            parts.append("quotas='aws'")
        if self._core.eventual:
            parts.append("consistency='eventual'")
        if self._core.localstack:
            parts.append("compat='localstack'")
        if self._sign:
            parts.append("sign=True")
        return f"Lab({', '.join(parts)})"

    def __reduce__(self) -> NoReturn:
        raise LabError("a lab is not pickled or copied: it holds secrets. lab.save(path) and Lab.open(path) keep it.")
