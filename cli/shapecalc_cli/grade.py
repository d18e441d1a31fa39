"""``shapecalc grade``: a quiz and what a class handed in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.grading import Gradebook
    from shapecalc.grading.book.marking import AttemptRule
    from shapecalc.grading.book.outputs import GradedClass, Outputs
    from shapecalc.grading.book.papers import Papers
    from shapecalc.grading.quiz.template import QuizTemplate
    from shapecalc.grading.submissions.table import Unreadable

#: The headings of the options.
_FILES = "Files"
_BOOK = "Gradebook"


def grade(
    quiz: Annotated[
        Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME. The engine computes its keys.")
    ],
    submissions: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SUBMISSIONS",
            help="CSV, XLSX, JSON lines, YAML, or a folder or ZIP of files or notebooks; exports of Google Forms, "
            "Microsoft Forms, Moodle and Canvas as they come. None, with --book: those that are in it.",
        ),
    ] = None,
    *,
    student: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column that names the students; by default the form's, or the first."),
    ] = None,
    attempts: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH", help="Which attempt counts: best, last, first or average; else, as the quiz says."
        ),
    ] = None,
    penalty: Annotated[
        float | None,
        typer.Option(metavar="PART", help="The part of the points that each attempt behind the first costs: 0.1."),
    ] = None,
    seed: Annotated[
        str,
        typer.Option(
            metavar="SEED", help="Which variant all students had, where numbers are drawn and there is no book."
        ),
    ] = "1",
    book: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", rich_help_panel=_BOOK, help="The gradebook: a file, or postgresql://user@host/database."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            rich_help_panel=_BOOK,
            help="Processes that mark, for a gradebook: by default 1, or all processors of Ray's cluster.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME", rich_help_panel=_BOOK, help="Who runs them: joblib here, or ray on many machines."
        ),
    ] = "joblib",
    address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            rich_help_panel=_BOOK,
            help="Ray's cluster; without it, one is started here that listens on loopback alone.",
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            rich_help_panel=_FILES,
            help="Write the points as .csv, .xlsx, .parquet or .jsonl, the class report as .md or .html; may be given "
            "several times.",
        ),
    ] = None,
    sheets: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            rich_help_panel=_FILES,
            help="Write what each student is given: a sheet (.md, .html) and a receipt (.json).",
        ),
    ] = None,
    receipts: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", rich_help_panel=_FILES, help="Write a receipt with the keys for each student."),
    ] = None,
    after_deadline: Annotated[
        bool,
        typer.Option("--after-deadline", rich_help_panel=_FILES, help="Show students what waits for the deadline."),
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Print the class report: difficulty, wrong answers and their causes.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print every mark with its key and derivation as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a row of points for each student as CSV.")] = False,
) -> None:
    """Grade a quiz about networks, and say why.

    An answer is right, wrong, blank or not understood. An answer that cannot be read is never
    marked wrong; it is listed for you to check.

    Examples:
      shapecalc grade quiz.yaml answers.csv
      shapecalc grade quiz.yaml form.xlsx --student Email -o points.xlsx
      shapecalc grade quiz.yaml moodle.csv --book course.db --report
    """
    from fractions import Fraction

    from shapecalc.errors import SpecError
    from shapecalc.grading import load_template
    from shapecalc.grading.book.marking import make_rule
    from shapecalc.grading.book.outputs import Outputs
    from shapecalc.grading.book.papers import Papers

    if json and csv:
        raise SpecError("Give --json or --csv, not both.")
    if not submissions and not book:
        raise SpecError("Name what the class handed in, such as answers.csv, or a gradebook: --book course.db.")
    if not book and (workers not in (None, 1) or engine != "joblib"):
        raise SpecError("--workers are for a gradebook, which keeps what they mark: add --book course.db.")
    if address and engine != "ray":
        raise SpecError("--address is where Ray's cluster is: add --engine ray.")
    rule = make_rule(attempts or "", None if penalty is None else Fraction(str(penalty)))
    outputs = Outputs(tuple(output or ()), sheets, receipts, after_deadline)
    outputs.check()
    template = load_template(quiz)
    printed = _Printed("json" if json else "csv" if csv else "", report)
    handed_in = _HandedIn(submissions or [], student or "", rule)
    if book:
        _grade_into(book, template, quiz, handed_in, _Crew(workers, engine, address or ""), outputs, printed)
    else:
        _grade_here(Papers(template, seed=seed), quiz, handed_in, outputs, printed)


class _HandedIn(NamedTuple):
    """What a class handed in, the column of the students, and what counts of several attempts."""

    files: list[Path]
    student: str
    rule: AttemptRule


class _Crew(NamedTuple):
    """The processes that mark: how many, who runs them, and where."""

    workers: int | None
    engine: str
    address: str


class _Printed(NamedTuple):
    """What is printed: json, csv or "" for a page; the class report or the gradebook."""

    form: str
    is_report: bool


def _grade_here(papers: Papers, file: Path, handed_in: _HandedIn, outputs: Outputs, printed: _Printed) -> None:
    """Grade a class that fits into memory."""
    from shapecalc.grading import Gradebook, read_answers
    from shapecalc.grading.book.gradebook import grade_sittings
    from shapecalc.grading.book.outputs import GradedClass
    from shapecalc_cli.training import trainer_for

    answers = read_answers(*handed_in.files, student=handed_in.student)
    sittings, graded = grade_sittings(papers, answers, handed_in.rule, trainer_for(papers.quiz.needs_training))
    _warn(sittings.remarks)
    results = tuple([student.result for student in graded])
    students = GradedClass(papers, file.as_posix(), lambda: graded)
    students.write(outputs)
    _print(students, Gradebook(papers.quiz, results, sittings.remarks, tuple(sittings.unreadable)), printed)


def _grade_into(
    place: str,
    template: QuizTemplate,
    file: Path,
    handed_in: _HandedIn,
    crew: _Crew,
    outputs: Outputs,
    printed: _Printed,
) -> None:
    """Grade a class into a gradebook, and show all that is in it."""
    from shapecalc.grading import Gradebook, read_answers
    from shapecalc.grading.book.course import Course, check_request
    from shapecalc.grading.book.gradebook import MAX_ANSWERS
    from shapecalc.grading.book.outputs import GradedClass
    from shapecalc.grading.book.papers import Papers
    from shapecalc_cli.opening import opened_book
    from shapecalc_cli.output import progress_line
    from shapecalc_cli.training import trainer_for

    answers = read_answers(*handed_in.files, student=handed_in.student) if handed_in.files else None
    if answers:  # what is refused makes no book
        check_request(Papers(template).quiz, answers, crew.workers, crew.engine)
    with opened_book(place) as book:
        course = Course(book, template)
        remarks: tuple[str, ...] = ()
        unreadable: tuple[Unreadable, ...] = ()
        if answers:
            with progress_line() as line:
                sittings = course.grade(
                    answers,
                    handed_in.rule,
                    **crew._asdict(),
                    progress=lambda count: line(f"graded {count:,} students"),
                    trainer=trainer_for(course.quiz.needs_training),
                )
            remarks, unreadable = sittings.remarks, tuple(sittings.unreadable)
        else:
            course.check_students()
        _warn(remarks)
        students = GradedClass(course.papers, file.as_posix(), course.graded)
        students.write(outputs)
        is_small = book.count(course.title) * len(course.quiz.questions) <= MAX_ANSWERS
        gradebook = Gradebook(course.quiz, tuple(course.results()), remarks, unreadable) if is_small else None
        _print(students, gradebook, printed)


def _print(students: GradedClass, gradebook: Gradebook | None, printed: _Printed) -> None:
    """Print the gradebook, or the class report; the report, too, of a class that is too large for a page."""
    from shapecalc.errors import SpecError
    from shapecalc_cli.output import say, say_json, show

    if printed.is_report or (gradebook is None and not printed.form):
        if printed.form == "csv":
            raise SpecError("The class report is a page or --json, no CSV.")
        report = students.report()
        if printed.form:
            say_json(report.as_dict())
        else:
            show(report.page())
    elif gradebook is None:
        raise SpecError("There are too many students to print; write a file, such as -o points.csv or -o marks.jsonl.")
    elif printed.form == "json":
        say_json(gradebook.as_dict())
    elif printed.form:
        say(gradebook.as_csv().removesuffix("\n"))
    else:
        show(gradebook.page())


def _warn(remarks: Iterable[str]) -> None:
    from shapecalc_cli.output import say

    with suppress(OSError):  # closed or full: the marks do not depend on it
        for remark in remarks:
            say(f"warning  {remark}", err=True)
