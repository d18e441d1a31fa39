"""Reports with letters, settled: with their domain, and piecewise only where the domain leaves two pieces."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from shapecalc.algebra import Int, Name, evaluate, names_in, normal
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.dominating_sums import maximum_of_sums
from shapecalc.algebra.expr import Binary, Max, Min
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.algebra.totals import multiples
from shapecalc.errors import ShapecalcError
from shapecalc.measures import Report, Row
from shapecalc.measures.domain import Domain, domain
from shapecalc.measures.memory import Memory, bytes_of, moments, stored
from shapecalc.measures.sizes import CACHE


def settled(report: Report) -> Report:
    """The report with its domain, and without the minima and maxima that are one of their sides for legal inputs."""
    known = domain(report)
    rows = report.rows
    if any(_has_extreme(size) for row in rows for size in row.output_shape if not isinstance(size, int)):
        rows = tuple(_settled_row(row, known) for row in rows)
    new = [stored(row.layer, row.output_shape) for row in rows]
    return replace(
        report, rows=rows, macs=_settled(report.macs, known), memory=_memory(report, new, known), domain=known
    )


def _memory(report: Report, new: list[Int], known: Domain) -> Memory:
    """The memory with its largest moment: a maximum, where different inputs have different ones."""
    least = {Name(letter): allowed.smallest or 0 for letter, allowed in known.values.items()}
    sums = [multiples([times * one for one, times in moment]) for moment in moments(report.net, new)]
    most = maximum_of_sums(sums, least)
    return report.memory._replace(forward=None if most is None else bytes_of(report.memory.dtype) * most)


def _settled_row(row: Row, known: Domain) -> Row:
    inside = [size for shape in row.input_shapes for size in shape]
    if not any(map(_has_extreme, (*inside, *row.output_shape, row.parameters, row.macs))):
        return row
    return row._replace(
        input_shapes=tuple(tuple(_settled(size, known) for size in shape) for shape in row.input_shapes),
        output_shape=tuple(_settled(size, known) for size in row.output_shape),
        parameters=_settled(row.parameters, known),
        macs=_settled(row.macs, known),
    )


@lru_cache(CACHE)
def _has_extreme(tree: Int) -> bool:
    if not isinstance(tree, Binary):
        return False
    return isinstance(tree, Min | Max) or _has_extreme(tree.left) or _has_extreme(tree.right)


def _settled(tree: Int, known: Domain) -> Int:
    return normal(_decided(tree, known)) if _has_extreme(tree) else tree


def _decided(tree: Int, known: Domain) -> Int:
    """Each minimum and maximum as the one of its sides that it is for all legal inputs, where there is one."""
    if not isinstance(tree, Binary) or not _has_extreme(tree):
        return tree
    left, right = _decided(tree.left, known), _decided(tree.right, known)
    if isinstance(tree, Min | Max):
        relation = Relation.AT_MOST if isinstance(tree, Min) else Relation.AT_LEAST
        pairs = ((left, right), (right, left))
        chosen = [one for one, other in pairs if _always(Comparison(one, relation, other), known)]
        if chosen:
            return min(chosen, key=lambda one: len(str(one)))  # both, where they are equal for all legal inputs
    return evaluate(type(tree)(_LEFT, _RIGHT), {_LEFT: left, _RIGHT: right})


_LEFT, _RIGHT = Name("left"), Name("right")


def _always(comparison: Comparison, known: Domain) -> bool:
    letters = names_in((comparison.left, comparison.right))
    if len(letters) != 1:
        return False
    (letter,) = letters
    legal = known.values[letter.name]
    allowed = solve_comparison(comparison, letter, legal.smallest or 0)
    try:
        return allowed is not None and not legal - allowed
    except ShapecalcError:  # the patterns together are too long to tell
        return False
