"""Variants of a quiz side by side: what is drawn, and the keys that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.page import Column, Lines, Page, Presentable, Table, visible


@final
@dataclass(frozen=True, slots=True)
class Variants(Presentable):
    """Variants of a quiz, each with its seed.

    Attributes:
        title: what the quiz is called.
        quizzes: the seeds with their quizzes, no two with the same numbers.
    """

    title: str
    quizzes: tuple[tuple[str, Quiz], ...]

    @classmethod
    def of(cls, template: QuizTemplate, count: int) -> Variants:
        """The first variants of a quiz, at most ``count``.

        Raises:
            SpecError: one of them cannot be made.
        """
        quizzes = tuple(template.samples(count))
        return cls(quizzes[0][1].title, quizzes)

    def page(self) -> Page:
        questions = self.quizzes[0][1].questions
        columns = (Column("seed"), *(Column(question.id, least=12) for question in questions))
        rows = tuple((seed, *(_cell(question) for question in quiz.questions)) for seed, quiz in self.quizzes)
        count = len(self.quizzes)
        title = f"{visible(self.title)}: {count} variant{'' if count == 1 else 's'}"
        return Page((Lines((title,)), Table(columns, rows)))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each variant as its quiz is written."""
        return {
            "title": visible(self.title),
            "variants": [{"seed": seed, **quiz.as_dict()} for seed, quiz in self.quizzes],
        }


def _cell(question: Question) -> str:
    """The key, with the numbers that were drawn."""
    numbers = ", ".join(f"{letter}={number}" for letter, number in question.numbers)
    return f"{question.answer.key_text} ({numbers})" if numbers else question.answer.key_text
