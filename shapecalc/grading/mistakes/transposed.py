"""Mistakes in the size behind a transposed convolution."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra import Int, Name
from shapecalc.algebra.edits import substitute
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas
from shapecalc.grading.mistakes.names import (
    DILATION,
    KERNEL,
    PADDING,
    SIZE,
    STRIDE,
    is_transposed,
)
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.layers.windows import window

_OUTPUT_PADDING = Name("output_padding")


def _forward(line: Line) -> EditedTree | None:
    return window(SIZE, KERNEL, STRIDE, PADDING, PADDING, DILATION) if is_transposed(line) else None


def _output_padding(value: Int, *, only_without: bool = False) -> LineEdit:
    def edit(line: Line) -> EditedTree | None:
        if not is_transposed(line) or (only_without and line.numbers.get(_OUTPUT_PADDING) != 0):
            return None
        return substitute(line.tree, {_OUTPUT_PADDING: value})

    return edit


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


MISTAKES = (
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
)
