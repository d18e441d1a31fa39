"""Inputs as large as the bounds let in: every command answers or refuses them, in bounded memory."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import pytest
from shapecalc_cli.main import main

from tests.largest.commands import Case, cases
from tests.largest.process import run
from tests.work import calls

#: MiB that a command takes at most.
MEMORY = 500
#: Cases whose work is counted each time, with how many calls each may take; a second makes some four million.
COUNTED = {
    "net: blocks, deep": 100_000,
    "net: errors": 4_000_000,
}


def only(name: str) -> Case:
    (case,) = cases(name.__eq__)
    return case


@pytest.mark.parametrize("name", COUNTED)
def test_the_work_is_bounded(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in calls, which are the same on every machine."""
    case = only(name)
    case.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["shapecalc", *case.words])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(case.text.encode())))

    def command() -> None:
        streams = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with streams[0], streams[1], contextlib.suppress(SystemExit):
            main()

    command()  # imports are not counted
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(case.text.encode())))
    assert calls(command) < COUNTED[name]


@pytest.mark.deep
def test_every_command_answers_or_refuses_in_bounded_memory(tmp_path: Path) -> None:
    """With a documented status and, where it refuses, in one line."""
    faults = []
    for number, case in enumerate(cases()):
        folder = tmp_path / str(number)
        folder.mkdir()
        case.write(folder)
        outcome = run(case.words, folder, case.text)
        if outcome.status not in {0, 1, 2, 3} or outcome.memory > MEMORY or outcome.error.count("\n") > 1:
            faults.append((case.name, outcome))
    assert faults == []
