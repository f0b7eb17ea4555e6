"""The core of kmslab."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, final

from typing_extensions import Buffer

__all__ = [
    "Access",
    "Credentials",
    "Decision",
    "DecisionTable",
    "Envelope",
    "EnvelopeError",
    "Estate",
    "Explained",
    "Inspected",
    "KeyTable",
    "Lab",
    "LabError",
    "Opener",
    "PolicySet",
    "Reader",
    "Reply",
    "Sealer",
    "Timeline",
    "__version__",
    "add_vpc_endpoint",
    "authorize_table",
    "check",
    "checks",
    "inspect",
    "organization",
    "serve",
    "set_organization",
]

__version__: Final[str]

class LabError(Exception):
    """Misuse of kmslab, or a fault of its own. AWS's errors are botocore's."""

class EnvelopeError(LabError):
    """A message that was not sealed, or not opened: it is cut, not authentic, or no key at hand opens it."""

@final
class Envelope:
    """Seals and opens messages; any number of threads may."""

    def __new__(
        cls,
        keys: Sequence[tuple[str, tuple[Any, ...]]],
        *,
        policy: str,
        suite: str | None,
        frame_length: int,
        required: Sequence[str],
        most_keys: int | None,
        largest: int | None,
        cache: tuple[int, int, int, int] | None,
    ) -> Envelope: ...
    def seal(self, data: Buffer, context: dict[str, str]) -> bytes: ...
    def open(self, message: Buffer, context: dict[str, str]) -> bytes: ...
    def sealer(self, context: dict[str, str], length: int | None) -> Sealer: ...
    def opener(self, context: dict[str, str]) -> Opener: ...

@final
class Sealer:
    """Seals one message."""

    def update(self, data: Buffer) -> bytes: ...
    def finish(self) -> bytes: ...

@final
class Opener:
    """Opens one message."""

    def update(self, data: Buffer) -> bytes: ...
    def finish(self) -> None: ...
    @property
    def header(self) -> tuple[str, dict[str, str]] | None: ...

@final
class Credentials:
    """An access key: what a client signs with."""

    def __new__(cls, access_key_id: str, secret_access_key: str, session_token: str | None = None) -> Credentials: ...
    @property
    def access_key_id(self) -> str:
        """`AKIA…` of a user, `ASIA…` of a session."""
    @property
    def secret_access_key(self) -> str:
        """The secret access key."""
    @property
    def session_token(self) -> str | None:
        """The session token of temporary credentials."""

@final
class Explained:
    """Why a request was answered as it was: every permission that was checked."""

    def text(self, width: int, colour: bool) -> str: ...
    def html(self) -> str: ...
    def markdown(self) -> str: ...
    def json(self) -> str: ...
    @property
    def allowed(self) -> bool: ...

@final
class Lab:
    """AWS KMS, IAM and STS in memory."""

    def __new__(
        cls,
        account: str | None = None,
        region: str | None = None,
        *,
        seed: int | None = None,
        now_ms: int | None = None,
        lenient: bool = False,
        throttles: bool = False,
        eventual: bool = False,
        localstack: bool = False,
    ) -> Lab: ...
    @staticmethod
    def open(text: str) -> Lab: ...
    def save(self) -> str: ...
    def handle(
        self,
        method: str,
        url: str,
        headers: dict[str, Any] | list[tuple[str, Any]],
        body: str | bytes | bytearray | None,
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]: ...
    def handle_local(
        self,
        region: str,
        keys: Credentials | tuple[str, str, str | None] | None,
        headers: dict[str, Any] | list[tuple[str, Any]],
        body: str | bytes | bytearray | None,
        reader: Reader | None,
    ) -> tuple[Reply, dict[str, Any] | None]: ...
    def credentials(self) -> Credentials: ...
    def add_account(self, account: str) -> Credentials: ...
    def add_key(
        self,
        key_id: str | None,
        material: bytes | None,
        spec: str | None,
        usage: str | None,
        account: str | None,
        region: str | None,
        description: str,
        tags: Sequence[tuple[str, str]],
        policy: str | None,
    ) -> str: ...
    def add_cluster(
        self,
        cluster_id: str | None,
        password: str,
        certificate: str | None,
        hsms: int,
        active: bool,
        connect_ms: int,
        account: str | None,
        region: str | None,
    ) -> tuple[str, str]: ...
    def change_cluster(self, cluster_id: str, hsms: int | None, active: bool | None, password: str | None) -> None: ...
    def add_key_manager(
        self,
        endpoint: str,
        path: str,
        credential: tuple[str, str] | None,
        service: str | None,
        remote: str | None,
        connect_ms: int,
    ) -> tuple[str, str]: ...
    def add_external_key(
        self,
        uri: str,
        key_id: str,
        spec: str,
        enabled: bool,
        usage: list[str],
        material: bytes | None,
    ) -> None: ...
    def remove_external_key(self, uri: str, key_id: str) -> bool: ...
    def break_backend(self, name: str, code: str | None) -> None: ...
    def share_key(self, key: str, accounts: Sequence[str]) -> None: ...
    def trust_attestation_root(self, certificate: bytes) -> None: ...
    def remove_backend(self, name: str) -> bool: ...
    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def lenient(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def localstack(self) -> bool: ...
    @property
    def eventual(self) -> bool: ...
    @property
    def throttles(self) -> bool: ...
    def quotas(self) -> list[tuple[str, bool, float, float]]: ...
    def set_quota(self, name: str, value: float | None) -> None: ...
    def inject_error(self, operation: str, error: str, times: int | None) -> None: ...
    def clear_errors(self) -> None: ...
    def now(self) -> int: ...
    def advance(self, milliseconds: int) -> int: ...
    def trail(self, start: int) -> list[str]: ...
    def cost(self) -> tuple[str, str]: ...
    def trail_len(self) -> int: ...
    def ask(
        self,
        principal: str,
        action: str,
        resource: str,
        context: Sequence[tuple[str, Sequence[str], bool]],
        encryption_context: Sequence[tuple[str, str]],
    ) -> Explained: ...
    def key_arn(self, key_id: str) -> str | None: ...
    def estate(self) -> Estate: ...
    def keys(self) -> KeyTable: ...
    def timeline(self, arn: str) -> Timeline | None: ...
    def explain(self, request_id: str | None = None) -> Explained | None: ...

@final
class Estate:
    """Principals and resources with their policies."""

    def __new__(cls, text: str) -> Estate: ...
    def who_can(self, action: str, resource: str, context: Sequence[tuple[str, Sequence[str], bool]]) -> Access: ...
    def what_can(self, principal: str, context: Sequence[tuple[str, Sequence[str], bool]]) -> Access: ...
    def matrix(self, context: Sequence[tuple[str, Sequence[str], bool]]) -> Access: ...

@final
class Access:
    """Who can do what, in the forms that people and programs read."""

    def text(self) -> str: ...
    def html(self) -> str: ...
    def markdown(self) -> str: ...
    def json(self) -> str: ...

@final
class Inspected:
    """A ciphertext, taken apart, in the forms that people and programs read."""

    def text(self, width: int, colour: bool) -> str: ...
    def html(self) -> str: ...
    def json(self) -> str: ...

def inspect(blob: bytes) -> Inspected:
    """Takes a ciphertext apart; `ValueError` tells the first byte that does not fit."""

@final
class KeyTable:
    """The keys of a lab, in the forms that people and programs read."""

    def text(self, width: int, colour: bool) -> str: ...
    def html(self) -> str: ...
    def json(self) -> str: ...
    def __len__(self) -> int: ...

@final
class Timeline:
    """The life of a key, in the forms that people and programs read."""

    def text(self, width: int, colour: bool) -> str: ...
    def html(self) -> str: ...
    def json(self) -> str: ...

@final
class PolicySet:
    """Policies and grants, compiled."""

    def __new__(cls, text: str) -> PolicySet: ...
    def decide(
        self,
        principal: str,
        action: str,
        resource: str,
        context: Sequence[tuple[str, Sequence[str], bool]] | None = None,
        encryption_context: Sequence[tuple[str, str]] | None = None,
    ) -> Decision: ...

@final
class Decision:
    """Whether a request is allowed, and the one reason."""

    @property
    def allowed(self) -> bool: ...
    @property
    def effect(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def grant(self) -> str | None: ...
    def explained(self) -> Explained: ...

@final
class DecisionTable:
    """Decisions as an Arrow table: a row for each request, in the order of the requests.

    Columns: `allowed` (a boolean), `decision` (`allow`, `explicitDeny`, `implicitDeny`), `reason` (such as
    `ALLOW_GRANT`), the last two as dictionaries; with `errors="null"` also `error`, a text where a row is no request
    and the others are null.
    """

    def __len__(self) -> int: ...
    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason was given, the most frequent first."""
    @property
    def allowed(self) -> int:
        """How many requests are allowed."""
    @property
    def errors(self) -> int:
        """How many rows are no requests: none, but for `errors="null"`."""
    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any: ...

def authorize_table(requests: object, policies: PolicySet, threads: int | None, keep_errors: bool) -> DecisionTable:
    """Decides every request of a table. See `kmslab.authorize_table`."""

# As JSON has it; bytes; by a function; every element or value alike; or the members: name, name in JSON, shape.
_Shape: TypeAlias = (
    Callable[[Any], object]
    | Literal["blob"]
    | tuple[Literal["list", "map"], _Shape]
    | tuple[Literal["structure"], Sequence[tuple[str, str, _Shape]]]
    | None
)

@final
class Reader:
    """Reads answers of JSON services by the shapes of AWS's model."""

    def __new__(cls, shape: _Shape) -> Reader: ...

@final
class Reply:
    """An answer of the lab. Its headers and its body are written for those who look."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def body(self) -> bytes: ...

def serve(
    host: str,
    port: int,
    ready: Callable[[str], object],
    *,
    allowed_hosts: Sequence[str],
    account: str | None = None,
    region: str | None = None,
    lenient: bool | None = None,
    seed: int | None = None,
    now_ms: int | None = None,
    file: Path | None = None,
    quiet: bool = False,
    quotas: tuple[bool | None, Sequence[tuple[str, float]]] = ...,
    eventual: bool | None = None,
    localstack: bool | None = None,
) -> None: ...
def check(text: str, kind: str | None = None, select: list[str] | None = None) -> str:
    """What is wrong with the policies in the text of a file, or unwise: JSON."""

def checks() -> str:
    """The table of checks: JSON."""

def organization(lab: Lab) -> str | None:
    """The organization of a lab, as JSON."""

def set_organization(lab: Lab, text: str | None) -> None:
    """Puts an organization, as JSON, in the place of the one there was."""

def add_vpc_endpoint(
    lab: Lab,
    endpoint_id: str | None,
    vpc: str | None,
    service: str,
    account: str | None,
    region: str | None,
    policy: str | None,
) -> tuple[str, str, str]:
    """Puts a VPC endpoint into a lab: its id, its VPC, and its host name."""
