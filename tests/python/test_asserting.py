"""`assert_allowed`, `assert_denied`, and the pytest plugin."""

from __future__ import annotations

import traceback
from typing import Any

import kmslab
import pytest
from botocore.exceptions import ClientError
from conftest import ALLOW_KMS
from kmslab import assert_allowed, assert_denied


def test_allowed(lab: kmslab.Lab, key: str) -> None:
    kms = lab.client("kms")
    assert assert_allowed(kms.describe_key, KeyId=key)["KeyMetadata"]["Arn"] == key
    assert assert_allowed(lambda: kms.list_keys())["Keys"]
    alice = lab.user("alice").client("kms")
    with pytest.raises(AssertionError) as failure:
        assert_allowed(alice.describe_key, KeyId=key)
    message = str(failure.value)
    assert "expected to be allowed, but was denied" in message
    assert "user/alice" in message
    assert "kms:DescribeKey" in message
    # botocore's own traceback is not shown: the explanation stands alone.
    assert isinstance(failure.value.__context__, ClientError)
    assert "botocore" not in "".join(traceback.format_exception(failure.value))


def test_denied(lab: kmslab.Lab, key: str) -> None:
    alice = lab.user("alice")
    explanation = assert_denied(alice.client("kms").describe_key, KeyId=key)
    assert explanation is not None
    assert not explanation.allowed
    lab.user("alice", policy=ALLOW_KMS)
    with pytest.raises(AssertionError, match="expected to be denied, but was allowed") as failure:
        assert_denied(alice.client("kms").describe_key, KeyId=key)
    assert "policy alice" in str(failure.value)


def test_other_failures_say_nothing_about_permission(lab: kmslab.Lab, key: str) -> None:
    kms = lab.client("kms")
    kms.disable_key(KeyId=key)
    with pytest.raises(kms.exceptions.DisabledException):
        assert_allowed(kms.encrypt, KeyId=key, Plaintext=b"x")
    with pytest.raises(AssertionError, match="failed for another reason: .*DisabledException") as failure:
        assert_denied(kms.encrypt, KeyId=key, Plaintext=b"x")
    assert "botocore" not in "".join(traceback.format_exception(failure.value))
    with pytest.raises(ZeroDivisionError):
        assert_denied(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        assert_allowed(lambda: 1 / 0)


def test_decisions() -> None:
    asked: dict[str, Any] = {
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "kms:Decrypt",
        "resource": "*",
    }
    denied = kmslab.authorize(**asked)
    allowed = kmslab.authorize(**asked, identity_policies=[ALLOW_KMS])
    assert assert_allowed(allowed) is allowed
    explanation = assert_denied(denied)
    assert explanation is not None
    assert not explanation.allowed
    with pytest.raises(AssertionError, match="kms:Decrypt"):
        assert_allowed(denied)
    with pytest.raises(AssertionError, match="kms:Decrypt"):
        assert_denied(allowed)


# ---- the plugin ----


def test_a_fresh_lab_a_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, kmslab, pytest

        KMS = None

        @pytest.mark.parametrize("number", range(3))
        def test_fresh(kms_lab, number):
            global KMS
            KMS = KMS or boto3.client("kms")
            assert KMS.list_keys()["Keys"] == []
            assert boto3.client("kms").create_key()["KeyMetadata"]["AWSAccountId"] == "111122223333"
            assert len(KMS.list_keys()["Keys"]) == 1

        @pytest.mark.kmslab(region="eu-west-1", now="2030-01-01T00:00:00Z", seed=3)
        def test_marker(kms_lab):
            assert boto3.client("kms").meta.region_name == "eu-west-1"
            assert kms_lab.clock.now.year == 2030
            assert kms_lab.seed == 3
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=4)


def test_settings(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        kmslab_account = 444455556666
        kmslab_region = eu-west-1
        kmslab_seed = 5
        kmslab_auth = lenient
        """
    )
    pytester.makepyfile(
        """
        import pytest

        def test_settings(kms_lab):
            assert repr(kms_lab) == "Lab(account='444455556666', region='eu-west-1', seed=5, auth='lenient')"

        @pytest.mark.kmslab(account="111122223333")
        class TestMarkers:
            @pytest.mark.kmslab(seed=6)
            def test_nearest_first(self, kms_lab):
                assert (kms_lab.seed, kms_lab.account().id) == (6, "111122223333")
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_denial_explains_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import kmslab

        def test_surprised(kms_lab):
            key = kms_lab.client("kms").create_key()["KeyMetadata"]["KeyId"]
            kms_lab.user("alice").client("kms").describe_key(KeyId=key)

        def test_asserted(kms_lab):
            key = kms_lab.client("kms").create_key()["KeyMetadata"]["KeyId"]
            kmslab.assert_allowed(kms_lab.user("alice").client("kms").describe_key, KeyId=key)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*kmslab: why*", "*kms:DescribeKey*", "*expected to be allowed, but was denied*"])


def test_an_unknown_access_key_says_what_to_do(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    pytester.makepyfile(
        """
        import boto3, kmslab

        def test_kms(kms_lab):
            boto3.client("kms").list_keys()

        def test_sts(kms_lab):
            boto3.client("sts").get_caller_identity()

        def test_other(kms_lab):
            kms_lab.client("kms").describe_key(KeyId="alias/none")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=3)
    found = [line for line in result.outlines if "Lab(auth='lenient')" in line]
    assert [line.split(":")[0] for line in found] == ["UnrecognizedClientException", "InvalidClientTokenId"]


def test_under_xdist(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(
        """
        import boto3, pytest

        @pytest.mark.parametrize("number", range(6))
        def test_alone(kms_lab, number):
            kms = boto3.client("kms")
            kms.create_key()
            assert len(kms.list_keys()["Keys"]) == 1
        """
    )
    pytester.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider").assert_outcomes(passed=6)
