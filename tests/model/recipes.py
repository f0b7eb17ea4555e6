"""How each exception of AWS's model comes about: code and operation, then what is done in a lab."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import scenes
from kmslab.key_stores import XksError
from scenes import ABSENT, AWAY, Scene, about, scene, working
from story import ACCOUNT
from test_states import CELLS, NOTES

Recipe = Callable[[str], None]


def _kind(operation: str) -> Scene:
    return scene(scenes.KIND.get(operation, "symmetric"))


def _of_a_state(code: str) -> Recipe:
    """In the first state of the table that says so."""

    def raised(operation: str) -> None:
        states = (state for state, cell in CELLS[operation].items() if NOTES.get(cell, [""])[0] == code)
        state = next(states)
        here = scenes.before(state, operation)
        given = working(here, operation)
        scenes.after(here, state)
        here.call(operation, given)

    return raised


def _with(kind: str = "", **more: Any) -> Recipe:
    """With what works, but for some members."""

    def raised(operation: str) -> None:
        here = scene(kind) if kind else _kind(operation)
        here.call(operation, {**working(here, operation), **more})

    return raised


def _failing(code: str) -> Recipe:
    """What works, when AWS itself fails."""

    def raised(operation: str) -> None:
        here = _kind(operation)
        given = working(here, operation)
        here.lab.inject_error(f"kms:{operation}", code)
        here.call(operation, given)

    return raised


def _about(key: str = "", **more: Any) -> Recipe:
    """About a key that is no such key; about one that is, without `key`."""

    def raised(operation: str) -> None:
        here = _kind(operation)
        here.call(operation, about(operation, key or here.key, **more))

    return raised


def _of_kind(kind: str, **more: Any) -> Recipe:
    """About a key of that kind."""

    def raised(operation: str) -> None:
        here = scene(kind)
        here.call(operation, about(operation, here.key, **more))

    return raised


def _beyond(quota: str) -> Recipe:
    """When a resource quota is used up."""

    def raised(operation: str) -> None:
        here = _kind(operation)
        given = working(here, operation)
        here.lab.quotas[quota] = 0
        here.call(operation, given)

    return raised


def _twice(operation: str) -> None:
    here = _kind(operation)
    given = working(here, operation)
    here.call(operation, given)
    here.call(operation, given)


def _other_usage(operation: str) -> None:
    """The key is for something else."""
    here = scene("sign" if operation in {"GenerateMac", "VerifyMac", "Decrypt", "ReEncrypt"} else "mac")
    by = {"Decrypt": "EncryptionAlgorithm", "ReEncrypt": "SourceEncryptionAlgorithm"}.get(operation)
    more = {by: "RSAES_OAEP_SHA_256"} if by else {}
    if operation == "ReEncrypt":
        more["DestinationKeyId"] = here.key
    here.call(operation, about(operation, here.key, **more))


def _other_key(operation: str) -> None:
    """The ciphertext is of another key."""
    here = scene()
    given = working(here, operation)
    here.call(operation, {**given, "KeyId" if operation == "Decrypt" else "SourceKeyId": here.create()})


def _by_policy(operation: str) -> None:
    here = _kind(operation)
    here.call(operation, {**working(here, operation), "Policy": "{"})


def _policy_too_long(operation: str) -> None:
    here = scene()
    here.call(operation, {**working(here, operation), "Policy": scenes.POLICY + " " * 32_768})


def _rotated_too_often(_: str) -> None:
    here = scene()
    for _rotation in range(26):
        here.kms.rotate_key_on_demand(KeyId=here.key)


def _rotation_at_hand(_: str) -> None:
    here = scene()
    here.kms.enable_key_rotation(KeyId=here.key, RotationPeriodInDays=90)
    here.lab.clock.advance(timedelta(days=90) - timedelta(minutes=19))
    here.kms.rotate_key_on_demand(KeyId=here.key)


def _late_import(_: str) -> None:
    here = scene("external")
    given = here.import_into(here.key)
    here.lab.clock.advance(hours=24)
    here.kms.import_key_material(**given)


def _wrong_import(_: str) -> None:
    here = scene("external")
    here.put(here.key, material=b"short")


def _unknown_alias(operation: str) -> None:
    here = scene()
    here.call(operation, {**working(here, operation), "AliasName": "alias/none"})


def _no_such_replica(operation: str) -> None:
    here = scene("multi")
    here.call(operation, {"KeyId": here.key, "PrimaryRegion": AWAY})


# ---- custom key stores ----


def stores() -> tuple[Scene, Any, str]:
    """A scene with a disconnected store in a cluster."""
    here = Scene(scenes.scene().lab)
    hsm = here.lab.hsm()
    return here, hsm, here.kms.create_custom_key_store(CustomKeyStoreName="one", **hsm.parameters)["CustomKeyStoreId"]


def outside(**more: Any) -> tuple[Scene, Any, str]:
    """A scene with a disconnected external store."""
    here = Scene(scenes.scene().lab)
    manager = here.lab.external_key_manager(**more)
    made = here.kms.create_custom_key_store(CustomKeyStoreName="one", **manager.parameters)
    return here, manager, made["CustomKeyStoreId"]


def _make(here: Scene, operation: str, parameters: dict[str, Any], store: str = "") -> None:
    """Creates a second store of a backend, or moves the store to it."""
    if operation == "CreateCustomKeyStore":
        here.call(operation, {"CustomKeyStoreName": "two", **parameters})
        return
    fixed = {"CustomKeyStoreType", "TrustAnchorCertificate"}
    changed = {name: value for name, value in parameters.items() if name not in fixed}
    here.call(operation, {"CustomKeyStoreId": store, **changed})


def _cluster(change: Callable[[Any], None], **more: Any) -> Recipe:
    """With a cluster that does not do. What is updated is moved to it, so it is related."""

    def raised(operation: str) -> None:
        if operation == "CreateKey":
            here = scene("store")
            change(here.made["hsm"])
            here.create(Origin="AWS_CLOUDHSM", CustomKeyStoreId=here.made["store"])
            return
        here, hsm, store = stores()
        if operation == "ConnectCustomKeyStore":
            change(hsm)
            here.call(operation, {"CustomKeyStoreId": store})
            return
        other = here.lab.hsm(certificate=hsm.certificate) if operation == "UpdateCustomKeyStore" else here.lab.hsm()
        change(other)
        _make(here, operation, {**other.parameters, **more}, store)

    return raised


def _manager(code: XksError) -> Recipe:
    """With a key manager that fails so."""

    def raised(operation: str) -> None:
        here, _, store = outside()
        manager = here.lab.external_key_manager("https://other.example.com")
        manager.fail(code)
        _make(here, operation, manager.parameters, store)

    return raised


def _taken(first: dict[str, Any], second: dict[str, Any]) -> Recipe:
    """With a key manager of which another store has something already."""

    def raised(operation: str) -> None:
        here, _, _ = outside(**first)
        mine = here.lab.external_key_manager("https://mine.example.com", "/mine/kms/xks/v1")
        store = here.kms.create_custom_key_store(CustomKeyStoreName="mine", **mine.parameters)["CustomKeyStoreId"]
        manager = here.lab.external_key_manager(**second)
        _make(here, operation, manager.parameters, store)

    return raised


def _cluster_in_use(operation: str) -> None:
    here, hsm, _ = stores()
    _make(here, operation, {**hsm.parameters, "KeyStorePassword": "another"})


def _name_in_use(operation: str) -> None:
    here, _, store = stores()
    if operation == "CreateCustomKeyStore":
        here.call(operation, {"CustomKeyStoreName": "one", **here.lab.hsm().parameters})
        return
    manager = here.lab.external_key_manager()
    here.kms.create_custom_key_store(CustomKeyStoreName="two", **manager.parameters)
    here.call(operation, {"CustomKeyStoreId": store, "NewCustomKeyStoreName": "two"})


def _unrelated(operation: str) -> None:
    here, _, store = stores()
    _make(here, operation, here.lab.hsm().parameters, store)


def _another_certificate(operation: str) -> None:
    here, _, store = stores()
    _make(here, operation, {**here.lab.hsm().parameters, "TrustAnchorCertificate": "another"}, store)


def _no_store(operation: str) -> None:
    here = scene()
    beside: dict[str, dict[str, Any]] = {
        "CreateKey": {"Origin": "AWS_CLOUDHSM"},
        "GenerateRandom": {"NumberOfBytes": 1},
    }
    here.call(operation, {"CustomKeyStoreId": "cks-00000000000000000", **beside.get(operation, {})})


def _store_state(operation: str) -> None:
    """The connection is not as it should be."""
    here, hsm, store = stores()
    more: dict[str, Any] = {}
    if operation == "ConnectCustomKeyStore":
        hsm.fail("USER_LOCKED_OUT")
        here.call(operation, {"CustomKeyStoreId": store})
    if operation in {"DeleteCustomKeyStore", "UpdateCustomKeyStore"}:
        here.call("ConnectCustomKeyStore", {"CustomKeyStoreId": store})
        more = {"KeyStorePassword": "another"} if operation == "UpdateCustomKeyStore" else {}
    if operation == "CreateKey":
        more = {"Origin": "AWS_CLOUDHSM"}
    if operation == "GenerateRandom":
        more = {"NumberOfBytes": 1}
    here.call(operation, {"CustomKeyStoreId": store, **more})


def _store_with_keys(operation: str) -> None:
    here = scene("store")
    scenes.after(here, "Unavailable")
    here.call(operation, {"CustomKeyStoreId": here.made["store"]})


def _external_key(change: Callable[[Any], None]) -> Recipe:
    """Creates a key of an external key."""

    def raised(operation: str) -> None:
        here, manager, store = outside()
        here.call("ConnectCustomKeyStore", {"CustomKeyStoreId": store})
        wanted = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "used"}
        manager.key("used")
        here.call(operation, wanted)
        change(manager)
        here.call(operation, {**wanted, "XksKeyId": "one"})

    return raised


def _external_key_used(operation: str) -> None:
    here, manager, store = outside()
    here.call("ConnectCustomKeyStore", {"CustomKeyStoreId": store})
    wanted = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": manager.key("one")}
    here.call(operation, wanted)
    here.call(operation, wanted)


def _random_outside(operation: str) -> None:
    here, _, store = outside()
    here.call("ConnectCustomKeyStore", {"CustomKeyStoreId": store})
    here.call(operation, {"CustomKeyStoreId": store, "NumberOfBytes": 1})


def _wide_store(operation: str) -> None:
    here = scene("store")
    here.create(Origin="AWS_CLOUDHSM", CustomKeyStoreId=here.made["store"], MultiRegion=True)


SERVICE, OTHER_SERVICE = ({"vpc_endpoint_service": f"com.amazonaws.vpce.us-east-1.vpce-svc-{n}"} for n in (1, 2))
URL = "https://mine-too.example.com"
RESERVED = [{"TagKey": "aws:x", "TagValue": "v"}]
INTERNAL = _cluster(lambda hsm: hsm.fail("INTERNAL_ERROR"))

# By code, for every operation that lists it; what an operation does otherwise stands below it.
RECIPES: dict[str, Recipe] = {
    "AlreadyExistsException": _twice,
    "CloudHsmClusterInUseException": _cluster_in_use,
    "CloudHsmClusterInvalidConfigurationException": _cluster(lambda hsm: hsm.change(hsms=1)),
    "CloudHsmClusterNotActiveException": _cluster(lambda hsm: hsm.change(active=False)),
    "CloudHsmClusterNotFoundException": _cluster(lambda hsm: hsm.remove()),
    "CloudHsmClusterNotRelatedException": _unrelated,
    "ConflictException": _rotation_at_hand,
    "CustomKeyStoreHasCMKsException": _store_with_keys,
    "CustomKeyStoreInvalidStateException": _store_state,
    "CustomKeyStoreNameInUseException": _name_in_use,
    "CustomKeyStoreNotFoundException": _no_store,
    "DependencyTimeoutException": _failing("DependencyTimeoutException"),
    "DisabledException": _of_a_state("DisabledException"),
    "DryRunOperationException": _with(DryRun=True),
    "ExpiredImportTokenException": _late_import,
    "IncorrectKeyException": _other_key,
    "IncorrectKeyMaterialException": _wrong_import,
    "IncorrectTrustAnchorException": _another_certificate,
    "InvalidAliasNameException": _with(AliasName="alias/"),
    "InvalidArnException": _about("arn:aws:s3:::bucket"),
    "InvalidCiphertextException": _with(CiphertextBlob=b"x"),
    "InvalidGrantIdException": _about(GrantId="x"),
    "InvalidGrantTokenException": _with(GrantTokens=["x"]),
    "InvalidImportTokenException": _with(ImportToken=b"x"),
    "InvalidKeyUsageException": _other_usage,
    "InvalidMarkerException": _with(Marker="x"),
    "KMSInternalException": _failing("KMSInternalException"),
    "KMSInvalidMacException": _with(Message=b"other"),
    "KMSInvalidSignatureException": _with(Message=b"other"),
    "KMSInvalidStateException": _of_a_state("KMSInvalidStateException"),
    "KeyUnavailableException": _failing("KeyUnavailableException"),
    "LimitExceededException": _beyond("keys"),
    "MalformedPolicyDocumentException": _by_policy,
    "NotFoundException": _about(ABSENT),
    "TagException": _with(Tags=RESERVED),
    "UnsupportedOperationException": _of_a_state("UnsupportedOperationException"),
    "XksKeyAlreadyInUseException": _external_key_used,
    "XksKeyInvalidConfigurationException": _external_key(lambda manager: manager.key("one", enabled=False)),
    "XksKeyNotFoundException": _external_key(lambda _: None),
    "XksProxyIncorrectAuthenticationCredentialException": _manager("INVALID_CREDENTIALS"),
    "XksProxyInvalidConfigurationException": _manager("XKS_PROXY_INVALID_CONFIGURATION"),
    "XksProxyInvalidResponseException": _manager("XKS_PROXY_INVALID_RESPONSE"),
    "XksProxyUriEndpointInUseException": _taken(
        {"endpoint": URL, **SERVICE}, {"endpoint": URL, "path": "/two/kms/xks/v1", **OTHER_SERVICE}
    ),
    "XksProxyUriInUseException": _taken({"endpoint": URL}, {"endpoint": URL}),
    "XksProxyUriUnreachableException": _manager("XKS_PROXY_NOT_REACHABLE"),
    "XksProxyVpcEndpointServiceInUseException": _taken(SERVICE, {"endpoint": URL, **SERVICE}),
    "XksProxyVpcEndpointServiceInvalidConfigurationException": _manager(
        "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION"
    ),
    "XksProxyVpcEndpointServiceNotFoundException": _manager("XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"),
}
OTHERWISE: dict[tuple[str, str], Recipe] = {
    ("CreateAlias", "LimitExceededException"): _beyond("aliases_per_key"),
    ("CreateCustomKeyStore", "KMSInternalException"): INTERNAL,
    ("CreateCustomKeyStore", "LimitExceededException"): lambda operation: _full(operation),
    ("CreateGrant", "InvalidArnException"): _with(GranteePrincipal="arn:aws:iam::111122223333:user/nobody"),
    ("CreateGrant", "LimitExceededException"): _beyond("grants_per_key"),
    ("CreateKey", "InvalidArnException"): _with(Policy=scenes.POLICY.replace(ACCOUNT, "arn:aws:iam:::root")),
    ("CreateKey", "KMSInternalException"): INTERNAL,
    ("CreateKey", "UnsupportedOperationException"): _wide_store,
    ("Decapsulate", "InvalidCiphertextException"): _with(SharedSecretCiphertextBlob=b"x"),
    ("DeleteAlias", "NotFoundException"): _unknown_alias,
    ("DeleteImportedKeyMaterial", "UnsupportedOperationException"): _of_kind("symmetric"),
    ("GenerateRandom", "UnsupportedOperationException"): _random_outside,
    ("GetPublicKey", "UnsupportedOperationException"): _of_kind("mac"),
    ("ImportKeyMaterial", "InvalidCiphertextException"): _with(EncryptedKeyMaterial=bytes(256)),
    ("ImportKeyMaterial", "UnsupportedOperationException"): _of_kind("symmetric"),
    ("ListRetirableGrants", "InvalidArnException"): _with(RetiringPrincipal="nobody"),
    ("PutKeyPolicy", "LimitExceededException"): _policy_too_long,
    ("ReplicateKey", "UnsupportedOperationException"): _of_kind("symmetric"),
    ("RetireGrant", "InvalidGrantTokenException"): lambda operation: scene().call(operation, {"GrantToken": "x"}),
    # For a key that is not there nobody may know that it is not: a permission to retire comes with the grant.
    ("RetireGrant", "NotFoundException"): _about(),
    ("RotateKeyOnDemand", "LimitExceededException"): _rotated_too_often,
    ("UntagResource", "TagException"): _with(TagKeys=["aws:x"]),
    ("UpdateAlias", "LimitExceededException"): _beyond("aliases_per_key"),
    ("UpdateCustomKeyStore", "KMSInternalException"): INTERNAL,
    ("UpdatePrimaryRegion", "UnsupportedOperationException"): _of_kind("symmetric"),
}


def _full(operation: str) -> None:
    here = scene()
    here.lab.quotas["custom_key_stores"] = 0
    here.call(operation, {"CustomKeyStoreName": "one", **here.lab.hsm().parameters})


FREE = "every state of the key allows the operation (Developer Guide, key states)"
# What no recipe raises, by code or by operation and code, and why.
UNRAISED: dict[str | tuple[str, str], str] = {
    **{
        (operation, "KMSInvalidStateException"): FREE
        for operation in (
            "DeleteAlias",
            "GetKeyPolicy",
            "GetKeyRotationStatus",
            "ListGrants",
            "ListKeyPolicies",
            "ListKeyRotations",
            "PutKeyPolicy",
            "RetireGrant",
            "RevokeGrant",
        )
    },
    ("ConnectCustomKeyStore", "CloudHsmClusterInvalidConfigurationException"): (
        "that the cluster has no active HSM is told by the ConnectionErrorCode (kms.md 14.3)"
    ),
    ("EnableKey", "LimitExceededException"): "the quota counts keys in any state, so enabling one does not pass it",
    ("GetPublicKey", "DisabledException"): "a disabled key tells its public key (Developer Guide, key states)",
    (
        "GetPublicKey",
        "InvalidKeyUsageException",
    ): "a key without a public key is UnsupportedOperationException: our choice",
    ("ListRetirableGrants", "NotFoundException"): "a principal that is not there has no grants to retire",
    ("PutKeyPolicy", "UnsupportedOperationException"): "it is not documented for which key",
    ("TagResource", "LimitExceededException"): "recorded for too many tags: TagException",
}
