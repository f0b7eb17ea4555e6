"""What stands around the accounts of a lab: an organization with its policies, and VPC endpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _kmslab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .principals import Policy

__all__ = ["VpcEndpoint"]


def read(core: _kmslab.Lab) -> dict[str, Any] | None:
    """The organization, as it can be set."""
    text = _kmslab.organization(core)
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found


def write(core: _kmslab.Lab, organization: Mapping[str, Any] | None) -> None:
    """Puts the organization in the place of the one there was."""
    _kmslab.set_organization(core, None if organization is None else json.dumps(dict(organization)))


@dataclass(frozen=True)
class VpcEndpoint:
    """A VPC endpoint of a lab.

    Attributes:
        id: `vpce-…`, the value of `aws:SourceVpce`.
        vpc: `vpc-…`, the value of `aws:SourceVpc`.
        host: The host name that calls through it are sent to.
    """

    id: str
    vpc: str
    host: str

    @property
    def url(self) -> str:
        """What clients take as `endpoint_url`."""
        return f"https://{self.host}"

    @classmethod
    def made(
        cls,
        core: _kmslab.Lab,
        policy: Policy | None,
        endpoint_id: str | None,
        service: str,
        vpc: str | None,
        account: str | None,
        region: str | None,
    ) -> VpcEndpoint:
        """Puts an endpoint into a lab."""
        text = policy if policy is None or isinstance(policy, str) else json.dumps(policy)
        return cls(*_kmslab.add_vpc_endpoint(core, endpoint_id, vpc, service, account, region, text))
