"""How Canvas reads an archive of QTI 1.2 and marks, in classic quizzes and in New Quizzes, as their source says.

Classic: behind ``or`` and ``and``, a number is right, whatever the score; the last condition that names an option says
its worth; texts are compared without case; several options are right minus wrong ones; what is no number is 0. New
Quizzes: of numbers, a condition that sets the score is right; of texts, every one that is compared; of several options,
those that stand in ``and`` itself.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

_Q = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


@dataclass
class CanvasQuestion:
    """A question as Canvas has it: its kind, what is right, and how many options it has."""

    name: str
    kind: str
    points: float
    ranges: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    right: set[int] = field(default_factory=set)

    def mark(self, answer: Any) -> float | None:
        """What an answer earns; None where a person marks it."""
        match self.kind:
            case "numerical_question":
                value = decimal(answer)
                return self.points * any(low <= value <= high for low, high in self.ranges)
            case "short_answer_question":
                return self.points * (answer.strip().lower() in [text.strip().lower() for text in self.texts])
            case "multiple_choice_question":
                return self.points * (set(answer) == self.right)
            case "multiple_answers_question":
                hits = len(set(answer) & self.right)
                return self.points * max(hits - (len(answer) - hits), 0) / len(self.right)
        return None


def decimal(text: str) -> Decimal:
    """A number; 0 of what is none."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)


def read_package(content: bytes) -> tuple[Element, Element]:
    """The manifest, and the assessment that its resource of type imsqti_xmlv1p2 names."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        manifest = fromstring(archive.read("imsmanifest.xml"))
        space = re.match(r"\{.*\}", manifest.tag)[0]  # type: ignore[index]
        resources = {each.get("type"): each for each in manifest.iter(f"{space}resource")}
        quiz = resources["imsqti_xmlv1p2"]
        meta = quiz.find(f"{space}dependency")
        assert meta is not None
        assert meta.get("identifierref") in [each.get("identifier") for each in resources.values()]
        path = quiz.find(f"{space}file")
        assert path is not None
        assert any(name.endswith("assessment_meta.xml") for name in archive.namelist())
        return manifest, fromstring(archive.read(path.get("href", "")))


def groups(assessment: Element) -> dict[str, tuple[int, list[Element]]]:
    """The items, by the group that they are drawn from, with how many are drawn; "" for those outside."""
    root = assessment.find(f".//{_Q}section[@ident='root_section']")
    assert root is not None
    drawn = {"": (len(root.findall(f"{_Q}item")), root.findall(f"{_Q}item"))}
    for section in root.findall(f"{_Q}section"):
        count = section.findtext(f"{_Q}selection_ordering/{_Q}selection/{_Q}selection_number", "0")
        drawn[section.get("title", "")] = int(count), section.findall(f"{_Q}item")
    return drawn


def classic(item: Element) -> CanvasQuestion:
    """A question of classic quizzes."""
    question = _question(item)
    for condition in item.iter(f"{_Q}respcondition"):
        score = float(condition.findtext(f"{_Q}setvar", "0"))
        variables = condition.find(f"{_Q}conditionvar")
        assert variables is not None
        if question.kind == "numerical_question" and variables.find(f".//{_Q}and") is not None:
            question.ranges.append(_range(variables))
        elif question.kind == "short_answer_question":
            question.texts += [each.text or "" for each in variables.findall(f"{_Q}varequal")] if score else []
        elif question.kind == "multiple_choice_question":
            for each in variables.findall(f"{_Q}varequal"):
                place = _place(each)
                question.right = question.right | {place} if score > 0 else question.right - {place}
        elif question.kind == "multiple_answers_question":
            question.right |= {_place(each) for each in variables.findall(f"{_Q}and/{_Q}varequal")}
    return question


def new_quizzes(item: Element) -> CanvasQuestion:
    """A question of New Quizzes."""
    question = _question(item)
    scoring = [each for each in item.iter(f"{_Q}respcondition") if each.find(f"{_Q}setvar") is not None]
    match question.kind:
        case "numerical_question":
            question.ranges = [_range(condition) for condition in scoring]
        case "short_answer_question":
            assert item.find(f".//{_Q}other") is None, "New Quizzes take it for an essay"
            question.texts = [each.text or "" for each in item.iter(f"{_Q}varequal")]
        case "multiple_choice_question":
            question.right = {_place(next(condition.iter(f"{_Q}varequal"))) for condition in scoring}
        case "multiple_answers_question":
            question.right = {_place(each) for each in item.findall(f".//{_Q}and/{_Q}varequal")}
    return question


def _question(item: Element) -> CanvasQuestion:
    fields = {
        each.findtext(f"{_Q}fieldlabel"): each.findtext(f"{_Q}fieldentry", "")
        for each in item.iter(f"{_Q}qtimetadatafield")
    }
    return CanvasQuestion(item.get("title", ""), fields["question_type"], float(fields["points_possible"]))


def _range(element: Element) -> tuple[Decimal, Decimal]:
    key, low, high = (Decimal(element.findtext(f".//{_Q}{tag}", "")) for tag in ("varequal", "vargte", "varlte"))
    assert high - key == key - low
    return low, high


def _place(element: Element) -> int:
    return int((element.text or "").removeprefix("option"))
