"""Papers to hand out: for each student the questions with their own numbers and orders, and no key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.formats.writing import make_folder
from shapecalc.grading.book.files import file_name, write_whole
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.sheets import html_page
from shapecalc.grading.submissions.table import Unreadable
from shapecalc.page import Lines, Page, visible


def paper(papers: Papers, student: str) -> Page:
    """The questions of a student.

    Raises:
        SpecError: no quiz can be made with the student's numbers.
    """
    return Page((Lines((visible(student),)), *papers.of(student).sheet().blocks))


def write_papers(
    papers: Papers, students: Iterable[str], folder: Path, progress: Callable[[int], None] | None = None
) -> list[Unreadable]:
    """Write a paper for each student, as Markdown and HTML, and return the students who have none, with the reasons.

    Args:
        papers: who answers which quiz.
        students: the names.
        folder: where the files go.
        progress: is called with how many papers are written.

    Raises:
        ShapecalcError: a file cannot be written.
    """
    make_folder(folder)
    failures: list[Unreadable] = []
    written = 0
    for student in students:
        try:
            page = paper(papers, student)
        except SpecError as failure:
            failures.append(Unreadable(visible(student), str(failure)))
            continue
        name = file_name(student)
        write_whole(folder / f"{name}.md", page.markdown() + "\n")
        write_whole(folder / f"{name}.html", html_page(student, page))
        written += 1
        if progress:
            progress(written)
    return failures
