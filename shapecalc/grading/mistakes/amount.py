"""Mistakes in the number as a whole: a unit, a factor, the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple, final

from shapecalc.algebra import product
from shapecalc.algebra.edits import Number, factors_of, simplest, terms_of
from shapecalc.grading.mistakes.change import AnswerChange, Edit, ValueChange
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, Places, in_formulas, together
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.working import Working
from shapecalc.grading.quiz.target import Measure
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.saving import INDEX, INDICES

#: Batches that people use.
_BATCHES = (2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256, 512)
_BYTES: tuple[Measure, ...] = ("bytes", "saved_bytes", "inference_bytes", "training_bytes")
_COUNTS: tuple[Measure, ...] = ("values", "positions", "activations", "parameters")
_WORK: tuple[Measure, ...] = ("macs", "macs_with_bias", "flops", "flops_with_bias")
#: Bytes of a value, unless something else is said.
_WIDTH = 4
#: A kibi, a mebi and a gibi over a kilo, a mega and a giga.
_KIBI, _MEBI, _GIBI = Fraction(2**10, 10**3), Fraction(2**20, 10**6), Fraction(2**30, 10**9)
#: How people write these factors.
_SIGNS = {
    _KIBI: "·1024/1000",
    1 / _KIBI: "·1000/1024",
    _MEBI: "·2²⁰/10⁶",
    1 / _MEBI: "·10⁶/2²⁰",
    _GIBI: "·2³⁰/10⁹",
    1 / _GIBI: "·10⁹/2³⁰",
    _MEBI / _WIDTH: "/4·2²⁰/10⁶",
    _WIDTH / _MEBI: "·4·10⁶/2²⁰",
}


@final
class Factor(NamedTuple):
    """A factor by which a number is wrong.

    Attributes:
        factor: the wrong number is the right one times this.
        measures: what is asked.
        words: what is particular of it.
    """

    factor: Fraction
    measures: tuple[Measure, ...]
    words: str = ""


#: The factors of each mistake of the whole, the commonest first.
FACTORS: MappingProxyType[str, tuple[Factor, ...]] = MappingProxyType(
    {
        "megabyte-for-mebibyte": (
            *(Factor(factor, (*_BYTES, *_COUNTS, *_WORK)) for factor in (_MEBI, 1 / _MEBI)),
            *(Factor(factor, _BYTES) for factor in (_KIBI, 1 / _KIBI, _GIBI, 1 / _GIBI)),
        ),
        "bits-for-bytes": (Factor(Fraction(8), _BYTES), Factor(Fraction(1, 8), _BYTES)),
        "bytes-per-value-forgotten": (
            Factor(Fraction(1, _WIDTH), _BYTES),
            Factor(_MEBI / _WIDTH, _BYTES, "and gave millions of them"),
        ),
        "count-for-bytes": (
            Factor(Fraction(_WIDTH), _COUNTS),
            Factor(_WIDTH / _MEBI, _COUNTS, "in units of 2²⁰"),
        ),
        "unit-factor-twice": (
            *(Factor(factor, (*_BYTES, *_COUNTS)) for factor in (Fraction(1, 1024), Fraction(1, 1000))),
            *(Factor(factor, _BYTES) for factor in (Fraction(1024), Fraction(1000))),
        ),
        "mac-for-flop": (Factor(Fraction(1, 2), _WORK),),
        "flop-for-mac": (Factor(Fraction(2), _WORK),),
        "optimizer-in-file": (
            Factor(Fraction(3), ("parameters", "bytes"), "of Adam, which is twice as large as the weights"),
            Factor(Fraction(2), ("parameters", "bytes"), "of SGD with momentum, which is as large as the weights"),
        ),
    }
)


def _times(name: str) -> Places:
    """The number times each factor of a mistake that fits what is asked."""

    def places(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        for place, factor in enumerate(FACTORS[name]):
            if sheet.target.measure in factor.measures:
                yield Edit(mistake, "", scaling(factor.factor), factor.words, place)

    return places


def scaling(factor: Fraction) -> ValueChange:
    """A change of the number by a factor."""
    up, down = factor.numerator, factor.denominator
    sign = _SIGNS.get(factor) or f"·{up}" * (up > 1) + f"/{down}" * (down > 1)
    return ValueChange(lambda value: simplest(factor * value), sign)


def _halved(line: Line) -> EditedTree | None:
    """The operations of a layer, of which a multiply-accumulate is two, with one for each."""
    terms = [factors_of(term) for term in terms_of(line.tree)]
    if line.quantity is not Quantity.MACS or terms[0][0] != 2:
        return None
    return product(terms[0][1:]) + sum([product(factors) for factors in terms[1:]])


def _doubled(line: Line) -> EditedTree | None:
    first, *others = terms_of(line.tree)
    if line.quantity is not Quantity.MACS or factors_of(first)[0] == 2:
        return None
    return sum(others, 2 * first)


def _doubled_whole(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    if sheet.target.measure == "macs_with_bias":
        yield Edit(mistake, "", scaling(Fraction(2)))


def _without_additions(line: Line) -> EditedTree | None:
    """The work of a layer without the additions of its biases: a number for each output."""
    terms = terms_of(line.tree)
    is_counted = line.quantity is Quantity.MACS and len(terms) > 1 and isinstance(terms[-1], int)
    return sum(terms[1:-1], terms[0]) if is_counted else None


def _batch(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    if sheet.target.measure in (*_COUNTS, *_WORK):
        for batch in _BATCHES:
            yield Edit(mistake, "", scaling(Fraction(batch)), f"of {batch}")
    if sheet.target.measure == "output_shape" and sheet.target.dim is None:
        for batch in (1, *_BATCHES):
            answer = AnswerChange(lambda working, batch=batch: (batch, *working.shapes[working.sheet.node]))  # type: ignore[misc]
            yield Edit(mistake, "", answer, f"of {batch}")


def _indices(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The indices of the poolings, which are saved for the way back, counted as values or not at all."""
    if sheet.target.measure != "saved_bytes":
        return
    rows = [sheet.by_name[sheet.target.node]] if sheet.target.node else sheet.rows
    entries = sum([tensor.entries for row in rows for tensor in row.measures.saves if tensor.tensor == INDICES])
    for place, width in enumerate((INDEX - _WIDTH, INDEX)):
        if isinstance(entries, int) and entries:
            words = ("as values of 4 bytes", "as nothing")[place]
            yield Edit(mistake, "", AnswerChange(_less(width * entries)), words, place)


def _less(size: int) -> Callable[[Working], Number | None]:
    def answer(working: Working) -> Number | None:
        value = working.measure(working.sheet.target)
        return None if isinstance(value, tuple) else value - size

    return answer


MISTAKES = (
    Mistake(
        "batch-included",
        5,
        "the number multiplied by the batch, or a shape with the batch in front",
        "You counted a batch",
        _batch,
    ),
    Mistake(
        "mac-for-flop",
        2,
        "multiply-accumulates given where operations are asked: half",
        "You counted a multiplication and its addition as one operation",
        in_formulas(_halved),
    ),
    Mistake(
        "flop-for-mac",
        2,
        "operations given where multiply-accumulates are asked: double",
        "You counted multiplications and additions apart",
        together(in_formulas(_doubled), _doubled_whole),
    ),
    Mistake(
        "bias-adds-forgotten",
        2,
        "the bias's additions left out where they are asked",
        "You left out the additions of the bias",
        in_formulas(_without_additions),
    ),
    Mistake(
        "megabyte-for-mebibyte",
        3,
        "10⁶ for 2²⁰, or another power of 1000 for one of 1024, or the other way round",
        "You took a power of 1000 for one of 1024, or the other way round",
        _times("megabyte-for-mebibyte"),
    ),
    Mistake("bits-for-bytes", 4, "a factor of 8", "You took bits for bytes", _times("bits-for-bytes")),
    Mistake(
        "bytes-per-value-forgotten",
        2,
        "a count of values given as bytes",
        "You counted the values, not their bytes,",
        _times("bytes-per-value-forgotten"),
    ),
    Mistake(
        "count-for-bytes",
        4,
        "bytes given as a count of values",
        "You gave bytes, 4 for each value,",
        _times("count-for-bytes"),
    ),
    Mistake(
        "unit-factor-twice",
        5,
        "a unit's factor applied twice",
        "You applied the factor of the unit twice",
        _times("unit-factor-twice"),
    ),
    Mistake(
        "indices-as-values",
        3,
        "a pooling's int64 indices counted as 4 bytes, or left out",
        "You counted the indices of the poolings",
        _indices,
    ),
    Mistake(
        "optimizer-in-file",
        6,
        "optimizer state counted in the weights' file",
        "You counted the optimizer's state,",
        _times("optimizer-in-file"),
    ),
)
