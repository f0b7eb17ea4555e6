"""`authorize`, `PolicySet` and `Decision`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import kmslab
import pytest
from conftest import ALLOW_KMS

ALICE = "arn:aws:iam::111122223333:user/alice"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ASKED: dict[str, Any] = {"principal": ALICE, "action": "kms:Decrypt", "resource": KEY}


def statement(effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": effect, "Action": "kms:Decrypt", "Resource": "*", **more}],
    }


@pytest.mark.parametrize(
    ("policies", "reason"),
    [
        ({}, "NO_IDENTITY_ALLOW"),
        ({"identity_policies": ALLOW_KMS}, "ALLOW_IDENTITY_DELEGATED"),
        ({"identity_policies": [json.dumps(ALLOW_KMS)]}, "ALLOW_IDENTITY_DELEGATED"),
        ({"identity_policies": {"mine": ALLOW_KMS, "no": statement("Deny")}}, "DENY_IDENTITY"),
        ({"identity_policies": [ALLOW_KMS], "permissions_boundary": statement(Action="s3:*")}, "NO_BOUNDARY_ALLOW"),
        ({"identity_policies": [ALLOW_KMS], "scps": [statement("Deny")]}, "DENY_SCP"),
        (
            {"identity_policies": [ALLOW_KMS], "scps": [[statement(Action="*")], [statement(Action="s3:*")]]},
            "NO_SCP_ALLOW",
        ),
        ({"identity_policies": [ALLOW_KMS], "rcps": [statement("Deny", Principal="*")]}, "DENY_RCP"),
        ({"key_policy": statement(Principal={"AWS": ALICE})}, "ALLOW_RESOURCE_DIRECT"),
        ({"key_policy": statement(Principal={"AWS": "arn:aws:iam::111122223333:user/bob"})}, "NO_RESOURCE_ALLOW"),
        ({"grants": [{"GranteePrincipal": ALICE, "Operations": ["Decrypt"]}]}, "ALLOW_GRANT"),
    ],
)
def test_reasons(policies: dict[str, Any], reason: str) -> None:
    decision = kmslab.authorize(**ASKED, **policies)
    assert decision.reason == reason
    assert decision.allowed is bool(decision) is reason.startswith("ALLOW")
    assert decision.effect == ("allow" if decision.allowed else "explicitDeny" if "DENY_" in reason else "implicitDeny")
    found = decision.to_dict()
    assert (found["reason"], found["allowed"]) == (reason, decision.allowed)
    assert found["request"]["principal"] == ALICE
    assert "kms:Decrypt" in str(decision.explain())
    assert reason in repr(decision)
    assert "<" in decision._repr_html_()


def test_context() -> None:
    when = datetime(2030, 1, 1, tzinfo=UTC)
    conditions = {
        "StringEquals": {"aws:PrincipalTag/team": "blue", "kms:EncryptionContext:app": "shop", "aws:username": "alice"},
        "Bool": {"aws:SecureTransport": "true"},
        "NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "8"},
        "DateLessThan": {"aws:CurrentTime": "2030-01-02T00:00:00Z"},
        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app"]},
        "ForAnyValue:StringEquals": {"aws:CalledVia": ["dynamodb.amazonaws.com"]},
    }
    policies = kmslab.PolicySet(identity_policies=statement(Condition=conditions))
    context: dict[str, Any] = {
        "aws:PrincipalTag/team": "blue",
        "aws:SecureTransport": True,
        "kms:ScheduleKeyDeletionPendingWindowInDays": 7,
        "aws:CurrentTime": when,
        "aws:CalledVia": ["athena.amazonaws.com", "dynamodb.amazonaws.com"],
    }
    assert policies.authorize(**ASKED, context=context, encryption_context={"app": "shop"}).allowed
    assert not policies.authorize(**ASKED, context=context, encryption_context={"app": "bank"}).allowed
    assert not policies.authorize(**ASKED, context=context).allowed
    assert not policies.authorize(
        **ASKED, context=context | {"aws:SecureTransport": False}, encryption_context={"app": "shop"}
    ).allowed
    with pytest.raises(TypeError, match="condition key"):
        policies.authorize(**ASKED, context={"a": object()})  # type: ignore[dict-item]


def test_a_grant_names_itself_and_its_constraints_hold() -> None:
    grant = {
        "GrantId": "g1",
        "GranteePrincipal": ALICE,
        "Operations": ["Decrypt"],
        "Constraints": {"EncryptionContextSubset": {"app": "shop"}},
        "CreationDate": datetime(2030, 1, 1, tzinfo=UTC),
    }
    policies = kmslab.PolicySet(grants=[grant])
    assert policies.authorize(**ASKED, encryption_context={"app": "shop", "x": "y"}).grant == "g1"
    assert policies.authorize(**ASKED, encryption_context={"app": "bank"}).grant is None


def test_what_a_lab_has_can_be_asked(lab: kmslab.Lab, key: str) -> None:
    alice = lab.user("alice")
    kms = lab.client("kms")
    kms.create_grant(KeyId=key, GranteePrincipal=alice.arn, Operations=["Decrypt"])
    decision = kmslab.authorize(
        principal=alice,
        action="kms:Decrypt",
        resource=key,
        key_policy=kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
        grants=kms.list_grants(KeyId=key)["Grants"],
    )
    assert decision.reason == "ALLOW_GRANT"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"principal": "alice"}, "principal: .*ARN"),
        ({"resource": "key"}, "resource: .*ARN"),
        ({"key_policy": "{"}, "key_policy: .*line 1"),
        ({"identity_policies": [ALLOW_KMS, {"Statement": [{"Effect": "Maybe"}]}]}, r"identity_policies\[1\]: "),
        ({"identity_policies": {"mine": "nonsense"}}, r"identity_policies\[\"mine\"\]: "),
        ({"key_policy": ALLOW_KMS, "bucket_policy": ALLOW_KMS}, None),
        ({"identity_policies": {"Version": "2012-10-17"}}, "identity_policies: .*no Statement"),
        ({"identity_policies": {"mine": {"Version": "2012-10-17"}}}, r"identity_policies\[\"mine\"\]: .*no Statement"),
        ({"scps": {"Version": "2012-10-17", "Id": "x"}}, "scps: .*no Statement"),
        ({"grants": "x"}, "grants: a list"),
        ({"grants": {"GranteePrincipal": ALICE, "Operations": ["Decrypt"]}}, "grants: a list"),
        ({"grants": 5}, "grants: a list"),
        ({"grants": ["x"]}, r"grants\[0\]: a grant is a mapping .*, not str"),
        ({"grants": [{}]}, r"grants\[0\]: .*Operations"),
        ({"grants": [{"GranteePrincipal": ALICE}]}, r"grants\[0\]: .*Operations"),
        ({"grants": [{"GranteePrincipal": ALICE, "Operations": "Decrypt"}]}, r"grants\[0\]: .*Operations"),
        ({"grants": [{"GranteePrincipal": ALICE, "Operations": [1]}]}, r"grants\[0\]: Operations are names"),
        ({"grants": [{"GranteePrincipal": 3, "Operations": ["Decrypt"]}]}, r"grants\[0\]: GranteePrincipal is text"),
        ({"grants": [{"Operations": ["Decrypt"]}]}, r"grants\[0\]: .*GranteePrincipal"),
        (
            {"grants": [{"GranteePrincipal": ALICE, "Operations": []}, {"GranteePrincipal": ALICE}]},
            r"grants\[1\]: .*Operations",
        ),
        (
            {"grants": [{"GranteePrincipal": ALICE, "Operations": ["Decrypt"], "Constraints": 3}]},
            r"grants\[0\]: Constraints",
        ),
        ({"permissions_boundary": 3}, "JSON object"),
    ],
)
def test_wrong_questions(wrong: dict[str, Any], message: str | None) -> None:
    with pytest.raises(ValueError, match=message):
        kmslab.authorize(**(ASKED | wrong))


def test_explanations_name_the_line_of_the_text() -> None:
    text = json.dumps(statement("Deny", Sid="No"), indent=4)
    found = kmslab.authorize(**ASKED, identity_policies={"mine": text}).to_dict()
    (decided,) = [each for stage in found["stages"] for each in stage["statements"] if each["decided"]]
    assert (decided["policy"], decided["sid"], decided["line"], decided["effect"]) == ("mine", "No", 4, "Deny")


def test_a_lab_is_asked_without_a_call(lab: kmslab.Lab, key: str) -> None:
    alice = lab.user("alice", policy=statement(Condition={"StringEquals": {"aws:ResourceTag/team": "blue"}}))
    app = lab.role("app")
    lab.client("kms").create_grant(KeyId=key, GranteePrincipal=app.arn, Operations=["Decrypt"])
    calls = len(lab.trail)
    asked: dict[str, Any] = {"action": "kms:Decrypt", "resource": key}
    before = lab.authorize(principal=alice, **asked)
    assert not before.allowed
    assert "alice" in str(before)
    assert lab.authorize(principal=app.arn, **asked).to_dict()["checks"][0]["reason"] == "ALLOW_GRANT"
    assert lab.authorize(principal="111122223333", **asked).allowed
    assert len(lab.trail) == calls
    lab.client("kms").tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "blue"}])
    assert lab.authorize(principal=alice, **asked).allowed
    for wrong in ({"principal": "arn:aws:iam::111122223333:user/nobody"}, {"principal": alice, "resource": KEY}):
        with pytest.raises(ValueError, match="the lab has no"):
            lab.authorize(**(asked | wrong))
