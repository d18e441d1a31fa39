"""Derived fields: along every axis, with letters, and of transposed convolutions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, ShapecalcError, explain, layers, measure, parse
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures.columns import axes_text

FIELDS = (Quantity.FIELD, Quantity.JUMP, Quantity.START)


def lines(text: str, shape: str) -> list[str]:
    """What is derived of the last layer's field."""
    (*_, (_, steps)) = explain(parse(text, input_shape=shape)).steps
    return [f"{step.label}: {step.text()}" for step in steps if step.quantity in FIELDS]


AXES = {
    "one axis": ("Conv1d(1, 1, 3, stride=2)", "1x20", ["field: r + (F − 1)·j = 1 + (3 − 1)·1 = 3"]),
    "letters that agree": ("Conv2d(1, 1, 3)", "1xHxW", ["field: r + (F − 1)·j = 1 + (3 − 1)·1 = 3"]),
    "axes that differ": (
        "Conv2d(1, 1, (3, 5))",
        "1x20x20",
        ["field (height): r + (F − 1)·j = 1 + (3 − 1)·1 = 3", "field (width): r + (F − 1)·j = 1 + (5 − 1)·1 = 5"],
    ),
    "two of three": (
        "Conv3d(1, 1, (3, 5, 5))",
        "1x9x9x9",
        [
            "field (depth): r + (F − 1)·j = 1 + (3 − 1)·1 = 3",
            "field (height, width): r + (F − 1)·j = 1 + (5 − 1)·1 = 5",
        ],
    ),
    "letters that do not agree": (
        "AdaptiveAvgPool2d(1)",
        "1xHxW",
        ["field (height): r + (F − 1)·j = 1 + (H − 1)·1 = H", "field (width): r + (F − 1)·j = 1 + (W − 1)·1 = W"],
    ),
}


@pytest.mark.parametrize(("text", "shape", "expected"), AXES.values(), ids=AXES)
def test_a_field_is_derived_along_every_axis(text: str, shape: str, expected: list[str]) -> None:
    """Axes that agree share a line, and one for all of them names none."""
    assert lines(text, shape)[: len(expected)] == expected


def test_a_transposed_convolution_derives_its_field() -> None:
    """An output reads every S-th tap; S outputs further on, everything is one input further on."""
    assert lines("ConvTranspose2d(3, 8, 3, stride=2, padding=1)", "3x16x16") == [
        "field: r + (⌈F/S⌉ − 1)·j = 1 + (⌈3/2⌉ − 1)·1 = 2",
        "jump: j/S = 1/2",
        "start: s + ⌈(P − (F − 1))/S⌉·j = 0 + ⌈(1 − (3 − 1))/2⌉·1 = 0",
    ]


def test_an_axis_without_a_formula_is_written_beside_the_other() -> None:
    """Along the height there is one window, along the width a pattern of seven."""
    page = explain(parse("AdaptiveAvgPool2d((1, 7))", input_shape="8x16x10")).page().text()
    assert "field (height)  r + (F − 1)·j = 1 + (16 − 1)·1 = 16" in page
    assert "  width: field 3, jump 10/7, start 0; the pattern repeats after 7 outputs" in page


SMALL = st.integers(1, 4)


@given(st.integers(1, 9), SMALL, SMALL, st.integers(0, 2), SMALL, SMALL, SMALL)
def test_transposed_steps_end_in_what_is_measured(
    length: int, kernel: int, stride: int, padding: int, dilation: int, window: int, step: int
) -> None:
    """Of a window and its transpose, each derived field, jump and start is the measured one."""
    b = Builder((1, length))
    b.add(layers.Conv1d(1, 1, window, step, 1))
    b.add(layers.ConvTranspose1d(1, 1, kernel, stride, padding, dilation=dilation))
    try:
        explanation = explain(b.build())
    except ShapecalcError:
        return
    (row, steps) = explanation.steps[-1]
    (field,) = row.fields
    derived: list[Any] = [step.value for step in steps if step.quantity in FIELDS]
    assert derived in ([field.size, field.jump, field.start], [])
    assert derived or length < 9 or dilation > 1 or kernel < stride or padding


def test_sums_of_two_axes_stand_in_brackets() -> None:
    """The x between two sizes is not read as a part of either."""
    (row,) = measure(parse("AdaptiveAvgPool2d(7)", input_shape="1x(2H + 1)x⌊W/2⌋")).rows
    assert axes_text([axis.size for axis in row.fields]) == "(2H + 1)x⌊W/2⌋"
