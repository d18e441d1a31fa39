"""What is written of a graded class: gradebook, class report, a sheet for each student, receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.formats.writing import make_folder
from shapecalc.grading.book.class_report import ClassReport, class_report
from shapecalc.grading.book.exports import EXPORTS, export
from shapecalc.grading.book.files import file_name, write_whole
from shapecalc.grading.book.graded import GradedSitting
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.receipts import Audience, receipt_text
from shapecalc.grading.book.sheets import html_page, sheet
from shapecalc.grading.quiz.quiz import Quiz

#: The endings of a class report.
REPORTS = (".md", ".html")


@final
class Outputs(NamedTuple):
    """What to write of a class.

    Attributes:
        files: gradebooks and class reports, by their endings.
        sheets: the folder for what students are given: a sheet as Markdown and HTML, and a receipt.
        receipts: the folder for the teacher's receipts.
        is_after_deadline: whether students are shown feedback that waits for the deadline.
    """

    files: tuple[Path, ...] = ()
    sheets: Path | None = None
    receipts: Path | None = None
    is_after_deadline: bool = False

    def check(self) -> None:
        """Refuse endings that nothing is written as, before a class is graded.

        Raises:
            SpecError: there is one.
        """
        for path in self.files:
            if path.suffix.lower() not in (*EXPORTS, *REPORTS):
                raise SpecError(
                    f"{path}: a gradebook is written as {', '.join(EXPORTS)}, a class report as {' or '.join(REPORTS)}."
                )


@final
class GradedClass(NamedTuple):
    """A class that is graded.

    Attributes:
        papers: who answers which quiz.
        file: the quiz's file.
        graded: gives all results, in the order of the students' names, as often as they are asked for.
    """

    papers: Papers
    file: str
    graded: Callable[[], Iterable[GradedSitting]]

    @property
    def quiz(self) -> Quiz:
        """The quiz, or a variant of it."""
        return self.papers.quiz

    def report(self) -> ClassReport:
        """How the class did."""
        return class_report(self.quiz, (student.result for student in self.graded()))

    def write(self, outputs: Outputs) -> None:
        """Write what is asked for.

        Raises:
            ShapecalcError: a file cannot be written, or its package is not installed.
        """
        for path in outputs.files:
            if path.suffix.lower() in REPORTS:
                self._write_report(path)
            else:
                export(path, self.quiz, (student.result for student in self.graded()))
        if outputs.sheets or outputs.receipts:
            self._write_students(outputs)

    def _write_report(self, path: Path) -> None:
        page = self.report().page()
        is_html = path.suffix.lower() == ".html"
        write_whole(path, html_page(self.quiz.title, page) if is_html else page.markdown() + "\n")

    def _write_students(self, outputs: Outputs) -> None:
        audience = Audience(is_after_deadline=outputs.is_after_deadline)
        sheets, receipts = outputs.sheets, outputs.receipts
        for folder in filter(None, (sheets, receipts)):
            make_folder(folder)
        for student in self.graded():
            name = file_name(student.sitting.student)
            if sheets:
                page = sheet(self.quiz, student.result, audience)
                write_whole(sheets / f"{name}.md", page.markdown() + "\n")
                write_whole(sheets / f"{name}.html", html_page(student.sitting.student, page))
                write_whole(sheets / f"{name}.json", self._receipt(student, audience))
            if receipts:
                write_whole(receipts / f"{name}.json", self._receipt(student, Audience(is_teacher=True)))

    def _receipt(self, graded: GradedSitting, audience: Audience) -> str:
        seeds = self.papers.seeds(graded.sitting.student)
        return receipt_text(self.papers, graded, audience, file=self.file, version=version("shapecalc"), seeds=seeds)
