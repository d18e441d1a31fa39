"""Errors that are carried: answers that are worked out correctly from an earlier wrong value of the same net."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple, final

from shapecalc.grading.answers.kind import Key
from shapecalc.grading.judge import Mark, Verdict
from shapecalc.grading.mistakes.diagnosis import outcome_text
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.statements import Statement
from shapecalc.grading.mistakes.working import work_out
from shapecalc.grading.quiz.question import Question

#: How many values that follow from wrong ones are remembered.
MAX_CARRIED = 10_000


@final
class _Earlier(NamedTuple):
    """An answer to an earlier question: the question's id, and what it states."""

    question: str
    statement: Statement


@final
class Carrying:
    """Gives credit for what follows from earlier answers; what follows from the same answers is worked out once."""

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[Key, tuple[_Earlier, ...]] | None] = {}

    def carried(self, marks: Sequence[Mark]) -> list[Mark]:
        """The marks of one attempt at all questions, in order, with credit for what follows from earlier answers."""
        return [
            self._credited(mark, marks[:place]) if mark.verdict is Verdict.WRONG else mark
            for place, mark in enumerate(marks)
        ]

    def _credited(self, mark: Mark, before: Sequence[Mark]) -> Mark:
        question = mark.question
        if question.model is None or not any(earlier.verdict is Verdict.WRONG for earlier in before):
            return mark
        statements = _statements(question, before)
        if not any(earlier.statement.is_wrong for earlier in statements):
            return mark
        place = (question.id, question.numbers, statements)
        if place not in self._values:
            if len(self._values) >= MAX_CARRIED:
                self._values.clear()
            self._values[place] = _following(question, statements)
        following = self._values[place]
        if following is None or not question.agrees(mark.value, following[0]):
            return mark
        sources = " and ".join(
            f"your {outcome_text(earlier.statement.value)} in {earlier.question}" for earlier in following[1]
        )
        credit = question.policy.carried
        verdict = Verdict.RIGHT if credit == 1 else Verdict.PARTLY if credit else Verdict.WRONG
        note = f"worked out correctly from {sources}"
        points = credit * question.points
        return replace(mark, verdict=verdict, points=points, note=note, mistakes=None, is_carried=True)


def _statements(question: Question, before: Sequence[Mark]) -> tuple[_Earlier, ...]:
    """What was answered before to questions about the same net."""
    model = question.model
    statements: list[_Earlier] = []
    for mark in before:
        earlier = mark.question.model
        if model is None or earlier is None or mark.value is None or mark.verdict.is_undecided:
            continue
        if not (isinstance(earlier.key, int | tuple) and earlier.net == model.net):
            continue
        is_key = mark.verdict is Verdict.RIGHT and not mark.is_carried
        value = earlier.key if is_key else mark.question.stated(mark.value)
        if value is not None:
            statements.append(_Earlier(mark.question.id, Statement(earlier.target, value, earlier.key)))
    return tuple(statements)


def _following(question: Question, earlier: tuple[_Earlier, ...]) -> tuple[Key, tuple[_Earlier, ...]] | None:
    """What follows from earlier answers, and from which wrong ones; None where they make the question another one."""
    statements = [answer.statement for answer in earlier]
    value = _worked_out(question, statements)
    wrong = [answer for answer in earlier if answer.statement.is_wrong]
    if value is None or any(_is_trivial(question, answer.statement, value) for answer in wrong):
        return None
    nearest = next((answer for answer in reversed(wrong) if _worked_out(question, [answer.statement]) == value), None)
    return value, tuple([nearest] if nearest else wrong)


def _worked_out(question: Question, statements: Sequence[Statement]) -> Key | None:
    """What follows from earlier answers; None where nothing does, or nothing but the key."""
    if question.diagnoses is None:
        return None
    sheet = Sheet(question.diagnoses.table.sheet.report, question.diagnoses.target)
    value = work_out(sheet, (), statements)
    sizes = value if isinstance(value, tuple) else (value,)
    if value == question.diagnoses.key or not all(isinstance(size, int) and size > 0 for size in sizes):
        return None
    return value  # type: ignore[return-value]  # each size has just been checked


def _is_trivial(question: Question, statement: Statement, value: Key) -> bool:
    """Whether a wrong value makes another question: it is none, or 1, or what is asked for, or in another order."""
    stated = statement.value if isinstance(statement.value, tuple) else (statement.value,)
    right = statement.key if isinstance(statement.key, tuple) else (statement.key,)
    is_single = any(size <= 1 and size not in right for size in stated)
    diagnoses = question.diagnoses
    is_copied = value == statement.value and diagnoses is not None and diagnoses.key != statement.key
    is_reordered = sorted(stated) == sorted(right)  # its sizes are right, so that no other value follows from them
    return is_single or is_copied or is_reordered
