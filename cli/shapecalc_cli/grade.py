"""``shapecalc grade``: a quiz and its answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def grade(
    quiz: Annotated[
        Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON. It has no keys; the engine computes them.")
    ],
    answers: Annotated[
        Path, typer.Argument(metavar="ANSWERS", help="CSV: a row for each student, a column for each question.")
    ],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print every mark with its key and derivation as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a row of points for each student as CSV.")] = False,
) -> None:
    """Grade a quiz about networks, and say why.

    An answer is right, wrong, blank or not understood. An answer that cannot be read is never
    marked wrong; it is listed for you to check.

    Examples:
      shapecalc grade quiz.yaml answers.csv
      shapecalc grade quiz.yaml answers.csv --csv > points.csv
    """
    from shapecalc.errors import SpecError
    from shapecalc.grading import grade as grade_answers
    from shapecalc.grading import load_quiz, read_answers
    from shapecalc_cli.output import say, say_json, show

    if json and csv:
        raise SpecError("Give --json or --csv, not both.")
    book = grade_answers(load_quiz(quiz), read_answers(answers))
    if json:
        say_json(book.as_dict())
    elif csv:
        say(book.as_csv().removesuffix("\n"))
    else:
        show(book.page())
