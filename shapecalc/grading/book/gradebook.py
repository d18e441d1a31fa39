"""The gradebook: every student's marks, and what a teacher should look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.grading.book.answers import Answers
from shapecalc.grading.judge import Mark, Verdict, judge, plain_answer, plain_points
from shapecalc.grading.quiz.quiz import Question, Quiz
from shapecalc.grading.visible import visible


@final
@dataclass(frozen=True, slots=True)
class Result:
    """One student's marks, in the order of the questions."""

    student: str
    marks: tuple[Mark, ...]

    @property
    def points(self) -> Fraction:
        """What all answers that were understood got."""
        return sum((mark.points for mark in self.marks), Fraction(0))

    @property
    def undecided(self) -> Fraction:
        """What the answers that were not understood may still get, once a person has looked."""
        open_marks = (mark for mark in self.marks if mark.verdict is Verdict.NOT_UNDERSTOOD)
        return sum((mark.question.points for mark in open_marks), Fraction(0))

    def count(self, verdict: Verdict) -> int:
        """How many answers got this verdict."""
        return sum(mark.verdict is verdict for mark in self.marks)


@final
@dataclass(frozen=True, slots=True)
class Gradebook:
    """A graded quiz.

    Attributes:
        quiz: what was asked, with the keys.
        results: one for each student, in the order of the answers file.
    """

    quiz: Quiz
    results: tuple[Result, ...]

    @property
    def out_of(self) -> Fraction:
        """What all questions are worth."""
        return sum((question.points for question in self.quiz.questions), Fraction(0))

    def count(self, question: Question, verdict: Verdict) -> int:
        """How many students got this verdict on a question."""
        place = self.quiz.questions.index(question)
        return sum(result.marks[place].verdict is verdict for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints: see docs/reference/quiz.md. What students wrote is made safe to print."""
        return {
            "title": visible(self.quiz.title),
            "out_of": plain_points(self.out_of),
            "questions": [
                {
                    "id": question.id,
                    "text": visible(question.text),
                    "kind": question.kind,
                    "points": plain_points(question.points),
                    "key": plain_answer(question, question.key),
                    "derivation": question.derivation,
                    **(
                        {"options": [visible(option.text) for option in question.options]} if question.is_choice else {}
                    ),
                    **{_name(verdict): self.count(question, verdict) for verdict in Verdict},
                }
                for question in self.quiz.questions
            ],
            "students": [
                {
                    "student": visible(result.student),
                    "points": plain_points(result.points),
                    "undecided": plain_points(result.undecided),
                    **{_name(verdict): result.count(verdict) for verdict in Verdict},
                    "marks": [mark.as_dict() for mark in result.marks],
                }
                for result in self.results
            ],
        }

    def as_csv(self) -> str:
        """What ``--csv`` prints: one row for each student, with an empty cell where a person has to look."""
        from shapecalc.grading.book.table import gradebook_csv

        return gradebook_csv(self)

    def __str__(self) -> str:
        from shapecalc.grading.book.table import gradebook_text

        return gradebook_text(self)


def _name(verdict: Verdict) -> str:
    return verdict.replace(" ", "_")


def grade(quiz: Quiz, answers: Answers) -> Gradebook:
    """Every answer held against the keys.

    Raises:
        SpecError: a question has no column, or a column no question.
    """
    ids = [question.id for question in quiz.questions]
    for column in answers.columns:
        if column not in ids:
            hint = did_you_mean(column, ids) or f"; the questions are {', '.join(ids)}"
            raise SpecError(f"{answers.where}: the quiz has no question {visible(column, 40)}{hint}.")
    missing = [name for name in ids if name not in answers.columns]
    if missing:
        raise SpecError(f"{answers.where}: there is no column for {', '.join(missing)}.")
    places = [answers.columns.index(name) for name in ids]
    return Gradebook(
        quiz,
        tuple(
            Result(
                submission.student,
                tuple(
                    judge(question, submission.answers[place])
                    for question, place in zip(quiz.questions, places, strict=True)
                ),
            )
            for submission in answers.submissions
        ),
    )
