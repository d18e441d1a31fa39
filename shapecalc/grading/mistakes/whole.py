"""Mistakes in the number as a whole: a unit, a factor, the batch."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shapecalc.algebra.edits import whole
from shapecalc.grading.mistakes.change import AnswerChange, Edit, ValueChange
from shapecalc.grading.mistakes.mistake import Mistake, Places
from shapecalc.grading.mistakes.working import Sheet

#: Batches that people use.
_BATCHES = (2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256, 512)
_COUNTS = frozenset({"values", "parameters", "macs"})


def _times(*measures: str, factors: dict[str, Fraction | int]) -> Places:
    """The number times a factor, of some measures."""

    def places(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        if sheet.target.measure in measures:
            for place, (words, factor) in enumerate(factors.items()):
                yield Edit(mistake, "", _factor(Fraction(factor)), words, place)

    return places


def _factor(factor: Fraction) -> ValueChange:
    sign = f"·{factor.numerator}" if factor.denominator == 1 else f"/{1 / factor}"
    return ValueChange(lambda value: whole(factor * value), sign)


def _batch(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    if sheet.target.measure in _COUNTS:
        for batch in _BATCHES:
            yield Edit(mistake, "", _factor(Fraction(batch)), f"of {batch}")
    if sheet.target.measure == "output_shape" and sheet.target.dim is None:
        for batch in (1, *_BATCHES):
            answer = AnswerChange(lambda working, batch=batch: (batch, *working.shapes[working.sheet.node]))  # type: ignore[misc]
            yield Edit(mistake, "", answer, f"of {batch}")


MISTAKES = (
    Mistake(
        "batch-included",
        5,
        "the number multiplied by the batch, or a shape with the batch in front",
        "You counted a batch",
        _batch,
    ),
    Mistake(
        "flop-for-mac",
        2,
        "operations given where multiply-accumulates are asked: double",
        "You counted multiplications and additions apart",
        _times("macs", factors={"": 2}),
    ),
    Mistake(
        "count-for-bytes",
        4,
        "bytes given as a count of values",
        "You gave bytes",
        _times("values", "parameters", factors={"of 4 for each value": 4}),
    ),
    Mistake(
        "optimizer-in-file",
        6,
        "optimizer state counted in the weights' file",
        "You counted the optimizer's state",
        _times("parameters", factors={"of Adam": 3, "of SGD with momentum": 2}),
    ),
)
