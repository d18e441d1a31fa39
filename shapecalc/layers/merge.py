"""Layers with several inputs that join branches. torch writes them as operators, so they have no class there."""

from __future__ import annotations

from itertools import combinations
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, normal
from shapecalc.errors import ShapeError
from shapecalc.layers.base import Layer, register, shape_text
from shapecalc.layers.fields import Shape
from shapecalc.layers.reshape import place, refuse_batch

_MANY = (2, 1_000)


class Elementwise(Layer):
    """Two or more inputs of one shape, entry by entry; a size of 1 is stretched. Abstract."""

    arity = _MANY
    source = "https://docs.pytorch.org/docs/stable/notes/broadcasting.html"
    shape = Formula(lambda inputs: broadcast(inputs))  # noqa: PLW0108  broadcast is defined below

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1 or not all(map(_agree, zip(*inputs, strict=True))):
            raise ShapeError(
                f"{type(self).__name__} needs inputs of one shape, but they are {' and '.join(map(shape_text, inputs))}"
                f"{_where(inputs)}."
            )


def broadcast(inputs: tuple[Shape, ...]) -> Shape:
    """The common shape: in each dimension the size that is not 1."""
    return tuple(next((size for size in sizes if size != 1), 1) for sizes in zip(*inputs, strict=True))


def _agree(sizes: tuple[Int, ...]) -> bool:
    return _same(tuple(size for size in sizes if size != 1))


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
        rest = [shape[:first] + shape[first + 1 :] for shape in inputs if len(shape) == len(inputs[0])]
        if len(rest) < len(inputs) or not all(_same(sizes) for sizes in zip(*rest, strict=True)):
            raise ShapeError(
                f"{self!r} needs inputs that agree in all dimensions but {first + 1}, "
                f"but they are {' and '.join(map(shape_text, inputs))}."
            )


def _same(sizes: tuple[Int, ...]) -> bool:
    """Whether sizes may be equal: no two differ by a number, which letters could not make up for."""
    differences = (normal(one - other) for one, other in combinations(set(sizes), 2))
    return not any(isinstance(difference, int) and difference for difference in differences)
