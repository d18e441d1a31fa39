"""Shapes as comments: numbers where a module stands once, and letters where its sizes differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, final

from shapecalc.algebra import Int
from shapecalc.emission.parts import INDICES, Submodule, values_of
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
        calls: the later calls of each module that is called more than once.
    """

    def __init__(
        self,
        template: Template,
        shapes: Mapping[str, Shape],
        calls: Mapping[Submodule, Sequence[Submodule]] = MappingProxyType({}),
    ) -> None:
        self.template = template
        self._shapes = shapes
        #: the values of each place, and of each later call of it, by those of the first place
        self._aligned = [*_aligned(template, calls)]
        self._owners = {scope: scope.owner or scope for scope, _ in self._aligned}
        self.is_single = len(self._aligned) == 1
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
        letters: list[str] = []  # sizes that are equal in every place have letters of their own
        sizes = [self._size(column, dim, letters) for dim, column in enumerate(columns)]
        return None if "" in sizes else sizes

    def _columns(self, value: str) -> dict[Submodule, Shape]:
        """The shape of a value in each place that has it."""
        if self.is_single:
            return {self.template.scope: self._shapes[value.removesuffix(INDICES)]}
        return {
            scope: self._shapes[names[value].removesuffix(INDICES)] for scope, names in self._aligned if value in names
        }

    def _size(self, column: dict[Submodule, Int], dim: int, used: list[str]) -> str:
        values = set(column.values())
        if len(values) == 1:
            return str(values.pop())
        named = [(argument.name, self._in_calls(argument.values)) for argument in self.template.arguments]
        channels = named if dim == 0 else []
        for name, base in channels:
            if all(base.get(scope) == size for scope, size in column.items()):
                return name
        free = [pair for pair in self._letters if pair[0] not in used]
        own = [pair for pair in self._letters[dim : dim + 1] if pair in free]
        for name, base in [*channels, *own, *named, *free, *self._letters]:
            text = _multiple(name, base, column)
            if text:
                used += [name] * (len(name) == 1)
                return text
        return ""

    def _in_calls(self, values: Mapping[Submodule, Any]) -> dict[Submodule, Any]:
        """The values of an argument, in later calls of a module as in the first."""
        return {scope: values[self._owners[scope]] for scope, _ in self._aligned if self._owners[scope] in values}

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


def _aligned(
    template: Template, calls: Mapping[Submodule, Sequence[Submodule]]
) -> Iterator[tuple[Submodule, dict[str, str]]]:
    first = template.scope
    for scope, items in template.places.items():
        names = dict(zip(first.reads, scope.reads, strict=True))
        for item, twin in zip(first.items, items, strict=True):
            if twin is not None:
                names |= dict(zip(item.writes, twin.writes, strict=True))
        yield scope, names
        for call in calls.get(scope, ()):
            again = dict(zip(values_of(scope), values_of(call), strict=True))
            yield call, {value: again[name] for value, name in names.items()}
