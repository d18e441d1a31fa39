"""Sheets of dense layers, of softmax and of norms."""

from __future__ import annotations

from shapecalc.drawing.sheet.cells import PlacedTensor, indices
from shapecalc.drawing.sheet.draft import CellKind, fill_tensor, place_tensor
from shapecalc.drawing.sheet.job import SheetJob, UnwritableError, function_call, multiplied, number, summed

#: What stands above the columns of a batch norm's numbers.
_BATCH_NORM = ("weight", "bias", "running_mean", "running_var")


def write_linear(job: SheetJob) -> PlacedTensor:
    """A dense layer on features, or on the last dimension of channels x features.

    Features stand below each other, and so do the weights of each output; for rows of features, weights are rows.
    """
    (tensor,) = job.inputs
    if len(tensor.shape) > 2:
        raise UnwritableError("a dense layer is written on one or two dimensions; put Flatten before it")
    output = job.output()
    weight, bias = job.numbers["weight"], job.numbers.get("bias")
    outputs, inputs = weight.shape
    biases = [""] * outputs
    if bias is not None:
        stack = job.draft.stack(1, outputs)
        grid = job.weights(stack, "bias", [[value] for value in bias.flat], headers=())
        biases = [grid.cell(place, 0, job.home, fixed=True) for place in range(outputs)]
    if len(tensor.shape) == 1:
        rows = [[weight.at(place, feature) for place in range(outputs)] for feature in range(inputs)]
        weights = job.weights(job.draft.stack(outputs, inputs), "weights, a column for each output", rows)
        area = tensor.grids[0].area(range(inputs), range(1), job.home, fixed=True)
        columns = [
            weights.area(range(inputs), range(place, place + 1), job.home, fixed=True) for place in range(outputs)
        ]
        return job.write(output, lambda index: summed([multiplied(area, columns[index[0]])], biases[index[0]]))
    rows = [[weight.at(place, feature) for feature in range(inputs)] for place in range(outputs)]
    weights = job.weights(job.draft.stack(inputs, outputs), "weights, a row for each output", rows)

    def formula(index: tuple[int, ...]) -> str:
        area = tensor.grids[0].area(range(index[0], index[0] + 1), range(inputs), job.home)
        line = weights.area(range(index[1], index[1] + 1), range(inputs), job.home, fixed=True)
        return summed([multiplied(area, line)], biases[index[1]])

    return job.write(output, formula)


def write_softmax(job: SheetJob) -> PlacedTensor:
    """Exponentials of the distance to the largest number, over their sum; or the logarithm of that."""
    (tensor,) = job.inputs
    name = type(job.layer).__name__
    along = 0 if name == "Softmax2d" else job.layer.along(len(tensor.shape))
    if along < 0:
        raise UnwritableError("its dimension is the batch, and a sheet holds one input")
    output = job.output()
    steps = place_tensor(job.draft, job.shape, noun="exponentials, channel")

    def exponential(index: tuple[int, ...]) -> str:
        cell, areas = tensor.cell(index, job.home), _along(tensor, index, along, job.home)
        return (
            f"=EXP({function_call('MIN', areas)}-{cell})"
            if name == "Softmin"
            else f"=EXP({cell}-{function_call('MAX', areas)})"
        )

    fill_tensor(job.draft, steps, exponential, CellKind.STEP)

    def share(index: tuple[int, ...]) -> str:
        total = function_call("SUM", _along(steps, index, along, job.home))
        if name == "LogSoftmax":
            most = function_call("MAX", _along(tensor, index, along, job.home))
            return f"{tensor.cell(index, job.home)}-{most}-LN({total})"
        return f"{steps.cell(index, job.home)}/{total}"

    return job.write(output, share)


def _along(tensor: PlacedTensor, index: tuple[int, ...], along: int, home: str) -> list[str]:
    """The cells along a dimension through an entry, in one piece where they are neighbours."""
    places = [tensor.place((*index[:along], position, *index[along + 1 :])) for position in range(tensor.shape[along])]
    grid, row, column = places[0]
    _, last_row, last_column = places[-1]
    if all(place[0] == grid for place in places):
        return grid.areas(range(row, last_row + 1), range(column, last_column + 1), home)
    return [other.cell(at_row, at_column, home) for other, at_row, at_column in places]


def write_batch_norm(job: SheetJob) -> PlacedTensor:
    """A batch norm with the statistics of a training, as torch computes it in evaluation."""
    (tensor,) = job.inputs
    if "running_mean" not in job.numbers:
        raise UnwritableError("it takes the statistics of the batch at hand, and a sheet holds one input")
    output = job.output()
    names = [name for name in _BATCH_NORM if name in job.numbers]
    rows = [[job.numbers[name].flat[channel] for name in names] for channel in range(job.layer.num_features)]
    grid = job.weights(job.draft.stack(len(names), len(rows)), "channels", rows, headers=names)

    def formula(index: tuple[int, ...]) -> str:
        cells = {name: grid.cell(index[0], place, job.home, fixed=True) for place, name in enumerate(names)}
        text = f"({tensor.cell(index, job.home)}-{cells['running_mean']})"
        text += f"/SQRT({cells['running_var']}+{number(job.layer.eps)})"
        text += f"*{cells['weight']}" if "weight" in cells else ""
        return text + (f"+{cells['bias']}" if "bias" in cells else "")

    return job.write(output, formula)


def write_whole_norm(job: SheetJob) -> PlacedTensor:
    """A norm whose mean and variance are those of groups of channels, or of all entries."""
    (tensor,) = job.inputs
    channels = tensor.shape[0]
    groups = job.layer.values.get("num_groups")
    if groups is None:
        if tuple(job.layer.normalized_shape) != tensor.shape:
            raise UnwritableError("a layer norm is written where it normalises all dimensions")
        groups = 1
    output = job.output()
    members = channels // groups
    areas = [_areas(tensor, range(group * members, (group + 1) * members), job.home) for group in range(groups)]
    statistics = job.draft.stack(2, groups).grid("groups", groups, 2, headers=("mean", "variance"))
    for group, cells in enumerate(areas):
        for place, function in enumerate(("AVERAGE", "VARP")):
            row, column = statistics.top + group, statistics.left + place
            job.draft.add(row, column, f"={function_call(function, cells)}", CellKind.STEP)
    scales = {name: _scale(job, name) for name in ("weight", "bias") if name in job.numbers}

    def formula(index: tuple[int, ...]) -> str:
        mean, variance = (statistics.cell(index[0] // members, place, job.home, fixed=True) for place in (0, 1))
        text = f"({tensor.cell(index, job.home)}-{mean})/SQRT({variance}+{number(job.layer.eps)})"
        for sign, name in (("*", "weight"), ("+", "bias")):
            if name in scales:
                place = index if scales[name].shape == tensor.shape else index[:1]
                text += sign + scales[name].cell(place, job.home)
        return text

    return job.write(output, formula)


def _areas(tensor: PlacedTensor, channels: range, home: str) -> list[str]:
    """All cells of some channels."""
    if len(tensor.shape) == 3:
        return [
            tensor.grids[channel].area(range(tensor.shape[1]), range(tensor.shape[2]), home) for channel in channels
        ]
    width = tensor.shape[1] if len(tensor.shape) == 2 else 1
    return [tensor.grids[0].area(channels, range(width), home)]


def _scale(job: SheetJob, name: str) -> PlacedTensor:
    """The weights or biases of a norm, for each channel or for each entry."""
    numbers = job.numbers[name]
    owned = [grid for title, grid in job.grids.items() if title.startswith(f"{name} ")]
    if owned:
        return PlacedTensor(numbers.shape, tuple(owned))
    scale = place_tensor(job.draft, numbers.shape, noun=f"{name}, channel")
    values = dict(zip(indices(numbers.shape), numbers.flat, strict=True))
    fill_tensor(job.draft, scale, lambda index: values[index], CellKind.INPUT)
    job.grids.update({f"{name} {place}": grid for place, grid in enumerate(scale.grids)})
    return scale
