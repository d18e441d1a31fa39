"""The terms of a count: its weights and its biases, and the factors of a weight."""

from __future__ import annotations

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.edits import factors_of, terms_of
from shapecalc.algebra.expr import Times
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import Line
from shapecalc.grading.mistakes.names import INPUTS, KERNEL, OUTPUTS
from shapecalc.layers.core.quantity import Quantity

_COUNTS = frozenset({Quantity.PARAMETERS, Quantity.MACS})


def of_counts(change: LineEdit) -> LineEdit:
    """An edit of a count alone."""
    return lambda line: change(line) if line.quantity in _COUNTS else None


def of_parameters(change: LineEdit) -> LineEdit:
    """An edit of a count of parameters alone."""
    return lambda line: change(line) if line.quantity is Quantity.PARAMETERS else None


def _has(tree: Int, names: frozenset[str]) -> bool:
    return any(name.name in names for name in names_in(tree))


def weights_and_biases(tree: Int) -> tuple[list[Int], list[Int]]:
    """The terms of a count that are weights, and those that are biases: a weight has what goes in as a factor."""
    terms = terms_of(tree)
    weights = [term for term in terms if _has(term, INPUTS) or _has(term, frozenset({"state", "weights"}))]
    if weights:
        return weights, [term for term in terms if term not in weights]
    match tree:
        case Times(2, Name() as name):  # a norm has a weight and a bias for each channel
            return [name], [name]
    return list(terms), []


def sum_of(terms: list[Int]) -> Int:
    """The terms as one tree; 0 where there are none."""
    return sum(terms[1:], terms[0]) if terms else 0


def output_name(line: Line) -> Name | None:
    """The name of what comes out of a layer of weights, where the line has it."""
    return next((Name(name) for name in sorted(OUTPUTS) if Name(name) in names_in(line.tree)), None)


def input_name(line: Line) -> Name | None:
    """The name of what goes into a layer of weights, where the line has it."""
    return next((Name(name) for name in sorted(INPUTS) if Name(name) in names_in(line.tree)), None)


def kernel_factors(tree: Int) -> tuple[Name, ...]:
    """The sides of the kernel in the first term that has them: F, F."""
    for term in terms_of(tree):
        sides = [factor for factor in factors_of(term) if isinstance(factor, Name) and factor.name == KERNEL.name]
        if sides:
            return tuple(sides)
    return ()
