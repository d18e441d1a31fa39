"""Numbers of the engine, computed alike by the Python of the tests and by that of a browser."""

from __future__ import annotations

import json
from typing import Any

import shapecalc
from shapecalc import zoo
from shapecalc.checking import check
from shapecalc.formats.source.programs import Source

SPEC = "Conv2d(3, 10, 3, stride=2) BatchNorm2d ReLU MaxPool2d(4) Conv2d(10, 20, 5, padding=2) Flatten Linear(5120, 10)"
SOURCE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 10, 3)
        self.head = nn.Linear(10 * 30 * 30, 5)

    def forward(self, x):
        return self.head(torch.flatten(self.conv(x), 1))

Net()(torch.zeros(1, 3, 28, 28))
"""


def of_the_calculator() -> str:
    """What needs no document: a table, derivations, a domain, a verdict, as JSON."""
    net = shapecalc.parse(SPEC, input_shape="3x130x130")
    letters = shapecalc.measure(shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape="3xHxW"))
    verdict = check(Source("net.py", SOURCE))
    return _json(
        {
            "text": str(net),
            "report": shapecalc.measure(net).as_dict(),
            "page": shapecalc.measure(net).page().html(),
            "explanation": shapecalc.explain(net).as_dict(),
            "domain": str(letters.domain),
            "verdict": verdict.as_dict(),
        }
    )


def of_the_zoo() -> str:
    """Output shapes, parameters, multiply-accumulates and fields of every net of the zoo, as JSON."""
    numbers = {}
    for name in zoo.names():
        report = shapecalc.measure(shapecalc.parse(f"zoo:{name}"))
        rows = [(row.name, row.output_shape, row.parameters, row.macs) for row in report.rows]
        fields = [str(field.size) for field in report.rows[-1].fields]
        numbers[name] = (report.parameters, report.macs, fields, rows)
    return _json(numbers)


def of_a_quiz() -> str:
    """The questions of a quiz that comes with the package, and their keys, as JSON."""
    quiz = shapecalc.quiz("quiz:one-layer").quiz
    return _json([(question.id, question.answer.key_text) for question in quiz.questions])


def _json(value: Any) -> str:
    return json.dumps(value, default=str, sort_keys=True)
