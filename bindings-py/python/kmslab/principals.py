"""Accounts, users and roles of a lab, made by IAM's and STS's own operations: through the one gate."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree

from ._kmslab import Credentials
from .errors import LabError, RefusedError

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
        # The inline policies that `user` and `role` gave, by kind and name of whom. Who is not in it may have some of
        # an earlier process, and is asked for them.
        self._given: dict[tuple[str, str], list[str]] = {}

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

    def share_key(self, key: str, *accounts: Account | str) -> None:
        """Shares a key of this account, by its ARN, with other accounts and no others, as AWS RAM does.

        Their IAM policies then say who may use it. With no account given, the key is shared no more.

        Raises:
            LabError: When there is no such key in this account, or an account is its own.
        """
        if f":{self._id}:key/" not in key:
            raise LabError(f"{key} is no ARN of a key of account {self._id}")
        self._lab._core.share_key(key, [each if isinstance(each, str) else each.id for each in accounts])

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

        What is given holds from now on, in place of what an earlier call gave; what is left out stays as it is.

        Args:
            name: Its name.
            policy: What it may do: policy documents become its inline policies (`name`, `name-2` and so on; one that
                an earlier call gave and this one does not is deleted), ARNs of managed policies are attached, beside
                those that are. An empty list takes the documents away.
            boundary: The ARN of its permissions boundary. Empty text takes the boundary away.
            tags: Its tags. An empty mapping takes them away.

        Example:
            >>> import kmslab
            >>> lab = kmslab.Lab()
            >>> alice = lab.user("alice", policy={"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}})
            >>> alice.arn
            'arn:aws:iam::111122223333:user/alice'
            >>> lab.client("sts", as_=alice).get_caller_identity()["Arn"]
            'arn:aws:iam::111122223333:user/alice'
        """
        policies = _policies(policy, self._partition)
        made = self._make("User", name, boundary, tags)
        answer = self._call("iam", "GetUser", UserName=name) if made is None else made
        user, unique = self._users.get(name), _text(answer, "UserId")
        # A user of the same name may have been deleted and made anew, and has no access key yet.
        if user is None or user._id != unique:
            user = self._users[name] = User(self._lab, self, name, _text(answer, "Arn"))
            user._id = unique
        if made is None:
            self._change("User", name, boundary, tags)
        self._give("User", name, policies)
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
            policy: What it may do. See `user`, as for all that follow, and for what holds for a role that is there.
            boundary: The ARN of its permissions boundary.
            tags: Its tags.
        """
        document = _trust(trust, self)
        policies = _policies(policy, self._partition)
        made = self._make("Role", name, boundary, tags, AssumeRolePolicyDocument=document)
        arn = _text(self._call("iam", "GetRole", RoleName=name) if made is None else made, "Arn")
        if trust is not None:
            self._call("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=document)
        if made is None:
            self._change("Role", name, boundary, tags)
        self._give("Role", name, policies)
        return Role(self._lab, self, name, arn)

    def _make(
        self, kind: str, name: str, boundary: str | None, tags: Mapping[str, str] | None, **more: str
    ) -> ElementTree.Element | None:
        """The answer that tells what was made; `None` where the name is taken."""
        parameters = {f"{kind}Name": name, **more, **_tags(tags)}
        if boundary:
            parameters["PermissionsBoundary"] = boundary
        try:
            answer = self._call("iam", f"Create{kind}", **parameters)
        except RefusedError as refused:
            if refused.code != "EntityAlreadyExists":
                raise
            return None
        self._given[kind, name] = []
        return answer

    def _change(self, kind: str, name: str, boundary: str | None, tags: Mapping[str, str] | None) -> None:
        """Brings somebody who was there before to what is given; `_give` does the rest."""
        who = {f"{kind}Name": name}
        if boundary:
            self._call("iam", f"Put{kind}PermissionsBoundary", **who, PermissionsBoundary=boundary)
        elif boundary is not None:
            self._delete(f"Delete{kind}PermissionsBoundary", **who)
        if tags is not None:
            # There are 50 at most: they fit one page.
            old = _named(self._call("iam", f"List{kind}Tags", **who), "Key")
            gone = {f"TagKeys.member.{number}": key for number, key in enumerate((k for k in old if k not in tags), 1)}
            if gone:
                self._call("iam", f"Untag{kind}", **who, **gone)
            if tags:
                self._call("iam", f"Tag{kind}", **who, **_tags(tags))

    def _give(self, kind: str, name: str, policies: _Policies | None) -> None:
        if policies is None:
            return
        who = {f"{kind}Name": name}
        earlier = self._given.get((kind, name))
        if earlier is None:
            ours = re.compile(rf"{re.escape(name)}(-\d+)?")
            earlier = [called for called in self._inline(kind, name) if ours.fullmatch(called)]
        now = [name if number == 1 else f"{name}-{number}" for number in range(1, len(policies.documents) + 1)]
        # Also what is there if AWS refuses half-way.
        self._given[kind, name] = list(dict.fromkeys([*earlier, *now]))
        for called, document in zip(now, policies.documents, strict=True):
            self._call("iam", f"Put{kind}Policy", **who, PolicyName=called, PolicyDocument=document)
        for arn in policies.arns:
            self._call("iam", f"Attach{kind}Policy", **who, PolicyArn=arn)
        for called in earlier:
            if called not in now:
                self._delete(f"Delete{kind}Policy", **who, PolicyName=called)
        self._given[kind, name] = now

    def _inline(self, kind: str, name: str) -> Iterator[str]:
        """The names of the inline policies."""
        parameters = {f"{kind}Name": name}
        while True:
            answer = self._call("iam", f"List{kind}Policies", **parameters)
            yield from _named(answer, "member")
            parameters["Marker"] = _text(answer, "Marker")
            if not parameters["Marker"]:
                return

    def _delete(self, action: str, /, **parameters: str) -> None:
        """Takes away what may have been taken away before."""
        try:
            self._call("iam", action, **parameters)
        except RefusedError as refused:
            if refused.code != "NoSuchEntity":
                raise

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

    # AWS's unique id: `AIDA…`.
    _id: str = ""
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
        parameters |= _tags(tags)
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


class _Policies(NamedTuple):
    """What somebody may do: inline policies and managed ones."""

    documents: list[str]
    arns: list[str]


def _policies(policy: Policy | Sequence[Policy] | None, partition: str) -> _Policies | None:
    if policy is None:
        return None
    policies = _Policies([], [])
    for each in [policy] if isinstance(policy, (str, Mapping)) else policy:
        if not isinstance(each, str) or not each.startswith("arn:"):
            policies.documents.append(_json(each))
        else:
            policies.arns.append(each)
    for each in policies.documents:
        # Names of managed policies have these characters, and no document has them alone.
        if re.fullmatch(r"[\w+=,.@/-]+", each):
            raise LabError(
                f"policy {each!r} is neither a policy document nor an ARN: managed policies are named by their ARN, "
                f"AWS's own by arn:{partition}:iam::aws:policy/{each}"
            )
    return policies


def _tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """Tags as parameters of a query call."""
    parameters = {}
    for number, (key, value) in enumerate((tags or {}).items(), 1):
        parameters[f"Tags.member.{number}.Key"] = key
        parameters[f"Tags.member.{number}.Value"] = value
    return parameters


def _json(document: Mapping[str, Any] | str) -> str:
    return document if isinstance(document, str) else json.dumps(document, indent=2)


# ---- IAM and STS without boto3 ----


def _call(lab: Lab, who: Credentials, service: str, action: str, parameters: Mapping[str, str]) -> ElementTree.Element:
    """One query call, in this process, as `who`: what its answer says."""
    body = urlencode({"Action": action, "Version": _VERSIONS[service], **parameters})
    headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("User-Agent", "kmslab")]
    region = "us-east-1" if service == "iam" else lab.region
    reply, _ = lab._core.handle_local(region, who, headers, body, None)
    # Written by the lab itself, a line above.
    answer = ElementTree.fromstring(reply.body)  # noqa: S314
    if reply.status >= 300:
        raise RefusedError(action, _text(answer, "Code"), _text(answer, "Message"))
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
