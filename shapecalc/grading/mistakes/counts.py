"""Mistakes in the weights of a count: of parameters, and of the multiply-accumulates that each of them costs."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from shapecalc.algebra import Int, Name, product
from shapecalc.algebra.edits import factors_of, rewrite, substitute, terms_of
from shapecalc.algebra.expr import Expr, FloorDiv
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import INPUTS
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.terms import (
    input_name,
    kernel_factors,
    of_counts,
    of_parameters,
    output_name,
    sum_of,
    weights_and_biases,
)
from shapecalc.layers.core.shapes import entries_of

_GROUPS, _GATES = Name("groups"), Name("gates")
#: A picture has three colours.
_COLOURS = 3


def _without_inputs(tree: Int) -> Int:
    """A count without the factor of what goes in."""

    def rule(part: Expr) -> Int | None:
        match part:
            case Name(name) if name in INPUTS:
                return 1
            case FloorDiv(Name(name), Name("groups")) if name in INPUTS:
                return 1
        return None

    return rewrite(tree, rule)


def _inputs_forgotten(line: Line) -> EditedTree | None:
    return _without_inputs(line.tree)


def _single_filter(bias: Int) -> LineEdit:
    """The weights of one channel of one filter."""

    def edit(line: Line) -> EditedTree | None:
        kernel = kernel_factors(line.tree)
        if not kernel or line.number("groups") != 1:
            return None
        return product(kernel) + bias

    return of_parameters(edit)


def _colours(factor_up: bool) -> LineEdit:
    """The pixels of a picture for its values, or its values as if it had colours."""

    def edit(line: Line) -> EditedTree | None:
        name = input_name(line)
        number = line.numbers.get(name) if name else None
        if name is None or not isinstance(number, int) or kernel_factors(line.tree):
            return None
        pixels = number if factor_up else number // _COLOURS
        if isqrt(pixels) ** 2 != pixels or pixels < _COLOURS or (not factor_up and number % _COLOURS):
            return None
        return substitute(line.tree, {name: _COLOURS * name if factor_up else name // _COLOURS})

    return of_counts(edit)


def _swapped(line: Line) -> EditedTree | None:
    before, after = input_name(line), output_name(line)
    return substitute(line.tree, {before: after, after: before}) if before and after else None


def _only_inputs(line: Line) -> EditedTree | None:
    """The count of what goes in for that of what comes out as well."""
    before, after = input_name(line), output_name(line)
    return substitute(line.tree, {after: before}) if before and after else None


def _only_outputs(line: Line) -> EditedTree | None:
    before, after = input_name(line), output_name(line)
    return substitute(line.tree, {before: after}) if before and after else None


def _of_image(line: Line) -> EditedTree | None:
    channels = line.image[0] if line.image else None
    name = input_name(line)
    if name is None or not kernel_factors(line.tree) or channels in (None, line.numbers.get(name)):
        return None
    return substitute(line.tree, {name: channels})  # type: ignore[dict-item]  # a size of the net's input is whole


def _groups_ignored(line: Line) -> EditedTree | None:
    return None if line.numbers.get(_GROUPS, 1) == 1 else substitute(line.tree, {_GROUPS: 1})


def _depthwise(bias: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        kernel, name = kernel_factors(line.tree), input_name(line)
        if not kernel or name is None or line.numbers.get(_GROUPS, 1) == 1:
            return None
        if line.numbers[_GROUPS] != line.numbers.get(name):
            return None
        tree = product(kernel)
        return tree + sum_of(weights_and_biases(line.tree)[1]) if bias else tree

    return of_parameters(edit)


def _with_statistics(line: Line) -> EditedTree | None:
    layer = line.layer
    buffers = [
        entries_of(formula.tree(layer.values))
        for name, formula in layer.buffers.items()
        if name not in layer.counters and formula.at(layer.values) is not None
    ]
    return line.tree + sum_of(buffers) if buffers else None


def _kernels(change: str) -> LineEdit:
    """The factors of a kernel's sides replaced in each term."""

    def edit(line: Line) -> EditedTree | None:
        kernel = kernel_factors(line.tree)
        if len(kernel) < 2:
            return None
        return sum_of([_other_sides(term, kernel, change) for term in terms_of(line.tree)])

    return of_counts(edit)


def _other_sides(term: Int, kernel: tuple[Name, ...], change: str) -> Int:
    factors = factors_of(term)
    sides = [factor for factor in factors if factor in kernel]
    if not sides:
        return term
    replaced: dict[str, tuple[Int, ...]] = {
        "one": (sides[0],),
        "sum": (sum_of([*sides]),),
        "twice": (*sides, *sides),
    }
    place = factors.index(sides[0])
    tail = [factor for factor in factors[place:] if factor not in kernel]
    return product((*factors[:place], *replaced[change], *tail))


def _inputs_in_part(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A layer of weights behind others, counted with the channels of an earlier layer."""
    seen: list[int] = []
    for row in sheet.places:
        if seen:
            for channels in dict.fromkeys(seen[:-1]):
                yield Edit(mistake, row.name, FormulaChange(of_counts(_with_inputs(channels))), extra=1)
        if not sheet.shapes[row.name] or not isinstance(row.output_shape[0], int):
            return
        seen.append(row.output_shape[0])


def _with_inputs(channels: int) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        name = input_name(line)
        if name is None or not kernel_factors(line.tree) or channels == line.numbers.get(name):
            return None
        return substitute(line.tree, {name: channels})

    return edit


def _gates(number: int, *, of: int) -> LineEdit:
    """Another number of gates, of a cell with so many."""
    return lambda line: substitute(line.tree, {_GATES: number}) if line.numbers.get(_GATES) == of else None


MISTAKES = (
    Mistake(
        "input-channels-forgotten",
        2,
        "K·F·F (+ K), without D; or one filter as F·F",
        "You left out the input channels",
        in_formulas(of_counts(_inputs_forgotten), _colours(False), _single_filter(0), _single_filter(1)),
    ),
    Mistake(
        "colours-invented",
        5,
        "three colours counted for a picture that has one",
        "You counted three colours for a grey picture",
        in_formulas(_colours(True), everywhere=False),
    ),
    Mistake(
        "in-and-out-swapped",
        4,
        "D and K exchanged where that changes the number",
        "You exchanged the input channels and the filters",
        in_formulas(of_counts(_swapped), of_counts(_only_inputs), of_counts(_only_outputs)),
    ),
    Mistake(
        "groups-ignored",
        2,
        "groups taken as 1: D in the place of D/G",
        "You left out the groups",
        in_formulas(_groups_ignored),
    ),
    Mistake(
        "depthwise-as-one-kernel",
        2,
        "a depthwise layer counted as one kernel for all channels",
        "You counted one kernel for all channels",
        in_formulas(_depthwise(False), _depthwise(True)),
    ),
    Mistake(
        "running-statistics-counted",
        1,
        "a batch norm's running mean and variance counted as parameters: 4K",
        "You counted the running mean and variance, which are not trained",
        in_formulas(of_parameters(_with_statistics)),
    ),
    Mistake(
        "gates-forgotten",
        2,
        "a recurrent layer counted with one gate (LSTM/4, GRU/3)",
        "You counted one gate",
        in_formulas(lambda line: substitute(line.tree, {_GATES: 1}) if line.numbers.get(_GATES, 1) != 1 else None),
    ),
    Mistake(
        "gates-of-another-cell",
        4,
        "three gates of a GRU counted for an LSTM, or its four for a GRU",
        "You counted the gates of another cell",
        in_formulas(_gates(3, of=4), _gates(4, of=3)),
    ),
    Mistake(
        "kernel-not-squared",
        3,
        "F in the place of F·F in a count",
        "You counted one side of the kernel",
        in_formulas(_kernels("one")),
    ),
    Mistake(
        "kernel-sides-added",
        4,
        "F + F (or F₁ + F₂) in the place of the product",
        "You added the sides of the kernel",
        in_formulas(_kernels("sum")),
    ),
    Mistake(
        "kernel-squared-twice",
        6,
        "(F·F)² in a count",
        "You squared the kernel twice",
        in_formulas(_kernels("twice")),
    ),
)

#: Counts with the channels of the net's input, or of an earlier layer.
OF_EARLIER_CHANNELS = together(in_formulas(of_counts(_of_image)), _inputs_in_part)
