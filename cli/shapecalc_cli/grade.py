"""``shapecalc grade``: a quiz and what a class handed in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable


def grade(
    quiz: Annotated[
        Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON. It has no keys; the engine computes them.")
    ],
    submissions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SUBMISSIONS",
            help="CSV, XLSX, JSON lines, YAML, or a folder or ZIP of files or notebooks; exports of Google Forms, "
            "Microsoft Forms, Moodle and Canvas as they come.",
        ),
    ],
    *,
    student: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column that names the students; by default the form's, or the first."),
    ] = None,
    attempts: Annotated[
        str | None,
        typer.Option(metavar="WHICH", help="Which attempt counts: best (the default), last, first or average."),
    ] = None,
    penalty: Annotated[
        float | None,
        typer.Option(metavar="PART", help="The part of the points that each attempt behind the first costs: 0.1."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print every mark with its key and derivation as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a row of points for each student as CSV.")] = False,
) -> None:
    """Grade a quiz about networks, and say why.

    An answer is right, wrong, blank or not understood. An answer that cannot be read is never
    marked wrong; it is listed for you to check.

    Examples:
      shapecalc grade quiz.yaml answers.csv
      shapecalc grade quiz.yaml "Form Responses.xlsx" --student Email
      shapecalc grade quiz.yaml answers.csv --csv > points.csv
    """
    from fractions import Fraction

    from shapecalc.errors import SpecError
    from shapecalc.grading import grade as grade_answers
    from shapecalc.grading import load_quiz, read_answers
    from shapecalc_cli.output import say, say_json, show

    if json and csv:
        raise SpecError("Give --json or --csv, not both.")
    part = None if penalty is None else Fraction(str(penalty))
    questions = load_quiz(quiz)
    book = grade_answers(
        questions, read_answers(*submissions, student=student or ""), attempts=attempts or "", penalty=part
    )
    _warn(book.remarks)
    if json:
        say_json(book.as_dict())
    elif csv:
        say(book.as_csv().removesuffix("\n"))
    else:
        show(book.page())


def _warn(remarks: Iterable[str]) -> None:
    from shapecalc_cli.output import say

    with suppress(OSError):  # closed or full: the marks do not depend on it
        for remark in remarks:
            say(f"warning  {remark}", err=True)
