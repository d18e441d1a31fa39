"""Verdicts: one answer, judged by the key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, assert_never, final

from shapecalc.grading.answers.reading import (
    LETTERS,
    NotUnderstoodError,
    is_blank,
    read_calculation,
    read_choices,
    read_integer,
    read_shape_answer,
)
from shapecalc.grading.layout import laid_out
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import channels_last
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.page import Page, Presentable, visible

#: The most of an answer's own text in one place.
ANSWER = 32

#: What an answer can be read as.
Read = int | Decimal | tuple[int, ...]


class Verdict(StrEnum):
    """What can be said of an answer."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "wrong"
    BLANK = "blank"
    NOT_UNDERSTOOD = "not understood"

    @property
    def key(self) -> str:
        """The verdict as a key of JSON."""
        return self.replace(" ", "_")


@final
@dataclass(frozen=True, slots=True)
class Mark(Presentable):
    """What one answer got, and why.

    Attributes:
        question: the question, with its key and the key's derivation.
        answer: what was written.
        verdict: whether it is right.
        points: what it got; 0 until a person has looked, where it was not understood.
        read: what it was read as; None where it is blank or not understood.
        note: a remark on it: what could not be read and where, or what kind of mistake it is.
    """

    question: Question
    answer: str
    verdict: Verdict
    points: Fraction
    read: Read | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON: options as letters, shapes as lists, points as numbers."""
        question = self.question
        return {
            "question": question.id,
            "verdict": str(self.verdict),
            "points": plain_points(self.points),
            "out_of": plain_points(question.points),
            "answer": visible(self.answer),
            "read": plain_answer(question, self.read),
            "key": plain_answer(question, question.key),
            "note": self.note,
            "derivation": steps_text(question.steps),
        }

    @property
    def needs_words(self) -> bool:
        """Whether there is something to say of it: it is not simply right, and not blank."""
        return self.verdict not in (Verdict.RIGHT, Verdict.BLANK)

    def words(self) -> str:
        """The verdict with what was written, what was expected and what went wrong."""
        answer = visible(self.answer.strip(), ANSWER)
        if self.verdict is Verdict.NOT_UNDERSTOOD:
            return f"not understood, look by hand: {answer} ({self.note})"
        if self.verdict is Verdict.BLANK:
            return str(self.verdict)
        points = f" ({float(self.points):g} of {float(self.question.points):g})" if self.points else ""
        value = f" = {self.read}" if self.question.kind == "expression" and answer != str(self.read) else ""
        key = "" if self.verdict is Verdict.RIGHT else f"; the key is {self.question.answer_text(self.question.key)}"
        return f"{self.verdict}{points}: {answer}{value}{key}" + (f" ({self.note})" if self.note else "")

    def page(self) -> Page:
        return Page((laid_out([(self.question.id, self.words())], "", margin=0),))


def plain_points(points: Fraction) -> int | float:
    """Points as JSON has them: whole, or to four decimals."""
    return points.numerator if points.denominator == 1 else round(float(points), 4)


def plain_answer(question: Question, value: Read | None) -> Any:
    """An answer as JSON has it."""
    if isinstance(value, tuple):
        return [LETTERS[place] for place in value] if question.is_choice else list(value)
    return str(value) if isinstance(value, Decimal) else value


def judge(question: Question, answer: str) -> Mark:
    """The verdict on one answer; nothing that a student can write raises."""
    if is_blank(answer):
        return Mark(question, answer, Verdict.BLANK, Fraction(0))
    try:
        read = _read(question, answer)
    except NotUnderstoodError as refused:
        return Mark(question, answer, Verdict.NOT_UNDERSTOOD, Fraction(0), note=visible(str(refused)))
    credit = _credit(question, read)
    verdict = Verdict.RIGHT if credit == 1 else Verdict.PARTLY if credit else Verdict.WRONG
    note = "" if credit == 1 else _note(question, read)
    return Mark(question, answer, verdict, credit * question.points, read, note)


def _read(question: Question, answer: str) -> Read:
    match question.kind:
        case "integer":
            return read_integer(answer)
        case "expression":
            return read_calculation(answer)
        case "shape":
            return read_shape_answer(answer, dims=len(question.key) if isinstance(question.key, tuple) else 1)
        case "single-choice" | "select-all":
            chosen = read_choices(answer, [option.text for option in question.options])
            if question.kind == "single-choice" and len(chosen) != 1:
                raise NotUnderstoodError(f"this names {len(chosen) or 'no'} options; the question asks for one")
            return chosen
        case _:
            assert_never(question.kind)


def _credit(question: Question, read: Read) -> Fraction:
    """The part of the points that an answer gets, from 0 to 1.

    Select-all: each right option that is chosen counts one up, each wrong one that is chosen counts one down, not
    below nothing, out of the number of right options: a wrong choice costs what a right one gains.
    """
    if question.kind != "select-all" or not (isinstance(read, tuple) and isinstance(question.key, tuple)):
        return Fraction(read == question.key)
    if not question.key:
        return Fraction(not read)
    hits = len(set(read) & set(question.key))
    return Fraction(max(hits - (len(read) - hits), 0), len(question.key))


def _note(question: Question, read: Read) -> str:
    key = question.key
    if isinstance(read, Decimal):
        return "not a whole number"
    if question.kind == "select-all" and isinstance(read, tuple) and isinstance(key, tuple):
        missed, extra = sorted(set(key) - set(read)), sorted(set(read) - set(key))
        parts = [("missed", missed), ("chosen but wrong", extra)]
        return "; ".join(f"{what} {question.answer_text(tuple(places))}" for what, places in parts if places)
    if question.kind == "shape" and isinstance(read, tuple) and isinstance(key, tuple):
        return _shape_note(question, read, key)
    return ""


def _shape_note(question: Question, read: tuple[int, ...], key: tuple[int, ...]) -> str:
    wanted, other = ("last", "first") if question.channels_last else ("first", "last")
    moved = (key[-1], *key[:-1]) if question.channels_last else channels_last(key)
    if read == moved:
        return f"the right numbers in channels-{other} order; channels-{wanted} is asked for"
    if sorted(read) == sorted(key):
        return "the right numbers in another order"
    if len(read) == len(key) + 1 and read[1:] == key:
        return "a batch stands in front; shapes are written without it"
    if len(read) != len(key):
        return f"{len(read)} size{'s' if len(read) > 1 else ''} instead of {len(key)}"
    return ""
