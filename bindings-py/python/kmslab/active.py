"""Which lab answers: the innermost one of the calling context, else the one that the main thread has entered.

- A lab entered in a context (a thread, an asyncio task) answers the clients used in it; the innermost one wins.
- A lab entered in the main thread also answers every thread that has entered none of its own: worker threads of
  boto3's transfers, of executors, of servers.
- Labs entered in other threads answer those threads alone. A worker of such a thread enters the lab again
  (`with lab:`), or is started with `contextvars.copy_context().run`.

So neither nested labs nor labs of different threads see each other's calls.
"""

from __future__ import annotations

import os
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab

# What botocore finds in the environment while a lab is active and the user has no credentials there. The lab that
# answers takes them as its administrator's; nobody else takes them as anything. (20 characters, like AWS's; no lab
# ever makes this one, since access key ids have no 0.)
STAND_IN_ID = "KMSLAB0ADMINISTRATOR"
STAND_IN_SECRET = "kmslab/answers/in/process/and/needs/none"  # noqa: S105 - opens nothing


class Activation:
    """One `with lab:`. A context that outlives it must not find the lab again, so it is marked when it ends."""

    __slots__ = ("alive", "lab", "main", "thread")

    def __init__(self, lab: Lab) -> None:
        self.lab: Lab = lab
        self.alive: bool = True
        self.thread: int = threading.get_ident()
        self.main: bool = threading.current_thread() is threading.main_thread()


_here: ContextVar[tuple[Activation, ...]] = ContextVar("kmslab", default=())
_main: tuple[Activation, ...] = ()
_all: tuple[Activation, ...] = ()
_lock = threading.Lock()


def current() -> Lab | None:
    """The lab that answers calls made here and now."""
    for activation in reversed(_here.get()):
        if activation.alive:
            return activation.lab
    main = _main
    return main[-1].lab if main else None


def enter(lab: Lab) -> Activation:
    """Lets `lab` answer, from here inwards."""
    from . import roads

    global _all, _main  # noqa: PLW0603 - the process has one set of labs
    activation = Activation(lab)
    with _lock:
        if not _all:
            roads.open_()
            _environment.enter()
        _all = (*_all, activation)
        if activation.main:
            _main = (*_main, activation)
        _environment.region(_all)
    _here.set((*_here.get(), activation))
    return activation


def leave(activation: Activation) -> None:
    """Ends what `enter` began; when it was the last one, botocore and the environment are as they were."""
    from . import roads

    global _all, _main  # noqa: PLW0603 - the process has one set of labs
    activation.alive = False
    _here.set(tuple(kept for kept in _here.get() if kept.alive))
    with _lock:
        _all = tuple(kept for kept in _all if kept is not activation)
        _main = tuple(kept for kept in _main if kept is not activation)
        _environment.region(_all)
        if not _all:
            _environment.leave()
            roads.close()


class _Environment:
    """Credentials and a Region for clients made while a lab is active, where the user's environment names none.

    The environment belongs to the whole process. With several labs of different Regions it names that of the lab
    entered last; a client for another Region is made with `region_name`, or with `lab.client(..., region=...)`.
    """

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def enter(self) -> None:
        # botocore refuses to make a client while these name a profile that is not there.
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            if name in os.environ:
                self._theirs[name] = os.environ.pop(name)
        if "AWS_ACCESS_KEY_ID" not in os.environ:
            self._put("AWS_ACCESS_KEY_ID", STAND_IN_ID)
            self._put("AWS_SECRET_ACCESS_KEY", STAND_IN_SECRET)
            # A token without a key belongs to nothing.
            for name in ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
                if name in os.environ:
                    self._theirs[name] = os.environ.pop(name)
        # Profiles without credentials would have botocore ask the network of an EC2 instance.
        if "AWS_EC2_METADATA_DISABLED" not in os.environ:
            self._put("AWS_EC2_METADATA_DISABLED", "true")

    def region(self, activations: tuple[Activation, ...]) -> None:
        name = "AWS_DEFAULT_REGION"
        if activations and (name not in os.environ or os.environ[name] == self._ours.get(name)):
            self._put(name, activations[-1].lab.region)

    def leave(self) -> None:
        for name, value in self._ours.items():
            # What was changed meanwhile is the user's.
            if os.environ.get(name) == value:
                del os.environ[name]
                if name in self._theirs:
                    os.environ[name] = self._theirs.pop(name)
        for name, value in self._theirs.items():
            os.environ.setdefault(name, value)
        self._ours.clear()
        self._theirs.clear()

    def _put(self, name: str, value: str) -> None:
        if name in os.environ and name not in self._ours:
            self._theirs[name] = os.environ[name]
        os.environ[name] = self._ours[name] = value


_environment = _Environment()
