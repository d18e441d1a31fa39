"""How values lie in memory: what views make of it, and which layers put their output in order.

A stride is how far apart in memory the values of two neighbouring positions of a dimension lie. The batch, always the
first dimension, is left out where views are made: none joins it to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import pairwise

from shapecalc.algebra import Int, product
from shapecalc.algebra.normal_form import normal
from shapecalc.layers.core.kinds import Shape

#: The stride of each dimension.
Strides = tuple[Int, ...]


class MemoryOrder(Enum):
    """Whether the values that a layer computes lie in order in memory."""

    #: where those of its inputs do; else that depends on torch's choice
    KEPT = "kept"
    #: always
    MADE = "made"
    #: torch gives back another tensor turned around, or chooses
    OPEN = "open"


def strides_in_order(shape: Shape) -> Strides:
    """The strides of values that lie in the order of a shape."""
    return tuple([product(shape[dim + 1 :]) for dim in range(len(shape))])


def lie_in_order(strides: Strides, shape: Shape) -> bool:
    """Whether values lie in the order of their shape; where there is one position, its stride does not matter."""
    pairs = zip(strides, strides_in_order(shape), shape, strict=True)
    return 0 in shape or all(size == 1 or normal(left - right) == 0 for left, right, size in pairs)


def viewed(strides: Strides, shape: Shape, sizes: Shape) -> Strides | None:
    """The strides of the same memory under other sizes; None where torch has to copy it.

    As in torch's computeStride: dimensions that are joined must follow each other in memory.
    """
    if 0 in shape:
        return strides_in_order(sizes)
    result: list[Int] = []
    first = place = 0
    for end, stop in cuts(shape, sizes):
        group = [dim for dim in range(first, end) if shape[dim] != 1]
        for left, right in pairwise(group):
            if normal(strides[left] - shape[right] * strides[right]) != 0:
                return None
        step = strides[group[-1]] if group else 1
        result += [step * product(sizes[dim + 1 : stop]) for dim in range(place, stop)]
        first, place = end, stop
    return tuple(result)


def joins(shape: Shape, sizes: Shape) -> bool:
    """Whether other sizes for the same values join dimensions that have several positions each."""
    first = 0
    for end, _ in cuts(shape, sizes):
        if sum(shape[dim] != 1 for dim in range(first, end)) > 1:
            return True
        first = end
    return False


def cuts(shape: Shape, output: Shape) -> Iterator[tuple[int, int]]:
    """After how many dimensions of either side their sizes multiply to the same, in the smallest steps."""
    before, after = _products(shape), _products(output)
    end = stop = 0
    while (end, stop) != (len(shape), len(output)):
        steps = sorted(
            (left + right, left, right)
            for left in range(end, len(before))
            for right in range(stop, len(after))
            if (left, right) != (end, stop) and before[left] == after[right]
        )
        rest = (0, len(shape), len(output))  # letters may hide that the two have as many values
        _, end, stop = next((step for step in steps if step[1] > end and step[2] > stop), next(iter(steps), rest))
        yield end, stop


def _products(shape: Shape) -> list[Int]:
    return [normal(product(shape[:end])) for end in range(len(shape) + 1)]
