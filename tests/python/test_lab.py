"""`Lab` as an object: arguments, clients of its own, principals, clock, trail, files."""

from __future__ import annotations

import copy
import json
import os
import pickle
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import kmslab
import pytest
from botocore.exceptions import ClientError
from conftest import ALLOW_KMS

Code = Callable[[Callable[[], Any]], str]


def test_a_lab_needs_no_arguments() -> None:
    lab = kmslab.Lab()
    identity = lab.client("sts").get_caller_identity()
    assert identity["Account"] == "111122223333"
    assert lab.client("kms").meta.region_name == lab.region == "us-east-1"
    assert repr(lab) == "Lab(account='111122223333', region='us-east-1')"


def test_arguments() -> None:
    lab = kmslab.Lab("444455556666", "eu-west-1", seed=7, now="2030-01-01T00:00:00Z", auth="lenient", sign=True)
    assert repr(lab) == "Lab(account='444455556666', region='eu-west-1', seed=7, auth='lenient', sign=True)"
    key = lab.client("kms").create_key()["KeyMetadata"]
    assert key["Arn"].startswith("arn:aws:kms:eu-west-1:444455556666:key/")
    assert key["CreationDate"] == datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"account": "1234"}, "12 digits"),
        ({"region": "Mars"}, "eu-west-1"),
        ({"auth": "loose"}, "'strict' or 'lenient'"),
        ({"now": "yesterday"}, "isoformat"),
        ({"seed": -1}, "from 0 to"),
        ({"seed": 2**64}, "from 0 to"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kmslab.Lab(**arguments)


# As users without a type checker call it.
UNTYPED: Any = kmslab.Lab


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: UNTYPED(account=111122223333), "'111122223333'"),
        (lambda: UNTYPED(now=date(2030, 1, 1)), "datetime, ISO 8601"),
        (lambda: UNTYPED(now=[]), "datetime, ISO 8601"),
        (lambda: UNTYPED(seed="1"), "integer"),
        (lambda: UNTYPED().clock.advance(7), "days="),
        (lambda: UNTYPED().clock.advance("7 days"), "days="),
    ],
)
def test_wrong_types_are_told_in_words(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        wrong()


def test_seeded_labs_repeat_byte_for_byte() -> None:
    def story() -> list[Any]:
        lab = kmslab.Lab(seed=42, now="2030-01-01T00:00:00Z")
        kms = lab.client("kms")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        return [key, sealed, lab.credentials.access_key_id, kms.generate_random(NumberOfBytes=8)["Plaintext"]]

    first, second = story(), story()
    assert first == second
    assert "seed=42" in repr(kmslab.Lab(seed=42))
    assert kmslab.Lab().client("kms").create_key()["KeyMetadata"]["Arn"] != first[0]


def test_secrets_are_not_shown(lab: kmslab.Lab) -> None:
    keys = lab.credentials
    assert keys.secret_access_key not in repr(keys)
    assert keys.access_key_id in repr(keys)
    assert keys.access_key_id.startswith("AKIA")
    assert keys.session_token is None


@pytest.mark.parametrize("refused", [pickle.dumps, copy.copy, copy.deepcopy])
def test_labs_are_not_pickled_or_copied(lab: kmslab.Lab, refused: Callable[[object], object]) -> None:
    with pytest.raises(kmslab.LabError, match="secrets"):
        refused(lab)


# ---- principals ----


def test_a_user_has_no_permission_of_its_own(lab: kmslab.Lab, key: str, code: Code) -> None:
    alice = lab.user("alice")
    assert alice.arn == "arn:aws:iam::111122223333:user/alice"
    assert alice.client("sts").get_caller_identity()["Arn"] == alice.arn
    assert code(lambda: lab.client("kms", as_=alice).describe_key(KeyId=key)) == "AccessDeniedException"


@pytest.mark.parametrize(
    "policy",
    [
        ALLOW_KMS,
        '{"Statement": {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}}',
        "arn:aws:iam::aws:policy/AdministratorAccess",
        [ALLOW_KMS, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
    ],
)
def test_a_user_with_a_policy(lab: kmslab.Lab, key: str, policy: Any) -> None:
    alice = lab.user("alice", policy=policy)
    assert lab.client("kms", as_=alice).describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key


def test_a_user_is_found_again_and_can_be_given_more(lab: kmslab.Lab, key: str) -> None:
    first = lab.user("alice")
    assert lab.user("alice", policy=ALLOW_KMS) is first
    assert lab.client("kms", as_=first).describe_key(KeyId=key)
    # Also one that was made by IAM's own operations.
    lab.client("iam").create_user(UserName="bob")
    assert lab.user("bob").arn.endswith(":user/bob")


READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DESCRIBE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}]}


@pytest.mark.parametrize("kind", ["user", "role"])
@pytest.mark.parametrize(
    ("first", "then", "inline", "attached", "boundary", "tags"),
    [
        ({"policy": [ALLOW_KMS, DESCRIBE]}, {"policy": DESCRIBE}, ["al"], [], None, {}),
        ({"policy": [ALLOW_KMS, DESCRIBE]}, {"policy": []}, [], [], None, {}),
        ({"policy": [ALLOW_KMS, DESCRIBE]}, {}, ["al", "al-2"], [], None, {}),
        ({"policy": DESCRIBE}, {"policy": READ_ONLY}, [], ["ReadOnlyAccess"], None, {}),
        ({"policy": READ_ONLY}, {"policy": DESCRIBE}, ["al"], ["ReadOnlyAccess"], None, {}),
        ({}, {"boundary": READ_ONLY}, [], [], READ_ONLY, {}),
        ({"boundary": READ_ONLY}, {"policy": DESCRIBE}, ["al"], [], READ_ONLY, {}),
        ({"boundary": READ_ONLY}, {"boundary": ""}, [], [], None, {}),
        ({}, {"boundary": ""}, [], [], None, {}),
        ({}, {"tags": {"team": "blue"}}, [], [], None, {"team": "blue"}),
        ({"tags": {"a": "1", "b": "2"}}, {"tags": {"b": "3", "c": "4"}}, [], [], None, {"b": "3", "c": "4"}),
        ({"tags": {"a": "1"}}, {"tags": {}}, [], [], None, {}),
        ({"tags": {"a": "1"}}, {}, [], [], None, {"a": "1"}),
    ],
)
def test_what_is_given_again_is_put_in_place(
    lab: kmslab.Lab,
    kind: str,
    first: dict[str, Any],
    then: dict[str, Any],
    inline: list[str],
    attached: list[str],
    boundary: str | None,
    tags: dict[str, str],
) -> None:
    iam = lab.client("iam")
    who = {f"{kind.title()}Name": "al"}
    getattr(lab, kind)("al", **first)
    # What was given by IAM's own operations stays.
    getattr(iam, f"put_{kind}_policy")(**who, PolicyName="al-own", PolicyDocument=json.dumps(DESCRIBE))
    getattr(lab, kind)("al", **then)
    found = getattr(iam, f"get_{kind}")(**who)[kind.title()]
    assert getattr(iam, f"list_{kind}_policies")(**who)["PolicyNames"] == [*inline, "al-own"]
    managed = getattr(iam, f"list_attached_{kind}_policies")(**who)["AttachedPolicies"]
    assert [each["PolicyName"] for each in managed] == attached
    assert found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") == boundary
    assert {tag["Key"]: tag["Value"] for tag in getattr(iam, f"list_{kind}_tags")(**who)["Tags"]} == tags


def test_a_policy_that_an_earlier_call_gave_is_in_force_no_more(
    lab: kmslab.Lab, key: str, code: Code, tmp_path: Path
) -> None:
    alice = lab.user("al", policy=[DESCRIBE, ALLOW_KMS])
    assert alice.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    lab.save(tmp_path / "lab")
    # In another process nobody remembers what was given.
    for each in (lab, kmslab.Lab.open(tmp_path / "lab")):
        calls = len(each.trail)
        kms = each.client("kms", as_=alice.credentials)
        each.user("al", policy=DESCRIBE)
        assert each.client("iam").list_user_policies(UserName="al")["PolicyNames"] == ["al"]
        assert code(lambda: kms.encrypt(KeyId=key, Plaintext=b"x")) == "AccessDeniedException"
        each.user("al", policy=ALLOW_KMS)
        assert kms.encrypt(KeyId=key, Plaintext=b"x")
        asked = [record["eventName"] for record in each.trail[calls:]]
        assert asked.count("ListUserPolicies") == (1 if each is lab else 2)
    # What was given before a refusal half-way is known.
    with pytest.raises(kmslab.RefusedError, match="MalformedPolicyDocument"):
        lab.user("bob", policy=[DESCRIBE, DESCRIBE, "{"])
    lab.user("bob", policy=DESCRIBE)
    assert lab.client("iam").list_user_policies(UserName="bob")["PolicyNames"] == ["bob"]
    # What IAM has deleted meanwhile is gone, and that is what was wanted.
    lab.user("al", policy=[DESCRIBE, ALLOW_KMS])
    lab.client("iam").delete_user_policy(UserName="al", PolicyName="al-2")
    lab.user("al", policy=DESCRIBE)


def test_a_user_who_was_deleted_is_made_anew(lab: kmslab.Lab) -> None:
    alice, iam = lab.user("alice"), lab.client("iam")

    def delete() -> None:
        for key in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
            iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="alice")

    arn = lab.client("sts", as_=alice).get_caller_identity()["Arn"]
    delete()
    again = lab.user("alice")
    assert again is not alice
    assert lab.client("sts", as_=again).get_caller_identity()["Arn"] == arn
    assert lab.user("alice") is again
    delete()
    iam.create_user(UserName="alice")
    assert lab.client("sts", as_=lab.user("alice")).get_caller_identity()["Arn"] == arn


def test_a_users_boundary_and_tags(lab: kmslab.Lab, key: str, code: Code) -> None:
    alice = lab.user(
        "alice", policy=ALLOW_KMS, boundary="arn:aws:iam::aws:policy/ReadOnlyAccess", tags={"team": "blue"}
    )
    assert lab.client("iam").list_user_tags(UserName="alice")["Tags"] == [{"Key": "team", "Value": "blue"}]
    kms = alice.client("kms")
    assert kms.describe_key(KeyId=key)
    assert code(lambda: kms.encrypt(KeyId=key, Plaintext=b"x")) == "AccessDeniedException"


def test_a_role_is_a_session(lab: kmslab.Lab, key: str) -> None:
    app = lab.role("app", policy=ALLOW_KMS)
    kms = lab.client("kms", as_=app)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
    arn = app.client("sts").get_caller_identity()["Arn"]
    assert arn == "arn:aws:sts::111122223333:assumed-role/app/kmslab"
    # Clients of a role outlive its sessions, as they do where an SDK renews them.
    lab.clock.advance(days=2)
    assert kms.describe_key(KeyId=key)


def test_a_session_ends(lab: kmslab.Lab, key: str, code: Code) -> None:
    app = lab.role("app", policy=ALLOW_KMS)
    keys = app.assume(name="batch", duration=900)
    kms = lab.client("kms", as_=keys)
    assert kms.describe_key(KeyId=key)
    lab.clock.advance(minutes=16)
    assert code(lambda: kms.describe_key(KeyId=key)) == "ExpiredTokenException"


def test_trust(lab: kmslab.Lab) -> None:
    alice, bob = lab.user("alice"), lab.user("bob")
    app = lab.role("app", trust=alice)
    assert app.assume(by=alice).access_key_id.startswith("ASIA")
    with pytest.raises(kmslab.LabError, match="sts:AssumeRole"):
        app.assume(by=bob)
    job = lab.role("job", trust="ec2.amazonaws.com")
    with pytest.raises(kmslab.LabError, match="not authorized"):
        _ = job.credentials


def test_what_sts_answers_is_taken_as_it_is(lab: kmslab.Lab, key: str) -> None:
    app = lab.role("app", policy=ALLOW_KMS)
    answer = lab.client("sts").assume_role(RoleArn=app.arn, RoleSessionName="batch")
    for given in (answer, answer["Credentials"]):
        assert lab.client("kms", as_=given).describe_key(KeyId=key)


def test_session_policies_and_tags(lab: kmslab.Lab, key: str, code: Code) -> None:
    app = lab.role("app", policy=ALLOW_KMS)
    only_describe = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}],
    }
    kms = lab.client("kms", as_=app.assume(policy=only_describe, tags={"job": "1"}))
    assert kms.describe_key(KeyId=key)
    assert code(lambda: kms.encrypt(KeyId=key, Plaintext=b"x")) == "AccessDeniedException"


def test_accounts(lab: kmslab.Lab, key: str, code: Code) -> None:
    other = lab.account("444455556666")
    assert lab.account("444455556666") is other
    assert lab.account().id == "111122223333"
    carol = other.user("carol", policy=ALLOW_KMS)
    assert carol.arn == "arn:aws:iam::444455556666:user/carol"
    kms = carol.client("kms")
    assert code(lambda: kms.describe_key(KeyId=key)) == "AccessDeniedException"
    lab.client("kms").put_key_policy(
        KeyId=key,
        PolicyName="default",
        Policy=f"""{{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::111122223333:root"}}, "Action": "kms:*", "Resource": "*"}},
            {{"Effect": "Allow", "Principal": {{"AWS": "{other.arn}"}}, "Action": "kms:DescribeKey", "Resource": "*"}}]}}""",
    )
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["AWSAccountId"] == "111122223333"


@pytest.mark.parametrize("wrong", [3, "alice", {"AccessKeyId": "A"}, []])
def test_as_is_somebody(lab: kmslab.Lab, wrong: Any) -> None:
    with pytest.raises(TypeError, match="as_"):
        lab.client("kms", as_=wrong)


def test_principals_belong_to_their_lab(lab: kmslab.Lab) -> None:
    with pytest.raises(kmslab.LabError, match="another lab"):
        lab.client("kms", as_=kmslab.Lab().user("alice"))


def test_a_refusal_of_a_helper_is_a_lab_error(lab: kmslab.Lab) -> None:
    with pytest.raises(kmslab.RefusedError, match="^CreateUser: ValidationError: ") as refused:
        lab.user("not a name")
    assert isinstance(refused.value, kmslab.LabError)
    assert (refused.value.action, refused.value.code) == ("CreateUser", "ValidationError")
    # By its arguments, as exceptions go from process to process.
    assert str(copy.copy(refused.value)) == str(refused.value)
    with pytest.raises(kmslab.LabError, match="arn:aws:iam::aws:policy/ReadOnlyAccess"):
        lab.user("bob", policy="ReadOnlyAccess")
    assert [user["UserName"] for user in lab.client("iam").list_users()["Users"]] == ["administrator"]
    with pytest.raises(kmslab.LabError, match="MalformedPolicyDocument"):
        lab.user("alice", policy="{")


def test_regions_are_separate(lab: kmslab.Lab, key: str, code: Code) -> None:
    assert (
        code(lambda: lab.client("kms", region="eu-west-1").describe_key(KeyId=key.split("/")[1])) == "NotFoundException"
    )
    session = lab.session(region="eu-central-1")
    assert session.region_name == "eu-central-1"
    assert ":eu-central-1:" in session.client("kms").create_key()["KeyMetadata"]["Arn"]


# ---- clock ----


def test_advancing_deletes_a_key(lab: kmslab.Lab, key: str, code: Code) -> None:
    kms = lab.client("kms")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert code(lambda: kms.encrypt(KeyId=key, Plaintext=b"x")) == "KMSInvalidStateException"
    lab.clock.advance(days=7, seconds=1)
    assert code(lambda: kms.describe_key(KeyId=key)) == "NotFoundException"


@pytest.mark.parametrize("days", [1e20, float("inf"), float("nan"), 3_000_000])
def test_time_has_an_end(days: float) -> None:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
    with pytest.raises(kmslab.LabError, match="between the years 1 and 9999"):
        lab.clock.advance(days=days)
    with pytest.raises(kmslab.LabError, match="between the years 1 and 9999"):
        kmslab.Lab(now=days * 86_400)
    assert lab.clock.now == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_clock_runs_and_moves_forward_only(lab: kmslab.Lab) -> None:
    before = lab.clock.now
    assert abs(before - datetime.now(UTC)) < timedelta(seconds=10)
    after = lab.clock.advance(timedelta(hours=1), minutes=30)
    assert timedelta(minutes=90) <= after - before < timedelta(minutes=91)
    with pytest.raises(kmslab.LabError, match="forward"):
        lab.clock.advance(days=-1)
    # Clients sign by the machine's clock, whatever the lab's says.
    assert lab.client("sts").get_caller_identity()


@pytest.mark.parametrize(
    "now",
    [
        "2030-01-01T00:00:00Z",
        "2030-01-01T01:00:00+01:00",
        1893456000,
        datetime(2030, 1, 1),
        datetime(2030, 1, 1, tzinfo=UTC),
    ],
)
def test_a_fixed_time_stands_still(now: Any) -> None:
    lab = kmslab.Lab(now=now)
    assert lab.clock.now == datetime(2030, 1, 1, tzinfo=UTC)
    assert lab.clock.advance(days=0.5) == lab.clock.now == datetime(2030, 1, 1, 12, tzinfo=UTC)
    assert lab.client("sts").get_caller_identity()
    assert kmslab.Lab(now=now, sign=True).client("sts").get_caller_identity()


# ---- trail ----


def test_the_trail(lab: kmslab.Lab, key: str, code: Code) -> None:
    alice = lab.user("alice")
    kms = alice.client("kms")
    before = len(lab.trail)
    code(lambda: kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext={"a": "b"}))
    assert len(lab.trail) == before + 1
    record = lab.trail[-1]
    assert record["eventName"] == "Encrypt"
    assert record["userIdentity"]["arn"] == alice.arn
    assert record["errorCode"] in {"AccessDenied", "AccessDeniedException"}
    assert "secret" not in str(record)
    assert lab.trail.filter(eventName="Encrypt") == [record]
    assert lab.trail.filter(lambda each: each["eventName"] == "Encrypt", errorCode=None) == []
    assert [each["eventName"] for each in lab.trail][-1] == "Encrypt"
    assert lab.trail[:1] == [lab.trail[0]]
    shown = lab.trail._repr_html_()
    assert "kms:Encrypt" in shown
    # On a narrow page no word is broken, and the last column can be reached.
    assert shown.startswith('<div style="overflow-x:auto"><table>')
    assert shown.count("<td") == shown.count('<td style="white-space:nowrap">') == 5 * len(lab.trail)
    assert "records" in repr(lab.trail)


def test_the_trail_as_a_table(lab: kmslab.Lab, key: str) -> None:
    pandas = pytest.importorskip("pandas")
    table = lab.trail.to_pandas()
    assert isinstance(table, pandas.DataFrame)
    assert table.iloc[-1]["eventName"] == "CreateKey"
    assert "userIdentity.arn" in table


def test_the_trail_without_pandas(lab: kmslab.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(kmslab.LabError, match=r"kmslab\[notebook\]"):
        lab.trail.to_pandas()


# ---- files ----


def test_saved_and_opened(lab: kmslab.Lab, key: str, tmp_path: Path) -> None:
    alice = lab.user("alice", policy=ALLOW_KMS)
    sealed = alice.client("kms").encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    lab.clock.advance(days=3)
    file = tmp_path / "lab.kmslab"
    lab.save(file)
    again = kmslab.Lab.open(file)
    assert again.client("kms", as_=alice.credentials).decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    assert again.credentials.access_key_id == lab.credentials.access_key_id
    assert again.clock.now - lab.clock.now < timedelta(seconds=10)
    assert [record["eventID"] for record in again.trail][: len(lab.trail)] == [each["eventID"] for each in lab.trail]
    assert kmslab.Lab.open(str(file), sign=True).sign
    # The new lab is a lab of its own.
    again.user("dora")
    with pytest.raises(ClientError):
        lab.client("iam").get_user(UserName="dora")


@pytest.mark.skipif(os.name != "posix", reason="files have other permissions there")
def test_a_saved_lab_is_for_its_owner_alone(lab: kmslab.Lab, tmp_path: Path) -> None:
    file = tmp_path / "lab.kmslab"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    lab.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_saving_fails_as_a_whole(lab: kmslab.Lab, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        lab.save(tmp_path / "folder")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"kmslab": 9999}', '{"kmslab": 1}'])
def test_what_is_no_saved_lab_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "lab.kmslab"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(kmslab.LabError, match=r"lab\.kmslab"):
        kmslab.Lab.open(file)
    with pytest.raises(FileNotFoundError):
        kmslab.Lab.open(tmp_path / "none")


# ---- explanations ----


def test_explaining(lab: kmslab.Lab, key: str) -> None:
    with pytest.raises(kmslab.LabError, match="no call"):
        kmslab.Lab().explain()
    alice = lab.user("alice")
    with pytest.raises(ClientError) as denied:
        alice.client("kms").describe_key(KeyId=key)
    explanation = lab.explain(denied.value)
    assert not explanation.allowed
    request_id = denied.value.response["ResponseMetadata"]["RequestId"]
    assert lab.explain(request_id).to_dict() == explanation.to_dict() == lab.explain().to_dict()
    found = explanation.to_dict()
    assert found["request_id"] == request_id
    assert found["operation"] == "kms:DescribeKey"
    assert found["error"] == "AccessDeniedException"
    assert found["checks"][-1]["reason"] == "NO_IDENTITY_ALLOW"
    assert found["checks"][-1]["request"]["principal"] == alice.arn
    for shown in (str(explanation), repr(explanation), explanation._repr_markdown_(), explanation._repr_html_()):
        assert "kms:DescribeKey" in shown
    assert "\x1b[" in explanation.text(colour=True)
    assert "\x1b[" not in explanation.text(colour=False)
    assert max(len(line) for line in explanation.text(width=60, colour=False).splitlines()) <= 130


def test_allowed_calls_are_explained_too(lab: kmslab.Lab, key: str) -> None:
    answer = lab.client("kms").describe_key(KeyId=key)
    explanation = lab.explain(answer)
    assert explanation.allowed
    assert explanation.to_dict()["checks"][0]["allowed"]


def test_what_cannot_be_explained(lab: kmslab.Lab) -> None:
    with pytest.raises(kmslab.LabError, match="no request id"):
        lab.explain(ValueError("x"))
    with pytest.raises(kmslab.LabError, match="remembers no decision"):
        lab.explain("00000000-0000-0000-0000-000000000000")
    with pytest.raises(ClientError) as refused:
        lab.client("kms", as_=kmslab.Credentials("AKIAAAAAAAAAAAAAAAAA", "x" * 40)).list_keys()
    with pytest.raises(kmslab.LabError, match="access key is not one of this lab's"):
        lab.explain(refused.value)
    with pytest.raises(ClientError) as elsewhere:
        kmslab.Lab().client("kms").describe_key(KeyId="alias/none")
    with pytest.raises(kmslab.LabError, match="or by another lab"):
        lab.explain(elsewhere.value)


def test_colours_follow_the_environment(lab: kmslab.Lab, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    explanation = lab.explain(lab.client("kms").describe_key(KeyId=key))
    assert "\x1b[" not in str(explanation)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in str(explanation)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in str(explanation)


# ---- leniency ----


def test_lenient_labs_take_unknown_keys_as_the_administrator(key: str, code: Code) -> None:
    lab = kmslab.Lab(auth="lenient")
    key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    for sign in (False, True):
        lab._sign = sign
        dummy = kmslab.Credentials("testing", "testing")
        assert lab.client("sts", as_=dummy).get_caller_identity()["Arn"].endswith(":user/administrator")
        other = kmslab.Credentials("444455556666", "x")
        assert lab.client("sts", as_=other).get_caller_identity()["Account"] == "444455556666"
        # Known keys are enforced all the same.
        alice = lab.user("alice")
        assert code(lambda: alice.client("kms").describe_key(KeyId=key)) == "AccessDeniedException"


# ---- without boto3 ----


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("botocore", "LabError boto3 is not installed, and this needs it: pip install 'kmslab[boto3]'"),
        ("boto3", "LabError boto3 is not installed, and this needs it: pip install 'kmslab[boto3]'"),
        # Something that boto3 itself needs: that is what has to be told.
        ("urllib3", "ModuleNotFoundError import of urllib3 halted; None in sys.modules"),
        ("botocore.signers", "ModuleNotFoundError import of botocore.signers halted; None in sys.modules"),
    ],
)
def test_what_is_not_installed_is_named(missing: str, expected: str) -> None:
    program = f"""
import sys
sys.modules[{missing!r}] = None
import kmslab
try:
    kmslab.Lab().client("kms")
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == expected
