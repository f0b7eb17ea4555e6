"""AWS KMS you can embed: offline, enforcing, explaining.

```python
import boto3, kmslab

with kmslab.Lab() as lab:
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"stage": "test"})

    alice = lab.user("alice")
    try:
        lab.client("kms", as_=alice).decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    except kms.exceptions.ClientError as denied:
        print(lab.explain(denied))
```
"""

from __future__ import annotations

from ._kmslab import Credentials, EnvelopeError, LabError, __version__

# The module typing alone would be half of the time that `import kmslab` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .access import AccessMatrix, WhatCan, WhoCan, access_matrix, what_can, who_can
    from .asserting import assert_allowed, assert_denied
    from .checking import Finding, check
    from .clock import Clock
    from .cost import Cost
    from .envelope import DataKeyCache, Discovery, Envelope, KmsKey, RawAesKey, RawRsaKey
    from .errors import NoNetworkError, RefusedError
    from .explanation import Explanation
    from .inspecting import Inspected, inspect
    from .key_stores import ExternalKeyManager, Hsm
    from .keys import Key, Keys, Timeline
    from .lab import Lab
    from .limits import VpcEndpoint
    from .policy import Decision, PolicySet, authorize
    from .principals import Account, Role, User
    from .quotas import Quotas
    from .table import DecisionTable, authorize_table
    from .trail import Trail

__all__ = [
    "AccessMatrix",
    "Account",
    "Clock",
    "Cost",
    "Credentials",
    "DataKeyCache",
    "Decision",
    "DecisionTable",
    "Discovery",
    "Envelope",
    "EnvelopeError",
    "Explanation",
    "ExternalKeyManager",
    "Finding",
    "Hsm",
    "Inspected",
    "Key",
    "Keys",
    "KmsKey",
    "Lab",
    "LabError",
    "NoNetworkError",
    "PolicySet",
    "Quotas",
    "RawAesKey",
    "RawRsaKey",
    "RefusedError",
    "Role",
    "Timeline",
    "Trail",
    "User",
    "VpcEndpoint",
    "WhatCan",
    "WhoCan",
    "__version__",
    "access_matrix",
    "assert_allowed",
    "assert_denied",
    "authorize",
    "authorize_table",
    "check",
    "inspect",
    "what_can",
    "who_can",
]

# Loaded when first asked for, so that `import kmslab` costs next to nothing.
_LAZY = {
    "AccessMatrix": "access",
    "Account": "principals",
    "Clock": "clock",
    "Cost": "cost",
    "DataKeyCache": "envelope",
    "Decision": "policy",
    "DecisionTable": "table",
    "Discovery": "envelope",
    "Envelope": "envelope",
    "Explanation": "explanation",
    "ExternalKeyManager": "key_stores",
    "Finding": "checking",
    "Hsm": "key_stores",
    "Inspected": "inspecting",
    "Key": "keys",
    "Keys": "keys",
    "KmsKey": "envelope",
    "Lab": "lab",
    "NoNetworkError": "errors",
    "PolicySet": "policy",
    "Quotas": "quotas",
    "RawAesKey": "envelope",
    "RawRsaKey": "envelope",
    "RefusedError": "errors",
    "Role": "principals",
    "Timeline": "keys",
    "Trail": "trail",
    "User": "principals",
    "VpcEndpoint": "limits",
    "WhatCan": "access",
    "WhoCan": "access",
    "access_matrix": "access",
    "assert_allowed": "asserting",
    "assert_denied": "asserting",
    "authorize": "policy",
    "authorize_table": "table",
    "check": "checking",
    "inspect": "inspecting",
    "what_can": "access",
    "who_can": "access",
}


def __getattr__(name: str) -> object:
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def load_ipython_extension(ipython: object) -> None:
    """`%load_ext kmslab`: refused calls show their explanation below the error."""
    from .notebook import load

    load(ipython)


def unload_ipython_extension(ipython: object) -> None:
    """`%unload_ext kmslab`."""
    from .notebook import unload

    unload(ipython)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
