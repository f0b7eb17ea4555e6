"""How botocore's requests reach a lab: the two roads, which one is taken, and what they leave behind."""

from __future__ import annotations

import gc
import inspect
import os
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import boto3
import botocore.auth
import botocore.client
import botocore.endpoint
import botocore.hooks
import botocore.httpsession
import botocore.session
import botocore.signers
import kmslab
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.stub import Stubber
from kmslab import roads

Code = Callable[[Callable[[], Any]], str]


@pytest.fixture(autouse=True)
def _no_default_session() -> Iterator[None]:
    boto3.DEFAULT_SESSION = None
    yield
    boto3.DEFAULT_SESSION = None


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The roads that were taken."""
    seen: list[str] = []
    for name in ("_fast", "_signed"):
        real = getattr(roads, name)

        def noted(*args: Any, _name: str = name, _real: Any = real) -> Any:
            seen.append(_name.lstrip("_"))
            return _real(*args)

        monkeypatch.setattr(roads, name, noted)
    return seen


# ---- in and out ----


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_that_is_not_there_is_put_aside(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "nobody")
    for _ in range(2):
        with kmslab.Lab() as lab:
            assert lab.client("kms").list_keys()["Keys"] == []
            assert boto3.client("sts").get_caller_identity()["Arn"].endswith(":user/administrator")
        assert os.environ[name] == "nobody"
        boto3.DEFAULT_SESSION = None


def snapshot() -> dict[str, Any]:
    modules = (
        botocore.client,
        botocore.endpoint,
        botocore.hooks,
        botocore.httpsession,
        botocore.signers,
        botocore.auth,
    )
    found: dict[str, Any] = {}
    for module in (*modules, botocore.session, boto3):
        for name, value in vars(module).items():
            if name == "DEFAULT_SESSION":
                continue
            found[f"{module.__name__}.{name}"] = value
            if inspect.isclass(value):
                found |= {f"{module.__name__}.{name}.{inner}": each for inner, each in vars(value).items()}
    return found


def test_botocore_and_the_environment_are_left_exactly_as_they_were() -> None:
    before, environment = snapshot(), dict(os.environ)
    with kmslab.Lab() as outer:
        assert snapshot() != before
        assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
        boto3.client("kms").create_key()
        with kmslab.Lab(region="eu-west-1"):
            assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"
        assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
        assert snapshot() != before
        outer.client("kms").create_key()
    after = snapshot()
    assert {name for name in before if before[name] is not after.get(name)} == set()
    assert after.keys() == before.keys()
    assert dict(os.environ) == environment


def test_also_after_an_exception() -> None:
    before, environment = snapshot(), dict(os.environ)
    with pytest.raises(RuntimeError), kmslab.Lab():
        raise RuntimeError
    after = snapshot()
    assert {name for name in before if before[name] is not after.get(name)} == set()
    assert dict(os.environ) == environment


def test_credentials_of_the_environment_are_the_users(monkeypatch: pytest.MonkeyPatch, code: Code) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAAAAAAAAAAAAAAAA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x" * 40)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with kmslab.Lab():
        assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAAAAAAAAAAAAAAAAA"
        kms = boto3.client("kms")
        assert kms.meta.region_name == "eu-west-1"
        assert code(kms.list_keys) == "UnrecognizedClientException"
    with kmslab.Lab(auth="lenient"):
        assert boto3.client("kms").list_keys()["Keys"] == []


def test_what_the_user_changes_meanwhile_stays() -> None:
    with kmslab.Lab():
        os.environ["AWS_DEFAULT_REGION"] = "ap-south-1"
    assert os.environ.pop("AWS_DEFAULT_REGION") == "ap-south-1"
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_stand_in_credentials_do_not_outlive_the_lab() -> None:
    with kmslab.Lab():
        boto3.client("kms").list_keys()
        assert boto3.DEFAULT_SESSION is not None
    assert boto3.DEFAULT_SESSION.get_credentials() is None


def test_the_same_lab_again() -> None:
    lab = kmslab.Lab()
    with lab:
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        with lab:
            assert boto3.client("kms").describe_key(KeyId=key)
        assert boto3.client("kms").describe_key(KeyId=key)
    with lab:
        assert boto3.client("kms").describe_key(KeyId=key)


# ---- every client ----


def sessions() -> dict[str, Callable[[], Any]]:
    return {
        "default session": lambda: boto3.client("kms"),
        "own session": lambda: boto3.Session().client("kms"),
        "botocore session": lambda: botocore.session.get_session().create_client("kms"),
        "old": lambda: OLD,
        "old, with a region alone": lambda: OLD_WITHOUT,
    }


OLD = boto3.Session(aws_access_key_id="KMSLAB0ADMINISTRATOR", aws_secret_access_key="x").client("kms", "us-east-1")
OLD_WITHOUT = boto3.Session().client("kms", region_name="us-east-1")


@pytest.mark.parametrize("which", sessions())
@pytest.mark.parametrize("sign", [False, True])
def test_every_client_is_answered(which: str, sign: bool) -> None:
    with kmslab.Lab(sign=sign) as lab:
        key = lab.client("kms").create_key()["KeyMetadata"]["KeyId"]
        kms = sessions()[which]()
        sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"


def test_outside_of_a_lab_nothing_is_answered() -> None:
    with kmslab.Lab():
        kms = boto3.client("kms")
        kms.list_keys()
    kms.meta.events.register("before-send", lambda **_: pytest.fail("not stopped"))
    with pytest.raises(NoCredentialsError):
        boto3.client("kms", region_name="us-east-1").list_keys()


@pytest.mark.parametrize("sign", [False, True])
def test_a_client_without_signatures_is_told_so(sign: bool, code: Code) -> None:
    with kmslab.Lab(sign=sign):
        kms = boto3.client("kms", config=Config(signature_version=UNSIGNED))
        assert code(kms.list_keys) == "MissingAuthenticationTokenException"


def test_other_services_do_not_reach_the_network() -> None:
    with kmslab.Lab() as lab:
        for make in (boto3.client, lab.client):
            with pytest.raises(kmslab.NoNetworkError, match="kmslab serves KMS, IAM and STS"):
                make("s3").list_buckets()
    with pytest.raises(ConnectionError):
        kmslab.Lab().client("dynamodb").list_tables()


# ---- which road ----


def test_the_fast_road_is_the_default(taken: list[str]) -> None:
    with kmslab.Lab() as lab:
        kms = boto3.client("kms")
        kms.list_keys()
        boto3.client("sts").get_caller_identity()
        boto3.client("iam").list_users()
        lab.client("kms").list_keys()
    assert taken == ["fast"] * 4


def test_sign_forces_the_signed_road(taken: list[str]) -> None:
    with kmslab.Lab(sign=True) as lab:
        boto3.client("kms").list_keys()
        boto3.client("sts").get_caller_identity()
        boto3.client("iam").list_users()
        lab.client("kms").list_keys()
    assert taken == ["signed"] * 4


@pytest.mark.parametrize(
    "event", ["request-created", "before-sign", "choose-signer", "before-send", "before-parse", "response-received"]
)
@pytest.mark.parametrize("where", ["", ".kms", ".kms.ListKeys"])
def test_handlers_of_the_user_are_called(event: str, where: str, taken: list[str]) -> None:
    if event not in inspect.getsource(botocore.endpoint) + inspect.getsource(botocore.signers):
        pytest.skip("this botocore has no such event")
    calls = []
    with kmslab.Lab():
        kms = boto3.client("kms")
        kms.list_keys()

        def handler(**kwargs: Any) -> None:
            calls.append(kwargs["event_name"])

        kms.meta.events.register(event + where, handler)
        kms.list_keys()
        kms.meta.events.unregister(event + where, handler)
        kms.list_keys()
    assert taken == ["fast", "signed", "fast"]
    assert len(calls) == 1


def test_a_handler_may_answer_itself() -> None:
    from botocore.awsrequest import AWSResponse

    with kmslab.Lab():
        kms = boto3.client("kms")
        raw = roads._Raw(b'{"Keys": [{"KeyId": "mine"}]}')
        kms.meta.events.register("before-send.kms", lambda **_: AWSResponse("https://x", 200, {}, raw))
        assert kms.list_keys()["Keys"] == [{"KeyId": "mine"}]
        s3 = boto3.client("s3")
        raw = roads._Raw(b"<ListAllMyBucketsResult/>")
        s3.meta.events.register("before-send.s3", lambda **_: AWSResponse("https://x", 200, {}, raw))
        assert s3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_handlers_that_change_the_request_count(code: Code) -> None:
    with kmslab.Lab():
        kms = boto3.client("kms")

        def break_it(request: Any, **_: Any) -> None:
            del request.headers["X-Amz-Date"]
            request.headers["X-Amz-Date"] = "20200101T000000Z"

        kms.meta.events.register("before-send.kms", break_it)
        assert code(kms.list_keys) == "InvalidSignatureException"


def test_stubbers_go_first() -> None:
    with kmslab.Lab() as lab:
        kms = boto3.client("kms")
        for times in (1, 2, 3):
            with Stubber(kms) as stubber:
                stubber.add_response("list_keys", {"Keys": [{"KeyId": "stubbed"}]})
                assert kms.list_keys()["Keys"] == [{"KeyId": "stubbed"}]
            assert kms.list_keys()["Keys"] == []
            assert len(lab.trail.filter(eventName="ListKeys")) == times


@pytest.mark.parametrize("where", ["before-call", "before-call.kms", "before-call.kms.ListKeys"])
def test_before_call_handlers_of_the_user_are_called(where: str) -> None:
    seen = []
    with kmslab.Lab() as lab:
        kms = boto3.client("kms")
        kms.list_keys()
        kms.list_keys()

        def handler(params: dict[str, Any], **_: Any) -> None:
            seen.append(params["headers"]["X-Amz-Target"])
            params["headers"]["User-Agent"] = "mine"

        kms.meta.events.register(where, handler)
        kms.list_keys()
        kms.meta.events.unregister(where, handler)
        kms.list_keys()
        assert seen == ["TrentService.ListKeys"]
        assert [record["userAgent"] == "mine" for record in lab.trail] == [False, False, True, False]


def test_clients_are_left_as_they_were() -> None:
    def handlers() -> list[Any]:
        return list(OLD.meta.events._emitter._handlers.prefix_search("before-call.kms.ListKeys"))

    before = handlers()
    with kmslab.Lab():
        OLD.list_keys()
        OLD.list_keys()
        assert handlers() != before
    assert handlers() == before
    with kmslab.Lab():
        assert OLD.list_keys()["Keys"] == []


@pytest.mark.parametrize("sign", [False, True])
def test_resolvers_of_endpoints_are_left_as_they_were(sign: bool) -> None:
    resolver = OLD._ruleset_resolver
    before = dict(vars(resolver))
    with kmslab.Lab(sign=sign):
        OLD.list_keys()
        assert "construct_endpoint" in vars(resolver)
    assert vars(resolver) == before


@pytest.mark.parametrize("sign", [False, True])
def test_an_endpoint_is_found_out_once(sign: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    kms = kmslab.Lab(sign=sign).client("kms")
    kms.list_keys()
    rules = kms._ruleset_resolver._provider
    # Behind its cache, where it has one in front.
    method = "_resolve_endpoint" if hasattr(rules, "_resolve_endpoint") else "resolve_endpoint"
    real = getattr(rules, method)
    asked: list[Any] = []

    def resolve(**given: Any) -> Any:
        asked.append(given)
        return real(**given)

    monkeypatch.setattr(rules, method, resolve)
    for _ in range(3):
        kms.list_aliases()
    assert len(asked) == 1


@pytest.mark.parametrize("sign", [False, True])
def test_handlers_of_the_user_may_move_endpoints(sign: bool) -> None:
    lab = kmslab.Lab(sign=sign)
    kms = lab.client("kms")
    kms.list_keys()

    def handler(builtins: dict[str, Any], **_: Any) -> None:
        builtins["AWS::Region"] = "eu-west-1"

    kms.meta.events.register("before-endpoint-resolution.kms", handler)
    urls: list[str] = []
    kms.meta.events.register("before-call.kms", lambda params, **_: urls.append(params["url"]))
    # Signed for the one Region and sent to the other, it is refused, as AWS would.
    with suppress(ClientError):
        kms.list_keys()
    kms.meta.events.unregister("before-endpoint-resolution.kms", handler)
    kms.list_keys()
    assert urls == ["https://kms.eu-west-1.amazonaws.com/", "https://kms.us-east-1.amazonaws.com/"]


@pytest.mark.parametrize("sign", [False, True])
def test_clients_keep_no_lab_alive(sign: bool) -> None:
    for _ in range(2):
        lab = kmslab.Lab(sign=sign)
        with lab:
            assert OLD.list_keys()["Keys"] == []
            OLD.create_key()
            assert len(OLD.list_keys()["Keys"]) == 1
        gone = weakref.ref(lab)
        del lab
        gc.collect()
        assert gone() is None


def test_what_the_user_changes_of_an_endpoint_counts() -> None:
    kms = kmslab.Lab(sign=True).client("kms")
    kms.list_keys()
    emitter = kms._endpoint._event_emitter
    kms._endpoint._event_emitter = other = botocore.hooks.HierarchicalEmitter()
    seen = []
    other.register("before-send", lambda event_name, **_: seen.append(event_name))
    other.register("request-created", lambda **kwargs: emitter.emit(**kwargs))
    kms.list_keys()
    assert seen == ["before-send.kms.ListKeys"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "https://kms.example.com:8443/base/"])
def test_an_endpoint_of_its_own_takes_the_signed_road(url: str, taken: list[str]) -> None:
    with kmslab.Lab():
        kms = boto3.client("kms", endpoint_url=url)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key
    assert set(taken) == {"signed"}


def test_credentials_are_compared(code: Code) -> None:
    lab = kmslab.Lab()
    alice = lab.user("alice")
    keys = alice.credentials
    for sign in (False, True):
        lab._sign = sign
        wrong = kmslab.Credentials(keys.access_key_id, keys.secret_access_key[:-1] + "!")
        assert code(lab.client("kms", as_=wrong).list_keys) == "InvalidSignatureException"
        session = kmslab.Credentials(keys.access_key_id, keys.secret_access_key, "token")
        assert code(lab.client("kms", as_=session).list_keys) == "UnrecognizedClientException"
        app = lab.role("app").credentials
        bare = kmslab.Credentials(app.access_key_id, app.secret_access_key)
        assert code(lab.client("sts", as_=bare).get_caller_identity) == "InvalidClientTokenId"


def test_exceptions_of_clients_are_theirs() -> None:
    kms = kmslab.Lab().client("kms")
    with pytest.raises(kms.exceptions.NotFoundException) as caught:
        kms.describe_key(KeyId="1234abcd-12ab-34cd-56ef-1234567890ab")
    assert isinstance(caught.value, ClientError)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_retries_are_botocores_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    lab = kmslab.Lab()
    calls = []

    class Refusal:
        status = 400
        headers = (("x-amzn-RequestId", "r"), ("Content-Type", "application/x-amz-json-1.1"))
        body = b'{"__type":"ThrottlingException","message":"slow down"}'

    class Throttled:
        def handle_local(self, *_: Any) -> tuple[Refusal, None]:
            calls.append(1)
            return Refusal(), None

    kms = lab.client("kms", config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    monkeypatch.setattr(lab, "_core", Throttled())
    with pytest.raises(ClientError) as caught:
        kms.list_keys()
    assert len(calls) == 3
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2


# ---- presigned URLs ----


def test_presigned_urls() -> None:
    lab = kmslab.Lab()
    with lab:
        for client in (boto3.client("sts"), lab.user("alice").client("sts")):
            url = client.generate_presigned_url("get_caller_identity", HttpMethod="GET")
            status, headers, body = lab.handle("GET", url, {})
            assert status == 200, body
            assert b"GetCallerIdentityResponse" in body
            assert headers["x-amzn-RequestId"]
            status, _, body = lab.handle("GET", re.sub("Signature=....", "Signature=0000", url), {})
            assert (status, b"SignatureDoesNotMatch" in body) == (403, True)


# ---- labs apart ----


def test_the_innermost_lab_answers() -> None:
    with kmslab.Lab() as outer:
        kms = boto3.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        with kmslab.Lab() as inner:
            assert kms.list_keys()["Keys"] == []
            assert outer.client("kms").list_keys()["Keys"][0]["KeyId"] == key
        assert kms.list_keys()["Keys"][0]["KeyId"] == key
    assert len(inner.trail.filter(eventName="ListKeys")) == 1
    assert len(outer.trail.filter(eventName="ListKeys")) == 2


def in_threads(*works: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_threads_with_labs_of_their_own_do_not_see_each_other() -> None:
    barrier = threading.Barrier(3, timeout=60)
    shared = boto3.Session().client("kms", region_name="us-east-1")
    found = {}

    def work(name: str) -> None:
        with kmslab.Lab() as lab:
            barrier.wait()
            mine = {shared.create_key(Description=name)["KeyMetadata"]["KeyId"] for _ in range(5)}
            barrier.wait()
            found[name] = mine == {key["KeyId"] for key in shared.list_keys()["Keys"]}
            assert len(lab.trail.filter(eventName="CreateKey")) == 5
            barrier.wait()

    in_threads(*[lambda name=name: work(name) for name in "abc"])
    assert found == {"a": True, "b": True, "c": True}


def test_a_lab_of_the_main_thread_serves_the_others() -> None:
    with kmslab.Lab() as lab:
        in_threads(*[lambda: boto3.Session().client("kms").create_key()] * 4)
        assert len(lab.client("kms").list_keys()["Keys"]) == 4


def test_a_lab_of_a_thread_does_not_serve_the_others() -> None:
    entered, done = threading.Event(), threading.Event()
    shared = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b").client("kms", region_name="us-east-1")

    def work() -> None:
        with kmslab.Lab():
            entered.set()
            done.wait(60)

    def outsider() -> None:
        entered.wait(60)
        from botocore.awsrequest import AWSResponse

        # Not the lab's: it goes the way it would go without any lab.
        raw = roads._Raw(b'{"Keys": [{"KeyId": "the network"}]}')
        shared.meta.events.register("before-send", lambda **_: AWSResponse("https://x", 200, {}, raw))
        try:
            assert shared.list_keys()["Keys"] == [{"KeyId": "the network"}]
        finally:
            done.set()

    in_threads(work, outsider)


def test_tasks_with_labs_of_their_own_do_not_see_each_other() -> None:
    import asyncio

    shared = boto3.Session().client("kms", region_name="us-east-1")

    async def work() -> int:
        with kmslab.Lab():
            for _ in range(3):
                shared.create_key()
                await asyncio.sleep(0)
            return len(shared.list_keys()["Keys"])

    async def both() -> list[int]:
        return list(await asyncio.gather(work(), work()))

    assert asyncio.run(both()) == [3, 3]


def test_a_lab_is_shared_by_threads() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]

    def work() -> None:
        for number in range(20):
            text = str(number).encode()
            sealed = kms.encrypt(KeyId=key, Plaintext=text)["CiphertextBlob"]
            assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == text

    in_threads(*[work] * 8)
    assert len(lab.trail.filter(eventName="Encrypt")) == 160


def test_nothing_opens_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    with kmslab.Lab(sign=True), pytest.raises(kmslab.NoNetworkError):
        boto3.client("kms").list_keys()
        boto3.client("s3").list_buckets()


def test_this_machine_is_not_the_network() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Minio(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                b"<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets></ListAllMyBucketsResult>"
            )
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Minio) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with kmslab.Lab():
            s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server.server_port}")
            assert s3.list_buckets()["Buckets"][0]["Name"] == "b"
        server.shutdown()
