"""Simulated students: ``python -m tests.students`` counts how often a mistake is named when somebody makes it.

Questions about random nets are answered rightly, and once with each mistake that the question allows. The right answer
must get all points, and be explained by nothing; of the others it is counted how often the mistake that was made stands
first, and how often it is among those named. The counts are written to tests/data/students.json, from which the page
of mistakes has its rates.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import shapecalc
from shapecalc.errors import ShapecalcError
from shapecalc.grading.mistakes.change import Edit, Outcome
from shapecalc.grading.mistakes.outcomes import work_out
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.mistakes.table import NumberTable
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key

RATES = Path(__file__).parent / "data" / "students.json"
#: How many questions are asked, and how often each mistake is counted at most.
QUESTIONS, STUDENTS = 1_500, 200


class Slip(NamedTuple):
    """A wrong answer with the mistake that was made."""

    table: NumberTable
    edit: Edit
    value: Outcome


def _window(draw: random.Random) -> str:
    words = [f"{draw.choice((2, 3, 3, 4, 5, 7))}"]
    words += [f"stride={draw.choice((2, 2, 3))}"] if draw.random() < 0.5 else []
    words += [f"padding={draw.choice((1, 2, 3))}"] if draw.random() < 0.5 else []
    words += [f"dilation={draw.choice((2, 3))}"] if draw.random() < 0.2 else []
    return ", ".join(words)


def _pool(draw: random.Random) -> str:
    kernel = draw.choice((2, 2, 3, 4))
    more = ["stride=2"] if draw.random() < 0.3 else []
    more += ["padding=1"] if draw.random() < 0.2 else []
    more += ["ceil_mode=True"] if draw.random() < 0.2 else []
    return f"{draw.choice(('MaxPool2d', 'AvgPool2d'))}({', '.join([str(kernel), *more])})"


def _chain(draw: random.Random) -> tuple[str, str]:
    """A chain of convolutions and poolings, often with a classifier."""
    channels = image = draw.choice((1, 3, 3, 4))
    layers: list[str] = []
    for _ in range(draw.randint(1, 4)):
        filters = draw.choice((4, 6, 8, 10, 16, 32))
        bias = ", bias=False" if draw.random() < 0.3 else ""
        groups = f", groups={channels}" if draw.random() < 0.2 and filters % channels == 0 else ""
        layers.append(f"Conv2d({channels}, {filters}, {_window(draw)}{groups}{bias})")
        channels = filters
        layers += [f"BatchNorm2d({channels})"] if draw.random() < 0.2 else []
        layers += [_pool(draw)] if draw.random() < 0.5 else []
    if draw.random() < 0.5:
        layers += ["Flatten()", f"LazyLinear({draw.choice((5, 10, 84))})"]
    height = draw.randint(20, 64)
    width = height if draw.random() < 0.6 else draw.randint(20, 64)
    return " ".join(layers), f"{image}x{height}x{width}"


def _decoder(draw: random.Random) -> tuple[str, str]:
    """A convolution and its transpose."""
    kernel, stride = draw.choice((2, 3, 4)), draw.choice((2, 2, 3))
    padding, more = draw.choice((0, 1)), draw.choice(("", ", output_padding=1"))
    windows = f"{kernel}, stride={stride}, padding={padding}"
    spec = f"Conv2d(3, 8, {windows}) ConvTranspose2d(8, 3, {windows}{more})"
    return spec, f"3x{draw.randint(20, 50)}x{draw.randint(20, 50)}"


def _padded(draw: random.Random) -> tuple[str, str]:
    """Pads that differ from side to side, and kernels that do."""
    pads = ", ".join(str(draw.choice((0, 0, 1, 2))) for _ in range(4))
    kernel = f"({draw.choice((2, 3, 5))}, {draw.choice((3, 4, 7))})"
    return f"ZeroPad2d(({pads})) Conv2d(3, 8, {kernel})", f"3x{draw.randint(12, 30)}x{draw.randint(12, 30)}"


def _other(draw: random.Random) -> tuple[str, str]:
    """Recurrent layers, dense ones on pictures, and layers of one axis."""
    return draw.choice(
        [
            (f"LSTM({draw.randint(4, 30)}, {draw.randint(4, 30)})", "7x{}"),
            (f"GRU({draw.randint(4, 30)}, {draw.randint(4, 30)})", "9x{}"),
            (f"Linear({3 * draw.randint(8, 40) ** 2}, {draw.randint(2, 30)}) ReLU Linear(_, 5)", "{}"),
            (f"Linear({draw.randint(8, 40) ** 2}, {draw.randint(2, 30)})", "{}"),
            (f"Conv1d(2, 4, {draw.choice((2, 3, 5))}, dilation={draw.choice((1, 2, 4))})", f"2x{draw.randint(20, 40)}"),
            (f"Conv2d(3, 5, 3, padding='same', dilation={draw.choice((2, 3))})", "3x20x20"),
            ("AdaptiveAvgPool2d(1)", f"{draw.choice((16, 64))}x7x9"),
        ]
    )


def _net(draw: random.Random) -> shapecalc.Net:
    family = draw.choice((_chain, _chain, _chain, _decoder, _padded, _other, _other))
    spec, shape = family(draw)
    first = spec.split("(")[1].split(",")[0].rstrip(")")
    return shapecalc.parse(spec.replace("Linear(_, 5)", "LazyLinear(5)"), input_shape=shape.replace("{}", first))


def questions(seed: int) -> Iterator[NumberTable]:
    """Questions about random nets, without end."""
    draw = random.Random(seed)  # noqa: S311  it draws nets
    measures: list[dict[str, Any]] = [
        *({"measure": measure, "node": "any"} for measure in ("output_shape", "channels", "height", "width", "values")),
        *({"measure": measure, "node": "any"} for measure in ("parameters", "macs", "flops_with_bias", "bytes")),
        *({"measure": measure} for measure in ("parameters", "macs", "bytes", "saved_bytes", "activations", "jump")),
        *({"measure": measure, "node": "any"} for measure in ("receptive_field", "positions", "macs_with_bias")),
        {"measure": "padding", "node": "any", "axis": "height"},
    ]
    while True:
        try:
            net = _net(draw)
            report = shapecalc.measure(net)
            keys = dict(draw.choice(measures))
            if "node" in keys:
                keys["node"] = draw.choice(net.nodes).name
            target = Target(**keys)
            key = find_key(target, report)
        except ShapecalcError:
            continue
        if key != 0:
            yield NumberTable(report, target, key)


def slips(table: NumberTable, draw: random.Random) -> Iterator[Slip]:
    """One wrong answer for each mistake that a question allows."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for edit in table.edits:
        edits[edit.mistake.name].append(edit)
    for name in sorted(edits):
        edit = draw.choice(edits[name])
        value = work_out(table.sheet, (edit,))
        if value not in (None, 0, table.key):  # that another layer has none explains no 0
            yield Slip(table, edit, value)


def rates(asked: int, seed: int, students: int) -> dict[str, dict[str, int]]:
    """How often each mistake was made, named, named first, and the only one that was named."""
    draw = random.Random(seed)  # noqa: S311  it draws mistakes
    counts = {name: {"made": 0, "named": 0, "first": 0, "alone": 0} for name in MISTAKES}
    stream = questions(seed)
    for _ in range(asked):
        table = next(stream)
        assert table.explain(table.key) == ()
        for slip in slips(table, draw):
            name, count = slip.edit.mistake.name, counts[slip.edit.mistake.name]
            if count["made"] == students:
                continue
            names = [edit for diagnosis in table.explain(slip.value) for edit, _ in diagnosis.edits]
            count["made"] += 1
            count["named"] += name in names
            count["first"] += names[:1] == [name]
            count["alone"] += {*names} == {name}
    return counts


if __name__ == "__main__":
    RATES.write_text(json.dumps(rates(QUESTIONS, 0, STUDENTS), indent=1) + "\n", encoding="utf-8")
