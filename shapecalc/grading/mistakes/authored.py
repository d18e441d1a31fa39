"""Mistakes that the author of a quiz names: a formula in letters, in the place of the right one."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from shapecalc.algebra import Int, names_in
from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import read_expression
from shapecalc.grading.mistakes.letters import NAMES, on_line
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import InFormulas, Mistake
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.layers.core.quantity import Quantity

#: What an author calls the formulas in whose place a mistake stands.
QUANTITIES = MappingProxyType(
    {
        "size": Quantity.SIZE,
        "channels": Quantity.CHANNELS,
        "parameters": Quantity.PARAMETERS,
        "macs": Quantity.MACS,
        "receptive_field": Quantity.FIELD,
    }
)
#: An author who names a mistake expects it.
_RANK = 1


@final
@dataclass(frozen=True, slots=True)
class AuthoredMistake:
    """A mistake that the author of a quiz names.

    Attributes:
        name: what it is called in data.
        quantity: the formula in whose place it stands, by its name in :data:`QUANTITIES`.
        formula: what is worked out in its place, in the field's letters.
        says: what is said to whom has made it.

    Raises:
        SpecError: the name is one of ours, there is no such quantity, or the formula cannot be read or has letters
            that no layer has.
    """

    name: str
    quantity: str
    formula: str
    says: str

    def __post_init__(self) -> None:
        if self.name in MISTAKES:
            raise SpecError(f"There is a mistake called {self.name} already; choose another name.")
        if self.quantity not in QUANTITIES:
            raise SpecError(f"A mistake is one of {', '.join(QUANTITIES)}, not of {self.quantity}.")
        unknown = sorted({str(name) for name in names_in(self.tree())} - {"W", *map(str, NAMES)})
        if unknown:
            raise SpecError(
                f"The formula of the mistake {self.name} has {', '.join(unknown)}; write W, F, S, P, d, D, K, ..."
            )

    def tree(self) -> Int:
        """The formula as a tree."""
        return read_expression(self.formula, down=True)

    def mistake(self) -> Mistake:
        """The mistake as all others are."""
        tree, quantity = self.tree(), QUANTITIES[self.quantity]

        def edit(line: Line) -> EditedTree | None:
            return on_line(tree, line) if line.quantity is quantity else None

        words = self.says.strip().rstrip(".").replace("{", "").replace("}", "")
        return Mistake(self.name, _RANK, self.formula, words, InFormulas((edit,), is_lasting=False))
