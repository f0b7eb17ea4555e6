"""Custom key stores, as boto3 sees them."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import boto3
import kmslab
import pytest
from botocore.exceptions import ClientError

_XKS = (
    "XksProxyUriEndpoint"
    in boto3.client("kms", "us-east-1").meta.service_model.operation_model("CreateCustomKeyStore").input_shape.members
)
external = pytest.mark.skipif(not _XKS, reason="this botocore does not know external key stores")


def _described(kms: Any, store: str) -> dict[str, Any]:
    described: dict[str, Any] = kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"][0]
    return described


def test_keys_in_a_cluster_come_and_go_with_its_connection() -> None:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z")
    kms = lab.client("kms")
    hsm = lab.hsm(connect_time=timedelta(minutes=20))
    store = kms.create_custom_key_store(CustomKeyStoreName="mine", **hsm.parameters)["CustomKeyStoreId"]
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    assert _described(kms, store)["ConnectionState"] == "CONNECTING"
    lab.clock.advance(minutes=20)
    assert _described(kms, store)["ConnectionState"] == "CONNECTED"
    key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    hsm.change(hsms=0)
    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="cannot communicate with your CloudHSM cluster"):
        kms.decrypt(CiphertextBlob=sealed)
    hsm.change(hsms=2)
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Unavailable"
    hsm.fail("USER_LOCKED_OUT")
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    lab.clock.advance(minutes=20)
    assert _described(kms, store)["ConnectionErrorCode"] == "USER_LOCKED_OUT"
    hsm.recover()
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    lab.clock.advance(minutes=20)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
    assert repr(hsm) == f"<Hsm {hsm.cluster_id}>"


@external
def test_keys_outside_of_aws_need_their_external_key() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    manager = lab.external_key_manager("https://keys.example.com", "/bank/kms/xks/v1")
    store = kms.create_custom_key_store(CustomKeyStoreName="outside", **manager.parameters)["CustomKeyStoreId"]
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    manager.key("one", material=bytes(32))
    arguments = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "one"}
    key = kms.create_key(**arguments)["KeyMetadata"]["KeyId"]
    with pytest.raises(kms.exceptions.XksKeyAlreadyInUseException):
        kms.create_key(**arguments)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    manager.key("one", enabled=False)
    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="is not enabled in the external key manager"):
        kms.decrypt(CiphertextBlob=sealed)
    manager.key("one")
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
    manager.fail("XKS_PROXY_TIMED_OUT")
    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="in the time allotted"):
        kms.decrypt(CiphertextBlob=sealed)
    manager.recover()
    manager.delete_key("one")
    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="could not find the external key"):
        kms.decrypt(CiphertextBlob=sealed)


@external
def test_a_proxy_may_be_reached_through_a_vpc_endpoint_service() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123"
    manager = lab.external_key_manager(vpc_endpoint_service=service)
    store = kms.create_custom_key_store(CustomKeyStoreName="outside", **manager.parameters)["CustomKeyStoreId"]
    configuration = _described(kms, store)["XksProxyConfiguration"]
    assert configuration["Connectivity"] == "VPC_ENDPOINT_SERVICE"
    assert configuration["VpcEndpointServiceName"] == service
    assert configuration["VpcEndpointServiceOwner"] == "111122223333"
    manager.remove()
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    assert _described(kms, store)["ConnectionErrorCode"] == "XKS_PROXY_NOT_REACHABLE"


def test_misuse_of_a_backend_is_said() -> None:
    lab = kmslab.Lab()
    hsm = lab.hsm()
    with pytest.raises(kmslab.LabError, match="no connection error of stores"):
        hsm.fail("XKS_PROXY_TIMED_OUT")  # type: ignore[arg-type]
    with pytest.raises(kmslab.LabError, match="a cluster id is"):
        lab.hsm("cluster-1")
    with pytest.raises(kmslab.LabError, match="32 bytes"):
        lab.external_key_manager().key("one", material=b"short")
    with pytest.raises(ClientError, match="CloudHsmClusterNotFoundException"):
        parameters = {**hsm.parameters, "CloudHsmClusterId": "cluster-2345abcdefg"}
        lab.client("kms").create_custom_key_store(CustomKeyStoreName="mine", **parameters)


@external
def test_a_real_proxy_is_asked_where_it_listens() -> None:
    lab = kmslab.Lab()
    kms = lab.client("kms")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    credential = ("ABCDEFGHIJKLMNOPQRST", "a" * 43)
    manager = lab.external_key_manager(credential=credential, proxy=f"http://127.0.0.1:{port}")
    assert manager.parameters["XksProxyAuthenticationCredential"]["AccessKeyId"] == credential[0]
    with pytest.raises(kms.exceptions.XksProxyUriUnreachableException, match="cannot communicate with the external"):
        kms.create_custom_key_store(CustomKeyStoreName="outside", **manager.parameters)
    with pytest.raises(kmslab.LabError, match="its own"):
        manager.key("one")
    with pytest.raises(kmslab.LabError, match="without TLS"):
        lab.external_key_manager(proxy="https://127.0.0.1")
