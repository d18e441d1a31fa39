"""``shapecalc quiz preview``: a quiz as a student sees it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.grading.quiz.quiz import Quiz


def quiz_preview(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    seed: Annotated[
        str, typer.Option("--seed", help="Which variant, where numbers are drawn: any word or number.")
    ] = "1",
    book: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --student: the gradebook by whose secret numbers are drawn."),
    ] = None,
    student: Annotated[
        str | None, typer.Option(metavar="NAME", help="The student whose numbers are shown, as graded in the book.")
    ] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Show the keys too, and where they come from.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the questions with their keys as JSON.")] = False,
) -> None:
    """Show a quiz as a student sees it, or with its keys.

    Examples:
      shapecalc quiz preview quiz.yaml
      shapecalc quiz preview quiz:flatten
      shapecalc quiz preview quiz.yaml --seed 7 --keys
      shapecalc quiz preview quiz.yaml --book course.db --student Ada
    """
    from shapecalc.errors import SpecError
    from shapecalc.grading import load_quiz
    from shapecalc_cli.output import say_json, show

    if bool(book) != bool(student and student.strip()):
        raise SpecError("--book and --student go together: the student's numbers are drawn by the book's secret.")
    content = _paper(quiz, book, student) if book and student else load_quiz(quiz, seed=seed)
    if json:
        say_json(content.as_dict())
    else:
        show(content.page() if keys else content.sheet())


def _paper(quiz: Path, place: str, student: str) -> Quiz:
    """The quiz that a student is graded by."""
    from shapecalc.errors import did_you_mean
    from shapecalc.grading import load_template
    from shapecalc.grading.book.papers import Papers
    from shapecalc.grading.submissions.columns import student_name
    from shapecalc.page import visible
    from shapecalc_cli.opening import opened_book
    from shapecalc_cli.output import say

    name = student_name(student)
    with opened_book(place, is_new=False) as book:
        papers = Papers(load_template(quiz), book.secret)
        title = visible(papers.quiz.title)
        if not name or next(book.entries(title, name), None) is None:
            students = [entry.student for entry in book.entries(title)]
            hint = did_you_mean(name, students) or " yet"
            say(f"warning  The gradebook has no student {visible(name, 30)} of this quiz{hint}.", err=True)
            say("         These are the numbers of whoever writes this name in the answers.", err=True)
        return papers.of(name)
