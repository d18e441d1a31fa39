"""Layers with several inputs that join branches. torch writes them as operators, so they have no class there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, maximum, minimum
from shapecalc.algebra.comparison import Comparison
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Condition, equal
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.reshape import place, refuse_batch

_MANY = (2, 1_000)


class Elementwise(Layer):
    """Two or more inputs of one shape, entry by entry; a size of 1 is stretched. Abstract."""

    arity = _MANY
    source = "https://docs.pytorch.org/docs/stable/notes/broadcasting.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"widest"}
    shape = Formula(lambda inputs, widest: broadcast(inputs, widest))  # noqa: PLW0108  broadcast is defined below

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "widest": tuple(map(_widest, zip(*inputs, strict=True)))}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1 or not all(map(_agree, zip(*inputs, strict=True))):
            raise ShapeError(
                f"{type(self).__name__} needs inputs of one shape, but they are {' and '.join(map(shape_text, inputs))}"
                f"{_where(inputs)}."
            )

    def conditions(self, inputs: tuple[Shape, ...]) -> Iterator[Condition]:
        yield from super().conditions(inputs)
        for sizes in zip(*inputs, strict=True):
            for one, other in combinations(dict.fromkeys(sizes), 2):
                yield Condition("the inputs must have one shape", _alike(one, other))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


def broadcast(inputs: tuple[Shape, ...], widest: tuple[int | None, ...]) -> Shape:
    """The common shape: in each dimension the size of the widest input, where it is known which one that is."""
    sizes = zip(*inputs, strict=True)
    return tuple(_largest(some) if chosen is None else some[chosen] for some, chosen in zip(sizes, widest, strict=True))


def _largest(sizes: tuple[Int, ...]) -> Int:
    """What sizes with letters are stretched to: the largest, or 0 where one of them is 0."""
    empty = minimum(reduce(minimum, sizes), 1)
    return reduce(maximum, sizes) * empty


def _widest(sizes: tuple[Int, ...]) -> int | None:
    """Which input has the size that is not 1; None where letters leave that open."""
    others = [place for place, size in enumerate(sizes) if size != 1]
    numbers = [place for place in others if isinstance(sizes[place], int)]
    if len({sizes[place] for place in others}) <= 1 or numbers:
        return next(iter(numbers or others), 0)
    return None


def _alike(one: Int, other: Int) -> tuple[Comparison, ...]:
    """What lets two sizes be joined: they are equal, or one of them is 1 and stretched."""
    return Comparison(one, "=", other), Comparison(one, "=", 1), Comparison(other, "=", 1)


def _agree(sizes: tuple[Int, ...]) -> bool:
    """Whether sizes may be joined for some letters."""
    pairs = combinations(set(sizes), 2)
    return all(any(option.holds() is not False for option in _alike(*pair)) for pair in pairs)


def _where(inputs: tuple[Shape, ...]) -> str:
    if len({len(shape) for shape in inputs}) > 1:
        return ", which do not even have as many dimensions"
    differing = [(d, sizes) for d, sizes in enumerate(zip(*inputs, strict=True)) if not _agree(sizes)]
    return "; they differ in " + " and ".join(
        f"dimension {dim + 1} ({', '.join(map(str, sizes))})" for dim, sizes in differing
    )


@final
@register
class Add(Elementwise):
    """The sum of its inputs, entry by entry (a residual connection)."""

    nick = "add"


@final
@register
class Multiply(Elementwise):
    """The product of its inputs, entry by entry (a gate)."""

    nick = "multiply"


@final
@register
class Concat(Layer):
    """Its inputs one behind the other along dim, which counts the batch as 0 (1: the channels)."""

    dim: Int = 1

    nick, arity = "concat", _MANY
    source = "https://docs.pytorch.org/docs/stable/generated/torch.cat.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first"}
    shape = Formula(
        lambda inputs, first: (
            *inputs[0][:first],
            sum((shape[first] for shape in inputs[1:]), inputs[0][first]),
            *inputs[0][first + 1 :],
        )
    )

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "first": self.along(inputs[0])}

    def along(self, shape: Shape) -> int:
        """The dimension that grows, as an index into a shape without the batch."""
        first = place(self, "dim", self.dim, len(shape))
        if first < 0:
            raise refuse_batch(self, f"dim={self.dim}", "joining along")
        return first

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        first = self.along(inputs[0])
        rest = self._rest([shape for shape in inputs if len(shape) == len(inputs[0])])
        if len(rest) < len(inputs) or not all(_same(sizes) for sizes in zip(*rest, strict=True)):
            raise ShapeError(
                f"{self!r} needs inputs that agree in all dimensions but {first + 1}, "
                f"but they are {' and '.join(map(shape_text, inputs))}."
            )

    def conditions(self, inputs: tuple[Shape, ...]) -> Iterator[Condition]:
        yield from super().conditions(inputs)
        first, *others = self._rest(inputs)
        for other in others:
            yield from equal(f"the inputs must agree in all dimensions but {self.along(inputs[0]) + 1}", first, other)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(joined=self.along(inputs[0]))

    def _rest(self, shapes: Sequence[Shape]) -> list[Shape]:
        first = self.along(shapes[0])
        return [shape[:first] + shape[first + 1 :] for shape in shapes]


def _same(sizes: tuple[Int, ...]) -> bool:
    """Whether sizes may be equal: no two differ by a number, which letters could not make up for."""
    return not any(Comparison(one, "=", other).holds() is False for one, other in combinations(set(sizes), 2))
