"""The text readings: an expression in letters, or with numbers put in their place, as text or as LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, assert_never, cast, final

from shapecalc.algebra.expr import Binary, CeilDiv, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times

#: How tightly the outermost operator of a piece of text binds.
_SUM, _PRODUCT, _ATOM = 1, 2, 3
_Piece = tuple[str, int]


class Style(NamedTuple):
    """How the operators are written; text and LaTeX differ in nothing else."""

    minus: str
    times: str
    floor: str
    ceil: str
    smaller: str
    larger: str
    group: str
    #: whether a fraction's bar already groups what stands above and below it
    bar: bool


TEXT = Style(" − ", "·", "⌊{}/{}⌋", "⌈{}/{}⌉", "min({})", "max({})", "({})", bar=False)
LATEX = Style(
    " - ",
    r" \cdot ",
    r"\left\lfloor \frac{{{}}}{{{}}} \right\rfloor",
    r"\left\lceil \frac{{{}}}{{{}}} \right\rceil",
    r"\min({})",
    r"\max({})",
    r"\left({}\right)",
    bar=True,
)


def text(tree: Int, show: Callable[[Name], str | Int] = lambda name: name.name, style: Style = TEXT) -> str:
    """``tree`` as a line of text.

    Args:
        tree: the expression.
        show: what to write for a name: its letter, or the number (or expression) that it stands for.
        style: :data:`TEXT` or :data:`LATEX`.
    """
    # what stands for a name may be a deep tree itself: written beforehand, so that no recursion sits on another
    shown = {name: _piece(show(name), style) for name in _names(tree)}
    return _Writer(shown, style).write(tree)[0]


def _names(tree: Int) -> set[Name]:
    found: set[Name] = set()
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, Name):
            found.add(node)
        elif isinstance(node, Binary):
            left += (node.left, node.right)
    return found


def _piece(shown: str | Int, style: Style) -> _Piece:
    if isinstance(shown, str):
        return shown, _ATOM
    return _Writer({name: (name.name, _ATOM) for name in _names(shown)}, style).write(shown)


def _several(node: Min | Max) -> Iterator[Int]:
    """What a minimum of minima, or a maximum of maxima, is taken of: max(a, b, c)."""
    if type(node.left) is type(node):
        yield from _several(node.left)
    else:
        yield node.left
    yield node.right


@final
class _Writer:
    def __init__(self, shown: Mapping[Name, _Piece], style: Style) -> None:
        self.shown = shown
        self.style = style

    def write(self, tree: Int) -> _Piece:
        if isinstance(tree, int):
            sign = self.style.minus.strip() if tree < 0 else ""
            return f"{sign}{abs(tree)}", _ATOM if tree >= 0 else _SUM
        node = cast("Node", tree)
        match node:
            case Name():
                return self.shown[node]
            case Plus(left, right):
                return f"{self.term(left)} + {self.group(right, _PRODUCT)}", _SUM
            case Minus(left, right):
                return f"{self.term(left)}{self.style.minus}{self.group(right, _PRODUCT)}", _SUM
            case Times(left, right):
                return self.times(left, right), _PRODUCT
            case FloorDiv(left, right):
                return self.divided(self.style.floor, left, right)
            case CeilDiv(left, right):
                return self.divided(self.style.ceil, left, right)
            case Min():
                return self.style.smaller.format(", ".join(self.write(one)[0] for one in _several(node))), _ATOM
            case Max():
                return self.style.larger.format(", ".join(self.write(one)[0] for one in _several(node))), _ATOM
            case _:
                assert_never(node)

    def term(self, tree: Int) -> str:
        """The left side of a sum: nothing there needs a bracket, not even a leading minus."""
        return self.write(tree)[0]

    def group(self, tree: Int, binding: int) -> str:
        written, own = self.write(tree)
        return written if own >= binding else self.style.group.format(written)

    def times(self, left: Int, right: Int) -> str:
        if left == -1:
            return self.style.minus.strip() + self.group(right, _ATOM)
        first = self.term(left) if isinstance(left, int) else self.group(left, _PRODUCT)
        # a product put in a name's place needs no bracket: a·(b·c) is a·b·c
        second = self.group(right, _PRODUCT if isinstance(right, Name) else _ATOM)
        # 2P as in a textbook, but 2·0: only a single letter can stand beside a number without a dot
        beside = isinstance(left, int) and len(second) == 1 and second.isalpha()
        return first + ("" if beside else self.style.times) + second

    def divided(self, template: str, left: Int, right: Int) -> _Piece:
        if self.style.bar:
            return template.format(self.write(left)[0], self.write(right)[0]), _ATOM
        return template.format(self.group(left, _PRODUCT), self.group(right, _ATOM)), _ATOM
