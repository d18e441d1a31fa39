"""What no window of a pooling reads, as JSON."""

from __future__ import annotations

import json
import sys

import jsonschema
import pytest
from shapecalc_cli.main import main

from tests.tools.pages import ROOT

SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "axes"),
    [
        ("28 --k 3", [("height", 1, 0), ("width", 1, 0)]),
        ("1x9x8 --k 1x2 --s 3x2", [("height", 2, 2), ("width", 0, 0)]),
        ("1xHx9 --k 2", [("height", None, 0), ("width", 1, 0)]),
    ],
)
def test_what_a_pooling_leaves_out(
    words: str, axes: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Along each axis, at the end and between the windows."""
    monkeypatch.setattr(sys, "argv", ["shapecalc", "pool", *words.split(), "--json"])
    with pytest.raises(SystemExit):
        main()
    data = json.loads(capsys.readouterr().out)
    jsonschema.validate(data, SCHEMA)
    assert [tuple(axis.values()) for axis in data["layers"][0]["left_out"]] == axes
