"""From a question to what a place is told of it: nothing is worked out here that the judge does not say."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, cast

from shapecalc.grading.answers.choice import Parts, SelectAll, SingleChoice
from shapecalc.grading.answers.expression import ExpressionAnswer
from shapecalc.grading.answers.integer import IntegerAnswer
from shapecalc.grading.answers.interval import IntervalAnswer
from shapecalc.grading.answers.layer import ArgumentAnswer
from shapecalc.grading.answers.number import Measured, NumberAnswer
from shapecalc.grading.answers.numerals import Rational, rational_text
from shapecalc.grading.answers.shape import ShapeAnswer
from shapecalc.grading.answers.text import TextAnswer
from shapecalc.grading.exchange.items import (
    ChoiceItem,
    EssayItem,
    Item,
    ItemOption,
    NumberItem,
    TextItem,
    WrongNumber,
    WrongText,
)
from shapecalc.grading.exchange.notations import interval_notations, notations, right_values, shape_notations
from shapecalc.grading.judge import Mark, Verdict, judge
from shapecalc.grading.mistakes import diagnoses_text
from shapecalc.grading.mistakes.change import Outcome
from shapecalc.grading.quiz.policy import Feedback
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.steps import sides
from shapecalc.grading.quiz.target import quantity_of
from shapecalc.page import visible

#: The most wrong answers of a question that have words of their own.
MAX_WRONG = 60
#: Numbers from here on are texts, whose digits a place compares: a float has no room for them, nor Moodle's tolerance.
EXACT_BELOW = 10**13
#: A wrong shape or interval is recognised in the first of its notations; a right one in all of them.
_WRONG_NOTATIONS = 3
#: The most right values of an argument that are listed; where more are right, a person looks.
_MAX_VALUES = 60
_NONE = "None of these."


def item_of(question: Question) -> Item:
    """What a place is told of a question."""
    kind = question.answer
    match kind:
        case SingleChoice() | SelectAll():
            return _choice(question)
        case NumberAnswer(key=Measured(number=number)):
            share = abs(number) if kind.is_relative else Fraction(1)
            return NumberItem(number, kind.tolerance * share, _wrong_numbers(question))
        case IntegerAnswer() | ExpressionAnswer(form=""):
            return _number(question, kind.key)
        case ShapeAnswer() | IntervalAnswer() | TextAnswer():
            return TextItem(_accepted(question), _wrong_texts(question))
        case ArgumentAnswer():
            values = right_values(question)
            is_listed = 0 < len(values) <= _MAX_VALUES
            return TextItem(values, _wrong_texts(question)) if is_listed else EssayItem()
        case _:
            return EssayItem()


def _number(question: Question, key: Rational) -> Item:
    """A number; as a text where no float is exactly this number."""
    text = rational_text(key)
    if abs(Fraction(key)) < EXACT_BELOW and "/" not in text and len(text) <= 15:
        return NumberItem(Fraction(key), Fraction(0), _wrong_numbers(question))
    right = [text, *(answer for answer, verdict in question.tests if verdict == "right")]
    return TextItem(tuple(dict.fromkeys(right)), _wrong_texts(question))


def _accepted(question: Question) -> tuple[str, ...]:
    """The right answers in all notations."""
    kind = question.answer
    keys = [kind.read(text) for text in kind.accepted] if isinstance(kind, TextAnswer) else [kind.key]
    texts = {text.casefold(): text for key in reversed(keys) for text in reversed(notations(kind, key))}
    return tuple(reversed(texts.values()))


def _choice(question: Question) -> ChoiceItem:
    kind = question.answer
    parts = kind.parts if isinstance(kind, SelectAll) else None
    options = [
        ItemOption(visible(option.text), option.is_right, says_of(judge(question, letter)) if parts is None else "")
        for letter, option in question.lettered_options
    ]
    if not question.key:
        options.append(ItemOption(_NONE, is_right=True))
        parts = Parts.RIGHT_MINUS_WRONG
    return ChoiceItem(tuple(options), parts, question.is_shuffled)


def wrong_marks(question: Question) -> Iterator[Mark]:
    """The marks of wrong answers: what named mistakes give, the most plausible first, then the author's own."""
    table = question.mistake_table
    texts = [text for value in (table.names if table else ()) if (text := _written(question, value))]
    texts += [text for text, verdict in question.tests if verdict == "wrong"]
    for text in dict.fromkeys(texts):
        mark = judge(question, text)
        if mark.verdict is Verdict.WRONG:
            yield mark


def _written(question: Question, value: Outcome) -> str:
    """What a mistake gives, as an answer to the question; "" where it is none."""
    kind: Any = question.answer
    if isinstance(value, tuple):
        is_shape = all(size.denominator == 1 for size in value)
        other = kind.with_key(tuple(map(int, value)), Fraction(1)) if is_shape else None
        return kind.echo(other.key) if other else ""
    if isinstance(kind, NumberAnswer):
        _, size = quantity_of(question.diagnoses.target.measure)  # type: ignore[union-attr]  # it has a table
        number = float(value * size / kind.key.unit.size)
        return f"{number:.6g} {kind.key.unit.word}".strip() if "e" not in f"{number:.6g}" else f"{round(number)}"
    return rational_text(value)


def says_of(mark: Mark) -> str:
    """What a student is told of a wrong answer: :func:`wrong_words`, or "" where it stays unsaid."""
    return "" if mark.question.policy.feedback is Feedback.NEVER else wrong_words(mark)


def wrong_words(mark: Mark) -> str:
    """What is to be said of a wrong answer: the mistakes with names, or what its kind remarks; "" for nothing."""
    if mark.verdict is not Verdict.WRONG:
        return ""
    words = diagnoses_text(mark.mistakes) if mark.mistakes else mark.note
    return visible(words[:1].upper() + words[1:])


def _wrong_numbers(question: Question) -> tuple[WrongNumber, ...]:
    numbers: dict[Fraction, str] = {}
    for mark in wrong_marks(question):
        value = mark.value.number if isinstance(mark.value, Measured) else mark.value
        says = says_of(mark)
        if says and "/" not in rational_text(value):
            numbers.setdefault(Fraction(value), says)
    return tuple([WrongNumber(*entry) for entry in numbers.items()])[:MAX_WRONG]


def _wrong_texts(question: Question) -> tuple[WrongText, ...]:
    kind = question.answer
    texts: dict[str, WrongText] = {}
    marks = [*wrong_marks(question)]
    if isinstance(kind, TextAnswer):
        marks += [judge(question, text) for text in kind.rejected]
    for mark in marks[:MAX_WRONG]:
        is_sized = isinstance(kind, ShapeAnswer | IntervalAnswer)
        written = notations(kind, mark.value)[:_WRONG_NOTATIONS] if is_sized else (mark.answer,)
        for text in written:
            texts.setdefault(text.casefold(), WrongText(text, says_of(mark)))
    return tuple(texts.values())


def key_lines(question: Question) -> tuple[str, ...]:
    """The key and how it comes about, a line for each step."""
    return (f"Key: {visible(question.key_words)}", *(visible(" = ".join(sides(step))) for step in question.steps))


def derivation_lines(question: Question) -> tuple[str, ...]:
    """As :func:`key_lines`; () where a student is never shown them."""
    return () if question.policy.feedback is Feedback.NEVER else key_lines(question)


def instruction(question: Question, item: Item) -> str:
    """How an answer is to be written where a place reads one notation only; "" where that makes no difference."""
    kind = question.answer
    match item, kind:
        case NumberItem(), NumberAnswer(key=Measured(unit=unit)) if unit.word:
            return f"Write the number alone, in {unit.word}."
        case NumberItem(), _:
            return "Write the number alone, without separators: 5120, not 5,120 or 2*2560."
        case TextItem(), ShapeAnswer():
            return f"Write it as {next(shape_notations(range(1, len(kind.key) + 1)))}."
        case TextItem(), IntervalAnswer():
            return f"Write it as {next(interval_notations((0, 9)))}."
        case TextItem(), ArgumentAnswer():
            return "Write the value alone, such as 3 or (1, 2)."
        case TextItem(), IntegerAnswer() | ExpressionAnswer():
            return (
                f"Write {'all digits' if cast('Fraction', kind.key).denominator == 1 else 'a fraction, such as 1/3'}."
            )
        case _:
            return ""
