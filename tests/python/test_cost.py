"""What a lab would have cost in AWS."""

from __future__ import annotations

import json
from pathlib import Path

import kmslab
import pytest
from kmslab.cli import main


def _lab() -> kmslab.Lab:
    lab = kmslab.Lab(now="2026-01-01T00:00:00Z", seed=1)
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.encrypt(KeyId=key, Plaintext=b"hello")
    lab.clock.advance(days=31)
    return lab


def test_a_bill_has_lines_a_table_and_html() -> None:
    cost = _lab().cost()
    assert cost.total == pytest.approx(1.0)
    assert [(line["item"], line["quantity"], line["free"]) for line in cost.lines] == [
        ("keys", 1.0, 0.0),
        ("requests", 2.0, 2.0),
    ]
    assert "2026-01  111122223333  symmetric and other requests" in str(cost)
    assert repr(cost) == "<Cost: 1.000000 USD until 2026-02-01T00:00:00Z>"
    html = cost._repr_html_()
    assert "<td" in html
    assert "1.000000" in html
    assert cost.to_dict()["currency"] == "USD"
    assert cost.prices_as_of in str(cost)


def test_the_command_tells_what_a_saved_lab_would_have_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "state.kmslab"
    _lab().save(path)
    assert main(["cost", str(path)]) == 0
    assert "total 1.00" in capsys.readouterr().out
    assert main(["cost", "--json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == pytest.approx(1.0)
    assert main(["cost", str(tmp_path / "none")]) == 1
    assert "No such file" in capsys.readouterr().err
