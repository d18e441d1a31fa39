"""A line of somebody's working: one formula of one layer with the numbers in it.

Most mistakes make the same of a formula whatever sizes reach the layer. So each line has a form, which is the line
without its sizes: the variants of a question, which draw other sizes, share it and what is edited in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NoReturn, final

from shapecalc.algebra import Int, Name, text
from shapecalc.algebra.edits import Calculation, Number, Unrounded, calculation, substitute
from shapecalc.algebra.formula import SILENT
from shapecalc.algebra.memo import remember
from shapecalc.algebra.notation import TEXT, Style
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.layers import Layer
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.quantity import Quantity

#: Quotients as they stand in a tree that is not rounded.
_UNROUNDED: Style = TEXT._replace(floor="{}/{}", ceil="{}/{}")
#: A size that somebody works out may be a fraction.
Sizes = tuple[Number, ...]
#: A tree, or one that is not rounded.
EditedTree = Int | Unrounded
#: Names of numbers that mostly follow from the layer alone, although they are no arguments of it.
_OF_LAYER = frozenset({"before", "after", "padding"})


@final
@dataclass(frozen=True)
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
        remembered: what lasting changes have made of it; a line for another axis that is the same shares it.
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
    remembered: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def number(self, name: str, axis: int = -1) -> Any:
        """The number of a name; None where there is none."""
        return self.numbers.get(Name(name, axis))

    def value(self, tree: EditedTree) -> Number:
        """The value of a tree for the numbers of this line.

        Raises:
            ZeroDivisionError: a divisor is 0.
            KeyError: a name has no number here.
        """
        return calculation_of(tree)(self.numbers)

    @cached_property
    def result(self) -> Number:
        """The value of its own formula, as :meth:`value`."""
        return self.value(self.tree)

    @cached_property
    def form(self) -> LineForm | None:
        """The line without its sizes; None where it is of no layer."""
        if self.layer is None:
            return None
        values = self.layer.values
        numbers = [
            (name, number if name.name in values or name.name in _OF_LAYER else _SIZE)
            for name, number in self.numbers.items()
        ]
        return _form(self.tree, self.quantity, self.layer.interned, tuple(numbers))

    def text(self, tree: EditedTree) -> str:
        """A tree with the numbers of this line, without those that a textbook leaves out."""
        return self._own_text if tree is self.tree else self._text(tree)

    @cached_property
    def _own_text(self) -> str:
        return self._text(self.tree)

    def _text(self, tree: EditedTree) -> str:
        style = _UNROUNDED if isinstance(tree, Unrounded) else TEXT
        tree = tree.tree if isinstance(tree, Unrounded) else tree
        silent: dict[Name, Int] = {
            name: number for name, number in self.numbers.items() if number == SILENT.get(name.name)
        }
        return text(substitute(tree, silent), self._number_text, style)

    def _number_text(self, name: Name) -> str:
        number = self.numbers.get(name, name.name)
        return number if isinstance(number, str) else rational_text(number)


def calculation_of(tree: EditedTree) -> Calculation:
    """How a tree is worked out."""
    return calculation(tree.tree, False) if isinstance(tree, Unrounded) else calculation(tree)


#: Stands for a number that is not the layer's.
_SIZE: Final = object()


class SizeReadError(Exception):
    """A size is read of a line that has none."""


@final
class LineForm:
    """A line without its sizes, which lines that differ in nothing else share. Compared by identity.

    Attributes:
        line: the line, on which reading a size, or all numbers, raises SizeReadError.
    """

    __slots__ = ("line",)

    def __init__(self, line: Line) -> None:
        self.line = line


@remember()
def _form(tree: Int, quantity: Quantity, layer: Interned, numbers: tuple[tuple[Name, Any], ...]) -> LineForm:
    hidden = _Hidden()
    return LineForm(Line("", quantity, "", tree, _Arguments(dict(numbers)), layer.layer, hidden, hidden, hidden))


def _refuse(*_: object) -> NoReturn:
    raise SizeReadError


@final
class _Hidden(tuple[Any, ...]):
    """Sizes of which nothing can be read."""

    __slots__ = ()
    __iter__ = __len__ = __getitem__ = __contains__ = __add__ = __eq__ = __ne__ = __lt__ = __hash__ = _refuse


@final
class _Arguments(Mapping[Name, Any]):
    """The numbers of a line without its sizes: which names it has may be read, and the numbers of its layer."""

    def __init__(self, numbers: dict[Name, Any]) -> None:
        self._numbers = numbers

    def __getitem__(self, name: Name) -> Any:
        number = self._numbers[name]
        if number is _SIZE:
            raise SizeReadError
        return number

    def __iter__(self) -> Iterator[Name]:
        raise SizeReadError

    def __len__(self) -> int:
        raise SizeReadError
