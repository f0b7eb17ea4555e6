"""Who can do what: for one permission, for one principal, for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from . import _kmslab
from .lab import Lab
from .policy import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .policy import Context
    from .principals import Account, Role, User

__all__ = ["AccessMatrix", "WhatCan", "WhoCan", "access_matrix", "what_can", "who_can"]


class _Access:
    """An answer in the forms that people and programs read."""

    __slots__ = ("_access", "_found")

    def __init__(self, access: _kmslab.Access) -> None:
        self._access = access
        self._found: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer for programs: docs/access.md has every member."""
        if self._found is None:
            self._found = json.loads(self._access.json())
        return self._found

    def to_markdown(self) -> str:
        """The answer for documents, and for the comment of a pull request."""
        return self._access.markdown()

    def to_html(self) -> str:
        """The answer for pages."""
        return self._access.html()

    def __str__(self) -> str:
        return self._access.text().rstrip("\n")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()


class WhoCan(_Access):
    """Who can do an action on a resource, and under which conditions. Iterates over the ARNs of those who can."""

    __slots__ = ()

    @property
    def principals(self) -> list[dict[str, Any]]:
        """Those who can: `principal`, `kind`, `any` (alternatives of conditions; none: always), `exact`, `note`."""
        found: list[dict[str, Any]] = self.to_dict()["principals"]
        return found

    @property
    def others(self) -> list[dict[str, Any]]:
        """Whom the resource's policy or a grant lets in from outside: services, other accounts, everybody."""
        found: list[dict[str, Any]] = self.to_dict()["others"]
        return found

    def __iter__(self) -> Iterator[str]:
        return (holder["principal"] for holder in self.principals)

    def __contains__(self, principal: object) -> bool:
        return getattr(principal, "arn", principal) in set(self)

    def __len__(self) -> int:
        return len(self.principals)


class WhatCan(_Access):
    """What a principal can do, resource by resource, and under which conditions."""

    __slots__ = ()

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Each `resource` (`*` for actions without one) with its `access`: `actions` under the same conditions."""
        found: list[dict[str, Any]] = self.to_dict()["resources"]
        return found


class AccessMatrix(_Access):
    """Who can do what with all keys. Principals, and keys, that no policy tells apart stand together."""

    __slots__ = ()


def who_can(
    action: str, resource: str, policies: Lab | Mapping[str, Any] | str, *, context: Context | None = None
) -> WhoCan:
    """Who can do `action` on `resource`, whatever the call, and under which conditions on it.

    Exact: context values that no policy tells apart count as one, and every one of the others is looked at. Where that
    is not possible (several wildcards on one key), the answer says so.

    Args:
        action: Such as `"kms:Decrypt"`.
        resource: The ARN of the resource, or `"*"`.
        policies: A lab; or principals and resources with their policies, as a mapping or JSON text (docs/access.md).
        context: Condition keys that every call has: what they decide is no condition any more.

    Raises:
        ValueError: There is no such action or resource, or AWS would refuse a policy.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab()
        >>> key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
        >>> list(kmslab.who_can("kms:Decrypt", key, lab))
        ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:user/administrator']
    """
    return WhoCan(_estate(policies).who_can(action, resource, keys_of(context)))


def what_can(
    principal: str | Account | User | Role,
    policies: Lab | Mapping[str, Any] | str,
    *,
    context: Context | None = None,
) -> WhatCan:
    """What `principal` can do with each key and role, and without one. Arguments as those of `who_can`."""
    who = principal if isinstance(principal, str) else principal.arn
    return WhatCan(_estate(policies).what_can(who, keys_of(context)))


def access_matrix(policies: Lab | Mapping[str, Any] | str, *, context: Context | None = None) -> AccessMatrix:
    """Who can do what with all keys, as a table. Arguments as those of `who_can`."""
    return AccessMatrix(_estate(policies).matrix(keys_of(context)))


def _estate(policies: Lab | Mapping[str, Any] | str) -> _kmslab.Estate:
    if isinstance(policies, Lab):
        return policies._core.estate()
    text = policies if isinstance(policies, str) else json.dumps(policies)
    return _kmslab.Estate(text)
