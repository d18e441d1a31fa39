"""What the cells of an exported notebook call where it is marked: the points of an answer, by its question alone."""

from __future__ import annotations

import json
import warnings
from functools import lru_cache
from typing import Any

from shapecalc.grading.book.marking import judged
from shapecalc.grading.book.receipts import Audience
from shapecalc.grading.book.result import Result
from shapecalc.grading.book.sheets import sheet
from shapecalc.grading.judge import Mark, plain_points
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.submissions.table import MAX_CELL, cell_text
from shapecalc.grading.variants.seeds import plain_seeds
from shapecalc.page import Page

#: The values that are read as answers; those of a class of a student's own are not asked for anything.
_PLAIN = (str, int, float, bool, type(None))


def earned_points(content: str, value: Any) -> int | float:
    """The points of an answer, which also prints what it was marked; nothing is written to the error stream.

    Args:
        content: the quiz with the question alone, its numbers filled in, as JSON.
        value: what a notebook's variable holds: a text, a number, or a list or tuple of them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mark, text = _marked(content, value)
    print(text)  # noqa: T201  the cell's output is what the student is given
    return plain_points(mark.points)


def earned_share(content: str, value: Any, parts: int) -> int:
    """How many of some equal parts of its points an answer earns, rounded down."""
    mark, _ = _marked(content, value)
    return int(mark.points * parts / mark.question.points) if mark.question.points else parts


def _marked(content: str, value: Any) -> tuple[Mark, str]:
    """The mark of an answer, and what is said of it."""
    quiz = _quiz(content)
    mark = judged(quiz.questions[0], answer_text(value))
    _, block = sheet(quiz, Result("", (mark,)), Audience(is_after_deadline=True)).blocks
    return mark, Page((block,)).text()


@lru_cache(maxsize=64)
def _quiz(content: str) -> Quiz:
    """The quiz of a cell, whose parts ask for it several times."""
    return QuizTemplate(json.loads(content)).in_file_order(plain_seeds("1"))


def answer_text(value: Any) -> str:
    """A value of a notebook as the text of an answer; what is no answer as the name of what it is.

    A list or tuple of texts is a choice of several, one of numbers a shape; the value's own methods are not called.
    """
    if type(value) in _PLAIN:
        return cell_text(value)
    if type(value) in (list, tuple, set, frozenset) and len(value) <= MAX_CELL and _are_plain(value):
        if all(type(part) is str for part in value):
            return cell_text(sorted(value) if isinstance(value, set | frozenset) else list(value))
        return f"({cell_text([part for part in value])})"  # noqa: C416  a list of what may be a tuple
    return f"a value of the class {type(value).__name__[:40]}"


def _are_plain(values: Any) -> bool:
    return all(type(part) in _PLAIN for part in values)
