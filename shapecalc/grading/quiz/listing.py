"""Variants of a quiz side by side: what is drawn, and the keys that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.page import Column, Lines, Page, Presentable, Table, visible

#: The most questions that have a column each.
_COLUMNS = 6


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
        count = len(self.quizzes)
        title = f"{visible(self.title)}: {count} variant{'' if count == 1 else 's'}"
        is_wide = len(self.quizzes[0][1].questions) > _COLUMNS
        return Page((Lines((title,)), self._in_rows() if is_wide else self._in_columns()))

    def _in_columns(self) -> Table:
        """A column for each question."""
        columns = (Column("seed"), *(Column(question.id, least=12) for question in self.quizzes[0][1].questions))
        rows = tuple((seed, *(_cell(question) for question in quiz.questions)) for seed, quiz in self.quizzes)
        return Table(columns, rows)

    def _in_rows(self) -> Table:
        """A row for each variant of each question, with the first seed that gives it."""
        columns = (Column("question"), Column("seed"), Column("key", least=20), Column("numbers", least=20))
        has_numbers = any(question.numbers for _, quiz in self.quizzes for question in quiz.questions)
        rows: list[tuple[str, ...]] = []
        for place, name in enumerate(question.id for question in self.quizzes[0][1].questions):
            seeds: dict[tuple[str, str], str] = {}
            for seed, quiz in self.quizzes:
                question = quiz.questions[place]
                seeds.setdefault((question.answer.key_text, _numbers(question)), seed)
            rows += [(name, seed, *cells) for cells, seed in seeds.items()]
        if not has_numbers:
            return Table(columns[:-1], tuple(row[:-1] for row in rows))
        return Table(columns, tuple(rows))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each variant as its quiz is written."""
        return {
            "title": visible(self.title),
            "variants": [{"seed": seed, **quiz.as_dict()} for seed, quiz in self.quizzes],
        }


def _cell(question: Question) -> str:
    """The key, with the numbers that were drawn."""
    numbers = _numbers(question)
    return f"{question.answer.key_text} ({numbers})" if numbers else question.answer.key_text


def _numbers(question: Question) -> str:
    return ", ".join(f"{letter}={number}" for letter, number in question.numbers)
