"""How Moodle reads its XML and marks: numerical, shortanswer and multichoice, as their source says.

A number: spaces go; one comma without a point is a decimal sign, else commas go; what follows the number is a unit,
which a question without units refuses. The first answer counts that the number is near enough to; ``*`` is any. A text:
case and the spaces around it do not matter, ``*`` is anything unless a backslash is before it. Several options: the sum
of their parts, from 0 to 1. A part of the points that is not on Moodle's list is refused at import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

PARTS = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20),
    *(16.66667, 14.28571, 12.5, 11.11111, 10, 5, 0),
)
#: PHP's precision, by which a tolerance is widened.
PRECISION = 14


@dataclass
class MoodleAnswer:
    """An answer of a question there: what it is, the part of the points, what is said, how far off a number may be."""

    text: str
    fraction: float
    feedback: str = ""
    tolerance: float = 0


@dataclass
class MoodleQuestion:
    """A question as it stands in the question bank."""

    name: str
    kind: str
    answers: list[MoodleAnswer] = field(default_factory=list)
    is_single: bool = True
    grade: float = 1
    category: str = ""

    def mark(self, answer: Any) -> float | None:
        """What an answer earns, a text or the places of options; None where a person marks it."""
        reaction = self.reaction(answer)
        if self.kind == "essay":
            return None
        if self.kind == "multichoice" and not self.is_single:
            total = sum(self.answers[place].fraction for place in answer)
            return self.grade * min(max(total, 0), 100) / 100
        return self.grade * (reaction.fraction if reaction else 0) / 100

    def reaction(self, answer: Any) -> MoodleAnswer | None:
        """The answer of the question that decides."""
        match self.kind:
            case "numerical":
                value = number(answer)
                return next((each for each in self.answers if value is not None and is_near(each, value)), None)
            case "shortanswer":
                return next((each for each in self.answers if matches(answer, each.text)), None)
            case "multichoice" if self.is_single:
                return self.answers[answer[0]]
        return None


def read_xml(content: bytes) -> list[MoodleQuestion]:
    """The questions of a file, in the categories that it names."""
    category, questions = "", []
    for element in fromstring(content):
        if element.get("type") == "category":
            category = element.findtext("category/text", "")
            continue
        questions.append(_question(element, category))
    return questions


def _question(element: Element, category: str) -> MoodleQuestion:
    is_single = element.findtext("single", "true") in ("true", "1")
    grade = float(element.findtext("defaultgrade", "1"))
    kind, name = element.get("type", ""), element.findtext("name/text", "")
    question = MoodleQuestion(name, kind, [], is_single, grade, category)
    for answer in element.iter("answer"):
        part = float(answer.get("fraction", "0"))
        assert any(abs(abs(part) - known) < 1e-5 for known in PARTS), f"Moodle refuses {part}"
        feedback = answer.findtext("feedback/text") or ""
        tolerance = float(answer.findtext("tolerance") or 0)
        question.answers.append(MoodleAnswer(answer.findtext("text") or "", part, feedback, tolerance))
    return question


def number(text: str) -> float | None:
    """The number that a text begins with; None where it has none, or anything stands behind it."""
    text = re.sub(r"(?:e|E|(?:x|\*|×)10(?:\^|\*\*))([+-]?\d+)", r"e\1", text.replace(" ", ""))
    text = text.replace(",", "") if "." in text or text.count(",") > 1 else text.replace(",", ".")
    match = re.match(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?", text)
    return float(match[0]) if match and match.end() == len(text) else None


def is_near(answer: MoodleAnswer, value: float) -> bool:
    """Whether a number is as near to an answer as it must be."""
    if answer.text == "*":
        return True
    key = float(answer.text)
    margin = answer.tolerance + 10**-PRECISION * max(1, abs(key))
    return key - margin <= value <= key + margin


def matches(text: str, pattern: str) -> bool:
    """Whether a text is like a pattern."""
    bits = re.split(r"(?<!\\)\*+", pattern)
    expression = ".*".join(re.escape(bit.replace("\\*", "*")) for bit in bits)
    return re.fullmatch(expression, text.strip(), re.IGNORECASE) is not None
