"""Moodle's XML, read: numerical, shortanswer, multichoice and truefalse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from shapecalc.grading.exchange.foreign import (
    ForeignAnswer,
    ForeignQuestion,
    foreign_number,
    part_of_percent,
    plain_text,
)

_KINDS = {"numerical": "number", "shortanswer": "text"}


def moodle_questions(root: Element) -> Iterator[ForeignQuestion]:
    """The questions of a file, without its categories."""
    for element in root.iterfind("question"):
        if element.get("type") != "category":
            yield _question(element)


def moodle_title(root: Element) -> str:
    """The category that holds those of the questions, or "" without one."""
    path = root.findtext("question[@type='category']/category/text") or ""
    names = [name.replace("\0", "/") for name in path.replace("//", "\0").split("/")]
    return next((name for name in names[:-1][::-1] if name not in ("$course$", "top", "")), "")


def _question(element: Element) -> ForeignQuestion:
    kind = element.get("type", "")
    text, remarks = plain_text(element.findtext("questiontext/text") or "")
    name = element.findtext("name/text") or ""
    points = foreign_number(element.findtext("defaultgrade")) or Fraction(1)
    found = [*remarks, *(["it has files"] if element.find(".//file") is not None else [])]
    if kind in ("multichoice", "truefalse"):
        is_single = kind == "truefalse" or element.findtext("single", "true").strip() in ("true", "1")
        answers = tuple([_option(answer) for answer in element.iterfind("answer")])
        return ForeignQuestion(name, text, "choice" if is_single else "choices", answers, points, tuple(found))
    if kind == "numerical" and element.find("units/unit") is not None:
        found.append("units are left out")
    if kind == "shortanswer" and element.findtext("usecase", "0").strip() == "1":
        found.append("capitals and small letters are told apart there")
    read = _number if kind == "numerical" else _text
    answers = tuple([read(answer) for answer in element.iterfind("answer")]) if kind in _KINDS else ()
    return ForeignQuestion(name, text, _KINDS.get(kind, kind or "nothing"), answers, points, tuple(found))


def _says(answer: Element) -> str:
    return plain_text(answer.findtext("feedback/text") or "")[0]


def _option(answer: Element) -> ForeignAnswer:
    return ForeignAnswer(
        plain_text(answer.findtext("text") or "")[0], part_of_percent(answer.get("fraction")), _says(answer)
    )


def _number(answer: Element) -> ForeignAnswer:
    tolerance = foreign_number(answer.findtext("tolerance")) or Fraction(0)
    part = part_of_percent(answer.get("fraction"))
    return numeric_answer(answer.findtext("text") or "", part, _says(answer), abs(tolerance))


def _text(answer: Element) -> ForeignAnswer:
    part = part_of_percent(answer.get("fraction"))
    return short_answer(answer.findtext("text") or "", part, _says(answer))


def numeric_answer(text: str, part: Fraction, says: str, tolerance: Fraction) -> ForeignAnswer:
    """A number; what is none is any number there."""
    number = foreign_number(text)
    return ForeignAnswer("*" if number is None else str(number), part, says, tolerance, is_pattern=number is None)


def short_answer(pattern: str, part: Fraction, says: str) -> ForeignAnswer:
    """A short answer of Moodle's: an asterisk without a backslash stands for anything."""
    is_pattern = re.search(r"(?<!\\)\*", pattern) is not None
    return ForeignAnswer(pattern.replace("\\*", "*").strip(), part, says, is_pattern=is_pattern)
