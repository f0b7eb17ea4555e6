"""The pytest plugin: the fixture `kms_lab`, a fresh lab a test.

Settings, in `pytest.ini` or `pyproject.toml`, with those of a marker going before:

```ini
[pytest]
kmslab_account = 444455556666
kmslab_region = eu-west-1
kmslab_seed = 1
kmslab_auth = lenient
```
```python
@pytest.mark.kmslab(region="eu-central-1", now="2026-01-01T00:00:00Z")
def test_it(kms_lab): ...
```

A test that fails with AWS's AccessDenied shows why, whether it expected that or not. One that fails because its client
has an access key that the lab does not know, as with `AWS_ACCESS_KEY_ID=testing`, shows what to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .lab import Lab

_SETTINGS = {
    "account": "account id of the lab's administrator (12 digits)",
    "region": "Region of clients that name none",
    "seed": "makes the lab repeat byte for byte (an integer)",
    "auth": "strict (the default), or lenient: unknown access keys are the administrator's",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Makes the settings known."""
    for name, meaning in _SETTINGS.items():
        parser.addini(f"kmslab_{name}", f"kms_lab: {meaning}")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "kmslab(**arguments): arguments of kmslab.Lab for the fixture kms_lab")


@pytest.fixture
def kms_lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A fresh lab that answers every boto3 client of this test: KMS, IAM and STS, enforced, without network."""
    from .lab import Lab

    arguments: dict[str, Any] = {}
    for name in _SETTINGS:
        value = request.config.getini(f"kmslab_{name}")
        if value:
            arguments[name] = int(value) if name == "seed" else value
    for marker in reversed(list(request.node.iter_markers("kmslab"))):
        arguments.update(marker.kwargs)
    with Lab(**arguments) as lab:
        yield lab


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - pytest calls it by this name
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the explanation of a denial to the report of the test that it failed."""
    report = yield
    error = call.excinfo.value if call.excinfo is not None else None
    if report.failed and error is not None and hasattr(error, "response"):
        why = _why(error)
        if why is not None:
            report.sections.append(("kmslab: why", why))
    return report


def _why(error: BaseException) -> str | None:
    """What a lab knows about a call that it refused."""
    from . import asserting
    from .explanation import UNKNOWN_KEY, request_id, unknown_key
    from .lab import Lab

    code, asked = asserting.code(error), request_id(error)
    if code in UNKNOWN_KEY and Lab._alive:
        return unknown_key(code)
    explanation = asserting.find(asked) if asked is not None and code in asserting.DENIALS else None
    return explanation.text(colour=False) if explanation is not None else None
