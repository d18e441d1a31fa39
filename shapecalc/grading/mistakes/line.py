"""A line of somebody's working: one formula of one layer with the numbers in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Int, Name, text
from shapecalc.algebra.edits import Number, Unrounded, exact_value, substitute
from shapecalc.algebra.formula import SILENT
from shapecalc.algebra.notation import TEXT, Style
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.layers import Layer
from shapecalc.layers.core.quantity import Quantity

#: Quotients as they stand in a tree that is not rounded.
_UNROUNDED: Style = TEXT._replace(floor="{}/{}", ceil="{}/{}")
#: A size that somebody works out may be a fraction.
Sizes = tuple[Number, ...]
#: A tree, or one that is not rounded.
EditedTree = Int | Unrounded


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One formula of a layer with its numbers.

    Attributes:
        node: the node.
        quantity: what the formula gives.
        axis: the axis that it is for, or "".
        tree: the formula, with the names too that a textbook leaves out.
        numbers: the number of each name.
        layer: the layer.
        inputs: the sizes that come in.
        output: the sizes that come out, of a formula that needs them.
        image: the sizes of the net's input.
    """

    node: str
    quantity: Quantity
    axis: str
    tree: Int
    numbers: Mapping[Name, Any]
    layer: Layer
    inputs: tuple[Sizes, ...] = ()
    output: Sizes = ()
    image: Sizes = ()

    def number(self, name: str, axis: int = -1) -> Any:
        """The number of a name; None where there is none."""
        return self.numbers.get(Name(name, axis))

    def value(self, tree: EditedTree) -> Number:
        """The value of a tree for the numbers of this line.

        Raises:
            ZeroDivisionError: a divisor is 0.
            KeyError: a name has no number here.
        """
        if isinstance(tree, Unrounded):
            return exact_value(tree.tree, self.numbers, rounded=False)
        return exact_value(tree, self.numbers)

    def text(self, tree: EditedTree) -> str:
        """A tree with the numbers of this line, without those that a textbook leaves out."""
        style = _UNROUNDED if isinstance(tree, Unrounded) else TEXT
        tree = tree.tree if isinstance(tree, Unrounded) else tree
        silent: dict[Name, Int] = {
            name: number for name, number in self.numbers.items() if number == SILENT.get(name.name)
        }
        return text(substitute(tree, silent), self._number_text, style)

    def _number_text(self, name: Name) -> str:
        number = self.numbers.get(name, name.name)
        return number if isinstance(number, str) else rational_text(number)
