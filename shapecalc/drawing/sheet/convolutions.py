"""Sheets of convolutions: a grid for each filter's part in each channel, beside what comes out of the filter."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple, final

from shapecalc.drawing.sheet.cells import CellGrid, PlacedTensor
from shapecalc.drawing.sheet.draft import CellKind, GridStack, fill, fill_tensor, place_tensor
from shapecalc.drawing.sheet.job import SheetJob, multiplied, summed
from shapecalc.drawing.windows import WindowTaps, whole_sizes, windows_of
from shapecalc.layers.windows import extent
from shapecalc.measures.field.sliding import inside_of


@final
class _Filters(NamedTuple):
    """Where the weights of a convolution stand.

    Attributes:
        parts: the grid of each filter in each channel of its group; over one axis, one grid for all channels.
        biases: the cell of each filter's bias, or "".
        channels: how many channels a filter reads.
    """

    parts: dict[tuple[int, int], CellGrid]
    biases: list[str]
    channels: int


def write_convolution(job: SheetJob) -> PlacedTensor:
    """A convolution over one or two axes."""
    layer = job.layer
    output = job.output(pitch=_height(layer))
    filters = _filters(job, output)
    if any(step > 1 and size > 1 for size, step in zip(layer.kernel_size, layer.dilation, strict=True)):
        filters = filters._replace(parts=_dilated(job, output, filters.parts))
    source, windows = _source(job)
    per_group = job.shape[0] // layer.groups

    def formula(index: tuple[int, ...]) -> str:
        taps = tuple(line[place] for line, place in zip(windows, index[1:], strict=True))
        return summed(
            _terms(job.home, source, taps, filters, index[0], index[0] // per_group), filters.biases[index[0]]
        )

    return job.write(output, formula)


def _terms(
    home: str, source: PlacedTensor, taps: tuple[WindowTaps, ...], filters: _Filters, number: int, group: int
) -> list[str]:
    """The products of a window with the parts of a filter, without what the window reads beyond the input."""
    if not all(tap.positions for tap in taps):
        return []
    spans = [range(tap.positions[0], tap.positions[-1] + 1) for tap in taps]
    cuts = [
        range(tap.skipped * tap.step, tap.skipped * tap.step + len(span)) for tap, span in zip(taps, spans, strict=True)
    ]
    channels = range(group * filters.channels, (group + 1) * filters.channels)
    if len(spans) == 1:  # the channels are rows of one grid, and so are the weights
        area = source.grids[0].area(channels, spans[0], home)
        return [multiplied(area, filters.parts[number, 0].area(range(len(channels)), cuts[0], home, fixed=True))]
    return [
        multiplied(
            source.grids[channel].area(spans[0], spans[1], home),
            filters.parts[number, part].area(cuts[0], cuts[1], home, fixed=True),
        )
        for part, channel in enumerate(channels)
    ]


def _filters(job: SheetJob, output: PlacedTensor) -> _Filters:
    """The biases and weights, each filter's in line with what comes out of it."""
    weight = job.numbers["weight"]
    filters, channels, *sizes = weight.shape
    pitch = _pitch(job, output)
    biases = _biases(job, pitch)
    parts: dict[tuple[int, int], CellGrid] = {}
    columns = [job.draft.stack(sizes[-1], pitch) for _ in range(channels if len(sizes) == 2 else 1)]
    for number, part in product(range(filters), range(len(columns))):
        if len(sizes) == 2:
            title = f"filter {number}, channel {_channel(job, number, part)}"
            rows = [[weight.at(number, part, y, x) for x in range(sizes[1])] for y in range(sizes[0])]
        else:
            title = f"filter {number}"
            rows = [[weight.at(number, channel, x) for x in range(sizes[0])] for channel in range(channels)]
        parts[number, part] = job.weights(columns[part], title, rows)
    return _Filters(parts, biases, channels)


def _channel(job: SheetJob, number: int, part: int) -> int:
    """The channel of the input that a part of a filter reads."""
    layer = job.layer
    return int(number // (layer.out_channels // layer.groups) * (layer.in_channels // layer.groups) + part)


def _pitch(job: SheetJob, output: PlacedTensor) -> int:
    """How high the grids of filters are, so that they stand beside what comes out of them."""
    kernel = job.numbers["weight"].shape
    if len(output.grids) == 1 and len(output.shape) == 2:
        return kernel[1]
    return max(output.grids[0].rows, _height(job.layer))


def _height(layer: Any) -> int:
    """The rows of a kernel, spread by its dilation; over one axis it has a row for each channel."""
    return whole_sizes((extent(layer.kernel_size[0], layer.dilation[0]),))[0] if layer.rank == 2 else 0


def _biases(job: SheetJob, pitch: int) -> list[str]:
    bias = job.numbers.get("bias")
    if bias is None:
        return [""] * job.shape[0]
    stack = job.draft.stack(1, pitch)
    grids = [
        job.weights(stack, f"bias {number}", [[value]], headers=(), labels=("",))
        for number, value in enumerate(bias.flat)
    ]
    return [grid.cell(0, 0, job.home, fixed=True) for grid in grids]


def _dilated(
    job: SheetJob, output: PlacedTensor, parts: dict[tuple[int, int], CellGrid]
) -> dict[tuple[int, int], CellGrid]:
    """The same weights with zeros between them, so that a window of neighbouring cells can be multiplied with them."""
    steps = (1, *job.layer.dilation) if len(job.layer.dilation) == 1 else tuple(job.layer.dilation)
    stacks: dict[int, GridStack] = {}
    wide: dict[tuple[int, int], CellGrid] = {}
    for (number, part), grid in parts.items():
        rows, columns = whole_sizes((extent(grid.rows, steps[0]), extent(grid.columns, steps[1])))
        if part not in stacks:
            stacks[part] = job.draft.stack(columns, _pitch(job, output))
        spread = stacks[part].grid(f"filter {number}, dilated", rows, columns)
        fill(job.draft, spread, _spread(grid, steps, job.home), CellKind.STEP)
        wide[number, part] = spread
    return wide


def _spread(grid: CellGrid, steps: tuple[int, ...], home: str) -> Callable[[int, int], str | float]:
    def content(row: int, column: int) -> str | float:
        if row % steps[0] or column % steps[1]:
            return 0
        return f"={grid.cell(row // steps[0], column // steps[1], home, fixed=True)}"

    return content


def _source(job: SheetJob) -> tuple[PlacedTensor, tuple[tuple[WindowTaps, ...], ...]]:
    """What the windows read, and the windows: the input, or a padded copy where the padding repeats the input."""
    (tensor,) = job.inputs
    windows = windows_of(job.layer, tensor.shape, job.shape)
    edge = job.layer.edge()
    if edge == "zeros":
        return tensor, windows
    amounts = [(env["before"], env["after"]) for _, env in job.layer.axis_envs(tensor.shape)]
    sizes = [size + before + after for size, (before, after) in zip(tensor.shape[1:], amounts, strict=True)]
    padded = padded_copy(job, tensor, [before for before, _ in amounts], whole_sizes((tensor.shape[0], *sizes)), edge)
    moved = tuple(
        tuple(tap._replace(first=tap.first + before, size=size) for tap in line)
        for line, (before, _), size in zip(windows, amounts, sizes, strict=True)
    )
    return padded, moved


def padded_copy(
    job: SheetJob, tensor: PlacedTensor, before: list[int], shape: tuple[int, ...], edge: str, fixed: str = "0"
) -> PlacedTensor:
    """A copy of what comes in with more around it: of the input itself, or of a fixed number.

    Args:
        job: the layer.
        tensor: what comes in.
        before: how much stands before each of the last axes.
        shape: what comes out.
        edge: how it goes on beyond the input, as layers say it.
        fixed: what stands there where it does not.
    """
    copy = place_tensor(job.draft, shape, noun="padded channel")
    fill_tensor(job.draft, copy, _padded(job.home, tensor, before, edge, fixed), CellKind.STEP)
    return copy


def _padded(
    home: str, tensor: PlacedTensor, before: list[int], edge: str, fixed: str
) -> Callable[[tuple[int, ...]], str | float]:
    lead = len(tensor.shape) - len(before)

    def content(index: tuple[int, ...]) -> str | float:
        places = [
            inside_of(position - shift, range(size), edge)
            for position, shift, size in zip(index[lead:], before, tensor.shape[lead:], strict=True)
        ]
        inside = [place for place in places if place is not None]
        return f"={tensor.cell((*index[:lead], *inside), home) if len(inside) == len(places) else fixed}"

    return content


def write_padding(job: SheetJob) -> PlacedTensor:
    """A padding layer: its input with more around it, or less."""
    (tensor,) = job.inputs
    before = [env["before"] for _, env in job.layer.axis_envs(tensor.shape)]
    fixed = job.layer.values.get("value", 0)
    content = _padded(job.home, tensor, before, job.layer.edge(), f"{fixed}")
    output = job.output()
    fill_tensor(job.draft, output, content, CellKind.VALUE)
    return output


def write_transposed(job: SheetJob) -> PlacedTensor:
    """A transposed convolution: each output adds up the products of the inputs whose kernels reach it."""
    (tensor,) = job.inputs
    output = job.output(pitch=job.layer.kernel_size[0])
    weight = job.numbers["weight"]
    pitch = max(output.grids[0].rows, job.layer.kernel_size[0])
    biases = _biases(job, pitch)
    inputs, per_group = weight.shape[:2]
    columns = [job.draft.stack(weight.shape[3], pitch) for _ in range(inputs)]
    grids = {
        (channel, number): job.weights(
            columns[channel],
            f"channel {channel}, filter {number}",
            [[weight.at(channel, number, y, x) for x in range(weight.shape[3])] for y in range(weight.shape[2])],
        )
        for channel, number in product(range(inputs), range(per_group))
    }
    windows = windows_of(job.layer, tensor.shape, job.shape)
    steps = [(env["stride"], env["before"], env["dilation"]) for _, env in job.layer.axis_envs(tensor.shape)]
    read = inputs // job.layer.groups

    def formula(index: tuple[int, ...]) -> str:
        group, number = divmod(index[0], per_group)
        taps = [
            [(place, (position + before - stride * place) // dilation) for place in line[position].positions]
            for line, position, (stride, before, dilation) in zip(windows, index[1:], steps, strict=True)
        ]
        terms = [
            multiplied(
                tensor.cell((channel, y, x), job.home), grids[channel, number].cell(tap_y, tap_x, job.home, fixed=True)
            )
            for channel in range(group * read, (group + 1) * read)
            for (y, tap_y), (x, tap_x) in product(*taps)
        ]
        return summed(terms, biases[index[0]])

    return job.write(output, formula)
