"""The command ``shapecalc grade``: the library, printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from shapecalc.grading import grade, load_quiz, read_answers

ROOT = Path(__file__).parents[2]
FILES = ("docs/examples/flatten-quiz.yaml", "docs/examples/flatten-answers.csv")
BOOK = grade(load_quiz(ROOT / FILES[0]), read_answers(ROOT / FILES[1]))


def run(*words, encoding="utf-8", command=("grade",)):
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "shapecalc_cli.main", *command, *words],
        cwd=ROOT,
        env={"PYTHONIOENCODING": encoding, "PYTHONPATH": f"{ROOT}:{ROOT / 'cli'}", "PATH": ""},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)


def test_the_page():
    """The command prints the gradebook and succeeds, whatever the students wrote."""
    assert run(*FILES) == (0, f"{BOOK}\n", "")


def test_json_is_as_dict():
    """--json prints what as_dict() returns."""
    status, printed, _ = run(*FILES, "--json")
    assert (status, json.loads(printed)) == (0, BOOK.as_dict())


def test_csv():
    """--csv prints what as_csv() returns."""
    assert run(*FILES, "--csv") == (0, BOOK.as_csv(), "")


def test_a_plain_terminal():
    """A terminal that has only ASCII gets the same page in ASCII."""
    status, printed, _ = run(*FILES, encoding="ascii")
    assert (status, "= floor((32 - 2 + 2*0)/2) + 1 = 16" in printed) == (0, True)


def test_a_mistake_is_one_line():
    """A mistake goes to the error stream in one line, with status 2."""
    assert run("none.yaml", FILES[1]) == (2, "", "Cannot read none.yaml: No such file or directory.\n")


def test_two_formats_at_once():
    """Two formats at once are refused."""
    assert run(*FILES, "--json", "--csv") == (2, "", "Give --json or --csv, not both.\n")


def test_preview_makes_no_gradebook(tmp_path):
    """The numbers of a student are drawn by a book that is there, and a name that is not in it is said."""
    book = ("--book", str(tmp_path / "course.db"))
    preview = (FILES[0], *book, "--student", "Adda")
    assert run(*preview, command=("quiz", "preview"))[0] == 2
    assert not (tmp_path / "course.db").exists()
    assert run(*FILES, *book)[0] == 0
    status, _, warning = run(*preview, command=("quiz", "preview"))
    assert (status, "did you mean Ada?" in warning) == (0, True)
