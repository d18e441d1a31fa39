"""``shapecalc decide``: the points that a person gives for an answer."""

from __future__ import annotations

from typing import Annotated

import typer

#: The most of an answer in a line.
_ANSWER = 32


def decide(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The student, as the gradebook has the name.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id.")],
    *,
    book: Annotated[
        str, typer.Option(metavar="FILE", help="The gradebook: a file, or postgresql://user@host/database.")
    ],
    points: Annotated[float, typer.Option(metavar="POINTS", help="What the answer is worth.")],
    because: Annotated[str, typer.Option(metavar="REASON", help="Why; the student's sheet shows it.")],
    quiz: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The quiz, where several of the book have such a question.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all decisions on the quiz as JSON.")] = False,
) -> None:
    """Decide on an answer by hand.

    It is a decision on what the student answers: a later attempt with another answer is
    judged anew. The last decision counts; former ones are kept, and a regrade changes none.
    Needs the extra: pip install 'shapecalc[grade]'.

    Example:
      shapecalc decide Ada q3 --points 1 --because "it fits" --book course.db
    """
    from datetime import UTC, datetime
    from fractions import Fraction
    from math import isfinite

    from shapecalc.errors import SpecError
    from shapecalc.grading.book.course import decide as keep
    from shapecalc.grading.book.decisions import Decision
    from shapecalc.grading.judge import plain_points
    from shapecalc.grading.submissions.columns import student_name
    from shapecalc.page import visible
    from shapecalc_cli.opening import opened_book
    from shapecalc_cli.output import say, say_json

    if not isfinite(points):
        raise SpecError(f"The points are a number such as 1 or 0.5, not {points}.")
    time = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(student_name(student), question, Fraction(str(points)), because, _user(), time)
    with opened_book(book, is_new=False) as database:
        title, decision = keep(database, decision, quiz or "")
        decisions = database.decisions(title)
    if json:
        say_json({"quiz": title, "decisions": [decision.as_dict() for decision in decisions]})
    else:
        answer = visible((decision.answer or "").strip(), _ANSWER) or "no answer"
        worth = plain_points(decision.points)
        say(f"{title}: {question} of {decision.student}, {answer}, is worth {worth}: {because}")


def _user() -> str:
    """Who decides, as the machine calls them."""
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):
        return ""
