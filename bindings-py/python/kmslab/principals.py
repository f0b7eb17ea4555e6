"""Accounts, users and roles of a lab, made by IAM's and STS's own operations: through the one gate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from ._kmslab import Credentials
from .errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    import boto3

    from .lab import Lab

__all__ = ["Account", "Role", "User"]

# A policy document as a mapping or as JSON text, or the ARN of a managed policy.
Policy: TypeAlias = "Mapping[str, Any] | str"
# A trust policy; or who is trusted: a principal of a lab, an ARN, an account id, the name of a service.
Trust: TypeAlias = "Mapping[str, Any] | str | User | Role | Account | Sequence[str | User | Role | Account]"
Who: TypeAlias = "Account | User | Role | Credentials | Mapping[str, Any] | None"

_VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}


class Account:
    """An AWS account of a lab, with its administrator.

    As `as_` of `lab.client` and `lab.session` it stands for the administrator.
    """

    def __init__(self, lab: Lab, account_id: str, credentials: Credentials) -> None:
        self._lab = lab
        self._id = account_id
        self._credentials = credentials
        self._users: dict[str, User] = {}

    @property
    def id(self) -> str:
        """The 12 digits."""
        return self._id

    @property
    def arn(self) -> str:
        """`arn:aws:iam::111122223333:root`: how policies name the account."""
        return f"arn:{self._partition}:iam::{self._id}:root"

    @property
    def credentials(self) -> Credentials:
        """The access key of the account's administrator."""
        return self._credentials

    @property
    def _partition(self) -> str:
        for start, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
            if self._lab.region.startswith(start):
                return partition
        return "aws"

    def client(self, service: str, region: str | None = None, **options: Any) -> Any:
        """A boto3 client of the administrator. See `Lab.client`."""
        return self._lab.client(service, self, region, **options)

    def session(self, region: str | None = None) -> boto3.Session:
        """A `boto3.Session` of the administrator. See `Lab.session`."""
        return self._lab.session(self, region)

    def user(
        self,
        name: str,
        policy: Policy | Sequence[Policy] | None = None,
        *,
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> User:
        """An IAM user with an access key, made if there is none of that name.

        Args:
            name: Its name.
            policy: What it may do: policy documents become inline policies (in place of an earlier one), ARNs of
                managed policies are attached.
            boundary: The ARN of its permissions boundary.
            tags: Its tags.

        Example:
            >>> import kmslab
            >>> lab = kmslab.Lab()
            >>> alice = lab.user("alice", policy={"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}})
            >>> alice.arn
            'arn:aws:iam::111122223333:user/alice'
            >>> lab.client("sts", as_=alice).get_caller_identity()["Arn"]
            'arn:aws:iam::111122223333:user/alice'
        """
        user = self._users.get(name)
        if user is None:
            arn = self._found_or_made("User", name, boundary, tags)
            user = self._users[name] = User(self._lab, self, name, arn)
        self._give("User", name, policy)
        return user

    def role(
        self,
        name: str,
        trust: Trust | None = None,
        policy: Policy | Sequence[Policy] | None = None,
        *,
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Role:
        """An IAM role, made if there is none of that name.

        As `as_` of `lab.client` and `lab.session` it stands for a session of the role, assumed by the account's
        administrator (whom the trust policy has to allow) and renewed before it ends.

        Args:
            name: Its name.
            trust: Who may assume it: a trust policy, or a principal of the lab, an ARN, an account id or the name of a
                service, or several. Without it, whoever the account allows to.
            policy: What it may do. See `user`.
            boundary: The ARN of its permissions boundary.
            tags: Its tags.
        """
        document = _trust(trust, self)
        arn = self._found_or_made("Role", name, boundary, tags, AssumeRolePolicyDocument=document)
        if trust is not None:
            self._call("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=document)
        self._give("Role", name, policy)
        return Role(self._lab, self, name, arn)

    def _found_or_made(
        self, kind: str, name: str, boundary: str | None, tags: Mapping[str, str] | None, **more: str
    ) -> str:
        parameters = {f"{kind}Name": name, **more}
        if boundary is not None:
            parameters["PermissionsBoundary"] = boundary
        for number, (key, value) in enumerate((tags or {}).items(), 1):
            parameters[f"Tags.member.{number}.Key"] = key
            parameters[f"Tags.member.{number}.Value"] = value
        try:
            answer = self._call("iam", f"Create{kind}", **parameters)
        except _Refused as refused:
            if refused.code != "EntityAlreadyExists":
                raise
            answer = self._call("iam", f"Get{kind}", **{f"{kind}Name": name})
        return _text(answer, "Arn")

    def _give(self, kind: str, name: str, policy: Policy | Sequence[Policy] | None) -> None:
        if policy is None:
            return
        policies = [policy] if isinstance(policy, (str, Mapping)) else list(policy)
        documents = 0
        for each in policies:
            if isinstance(each, str) and each.startswith("arn:"):
                self._call("iam", f"Attach{kind}Policy", **{f"{kind}Name": name, "PolicyArn": each})
                continue
            documents += 1
            inline = name if documents == 1 else f"{name}-{documents}"
            parameters = {f"{kind}Name": name, "PolicyName": inline, "PolicyDocument": _json(each)}
            self._call("iam", f"Put{kind}Policy", **parameters)

    def _call(self, service: str, action: str, /, **parameters: str) -> ElementTree.Element:
        return _call(self._lab, self._credentials, service, action, parameters)

    def __repr__(self) -> str:
        return f"Account({self._id!r})"


class _Principal:
    def __init__(self, lab: Lab, account: Account, name: str, arn: str) -> None:
        self._lab = lab
        self._account = account
        self._name = name
        self._arn = arn

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def arn(self) -> str:
        """The ARN: how policies and grants name it."""
        return self._arn

    @property
    def account(self) -> Account:
        """The account it belongs to."""
        return self._account

    @property
    def credentials(self) -> Credentials:
        raise NotImplementedError

    def client(self, service: str, region: str | None = None, **options: Any) -> Any:
        """A boto3 client of this principal. See `Lab.client`."""
        return self._lab.client(service, self, region, **options)  # type: ignore[arg-type]

    def session(self, region: str | None = None) -> boto3.Session:
        """A `boto3.Session` of this principal. See `Lab.session`."""
        return self._lab.session(self, region)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._arn!r})"


class User(_Principal):
    """An IAM user of a lab."""

    _keys: Credentials | None = None

    @property
    def credentials(self) -> Credentials:
        """The user's access key, made when it is first asked for."""
        if self._keys is None:
            self._keys = _keys(self._account._call("iam", "CreateAccessKey", UserName=self._name))
        return self._keys


class Role(_Principal):
    """An IAM role of a lab."""

    _session: tuple[Credentials, int] | None = None

    @property
    def credentials(self) -> Credentials:
        """Those of a session of the role, made by the account's administrator and renewed before it ends."""
        # AWS's SDKs renew sessions some minutes ahead.
        ahead = 5 * 60 * 1000
        if self._session is None or self._session[1] - ahead <= self._lab._core.now():
            duration = 3600
            until = self._lab._core.now() + duration * 1000
            self._session = (self.assume(duration=duration), until)
        return self._session[0]

    def assume(
        self,
        by: Account | User | Role | None = None,
        *,
        name: str = "kmslab",
        policy: Mapping[str, Any] | str | None = None,
        duration: int = 3600,
        tags: Mapping[str, str] | None = None,
        external_id: str | None = None,
    ) -> Credentials:
        """A new session of the role, by `sts:AssumeRole`.

        Args:
            by: Who assumes it; without it, the administrator of the role's account.
            name: The session's name.
            policy: A session policy: the session may do what it and the role's policies both allow.
            duration: How long, in seconds.
            tags: Session tags.
            external_id: What the trust policy may ask for as `sts:ExternalId`.

        Raises:
            LabError: When AWS refuses, with AWS's sentence.
        """
        parameters = {"RoleArn": self._arn, "RoleSessionName": name, "DurationSeconds": str(duration)}
        if policy is not None:
            parameters["Policy"] = _json(policy)
        if external_id is not None:
            parameters["ExternalId"] = external_id
        for number, (key, value) in enumerate((tags or {}).items(), 1):
            parameters[f"Tags.member.{number}.Key"] = key
            parameters[f"Tags.member.{number}.Value"] = value
        who = (by or self._account).credentials
        return _keys(_call(self._lab, who, "sts", "AssumeRole", parameters))


def credentials_of(lab: Lab, who: Who) -> Callable[[], Credentials]:
    """Where a client that acts as `who` has its credentials from, each time it uses them."""
    if who is None:
        return lambda: lab.credentials
    if isinstance(who, Credentials):
        return lambda: who
    if isinstance(who, Mapping):
        given = who.get("Credentials", who)
        try:
            keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))
        except (KeyError, TypeError):
            raise TypeError("as_ is a mapping without AccessKeyId and SecretAccessKey") from None
        return lambda: keys
    if isinstance(who, (Account, User, Role)):
        if who._lab is not lab:
            raise LabError(f"{who!r} belongs to another lab")
        if isinstance(who, User):
            # Now, so that a refusal shows here and not in the middle of a call.
            _ = who.credentials
        return lambda: who.credentials
    raise TypeError(f"as_ is an Account, User or Role of the lab, or Credentials; not {type(who).__name__}")


def _trust(trust: Trust | None, account: Account) -> str:
    if isinstance(trust, Mapping) or (isinstance(trust, str) and trust.lstrip().startswith("{")):
        return _json(trust)
    trusted: list[str | User | Role | Account]
    if trust is None:
        trusted = [account]
    elif isinstance(trust, (str, Account, User, Role)):
        trusted = [trust]
    else:
        trusted = list(trust)
    principals: dict[str, list[str]] = {}
    for each in trusted:
        name = each if isinstance(each, str) else each.arn
        service = name.endswith((".amazonaws.com", ".amazonaws.com.cn")) and not name.startswith("arn:")
        principals.setdefault("Service" if service else "AWS", []).append(name)
    statement = {"Effect": "Allow", "Principal": principals, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _json(document: Mapping[str, Any] | str) -> str:
    return document if isinstance(document, str) else json.dumps(document, indent=2)


# ---- IAM and STS without boto3 ----


class _Refused(LabError):
    """AWS's refusal of a call that one of our own methods made."""

    def __init__(self, action: str, code: str, message: str) -> None:
        super().__init__(f"{action}: {code}: {message}")
        self.code = code


def _call(lab: Lab, who: Credentials, service: str, action: str, parameters: Mapping[str, str]) -> ElementTree.Element:
    """One query call, in this process, as `who`: what its answer says."""
    body = urlencode({"Action": action, "Version": _VERSIONS[service], **parameters})
    headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("User-Agent", "kmslab")]
    region = "us-east-1" if service == "iam" else lab.region
    status, _, content, _ = lab._core.handle_local(region, who, headers, body, None)
    # Written by the lab itself, a line above.
    answer = ElementTree.fromstring(content)  # noqa: S314
    if status >= 300:
        raise _Refused(action, _text(answer, "Code"), _text(answer, "Message"))
    return answer


def _named(answer: ElementTree.Element, name: str) -> Iterator[str]:
    for element in answer.iter():
        if element.tag.rpartition("}")[2] == name:
            yield element.text or ""


def _text(answer: ElementTree.Element, name: str) -> str:
    return next(_named(answer, name), "")


def _keys(answer: ElementTree.Element) -> Credentials:
    token = None
    with suppress(StopIteration):
        token = next(_named(answer, "SessionToken"))
    return Credentials(_text(answer, "AccessKeyId"), _text(answer, "SecretAccessKey"), token)
