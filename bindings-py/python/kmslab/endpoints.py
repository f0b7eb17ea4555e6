"""Endpoints that botocore has found out are not found out again.

botocore runs a service's endpoint rules anew for every call, which is a quarter of what it does before the call is
made. For KMS, IAM and STS the rules look at nothing but the client's own settings. So while a lab answers a client,
the first answer for an operation stands for the later ones, unless a handler of somebody else's takes part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .handlers import all_known, emitter_of

if TYPE_CHECKING:
    from botocore.client import BaseClient

_METHOD = "construct_endpoint"


def remember(client: BaseClient) -> None:
    """Lets the endpoints of a client's operations be found out once."""
    # botocore has had it since 1.28.
    resolver = getattr(client, "_ruleset_resolver", None)
    if resolver is not None and _METHOD not in vars(resolver):
        setattr(resolver, _METHOD, _Remembered(client, resolver))


def forget(client: BaseClient) -> None:
    """Leaves the client as it was."""
    resolver = getattr(client, "_ruleset_resolver", None)
    if resolver is not None and isinstance(vars(resolver).get(_METHOD), _Remembered):
        delattr(resolver, _METHOD)


class _Remembered:
    """Stands for the method `construct_endpoint` of one resolver."""

    __slots__ = ("emitter", "event", "events", "found", "registrations", "resolver")

    def __init__(self, client: BaseClient, resolver: Any) -> None:
        self.resolver = resolver
        self.events = client.meta.events
        self.emitter = emitter_of(self.events)
        self.event = f"before-endpoint-resolution.{client.meta.service_model.service_id.hyphenize()}"
        # botocore replaces this cache whenever a handler comes or goes.
        self.registrations: object = None
        # By operation; `None` while another's handler wants to be asked each time.
        self.found: dict[str, Any] | None = None

    def __call__(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        if self.registrations is not self.emitter._lookup_cache:
            self.registrations = self.emitter._lookup_cache
            self.found = {} if self._plain() else None
        found = self.found
        if found is None:
            return self._construct(operation_model, call_args, request_context)
        try:
            return found[operation_model.name]
        except KeyError:
            endpoint = self._construct(operation_model, call_args, request_context)
            # Parameters that the call itself gives are asked of each call. Only newer clients have the second kind.
            given = operation_model.context_parameters or getattr(operation_model, "operation_context_parameters", ())
            if not given:
                found[operation_model.name] = endpoint
            return endpoint

    def _construct(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        return getattr(type(self.resolver), _METHOD)(self.resolver, operation_model, call_args, request_context)

    def _plain(self) -> bool:
        """Whether the endpoint follows from the client's settings: no handler of others, nothing found out later."""
        wanted = {parameter.builtin for parameter in self.resolver._param_definitions.values()}
        later = (callable(value) for name, value in self.resolver._builtins.items() if name in wanted)
        return all_known(self.events, self.event) and not any(later)
