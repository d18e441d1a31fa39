"""The test answers of a quiz, tried on its questions, and on questions whose key is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from shapecalc.grading.inspection.report import Severity
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quiz.question import Question
from shapecalc.page import visible

#: What is said of test answers: a code, how much it matters, and a message.
TrialRemark = tuple[str, Severity, str]


def trial_remarks(questions: Sequence[Question]) -> Iterator[TrialRemark]:
    """What the test answers of a question show, in each of its variants.

    An answer that is judged otherwise than its author expects is an error. Where all are judged as expected, the key is
    changed: answers that are judged as expected still would not notice if the key were wrong.
    """
    for question in questions:
        failures = list(_failures(question))
        if failures:
            test, expected, verdict = failures[0]
            where = ", ".join(f"{letter} = {number}" for letter, number in question.numbers)
            message = f"the test answer {visible(test, 40)} is {verdict}, not {expected}"
            yield "test-answer", Severity.ERROR, message + (f", where {where}" if where else "")
            return
    first = questions[0]
    if not first.tests:
        return
    answer: Any = first.answer  # a dataclass, as every kind is
    for key in _other_choices(first) if first.options else _other_keys(first.key):
        if not any(_failures(replace(first, answer=replace(answer, key=key)))):
            text = first.answer.echo(key)
            yield "weak-tests", Severity.WARNING, f"its test answers would not notice if the key were {text}"
            return


def _failures(question: Question) -> Iterator[tuple[str, Verdict, Verdict]]:
    """The test answers that are judged otherwise than expected."""
    unexplained = replace(question, model=None)  # no mistake is looked up, which takes longer than all else
    for answer, is_right in question.tests:
        expected = Verdict.RIGHT if is_right else Verdict.WRONG
        verdict = judge(unexplained, answer).verdict
        if verdict is not expected:
            yield answer, expected, verdict


def _other_choices(question: Question) -> Iterator[tuple[int, ...]]:
    """The right options, where one option is decided otherwise."""
    for place in range(len(question.options)):
        yield tuple(sorted({*question.key} ^ {place}))


def _other_keys(key: Any) -> Iterator[Any]:
    """Keys that differ from a key as a slip in a quiz would make them."""
    match key:
        case bool():
            return
        case int() | Fraction():
            yield from (key + 1, key * 2 if key else key - 1)
        case tuple() if key and all(isinstance(size, int) for size in key):
            yield (key[0] + 1, *key[1:])
            if key[::-1] != key:
                yield key[::-1]
