"""What torch prints, given to ``shapecalc net``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest
from shapecalc_cli.main import main

PRINT = "Net(\n  (conv): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n  (relu): ReLU()\n)\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command here: its status, and what it wrote to stdout and stderr."""

    def running(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["shapecalc", *words])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), *capsys.readouterr()

    return running


def test_without_an_input_its_parameters_are_counted(run: Run) -> None:
    """Whatever the order of its layers is."""
    status, out, err = run("net", PRINT)
    assert (status, out.splitlines()[2].split()[-1], err) == (0, "224", "")
    status, out, err = run("net", PRINT, "--json")
    assert (status, json.loads(out)["parameters"], err) == (0, 224, "")


@pytest.mark.parametrize(
    "words", [("net", PRINT, "--input", "3x8x8"), ("explain", PRINT), ("net", PRINT, "--semantics", "keras")]
)
def test_whatever_needs_the_order_is_refused(run: Run, words: tuple[str, ...]) -> None:
    """In one line, which names the class."""
    status, out, err = run(*words)
    assert (status, out, err.count("\n"), "in which order Net calls its layers" in err) == (2, "", 1, True)
