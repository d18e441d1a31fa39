"""``shapecalc quiz variants``: the numbers that students get, with the keys; or a paper for each student, without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.grading.book.papers import Papers
    from shapecalc.grading.quiz.template import QuizTemplate

_PAPERS = "A paper for each student"


def quiz_variants(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000, help="How many variants to show.")] = 10,
    students: Annotated[
        Path | None,
        typer.Option(
            "--for",
            metavar="FILE",
            rich_help_panel=_PAPERS,
            help="The students: a .txt with a name in each line, or a table such as a course exports.",
        ),
    ] = None,
    student: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", rich_help_panel=_PAPERS, help="The column that names the students."),
    ] = None,
    book: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_PAPERS,
            help="The gradebook by whose secret numbers are drawn; it is made where there is none. Grade into it.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FOLDER",
            rich_help_panel=_PAPERS,
            help="The folder for the papers, .md and .html.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print numbers and keys as JSON.")] = False,
) -> None:
    """List variants with their keys, or write papers for students.

    Each has the numbers that are drawn for a seed, from 1 on; none is shown twice. What
    students get depends on a secret of the gradebook, and no key stands in a paper.

    Examples:
      shapecalc quiz variants quiz.yaml
      shapecalc quiz variants quiz.yaml -n 100 --json
      shapecalc quiz variants quiz.yaml --for class.csv --book course.db -o papers
    """
    from shapecalc.errors import SpecError
    from shapecalc.grading import Variants, load_template
    from shapecalc_cli.output import say_json, show

    if students or output:
        if not (students and output):
            raise SpecError("--for and -o go together: the list of students, and the folder for their papers.")
        if json:
            raise SpecError("--json lists variants; papers are written as .md and .html.")
        _write_papers(load_template(quiz), students, student or "", book, output)
        return
    if book or student:
        raise SpecError("--book and --student are for papers: add --for, the list of students, and -o, the folder.")
    variants = Variants.of(load_template(quiz), count)
    if json:
        say_json(variants.as_dict())
    else:
        show(variants.page())


def _write_papers(template: QuizTemplate, students: Path, column: str, book: str | None, folder: Path) -> None:
    """Write a paper for each student of a list."""
    from shapecalc.errors import SpecError
    from shapecalc.grading.book.handouts import write_papers
    from shapecalc.grading.book.papers import Papers
    from shapecalc.grading.submissions.roster import read_roster
    from shapecalc.page import visible
    from shapecalc_cli.output import progress_line, say

    names = read_roster(students, column)
    if template.is_varied and not book:
        raise SpecError(
            "Students get numbers or orders of their own by the secret of a gradebook: add --book course.db, and grade "
            "into it."
        )
    papers = _papers_of(book, template) if book else Papers(template)
    with progress_line() as line:
        failures = write_papers(papers, names, folder, lambda count: line(f"wrote {count:,} papers"))
    for name, reason in failures:
        say(f"warning  {name} has no paper: {visible(reason)}", err=True)
    count = len(names) - len(failures)
    say(f"{visible(papers.quiz.title)}: {count:,} paper{'s' * (count != 1)} in {folder}")
    if failures:
        raise typer.Exit(1)


def _papers_of(book: str, template: QuizTemplate) -> Papers:
    from shapecalc.grading.book.papers import Papers
    from shapecalc_cli.opening import opened_book

    with opened_book(book) as database:
        return Papers(template, database.secret)
