"""A mistake: its name, its words, and what it changes where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import final

from shapecalc.grading.mistakes.change import Edit, FormulaChange, LastingChanges, LineEdit
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


@final
@dataclass(frozen=True, eq=False)
class InFormulas:
    """The places of a mistake that edits formulas: each node whose formula it changes, and all of them together.

    Attributes:
        variants: the ways in which it is made; the commonest first.
        everywhere: whether it may be made in all layers at once.
        extra: how much less plausible than the mistake itself these variants are.
        detail: what is particular of them, in words that follow those of the mistake.
        is_lasting: whether they are there for every question.
    """

    variants: tuple[LineEdit, ...]
    everywhere: bool = True
    extra: int = 0
    detail: str = ""
    is_lasting: bool = True

    @cached_property
    def changes(self) -> tuple[FormulaChange, ...]:
        """What each variant changes."""
        return tuple([FormulaChange(variant, is_lasting=self.is_lasting) for variant in self.variants])

    def __call__(self, mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        for place, change in enumerate(self.changes, self.extra):
            nodes = sheet.nodes_changed_by(change)
            for node, quantities in nodes.items():
                yield Edit(mistake, node, change, self.detail, place, quantities)
            if self.everywhere and len(nodes) > 1:
                quantities = frozenset().union(*nodes.values())
                yield Edit(mistake, "", change, self.detail, place, quantities)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """The places of several rules."""

    rules: tuple[Places, ...]

    @property
    def variants(self) -> tuple[LineEdit, ...]:
        """The ways in which formulas are edited."""
        return tuple(chain.from_iterable(map(variants_of, self.rules)))

    def __call__(self, mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        return chain.from_iterable(rule(mistake, sheet) for rule in self.rules)


def variants_of(places: Places) -> tuple[LineEdit, ...]:
    """The ways in which a mistake edits formulas; () where it does something else."""
    return places.variants if isinstance(places, InFormulas | Together) else ()


def lasting_changes(mistakes: Iterable[Mistake]) -> LastingChanges:
    """The changes of formulas that some mistakes look for in every question."""
    return LastingChanges(chain.from_iterable(_changes(mistake.places) for mistake in mistakes))


def _changes(places: Places) -> tuple[FormulaChange, ...]:
    match places:
        case InFormulas(is_lasting=True):
            return places.changes
        case Together():
            return tuple(chain.from_iterable(map(_changes, places.rules)))
        case _:
            return ()


def in_formulas(*variants: LineEdit, everywhere: bool = True, extra: int = 0, detail: str = "") -> InFormulas:
    """As :class:`InFormulas`."""
    return InFormulas(variants, everywhere, extra, detail)


def together(*places: Places) -> Together:
    """As :class:`Together`."""
    return Together(places)
