"""The text readings: an expression in letters, or with numbers in their place, as text or as LaTeX."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple, assert_never, cast, final

from shapecalc.algebra.expr import Binary, CeilDiv, FloorDiv, Int, Max, Min, Minus, Name, Node, Plus, Times

#: How tightly the outermost operator of a text binds.
_SUM, _PRODUCT, _ATOM = 1, 2, 3
_Bound = tuple[str, int]


class Style(NamedTuple):
    """The signs of the operators: all that text and LaTeX differ in."""

    minus: str
    times: str
    floor: str
    ceil: str
    smaller: str
    larger: str
    square: str
    cube: str
    power: str
    group: str
    #: whether the bar of a fraction already groups the numerator and the denominator
    bar: bool


TEXT = Style(" − ", "·", "⌊{}/{}⌋", "⌈{}/{}⌉", "min({})", "max({})", "{}²", "{}³", "{}^{}", "({})", bar=False)
LATEX = Style(
    " - ",
    r" \cdot ",
    r"\left\lfloor \frac{{{}}}{{{}}} \right\rfloor",
    r"\left\lceil \frac{{{}}}{{{}}} \right\rceil",
    r"\min({})",
    r"\max({})",
    "{}^2",
    "{}^3",
    "{}^{{{}}}",
    r"\left({}\right)",
    bar=True,
)


def text(tree: Int, show: Callable[[Name], str | Int] = lambda name: name.name, style: Style = TEXT) -> str:
    """``tree`` as a line of text.

    Args:
        tree: the expression.
        show: the text for a name: its letter, or the number (or expression) that it stands for.
        style: :data:`TEXT` or :data:`LATEX`.
    """
    # a name may stand for a deep tree: it is written beforehand, so that the two recursions do not add up
    texts = {name: _bound_text(show(name), style) for name in _names(tree)}
    return _Notation(texts, style).write(tree)[0]


def _names(tree: Int) -> set[Name]:
    names: set[Name] = set()
    unread = [tree]
    while unread:
        node = unread.pop()
        if isinstance(node, Name):
            names.add(node)
        elif isinstance(node, Binary):
            unread += (node.left, node.right)
    return names


def _bound_text(value: str | Int, style: Style) -> _Bound:
    if isinstance(value, str):
        return value, _ATOM
    return _Notation({name: (name.name, _ATOM) for name in _names(value)}, style).write(value)


def _operands(node: Min | Max) -> Iterator[Int]:
    """The operands of nested minima, or of nested maxima: a, b and c of max(max(a, b), c)."""
    if type(node.left) is type(node):
        yield from _operands(node.left)
    else:
        yield node.left
    yield node.right


def _factors(tree: Int) -> list[Int]:
    """The factors of products inside of products: a, b and c of (a·b)·c."""
    factors: list[Int] = []
    while isinstance(tree, Times):
        factors.append(tree.right)
        tree = tree.left
    return [tree, *factors[::-1]]


@final
class _Notation:
    def __init__(self, texts: Mapping[Name, _Bound], style: Style) -> None:
        self.texts = texts
        self.style = style

    def write(self, tree: Int) -> _Bound:
        if isinstance(tree, int):
            sign = self.style.minus.strip() if tree < 0 else ""
            return f"{sign}{abs(tree)}", _ATOM if tree >= 0 else _SUM
        node = cast("Node", tree)
        match node:
            case Name():
                return self.texts[node]
            case Plus(left, right):
                return f"{self.term(left)} + {self.group(right, _PRODUCT)}", _SUM
            case Minus(left, right):
                return f"{self.term(left)}{self.style.minus}{self.group(right, _PRODUCT)}", _SUM
            case Times():
                return self.times(node), _PRODUCT
            case FloorDiv(left, right):
                return self.divided(self.style.floor, left, right)
            case CeilDiv(left, right):
                return self.divided(self.style.ceil, left, right)
            case Min():
                return self.style.smaller.format(self.listed(node)), _ATOM
            case Max():
                return self.style.larger.format(self.listed(node)), _ATOM
            case _:
                assert_never(node)

    def listed(self, node: Min | Max) -> str:
        return ", ".join(self.write(operand)[0] for operand in _operands(node))

    def term(self, tree: Int) -> str:
        """The left side of a sum, which needs no brackets, not even around a leading minus."""
        return self.write(tree)[0]

    def group(self, tree: Int, binding: int) -> str:
        text, tightness = self.write(tree)
        return text if tightness >= binding else self.style.group.format(text)

    def times(self, tree: Times) -> str:
        first, *factors = _factors(tree)
        if not isinstance(first, int):
            return self.style.times.join(self.powers([first, *factors]))
        texts = self.powers(factors)
        if first == -1:
            return self.style.minus.strip() + self.style.times.join(texts)
        # 2P as in a textbook, but 2·0: only a single letter, or its power, can follow a number without a dot
        juxtaposed = texts[0][0].isalpha() and not any(map(str.isalnum, texts[0][1:].rstrip("²³")))
        return self.write(first)[0] + ("" if juxtaposed else self.style.times) + self.style.times.join(texts)

    def powers(self, factors: list[Int]) -> list[str]:
        """The factors of a product, equal ones that stand side by side as a power, unless they are numbers."""
        texts: list[str] = []
        for factor, equal in groupby(factors):
            exponent = len(list(equal))
            # a product in the place of a name needs no brackets: a·(b·c) is a·b·c
            text = self.group(factor, _PRODUCT if isinstance(factor, Name) else _ATOM)
            if exponent == 1 or text.isdecimal():
                texts += [text] * exponent
            else:
                texts.append(self.power(self.group(factor, _ATOM), exponent))
        return texts

    def power(self, base: str, exponent: int) -> str:
        match exponent:
            case 2:
                return self.style.square.format(base)
            case 3:
                return self.style.cube.format(base)
            case _:
                return self.style.power.format(base, exponent)

    def divided(self, template: str, left: Int, right: Int) -> _Bound:
        if self.style.bar:
            return template.format(self.write(left)[0], self.write(right)[0]), _ATOM
        return template.format(self.group(left, _PRODUCT), self.group(right, _ATOM)), _ATOM
