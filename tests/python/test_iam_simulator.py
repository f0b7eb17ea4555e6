"""IAM's policy simulator as boto3 sees it: paginators, shapes, errors."""

from __future__ import annotations

import json

import kmslab
import pytest
from botocore.exceptions import ClientError

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
            }
        ],
    }
)
VIA_S3 = {
    "ContextKeyName": "kms:ViaService",
    "ContextKeyType": "string",
    "ContextKeyValues": ["s3.us-east-1.amazonaws.com"],
}


def test_paginators_give_every_result() -> None:
    iam = kmslab.Lab().client("iam")
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[POLICY],
        ActionNames=["kms:Decrypt", "kms:Encrypt", "s3:GetObject"],
        ContextEntries=[VIA_S3],
        PaginationConfig={"PageSize": 2},
    )
    seen = [(one["EvalActionName"], one["EvalDecision"]) for page in pages for one in page["EvaluationResults"]]
    assert seen == [("kms:Decrypt", "allowed"), ("kms:Encrypt", "implicitDeny"), ("s3:GetObject", "implicitDeny")]


def test_a_result_has_the_shapes_of_the_model() -> None:
    lab = kmslab.Lab()
    alice = lab.user("alice", policy=json.loads(POLICY))
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    pages = (
        lab.client("iam")
        .get_paginator("simulate_principal_policy")
        .paginate(PolicySourceArn=alice.arn, ActionNames=["kms:Decrypt"], ResourceArns=[key], ContextEntries=[VIA_S3])
    )
    (result,) = pages.build_full_result()["EvaluationResults"]
    (statement,) = result["MatchedStatements"]
    assert statement["SourcePolicyType"] == "IAM Policy"
    assert statement["StartPosition"]["Line"] < statement["EndPosition"]["Line"]  # lab.user writes indented policies
    assert (result["EvalDecision"], result["MissingContextValues"], result["EvalDecisionDetails"]) == (
        "allowed",
        [],
        {},
    )
    (specific,) = result["ResourceSpecificResults"]
    assert (specific["EvalResourceName"], specific["EvalResourceDecision"]) == (key, "allowed")


def test_what_is_missing_and_what_is_refused() -> None:
    iam = kmslab.Lab().client("iam")
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[POLICY])["ContextKeyNames"] == ["kms:ViaService"]
    answer = iam.simulate_custom_policy(PolicyInputList=[POLICY], ActionNames=["kms:Decrypt"])
    assert answer["EvaluationResults"][0]["MissingContextValues"] == ["kms:ViaService"]
    with pytest.raises(iam.exceptions.InvalidInputException):
        iam.simulate_custom_policy(PolicyInputList=["{"], ActionNames=["kms:Decrypt"])
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::111122223333:user/nobody", ActionNames=["kms:Decrypt"]
        )
