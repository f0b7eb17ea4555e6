"""The policy engine without a lab: `authorize`, `PolicySet`, `Decision`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from . import _kmslab
from .explanation import Explanation

if TYPE_CHECKING:
    from typing import TypeAlias

    from .principals import Account, Role, User

__all__ = ["Decision", "PolicySet", "authorize"]

# A policy document as a mapping, or its text.
Document: TypeAlias = "Mapping[str, Any] | str"
# One, several, or several with names.
Documents: TypeAlias = "Document | Sequence[Document] | Mapping[str, Document]"
# One level of an organization, or a list of levels from the root on.
Levels: TypeAlias = "Documents | Sequence[Sequence[Document]]"
Value: TypeAlias = "str | bool | int | float | date"
Context: TypeAlias = "Mapping[str, Value | Iterable[Value]]"


class Decision:
    """Whether a request is allowed, and why. True when it is allowed."""

    __slots__ = ("_decision",)

    def __init__(self, decision: _kmslab.Decision) -> None:
        self._decision = decision

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self._decision.allowed

    @property
    def effect(self) -> str:
        """`allow`, `explicitDeny` (a statement denies) or `implicitDeny` (nothing allows)."""
        return self._decision.effect

    @property
    def reason(self) -> str:
        """The one reason, as a code: `ALLOW_GRANT`, `DENY_SCP`, `NO_IDENTITY_ALLOW` and others."""
        return self._decision.reason

    @property
    def grant(self) -> str | None:
        """The id of the grant that allowed, if one did."""
        return self._decision.grant

    def explain(self) -> Explanation:
        """Which statement of which policy decided, and what came near."""
        return Explanation(self._decision.explained())

    def to_dict(self) -> dict[str, Any]:
        """The whole explanation, for programs: `allowed`, `effect`, `reason`, `summary`, `request`, `stages`."""
        found: dict[str, Any] = self.explain().to_dict()["checks"][0]
        return found

    def __bool__(self) -> bool:
        return self._decision.allowed

    def __repr__(self) -> str:
        return f"Decision({'allowed' if self.allowed else 'denied'}: {self.reason}, {self._decision.meaning})"

    def _repr_html_(self) -> str:
        return self.explain().to_html()


class PolicySet:
    """Policies and grants of both sides, compiled once, to be asked often.

    A policy is a mapping, or JSON text (whose lines explanations then name). Where there may be several: one, a list,
    or a mapping of names and policies.

    Args:
        key_policy: The policy of the KMS key. Without it, a key has the one that `CreateKey` gives, which leaves the
            decision to the account's IAM policies.
        trust_policy: The trust policy of a role, when that is the resource.
        bucket_policy: The policy of a bucket, when that is the resource.
        identity_policies: The principal's own: of the user and its groups, or of the role.
        permissions_boundary: The principal's permissions boundary.
        session_policies: Policies that were passed to `AssumeRole` or `GetFederationToken`; none is not the same as an
            empty list.
        scps: Service control policies of the principal's account: one level, or a list of lists, from the root on.
        rcps: Resource control policies of the resource's account, likewise.
        endpoint_policy: The policy of the VPC endpoint that the request came through.
        grants: Grants on the key, in the words of `CreateGrant` and `ListGrants`.

    Raises:
        ValueError: For a policy that AWS would refuse, with AWS's sentence and the place; for a grant that is none.
    """

    __slots__ = ("_set",)

    def __init__(
        self,
        *,
        key_policy: Document | None = None,
        trust_policy: Document | None = None,
        bucket_policy: Document | None = None,
        identity_policies: Documents | None = None,
        permissions_boundary: Document | None = None,
        session_policies: Documents | None = None,
        scps: Levels | None = None,
        rcps: Levels | None = None,
        endpoint_policy: Document | None = None,
        grants: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        given = {
            "key_policy": key_policy,
            "trust_policy": trust_policy,
            "bucket_policy": bucket_policy,
            "identity_policies": identity_policies,
            "permissions_boundary": permissions_boundary,
            "session_policies": session_policies,
            "scps": scps,
            "rcps": rcps,
            "endpoint_policy": endpoint_policy,
        }
        written: dict[str, Any] = {name: _texts(value) for name, value in given.items() if value is not None}
        if grants is not None:
            written["grants"] = _grants(grants)
        self._set = _kmslab.PolicySet(json.dumps(written, default=_plain))

    def authorize(
        self,
        principal: str | Account | User | Role,
        action: str,
        resource: str,
        context: Context | None = None,
        encryption_context: Mapping[str, str] | None = None,
    ) -> Decision:
        """Decides one request. Arguments as `authorize`'s."""
        who = principal if isinstance(principal, str) else principal.arn
        if not context and not encryption_context:
            return Decision(self._set.decide(who, action, resource))
        return Decision(self._set.decide(who, action, resource, keys_of(context), pairs_of(encryption_context)))


def authorize(
    *,
    principal: str | Account | User | Role,
    action: str,
    resource: str,
    context: Context | None = None,
    encryption_context: Mapping[str, str] | None = None,
    key_policy: Document | None = None,
    trust_policy: Document | None = None,
    bucket_policy: Document | None = None,
    identity_policies: Documents | None = None,
    permissions_boundary: Document | None = None,
    session_policies: Documents | None = None,
    scps: Levels | None = None,
    rcps: Levels | None = None,
    endpoint_policy: Document | None = None,
    grants: Sequence[Mapping[str, Any]] | None = None,
) -> Decision:
    """Whether AWS would allow a request, by these policies alone. A pure function; a `PolicySet` compiles them once.

    Args:
        principal: Who asks: the ARN of a user, role (a session of it), role session, federated user or root user; an
            account id (its root user); the name of a service; `"*"` (nobody in particular). Or one of a lab.
        action: Such as `"kms:Decrypt"`.
        resource: The ARN of the resource, or `"*"`.
        context: Condition keys of the request, complete but for those that follow from principal and resource:
            `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:ResourceAccount`,
            `kms:CallerAccount`, `aws:PrincipalIsAWSService`. A value, or several for a multivalued key.
        encryption_context: Sets `kms:EncryptionContext:…` and `kms:EncryptionContextKeys`.
        key_policy: See `PolicySet`, as for all that follow.
        trust_policy: See `PolicySet`.
        bucket_policy: See `PolicySet`.
        identity_policies: See `PolicySet`.
        permissions_boundary: See `PolicySet`.
        session_policies: See `PolicySet`.
        scps: See `PolicySet`.
        rcps: See `PolicySet`.
        endpoint_policy: See `PolicySet`.
        grants: See `PolicySet`.

    Raises:
        ValueError: For a policy that AWS would refuse, with AWS's sentence and the place; for a grant, principal or
            resource that is none.

    Example:
        >>> import kmslab
        >>> decision = kmslab.authorize(
        ...     principal="arn:aws:iam::111122223333:user/alice",
        ...     action="kms:Decrypt",
        ...     resource="arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ...     identity_policies={"read": {
        ...         "Version": "2012-10-17",
        ...         "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}],
        ...     }},
        ... )
        >>> decision.allowed, decision.reason
        (True, 'ALLOW_IDENTITY_DELEGATED')
    """
    policies = PolicySet(
        key_policy=key_policy,
        trust_policy=trust_policy,
        bucket_policy=bucket_policy,
        identity_policies=identity_policies,
        permissions_boundary=permissions_boundary,
        session_policies=session_policies,
        scps=scps,
        rcps=rcps,
        endpoint_policy=endpoint_policy,
        grants=grants,
    )
    return policies.authorize(principal, action, resource, context, encryption_context)


def _texts(value: object) -> object:
    """Documents as texts, one line an element, so that an explanation's lines are those of a readable document."""
    if isinstance(value, Mapping):
        if _is_document(value):
            return json.dumps(value, indent=2, default=_plain)
        return {name: _texts(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_texts(each) for each in value]
    return value


def _is_document(value: Mapping[Any, Any]) -> bool:
    """Whether this is a policy, and not names with policies. Without a Statement it is one that the core refuses."""
    version = value.get("Version")
    return "Statement" in value or (isinstance(version, str) and not version.lstrip().startswith("{"))


# What a grant has, as the core reads it.
_TEXTS = (
    "GrantId",
    "GranteePrincipal",
    "GranteeServicePrincipal",
    "RetiringPrincipal",
    "RetiringServicePrincipal",
    "IssuingAccount",
)


def _grants(grants: object) -> list[Mapping[str, Any]]:
    """The grants, if they have the form of grants."""
    if isinstance(grants, (str, Mapping)) or not isinstance(grants, Iterable):
        raise ValueError("grants: a list of grants, as ListGrants gives it")  # noqa: TRY004 - like wrong policies
    given = list(grants)
    for number, grant in enumerate(given):
        wrong = _wrong(grant)
        if wrong is not None:
            raise ValueError(f"grants[{number}]: {wrong}")
    return given


def _wrong(grant: object) -> str | None:
    if not isinstance(grant, Mapping):
        return f"a grant is a mapping with GranteePrincipal and Operations, not {type(grant).__name__}"
    operations = grant.get("Operations")
    if isinstance(operations, str) or not isinstance(operations, Collection):
        return "a grant has Operations, a list such as ['Decrypt']"
    if not all(isinstance(each, str) for each in operations):
        return "Operations are names, such as 'Decrypt'"
    for name in _TEXTS:
        if not isinstance(grant.get(name, ""), (str, type(None))):
            return f"{name} is text, not {type(grant[name]).__name__}"
    if not (grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal")):
        return "a grant has a GranteePrincipal, the ARN of whom it allows"
    constraints = grant.get("Constraints")
    if constraints is not None and not isinstance(constraints, Mapping):
        return f"Constraints are a mapping, not {type(constraints).__name__}"
    return None


def _plain(value: object) -> object:
    # Grants as boto3 gives them have datetimes, policies may be other mappings.
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} in a policy")


def keys_of(context: Context | None) -> list[tuple[str, list[str], bool]]:
    """Condition keys as the core takes them: name, values, whether the key is single-valued."""
    if not context:
        return []
    # Most values are one text; the call for the others would be half of the work.
    return [(name, [value], True) if isinstance(value, str) else _key(name, value) for name, value in context.items()]


def pairs_of(encryption_context: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """An encryption context as the core takes it."""
    return list(encryption_context.items()) if encryption_context else []


def _key(name: str, value: bool | float | date | Iterable[Value]) -> tuple[str, list[str], bool]:
    if isinstance(value, Iterable):
        return name, [_text(each) for each in value], False
    return name, [_text(value)], True


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (int, float, date)):
        return str(value)
    raise TypeError(f"a condition key has text, numbers, booleans or times, not {type(value).__name__}")
