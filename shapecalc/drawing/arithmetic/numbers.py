"""Whole numbers for one channel of a layer, and what the layer makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import NamedTuple, final

from shapecalc.drawing.arithmetic.steps import LayerStage
from shapecalc.drawing.windows import averaged_counts, windows_of
from shapecalc.errors import SpecError
from shapecalc.kernels.application import Cell, Map, weighted_sum

#: What stands in a cell; a mean may be a fraction.
CellValue = Fraction | int


@final
class CellNumbers(NamedTuple):
    """The numbers of one channel: its input, its kernel, and what comes out.

    Attributes:
        image: the input.
        kernel: the kernel; without rows where the layer does not multiply.
        output: for each output, without a bias.
        words: for each output how it comes out of the input: ``2·1 + 9·0 = 2``.
    """

    image: Map
    kernel: Map
    output: Mapping[Cell, CellValue]
    words: Mapping[Cell, str]


def example_numbers(stage: LayerStage) -> CellNumbers:
    """Numbers for a layer, always the same for the same sizes.

    Raises:
        SpecError: the layer is neither a convolution nor a pooling that takes the largest number or the mean.
    """
    image = tuple(
        tuple((3 * row + 7 * column + row * column + 2) % 10 for column in range(stage.columns.size))
        for row in range(stage.rows.size)
    )
    pooled = next((rule for word, rule in _POOLINGS.items() if word in stage.row.type), None)
    if pooled is not None:
        return pooled(stage, image)
    size = stage.kernel_size
    if size is None or stage.row.macs == 0:
        raise SpecError(
            f"Numbers are drawn for convolutions and for poolings of the largest or the mean, not for {stage.row.type}."
        )
    kernel = tuple(tuple((2 * row + 3 * column + 2) % 4 - 1 for column in range(size[1])) for row in range(size[0]))
    output, words = {}, {}
    for cell in _outputs(stage):
        reads = [(stage.inside(place), tap) for place, tap in stage.sources(cell)]
        output[cell] = weighted_sum(image, kernel, reads)
        terms = [f"{_read(image, place)}·{_factor(kernel[tap[0]][tap[1]])}" for place, tap in reads]
        words[cell] = _equation(" + ".join(terms), output[cell])
    return CellNumbers(image, kernel, output, words)


def _outputs(stage: LayerStage) -> product[Cell]:
    return product(range(len(stage.rows.reads)), range(len(stage.columns.reads)))


def _read(image: Map, place: Cell | None) -> int:
    return 0 if place is None else image[place[0]][place[1]]


def _factor(value: int) -> str:
    return f"{value}" if value >= 0 else f"({value})"


def _equation(left: str, value: CellValue) -> str:
    return f"{left} = {value}".replace("-", "−")


def _inside(stage: LayerStage, image: Map, cell: Cell) -> list[int]:
    """The numbers that an output reads, those beside the input left out."""
    places = [stage.inside(place) for place, _ in stage.sources(cell)]
    return [image[place[0]][place[1]] for place in places if place is not None]


def _largest(stage: LayerStage, image: Map) -> CellNumbers:
    output = {cell: max(_inside(stage, image, cell)) for cell in _outputs(stage)}
    words = {
        cell: _equation(f"max({', '.join(map(str, _inside(stage, image, cell)))})", value)
        for cell, value in output.items()
    }
    return CellNumbers(image, (), output, words)


def _mean(stage: LayerStage, image: Map) -> CellNumbers:
    """The mean of each window, or its sum over what torch divides by."""
    layer, shape = stage.row.layer, stage.row.input_shapes[0]
    counts = averaged_counts(layer, shape, windows_of(layer, shape, stage.row.output_shape))
    output: dict[Cell, CellValue] = {}
    words = {}
    for cell in _outputs(stage):
        values = _inside(stage, image, cell)
        divisor = layer.values.get("divisor_override")
        if divisor is None:
            divisor = prod(line[position] for line, position in zip(counts, cell[-len(counts) :], strict=True))
        output[cell] = Fraction(sum(values), divisor)
        words[cell] = _equation(f"({' + '.join(map(str, values))})/{divisor}", output[cell])
    return CellNumbers(image, (), output, words)


#: What becomes of the numbers of a window, by a word in the name of the class.
_POOLINGS: dict[str, Callable[[LayerStage, Map], CellNumbers]] = {"MaxPool": _largest, "AvgPool": _mean}
