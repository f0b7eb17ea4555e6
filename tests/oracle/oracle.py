"""A second opinion on authorization: decides one case in plain Python, from the reference alone.

Written from `authorization.md`, the behaviour reference of this project, without looking at the Rust evaluator: where
both agree, two readings of the same text agree. Every "section" below is a section of that document. It is slow and
plain on purpose; the only economy is that patterns, numbers, dates and addresses are read once (`lru_cache`).

The one way in is `decide`; its argument is a case of section 10.1, its answer a decision and a reason of section 10.2.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import ipaddress
import re
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
Decision = tuple[str, str]

ALLOW: Final = "allow"
EXPLICIT_DENY: Final = "explicitDeny"
IMPLICIT_DENY: Final = "implicitDeny"


class Grain(IntEnum):
    """The closest level at which a resource policy names the requester (section 1.5)."""

    NONE = 0
    ACCOUNT = 1
    ISSUER = 2
    EXACT = 3


@dataclass
class Request:
    """One permission check of a case, with what the whole case says about the requester."""

    case: Json
    action: str
    resource: str
    account: str
    context: Json
    principal: Json = field(init=False)
    type: str = field(init=False)
    policies: Json = field(init=False)
    # Condition keys are compared without case (section 3.6); an empty list counts as an absent key (section 3.4).
    keys: dict[str, str | list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.principal = self.case["principal"]
        self.type = self.principal["type"]
        self.policies = self.case["policies"]
        self.keys = {name.lower(): value for name, value in self.context.items() if value != []}

    @property
    def same_account(self) -> bool:
        """Whether requester and owner are one account; an organization does not change this (section 5.2)."""
        return bool(self.principal.get("account") == self.account)

    @property
    def management_account(self) -> str:
        """The management account of the organization (section 10.1 gives the default)."""
        organization = self.case.get("organization") or {}
        return str(organization.get("management_account", "999988887777"))

    @property
    def service_linked(self) -> bool:
        """Whether the requester is a session of a service-linked role."""
        return bool(self.principal.get("service_linked"))

    @property
    def has_identity(self) -> bool:
        """Whether identity policies, a boundary and session policies exist for this requester (section 5.5)."""
        return self.type in {"user", "role-session", "federated-user"}

    @property
    def on_key(self) -> bool:
        """Whether the resource is a KMS key; aliases are not."""
        return self.resource.startswith("arn:") and ":kms:" in self.resource and ":key/" in self.resource

    @property
    def retires(self) -> bool:
        """Whether this is `kms:RetireGrant`, which key policies and RCPs do not touch (sections 5.1 and 6.5)."""
        return self.action.lower() == "kms:retiregrant"


# ---- the decision, section 5 ----


def decide(case: Json) -> Decision:
    """Decides a case: all its requests must be allowed, the first that fails decides (section 10.1)."""
    answer = (ALLOW, "")
    for request in case.get("requests") or [case]:
        answer = decide_one(
            Request(case, request["action"], request["resource"], request["resource_account"], request["context"])
        )
        if answer[0] != ALLOW:
            break
    return answer


def decide_one(request: Request) -> Decision:
    """Takes one permission check through the steps of section 5.2."""
    if needs_no_permission(request):
        return ALLOW, "ALLOW_NO_PERMISSION_REQUIRED"
    scp = service_control_policies(request)
    endpoint = endpoint_policy(request)
    denying = explicit_deny(request, scp, endpoint)
    if denying:
        return EXPLICIT_DENY, denying
    if not all(any_statement(level, "Allow", request) for level in scp):
        return IMPLICIT_DENY, "NO_SCP_ALLOW"
    if endpoint is not None and grain([endpoint], "Allow", request) == Grain.NONE:
        return IMPLICIT_DENY, "NO_VPCE_ALLOW"
    if request.retires:
        return retire_grant(request)
    named = grain(resource_policies(request), "Allow", request)
    if request.type == "service":
        return service_decision(request, named)
    if request.type == "anonymous":
        return (ALLOW, "ALLOW_ANONYMOUS") if named else (IMPLICIT_DENY, "NO_RESOURCE_ALLOW")
    if request.type == "federated-idp":
        # Section 7.2: unsigned, the trust policy alone decides.
        return (ALLOW, "ALLOW_RESOURCE_DIRECT") if named else (IMPLICIT_DENY, "NO_RESOURCE_ALLOW")
    if request.on_key:
        return key_decision(request, named)
    if on_trust_policy(request) and named == Grain.NONE:
        return IMPLICIT_DENY, "NO_RESOURCE_ALLOW"
    if not request.same_account:
        return across_accounts(request, named)
    return direct(request, named) or through_identity(request, named)


def needs_no_permission(request: Request) -> bool:
    """Step 0, and section 7.2: GetCallerIdentity needs none, GetSessionToken none for users."""
    action = request.action.lower()
    return action == "sts:getcalleridentity" or (action == "sts:getsessiontoken" and request.type == "user")


def explicit_deny(request: Request, scp: list[list[Json]], endpoint: Json | None) -> str | None:
    """Step 1: any matching Deny, in the order of section 10.2; only the reason depends on that order."""
    if any(any_statement(level, "Deny", request) for level in scp):
        return "DENY_SCP"
    if grain(resource_control_policies(request), "Deny", request):
        return "DENY_RCP"
    if endpoint is not None and grain([endpoint], "Deny", request):
        return "DENY_VPCE"
    if grain(resource_policies(request), "Deny", request) and not owner_root_repairs(request):
        return "DENY_RESOURCE"
    if any_statement(identity_policies(request), "Deny", request):
        return "DENY_IDENTITY"
    if any_statement(boundary(request) or [], "Deny", request):
        return "DENY_BOUNDARY"
    if any_statement(session_policies(request) or [], "Deny", request):
        return "DENY_SESSION"
    return None


def owner_root_repairs(request: Request) -> bool:
    """Section 7.1: the owner's root user may read, write and delete a bucket policy that denies everybody."""
    action = request.action.lower()
    repairs = action in {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}
    return repairs and request.type == "root" and request.same_account


def service_decision(request: Request, named: Grain) -> Decision:
    """Step 4: a service principal has the resource policy and the grants, and nothing else."""
    if named:
        return ALLOW, "ALLOW_SERVICE_PRINCIPAL"
    if request.on_key and any_grant(request):
        return ALLOW, "ALLOW_GRANT"
    return IMPLICIT_DENY, "NO_RESOURCE_ALLOW"


def key_decision(request: Request, named: Grain) -> Decision:
    """Section 6.1: the key policy comes first, then grants, then what the key policy delegates."""
    if not request.same_account and operation(request) not in CROSS_ACCOUNT:
        return IMPLICIT_DENY, "CROSS_ACCOUNT_NOT_SUPPORTED"
    if request.same_account:
        allowed = direct(request, named)
        if allowed:
            return allowed
    if any_grant(request):
        return ALLOW, "ALLOW_GRANT"
    if named == Grain.NONE:
        return IMPLICIT_DENY, "NO_RESOURCE_ALLOW"
    return through_identity(request, named) if request.same_account else across_accounts(request, named)


def direct(request: Request, named: Grain) -> Decision | None:
    """Step 7 and section 5.3: what a resource policy of the same account gives without an identity policy."""
    if named == Grain.EXACT and request.type == "root":
        return ALLOW, "ALLOW_ROOT"
    if named == Grain.EXACT:
        return ALLOW, "ALLOW_RESOURCE_DIRECT"
    if named == Grain.ISSUER and limited_by(request) is None:
        return ALLOW, "ALLOW_RESOURCE_ROLE"
    return None


def through_identity(request: Request, named: Grain) -> Decision:
    """The identity path in one account. Named at ISSUER, only the boundary or the session policy was missing."""
    missing = limited_by(request) if named == Grain.ISSUER else identity_path(request)
    if missing:
        return IMPLICIT_DENY, missing
    if request.type == "root":
        return ALLOW, "ALLOW_ROOT"
    # Section 10.2: only key policies and trust policies have to delegate.
    return ALLOW, "ALLOW_IDENTITY_DELEGATED" if request.on_key or on_trust_policy(request) else "ALLOW_IDENTITY"


def across_accounts(request: Request, named: Grain) -> Decision:
    """Step 8 and section 5.4: the resource side at any grain, and the whole identity path."""
    if named == Grain.NONE:
        return IMPLICIT_DENY, "NO_RESOURCE_ALLOW"
    missing = identity_path(request)
    return (IMPLICIT_DENY, missing) if missing else (ALLOW, "ALLOW_CROSS_ACCOUNT")


def identity_path(request: Request) -> str | None:
    """The identity path of section 5.2: the reason why it fails, or None. A root user needs nothing."""
    if request.type == "root":
        return None
    if not any_statement(identity_policies(request), "Allow", request):
        return "NO_IDENTITY_ALLOW"
    return limited_by(request)


def limited_by(request: Request) -> str | None:
    """The boundary or the session policy, when one of them does not allow; a federated user needs the latter."""
    limit = boundary(request)
    if limit is not None and not any_statement(limit, "Allow", request):
        return "NO_BOUNDARY_ALLOW"
    session = session_policies(request)
    if session is None:
        return "NO_SESSION_ALLOW" if request.type == "federated-user" else None
    return None if any_statement(session, "Allow", request) else "NO_SESSION_ALLOW"


# ---- what is collected, section 5.1 ----


def documents(named: Iterable[Json] | None) -> list[Json]:
    """The documents of a list of `{name, document}`."""
    return [policy["document"] for policy in named or []]


def service_control_policies(request: Request) -> list[list[Json]]:
    """SCPs, one list for each level; none for those they do not apply to."""
    applies = request.type in {"root", "user", "role-session", "federated-user"}
    if not applies or request.service_linked or request.principal.get("account") == request.management_account:
        return []
    return [documents(level["policies"]) for level in request.policies.get("scp") or []]


def resource_control_policies(request: Request) -> list[Json]:
    """RCPs of all levels in one list: they only deny, so levels do not matter."""
    if (
        request.action.split(":")[0].lower() not in RCP_SERVICES
        or request.account == request.management_account
        or request.service_linked
        or (request.on_key and request.case.get("aws_managed_key"))
        or request.retires
    ):
        return []
    return [document for level in request.policies.get("rcp") or [] for document in documents(level["policies"])]


def endpoint_policy(request: Request) -> Json | None:
    """The policy of the VPC endpoint of a direct call; a forward access session does not pass it again."""
    endpoint = request.policies.get("vpc_endpoint")
    return None if endpoint is None or request.case.get("via_fas") else endpoint["document"]


def resource_policies(request: Request) -> list[Json]:
    """The policies of the resource: of the key, of the bucket (also for its objects), of the role."""
    if request.retires:
        return []
    return [
        policy["document"]
        for policy in request.policies.get("resource") or []
        if request.resource == policy["resource"]
        or (policy["kind"] == "s3-bucket-policy" and request.resource.startswith(policy["resource"] + "/"))
    ]


def on_trust_policy(request: Request) -> bool:
    """Whether the trust policy of a role decides (step 6): STS operations on a role."""
    return request.action.lower().startswith("sts:") and ":role/" in request.resource


def identity_policies(request: Request) -> list[Json]:
    """Identity policies of the user, the role, or the parent user; a root user has none."""
    return documents(request.policies.get("identity")) if request.has_identity else []


def boundary(request: Request) -> list[Json] | None:
    """The permissions boundary; root users and service-linked roles have none."""
    policy = request.policies.get("permissions_boundary")
    return None if policy is None or not request.has_identity or request.service_linked else [policy["document"]]


def session_policies(request: Request) -> list[Json] | None:
    """Session policies, pooled; None when none was passed."""
    session = request.policies.get("session")
    return None if session is None or not request.has_identity else documents(session)


# ---- grants, sections 6.4 and 6.5 ----


def operation(request: Request) -> str:
    """The action without its service, as grants and section 6.6 write it."""
    return request.action.split(":", 1)[1]


def any_grant(request: Request) -> bool:
    """Whether some grant allows the request (section 6.4)."""
    return any(
        grant["key"] == request.resource
        and operation(request) in grant["operations"]
        and operation(request) in GRANT_OPERATIONS
        and is_grantee(request, grant)
        and constraints_met(request, grant.get("constraints") or {})
        and (operation(request) != "CreateGrant" or child_is_within(request, grant))
        for grant in request.case.get("grants") or []
    )


def is_grantee(request: Request, grant: Json) -> bool:
    """Whether the grant is for the requester: itself, its role, its parent user, or the calling service."""
    if request.type == "service":
        return grant.get("grantee_service_principal") in service_names(request)
    return is_named(request, grant.get("grantee_principal"))


def is_named(request: Request, arn: str | None) -> bool:
    """Whether a principal of a grant is the requester, the role of the session or the parent user."""
    principal = request.principal
    return arn is not None and arn in {principal.get("arn"), principal.get("role_arn"), principal.get("user_arn")}


def constraints_met(request: Request, constraints: Json) -> bool:
    """The constraints of section 6.4; the source only when a service itself calls."""
    if (
        "SourceArn" in constraints
        and request.type == "service"
        and value_of(request, "aws:SourceArn") != constraints["SourceArn"]
    ):
        return False
    if operation(request) not in CONTEXT_CHECKED:
        return True
    pairs = encryption_context(request)
    if "EncryptionContextEquals" in constraints and pairs != constraints["EncryptionContextEquals"]:
        return False
    subset = constraints.get("EncryptionContextSubset") or {}
    return all(pairs.get(name) == value for name, value in subset.items())


def child_is_within(request: Request, parent: Json) -> bool:
    """Section 6.4, item 2: a grant made through a grant gives no more operations and has no laxer constraints."""
    operations = request.keys.get("kms:grantoperations", [])
    if not set(operations if isinstance(operations, list) else [operations]) <= set(parent["operations"]):
        return False
    constraints = parent.get("constraints") or {}
    kind = value_of(request, "kms:GrantConstraintType")
    pairs = encryption_context(request)
    equals = constraints.get("EncryptionContextEquals")
    if equals is not None and not (kind == "EncryptionContextEquals" and pairs == equals):
        return False
    subset = constraints.get("EncryptionContextSubset")
    if subset is not None and not (
        kind is not None and all(pairs.get(name) == value for name, value in subset.items())
    ):
        return False
    source = constraints.get("SourceArn")
    return source is None or value_of(request, "kms:GrantConstraintSourceArn") == source


def encryption_context(request: Request) -> dict[str, str]:
    """The pairs of the request, with the case given (section 10.1)."""
    prefix = "kms:EncryptionContext:"
    return {name[len(prefix) :]: value for name, value in request.context.items() if name.startswith(prefix)}


def retire_grant(request: Request) -> Decision:
    """Section 6.5: who may end the grant the request names."""
    wanted = request.case.get("retire_grant_id")
    grant = next((grant for grant in request.case.get("grants") or [] if grant["id"] == wanted), None)
    if grant is None or grant["key"] != request.resource:
        return IMPLICIT_DENY, "NO_GRANT_ALLOW"
    retiring = grant.get("retiring_principal")
    if request.type == "service":
        retires = grant.get("retiring_service_principal") in service_names(request)
    else:
        retires = is_named(request, retiring) and request.type != "root"
    if retires or ("RetireGrant" in grant["operations"] and is_grantee(request, grant)):
        return ALLOW, "ALLOW_GRANT"
    account = request.principal.get("account")
    if account and (account == grant["issuing_account"] or retiring == f"arn:aws:iam::{account}:root"):
        if request.type == "root":
            return ALLOW, "ALLOW_ROOT"
        missing = identity_path(request)
        if missing is None:
            return ALLOW, "ALLOW_IDENTITY"
        if missing != "NO_IDENTITY_ALLOW":
            # The account has the right and gives it; a limit takes it away (section 10.2: the path, in its order).
            return IMPLICIT_DENY, missing
    return IMPLICIT_DENY, "NO_GRANT_ALLOW"


# ---- statements, section 1 ----


def statements(policies: Iterable[Json], effect: str) -> Iterator[tuple[Json, bool]]:
    """Statements of that effect, each with whether its document knows variables (section 1.3)."""
    for document in policies:
        body = document["Statement"]
        for statement in body if isinstance(body, list) else [body]:
            if statement["Effect"] == effect:
                yield statement, document.get("Version") == "2012-10-17"


def any_statement(policies: Iterable[Json], effect: str, request: Request) -> bool:
    """Whether some statement without principal matches: identity, boundary, session, SCP."""
    return any(applies(statement, variables, request) for statement, variables in statements(policies, effect))


def grain(policies: Iterable[Json], effect: str, request: Request) -> Grain:
    """The best grain of the matching statements of policies that have a principal (section 1.5)."""
    best = Grain.NONE
    for statement, variables in statements(policies, effect):
        level = statement_grain(statement, request)
        if level > best and applies(statement, variables, request):
            best = level
    return best


def applies(statement: Json, variables: bool, request: Request) -> bool:
    """Whether action, resource and conditions match. Without Action or Resource a statement does nothing."""
    return (
        action_matches(statement, request)
        and resource_matches(statement, variables, request)
        and conditions_hold(statement.get("Condition") or {}, variables, request)
    )


def entries(value: str | list[str]) -> list[str]:
    """A single string and a list with that one string are the same (section 1.1)."""
    return value if isinstance(value, list) else [value]


def action_matches(statement: Json, request: Request) -> bool:
    """Section 1.7: without case, wildcards in the name; a statement with neither element has no effect."""
    if "Action" in statement:
        return any(action_covers(entry, request.action) for entry in entries(statement["Action"]))
    if "NotAction" in statement:
        return not any(action_covers(entry, request.action) for entry in entries(statement["NotAction"]))
    return False


@lru_cache(maxsize=65536)
def action_covers(entry: str, action: str) -> bool:
    """Whether one entry covers the action; the service has no wildcards."""
    service, _, name = entry.lower().partition(":")
    wanted, _, asked = action.lower().partition(":")
    return entry == "*" or (service == wanted and glob(wildcards(name), asked))


def resource_matches(statement: Json, variables: bool, request: Request) -> bool:
    """Section 1.8. Only trust policies have no Resource; elsewhere such a statement has no effect."""
    if "Resource" in statement:
        return any(resource_covers(entry, variables, request) for entry in entries(statement["Resource"]))
    if "NotResource" in statement:
        return not any(resource_covers(entry, variables, request) for entry in entries(statement["NotResource"]))
    return on_trust_policy(request)


def resource_covers(entry: str, variables: bool, request: Request) -> bool:
    """Whether one entry is `*` or an ARN that matches; variables count only after the fifth colon."""
    if entry == "*":
        return True
    if not entry.startswith("arn:"):
        return False
    pattern: str | None
    parts = entry.split(":", 5)
    if variables and len(parts) == 6:
        tail = substitute(parts[5], request)
        pattern = None if tail is None else ":".join([wildcards(part) for part in parts[:5]] + [tail])
    else:
        pattern = wildcards(entry)
    return pattern is not None and glob(pattern, request.resource)


# ---- principals, sections 1.5 and 1.6 ----


def service_names(request: Request) -> list[str]:
    """All names of the calling service."""
    return request.principal.get("service_names") or [request.principal["arn"]]


def statement_grain(statement: Json, request: Request) -> Grain:
    """The grain at which the Principal of a statement names the requester."""
    if "Principal" in statement:
        return principal_grain(statement["Principal"], request)
    if "NotPrincipal" in statement:
        # Section 1.6: everybody but the listed; a Deny catches whoever has a boundary, listed or not.
        caught = statement["Effect"] == "Deny" and boundary(request) is not None
        return Grain.EXACT if caught or not all_levels_listed(statement["NotPrincipal"], request) else Grain.NONE
    return Grain.NONE


def principal_grain(principal: str | Json, request: Request) -> Grain:
    """The best grain of the entries of a Principal."""
    if isinstance(principal, str):
        return Grain.EXACT if principal == "*" else Grain.NONE
    return max(
        (entry_grain(kind, entry, request) for kind, listed in principal.items() for entry in entries(listed)),
        default=Grain.NONE,
    )


def entry_grain(kind: str, entry: str, request: Request) -> Grain:
    """One row of the table of section 1.5. No wildcards but the lone `*`; case counts."""
    who = request.principal
    if kind == "Service":
        return Grain.EXACT if request.type == "service" and entry in service_names(request) else Grain.NONE
    if kind == "Federated":
        return Grain.EXACT if request.type == "federated-idp" and entry == who["arn"] else Grain.NONE
    if kind != "AWS":
        return Grain.NONE
    if entry == "*":
        return Grain.EXACT
    if request.type not in {"root", "user", "role-session", "federated-user"}:
        return Grain.NONE
    if entry in account_names(request):
        return Grain.EXACT if request.type == "root" else Grain.ACCOUNT
    if entry == who["arn"]:
        return Grain.EXACT
    if entry == who.get("id"):
        return Grain.EXACT if request.type == "user" else Grain.ISSUER
    return Grain.ISSUER if entry in {who.get("role_arn"), who.get("user_arn")} else Grain.NONE


def account_names(request: Request) -> set[str]:
    """The two spellings of the requester's account."""
    account = request.principal["account"]
    return {account, f"arn:aws:iam::{account}:root"}


def all_levels_listed(not_principal: str | Json, request: Request) -> bool:
    """Section 1.6: whether the account, the issuer and the session of the requester are all listed."""
    if isinstance(not_principal, str):
        return not_principal == "*"
    who = request.principal
    listed = {(kind, entry) for kind, values in not_principal.items() for entry in entries(values)}
    if request.type == "service":
        return any(("Service", name) in listed for name in service_names(request))
    if request.type not in {"root", "user", "role-session", "federated-user"}:
        return False
    levels = [account_names(request)]
    if request.type == "user":
        levels.append({who["arn"], who.get("id", "")})
    if request.type == "role-session":
        levels += [{who["arn"]}, {who["role_arn"], who.get("id", "")}]
    if request.type == "federated-user":
        levels += [{who["arn"]}, {who["user_arn"]}]
    return all(any(("AWS", name) in listed for name in level) for level in levels)


# ---- conditions, section 3 ----


def conditions_hold(condition: Json, variables: bool, request: Request) -> bool:
    """AND over operators and keys (section 3.1); an empty block is true."""
    return all(
        key_holds(operator, key, policy_values(values), variables, request)
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def policy_values(values: Any) -> list[str]:
    """The values of a policy as text; JSON true, false and numbers are taken as their text (section 3.5)."""
    listed = values if isinstance(values, list) else [values]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in listed]


def key_holds(operator: str, key: str, values: list[str], variables: bool, request: Request) -> bool:
    """One key under one operator: sections 3.1, 3.3 and 3.4."""
    present = request.keys.get(key.lower())
    if operator == "Null":
        return any(value == ("true" if present is None else "false") for value in values)
    over, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    family = name.replace("Not", "")
    if over:
        if present is None:
            return over == "ForAllValues"
        answers = [
            equals_any(family, value, values, variables, request) != negated
            for value in (present if isinstance(present, list) else [present])
        ]
        return all(answers) if over == "ForAllValues" else any(answers)
    if present is None:
        return if_exists or negated
    if isinstance(present, list):
        return False  # a multivalued key without set operator never matches
    return equals_any(family, present, values, variables, request) != negated


def equals_any(family: str, value: str, wanted: list[str], variables: bool, request: Request) -> bool:
    """OR over the policy values."""
    return any(equals(family, value, text, variables, request) for text in wanted)


def equals(family: str, value: str, text: str, variables: bool, request: Request) -> bool:
    """The comparison of section 3.2; a policy value whose variable has no value is lost (section 2)."""
    if family in TEXT_TESTS:
        pattern = substitute(text, request) if variables else wildcards(text)
        return pattern is not None and TEXT_TESTS[family](pattern, value)
    if family.startswith("Numeric"):
        return in_order(family.removeprefix("Numeric"), number(value), number(text))
    if family.startswith("Date"):
        return in_order(family.removeprefix("Date"), instant(value), instant(text))
    return VALUE_TESTS[family](value, text)


def string_equals(pattern: str, value: str) -> bool:
    """Exact comparison: wildcards of the policy are plain characters here."""
    return plain(pattern) == value


def string_equals_ignore_case(pattern: str, value: str) -> bool:
    """Comparison without case."""
    return plain(pattern).lower() == value.lower()


def string_like(pattern: str, value: str) -> bool:
    """The whole value, wildcards across colons and slashes."""
    return glob(pattern, value)


def arn_like(pattern: str, value: str) -> bool:
    """Six segments, each globbed alone; the sixth is the rest with its colons (section 3.2)."""
    wanted = pattern.split(":", 5)
    given = value.split(":", 5)
    return len(wanted) == len(given) == 6 and all(glob(w, g) for w, g in zip(wanted, given, strict=True))


def in_order(order: str, left: Fraction | None, right: Fraction | None) -> bool:
    """Request value against policy value; what cannot be read never matches (section 3.5)."""
    return left is not None and right is not None and (left > right) - (left < right) in ORDERS[order]


def boolean(value: str, text: str) -> bool:
    """True or false, letters of either case."""
    return value.lower() in {"true", "false"} and value.lower() == text.lower()


def binary_equals(value: str, text: str) -> bool:
    """Bytes after base64 decoding."""
    left, right = decoded(value), decoded(text)
    return left is not None and left == right


def ip_address(value: str, text: str) -> bool:
    """Address in range; families never contain each other."""
    address, network = parsed_address(value), parsed_network(text)
    return address is not None and network is not None and address.version == network.version and address in network


TEXT_TESTS: Final = {
    "StringEquals": string_equals,
    "StringEqualsIgnoreCase": string_equals_ignore_case,
    "StringLike": string_like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
}
VALUE_TESTS: Final = {"Bool": boolean, "BinaryEquals": binary_equals, "IpAddress": ip_address}
# The signs of request value minus policy value that satisfy an operator.
ORDERS: Final = {
    "Equals": {0},
    "LessThan": {-1},
    "LessThanEquals": {-1, 0},
    "GreaterThan": {1},
    "GreaterThanEquals": {1, 0},
}


# ---- values, section 3.5 ----

NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d)))?)?)?", re.ASCII
)
EPOCH: Final = dt.date(1970, 1, 1).toordinal()


@lru_cache(maxsize=65536)
def number(text: str) -> Fraction | None:
    """Integers and decimals, with sign."""
    return Fraction(text) if NUMBER.fullmatch(text) else None


@lru_cache(maxsize=65536)
def instant(text: str) -> Fraction | None:
    """Seconds since 1970 of the W3C profile of ISO 8601 (missing parts start the period, UTC) or of Unix seconds."""
    match = DATE.fullmatch(text)
    if not match:
        return number(text)
    year, month, day, hour, minute, second = (int(match[part] or (part in {2, 3})) for part in range(1, 7))
    try:
        days = dt.date(year, month, day).toordinal() - EPOCH
        dt.time(hour, minute, second)
    except ValueError:
        return None
    fraction = Fraction(int(match[7]), 10 ** len(match[7])) if match[7] else Fraction(0)
    ahead = (int(match[9]) * 60 + int(match[10])) * (-60 if match[8] == "-" else 60) if match[8] else 0
    return days * 86400 + hour * 3600 + minute * 60 + second + fraction - ahead


@lru_cache(maxsize=65536)
def decoded(text: str) -> bytes | None:
    """Base64, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=65536)
def parsed_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address of either family, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def parsed_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A CIDR range; without prefix length one host."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


# ---- patterns and variables, sections 1.7, 1.8 and 2 ----

# A pattern is text in which these two stand for wildcards, so that `*` and `?` can also be plain characters.
ANY_RUN: Final = "\ue000"
ANY_ONE: Final = "\ue001"
VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")


@lru_cache(maxsize=65536)
def wildcards(text: str) -> str:
    """The pattern of a text without variables."""
    return text.replace("*", ANY_RUN).replace("?", ANY_ONE)


def plain(pattern: str) -> str:
    """The text of a pattern for operators without wildcards."""
    return pattern.replace(ANY_RUN, "*").replace(ANY_ONE, "?")


def substitute(text: str, request: Request) -> str | None:
    """The pattern of a text with variables, or None when one has neither value nor default (section 2)."""
    if "${" not in text:
        return wildcards(text)
    pattern = ""
    end = 0
    for variable in VARIABLE.finditer(text):
        value = variable_value(variable[1], request)
        if value is None:
            return None
        pattern += wildcards(text[end : variable.start()]) + value
        end = variable.end()
    return pattern + wildcards(text[end:])


def variable_value(content: str, request: Request) -> str | None:
    """The plain text a variable stands for; multivalued keys have no value."""
    if content in {"*", "?", "$"}:
        return content
    key, comma, default = content.partition(",")
    value = value_of(request, key.strip())
    if value is None and comma:
        return default.strip()[1:-1]
    return value


def value_of(request: Request, key: str) -> str | None:
    """The value of a single-valued key of the request."""
    value = request.keys.get(key.lower())
    return value if isinstance(value, str) else None


def glob(pattern: str, text: str) -> bool:
    """Whether the whole text matches the pattern."""
    return compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=65536)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression."""
    return re.compile(re.escape(pattern).replace(ANY_RUN, ".*").replace(ANY_ONE, "."), re.DOTALL)


# ---- facts ----


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# The services with RCPs that cases use; EC2 and IAM are not among them (section 5.1).
RCP_SERVICES: Final = frozenset({"dynamodb", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts"})

# kms-actions.csv, column grant_operation, and section 6.4, item 5.
GRANT_OPERATIONS: Final = words(
    """
    CreateGrant Decapsulate Decrypt DeriveSharedSecret DescribeKey Encapsulate Encrypt GenerateDataKey
    GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetPublicKey
    ReEncryptFrom ReEncryptTo RetireGrant Sign Verify VerifyMac
    """
)

# kms-actions.csv, column cross_account, and section 6.6.
CROSS_ACCOUNT: Final = GRANT_OPERATIONS | {"GetKeyRotationStatus", "ListGrants", "RevokeGrant"}

# The operations whose encryption context a grant constrains (section 6.4).
CONTEXT_CHECKED: Final = words(
    """
    Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
    GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo
    """
)
