"""`%load_ext kmslab`: a refused call in a notebook shows why, below the error.

Decisions, explanations and the trail are rich displays anyway; this adds what a traceback cannot say by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asserting import find
from .explanation import request_id

if TYPE_CHECKING:
    from types import TracebackType

    from .explanation import Explanation


def load(ipython: Any) -> None:
    """Shows a lab's explanation below the traceback of a call that it refused for want of permission."""
    from botocore.exceptions import ClientError

    def show(shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType, **options: Any) -> None:
        shell.showtraceback((kind, error, trace), **options)
        explanation = refusal(error)
        if explanation is not None:
            from IPython.display import display

            display(explanation)

    ipython.set_custom_exc((ClientError,), show)


def unload(ipython: Any) -> None:
    """Shows tracebacks as before."""
    ipython.set_custom_exc((), None)


def refusal(error: BaseException) -> Explanation | None:
    """Why a lab of this process refused the call of `error`; `None` for every other error."""
    asked = request_id(error)
    explanation = find(asked) if asked is not None else None
    return explanation if explanation is not None and not explanation.allowed else None
