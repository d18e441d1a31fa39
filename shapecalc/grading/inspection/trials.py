"""The test answers of a quiz, tried on its questions, and on questions whose key is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from shapecalc.grading.answers.layer import LayerText
from shapecalc.grading.answers.number import Measured
from shapecalc.grading.answers.quotients import ExactQuotient
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.grading.inspection.report import Severity
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.training import supposed_training
from shapecalc.page import visible

#: What is said of test answers: a code, how much it matters, and a message.
TrialRemark = tuple[str, Severity, str]


def trial_remarks(questions: Sequence[Question]) -> Iterator[TrialRemark]:
    """What the test answers of a question show, in each of its variants.

    An answer that is judged otherwise than its author expects is an error. Where all are judged as expected, the key is
    changed, and each rule: answers that are judged as expected still would not notice if it were wrong.
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
    if first.tests:
        yield from _unnoticed(first)


def _unnoticed(question: Question) -> Iterator[TrialRemark]:
    """A key that the test answers would take for the right one, and the rules that they do not try."""
    answer: Any = question.answer  # a dataclass, as every kind is
    for key in _other_choices(question) if question.options else _other_keys(question.key):
        if _agree(question, key=key):
            yield (
                "weak-tests",
                Severity.WARNING,
                f"its test answers would not notice if the key were {answer.echo(key)}",
            )
            break
    for rule in fields(answer):
        for words, value in _other_rules(rule.name, getattr(answer, rule.name)):
            if _agree(question, **{rule.name: value}):
                yield "weak-tests", Severity.NOTE, f"its test answers would not notice {words}"


def _agree(question: Question, **changes: Any) -> bool:
    """Whether all test answers are judged as expected though the key or a rule is another."""
    answer: Any = question.answer
    return not any(_failures(replace(question, answer=replace(answer, **changes))))


def _failures(question: Question) -> Iterator[tuple[str, Verdict, Verdict]]:
    """The test answers that are judged otherwise than expected."""
    unexplained = replace(question, model=None)  # no mistake is looked up, which takes longer than all else
    for answer, word in question.tests:
        expected = Verdict(word)
        mark = judge(unexplained, answer, supposed_training)
        if mark.trainings and expected is not Verdict.RIGHT:
            continue  # nothing is trained here: how well it learns is not known
        if mark.verdict is not expected:
            yield answer, expected, mark.verdict


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
        case Measured():
            yield key._replace(number=key.number * 2)
        case ExactQuotient():
            yield key.plus(ExactQuotient(1))
        case LayerText():
            return  # an example, which judges nothing
        case tuple() if key and all(isinstance(size, int) for size in key):
            yield (key[0] + 1, *key[1:])
            if key[::-1] != key:
                yield key[::-1]


def _other_rules(name: str, rule: Any) -> Iterator[tuple[str, Any]]:
    """A rule of a kind of answer, by its name, as a slip in a quiz would make it, each in words."""
    match name, rule:
        case "tolerance", Fraction() if rule:
            yield "a tolerance ten times as large", 10 * rule
        case "batch", "left-out":
            yield "if a batch were accepted in front", "optional"
        case "rounds_down", True:
            yield "if a division that is not rounded were exact", False
        case "rejected", tuple() if rule:
            yield "if nothing were rejected", ()
        case "effects", tuple():
            for effect in rule:
                yield (
                    f"if this were not asked for: it {effect.words}",
                    tuple(other for other in rule if other is not effect),
                )
        case "rubric", Rubric() if len(rule.requirements) > 1:
            for place, requirement in enumerate(rule.requirements):
                points = (*rule.points[:place], *rule.points[place + 1 :])
                others = (*rule.requirements[:place], *rule.requirements[place + 1 :])
                yield (
                    f"if this were not asked for: {requirement.words}",
                    replace(rule, requirements=others, points=points),
                )
