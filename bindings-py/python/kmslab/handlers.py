"""Whose handlers a client's events have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

# Whose handlers may be left out: signers and retry counters of botocore's own, moto's, ours.
_KNOWN = ("botocore.", "boto3.", "moto.", "kmslab.")


def emitter_of(events: Any) -> Any:
    """The emitter behind a client's `meta.events`."""
    return getattr(events, "_emitter", events)


def handlers(events: Any, event_name: str) -> Iterable[Any]:
    """The handlers that botocore would call for an event, in its order."""
    alias = getattr(events, "_alias_event_name", None)
    if alias is not None:
        event_name, events = alias(event_name), events._emitter
    return cast("Iterable[Any]", events._handlers.prefix_search(event_name))


def all_known(events: Any, event_name: str) -> bool:
    """Whether no handler of the event is the user's or of a library that kmslab does not know."""
    return all(module_of(handler).startswith(_KNOWN) for handler in handlers(events, event_name))


def module_of(handler: Any) -> str:
    """The module that a handler comes from."""
    return getattr(handler, "__module__", None) or type(handler).__module__
