"""GIFT, read: numbers, short answers, choices, true and false."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple, final

from shapecalc.grading.exchange.foreign import (
    ForeignAnswer,
    ForeignQuestion,
    foreign_number,
    part_of_percent,
    plain_text,
)
from shapecalc.grading.exchange.from_moodle import numeric_answer, short_answer

#: Signs behind a backslash, put aside as characters that no text has.
_ASIDE = {sign: chr(0xE000 + place) for place, sign in enumerate("\\~=#{}:n")}
_BACK = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in _ASIDE.items()})
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,7})?)%")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@final
class GiftBlock(NamedTuple):
    """A question of GIFT in its parts, with signs put aside.

    Attributes:
        name: what it is called, or "".
        text: the question.
        answers: what stands in the braces, without general feedback.
    """

    name: str
    text: str
    answers: str


def gift_title(text: str) -> str:
    """The category that holds those of the questions, or "" without one."""
    match = re.search(r"^\$CATEGORY:\s*(.+)$", text, re.MULTILINE)
    names = match[1].strip().replace("//", "\0").split("/")[:-1] if match else []
    return next((name.replace("\0", "/") for name in names[::-1] if name not in ("$course$", "top", "")), "")


def gift_questions(text: str) -> Iterator[ForeignQuestion]:
    """The questions of a file."""
    for block in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")):
        lines = [line for line in block.split("\n") if not line.lstrip().startswith("//")]
        source = "\n".join(line for line in lines if not line.lstrip().startswith("$CATEGORY:")).strip()
        if source:
            yield _question(source)


def _question(source: str) -> ForeignQuestion:
    source = re.sub(r"\\([\\~=#{}:n])", lambda match: _ASIDE[match[1]], source)
    block = _parts(source)
    text, remarks = _plain(block.text, "moodle")
    name = _back(block.name) or text[:30]
    kind, answers = _answers(block.answers)
    return ForeignQuestion(name, text, kind, answers, Fraction(1), remarks)


def _parts(source: str) -> GiftBlock:
    name = ""
    if source.startswith("::") and "::" in source[2:]:
        name, source = source[2:].split("::", 1)
    before, brace, rest = source.partition("{")
    if not brace:
        return GiftBlock(name, source, "\0")
    answers, _, after = rest.partition("}")
    text = f"{before}_____{after}" if after.strip() else before
    return GiftBlock(name, text, answers.rpartition("####")[0] if "####" in answers else answers)


def _answers(source: str) -> tuple[str, tuple[ForeignAnswer, ...]]:
    """The kind of a question, and its answers."""
    source = source.strip()
    if source == "\0":
        return "description", ()
    if not source:
        return "essay", ()
    if source.startswith("#"):
        return "number", tuple(_numbers(source[1:]))
    if "~" in source:
        parts = [part for part in source.replace("=", "~=").split("~") if part.strip()]
        kind = "choice" if "=" in source else "choices"
        return kind, tuple([_option(part.strip()) for part in parts])
    if "=" in source and "->" in source:
        return "matching", ()
    word = source.split("#")[0].strip()
    if word in _TRUTHS:
        options = ((text, value == _TRUTHS[word]) for text, value in (("True", True), ("False", False)))
        return "choice", tuple([ForeignAnswer(text, Fraction(is_right)) for text, is_right in options])
    return "text", tuple([_short(part) for part in source.split("=") if part.strip()])


def _numbers(source: str) -> Iterator[ForeignAnswer]:
    """Numbers, and whether any number is one."""
    source, fallback, _ = source.partition("~")
    for part in source.split("="):
        if not part.strip():
            continue
        weight, answer, says = _weighted(part, Fraction(1))
        key, _, tolerance = answer.partition(":")
        low, dots, high = answer.partition("..")
        if dots:
            ends = foreign_number(low), foreign_number(high)
            middle = (ends[0] + ends[1]) / 2 if ends[0] is not None and ends[1] is not None else None
            margin = ends[1] - middle if middle is not None and ends[1] is not None else Fraction(0)
            yield ForeignAnswer("*" if middle is None else str(middle), weight, says, margin, is_pattern=middle is None)
        else:
            yield numeric_answer(key, weight, says, foreign_number(tolerance) or Fraction(0))
    if fallback:
        yield ForeignAnswer("*", Fraction(0), is_pattern=True)


def _option(source: str) -> ForeignAnswer:
    is_key = source.startswith("=")
    weight, answer, says = _weighted(source.removeprefix("="), Fraction(is_key))
    return ForeignAnswer(_plain(answer, "moodle")[0], weight, says)


def _short(source: str) -> ForeignAnswer:
    weight, answer, says = _weighted(source, Fraction(1))
    return short_answer(_back(answer), weight, says)


def _weighted(source: str, weight: Fraction) -> tuple[Fraction, str, str]:
    """The part of the points, the answer, and what is said of it."""
    source = source.strip()
    match = _WEIGHT.match(source)
    answer, _, says = (source[match.end() :] if match else source).partition("#")
    return part_of_percent(match[1]) if match else weight, answer.strip(), _plain(says, "moodle")[0]


def _plain(source: str, form: str) -> tuple[str, tuple[str, ...]]:
    """A text without markup: of HTML, or of Moodle's own format, which has HTML in it."""
    match = _FORMAT.match(source.strip())
    form = match[1] if match else form
    text = _back(source.strip()[match.end() :] if match else source)
    return plain_text(text) if form in ("html", "moodle") else (" ".join(text.split()), ())


def _back(source: str) -> str:
    return source.translate(_BACK).strip()
