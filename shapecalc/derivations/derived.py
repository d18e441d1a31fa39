"""One number of a net with the formula that it came from, in letters and in numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import LATEX, TEXT, Env, Formula, Int, Name, evaluate, name_values, names_in, plain, short, text
from shapecalc.algebra.notation import Style
from shapecalc.errors import ShapecalcError
from shapecalc.layers.core.letters import letter
from shapecalc.layers.core.quantity import Quantity
from shapecalc.page.numbers import thousands_in

#: A formula as a tree of names, or one for each size of a shape.
Tree = Int | tuple[Int, ...]
#: Each name of a tree with the number, or expression, that it stands for.
Numbers = tuple[tuple[Name, Int], ...]


@final
@dataclass(frozen=True)
class Derived:
    """One number, derived; on a page it is an equation.

    Attributes:
        quantity: what the number is.
        node: the node that it is of; "" for the whole net.
        tree: its formula.
        env: the number that each name of the tree stands for.
        value: the number, or an expression where letters were given; a tuple where it is a shape.
        axes: the axes that it is for; () where it is for none in particular.
        part: the tensor or the product that it counts; "" where it counts all of them.
        terms: where it is a sum, what it adds up. The names of its tree stand for their values.
        ratio: whether the tree is a pair, and the number its quotient, not rounded.
    """

    quantity: Quantity
    node: str
    tree: Tree
    env: Numbers
    value: Any
    axes: tuple[str, ...] = ()
    part: str = ""
    terms: tuple[Derived, ...] = ()
    ratio: bool = False

    @property
    def label(self) -> str:
        """What the number is, in words: "height, width", "field (width)"."""
        if self.part:
            return self.part
        match self.quantity:
            case Quantity.SIZE:
                return ", ".join(self.axes)
            case Quantity.WINDOWS:
                return ", ".join(f"windows along the {axis}" for axis in self.axes)
            case _:
                return f"{self.quantity} ({', '.join(self.axes)})" if self.axes else str(self.quantity)

    def letters(self, style: Style = TEXT) -> str:
        """The formula in the field's letters; "" where it has no letters to show."""
        if self.terms or any(name.name.startswith("input") for name in names_in(self.tree)):
            return ""  # a sum's terms and the sizes of whole shapes have no letters
        return self._written(lambda name: _letter(name, style), style)

    def numbers(self, style: Style = TEXT) -> str:
        """The formula with its numbers."""
        values = dict(self.env)
        return self._written(lambda name: values.get(name, name.name), style)

    def result(self, style: Style = TEXT) -> str:
        """The number."""
        if self.ratio:
            return str(self.value)
        value = tuple(map(short, self.value)) if isinstance(self.value, tuple) else short(self.value)
        return _written(value, lambda name: _letter(name, style), style)

    def _written(self, show: Callable[[Name], str | Int], style: Style) -> str:
        if self.ratio and isinstance(self.tree, tuple):
            return "/".join([text(part, show, style) for part in self.tree])
        return _written(self.tree, show, style)

    def sides(self, style: Style = TEXT) -> tuple[str, ...]:
        """The sides of the equation: formula, numbers and result, those that differ in more than their order."""
        words = self._sides(TEXT)
        signs = tuple(map(thousands_in, words)) if style is TEXT else self._sides(style)
        return tuple([signs[words.index(side)] for side in different(words)])

    def _sides(self, style: Style) -> tuple[str, str, str]:
        return self.letters(style), self.numbers(style), self.result(style)

    def text(self) -> str:
        """The equation as a line of text."""
        return " = ".join(self.sides())

    def latex(self) -> str:
        """The equation in LaTeX."""
        return " = ".join(self.sides(LATEX))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "what": self.label,
            "formula": self.letters(),
            "numbers": self.numbers(),
            "value": plain(self.value),
        }


def different(sides: Iterable[str]) -> tuple[str, ...]:
    """The sides of an equation that say something new: not the same letters in another order, F·F as F²."""
    by_tokens: dict[tuple[str, ...], str] = {}
    for side in sides:
        if side:
            by_tokens.setdefault(tuple(sorted(_TOKEN.findall(_SQUARE.sub(r"\1·\1", side)))), side)
    return tuple(by_tokens.values())


#: A square in text; in LaTeX it is written in full.
_SQUARE = re.compile(r"(\w+)²")
_TOKEN = re.compile(r"\w+|\S")


def derive_value(
    quantity: Quantity, formula: Formula, env: Env, *, node: str = "", axes: tuple[str, ...] = (), part: str = ""
) -> Derived:
    """A formula worked out for the numbers in ``env``."""
    value = formula.at(env)
    try:
        tree = formula.tree(env)
    except ShapecalcError:  # hundreds of inputs joined: a formula that nobody could read
        tree = value
    numbers = numbers_in(tree, env)
    if not _gives(tree, value, dict(numbers)):
        # a formula that tests its numbers (a size of 1 is stretched) may go another way with letters
        tree, numbers = value, numbers_in(value, env)
    return Derived(quantity, node, tree, numbers, value, axes, part)


def merge_axes(steps: Iterable[Derived]) -> tuple[Derived, ...]:
    """The steps, one for all axes that have the same formula with the same numbers: "height, width"."""
    merged: dict[Derived, tuple[str, ...]] = {}
    for step in steps:
        anywhere = replace(step, axes=())
        merged[anywhere] = (*merged.get(anywhere, ()), *step.axes)
    return tuple(replace(step, axes=axes) for step, axes in merged.items())


def numbers_in(tree: Tree, env: Env) -> Numbers:
    """The names of a tree with their numbers."""
    names = names_in(tree)
    return tuple((name, number) for name, number in name_values(env).items() if name in names)


def _gives(tree: Any, value: Any, env: dict[Name, Int]) -> bool:
    """Whether a tree has this value, where both are numbers."""
    if isinstance(tree, tuple):
        return isinstance(value, tuple) and all(_gives(t, v, env) for t, v in zip(tree, value, strict=True))
    return not isinstance(value, int) or evaluate(tree, env) == value


def _letter(name: Name, style: Style) -> str:
    sign = letter(name)
    if style is not LATEX:
        return sign
    if sign[-1] in "₁₂":
        return f"{sign[0]}_{'₀₁₂'.index(sign[-1])}"
    return sign if len(sign) == 1 else rf"\text{{{sign.replace('_', ' ')}}}"


def _written(tree: Tree, show: Callable[[Name], str | Int], style: Style) -> str:
    if not isinstance(tree, tuple):
        return text(tree, show, style)
    sizes = [text(size, show, style) for size in tree]
    return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"
