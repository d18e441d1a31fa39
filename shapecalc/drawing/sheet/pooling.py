"""Sheets of poolings: the largest number of a window, or its mean."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.drawing.sheet.cells import PlacedTensor
from shapecalc.drawing.sheet.job import SheetJob, function_call, number
from shapecalc.drawing.windows import averaged_counts, windows_of


def _write(job: SheetJob, formula: Callable[[list[str], int, tuple[int, ...]], str]) -> PlacedTensor:
    """A formula of the areas of each window, of how many cells they are, and of the place of the window."""
    (tensor,) = job.inputs
    windows = windows_of(job.layer, tensor.shape, job.shape)

    def content(index: tuple[int, ...]) -> str:
        positions = tuple(line[place].positions for line, place in zip(windows, index[1:], strict=True))
        grid, rows, columns = tensor.window(index[0], positions)
        return formula(grid.areas(rows, columns, job.home), len(rows) * len(columns), index[1:])

    return job.write(job.output(), content)


def write_max_pool(job: SheetJob) -> PlacedTensor:
    """The largest number of each window; what it reads beyond the input counts as lower than every number."""
    return _write(job, lambda areas, cells, place: function_call("MAX", areas))


def write_average_pool(job: SheetJob) -> PlacedTensor:
    """The mean of each window, or its sum over what torch divides by."""
    shape = job.inputs[0].shape
    counts = averaged_counts(job.layer, shape, windows_of(job.layer, shape, job.shape))
    override = job.layer.values.get("divisor_override")

    def formula(areas: list[str], cells: int, place: tuple[int, ...]) -> str:
        divisor = override or 1
        if override is None:
            for line, position in zip(counts, place, strict=True):
                divisor *= line[position]
        if divisor == cells:
            return function_call("AVERAGE", areas)
        return f"{function_call('SUM', areas)}/{number(divisor)}"

    return _write(job, formula)
