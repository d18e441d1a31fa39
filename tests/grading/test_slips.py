"""Slips that students make, worked out by hand: the true cause is named first, with every mistake that was made."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.grading.mistakes import Diagnoses
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key

SIDES = ("Conv2d(3, 16, (3, 5), stride=(1, 2), padding=(1, 0))", "3x20x30")
FIRST = ("Conv2d(3, 64, 7, stride=2, padding=3)", "3x224x224")
UP = ("ConvTranspose2d(16, 8, 4, stride=2, padding=1)", "16x8x8")
CELL = ("LSTM(32, 64)", "10x32")
SHAPE, WIDTH, PARAMETERS = (Target(measure) for measure in ("output_shape", "width", "parameters"))


@pytest.mark.parametrize(
    ("net", "target", "wrong", "names"),
    [
        (SIDES, SHAPE, (16, 20, 12), ["plus-one-forgotten"]),  # in the width alone
        (SIDES, SHAPE, (16, 18, 12), ["padding-ignored", "plus-one-forgotten"]),
        (SIDES, SHAPE, (16, 19, 12), ["plus-one-forgotten"]),
        (SIDES, SHAPE, (16, 20, 26), ["stride-ignored"]),
        (SIDES, SHAPE, (16, 13, 20), ["height-and-width-swapped"]),
        (FIRST, PARAMETERS, 64 * (49 + 1) * 3, ["bias-per-slice"]),
        (FIRST, PARAMETERS, 64 * 49 + 64, ["input-channels-forgotten"]),
        (FIRST, WIDTH, (224 - 7 - 6) // 2 + 1, ["padding-sign"]),
        (UP, WIDTH, 7 * 2 + 4 + 2, ["padding-sign"]),
        (UP, WIDTH, 7 * 2 + 4, ["padding-ignored"]),
        (CELL, PARAMETERS, 3 * (32 * 64 + 64 * 64 + 128), ["gates-of-another-cell"]),
        (CELL, PARAMETERS, 4 * (32 * 64 + 64 * 64 + 64), ["second-bias-forgotten"]),
    ],
)
def test_a_slip_is_named_first(net, target, wrong, names):
    """With every mistake that was made."""
    net = shapecalc.parse(net[0], input_shape=net[1])
    first, *_ = Diagnoses(net, target, find_key(target, shapecalc.measure(net))).explain(wrong)
    assert [name for name, _ in first.edits] == names
