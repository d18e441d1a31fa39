"""docs/reference/mistakes.md: each mistake with a question, a wrong answer, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import shapecalc
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.grading.mistakes import Diagnosis
from shapecalc.grading.mistakes.mistake import Mistake
from shapecalc.grading.mistakes.outcomes import work_out
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.mistakes.table import NumberTable
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key
from tests.students import RATES
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "mistakes.md"

#: Questions from which the examples are taken: for each mistake the first in which it explains a number best.
QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Conv2d(3, 8, 5, stride=2, padding=1)", "3x28x28", {"measure": "height"}),
    ("Conv2d(3, 8, 5, stride=3, padding=1)", "3x30x30", {"measure": "height"}),
    ("Conv2d(3, 8, 5)", "3x30x24", {"measure": "height"}),
    ("MaxPool2d(3, stride=2)", "3x28x28", {"measure": "height"}),
    ("MaxPool2d(3)", "3x28x28", {"measure": "height"}),
    ("MaxPool2d(2, ceil_mode=True)", "3x15x15", {"measure": "height"}),
    ("Conv2d(3, 8, 4)", "3x30x30", {"measure": "height"}),
    ("Conv2d(3, 8, 3, dilation=3)", "3x30x30", {"measure": "height"}),
    ("ConvTranspose2d(8, 3, 3, stride=2, padding=1, output_padding=1)", "8x14x14", {"measure": "height"}),
    ("Conv2d(3, 8, 3, stride=2) ConvTranspose2d(8, 3, 3, stride=2)", "3x74x74", {"measure": "height"}),
    ("ConvTranspose2d(8, 3, 5, stride=3, padding=1)", "8x14x14", {"measure": "height"}),
    ("ZeroPad2d((0, 0, 1, 1)) Conv2d(1, 4, 3)", "1x9x14", {"measure": "height"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2)", "3x24x18", {"measure": "output_shape"}),
    ("Conv2d(6, 8, (3, 5))", "6x20x20", {"measure": "output_shape"}),
    ("AdaptiveAvgPool2d(1)", "64x7x7", {"measure": "output_shape"}),
    ("Conv2d(6, 16, 5)", "6x20x20", {"measure": "parameters"}),
    ("Conv2d(6, 16, 5, bias=False)", "6x20x20", {"measure": "parameters"}),
    ("Conv2d(8, 8, 3, groups=8)", "8x20x20", {"measure": "parameters"}),
    ("Conv2d(8, 16, 3, groups=2)", "8x20x20", {"measure": "parameters"}),
    ("BatchNorm2d(32)", "32x10x10", {"measure": "parameters"}),
    ("LSTM(10, 20)", "7x10", {"measure": "parameters"}),
    ("Linear(1024, 100)", "1024", {"measure": "parameters"}),
    ("Conv2d(3, 8, 5, stride=2, padding=2)", "3x32x32", {"measure": "macs"}),
    ("Conv2d(3, 8, 5)", "3x32x32", {"measure": "flops_with_bias"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3) Flatten()", "3x32x32", {"measure": "values"}),
    ("Conv2d(3, 8, 5, padding=2) AvgPool2d(3, stride=1, padding=1) Flatten()", "3x32x32", {"measure": "values"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3) Conv2d(16, 10, 3)", "3x32x32", {"measure": "parameters"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3, padding=1)", "3x32x32", {"measure": "receptive_field"}),
    ("Conv1d(1, 4, 3) Conv1d(4, 4, 3, dilation=2) Conv1d(4, 4, 3, dilation=4)", "1x64", {"measure": "receptive_field"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 4, stride=2)", "3x32x32", {"measure": "receptive_field"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "height", "node": "pool1"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "channels", "node": "conv2"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "macs", "node": "conv2"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "bytes"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "saved_bytes"}),
    ("Conv2d(3, 8, 5) MaxPool2d(2) Conv2d(8, 16, 3)", "3x32x32", {"measure": "parameters"}),
)  # fmt: skip

TITLE = """\
<!-- Written by python -m tests.tools.refresh_docs from shapecalc/grading/mistakes. -->

# Mistakes

`shapecalc grade` names the mistake that gives a wrong number, in the words below and in the `mistakes` of `--json`. How
it is found stands in [How a mistake is found](../explanation/mistakes.md), and how an author adds mistakes with other
words in [Name a mistake](../how-to/name-a-mistake.md). Many numbers come from several mistakes; then the others are
named as well, the more plausible ones first.

Each mistake has an example: a net, a question about it, the right answer, a wrong one, and what is said of that. The
last line has the rates of simulated students: of so many who made the mistake in questions about random nets, for how
many it was among the mistakes named, and for how many it stood first. `python -m tests.students` counts them anew.
"""


class Example(NamedTuple):
    """A question with a wrong answer that a mistake explains."""

    spec: str
    shape: str
    target: Target
    table: NumberTable
    diagnosis: Diagnosis


@cache
def _tables() -> tuple[tuple[str, str, Target, NumberTable], ...]:
    tables = []
    for spec, shape, keys in QUESTIONS:
        report = shapecalc.measure(shapecalc.parse(spec, input_shape=shape))
        target = Target(**keys)
        tables.append((spec, shape, target, NumberTable(report, target, find_key(target, report))))
    return tuple(tables)


def example(mistake: Mistake) -> Example | None:
    """The best example of a mistake: one that it explains alone, or before all others, or among them."""
    best: tuple[int, Example] | None = None
    for spec, shape, target, table in _tables():
        for edit in table.edits:
            value = work_out(table.sheet, (edit,)) if edit.mistake is mistake else None
            if value is None or value == table.key:
                continue
            diagnoses = table.explain(value)
            names = [name for diagnosis in diagnoses for name, _ in diagnosis.edits]
            if mistake.name not in names:
                continue
            place = names.index(mistake.name)
            score = place and 2 + place
            if place == 0 and len({*names}) > 1:
                score = 1
            if best is None or score < best[0]:
                best = score, Example(spec, shape, target, table, diagnoses[place])
        if best and best[0] == 0:
            break
    return best and best[1]


def page() -> str:
    """The page."""
    rates = json.loads(RATES.read_text(encoding="utf-8"))
    return TITLE + "".join(_section(mistake, rates[mistake.name]) for mistake in MISTAKES.values())


def _section(mistake: Mistake, rate: Mapping[str, int]) -> str:
    lines = [f"\n## {mistake.name}\n\n{_sentence(mistake.what)}\n"]
    case = example(mistake)
    if case:
        node = f" of {case.target.node}" if case.target.node else ""
        measure = case.target.measure.replace("_", " ")
        lines.append(
            f"- `{case.spec}` on {case.shape}: {measure}{node} is {_text(case.table.key)}\n"
            f"- {_text(case.diagnosis.value)}: {case.diagnosis.says}\n"
        )
    if rate["made"]:
        lines.append(f"- of {rate['made']} who made it, named for {rate['named']}, first for {rate['first']}\n")
    return lines[0] + "\n" + "".join(lines[1:])


def _sentence(text: str) -> str:
    is_letter = text[1] == " "  # d taken as 1
    return text if is_letter or text.startswith("size") else text[0].upper() + text[1:]


def _text(value: Any) -> str:
    return "x".join(map(rational_text, value)) if isinstance(value, tuple) else rational_text(value)
