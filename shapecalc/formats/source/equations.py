"""What the sizes of an input must fulfil for a network to take it, solved for their letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.formats.source.networks import Construction, FollowedNetwork, outcomes
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.values import BATCH
from shapecalc.layers import Shape

#: The comparisons of which one must hold.
Options = tuple[Comparison, ...]
#: The largest size that is tried where equations leave sizes open.
LARGEST = 1_024
#: The batches on which they are tried.
BATCHES = (1, 2, 3)
#: How often equations are solved for a letter, and the network followed anew.
ROUNDS = 6


def settled(
    source: Source, name: str, call: Construction, shapes: tuple[Shape, ...]
) -> tuple[tuple[Shape, ...], list[Options], list[FollowedNetwork]]:
    """Inputs with numbers for those letters that equations of the network settle.

    Returns:
        The inputs; the conditions on the letters that they have left; and the readings that gave both.
    """
    values: dict[Name, Int] = {}
    readings: list[FollowedNetwork] = []
    numbered = shapes
    for _ in range(ROUNDS):
        numbered = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
        earlier = [
            assumption for reading in readings for assumption in (*reading.run.earlier, *reading.run.assumptions)
        ]
        readings = outcomes(source, name, call, numbered)
        for reading in readings:
            reading.run.earlier = earlier
        before = len(values)
        while letters := _equations(readings, values):
            values |= letters
        # where nothing depends on what is not known, the conditions are the same with the numbers in them
        if len(values) == before or all(reading.failure is None and not reading.run.tests for reading in readings):
            break
    settled_shapes = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
    return settled_shapes, [*letter_conditions(readings, values)], readings


def letter_conditions(readings: Sequence[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Options, None]:
    """What the letters must fulfil, each condition once, with numbers for those letters that have them."""
    conditions = dict.fromkeys(each.condition.options for reading in readings for each in reading.run.assumptions)
    return dict.fromkeys(tuple([_numbered(option, values) for option in options]) for options in conditions)


def _numbered(option: Comparison, values: Mapping[Name, Int]) -> Comparison:
    if not values:
        return option
    left, relation, right = option
    try:
        return Comparison(evaluate(left, values), relation, evaluate(right, values))
    except ZeroDivisionError:
        return Comparison(0, Relation.EQUAL, 1)


def _equations(readings: Sequence[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Name, Int]:
    """A letter that an equation of the network settles: as many channels as the first layer takes."""
    return dict(islice(solutions(letter_conditions(readings, values)), 1))


def solutions(conditions: Iterable[Options]) -> Iterator[tuple[Name, Int]]:
    """The letters that an equation settles which has no other letter."""
    for options in conditions:
        letters = letters_in_condition(options)
        if len(letters) == 1 and all(option.relation is Relation.EQUAL for option in options):
            (letter,) = letters
            roots = {root for option in options for root in _roots(option, letter)}
            if len(roots) == 1:
                yield letter, roots.pop()
            elif len(options) == 1 and {options[0].left, options[0].right} == {letter, BATCH}:
                yield letter, BATCH  # a square of examples by examples


def letters_in_condition(options: Options) -> frozenset[Name]:
    """The letters of a condition but for the batch."""
    return frozenset().union(*[names_in((option.left, option.right)) for option in options]) - {BATCH}


def _roots(equation: Comparison, letter: Name) -> list[int]:
    """The sizes with which an equation holds: of a straight line at once, else each is tried."""
    first, second, third = [_difference(equation, {letter: size, BATCH: 1}) for size in (1, 2, 3)]
    if isinstance(first, int) and isinstance(second, int) and first != second and third == 2 * second - first:
        root, rest = divmod(-first, second - first)
        return [root + 1] if rest == 0 and 0 <= root < LARGEST and holds(equation, {letter: root + 1}) else []
    return [size for size in range(1, LARGEST + 1) if holds(equation, {letter: size})]


def _difference(equation: Comparison, values: dict[Name, Int]) -> Int | None:
    try:
        return evaluate(equation.left, values) - evaluate(equation.right, values)
    except ZeroDivisionError:
        return None


def holds(option: Comparison, values: dict[Name, Int]) -> bool:
    """Whether a comparison may hold where letters have values, for some batches at least."""
    left, relation, right = option
    try:
        comparison = Comparison(evaluate(left, values), relation, evaluate(right, values))
    except ZeroDivisionError:
        return False
    letters = names_in((comparison.left, comparison.right))
    if letters == {BATCH}:
        return all(holds(comparison, {BATCH: batch}) for batch in BATCHES)
    return comparison.holds() is not False or bool(letters)
