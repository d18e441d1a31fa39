"""Reports with letters, simplified on their domain: piecewise only where legal inputs leave two pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from shapecalc.algebra import Int, Name, evaluate, names_in, normal
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.dominating_sums import maximum_of_sums
from shapecalc.algebra.expr import Binary, Max, Min
from shapecalc.algebra.memo import remember
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.totals import multiples, total
from shapecalc.algebra.trend import trend
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Shape
from shapecalc.measures.domain import Domain, domain
from shapecalc.measures.field.least import few
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import Memory, stored
from shapecalc.measures.report import Report, Row
from shapecalc.measures.saving import measure_values, values_alive
from shapecalc.measures.schedule import Wiring, wiring
from shapecalc.measures.setting import Setting

#: A number of positions that repeats, but for its growth, after more sizes than this is not worked out.
_PERIOD = 4096


def simplify_on_domain(report: Report) -> Report:
    """The report with its domain, and without minima and maxima that are the same side for all legal inputs."""
    legal = domain(report)
    rows = report.rows
    if any(_has_extreme(size) for row in rows for size in _sizes(row) if not isinstance(size, int)):
        rows = tuple(_simplified_row(row, legal) for row in rows)
    simplified = rows is not report.rows
    rows = complete_rows(rows, legal)
    if simplified:
        training, _ = measure_values(*_values(report, rows))
        rows = tuple([row._replace(saving=saving) for row, saving in zip(rows, training, strict=True)])
    return replace(
        report,
        rows=rows,
        macs=None if report.macs is None else _simplified(report.macs, legal),
        memory=_memory(report, rows, legal),
        domain=legal,
        steps=report.steps + legal.steps,
    )


def complete_rows(rows: tuple[Row, ...], legal: Domain) -> tuple[Row, ...]:
    """The rows; where every legal input gives a field all entries of its table, it is exact."""
    return tuple(
        [row._replace(state=row.state._replace(complete=True)) if _is_complete(row, legal) else row for row in rows]
    )


def _is_complete(row: Row, legal: Domain) -> bool:
    """Whether a row's field is a bound for want of outputs, which no legal input leaves wanting."""
    state = row.state
    axes = [axis for axis in range(len(state.counts)) if few(state, axis)]
    return bool(axes) and all(
        _fewest(state.counts[axis], legal) >= len(state.layout.patterns[axis].low) for axis in axes
    )


def _fewest(count: Int, legal: Domain) -> int:
    """A number of positions that no legal input is below."""
    line, letters = trend(count), names_in(count)
    if line is None or line.rise < 0 or len(letters) != 1:
        return 1
    (letter,) = letters
    smallest = legal.values[letter.name].smallest or 0
    if line.start > smallest or line.period > _PERIOD:
        return 1
    counts = [evaluate(count, {letter: number}) for number in range(smallest, smallest + line.period)]
    return min(cast("list[int]", counts))  # after a period it has grown


def _values(
    report: Report, rows: tuple[Row, ...]
) -> tuple[Wiring, tuple[Shape, ...], tuple[LayerMeasures, ...], Setting]:
    """What the memory of a net's values depends on."""
    layers = tuple([row.measures for row in rows])
    return wiring(report.net), tuple(report.net.inputs.values()), layers, report.memory.setting


def _memory(report: Report, rows: tuple[Row, ...], legal: Domain) -> Memory:
    """The memory with the most that is alive at one time: a maximum, where that depends on the input."""
    memory = report.memory
    smallest = {Name(letter): allowed.smallest or 0 for letter, allowed in legal.values.items()}
    sums = [multiples([times * size for size, times in live]) for live in values_alive(*_values(report, rows))]
    peak = maximum_of_sums(sums, smallest)
    inference = None if peak is None else memory.setting.value_size * peak * memory.batch
    return replace(memory, saved=total([row.saving.saved for row in rows]), inference=inference)


def _simplified_row(row: Row, legal: Domain) -> Row:
    before = row.measures
    sizes = [size for shape in before.input_shapes for size in shape]
    if not any(map(_has_extreme, (*sizes, *_sizes(row), before.parameters, 0 if before.macs is None else before.macs))):
        return row
    output_shape = tuple(_simplified(size, legal) for size in before.output_shape)
    after = before._replace(
        input_shapes=tuple(tuple(_simplified(size, legal) for size in shape) for shape in before.input_shapes),
        output_shape=output_shape,
        parameters=_simplified(before.parameters, legal),
        macs=None if before.macs is None else _simplified(before.macs, legal),
        stored=stored(before.layer, output_shape),
        saves=tuple([tensor._replace(entries=_simplified(tensor.entries, legal)) for tensor in before.saves]),
    )
    return row._replace(measures=after)


def _sizes(row: Row) -> tuple[Int, ...]:
    """What comes out of a layer, and what it saves."""
    return (*row.output_shape, *[tensor.entries for tensor in row.measures.saves])


@remember()
def _has_extreme(tree: Int) -> bool:
    if not isinstance(tree, Binary):
        return False
    return isinstance(tree, Min | Max) or _has_extreme(tree.left) or _has_extreme(tree.right)


def _simplified(tree: Int, legal: Domain) -> Int:
    return normal(_decided(tree, legal)) if _has_extreme(tree) else tree


def _decided(tree: Int, legal: Domain) -> Int:
    """Each minimum and maximum as the one of its sides that it is for all legal inputs, where there is one."""
    if not isinstance(tree, Binary) or not _has_extreme(tree):
        return tree
    left, right = _decided(tree.left, legal), _decided(tree.right, legal)
    if isinstance(tree, Min | Max):
        relation = Relation.AT_MOST if isinstance(tree, Min) else Relation.AT_LEAST
        pairs = ((left, right), (right, left))
        extremes = [side for side, opposite in pairs if _always(Comparison(side, relation, opposite), legal)]
        if extremes:
            return min(extremes, key=lambda side: len(str(side)))  # both, where they are equal for all legal inputs
    return evaluate(type(tree)(_LEFT, _RIGHT), {_LEFT: left, _RIGHT: right})


_LEFT, _RIGHT = Name("left"), Name("right")


def _always(comparison: Comparison, legal: Domain) -> bool:
    letters = names_in((comparison.left, comparison.right))
    if len(letters) != 1:
        return False
    (letter,) = letters
    values = legal.values[letter.name]
    solutions = solve_comparison(comparison, letter, values.smallest or 0)
    try:
        return solutions is not None and not values - solutions
    except ShapecalcError:  # the patterns together are too long to be compared
        return False
