"""`%load_ext kmslab`: what a notebook shows when a call is refused."""

from __future__ import annotations

from collections.abc import Iterator

import kmslab
import pytest

pytest.importorskip("IPython")

from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell with the extension, as a notebook has it."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "kmslab")
    yield shell
    shell.run_line_magic("unload_ext", "kmslab")
    InteractiveShell.clear_instance()


def test_a_refused_call_shows_its_explanation_below_the_error(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = kmslab.Lab(seed=1)
    shell.push({"kms": lab.client("kms", as_=lab.user("bob"))})
    shell.run_cell("kms.list_keys()")
    shown = capsys.readouterr().out
    assert "AccessDeniedException" in shown
    assert shown.index("NO_IDENTITY_ALLOW") > shown.index("AccessDeniedException")

    shell.run_line_magic("unload_ext", "kmslab")
    shell.run_cell("kms.list_keys()")
    assert "NO_IDENTITY_ALLOW" not in capsys.readouterr().out


def test_other_errors_are_shown_as_ever(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.push({"kms": kmslab.Lab(seed=1).client("kms")})
    shell.run_cell("kms.describe_key(KeyId='alias/none')")
    shown = capsys.readouterr().out
    assert "NotFoundException" in shown
    assert "allowed" not in shown
