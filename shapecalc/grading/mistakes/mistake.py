"""A mistake: its name, its words, and what it changes where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import final

from shapecalc.grading.mistakes.change import Edit, FormulaChange, LineEdit
from shapecalc.grading.mistakes.sheet import Sheet

#: The edits that a mistake may be in a question.
Places = Callable[["Mistake", Sheet], Iterator[Edit]]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A named mistake.

    Attributes:
        name: what it is called in data.
        rank: how common it is: 1 for the commonest.
        what: what is done, for the reference.
        says: what is said to whom has made it, to be followed by both calculations.
        places: the edits that it may be in a question.
    """

    name: str
    rank: int
    what: str
    says: str
    places: Places

    def edits(self, sheet: Sheet) -> Iterator[Edit]:
        """The edits that it may be in a question."""
        return self.places(self, sheet)


def in_formulas(*variants: LineEdit, everywhere: bool = True, extra: int = 0) -> Places:
    """The places of a mistake that edits formulas: each node whose formula it changes, and all of them together.

    Args:
        variants: the ways in which it is made; the commonest first.
        everywhere: whether it may be made in all layers at once.
        extra: how much less plausible than the mistake itself these variants are.
    """

    def places(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        for place, variant in enumerate(variants):
            change = FormulaChange(variant)
            nodes = sheet.nodes_changed_by(variant)
            for node, quantities in nodes.items():
                yield Edit(mistake, node, change, extra=extra + place, quantities=quantities)
            if everywhere and len(nodes) > 1:
                quantities = frozenset().union(*nodes.values())
                yield Edit(mistake, "", change, extra=extra + place, quantities=quantities)

    return places


def together(*places: Places) -> Places:
    """The places of several rules."""
    return lambda mistake, sheet: chain.from_iterable(rule(mistake, sheet) for rule in places)
