"""How large a file would be, counted from the engine's sizes before anything of it is written."""

from __future__ import annotations

import math
from typing import Any

from shapecalc.drawing.windows import whole_sizes
from shapecalc.errors import SpecError
from shapecalc.layers import Shape
from shapecalc.measures import Report
from shapecalc.measures.report import Row

#: The most cells with numbers, and the most products of ranges in their formulas.
MAX_CELLS, MAX_PRODUCTS = 200_000, 500_000


def check_size(report: Report) -> None:
    """Refuse a net whose sheets would be too large to work with.

    Raises:
        SpecError: with the numbers, and the layer that has the most of them; or a size is a letter.
    """
    counts = {name: _entries(shape) for name, shape in report.net.inputs.items()}
    counts |= {row.name: _cells(row) for row in report}
    _check("cells", MAX_CELLS, counts)
    _check("products of ranges", MAX_PRODUCTS, {row.name: _products(row) for row in report})


def _check(noun: str, most: int, counts: dict[str, int]) -> None:
    total = sum(counts.values())
    if total > most:
        largest = max(counts, key=lambda name: counts[name])
        raise SpecError(
            f"The sheets would have {total:,} {noun}, {counts[largest]:,} of them on {largest}; at most {most:,} are "
            "written. Try a smaller input, or fewer layers."
        )


def _entries(shape: Shape) -> int:
    return math.prod(whole_sizes(shape))


def _cells(row: Row) -> int:
    """The values that come out, the copies that help to compute them, and the weights."""
    outputs, weights = _entries(row.output_shape), sum(map(_entries, (*row.weights.values(), *row.buffers.values())))
    layer: Any = row.layer
    dilations = layer.values.get("dilation", ())
    spread: int = (
        1 + math.prod(dilations) if isinstance(dilations, tuple) and any(step > 1 for step in dilations) else 1
    )
    padded = 0
    if layer.values.get("padding_mode", "zeros") != "zeros":
        lengths = [int(env["W"] + env["before"] + env["after"]) for _, env in layer.axis_envs(row.input_shapes[0])]
        padded = math.prod((*whole_sizes(row.input_shapes[0][:1]), *lengths))
    helpers = outputs if layer.nick == "softmax" else 0
    return outputs + helpers + weights * spread + padded


def _products(row: Row) -> int:
    """The terms of all formulas: one for each output and, of a convolution, for each channel that it reads.

    A transposed convolution has one for each multiplication.
    """
    weight = row.weights.get("weight")
    slides = row.layer.motion(row.input_shapes, row.output_shape).slides
    if not slides or weight is None:
        return _entries(row.output_shape)
    if any(slide.reads.transposed for _, slide in slides):
        return _entries((row.macs or 0,))
    return _entries((*row.output_shape, weight[1]))
