"""A diagnosis: the mistakes that give somebody's number, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never, final

from shapecalc.algebra.edits import Unrounded
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.grading.mistakes.change import (
    AnswerChange,
    Edit,
    FormulaChange,
    LayerChange,
    Outcome,
    RunChange,
    ValueChange,
)
from shapecalc.grading.mistakes.line import Line
from shapecalc.grading.mistakes.lines import values_line
from shapecalc.grading.mistakes.names import OF_UNITS, OTHER_LAYERS
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.working import EditedLine, Working
from shapecalc.grading.quiz.target import quantity_of

#: So many explanations of one answer are spelled out.
_SPELLED_OUT = 3
#: As long as they cost no more than this above the most plausible one.
_MARGIN = 2


@final
@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An explanation of a wrong answer: one mistake, or two that were made together.

    Attributes:
        edits: the name of each mistake with the node where it is made; "" where it is made everywhere or in the whole.
        says: what is said to whom has made them.
        value: what comes out; of a formula, its text.
        cost: how implausible it is: 1 for the commonest mistakes, in the layer that is asked about.
    """

    edits: tuple[tuple[str, str], ...]
    says: str
    value: Outcome | str
    cost: float = 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "edits": [{"name": name, "node": node} for name, node in self.edits],
            "says": self.says,
            "value": plain_outcome(self.value),
        }


def diagnoses_text(diagnoses: Sequence[Diagnosis]) -> str:
    """Some explanations of one answer as text: "Either … Or …", the same mistake in several layers once.

    Those that are far less plausible than the first are only counted.
    """
    sentences: dict[tuple[str, ...], list[Diagnosis]] = {}
    for each in _distinct(diagnoses):
        sentences.setdefault(tuple([name for name, _ in each.edits]), []).append(each)
    likely = [group for group in sentences.values() if group[0].cost <= diagnoses[0].cost + _MARGIN]
    is_pair = len(diagnoses[0].edits) > 1
    texts = list(dict.fromkeys(map(_with_places, likely[: 1 if is_pair else _SPELLED_OUT])))
    texts = _once(texts, diagnoses[0].value)
    count = len(sentences) - len(texts)
    more = f" Less likely: {count} other mistake{'s' * (count > 1)}." if count else ""
    prefix = "Perhaps two mistakes at once. " if is_pair else ""
    return prefix + (f"{texts[0]}." if len(texts) == 1 else f"Either {'. Or '.join(map(_lower, texts))}.") + more


def _distinct(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """The explanations without those that name a layer again whose number was given: the next one is another one."""
    nodes: set[str] = set()
    distinct: list[Diagnosis] = []
    for diagnosis in diagnoses:
        name, node = diagnosis.edits[0]
        if name in OTHER_LAYERS and len(diagnosis.edits) == 1:
            if node in nodes:
                continue
            nodes.add(node)
        distinct.append(diagnosis)
    return distinct


def _with_places(diagnoses: Sequence[Diagnosis]) -> str:
    """What is said of a mistake that may have been made in several layers."""
    first = diagnoses[0]
    nodes = [node for each in diagnoses[1:] for _, node in each.edits if node and len(each.edits) == 1]
    return first.says + (f" (or the same in {', '.join(dict.fromkeys(nodes))})" if nodes else "")


def plain_outcome(value: Outcome | str) -> Any:
    """A value as JSON has it; a fraction as text."""
    if isinstance(value, tuple):
        return list(map(plain_outcome, value))
    return value if isinstance(value, int | str) else rational_text(value)


def outcome_text(value: Outcome) -> str:
    """A value as a person writes it."""
    return "x".join(map(rational_text, value)) if isinstance(value, tuple) else rational_text(value)


def diagnosis(sheet: Sheet, edits: Sequence[Edit], value: Outcome, cost: float) -> Diagnosis:
    """What is said of some mistakes that were made together."""
    working = Working(sheet, edits)
    working.outcome()
    words = _once([_words(sheet, edit, working, value) for edit in edits], value)
    says = words[0] if len(words) == 1 else f"{words[0]}. And {_lower(words[1])}"
    return Diagnosis(tuple([(edit.mistake.name, edit.node) for edit in edits]), says, value, cost)


def _passed_on(value: Outcome | str) -> str:
    """What is said of a step from which an answer comes about further on."""
    return f"; carried on, this gives {value if isinstance(value, str) else outcome_text(value)}"


def _once(texts: Sequence[str], value: Outcome | str) -> list[str]:
    """Texts about one answer, of which only the last says what the steps before it give."""
    words = _passed_on(value)
    last = max((place for place, text in enumerate(texts) if words in text), default=0)
    return [text if place == last else text.replace(words, "") for place, text in enumerate(texts)]


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _words(sheet: Sheet, edit: Edit, working: Working, value: Outcome) -> str:
    """What is said of one mistake, with the wrong step and the right one."""
    says = edit.mistake.says
    says = says.format(edit.detail) if "{}" in says else " ".join(filter(None, (says, edit.detail))).rstrip(",")
    match edit.change:
        case FormulaChange():
            return _formula_words(sheet, edit, working, value, says)
        case LayerChange() | RunChange():
            place = f", in {edit.node}" if isinstance(edit.change, LayerChange) else ""
            return f"{says}{place}: that gives {outcome_text(value)}"
        case AnswerChange():
            return f"{says}: {outcome_text(value)}" if outcome_text(value) not in says else says
        case ValueChange():
            right = Working(sheet, ()).measure(sheet.target)
            is_of_bytes = edit.mistake.name in OF_UNITS and quantity_of(sheet.target.measure)[0] == "bytes"
            unit = "bytes" if is_of_bytes else ""
            return scaled_words(says, edit.change, right, value, unit)
        case _:
            assert_never(edit.change)


def scaled_words(says: str, change: ValueChange, right: Outcome, value: Outcome, unit: str = "") -> str:
    """What is said of a number that is right but for a factor."""
    number = f"{outcome_text(value)} {unit}".strip()
    return f"{says}: {outcome_text(right)}{change.equation} = {number}; right is {outcome_text(right)}"


def _formula_words(sheet: Sheet, edit: Edit, working: Working, value: Outcome, says: str) -> str:
    edited = [trace for trace in working.edited if trace.edit is edit]
    trace = next((trace for trace in edited if _right_value(sheet, trace.line) != trace.value), None)
    if trace is None:
        return says
    line = trace.line
    right = _right_line(sheet, line)
    wrong_step = _equation(line, trace.tree, trace.value)
    right_step = _equation(right, right.tree, right.value(right.tree))
    place = f"in {line.node}" if edit.node else f"in every layer, first in {line.node}"
    carried = "" if _is_answer(sheet, line, trace, value) else _passed_on(value)
    return f"{says}: {wrong_step}; right is {right_step}, {place}{carried}"


def _is_answer(sheet: Sheet, line: Line, trace: EditedLine, value: Outcome) -> bool:
    if isinstance(value, tuple):
        return line.node == sheet.node and trace.value in value
    return sheet.is_near(line.node) and trace.value == value


def _equation(line: Line, tree: Any, value: Any) -> str:
    sides = line.text(tree), rational_text(value)
    if isinstance(tree, Unrounded) or sides[0] != sides[1]:
        return " = ".join(sides)
    return sides[1]


def _right_line(sheet: Sheet, line: Line) -> Line:
    """The same line of the right working."""
    row = sheet.by_name.get(line.node)
    lines = (
        [*sheet.lines(row)]
        if row
        else [values_line(line.node, sheet.shapes[line.node], None, sheet.image, first=sheet.first)]
    )
    same = [other for other in lines if (other.quantity, other.axis) == (line.quantity, line.axis)]
    return next((other for other in same if other.tree == line.tree), same[0] if same else line)


def _right_value(sheet: Sheet, line: Line) -> Any:
    right = _right_line(sheet, line)
    return right.value(right.tree)
