"""What goes wrong on kmslab's own side. Refusals of AWS's are botocore's exceptions."""

from __future__ import annotations

from ._kmslab import LabError

__all__ = ["LabError", "NoNetworkError"]


class NoNetworkError(LabError, ConnectionError):
    """A request would have left the process while a lab is active; it was not sent."""
