"""Padding or a crop in front of a pooling: with the layers that are named, torch makes the size."""

from __future__ import annotations

import pytest
import torch

from shapecalc import parse
from shapecalc.pytorch import build
from shapecalc.solve import layers_for

CASES = {
    ("64 -> 64", "pool", 3, 1, 2): "ConstantPad2d(2, -inf) MaxPool2d(3, stride=1, dilation=2)",
    ("64 -> 64", "avgpool", 4, 1, None): "ZeroPad2d((1, 2, 1, 2)) AvgPool2d(4, stride=1)",
    ("64 -> 30", "pool", 2, 2, None): "ZeroPad2d(-2) MaxPool2d(2)",
    ("65 -> 30", "pool", 2, 2, None): "ZeroPad2d((-3, -2, -3, -2)) MaxPool2d(2)",
    ("64 -> 34", "avgpool", 3, 2, None): "ZeroPad2d((2, 3, 2, 3)) AvgPool2d(3, stride=2)",
}


@pytest.mark.parametrize("case", CASES)
def test_a_pooling_behind_padding_gives_the_size(case: tuple[str, str, int, int, int | None]) -> None:
    """The note names both layers, and torch runs them."""
    question, kind, kernel, stride, dilation = case
    size, goal = map(int, question.split(" -> "))
    page = layers_for(question, layer=kind, kernel_size=kernel, stride=stride, dilation=dilation).page()
    assert f"instead   {CASES[case]} gives {goal}\n" in f"{page.text()}\n"
    output = build(parse(CASES[case], input_shape=(3, size, size)))(torch.rand(1, 3, size, size))
    assert tuple(output.shape) == (1, 3, goal, goal)


def test_padding_of_more_than_the_input_is_not_named() -> None:
    """A stride that only zeros would make up for."""
    assert "instead" not in layers_for("64 -> 64", layer="pool", kernel_size=2, stride=9).page().text()
