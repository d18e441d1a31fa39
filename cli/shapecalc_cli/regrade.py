"""``shapecalc regrade``: a class that was graded, by the quiz as it stands now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def regrade(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz, as it stands now.")],
    *,
    book: Annotated[
        str, typer.Option(metavar="FILE", help="The gradebook: a file, or postgresql://user@host/database.")
    ],
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change; the gradebook stays.")] = False,
    never_lower: Annotated[
        bool, typer.Option("--never-lower", help="Keep the points of each mark that would be lower.")
    ] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that mark.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")] = False,
) -> None:
    """Grade a class anew by a changed quiz.

    Every mark that changes is listed, with the reason. What was decided by hand stays.
    Needs the extra: pip install 'shapecalc[grade]'.

    Examples:
      shapecalc regrade quiz.yaml --book course.db --diff
      shapecalc regrade quiz.yaml --book course.db --never-lower
    """
    from datetime import UTC, datetime

    from shapecalc.grading import load_template
    from shapecalc.grading.book.course import Course
    from shapecalc.grading.book.regrading import regrade as grade_anew
    from shapecalc_cli.opening import opened_book
    from shapecalc_cli.output import say_json, show
    from shapecalc_cli.training import trainer_for

    template = load_template(quiz)
    time = datetime.now(UTC).isoformat(timespec="seconds")
    with opened_book(book, is_new=False) as database:
        course = Course(database, template)
        trainer = trainer_for(course.quiz.needs_training)
        changes = grade_anew(
            course, write=not diff, never_lower=never_lower, workers=workers, time=time, trainer=trainer
        )
    if json:
        say_json(changes.as_dict())
    else:
        show(changes.page())
