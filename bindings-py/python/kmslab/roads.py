"""How botocore's requests reach a lab: the fast road and the signed road.

While a lab is active, one method of botocore is replaced: `BaseClient._make_request`, which every client, of
whatever session and age, calls once botocore has built a request and its `before-call` handlers have not answered
it. (So `botocore.stub.Stubber` and the like go first, as ever.) KMS, IAM and STS calls then take one of two roads:

- The **fast road**, where it cannot be told apart: nothing is signed and no HTTP objects are made. The client's own
  credentials are compared with the lab's; from there on it is the same gate. From the second call of an operation on
  it begins even earlier, as a handler of the client's `before-call` event, unless the user has handlers there.
- The **signed road**, for `Lab(sign=True)`, and for clients with handlers of their own on the events between
  signing and parsing, without signatures, with other signers, or with an endpoint of their own: botocore signs and
  sends as usual, and the lab stands where the connection pool stood. Signatures are verified.

Everything else is refused before it reaches the network, unless a handler has answered it: so a lab inside moto's
`mock_aws`, or around it, answers its services, and moto the rest. moto's own handler is passed over for requests
that are the lab's: botocore asks every `before-send` handler, and a request must not happen twice.

Clients made by `lab.client` and `lab.session` have a class of their own with the same method, bound to their lab.
They need no patch, and no other lab answers them.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit
from weakref import WeakSet, ref

from ._kmslab import Reader
from .active import STAND_IN_ID, current
from .endpoints import forget, remember
from .errors import LabError, NoNetworkError
from .handlers import all_known, emitter_of, handlers, module_of

try:
    import botocore
    import botocore.credentials
    from botocore.awsrequest import AWSResponse, HeadersDict
    from botocore.client import BaseClient
    from botocore.endpoint import convert_to_response_dict
    from botocore.parsers import ResponseParser
    from botocore.signers import RequestSigner
except ModuleNotFoundError as _missing:
    if _missing.name not in {"boto3", "botocore"}:
        raise
    raise LabError("boto3 is not installed, and this needs it: pip install 'kmslab[boto3]'") from _missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._kmslab import Reply, _Shape
    from .lab import Lab

SERVICES = frozenset(("kms", "iam", "sts"))

_Parsed = dict[str, Any]

# The events between signing and parsing, which the fast road leaves out.
_SKIPPED = ("request-created", "choose-signer", "before-sign", "before-send", "before-parse", "response-received")
# moto puts these into the environment, for clients that need some.
_MOTO_ID = "FOOBARKEY"


# ---- the patch ----


def open_() -> None:
    """Replaces botocore's methods. Called when the first lab becomes active."""
    for owner, name, ours in _PATCHES:
        _originals[name] = vars(owner)[name]
        setattr(owner, name, ours)


def close() -> None:
    """Puts botocore's methods back. Called when the last lab is left."""
    for owner, name, ours in _PATCHES:
        # Somebody else's patch over ours stays: without an active lab ours only passes on.
        if vars(owner).get(name) is ours:
            setattr(owner, name, _originals[name])
    while _touched:
        _leave(_touched.pop())
    _forget_stand_ins()


def _make_request(
    self: BaseClient, operation_model: Any, request_dict: dict[str, Any], request_context: dict[str, Any]
) -> tuple[AWSResponse, _Parsed]:
    lab = current()
    if lab is None:
        return cast(
            "tuple[AWSResponse, _Parsed]",
            _original("_make_request")(self, operation_model, request_dict, request_context),
        )
    return answer(lab, self, operation_model, request_dict, request_context)


def _get_auth_instance(self: RequestSigner, *args: Any, **kwargs: Any) -> Any:
    lab = current()
    if lab is not None and _stands_in(self._credentials):
        credentials = lab.credentials
        signer = object.__new__(type(self))
        signer.__dict__.update(self.__dict__)
        signer._credentials = botocore.credentials.Credentials(
            credentials.access_key_id, credentials.secret_access_key, credentials.session_token
        )
        self = signer
    return _original("get_auth_instance")(self, *args, **kwargs)


_PATCHES: tuple[tuple[type, str, Any], ...] = (
    (BaseClient, "_make_request", _make_request),
    (RequestSigner, "get_auth_instance", _get_auth_instance),
)
_originals: dict[str, Any] = {}


def _original(name: str) -> Any:
    return _originals[name]


def _stands_in(credentials: Any) -> bool:
    """Whether a client has no credentials of its own, so that the lab's administrator's are used."""
    if credentials is None:
        return True
    access_key = credentials.access_key
    return access_key == STAND_IN_ID or (access_key == _MOTO_ID and _moto() is not None)


def _forget_stand_ins() -> None:
    """boto3's default session outlives the lab; the stand-in credentials that it found must not."""
    boto3 = sys.modules.get("boto3")
    session = getattr(getattr(boto3, "DEFAULT_SESSION", None), "_session", None)
    if session is not None and getattr(getattr(session, "_credentials", None), "access_key", None) == STAND_IN_ID:
        session._credentials = None


# ---- a call ----


def answer(
    lab: Lab, client: BaseClient, operation_model: Any, request_dict: dict[str, Any], request_context: dict[str, Any]
) -> tuple[AWSResponse, _Parsed]:
    """What botocore's `_make_request` gives, given by `lab`."""
    if not lab.sign and operation_model.service_model.service_name in SERVICES:
        plan = _plan(client, operation_model, request_dict)
        if plan is not None:
            return _fast(lab, plan, client._request_signer, operation_model, request_dict)
    return _signed(lab, client, operation_model, request_dict, request_context)


# ---- the fast road ----


class _Plan:
    """What the fast road has found out about an operation of a client."""

    __slots__ = ("early", "endpoint", "parser", "reader", "url")

    def __init__(self, url: str, endpoint: Any, parser: Any, reader: Reader | None, *, early: bool) -> None:
        self.url = url
        self.endpoint = endpoint
        # botocore's, and ours of the same answers that are not refusals, where there is one.
        self.parser = parser
        self.reader = reader
        # Whether the call may be answered before botocore's other `before-call` handlers.
        self.early = early


class _Plans:
    """The plans of one client; they hold as long as no handler is registered or unregistered."""

    __slots__ = ("by_operation", "emitter", "lab", "registrations")

    def __init__(self, emitter: Any, lab: Lab | None) -> None:
        self.emitter = emitter
        # botocore replaces this cache whenever a handler comes or goes.
        self.registrations = emitter._lookup_cache
        # The lab of a client that was made by one.
        self.lab = lab
        self.by_operation: dict[tuple[str, str], _Plan | None] = {}


def _plan(client: BaseClient, operation_model: Any, request_dict: dict[str, Any]) -> _Plan | None:
    """The plan for this operation, or `None` when it has to take the signed road."""
    # With the signer: it lives as long as its client, and `before-call` handlers are given it.
    signer = client._request_signer
    plans: _Plans | None = getattr(signer, "_kmslab_plans", None)
    if plans is None or plans.registrations is not plans.emitter._lookup_cache:
        emitter = client.meta.events
        _register(client)
        plans = signer._kmslab_plans = _Plans(emitter_of(emitter), getattr(type(client), "_kmslab", None))
    url = request_dict["url"]
    key = (operation_model.name, url)
    try:
        return plans.by_operation[key]
    except KeyError:
        plan = plans.by_operation[key] = _find_plan(client, operation_model, request_dict, url)
        return plan


def _register(client: BaseClient) -> None:
    """Lets `_before_call` hear of the client's calls."""
    client.meta.events.register_first(_event(client), _before_call, unique_id="kmslab")
    _touch(client)


def _touch(client: BaseClient) -> None:
    """Makes a client quicker; one that no lab has made, until the last lab is left."""
    remember(client)
    if "_kmslab" not in vars(type(client)):
        _touched.add(client)


def _leave(client: BaseClient) -> None:
    """The client is as it was."""
    client.meta.events.unregister(_event(client), unique_id="kmslab")
    forget(client)


def _event(client: BaseClient) -> str:
    return f"before-call.{client.meta.service_model.service_id.hyphenize()}"


_touched: WeakSet[BaseClient] = WeakSet()


def _before_call(
    model: Any, params: dict[str, Any], request_signer: Any, **_: object
) -> tuple[AWSResponse, _Parsed] | None:
    """The early way into the fast road, for operations that have gone the later way once."""
    plans: _Plans | None = getattr(request_signer, "_kmslab_plans", None)
    if plans is None or plans.registrations is not plans.emitter._lookup_cache:
        return None
    plan = plans.by_operation.get((model.name, params["url"]))
    if plan is None or not plan.early:
        return None
    lab = plans.lab or current()
    if lab is None or lab._sign:
        return None
    return _fast(lab, plan, request_signer, model, params)


def _find_plan(client: BaseClient, operation_model: Any, request_dict: dict[str, Any], url: str) -> _Plan | None:
    service_model = operation_model.service_model
    parts = urlsplit(url)
    host = parts.hostname or ""
    plain = (
        parts.scheme == "https"
        and host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
        and ".vpce." not in host  # the host tells the VPC endpoint
        and parts.path in {"", "/"}
        and not parts.query
        and request_dict["method"] == "POST"
    )
    where = f"{service_model.service_id.hyphenize()}.{operation_model.name}"
    if not plain or not all(all_known(client.meta.events, f"{event}.{where}") for event in _SKIPPED):
        return None
    signer = client._request_signer
    if signer._choose_signer(operation_model.name, "standard", request_dict["context"]) != "v4":
        return None
    protocol = getattr(service_model, "resolved_protocol", None) or service_model.metadata["protocol"]
    parser = client._endpoint._response_parser_factory.create_parser(protocol)
    reader = _reader(operation_model.output_shape, parser) if protocol == "json" else None
    early = all_known(client.meta.events, f"before-call.{where}")
    return _Plan(url, client._endpoint, parser, reader, early=early)


def _fast(
    lab: Lab, plan: _Plan, signer: Any, operation_model: Any, request_dict: dict[str, Any]
) -> tuple[AWSResponse, _Parsed]:
    credentials = signer._credentials
    if type(credentials) is _Renewed:
        keys = credentials._source()
    elif _stands_in(credentials):
        keys = None
    else:
        keys = tuple(credentials.get_frozen_credentials())[:3]
    signing = request_dict["context"].get("signing")
    region = (signing.get("region") if signing else None) or signer._region_name
    headers = request_dict["headers"]
    if type(headers) is not dict:
        headers = list(headers.items())
    body = request_dict["body"]
    if type(body) is dict:
        # As botocore's AWSRequestPreparer writes query bodies.
        body = urlencode([(_utf8(key), _utf8(value)) for key, value in body.items()], doseq=True)
    attempts = 1
    while True:
        reply, parsed = lab._core.handle_local(region, keys, headers, body, plan.reader)
        http = _Answer(plan.url, reply)
        if parsed is None:
            response_dict = convert_to_response_dict(http, operation_model)
            parsed = cast("_Parsed", plan.parser.parse(response_dict, operation_model.output_shape))
        if http.status_code < 300:
            break
        _tell(lab, http)
        plan.endpoint._add_modeled_error_fields(response_dict, parsed, operation_model, plan.parser)
        # Throttling and the like are tried again by botocore's own rules.
        if not plan.endpoint._needs_retry(attempts, operation_model, request_dict, (http, parsed), None):
            break
        attempts += 1
    parsed["ResponseMetadata"]["RetryAttempts"] = attempts - 1
    return http, parsed


def _tell(lab: Lab, refusal: AWSResponse) -> None:
    """Tells whoever wants to know that a call was refused."""
    if lab._on_refusal is not None:
        lab._on_refusal(refusal.headers.get("x-amzn-RequestId", ""))


def _utf8(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


class _Answer(AWSResponse):  # type: ignore[misc,unused-ignore]
    """An answer of the lab. Headers, content and stream are made only for those who look."""

    def __init__(self, url: str, reply: Reply) -> None:
        self.url = url
        self.status_code = reply.status
        self._reply = reply

    def __getattr__(self, name: str) -> Any:
        if name == "headers":
            self.headers = HeadersDict(self._reply.headers)
            return self.headers
        if name == "_content":
            self._content = self._reply.body
            return self._content
        if name == "raw":
            self.raw = _Raw(self._content)
            return self.raw
        raise AttributeError(name)


class _Raw(io.BytesIO):
    """What botocore and urllib3's users expect of a response's stream."""

    def stream(self, amt: int = 2**16, **_: object) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk

    def release_conn(self) -> None:
        """There is no connection."""


def _reader(shape: Any, parser: Any) -> Reader:
    """Reads answers of this shape as `parser`, botocore's, would."""
    return Reader(("structure", ()) if shape is None else _shape(shape, parser))


def _shape(shape: Any, parser: Any) -> _Shape:
    kind = shape.type_name
    if kind == "structure":
        members = shape.members.items()
        return "structure", [(name, of.serialization.get("name", name), _shape(of, parser)) for name, of in members]
    if kind == "list":
        return "list", _shape(shape.member, parser)
    if kind == "map":
        return "map", _shape(shape.value, parser)
    if kind == "blob":
        read = parser._blob_parser
        # What botocore's own does in the end.
        return "blob" if getattr(read, "__func__", None) is ResponseParser._default_blob_parser else read
    if kind == "timestamp":
        return cast("_Shape", parser._timestamp_parser)
    return None


# ---- the signed road ----


def _signed(
    lab: Lab, client: BaseClient, operation_model: Any, request_dict: dict[str, Any], request_context: dict[str, Any]
) -> tuple[AWSResponse, _Parsed]:
    try:
        endpoint = _shadow(lab, client, operation_model.service_model)
        return cast("tuple[AWSResponse, _Parsed]", endpoint.make_request(operation_model, request_dict))
    except Exception as error:
        client.meta.events.emit(
            f"after-call-error.{operation_model.service_model.service_id.hyphenize()}.{operation_model.name}",
            exception=error,
            context=request_context,
        )
        raise


def _shadow(lab: Lab, client: BaseClient, service_model: Any) -> Any:
    """The client's endpoint, with `lab` where its connections were. Only the lab's calls see it."""
    endpoint = client._endpoint
    service = service_model.service_name
    if service not in SERVICES:
        return _changed(endpoint, http_session=_NoConnection(service, endpoint.http_session))
    if _moto() is not None:
        emitter = _WithoutMoto(endpoint._event_emitter)
        return _changed(endpoint, http_session=_LabConnection(lab), _event_emitter=emitter)
    signer = client._request_signer
    kept: tuple[ref[Lab], Any, dict[str, Any], Any] | None = getattr(signer, "_kmslab_shadow", None)
    if kept is not None and kept[0]() is lab and kept[1] is endpoint and kept[2] == vars(endpoint):
        return kept[3]
    shadow = _changed(endpoint, http_session=_LabConnection(lab))
    signer._kmslab_shadow = (ref(lab), endpoint, dict(vars(endpoint)), shadow)
    _touch(client)
    return shadow


def _changed(endpoint: Any, **changes: Any) -> Any:
    changed = object.__new__(type(endpoint))
    changed.__dict__.update(vars(endpoint), **changes)
    return changed


class _LabConnection:
    """Stands for botocore's `URLLib3Session`: what is sent is answered."""

    def __init__(self, lab: Lab) -> None:
        # A client may outlive the lab; while it calls, the lab is there.
        self._lab = ref(lab)

    def send(self, request: Any) -> AWSResponse:
        lab = cast("Lab", self._lab())
        body = request.body
        if body is not None and not isinstance(body, (bytes, str)):
            body = bytes(body) if isinstance(body, (bytearray, memoryview)) else body.read()
        headers = request.headers
        if type(headers) is HeadersDict:
            # Asked for its items, it would make an object for each and look that up.
            pairs = [(key._key, value) for key, value in headers._dict.items()]
        else:
            pairs = list(headers.items())
        status, answered, content = lab._core.handle(request.method, request.url, pairs, body)
        http = AWSResponse(request.url, status, answered, _Raw(content))
        if status >= 300:
            _tell(lab, http)
        return http

    def close(self) -> None:
        """There is no connection."""


class _NoConnection:
    """Stands for botocore's `URLLib3Session` for services that the lab does not have."""

    def __init__(self, service: str, real: Any) -> None:
        self._service = service
        self._real = real

    def send(self, request: Any) -> AWSResponse:
        host = urlsplit(request.url).hostname or ""
        # This machine is not the network: other emulators may run beside the lab.
        if host == "localhost" or host.endswith(".localhost") or host == "::1" or host.startswith("127."):
            return cast("AWSResponse", self._real.send(request))
        raise NoNetworkError(
            f"{self._service} at {host}: kmslab serves KMS, IAM and STS, and while a lab is active nothing is sent to "
            "the network. Use moto's mock_aws beside the lab for other services, or make this call outside of it."
        )

    def close(self) -> None:
        """The real one is closed by its endpoint."""


class _WithoutMoto:
    """A client's event emitter, less moto's handler of requests."""

    def __init__(self, emitter: Any) -> None:
        self._all = emitter

    def emit(self, event_name: str, **kwargs: Any) -> list[tuple[Any, Any]]:
        if not event_name.startswith("before-send."):
            return cast("list[tuple[Any, Any]]", self._all.emit(event_name, **kwargs))
        kwargs["event_name"] = event_name
        return [
            (handler, handler(**kwargs))
            for handler in handlers(self._all, event_name)
            if not module_of(handler).startswith("moto.")
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._all, name)


def _moto() -> Any:
    """moto's handler of requests, while `mock_aws` is on."""
    module = sys.modules.get("moto.core.models")
    stubber = getattr(module, "botocore_stubber", None)
    return stubber if getattr(stubber, "enabled", False) else None


# ---- clients of a lab's own ----


def session(lab: Lab, credentials: Any, region: str | None) -> Any:
    """A `boto3.Session` whose clients speak with `lab`, whether it is active or not."""
    try:
        import boto3
        import botocore.session
    except ModuleNotFoundError as missing:
        if missing.name not in {"boto3", "botocore"}:
            raise
        raise LabError("boto3 is not installed, and this needs it: pip install 'kmslab[boto3]'") from missing

    inner = botocore.session.get_session()
    inner._credentials = credentials
    # Reading AWS's models takes longest of all: sessions with the same search path share what was read.
    path = inner.get_config_variable("data_path")
    inner.register_component("data_loader", _loaders.setdefault(path, inner.get_component("data_loader")))

    def bound(
        self: BaseClient, operation_model: Any, request_dict: dict[str, Any], request_context: dict[str, Any]
    ) -> tuple[AWSResponse, _Parsed]:
        return answer(lab, self, operation_model, request_dict, request_context)

    def bind(class_attributes: dict[str, Any], **_: object) -> None:
        class_attributes["_make_request"] = bound
        class_attributes["_kmslab"] = lab

    inner.register("creating-client-class", bind)
    return boto3.Session(botocore_session=inner, region_name=region or lab.region)


_loaders: dict[str | None, Any] = {}


def credentials_of(source: Callable[[], Any]) -> Any:
    """botocore credentials that are asked from `source` whenever they are used: sessions of roles are renewed."""
    return _Renewed(source)


class _Renewed(botocore.credentials.Credentials):  # type: ignore[misc,unused-ignore]
    def __init__(self, source: Callable[[], Any]) -> None:
        self._source = source
        self._frozen: tuple[Any, Any] = (None, None)
        self.method = "kmslab"
        self.account_id = None

    @property
    def access_key(self) -> str:
        return cast("str", self._source().access_key_id)

    @property
    def secret_key(self) -> str:
        return cast("str", self._source().secret_access_key)

    @property
    def token(self) -> str | None:
        return cast("str | None", self._source().session_token)

    def get_frozen_credentials(self) -> Any:
        keys = self._source()
        known, frozen = self._frozen
        if known is not keys:
            frozen = botocore.credentials.ReadOnlyCredentials(
                keys.access_key_id, keys.secret_access_key, keys.session_token
            )
            self._frozen = (keys, frozen)
        return frozen
