"""What backs custom key stores: CloudHSM clusters and key managers outside of AWS, set up and broken at will."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from . import _kmslab

__all__ = ["ExternalKeyManager", "Hsm"]

HsmError: TypeAlias = Literal[
    "INTERNAL_ERROR",
    "NETWORK_ERRORS",
    "INVALID_CREDENTIALS",
    "CLUSTER_NOT_FOUND",
    "INSUFFICIENT_CLOUDHSM_HSMS",
    "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
    "SUBNET_NOT_FOUND",
    "USER_LOCKED_OUT",
    "USER_LOGGED_IN",
    "USER_NOT_FOUND",
]
XksError: TypeAlias = Literal[
    "INTERNAL_ERROR",
    "NETWORK_ERRORS",
    "INVALID_CREDENTIALS",
    "XKS_PROXY_ACCESS_DENIED",
    "XKS_PROXY_INVALID_CONFIGURATION",
    "XKS_PROXY_INVALID_TLS_CONFIGURATION",
    "XKS_PROXY_INVALID_RESPONSE",
    "XKS_PROXY_NOT_REACHABLE",
    "XKS_PROXY_TIMED_OUT",
    "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
    "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
]


class _Backend:
    def __init__(self, core: _kmslab.Lab, name: str) -> None:
        self._core = core
        self._name = name

    def recover(self) -> None:
        """Mends what `fail` broke."""
        self._core.break_backend(self._name, None)

    def remove(self) -> None:
        """Takes it away, as if it had never been."""
        self._core.remove_backend(self._name)


class Hsm(_Backend):
    """A simulated CloudHSM cluster: `lab.hsm()`.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab()
        >>> kms, hsm = lab.client("kms"), lab.hsm()
        >>> store = kms.create_custom_key_store(CustomKeyStoreName="mine", **hsm.parameters)["CustomKeyStoreId"]
        >>> _ = kms.connect_custom_key_store(CustomKeyStoreId=store)
        >>> key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]
        >>> key["CloudHsmClusterId"] == hsm.cluster_id
        True
    """

    def __init__(self, core: _kmslab.Lab, cluster_id: str, certificate: str, password: str) -> None:
        super().__init__(core, cluster_id)
        self._certificate = certificate
        self._password = password

    @property
    def cluster_id(self) -> str:
        """`cluster-…`."""
        return self._name

    @property
    def certificate(self) -> str:
        """The trust anchor certificate. A cluster made with another's is related to it."""
        return self._certificate

    @property
    def parameters(self) -> dict[str, str]:
        """What `create_custom_key_store` takes of it."""
        return {
            "CloudHsmClusterId": self._name,
            "TrustAnchorCertificate": self._certificate,
            "KeyStorePassword": self._password,
        }

    def change(self, *, hsms: int | None = None, active: bool | None = None, password: str | None = None) -> None:
        """Changes the number of active HSMs, whether the cluster is active, the password of `kmsuser`."""
        self._core.change_cluster(self._name, hsms, active, password)
        if password is not None:
            self._password = password

    def fail(self, error: HsmError) -> None:
        """Breaks it: connecting fails with this `ConnectionErrorCode`, and keys in it cannot be used."""
        self._core.break_backend(self._name, error)

    def __repr__(self) -> str:
        return f"<Hsm {self._name}>"


class ExternalKeyManager(_Backend):
    """A simulated key manager outside of AWS, behind its external key store proxy: `lab.external_key_manager()`.

    Example:
        >>> import kmslab
        >>> lab = kmslab.Lab()
        >>> kms, manager = lab.client("kms"), lab.external_key_manager()
        >>> manager.key("vault-1")
        'vault-1'
        >>> store = kms.create_custom_key_store(CustomKeyStoreName="mine", **manager.parameters)["CustomKeyStoreId"]
        >>> _ = kms.connect_custom_key_store(CustomKeyStoreId=store)
        >>> key = kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="vault-1")
        >>> key["KeyMetadata"]["XksKeyConfiguration"]
        {'Id': 'vault-1'}
    """

    def __init__(
        self, core: _kmslab.Lab, endpoint: str, path: str, service: str | None, credential: tuple[str, str]
    ) -> None:
        super().__init__(core, endpoint + path)
        self._endpoint = endpoint
        self._path = path
        self._service = service
        self._credential = credential

    @property
    def uri(self) -> str:
        """Where its proxy is: endpoint and path."""
        return self._name

    @property
    def parameters(self) -> dict[str, Any]:
        """What `create_custom_key_store` takes of it."""
        access_key_id, secret = self._credential
        parameters: dict[str, Any] = {
            "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
            "XksProxyConnectivity": "PUBLIC_ENDPOINT",
            "XksProxyUriEndpoint": self._endpoint,
            "XksProxyUriPath": self._path,
            "XksProxyAuthenticationCredential": {"AccessKeyId": access_key_id, "RawSecretAccessKey": secret},
        }
        if self._service is not None:
            parameters["XksProxyConnectivity"] = "VPC_ENDPOINT_SERVICE"
            parameters["XksProxyVpcEndpointServiceName"] = self._service
        return parameters

    def key(
        self,
        key_id: str,
        *,
        spec: str = "AES_256",
        enabled: bool = True,
        usage: Sequence[str] = ("ENCRYPT", "DECRYPT"),
        material: bytes | None = None,
    ) -> str:
        """Puts a key into it, or changes one, and returns its id.

        KMS takes keys of the spec `AES_256`, enabled, for `ENCRYPT` and `DECRYPT`. Without `material` a new key is
        random, and one that is there keeps what it has.
        """
        self._core.add_external_key(self._name, key_id, spec, enabled, list(usage), material)
        return key_id

    def delete_key(self, key_id: str) -> None:
        """Takes a key out of it: what it has encrypted never opens again."""
        self._core.remove_external_key(self._name, key_id)

    def fail(self, error: XksError) -> None:
        """Breaks it: connecting fails with this `ConnectionErrorCode`, and keys in it cannot be used."""
        self._core.break_backend(self._name, error)

    def __repr__(self) -> str:
        return f"<ExternalKeyManager {self._name}>"
