"""Mistakes in the size that comes out of a window, and in its padding, stride and dilation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from shapecalc.algebra import Int, Name, ceildiv, names_in, product
from shapecalc.algebra.edits import Unrounded, exact_value, rewrite, round_down, round_up, substitute
from shapecalc.algebra.expr import Binary, CeilDiv, Expr, FloorDiv, Min, Minus, Plus, Times
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LayerChange, LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import (
    AFTER,
    BEFORE,
    DILATION,
    KERNEL,
    PADDING,
    SIZE,
    STRIDE,
    is_pool,
    is_transposed,
    is_window,
)
from shapecalc.grading.mistakes.question import KEPT_INPUT, SAME_SHRINK, TURNED_SHAPE
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.windows import window
from shapecalc.measures import Row

_OUTPUT_PADDING = Name("output_padding")
#: What padding goes into.
_PADDED = frozenset({Quantity.SIZE, Quantity.PADDING})
_NO_PADDING: dict[Name, Int] = {PADDING: 0, BEFORE: 0, AFTER: 0}


def _windows(tree: Int) -> Int:
    """The windows that are counted, without the limit of those that hang over the end."""
    return tree.left if isinstance(tree, Min) else tree


def _of_windows(change: LineEdit) -> LineEdit:
    """An edit of the formula of a window alone."""
    return lambda line: change(line) if is_window(line) else None


def _quotient(change: LineEdit) -> LineEdit:
    """An edit of a formula that divides by the stride."""

    def edit(line: Line) -> EditedTree | None:
        return change(line) if is_window(line) and _divides(line.tree) else None

    return edit


def _divides(tree: Int) -> bool:
    return isinstance(tree, Binary) and (
        isinstance(tree, FloorDiv | CeilDiv) or _divides(tree.left) or _divides(tree.right)
    )


def _plus_one(tree: Int) -> tuple[Int, Int] | None:
    """The numerator and the divisor of a quotient to which 1 is added."""
    match _windows(tree):
        case Plus(FloorDiv(left, right) | CeilDiv(left, right), 1):
            return left, right
    return None


def _without_plus_one(line: Line) -> EditedTree | None:
    tree = _windows(line.tree)
    match tree:
        case Plus(FloorDiv() | CeilDiv() as quotient, 1):
            return quotient
        case Plus(left, 1) if STRIDE not in names_in(tree):  # a formula for a stride of 1
            return left
    return None


def _plus_one_in_divisor(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and parts[0] // (parts[1] + 1)


def _plus_one_in_divisor_unrounded(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and Unrounded(parts[0] // (parts[1] + 1))


def _plus_one_inside(line: Line) -> EditedTree | None:
    parts = _plus_one(line.tree)
    return parts and (parts[0] + 1) // parts[1]


def _unrounded(line: Line) -> EditedTree | None:
    tree = _windows(line.tree)
    return Unrounded(tree) if line.quantity is Quantity.SIZE and _divides(tree) else None


def _without_padding(line: Line) -> EditedTree | None:
    if not any(line.numbers.get(name) for name in _NO_PADDING) or line.quantity not in _PADDED:
        return None
    return substitute(line.tree, _NO_PADDING)


def _padding_replaced(tree: Int, amount: Int) -> Int:
    """Another amount in the place of the padding of both sides together."""

    def rule(part: Expr) -> Int | None:
        match part:
            case Times(2, Name("padding")) | Plus(Name("before"), Name("after")):
                return amount
        return None

    return rewrite(tree, rule)


def _cut_once(line: Line) -> EditedTree | None:
    return _padding_replaced(line.tree, PADDING) if is_transposed(line) else None


def _padding_once(line: Line) -> EditedTree | None:
    if is_transposed(line):
        return None
    name = PADDING if line.numbers.get(BEFORE) == line.numbers.get(AFTER) else BEFORE
    return _padding_replaced(line.tree, name) if line.quantity in _PADDED else None


def _padding_once_after(line: Line) -> EditedTree | None:
    is_even = line.numbers.get(BEFORE) == line.numbers.get(AFTER)
    return None if is_even or line.quantity is not Quantity.SIZE else _padding_replaced(line.tree, AFTER)


def _padding(amount: Int, *, only_without: bool) -> LineEdit:
    """Another amount in the place of the padding, of a window that has none or of any."""

    def edit(line: Line) -> EditedTree | None:
        if is_transposed(line) or (only_without and line.numbers.get(PADDING) != 0):
            return None
        return _padding_replaced(_windows(line.tree), amount)

    return _of_windows(edit)


def _by_stride(line: Line) -> EditedTree | None:
    if is_transposed(line):
        return None
    return ceildiv(SIZE, STRIDE)


def _unchanged(line: Line) -> EditedTree | None:
    return None if is_transposed(line) or line.numbers.get(STRIDE) == 1 else SIZE


def _unchanged_at_stride_one(line: Line) -> EditedTree | None:
    return None if is_transposed(line) or line.numbers.get(STRIDE) != 1 else SIZE


def _argument(name: Name, value: Int, *, pools: bool | None = None) -> LineEdit:
    """Another value in the place of an argument, in every formula of a layer.

    Args:
        name: the argument.
        value: what it is taken for.
        pools: whether the layer has to be a pooling, or must not be one.
    """

    def edit(line: Line) -> EditedTree | None:
        number = line.numbers.get(name)
        if number is None or number == value or name not in names_in(line.tree):
            return None
        if pools is not None and is_pool(line.layer) is not pools:
            return None
        return substitute(line.tree, {name: value})

    return edit


def _stride_then_window(rounded_up: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        if is_transposed(line) or line.numbers.get(STRIDE) == 1:
            return None
        size = ceildiv(SIZE, STRIDE) if rounded_up else SIZE // STRIDE
        return substitute(_windows(line.tree), {SIZE: size, STRIDE: 1})

    return _of_windows(edit)


def _pools(tree: Int) -> LineEdit:
    """Another formula in the place of a pooling's."""
    return _of_windows(lambda line: tree if is_pool(line.layer) else None)


def _extent(extent: Int) -> LineEdit:
    """Another extent of a dilated kernel."""

    def rule(part: Expr) -> Int | None:
        match part:
            case Plus(Times(Name("dilation"), Minus(Name("kernel_size"), 1)), 1):
                return extent
        return None

    return lambda line: rewrite(line.tree, rule) if line.quantity is Quantity.SIZE else None


def _kernel(kernel: Int) -> LineEdit:
    """Another kernel in the formula of a size."""

    def edit(line: Line) -> EditedTree | None:
        return substitute(line.tree, {KERNEL: kernel})

    return _of_windows(edit)


def _kernel_by(name: str) -> LineEdit:
    """Another argument of the layer in the place of its kernel."""

    def edit(line: Line) -> EditedTree | None:
        number = line.number(name)
        if not isinstance(number, int) or number == line.numbers[KERNEL]:
            return None
        return substitute(line.tree, {KERNEL: Name(name)})

    return _of_windows(edit)


def _forward(line: Line) -> EditedTree | None:
    return window(SIZE, KERNEL, STRIDE, PADDING, PADDING, DILATION) if is_transposed(line) else None


def _multiplied(transposed: bool) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        is_stride = is_transposed(line) is transposed and line.numbers.get(STRIDE) != 1
        return SIZE * STRIDE if is_stride else None

    return _of_windows(edit)


def _output_padding(value: Int, *, only_without: bool = False) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        if not is_transposed(line) or (only_without and line.numbers.get(_OUTPUT_PADDING) != 0):
            return None
        return substitute(line.tree, {_OUTPUT_PADDING: value})

    return edit


def _pixels(line: Line) -> EditedTree | None:
    places = line.inputs[0][1:]
    if len(places) < 2 or line.inputs[0] != line.image:
        return None
    return substitute(line.tree, {SIZE: exact_value(product(tuple(places)), {})})  # type: ignore[arg-type,dict-item]


def _mirrored(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The size that went into the window which a transposed one seems to undo."""
    for place, row in enumerate(sheet.places):
        lines = sheet.lines(row)
        if not any(map(is_transposed, lines)):
            continue
        for earlier in reversed(sheet.places[:place]):
            if earlier.layer.is_window and earlier.output_shape[1:] == row.input_shapes[0][1:]:
                sizes = dict(zip([line.axis for line in lines if line.axis], earlier.input_shapes[0][1:], strict=False))
                yield Edit(
                    mistake,
                    row.name,
                    FormulaChange(lambda line, sizes=sizes: sizes.get(line.axis) if is_transposed(line) else None),  # type: ignore[misc]
                    f"to the size before {earlier.name}",
                )
                break


def _misread(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """Pads that are read in another order."""
    for row in sheet.places:
        for layer in chain(_other_pads(row), _other_sides(row, ("padding",))):
            yield Edit(mistake, row.name, LayerChange(layer), f"as if it were {layer!r}")


def _other_pads(row: Row) -> Iterator[Layer]:
    """A padding layer with its pads in the order of another library."""
    pads = row.layer.values.get("padding")
    if row.layer.is_window or not isinstance(pads, tuple) or len(pads) != 4 or "W" not in type(row.layer).gives:
        return
    left, right, top, bottom = pads
    for order in ((top, bottom, left, right), (left, top, right, bottom), (left, right, bottom, top)):
        if order != pads:
            yield row.layer.replace(padding=order)


def _other_sides(row: Row, names: tuple[str, ...]) -> Iterator[Layer]:
    """A layer with the values of some arguments exchanged between height and width."""
    values = {name: row.layer.values[name] for name in names if name in row.layer.per_axis}
    uneven = {name: value for name, value in values.items() if isinstance(value, tuple) and len({*value}) > 1}
    if uneven:
        yield row.layer.replace(**{name: value[::-1] for name, value in uneven.items()})


def _turned(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A layer whose arguments are those of the other axis."""
    for row in sheet.places:
        for names in (("kernel_size",), tuple(row.layer.per_axis)):
            for layer in _other_sides(row, names):
                yield Edit(mistake, row.name, LayerChange(layer), f"as if it were {layer!r}")


def _one_side(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The formula applied to one side alone, or the result of one side given to both."""
    for row in sheet.places:
        axes = [line.axis for line in sheet.lines(row) if line.quantity is Quantity.SIZE]
        if len(axes) == 2:
            for place, axis in enumerate(axes):
                yield Edit(mistake, row.name, FormulaChange(lambda _: SIZE, axis), f"and not to the {axis}")
                yield Edit(mistake, row.name, FormulaChange(_size_of(1 - place), axis), f"for the {axis}, too", 1)


def _size_of(place: int) -> LineEdit:
    """The size along another axis in the place of that along this one."""
    return lambda line: substitute(line.tree, {SIZE: line.inputs[0][1 + place]})  # type: ignore[dict-item]


def _dilation_of_another(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The dilation of a layer before, in a layer that has none."""
    before: set[int] = set()
    for row in sheet.places:
        numbers = [line.numbers.get(DILATION) for line in sheet.lines(row)]
        if 1 in numbers:
            for dilation in sorted(before):
                yield Edit(mistake, row.name, FormulaChange(_argument(DILATION, dilation)), f"but {dilation}", 2)
        before |= {number for number in numbers if isinstance(number, int) and number > 1}


_CEIL = _quotient(lambda line: round_up(line.tree))
_FLOOR = _quotient(lambda line: round_down(_windows(line.tree)))

MISTAKES = (
    Mistake(
        "plus-one-forgotten",
        1,
        "size = ⌊(W − F + 2P)/S⌋, without the + 1",
        "You left out the + 1",
        in_formulas(_of_windows(_without_plus_one)),
    ),
    Mistake(
        "plus-one-in-divisor",
        4,
        "size = (W − F + 2P)/(S + 1)",
        "You added the 1 to the divisor",
        in_formulas(_of_windows(_plus_one_in_divisor), _of_windows(_plus_one_in_divisor_unrounded)),
    ),
    Mistake(
        "plus-one-inside-division",
        5,
        "size = ⌊(W − F + 2P + 1)/S⌋: the 1 is divided, too",
        "You divided the 1 as well",
        in_formulas(_of_windows(_plus_one_inside)),
    ),
    Mistake(
        "not-floored",
        2,
        "the quotient is left a fraction: (W − F + 2P)/S + 1",
        "You did not round the quotient down",
        in_formulas(_unrounded),
    ),
    Mistake(
        "ceil-for-floor",
        3,
        "rounded up where the layer rounds down",
        "You rounded up",
        in_formulas(_CEIL, _of_windows(_by_stride)),
    ),
    Mistake(
        "floor-for-ceil",
        2,
        "rounded down where the layer rounds up (ceil_mode)",
        "You rounded down",
        in_formulas(_FLOOR),
    ),
    Mistake("padding-ignored", 1, "P taken as 0", "You left out the padding", in_formulas(_without_padding)),
    Mistake(
        "padding-once",
        2,
        "P in the place of 2P",
        "You counted the padding of one side only",
        together(in_formulas(_padding_once, _padding_once_after), in_formulas(_cut_once, extra=2)),
    ),
    Mistake(
        "same-in-spite-of-stride",
        3,
        "size unchanged, or ⌈W/S⌉, where the layer's padding is fixed",
        'You took the padding for "same"',
        in_formulas(_of_windows(_by_stride), _of_windows(_unchanged)),
    ),
    Mistake(
        "padding-invented",
        3,
        "P of (F − 1)/2, or 1, where the layer has 0",
        "You added a padding that the layer does not have",
        in_formulas(
            _padding(KERNEL - 1, only_without=True), _padding(2, only_without=True), _padding(1, only_without=True)
        ),
    ),
    Mistake(
        "padding-order-misread",
        4,
        "the pads of one side or axis used for another",
        "You used the pads of one side for another",
        _misread,
    ),
    Mistake(
        "same-means-half-kernel",
        4,
        "padding of ⌊F/2⌋ on both sides taken for 'same' whatever F, S and d are",
        "You padded by half of the kernel",
        in_formulas(_padding(2 * (KERNEL // 2), only_without=False)),
    ),
    Mistake(
        "stride-one-keeps-size",
        3,
        "size unchanged because the stride is 1",
        "You left the size as it was",
        together(in_formulas(_of_windows(_unchanged_at_stride_one)), KEPT_INPUT),
    ),
    Mistake(
        "stride-ignored",
        2,
        "S taken as 1 in a convolution",
        "You left out the stride",
        together(
            in_formulas(_argument(STRIDE, 1, pools=False)), in_formulas(_argument(STRIDE, 1, pools=True), extra=2)
        ),
    ),
    Mistake(
        "stride-multiplies",
        2,
        "size = W·S in a layer that divides, or a transposed layer taken as W·S",
        "You multiplied the size by the stride",
        together(in_formulas(_multiplied(True)), in_formulas(_multiplied(False), extra=3)),
    ),
    Mistake(
        "stride-then-window",
        5,
        "W/S first, then the window at stride 1 on the result",
        "You divided by the stride first, and then slid the window in steps of 1",
        in_formulas(_stride_then_window(False), _stride_then_window(True)),
    ),
    Mistake(
        "pool-stride-one",
        3,
        "S of a pooling taken as 1 where it is F by default",
        "You moved the window of the pooling in steps of 1",
        in_formulas(_argument(STRIDE, 1, pools=True)),
    ),
    Mistake(
        "pool-halves",
        3,
        "a pooling taken to halve whatever its arguments say",
        "You halved the size",
        in_formulas(_pools(SIZE // 2), _pools(ceildiv(SIZE, 2))),
    ),
    Mistake(
        "dilation-ignored",
        2,
        "d taken as 1",
        "You left out the layer's own dilation",
        together(in_formulas(_argument(DILATION, 1)), _dilation_of_another),
    ),
    Mistake(
        "dilation-times-kernel",
        6,
        "extent d·F in the place of d·(F − 1) + 1",
        "You took another extent of the dilated kernel",
        in_formulas(_extent(DILATION * KERNEL), _extent(KERNEL * (DILATION - 1) + 1), _extent(KERNEL + DILATION - 1)),
    ),
    Mistake(
        "dilation-sign",
        7,
        "extent d·(F − 1) − 1 (the sign of the last term)",
        "You took the wrong sign in the extent of the kernel",
        in_formulas(_extent(DILATION * (KERNEL - 1) - 1)),
    ),
    Mistake(
        "kernel-off-by-one",
        7,
        "F + 1 or F − 1 in the place of F",
        "You took a kernel that is 1 too large or too small",
        in_formulas(_kernel(KERNEL + 1), _kernel(KERNEL - 1), everywhere=False),
    ),
    Mistake(
        "kernel-ignored",
        7,
        "(W + 2P)/S + 1, without − F",
        "You did not subtract the kernel",
        in_formulas(_kernel(0)),
    ),
    Mistake(
        "argument-for-kernel",
        7,
        "another argument of the layer, such as D or S, in the place of F",
        "You took another argument for the kernel",
        in_formulas(_kernel_by("stride"), _kernel_by("in_channels"), everywhere=False),
    ),
    Mistake(
        "height-and-width-swapped",
        4,
        "H and W exchanged, in a shape or as the axis of a kernel",
        "You exchanged height and width",
        together(_turned, TURNED_SHAPE),
    ),
    Mistake(
        "one-side-only",
        5,
        "the formula applied to one side, the other kept; or both sides given one side's result",
        "You applied the formula to one side",
        together(_one_side, SAME_SHRINK),
    ),
    Mistake(
        "forward-formula-for-transposed",
        2,
        "⌊(W − F + 2P)/S⌋ + 1 for a transposed convolution",
        "You used the formula of a convolution that is not transposed",
        in_formulas(_forward),
    ),
    Mistake(
        "transposed-restores-exactly",
        1,
        "the size that went into the mirrored convolution, without output_padding's share",
        "You took the transposed convolution to restore the size exactly",
        _mirrored,
    ),
    Mistake(
        "output-padding-forgotten",
        3,
        "output_padding taken as 0 (or as P, or as 1)",
        "You took another output_padding",
        in_formulas(_output_padding(0), _output_padding(PADDING), _output_padding(1, only_without=True)),
    ),
    Mistake(
        "area-factor-for-side",
        4,
        "a factor of the area used for each side (a pooling of 2 divides a side by 4)",
        "You divided each side by the factor of the area",
        in_formulas(_pools(SIZE // (STRIDE * STRIDE))),
    ),
    Mistake(
        "pixel-count-for-side",
        7,
        "the number of pixels used as a side",
        "You used the number of pixels as a side",
        in_formulas(_of_windows(_pixels), everywhere=False),
    ),
)
