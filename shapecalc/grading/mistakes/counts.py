"""Mistakes in counts: parameters, and the multiply-accumulates that each of them costs."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from shapecalc.algebra import Int, Name, names_in, product
from shapecalc.algebra.edits import factors_of, rewrite, substitute, terms_of
from shapecalc.algebra.expr import Expr, FloorDiv, Times
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import INPUTS, KERNEL, OUTPUTS
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.shapes import entries_of

_GROUPS, _GATES, _POSITIONS = Name("groups"), Name("gates"), Name("positions")
_COUNTS = frozenset({Quantity.PARAMETERS, Quantity.MACS})
#: A picture has three colours.
_COLOURS = 3


def _count(change: LineEdit) -> LineEdit:
    """An edit of a count alone."""
    return lambda line: change(line) if line.quantity in _COUNTS else None


def _parameters(change: LineEdit) -> LineEdit:
    """An edit of a count of parameters alone."""
    return lambda line: change(line) if line.quantity is Quantity.PARAMETERS else None


def _has(tree: Int, names: frozenset[str]) -> bool:
    return any(name.name in names for name in names_in(tree))


def _split(tree: Int) -> tuple[list[Int], list[Int]]:
    """The terms of a count that are weights, and those that are biases: a weight has what goes in as a factor."""
    terms = terms_of(tree)
    weights = [term for term in terms if _has(term, INPUTS) or _has(term, frozenset({"state", "weights"}))]
    if weights:
        return weights, [term for term in terms if term not in weights]
    match tree:
        case Times(2, Name() as name):  # a norm has a weight and a bias for each channel
            return [name], [name]
    return list(terms), []


def _total(terms: list[Int]) -> Int:
    return sum(terms[1:], terms[0]) if terms else 0


def _biases(change: LineEdit) -> LineEdit:
    """An edit of a count that has a bias."""
    return _parameters(lambda line: change(line) if _split(line.tree)[1] else None)


def _without_bias(line: Line) -> EditedTree | None:
    return _total(_split(line.tree)[0])


def _bias_for(bias: Int) -> LineEdit:
    return _biases(lambda line: _total(_split(line.tree)[0]) + bias)


def _outputs(line: Line) -> Name | None:
    return next((Name(name) for name in sorted(OUTPUTS) if Name(name) in names_in(line.tree)), None)


def _inputs(line: Line) -> Name | None:
    return next((Name(name) for name in sorted(INPUTS) if Name(name) in names_in(line.tree)), None)


def _bias_invented(line: Line) -> EditedTree | None:
    name = _outputs(line)
    is_without = line.layer.values.get("bias") is False and not _split(line.tree)[1]
    return line.tree + name if is_without and name else None


def _bias_per_input(line: Line) -> EditedTree | None:
    name = _inputs(line)
    return _total(_split(line.tree)[0]) + name if name else None


def _bias_twice(line: Line) -> EditedTree | None:
    return line.tree + _total(_split(line.tree)[1])


def _bias_per_weight(line: Line) -> EditedTree | None:
    return 2 * _total(_split(line.tree)[0])


def _second_bias_forgotten(line: Line) -> EditedTree | None:
    weights, biases = _split(line.tree)
    return _total([*weights, *biases[:-1]]) if len(biases) > 1 else None


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
        kernel = _kernel_factors(line.tree)
        if not kernel or line.number("groups") != 1:
            return None
        return product(kernel) + bias

    return _parameters(edit)


def _kernel_factors(tree: Int) -> tuple[Name, ...]:
    """The sides of the kernel in the first term that has them: F, F."""
    for term in terms_of(tree):
        sides = [factor for factor in factors_of(term) if isinstance(factor, Name) and factor.name == KERNEL.name]
        if sides:
            return tuple(sides)
    return ()


def _colours(factor_up: bool) -> LineEdit:
    """The pixels of a picture for its values, or its values as if it had colours."""

    def edit(line: Line) -> EditedTree | None:
        name = _inputs(line)
        number = line.numbers.get(name) if name else None
        if name is None or not isinstance(number, int) or _kernel_factors(line.tree):
            return None
        pixels = number if factor_up else number // _COLOURS
        if isqrt(pixels) ** 2 != pixels or pixels < _COLOURS or (not factor_up and number % _COLOURS):
            return None
        return substitute(line.tree, {name: _COLOURS * name if factor_up else name // _COLOURS})

    return _count(edit)


def _swapped(line: Line) -> EditedTree | None:
    before, after = _inputs(line), _outputs(line)
    return substitute(line.tree, {before: after, after: before}) if before and after else None


def _only_inputs(line: Line) -> EditedTree | None:
    """The count of what goes in for that of what comes out as well."""
    before, after = _inputs(line), _outputs(line)
    return substitute(line.tree, {after: before}) if before and after else None


def _only_outputs(line: Line) -> EditedTree | None:
    before, after = _inputs(line), _outputs(line)
    return substitute(line.tree, {before: after}) if before and after else None


def _of_image(line: Line) -> EditedTree | None:
    channels = line.image[0] if line.image else None
    name = _inputs(line)
    if name is None or not _kernel_factors(line.tree) or channels in (None, line.numbers.get(name)):
        return None
    return substitute(line.tree, {name: channels})  # type: ignore[dict-item]  # a size of the net's input is whole


def _groups_ignored(line: Line) -> EditedTree | None:
    return None if line.numbers.get(_GROUPS, 1) == 1 else substitute(line.tree, {_GROUPS: 1})


def _depthwise(bias: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        kernel, name = _kernel_factors(line.tree), _inputs(line)
        if not kernel or name is None or line.numbers.get(_GROUPS, 1) == 1:
            return None
        if line.numbers[_GROUPS] != line.numbers.get(name):
            return None
        tree = product(kernel)
        return tree + _total(_split(line.tree)[1]) if bias else tree

    return _parameters(edit)


def _with_statistics(line: Line) -> EditedTree | None:
    layer = line.layer
    buffers = [
        entries_of(formula.tree(layer.values))
        for name, formula in layer.buffers.items()
        if name not in layer.counters and formula.at(layer.values) is not None
    ]
    return line.tree + _total(buffers) if buffers else None


def _kernels(change: str) -> LineEdit:
    """The factors of a kernel's sides replaced in each term."""

    def edit(line: Line) -> EditedTree | None:
        kernel = _kernel_factors(line.tree)
        if len(kernel) < 2:
            return None
        return _total([_other_sides(term, kernel, change) for term in terms_of(line.tree)])

    return _count(edit)


def _other_sides(term: Int, kernel: tuple[Name, ...], change: str) -> Int:
    factors = factors_of(term)
    sides = [factor for factor in factors if factor in kernel]
    if not sides:
        return term
    replaced: dict[str, tuple[Int, ...]] = {
        "one": (sides[0],),
        "sum": (_total([*sides]),),
        "twice": (*sides, *sides),
    }
    place = factors.index(sides[0])
    tail = [factor for factor in factors[place:] if factor not in kernel]
    return product((*factors[:place], *replaced[change], *tail))


def _not_shared(image: bool, biases: int) -> LineEdit:
    """A weight for each position.

    Args:
        image: whether the positions are those of the input.
        biases: how the biases are counted: 0 not at all, 1 as they are, 2 for each position, too.
    """

    def edit(line: Line) -> EditedTree | None:
        places = line.inputs[0][1:] if image else line.output[1:]
        if not _kernel_factors(line.tree) or not places:
            return None
        weights, bias = map(_total, _split(line.tree))
        count: Int = product(tuple(map(int, places)))
        if biases == 0:
            return weights * count
        return weights * count + bias if biases == 1 else (weights + bias) * count

    return _parameters(edit)


def _other_grid(line: Line) -> EditedTree | None:
    """The positions of the input for those of the output, or the other way round."""
    if _POSITIONS not in names_in(line.tree):
        return None
    positions = line.numbers[_POSITIONS]
    grids = [product(tuple(map(int, shape[1:]))) for shape in (line.inputs[0], line.output)]
    grid = next((grid for grid in grids if grid != positions), None)
    return None if grid is None else substitute(line.tree, {_POSITIONS: grid})


def _stride_twice(line: Line) -> EditedTree | None:
    """The output's positions divided by the stride again."""
    strides = line.layer.values.get("stride")
    if _POSITIONS not in names_in(line.tree) or not isinstance(strides, tuple):
        return None
    factor = product(tuple(strides))
    return None if factor == 1 else substitute(line.tree, {_POSITIONS: _POSITIONS // factor})


def _bias_work(line: Line) -> EditedTree | None:
    if line.quantity is not Quantity.MACS or line.layer.values.get("bias") is not True:
        return None
    return line.tree + product(tuple(map(int, line.output)))


def _inputs_in_part(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A layer of weights behind others, counted with the channels of an earlier layer."""
    seen: list[int] = []
    for row in sheet.places:
        if seen:
            for channels in dict.fromkeys(seen[:-1]):
                yield Edit(mistake, row.name, FormulaChange(_count(_with_inputs(channels))), extra=1)
        if not sheet.shapes[row.name] or not isinstance(row.output_shape[0], int):
            return
        seen.append(row.output_shape[0])


def _with_inputs(channels: int) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        name = _inputs(line)
        if name is None or not _kernel_factors(line.tree) or channels == line.numbers.get(name):
            return None
        return substitute(line.tree, {name: channels})

    return edit


MISTAKES = (
    Mistake(
        "bias-forgotten",
        1,
        "K·F·F·D, without + K",
        "You left out the bias",
        in_formulas(_biases(_without_bias)),
    ),
    Mistake(
        "bias-invented",
        2,
        "+ K where bias=False",
        "You counted a bias that the layer does not have",
        in_formulas(_parameters(_bias_invented)),
    ),
    Mistake(
        "one-bias-per-layer",
        2,
        "+ 1 in the place of + K",
        "You counted one bias for the whole layer",
        in_formulas(_bias_for(1)),
    ),
    Mistake(
        "bias-per-weight",
        6,
        "one bias for each weight: 2·K·F·F·D",
        "You counted a bias for each weight",
        in_formulas(_biases(_bias_per_weight)),
    ),
    Mistake(
        "bias-per-input",
        4,
        "+ D (or + in_features) in the place of + K",
        "You counted a bias for each input",
        in_formulas(_biases(_bias_per_input)),
    ),
    Mistake(
        "bias-counted-twice",
        4,
        "+ 2K in the place of + K",
        "You counted the bias twice",
        in_formulas(_biases(_bias_twice)),
    ),
    Mistake(
        "second-bias-forgotten",
        1,
        "one of the two biases of a recurrent layer left out",
        "You left out one of the two biases",
        in_formulas(_parameters(_second_bias_forgotten)),
    ),
    Mistake(
        "input-channels-forgotten",
        2,
        "K·F·F (+ K), without D; or one filter as F·F",
        "You left out the input channels",
        in_formulas(_count(_inputs_forgotten), _colours(False), _single_filter(0), _single_filter(1)),
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
        in_formulas(_count(_swapped), _count(_only_inputs), _count(_only_outputs)),
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
        in_formulas(_parameters(_with_statistics)),
    ),
    Mistake(
        "gates-forgotten",
        2,
        "a recurrent layer counted with one gate (LSTM/4, GRU/3)",
        "You counted one gate",
        in_formulas(lambda line: substitute(line.tree, {_GATES: 1}) if line.numbers.get(_GATES, 1) != 1 else None),
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
    Mistake(
        "weights-not-shared",
        4,
        "a weight for each position: K·F·F·D times the positions",
        "You counted the weights anew for each position",
        in_formulas(
            _not_shared(False, 1),
            _not_shared(True, 1),
            _not_shared(False, 0),
            _not_shared(True, 0),
            _not_shared(False, 2),
            _not_shared(True, 2),
            everywhere=False,
        ),
    ),
    Mistake(
        "input-grid-for-output-grid",
        3,
        "work counted over the input's positions where the output's count, or the other way round for transposed",
        "You counted the positions of the other map",
        in_formulas(_other_grid),
    ),
    Mistake(
        "stride-applied-twice",
        5,
        "work counted over the output's positions divided by the stride once more",
        "You divided the positions by the stride again",
        in_formulas(_stride_twice),
    ),
    Mistake(
        "bias-counted-as-work",
        3,
        "+ one operation for each output because of the bias",
        "You counted the bias as work",
        in_formulas(_bias_work),
    ),
)

#: Counts with the channels of the net's input, or of an earlier layer.
OF_EARLIER_CHANNELS = together(in_formulas(_count(_of_image)), _inputs_in_part)
