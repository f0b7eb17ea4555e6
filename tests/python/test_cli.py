"""The command `kmslab`, as a user starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import kmslab
import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST_KEY = ROOT / "examples" / "first_key.py"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "PYTHONIOENCODING": "utf-8",
}


def kmslab_(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kmslab", *map(str, arguments)]
    return python(command, **options)


def python(command: list[str], env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = CLEAN | (env or {})
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, **options
    )


def script(folder: Path, text: str, name: str = "app.py") -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


# ---- run ----


def test_run_provides_credentials_and_a_region(tmp_path: Path) -> None:
    app = script(
        tmp_path,
        """
        import boto3, os, sys
        print(boto3.client("sts").get_caller_identity()["Arn"], boto3.client("kms").meta.region_name)
        print(sys.argv, __name__, __file__, sys.path[0], "kmslab" in globals())
        print(os.environ["AWS_ACCESS_KEY_ID"][:4], sys.modules["__main__"].boto3 is boto3)
        """,
    )
    done = kmslab_("run", "--account", "444455556666", "--region", "eu-west-1", app, "--explain", "-x", "y z")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "arn:aws:iam::444455556666:user/administrator eu-west-1",
        f"{[str(app), '--explain', '-x', 'y z']} __main__ {app} {tmp_path} False",
        "AKIA True",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "raise SystemExit(3)",
        "raise SystemExit('a message')",
        "raise SystemExit",
        "import sys; sys.exit(True)",
        "1 / 0",
        "def f():\n    g()\ndef g():\n    raise KeyError('x') from ValueError('y')\nf()",
        "this is no Python",
        "import sys\nsys.excepthook = lambda *_: print('mine', file=sys.stderr)\n1 / 0",
        "import os; os._exit(7)",
        "import atexit; atexit.register(print, 'at exit'); print('now')",
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('thread'))).start()\nprint('main')",
        "import missing_module",
        "from __future__ import annotations\nx: int\nprint(__annotations__)",
    ],
)
def test_run_ends_as_python_does(tmp_path: Path, body: str) -> None:
    app = script(tmp_path, body)
    # By its relative name too, which Python makes absolute.
    for name in (str(app), "app.py", "./app.py"):
        same(["run", name], [name], tmp_path)


def same(
    ours: list[str], theirs: list[str], folder: Path, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Asserts that `kmslab OURS` ends as `python THEIRS` does; the answer is Python's."""
    mine, its = kmslab_(*ours, cwd=folder, input=given), python([sys.executable, *theirs], cwd=folder, input=given)
    told = mine.stderr.replace("kmslab run: can't", f"{sys.executable}: can't")
    # Of a folder or an archive Python shows the two calls that lead to it.
    frames = re.compile(r'  File "(?:<frozen runpy>|[^"]*runpy\.py)".*\n(    .*\n)*')
    assert (mine.returncode, mine.stdout, told) == (its.returncode, its.stdout, frames.sub("", its.stderr))
    return its


WHERE = """
import os, sys
print(sys.argv, __name__, __file__, repr(sys.path[0]), sys._getframe().f_code.co_filename, sys.modules["__main__"].__dict__ is globals())
os.chdir("/")
if "fail" in sys.argv: 1 / 0
"""


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (["app.py"], ["app.py"]),
        (["--", "app.py", "--seed"], ["app.py", "--seed"]),
        (["sub/../app.py", "fail"], ["sub/../app.py", "fail"]),
        (["sub"], ["sub"]),
        (["sub/", "fail"], ["sub/", "fail"]),
        (["./sub", "-x"], ["./sub", "-x"]),
        (["--", "sub"], ["sub"]),
        (["archive.zip", "fail"], ["archive.zip", "fail"]),
        (["no_ending"], ["no_ending"]),
        (["empty"], ["empty"]),
        (["script.zip"], ["script.zip"]),
        (["none.zip"], ["none.zip"]),
        (["--", "--"], ["--", "--"]),
        (["-", "a", "--b"], ["-", "a", "--b"]),
        (["-", "fail"], ["-", "fail"]),
        (["--", "-"], ["-"]),
        (["-m", "app", "-m"], ["-m", "app", "-m"]),
        (["-m", "sub"], ["-m", "sub"]),
    ],
)
def test_run_names_the_program_as_python_does(tmp_path: Path, ours: list[str], theirs: list[str]) -> None:
    for folder in ("sub", "empty"):
        (tmp_path / folder).mkdir()
    script(tmp_path, WHERE)
    script(tmp_path, WHERE, "script.zip")
    script(tmp_path / "sub", WHERE, "__main__.py")
    for name in ("archive.zip", "no_ending"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("__main__.py", WHERE)
    same(["run", *ours], theirs, tmp_path, given=WHERE)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_run_ends_by_ctrl_c_as_python_does(tmp_path: Path) -> None:
    app = script(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time; time.sleep(9)")
    ours, theirs = kmslab_("run", app), python([sys.executable, str(app)])
    assert ours.returncode == theirs.returncode
    assert ours.stderr == theirs.stderr


def test_run_a_module(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    script(package, "", "__init__.py")
    script(
        package,
        "import sys, boto3\nprint(sys.argv[1:], __name__, __spec__.name)\nboto3.client('kms').list_keys()",
        "tool.py",
    )
    done = kmslab_("run", "--seed", "1", "-m", "package.tool", "-a", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "['-a'] __main__ package.tool\n"), done.stderr
    missing = kmslab_("run", "-m", "package.none", cwd=tmp_path)
    assert missing.returncode == 1
    assert "No module named package.none" in missing.stderr


def test_run_a_folder(tmp_path: Path) -> None:
    script(tmp_path, "print(__name__)", "__main__.py")
    assert kmslab_("run", tmp_path).stdout == "__main__\n"


def test_run_what_is_not_there(tmp_path: Path) -> None:
    done = kmslab_("run", tmp_path / "none.py")
    assert done.returncode == 2
    assert "can't open file" in done.stderr
    assert kmslab_("run").returncode == 2


def test_run_serves_threads_and_exit_handlers(tmp_path: Path) -> None:
    app = script(
        tmp_path,
        """
        import atexit, boto3, threading, time
        def late(name):
            time.sleep(0.3)
            print(name, len(boto3.client("kms").list_keys()["Keys"]))
        boto3.client("kms").create_key()
        threading.Thread(target=late, args=("thread",)).start()
        atexit.register(late, "atexit")
        """,
    )
    done = kmslab_("run", app)
    assert (done.returncode, done.stdout) == (0, "thread 1\natexit 1\n"), done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lab", "none/x.kmslab"], "kmslab: --lab none/x.kmslab: there is no folder none"),
        (["--lab", "."], "kmslab: --lab .: not a file"),
        (["--lab", "app.py/x"], "kmslab: --lab app.py/x: "),
        (["--lab", "app.py"], "kmslab: app.py: not a saved lab"),
        (["--lab", "closed/x"], "kmslab: --lab closed/x: the folder closed cannot be written to"),
        (["--seed", "-1"], "--seed: a seed is a whole number from 0"),
        (["--seed", "x"], "--seed: a seed is a whole number from 0"),
        (["--seed", str(2**64)], "--seed: a seed is a whole number from 0"),
        (["--account", "1"], "12 digits"),
        (["--nope"], "usage: kmslab run [options]"),
    ],
)
def test_run_says_what_is_wrong_before_the_program_runs(tmp_path: Path, options: list[str], message: str) -> None:
    app = script(tmp_path, "print('it ran')")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if "closed/x" in options and os.access(closed, os.W_OK):
        pytest.skip("for this user no folder is closed")
    done = kmslab_("run", *options, app.name, cwd=tmp_path)
    assert done.returncode in {1, 2}
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_run_says_when_the_lab_cannot_be_saved(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    app = script(tmp_path, "import pathlib; pathlib.Path('state').rmdir(); print('it ran')")
    done = kmslab_("run", "--lab", "state/x.kmslab", app, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "it ran\n")
    assert done.stderr == "kmslab: --lab state/x.kmslab: No such file or directory\n"


def test_run_goes_on_with_a_file(tmp_path: Path) -> None:
    app = script(tmp_path, "import boto3\nk = boto3.client('kms')\nk.create_key()\nprint(len(k.list_keys()['Keys']))")
    file = tmp_path / "state.kmslab"
    for count in (1, 2, 3):
        done = kmslab_("run", "--lab", file, app)
        assert (done.returncode, done.stdout) == (0, f"{count}\n"), done.stderr
    assert len(kmslab.Lab.open(file).client("kms").list_keys()["Keys"]) == 3
    refused = kmslab_("run", "--lab", file, "--seed", "1", app)
    assert refused.returncode == 1
    assert "leave that out" in refused.stderr


def test_run_refuses_bad_options(tmp_path: Path) -> None:
    app = script(tmp_path, "")
    for options in (["--account", "12"], ["--region", "mars"], ["--now", "never"]):
        done = kmslab_("run", *options, app)
        assert done.returncode in {1, 2}
        assert done.stderr.startswith("kmslab: ")


# ---- the main job ----


def heard(text: str) -> list[str]:
    """What the lesson prints, without ids."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "KEY", text).splitlines()


def test_the_lesson_runs_and_every_denial_is_explained() -> None:
    done = kmslab_("run", "--explain", FIRST_KEY)
    assert done.returncode == 0, done.stderr
    denials = re.findall(r"is not authorized to perform: (\S+)", done.stdout)
    assert denials == ["kms:Decrypt"] * 3
    assert done.stdout.count("b'Hello, key!'") == 2
    # First no IAM policy, then no key policy, then a grant whose constraint fails.
    assert done.stderr.count("kms:Decrypt") >= 3
    for reason, count in (("NO_IDENTITY_ALLOW", 1), ("NO_RESOURCE_ALLOW", 2)):
        assert done.stderr.count(reason) == count
    assert "tenant" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_lesson_repeats_with_a_seed() -> None:
    first, second = (kmslab_("run", "--seed", "1", "--now", "2030-01-01T00:00:00Z", FIRST_KEY) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.returncode == 0


def test_the_lesson_does_not_know_kmslab() -> None:
    assert "import kmslab" not in FIRST_KEY.read_text(encoding="utf-8")


# ---- serve ----


@contextmanager
def served(*arguments: object) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """A server, and the environment that it prints."""
    command = [sys.executable, "-m", "kmslab", "serve", "--port", "0", "--print-env", *map(str, arguments)]
    server = subprocess.Popen(
        command, env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert server.stdout is not None
        # Ends because the server closes it.
        lines = server.stdout.read().splitlines()
        environment = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        assert environment, server.stderr.read() if server.stderr else ""
        yield environment, server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        try:
            server.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with served("--quiet") as (environment, _):
        yield environment


def client(service: str, environment: dict[str, str]) -> Any:
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def test_serve_answers_boto3(server: dict[str, str]) -> None:
    kms = client("kms", server)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"over HTTP")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"over HTTP"
    assert client("sts", server).get_caller_identity()["Arn"].endswith(":user/administrator")
    assert client("iam", server).list_users()["Users"]


def test_serve_answers_presigned_urls(server: dict[str, str]) -> None:
    from urllib.request import urlopen

    url = client("sts", server).generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urlopen(url, timeout=30) as answer:
        assert b"<Arn>" in answer.read()


def test_serve_runs_the_lesson(server: dict[str, str]) -> None:
    if tuple(map(int, boto3.__version__.split(".")[:2])) < (1, 28):
        pytest.skip("this boto3 does not read AWS_ENDPOINT_URL")
    done = python([sys.executable, str(FIRST_KEY)], env=server)
    assert done.returncode == 0, done.stderr
    in_process = kmslab_("run", FIRST_KEY)
    assert heard(done.stdout) == heard(in_process.stdout)


def test_serve_stops_in_good_order(tmp_path: Path) -> None:
    file = tmp_path / "state.kmslab"
    for stop in [signal.SIGINT, signal.SIGTERM] if os.name == "posix" else []:
        with served("--lab", file) as (environment, process):
            client("kms", environment).create_key()
            process.send_signal(stop)
            assert process.wait(30) == 0
    if os.name == "posix":
        assert len(kmslab.Lab.open(file).client("kms").list_keys()["Keys"]) == 2


def test_serve_says_what_is_wrong() -> None:
    with served("--quiet") as (environment, _):
        port = environment["AWS_ENDPOINT_URL"].rsplit(":", 1)[1]
        started = time.monotonic()
        taken = kmslab_("serve", "--port", port)
        assert taken.returncode == 1
        assert "taken" in taken.stderr
        assert time.monotonic() - started < 30
    for options in (["--port", "99999"], ["--port", "x"], ["--account", "1"], ["--seed", "-1"]):
        assert kmslab_("serve", *options).returncode == 2


# ---- the AWS CLI ----


def aws(environment: dict[str, str], *arguments: str) -> Any:
    command = Path(sys.executable).parent / "aws"
    if not command.exists():
        pytest.skip("the AWS CLI is not installed")
    done = python([sys.executable, str(command), *arguments, "--output", "json"], env=environment)
    if done.returncode != 0:
        return done.returncode, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def test_the_aws_cli_takes_the_lessons_steps(server: dict[str, str], tmp_path: Path) -> None:
    key = aws(server, "kms", "create-key", "--description", "by the CLI")["KeyMetadata"]
    aws(server, "kms", "create-alias", "--alias-name", "alias/cli", "--target-key-id", key["KeyId"])
    plain = tmp_path / "plain"
    plain.write_bytes(b"Hello, key!")
    context = ("--encryption-context", "purpose=greeting,tenant=blue")
    sealed = aws(server, "kms", "encrypt", "--key-id", "alias/cli", "--plaintext", f"fileb://{plain}", *context)
    blob = tmp_path / "blob"
    import base64

    blob.write_bytes(base64.b64decode(sealed["CiphertextBlob"]))
    opened = aws(server, "kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}", *context)
    assert base64.b64decode(opened["Plaintext"]) == b"Hello, key!"
    code, message = aws(server, "kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}")
    assert code != 0
    assert "InvalidCiphertextException" in message
    aliases = aws(server, "kms", "list-aliases", "--key-id", key["KeyId"])["Aliases"]
    assert [alias["AliasName"] for alias in aliases] == ["alias/cli"]
    aws(server, "iam", "create-user", "--user-name", "cli-bob")
    keys = aws(server, "iam", "create-access-key", "--user-name", "cli-bob")["AccessKey"]
    bob = server | {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}
    assert aws(bob, "sts", "get-caller-identity")["Arn"].endswith(":user/cli-bob")
    code, message = aws(bob, "kms", "decrypt", "--ciphertext-blob", f"fileb://{blob}", *context)
    assert code != 0
    assert "AccessDeniedException" in message
    assert "because no identity-based policy allows the kms:Decrypt action" in message


# ---- explain ----

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ASKED = ("--principal", "arn:aws:iam::111122223333:user/alice", "--action", "kms:Decrypt", "--resource", KEY)
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1", "kms:EncryptionContext:app": "shop"}},
        }
    ],
}


def test_explain_by_options(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY, indent=2), encoding="utf-8")
    near = kmslab_("explain", *ASKED, "--identity-policy", file, "--encryption-context", "app=shop")
    assert near.returncode == 1, near.stderr
    assert "Read" in near.stdout
    assert "aws:SourceVpc" in near.stdout
    allowed = kmslab_(
        "explain", *ASKED, "--identity-policy", json.dumps(POLICY), "--context", "aws:SourceVpc=vpc-1",
        "--encryption-context", "app=shop", "--json",
    )  # fmt: skip
    assert allowed.returncode == 0, allowed.stderr
    assert json.loads(allowed.stdout)["reason"] == "ALLOW_IDENTITY_DELEGATED"
    for form in ("--html", "--markdown"):
        assert "NO_IDENTITY_ALLOW" in kmslab_("explain", *ASKED, "--identity-policy", file, form).stdout


def test_explain_a_question(tmp_path: Path) -> None:
    question = {
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "kms:Decrypt",
        "resource": KEY,
        "grants": [{"GranteePrincipal": "arn:aws:iam::111122223333:user/alice", "Operations": ["Decrypt"]}],
    }
    file = tmp_path / "question.json"
    file.write_text(json.dumps(question), encoding="utf-8")
    assert kmslab_("explain", file).returncode == 0
    assert kmslab_("explain", "-", input=json.dumps(question)).returncode == 0
    grant = ("--grant", json.dumps(question["grants"][0]))
    assert kmslab_("explain", *ASKED, *grant).returncode == 0
    # Options go before what the file says.
    assert kmslab_("explain", file, "--action", "kms:Encrypt").returncode == 1


def test_explain_by_a_saved_lab(tmp_path: Path) -> None:
    lab = kmslab.Lab()
    key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    alice = lab.user("alice")
    file = tmp_path / "state.kmslab"
    lab.save(file)
    asked = ("--lab", file, "--action", "kms:Decrypt", "--resource", key, "--principal")
    assert kmslab_("explain", *asked, alice.arn).returncode == 1
    allowed = kmslab_("explain", *asked, lab.account().arn, "--json")
    assert (allowed.returncode, json.loads(allowed.stdout)["reason"]) == (0, "ALLOW_ROOT")
    assert "the lab has no" in kmslab_("explain", *asked, f"{alice.arn}x").stderr
    assert "leave key_policy out" in kmslab_("explain", *asked, alice.arn, "--key-policy", "{}").stderr


def test_explain_says_what_is_wrong(tmp_path: Path) -> None:
    for arguments, message in [
        (["--action", "kms:Decrypt"], "principal, resource"),
        ([*ASKED, "--identity-policy", str(tmp_path / "none.json")], "none.json"),
        ([*ASKED, "--key-policy", "{"], "key_policy"),
        ([*ASKED, "--context", "novalue"], "KEY=VALUE"),
        ([*ASKED, "--grant", "{"], "{: "),
        ([*ASKED, "--grant", "{}"], "grants[0]: "),
        (["-"], "-:"),
    ]:
        done = kmslab_("explain", *arguments, input="nonsense")
        assert done.returncode != 0, arguments
        assert message in done.stderr, done.stderr
        assert "Traceback" not in done.stderr


# ---- help ----


def test_help() -> None:
    for arguments in ([], ["--help"], ["run", "--help"], ["serve", "--help"], ["explain", "--help"]):
        done = kmslab_(*arguments)
        assert done.returncode == (0 if arguments else 2)
        assert "usage: kmslab" in done.stdout
        if len(arguments) == 2:
            assert "examples:" in done.stdout
    for command, words in {
        "run": ["-m MODULE", "kmslab serve"],
        "serve": ["/_kmslab/explain ", "/_kmslab/explain/REQUEST-ID", "'kill'"],
    }.items():
        shown = kmslab_(command, "--help").stdout
        assert [word for word in words if word not in shown] == []
    for command in ("run", "serve", "explain"):
        assert f"usage: kmslab {command} " in kmslab_(command, "--nope").stderr
    assert kmslab_("--version").stdout.strip() == f"kmslab {kmslab.__version__}"
