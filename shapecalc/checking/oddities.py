"""Inputs that a network takes, but for which it is hardly meant."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.algebra import Name
from shapecalc.algebra.comparison import Relation
from shapecalc.algebra.names import names_in
from shapecalc.formats.source.equations import Options, holds, letters_in_condition
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.notes import Assumption
from shapecalc.formats.source.values import BATCH
from shapecalc.layers import Shape

#: Layers whose input has its steps where others have channels.
_OF_SEQUENCES = frozenset({"LSTM", "GRU", "RNN", "TransformerEncoderLayer", "MultiheadAttention"})
#: The sizes on which a condition is tried, and how many of them fulfil one that leaves hardly a choice.
_SIZES, _FEW = range(1, 49), 2


def oddity(shapes: Sequence[Shape], settled: Sequence[Shape], readings: Sequence[FollowedNetwork]) -> str:
    """Why the sizes to which an input is settled are hardly those that are meant; "" where nothing speaks against them.

    Args:
        shapes: the inputs in letters.
        settled: the same with the numbers that the network asks for.
        readings: those with these numbers.
    """
    pairs = [
        (letter, size)
        for shape, numbers in zip(shapes, settled, strict=True)
        for letter, size in zip(shape, numbers, strict=True)
        if isinstance(letter, Name)
    ]
    first = next((call.module.type for reading in readings for call in reading.run.calls), "")
    spans = "THWLC" if first in _OF_SEQUENCES else "THWL"
    single = next((letter for letter, size in pairs if size == 1 and letter.name[0] in spans), None)
    if single is not None:
        return f"an input of which a dimension ({single.name}) must be 1"
    conditions = {
        (entry.condition.options, entry.message): entry
        for reading in readings
        for entry in (*reading.run.earlier, *reading.run.assumptions)
        if entry.is_between
    }
    forced = [entry for entry in conditions.values() if _forces(entry)]
    return f"an input for which alone this fits: {forced[0].message}" if forced else ""


def _forces(assumption: Assumption) -> bool:
    """Whether a condition between computed tensors leaves a letter hardly a size."""
    options = assumption.condition.options
    letters = letters_in_condition(options)
    if len(letters) != 1 or any(option.relation is not Relation.EQUAL for option in options):
        return False
    if BATCH in names_in(tuple([(option.left, option.right) for option in options])):
        return False  # as many as there are examples, as of a graph whose nodes they are
    (letter,) = letters
    return _count(options, letter) <= _FEW


def _count(options: Options, letter: Name) -> int:
    return sum(any(holds(option, {letter: size, BATCH: 2}) for option in options) for size in _SIZES)
