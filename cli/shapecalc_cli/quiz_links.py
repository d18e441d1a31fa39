"""``shapecalc quiz links``: a link for each student, which signs them in once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_links(
    roster: Annotated[
        Path | None,
        typer.Argument(metavar="CLASS", help="The students: a table such as CSV, or a text with a name in each line."),
    ] = None,
    *,
    book: Annotated[
        str, typer.Option(metavar="FILE", help="The gradebook: a file, or postgresql://user@host/database.")
    ],
    student: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column that names the students; by default the form's, or the first."),
    ] = None,
    teacher: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A link for a teacher; may be given several times.")
    ] = None,
    address: Annotated[
        str, typer.Option(metavar="URL", help="Where students reach the server.")
    ] = "http://127.0.0.1:8000",
    days: Annotated[int, typer.Option(metavar="N", min=1, max=365, help="How long the links can be used.")] = 7,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write them as CSV, for a mail merge.")
    ] = None,
) -> None:
    """Make links that sign students and teachers in, each once.

    The gradebook keeps only a hash of each: a link that is lost cannot be printed
    again; make another. Needs the extra: pip install 'shapecalc[grade]'.

    Examples:
      shapecalc quiz links class.csv --book course.db -o links.csv
      shapecalc quiz links --teacher "M. Noether" --book course.db
    """
    from datetime import UTC, datetime, timedelta

    from shapecalc.errors import SpecError
    from shapecalc.formats.spreadsheet import cell, csv_text
    from shapecalc.grading.book.files import write_whole
    from shapecalc.grading.submissions.columns import student_name
    from shapecalc.grading.submissions.roster import read_roster
    from shapecalc_cli.opening import opened_book
    from shapecalc_cli.output import say

    students = read_roster(roster, student or "") if roster else ()
    teachers = [name for name in map(student_name, teacher or ()) if name]
    if not students and not teachers:
        raise SpecError("Name the students, such as class.csv, or a teacher: --teacher NAME.")
    if not address.startswith(("http://", "https://")):
        raise SpecError(f"The address begins with http:// or https://, not {address[:60]!r}.")
    now = datetime.now(UTC)
    with opened_book(book) as database:
        from shapecalc.grading.book.links import Person, make_links

        people = [*(Person(name) for name in students), *(Person(name, is_teacher=True) for name in teachers)]
        links = make_links(database, people, now + timedelta(days=days), now)
    rows = [
        [cell(person.name), "teacher" if person.is_teacher else "student", f"{address.rstrip('/')}/class/enter/{link}"]
        for person, link in zip(people, links, strict=True)
    ]
    text = csv_text([["name", "role", "link"], *rows])
    if output:
        write_whole(output, text)
        say(f"{len(rows)} links are in {output}; each works once, for {days} days.")
    else:
        say(text.removesuffix("\n"))
