"""The page of the layers that turn one size into another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shapecalc.algebra import names_in
from shapecalc.algebra.trend import trend
from shapecalc.layers.core.letters import written
from shapecalc.layers.padding_rules import RULES
from shapecalc.page import Block, Cell, Column, Lines, Page, Table
from shapecalc.page.numbers import thousands
from shapecalc.solve.footnotes import footnotes
from shapecalc.solve.windows.in_front import padded_in_front

if TYPE_CHECKING:
    from shapecalc.solve.windows.layers import AxisWindows, Layers, Solution

#: The sides of a layer of zeros, in torch's order: the last axis comes first.
_SIDES = {1: "left, right", 2: "left, right, top, bottom", 3: "left, right, ..., front, back"}


def layers_page(answer: Layers, limit: int | None) -> Page:
    """The layers as a table of at most ``limit`` rows (None: all), and what was searched."""
    solutions = answer.solutions[:limit]
    excess = len(answer.solutions) - len(solutions)
    layers = _table(solutions, f"... and {thousands(excess)} more" if excess else "") if solutions else _nearest(answer)
    return Page((Lines((_title(answer),)), *layers, *footnotes(_notes(answer, solutions))))


def _title(answer: Layers) -> str:
    number, kind = len(answer.solutions), answer.kind
    if number > 1:
        return f"{answer.question}: {thousands(number)} {kind.plural}, simplest first"
    return f"{answer.question}: {f'one {kind.singular}' if number else f'no {kind.singular} within these ranges'}"


def _table(solutions: tuple[Solution, ...], omitted: str) -> tuple[Block, ...]:
    """The layers; beside them the letters for which they are legal, or the inputs that they leave out, if any."""
    if solutions[0].legal:
        title, cells = "legal for", [_legal(solution) for solution in solutions]
    else:
        title, cells = "inputs left out", [_unread(solution) for solution in solutions]
    rows: list[tuple[Cell, ...]] = [(str(solution), text) for solution, text in zip(solutions, cells, strict=True)]
    columns = (Column("layer", least=24), Column(title, least=16))
    if any(cells):
        return (Table(columns, tuple(rows), omitted),)
    return (Table(columns[:1], tuple(row[:1] for row in rows), omitted),)


def _legal(solution: Solution) -> str:
    return " and ".join(values.text(letter) for letter, values in solution.legal.items())


def _unread(solution: Solution) -> str:
    end = f"{solution.unread} at the end" if solution.unread else ""
    return " and ".join(filter(None, (end, "between windows" if solution.has_gaps else "")))


def _nearest(answer: Layers) -> tuple[Block, ...]:
    """The layers that come nearest along each axis, where no layer gives the size."""
    names_axis = len(answer.axes) > 1
    lines = tuple(
        f"{layer!r} gives {size}{f' along the {axis.axis}' if names_axis else ''}"
        for axis in answer.axes
        for layer, size in axis.near
    )
    return (Lines(lines),) if lines else ()


def _notes(answer: Layers, solutions: tuple[Solution, ...]) -> Iterator[tuple[str, str]]:
    """Why there is no answer, what was searched, in which order the answers stand, and what else would do."""
    kind, dims = answer.kind, answer.question.dims
    reasons = [reason for axis in answer.axes if not axis.windows and (reason := _reason(axis))]
    yield from (("why", reason) for reason in reasons)
    ranges = answer.ranges.texts(kind.classes[dims - 1].fields)
    yield "searched", ", ".join(f"{name} {values}" for name, values in ranges.items())
    if solutions and len(answer.axes) > 1:
        counts = ", ".join(f"{thousands(len(axis.windows))} along the {axis.axis}" for axis in answer.axes)
        yield "windows", f"{counts}; any can be combined, and above are the simplest layers"
    if len(solutions) > 1:
        yield "simplest", kind.simplest
    yield from _padding_notes(answer, solutions)
    if any(isinstance(axis.after, int) and names_in(axis.before) for axis in answer.axes):
        yield "instead", f"one size from every input is what AdaptiveAvgPool{dims}d makes"
    yield from _instead(answer)
    if not answer.solutions and not kind.is_transposed and any(map(_grows, answer.axes)):
        yield "instead", "a transposed convolution makes a size larger: --layer deconv"
    if answer.question.channels is None and kind.is_learned:
        yield "letters", "D channels in, K channels out"


def _padding_notes(answer: Layers, solutions: tuple[Solution, ...]) -> Iterator[tuple[str, str]]:
    """Where no symmetric padding fits, and which padding keeps a size."""
    zeros = next((solution.layers[0] for solution in solutions if len(solution.layers) > 1), None)
    if zeros is not None:
        pad = f"{type(zeros).__name__}(({_SIDES[zeros.rank]}))"
        yield "zeros", f"no symmetric padding fits: {pad} puts one more behind"
    if answer.kind.pads_zeros and all(before == after for before, after in answer.question.axes):
        yield "rule", _same_rule()


def _instead(answer: Layers) -> Iterator[tuple[str, str]]:
    """The nearest pooling behind a layer that pads or crops more than it may itself."""
    if answer.solutions or answer.kind.is_learned or len(answer.axes) > 1:
        return
    (axis,) = answer.axes
    for layer, _ in axis.near[:1]:
        layers = padded_in_front(layer, axis.before, axis.after)
        if layers is not None:
            yield "instead", f"{' '.join(map(repr, layers))} gives {axis.after}"


def _grows(axis: AxisWindows) -> bool:
    return isinstance(axis.before, int) and isinstance(axis.after, int) and axis.after > axis.before


def _reason(axis: AxisWindows) -> str:
    """Why no window gives the size: the sizes that come out pass over it, or grow at another rate."""
    sizes = [size for _, size in axis.near]
    goal = trend(axis.after)
    for size in sizes:
        rate = trend(size)
        if goal is not None and rate is not None and goal.slope != rate.slope:
            return f"{size} grows by {rate.slope} with each input, {axis.after} by {goal.slope}"
    if len(sizes) == 2:
        return f"nothing between {sizes[0]} and {sizes[1]} comes out within these ranges"
    if not sizes or not isinstance(sizes[0], int) or not isinstance(axis.after, int):
        return ""
    return f"nothing {'below' if sizes[0] > axis.after else 'above'} {sizes[0]} comes out within these ranges"


def _same_rule() -> str:
    """The padding that keeps a size at stride 1, for any kernel and dilation."""
    env = {"kernel_size": 2, "dilation": 2}  # numbers at which the names of both are written
    before, behind = (written(rule.tree(env)) for rule in RULES["same"])
    return f'{before} before and {behind} behind keep any size at stride 1, as padding="same" does'
