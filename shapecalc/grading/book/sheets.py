"""A student's sheet: what was answered, how it was read, what it got, and as much of the reasons as is shown now."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from shapecalc.grading.book.receipts import Audience
from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.layout import laid_out, step_words
from shapecalc.grading.mistakes import diagnoses_text
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.page import Lines, Notes, Page, visible

#: A page of its own: nothing is loaded, and nothing in it can run.
_HTML = """<!doctype html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title></head><body>
{body}
</body></html>
"""


def sheet(quiz: Quiz, result: Result, audience: Audience) -> Page:
    """The sheet of a student.

    Args:
        quiz: the quiz.
        result: the student's marks.
        audience: what of the reasons is shown.
    """
    title = f"{visible(quiz.title)}: {result.name}, {result.points_text()} of {plain_points(quiz.points)}"
    shown: dict[tuple[str, ...], str] = {}
    return Page((Lines((title,)), *(_question(mark, audience, shown) for mark in result.marks)))


def _question(mark: Mark, audience: Audience, shown: dict[tuple[str, ...], str]) -> Notes:
    question = mark.question
    points = f"{plain_points(mark.points)} of {plain_points(question.points)}"
    if mark.verdict.is_undecided:
        points = f"0 of {plain_points(question.points)} until a person has looked"
    notes = [
        ("question", visible(question.text)),
        *_network(question, shown),
        *(("", f"{letter}) {visible(option.text)}") for letter, option in question.lettered_options),
        ("answer", visible(mark.answer.strip()) or "none"),
        ("verdict", f"{mark.verdict}, {points}"),
        *_reasons(mark, audience),
    ]
    return laid_out(notes, question.id, margin=10)


def _network(question: Question, shown: dict[tuple[str, ...], str]) -> list[tuple[str, str]]:
    """The network that a question shows, or the question above that shows the same one.

    Args:
        question: the question.
        shown: the question that shows each network so far; this one is added.
    """
    if not question.exhibit:
        return []
    above = shown.setdefault(question.exhibit, question.id)
    if above != question.id:
        return [("network", f"that of {above}")]
    first, *others = map(visible, question.exhibit)
    return [("network", first), *(("", line) for line in others)]


def _reasons(mark: Mark, audience: Audience) -> Iterator[tuple[str, str]]:
    if mark.verdict is Verdict.NOT_UNDERSTOOD:  # it is about the text of the answer alone
        yield "because", mark.note
    if not audience.sees(mark):
        return
    if mark.note and mark.verdict is not Verdict.NOT_UNDERSTOOD:
        yield "because", mark.note
    if mark.mistakes:
        yield "mistake", visible(diagnoses_text(mark.mistakes))
    yield "key", mark.question.answer.key_text
    if mark.verdict is not Verdict.RIGHT:
        yield from (("", step_words(step)) for step in mark.question.steps)


def html_page(title: str, page: Page) -> str:
    """A page as a file of HTML."""
    return _HTML.format(title=escape(visible(title)), body=page.html())
