"""Which positions an output of a layer reads along an axis, and with which number of the kernel."""

from __future__ import annotations

from typing import NamedTuple, cast, final

from shapecalc.errors import SpecError
from shapecalc.layers.core.motion import Slide
from shapecalc.measures.field.sliding import inside_of, taps_of
from shapecalc.measures.report import Row

#: Positions of a map along an axis, padding included, that are drawn.
MAX_SIDE = 40


@final
class AxisReading(NamedTuple):
    """What the outputs of a layer read along one axis.

    Attributes:
        size: how many positions the input has.
        low: the first position that is drawn; below 0 in the padding.
        high: the one behind the last that is drawn.
        padded: from where to where the padding of the layer's arguments reaches.
        taps: how many numbers the kernel has along the axis; 0 where that differs from output to output.
        reads: for each output the positions that it reads, each with the place in the kernel.
        edge: what is read outside the input: see :class:`Slide`.
        is_transposed: whether the layer is a transposed window.
    """

    size: int
    low: int
    high: int
    padded: tuple[int, int]
    taps: int
    reads: tuple[tuple[tuple[int, int], ...], ...]
    edge: str
    is_transposed: bool

    def inside(self, position: int) -> int | None:
        """Where a position of the padding takes its value from; None where it is padding and nothing else."""
        return inside_of(position, range(self.size), self.edge)


def readings_of(row: Row) -> tuple[AxisReading, ...]:
    """What a layer reads along each axis of its input.

    Args:
        row: the measures of a layer with one input, a map along one axis or two.

    Raises:
        SpecError: the layer does not read windows, its input has other axes, or there are too many positions.
    """
    motion, shape = row.measures.motion, row.input_shapes[0]
    axes = range(1, len(shape))
    is_windowed = motion.dims is None and not set(axes) & {*motion.full, *motion.lost, *motion.statistics}
    if len(row.reads) != 1 or len(shape) not in {2, 3} or not is_windowed or motion.joined is not None:
        raise SpecError(
            f"{row.name}: {row.type} is not drawn step by step. Try layers whose outputs read windows along one axis "
            "or two, such as Conv2d, MaxPool1d and ConvTranspose2d."
        )
    readings = []
    for axis in axes:
        size, outputs = shape[axis], row.output_shape[axis]
        if not isinstance(size, int) or not isinstance(outputs, int):
            raise SpecError("Arithmetic is drawn for numbers; give the input without letters, as in --input 1x5x5.")
        if max(size, outputs) > MAX_SIDE:
            raise SpecError(
                f"{row.name}: a map of {max(size, outputs)} positions along an axis is not drawn step by step; at most "
                f"{MAX_SIDE} are. Try a smaller --input."
            )
        readings.append(_reading(motion.slide(axis), size, outputs, _padding(row, axis - 1)))
    return tuple(readings)


def _padding(row: Row, axis: int) -> int | None:
    """The padding of a window on each side; None where it is a rule: as much as is read."""
    padding = row.layer.values.get("padding")
    number = padding[axis] if isinstance(padding, tuple) and axis < len(padding) else padding
    return number if isinstance(number, int) else None


def _reading(slide: Slide | None, size: int, outputs: int, padding: int | None) -> AxisReading:
    if slide is None:
        reads = tuple([((output, 0),) for output in range(outputs)])
        return AxisReading(size, 0, size, (0, size), 1, reads, "zeros", is_transposed=False)
    taps_at = taps_of(slide)
    pairs = []
    for output in range(outputs):
        first, step, count = taps_at(output)
        positions = [first + step * tap for tap in range(count)]
        if slide.reads.transposed:
            inside = [position for position in positions if 0 <= position < size]
            pairs.append(tuple([(position, _kernel_place(slide, position, output)) for position in inside]))
        else:
            pairs.append(tuple([(position, tap) for tap, position in enumerate(positions)]))
    read = [position for pair in pairs for position, _ in pair]
    counts = {len(pair) for pair in pairs}
    if slide.reads.transposed:
        taps, padded = cast("int", slide.taps(0)[2]), (0, size)
    else:
        taps, padded = (counts.pop() if len(counts) == 1 else 0), (-(padding or 0), size + (padding or 0))
    low, high = min([padded[0], *read]), max([padded[1], *(position + 1 for position in read)])
    if high - low > MAX_SIDE:
        raise SpecError(
            f"With its padding, the map has {high - low} positions along an axis; at most {MAX_SIDE} are drawn step by "
            "step. Try a smaller --input."
        )
    if padding is None and not slide.reads.transposed:
        padded = (low, high)
    return AxisReading(size, low, high, padded, taps, tuple(pairs), slide.edge, slide.reads.transposed)


def _kernel_place(slide: Slide, position: int, output: int) -> int:
    """With which number of the kernel an input of a transposed window adds to an output."""
    first, step, _ = slide.taps(position)
    return cast("int", (output - first) // step)
