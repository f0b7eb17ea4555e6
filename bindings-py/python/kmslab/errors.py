"""What goes wrong on kmslab's own side. Refusals of AWS's are botocore's exceptions."""

from __future__ import annotations

from ._kmslab import EnvelopeError, LabError

__all__ = ["EnvelopeError", "LabError", "NoNetworkError", "RefusedError"]


class NoNetworkError(LabError, ConnectionError):
    """A request would have left the process while a lab is active; it was not sent."""


class RefusedError(LabError):
    """AWS's refusal of a call that a method of kmslab made itself, such as `lab.user` or `role.assume`."""

    def __init__(self, action: str, code: str, message: str) -> None:
        super().__init__(action, code, message)
        self.action = action
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.action}: {self.code}: {self.message}"
