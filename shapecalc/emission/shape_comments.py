"""Shapes as comments: numbers where a module stands once, and letters where its sizes differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from shapecalc.algebra import Int
from shapecalc.emission.parts import INDICES, Submodule
from shapecalc.emission.templates import Template
from shapecalc.layers import Shape

#: Letters for the sizes of an input, by how many there are without the batch.
_LETTERS = {1: "C", 2: "LC", 3: "CHW", 4: "CDHW"}
#: The largest factor between sizes that is written.
_FACTORS = range(2, 33)


@final
class Comments:
    """The shapes in one class.

    Args:
        template: the class.
        shapes: the shape of each value of the net.
    """

    def __init__(self, template: Template, shapes: Mapping[str, Shape]) -> None:
        self.template = template
        self.is_single = len(template.places) == 1
        self._shapes = shapes
        #: the values of each place by those of the first one
        self._aligned = [*_aligned(template)]
        self._letters = self._input_letters()

    def of(self, value: str) -> str:
        """The shape of a value, with the batch as N; "" where it differs from place to place in no simple way."""
        sizes = self._sizes(value)
        return f"(N, {', '.join(sizes)})" if sizes else "(N,)" if sizes == [] else ""

    def change(self, before: str, after: str) -> str:
        """The shape of a value, where it is not that of what it is computed from."""
        shape = self.of(after)
        return shape if shape != self.of(before) else ""

    def rank(self, value: str) -> int:
        """How many dimensions a value has, without the batch."""
        return len(self._shapes[value.removesuffix(INDICES)])

    def _sizes(self, value: str) -> list[str] | None:
        shapes = self._columns(value)
        if len({len(shape) for shape in shapes.values()}) != 1:
            return None
        first = next(iter(shapes.values()))
        columns = [{scope: shape[dim] for scope, shape in shapes.items()} for dim in range(len(first))]
        sizes = [self._size(column, dim) for dim, column in enumerate(columns)]
        return None if "" in sizes else sizes

    def _columns(self, value: str) -> dict[Submodule, Shape]:
        """The shape of a value in each place that has it."""
        if self.is_single:
            return {self.template.scope: self._shapes[value.removesuffix(INDICES)]}
        return {
            scope: self._shapes[names[value].removesuffix(INDICES)] for scope, names in self._aligned if value in names
        }

    def _size(self, column: dict[Submodule, Int], dim: int) -> str:
        values = set(column.values())
        if len(values) == 1:
            return str(values.pop())
        for argument in self.template.arguments if dim == 0 else ():
            if all(argument.values.get(scope) == size for scope, size in column.items()):
                return argument.name
        named = [(argument.name, argument.values) for argument in self.template.arguments]
        for name, base in [*self._letters[dim : dim + 1], *named, *self._letters]:
            text = _multiple(name, base, column)
            if text:
                return text
        return ""

    def _input_letters(self) -> list[tuple[str, dict[Submodule, Int]]]:
        shapes = self._columns(self.template.scope.reads[0])
        ranks = {len(shape) for shape in shapes.values()}
        if self.is_single or len(ranks) != 1:
            return []
        letters = _LETTERS.get(ranks.pop(), "")
        return [(letter, {scope: shape[dim] for scope, shape in shapes.items()}) for dim, letter in enumerate(letters)]


def _multiple(name: str, base: Mapping[Submodule, object], column: Mapping[Submodule, Int]) -> str:
    """A size as a multiple or a fraction of another one."""
    pairs = [(base.get(scope), size) for scope, size in column.items()]
    if not all(type(left) is int and type(right) is int and right > 0 for left, right in pairs):
        return ""
    if all(left == right for left, right in pairs):
        return name
    for factor in _FACTORS:
        if all(left == factor * right for left, right in pairs):
            return f"{name} / {factor}"
        if all(right == factor * left for left, right in pairs):  # type: ignore[operator]  # both are integers
            return f"{factor} * {name}"
    return ""


def _aligned(template: Template) -> list[tuple[Submodule, dict[str, str]]]:
    first = template.scope
    aligned = []
    for scope, items in template.places.items():
        names = dict(zip(first.reads, scope.reads, strict=True))
        for item, twin in zip(first.items, items, strict=True):
            if twin is not None:
                names |= dict(zip(item.writes, twin.writes, strict=True))
        aligned.append((scope, names))
    return aligned
