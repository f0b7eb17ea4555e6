"""`assert_allowed` and `assert_denied`: a failure says why, statement by statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

from .active import current
from .explanation import Explanation, request_id
from .lab import Lab
from .policy import Decision

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["assert_allowed", "assert_denied"]

_T = TypeVar("_T")

# KMS's and the query services' codes for "no permission".
DENIALS = frozenset(("AccessDeniedException", "AccessDenied"))


@overload
def assert_allowed(call: Decision, /) -> Decision: ...
@overload
def assert_allowed(call: Callable[..., _T], /, *args: object, **kwargs: object) -> _T: ...
def assert_allowed(call: Callable[..., _T] | Decision, /, *args: object, **kwargs: object) -> _T | Decision:
    """Asserts that a call has the permissions it needs, and returns its answer.

    Args:
        call: A method of a client, or anything that makes one call; or a `Decision`.
        *args: Given to `call`.
        **kwargs: Given to `call`.

    Raises:
        AssertionError: When permission is denied, with the explanation. Other errors of the call are raised as they
            are: they say nothing about permission.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab()
        >>> key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
        >>> kmslab.assert_allowed(lab.client("kms").describe_key, KeyId=key)["KeyMetadata"]["KeyState"]
        'Enabled'
    """
    __tracebackhide__ = True
    if isinstance(call, Decision):
        if not call.allowed:
            raise AssertionError(f"expected to be allowed, but is denied\n\n{call.explain()}")
        return call
    try:
        return call(*args, **kwargs)
    except Exception as error:
        if code(error) not in DENIALS:
            raise
        # Without botocore's own traceback, which would bury the explanation.
        raise AssertionError(f"expected to be allowed, but was denied: {error}{_why(error)}") from None


def assert_denied(call: Callable[..., object] | Decision, /, *args: object, **kwargs: object) -> Explanation | None:
    """Asserts that a call lacks a permission it needs, and returns the explanation.

    Args:
        call: A method of a client, or anything that makes one call; or a `Decision`.
        *args: Given to `call`.
        **kwargs: Given to `call`.

    Raises:
        AssertionError: When the call works, with the explanation of what allowed it; when it fails for another reason
            than permission.
    """
    __tracebackhide__ = True
    if isinstance(call, Decision):
        if call.allowed:
            raise AssertionError(f"expected to be denied, but is allowed\n\n{call.explain()}")
        return call.explain()
    try:
        answer = call(*args, **kwargs)
    except Exception as error:
        found = code(error)
        if found in DENIALS:
            return _explanation(error)
        if found is None:
            raise
        raise AssertionError(f"expected to be denied, but failed for another reason: {error}{_why(error)}") from None
    raise AssertionError(f"expected to be denied, but was allowed{_why(answer)}")


def code(error: object) -> str | None:
    """AWS's code in an exception of botocore's."""
    response = getattr(error, "response", None)
    found = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return found if isinstance(found, str) else None


def _why(about: object) -> str:
    explanation = _explanation(about)
    return f"\n\n{explanation.text(colour=False)}" if explanation is not None else ""


def _explanation(about: object) -> Explanation | None:
    asked = request_id(about) if isinstance(about, (BaseException, dict)) else None
    return find(asked) if asked is not None else None


def find(asked: str) -> Explanation | None:
    """The explanation of a request, from whichever lab of this process answered it: the active one first."""
    active = current()
    for lab in ([active] if active is not None else []) + [lab for lab in Lab._alive or () if lab is not active]:
        explained = lab._core.explain(asked)
        if explained is not None:
            return Explanation(explained)
    return None
