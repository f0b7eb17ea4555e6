"""Organizations and VPC endpoints of a lab, as boto3 sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kmslab
import pytest


def policy(effect: str, action: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def encrypt(kms: Any, key: str) -> str:
    """AWS's sentence of a refusal, or nothing."""
    try:
        kms.encrypt(KeyId=key, Plaintext=b"x")
    except kms.exceptions.ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return str(message) if code == "AccessDeniedException" else str(code)
    return ""


def test_an_organization_limits_its_accounts(lab: kmslab.Lab, key: str, tmp_path: Path) -> None:
    alice = lab.client("kms", as_=lab.user("alice", policy=policy("Allow", "kms:*")))
    assert lab.organization is None
    assert encrypt(alice, key) == ""
    lab.organization = {
        "management_account": "999988887777",
        "units": {"workloads": {"accounts": ["111122223333"], "scps": {"no": policy("Deny", "kms:Encrypt")}}},
    }
    assert encrypt(alice, key).endswith("with an explicit deny in a service control policy")
    explanation = lab.explain()
    assert not explanation.allowed
    assert "workloads" in str(explanation)
    who = lab.who_can("kms:Encrypt", key)
    assert not list(who.principals)
    lab.save(tmp_path / "lab")
    opened = kmslab.Lab.open(tmp_path / "lab")
    assert opened.organization == lab.organization
    assert encrypt(opened.client("kms"), key).endswith("with an explicit deny in a service control policy")
    shown = lab.organization
    assert shown is not None
    assert shown["id"].startswith("o-")
    lab.organization = {**shown, "units": {}}
    again = lab.organization
    assert again is not None
    assert again["id"] == shown["id"]
    assert encrypt(alice, key) == ""
    lab.organization = None
    assert lab.organization is None


def test_a_perimeter_keeps_strangers_out(lab: kmslab.Lab) -> None:
    other = lab.account("444455556666")
    statement = {"Effect": "Allow", "Principal": {"AWS": ["111122223333", "444455556666"]}, "Action": "kms:*"}
    open_to_both = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]}
    key = lab.key(policy=open_to_both)
    perimeter = policy(
        "Deny", "kms:*", Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
    )
    mine, theirs = lab.client("kms"), lab.client("kms", as_=other)
    for outside, refused in ([], False), (["444455556666"], True):
        lab.organization = {"management_account": "999988887777", "rcps": perimeter, "outside": outside}
        assert encrypt(mine, key) == ""
        assert bool(encrypt(theirs, key)) == refused


@pytest.mark.parametrize("sign", [False, True])
def test_calls_through_an_endpoint(sign: bool) -> None:
    lab = kmslab.Lab(sign=sign)
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    endpoint = lab.vpc_endpoint(policy("Allow", "kms:Decrypt", Principal="*"), vpc="vpc-0123abcd")
    through = lab.client("kms", endpoint_url=endpoint.url)
    assert encrypt(kms, key) == ""
    assert encrypt(through, key).endswith("because no VPC endpoint policy allows the kms:Encrypt action")
    assert lab.trail[-1]["vpcEndpointId"] == endpoint.id
    lab.vpc_endpoint(endpoint_id=endpoint.id, vpc=endpoint.vpc)
    assert encrypt(through, key) == ""


def test_mistakes_are_told(lab: kmslab.Lab) -> None:
    with pytest.raises(kmslab.LabError, match="unknown field `scp`"):
        lab.organization = {"management_account": "999988887777", "scp": []}
    with pytest.raises(kmslab.LabError, match="does not meet the requirements"):
        lab.organization = {"management_account": "999988887777", "scps": {"Version": "2012-10-17"}}
    with pytest.raises(kmslab.LabError, match="vpce-"):
        lab.vpc_endpoint(endpoint_id="mine")
    assert lab.organization is None
