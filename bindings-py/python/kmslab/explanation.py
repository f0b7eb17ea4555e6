"""Why a call was allowed or denied, in the forms that people and programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .display import Displayed
from .errors import LabError

if TYPE_CHECKING:
    from ._kmslab import Explained
    from .lab import Lab

__all__ = ["Explanation"]


class Explanation(Displayed):
    """Why a call was allowed or denied.

    `str()` is for terminals, notebooks show it as HTML, `to_dict()` is for programs: which statement of which policy
    decided, which came near, and which element of it failed to match, with the values compared; and what would change
    the decision, each change made and decided again (docs/explanations.md has every member).
    """

    __slots__ = ()
    _shown: Explained

    def __init__(self, explained: Explained) -> None:
        self._shown = explained

    @property
    def allowed(self) -> bool:
        """Whether every permission that the call needed was given."""
        return self._shown.allowed

    def to_dict(self) -> dict[str, Any]:
        """The same for programs.

        `checks` holds one explanation a permission. For a call of a lab there are also `request_id`, `operation`, `at`,
        `error`, `message`, and `notes`: what AWS does not say about a refusal.
        """
        found: dict[str, Any] = json.loads(self._shown.json())
        return found

    def to_markdown(self) -> str:
        """The explanation as Markdown: for documents, and for the comment of a pull request."""
        return self._shown.markdown()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def request_id(about: BaseException | Mapping[str, Any]) -> str | None:
    """The request id that an exception or an answer of botocore's carries."""
    found: object = about if isinstance(about, Mapping) else getattr(about, "response", None)
    for name in ("ResponseMetadata", "RequestId"):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found if isinstance(found, str) else None


def explain(lab: Lab, about: BaseException | Mapping[str, Any] | str | None) -> Explanation:
    """See `Lab.explain`."""
    if about is None:
        explained = lab._core.explain()
        if explained is None:
            raise LabError("nothing to explain: no call of this lab has needed a permission yet")
        return Explanation(explained)
    asked = about if isinstance(about, str) else request_id(about)
    if asked is None:
        raise LabError(f"{about!r} carries no request id: it is not an answer of AWS's")
    explained = lab._core.explain(asked)
    if explained is None:
        raise LabError(f"{_unknown(lab, about)} (request id {asked})")
    return Explanation(explained)


# KMS's and the query services' codes for an access key that nobody has.
UNKNOWN_KEY = frozenset(("UnrecognizedClientException", "InvalidClientTokenId"))


def unknown_key(code: str) -> str:
    """What to do about an access key that the lab does not know."""
    return (
        f"{code}: the client's access key is not one of this lab's, so no policy was asked. Clients made with "
        "lab.client(...) have one; so have all others while the lab is active and AWS_ACCESS_KEY_ID is not set. "
        "For suites with fixed dummy credentials there is Lab(auth='lenient')"
    )


def _unknown(lab: Lab, about: BaseException | Mapping[str, Any] | str) -> str:
    """Why there is nothing to explain, as far as it can be told."""
    response = getattr(about, "response", about)
    error = response.get("Error", {}) if isinstance(response, Mapping) else {}
    code = error.get("Code") if isinstance(error, Mapping) else None
    if code in UNKNOWN_KEY:
        return unknown_key(code)
    if code is not None:
        return (
            f"{code}: the call was refused before a policy was asked, or by another lab, or too long ago to be "
            "remembered"
        )
    return f"{lab!r} remembers no decision of this call: it needed no permission, was made elsewhere, or too long ago"
