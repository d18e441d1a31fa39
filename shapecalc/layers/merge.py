"""Layers with several inputs that join branches. torch writes them as operators, so they have no class there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, maximum, minimum, product
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Require, Requirement, equal_sizes
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import MAX_INPUTS, Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import SavedTensor
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.reshape import place, place_apart, refuse_batch

#: The fewest and the most branches that are joined.
_BRANCHES = (2, MAX_INPUTS)


def _leveled(inputs: tuple[Shape, ...], learned: tuple[bool, ...]) -> tuple[Shape, ...]:
    """Shapes aligned from the right, as far as torch does so without the batch: those of learned tensors have none."""
    dims = max(map(len, inputs))
    return tuple(
        [(1,) * (dims - len(shape)) + shape if alone else shape for shape, alone in zip(inputs, learned, strict=True)]
    )


def _batch_meets(inputs: tuple[Shape, ...]) -> str:
    """What torch does with inputs of different ranks, as the end of a sentence."""
    longest = max(inputs, key=len)
    shortest = min(inputs, key=len)
    size = longest[len(longest) - len(shortest) - 1]
    names = " and ".join(f"Nx{shape_text(shape)}" for shape in (longest, shortest))
    return f"; torch aligns {names} from the right, where the batch N of one meets a size of {size}"


class Elementwise(Layer):
    """Two or more inputs of one shape, entry by entry; a size of 1 is stretched. Abstract.

    A learned tensor, which has no batch, may have fewer dimensions: torch aligns shapes from the right. Between values
    that have a batch, the batch of one would meet another dimension of the other, so that is refused.
    """

    arity = _BRANCHES
    source = "https://docs.pytorch.org/docs/stable/notes/broadcasting.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"widest"}
    shape = Formula(lambda inputs, widest: broadcast(inputs, widest))  # noqa: PLW0108  broadcast is defined below

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "widest": tuple(map(_widest, zip(*inputs, strict=True)))}

    def alignment(self, inputs: tuple[Shape, ...], learned: tuple[bool, ...]) -> tuple[Shape, ...]:
        return _leveled(inputs, learned)

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(_different_shapes(self, inputs))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for sizes in zip(*inputs, strict=True):
            for env in _pairs(sizes):
                yield _ONE_SHAPE, env, ""

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


def broadcast(inputs: tuple[Shape, ...], widest: tuple[int | None, ...]) -> Shape:
    """The common shape: in each dimension the size of the input with that number, or the largest without one."""
    sizes = zip(*inputs, strict=True)
    return tuple(
        _largest(column) if source is None else column[source] for column, source in zip(sizes, widest, strict=True)
    )


def _largest(sizes: tuple[Int, ...]) -> Int:
    """What sizes with letters are stretched to: the largest, or 0 where one of them is 0."""
    empty = minimum(reduce(minimum, sizes), 1)
    return reduce(maximum, sizes) * empty


def _widest(sizes: tuple[Int, ...]) -> int | None:
    """Which input has the size that is not 1; None where letters leave that open."""
    if sizes.count(sizes[0]) == len(sizes):
        return 0
    unstretched = [place for place, size in enumerate(sizes) if size != 1]
    numbers = [place for place in unstretched if isinstance(sizes[place], int)]
    if len({sizes[place] for place in unstretched}) <= 1 or numbers:
        return next(iter(numbers or unstretched), 0)
    return None


def _pairs(sizes: tuple[Int, ...]) -> list[dict[str, Int]]:
    """Each two different sizes, as the names of a condition."""
    return [{"left": left, "right": right} for left, right in combinations(dict.fromkeys(sizes), 2)]


def _different_shapes(layer: Layer, inputs: tuple[Shape, ...]) -> str:
    shapes = " and ".join(map(shape_text, inputs))
    return f"{type(layer).__name__} needs inputs of one shape, but they are {shapes}{_differences(inputs)}."


def _differences(inputs: tuple[Shape, ...]) -> str:
    if len({len(shape) for shape in inputs}) > 1:
        return _batch_meets(inputs)
    differing = [
        f"dimension {dim} ({', '.join(map(str, sizes))})"
        for dim, sizes in enumerate(zip(*inputs, strict=True), 1)
        if any(map(_ONE_SHAPE.fails, _pairs(sizes)))
    ]
    return f"; they differ in {' and '.join(differing)}"


#: A size of 1 is stretched to the other size.
_ONE_SHAPE = Require(
    "the inputs must have one shape",
    "=",
    lambda left, right: (left, right),
    alternatives=(("=", lambda left: (left, 1)), ("=", lambda right: (right, 1))),
    refusal=_different_shapes,
)


@final
@register
class Add(Elementwise):
    """The sum of its inputs, entry by entry (a residual connection)."""

    nick, saves = "add", ()


@final
@register
class Multiply(Elementwise):
    """The product of its inputs, entry by entry (a gate)."""

    nick, saves = "multiply", ()

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """Each factor is saved for the gradient of the other one; products of the first inputs are new tensors."""
        for position in range(1, len(inputs)):
            if position == 1:
                yield SavedTensor(0, serves=(1,))
            else:
                factors = inputs[:position]
                shape = broadcast(factors, self.bind(factors)["widest"])
                yield SavedTensor(f"product of {position}", product(shape), serves=(position,))
            yield SavedTensor(position, serves=tuple(range(position)))


@final
@register
class Concat(Layer):
    """Its inputs one behind the other along dim, which counts the batch as 0 (1: the channels)."""

    dim: Int = 1

    nick, arity, saves = "concat", _BRANCHES, ()
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
        self.along(inputs[0])
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(_disagreement(self, inputs))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        grows = self.along(inputs[0])
        words = f"the inputs must agree in all dimensions but {grows + 1}"
        agree = Require(words, "=", lambda left, right: (left, right), refusal=_disagreement)
        first, *tail = dict.fromkeys(shape[:grows] + shape[grows + 1 :] for shape in inputs)
        for shape in tail:
            yield from equal_sizes(agree, first, shape)
        for left, right in combinations(tail, 2):  # equal to the first, they are equal; but they may surely differ
            yield from (stated for stated in equal_sizes(agree, left, right) if agree.fails(stated[1]))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(joined=self.along(inputs[0]))


def _disagreement(layer: Concat, inputs: tuple[Shape, ...]) -> str:
    shapes = " and ".join(map(shape_text, inputs))
    dim = layer.along(inputs[0]) + 1
    return f"{layer!r} needs inputs that agree in all dimensions but {dim}, but they are {shapes}."


@final
@register
class Stack(Layer):
    """Its inputs, all of one shape, side by side along a new dimension dim, which counts the batch as 0."""

    dim: Int = 1

    nick, arity, saves = "stack", _BRANCHES, ()
    source = "https://docs.pytorch.org/docs/stable/generated/torch.stack.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first"}
    shape = Formula(lambda inputs, first: (*inputs[0][:first], len(inputs), *inputs[0][first:]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        first = place_apart(self, "dim", self.dim, len(inputs[0]) + 1, "stacking along")
        return {**super().bind(inputs), "first": first}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(_unequal(self, inputs))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for left, right in combinations(dict.fromkeys(inputs), 2):
            yield from equal_sizes(_EQUAL, left, right)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        first: int = self.bind(inputs)["first"]
        dims = [(dim,) for dim in range(len(inputs[0]))]
        return Motion(dims=(*dims[:first], (), *dims[first:]), parts_channels=True)


def _unequal(layer: Stack, inputs: tuple[Shape, ...]) -> str:
    return f"{layer!r} needs inputs of one shape, but they are {' and '.join(map(shape_text, inputs))}."


_EQUAL = Require("the inputs must have one shape", "=", lambda left, right: (left, right), refusal=_unequal)


@final
@register
class MatMul(Layer):
    """The product of the matrices in the last two dimensions of its inputs; a size of 1 before these is stretched."""

    nick, arity, dims_apart = "matmul", (2, 2), 2
    source = "https://docs.pytorch.org/docs/stable/generated/torch.matmul.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"widest"}
    requires = (
        Require(
            "the first input must have as many columns as the second has rows",
            "=",
            lambda inputs: (inputs[0][-1], inputs[1][-2]),
            refusal=lambda layer, inputs: (
                f"{layer!r}: the columns of {shape_text(inputs[0])} are not as many as the rows of "
                f"{shape_text(inputs[1])}: {inputs[0][-1]} ≠ {inputs[1][-2]}."
            ),
        ),
    )
    shape = Formula(
        lambda inputs, widest: (
            *broadcast((inputs[0][:-2], inputs[1][:-2]), widest),
            inputs[0][-2],
            inputs[1][-1],
        )
    )
    macs = Formula(lambda inputs, output: inputs[0][-1] * product(output))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        leading = zip(*(shape[:-2] for shape in inputs), strict=True)
        return {**super().bind(inputs), "widest": tuple(map(_widest, leading))}

    def alignment(self, inputs: tuple[Shape, ...], learned: tuple[bool, ...]) -> tuple[Shape, ...]:
        is_vector = any(len(shape) < _MATRIX for shape in inputs)  # which torch multiplies in another way
        return inputs if is_vector else _leveled(inputs, learned)

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if len({len(shape) for shape in inputs}) > 1 or len(inputs[0]) < _MATRIX:
            shapes = " and ".join(map(shape_text, inputs))
            end = _batch_meets(inputs) if len(inputs[0]) != len(inputs[1]) else ""
            raise ShapeError(
                f"{self!r} needs two inputs with as many dimensions, at least 2, but they are {shapes}{end}."
            )

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for sizes in zip(*(shape[:-2] for shape in inputs), strict=True):
            for env in _pairs(sizes):
                yield _ONE_STACK, env, ""

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        rows, columns = len(output) - 2, len(output) - 1
        dims = tuple([(dim,) for dim in range(rows)])
        return Motion(dims=(*dims, (), ()), lost=(rows, columns), reason="multiplies rows by columns")

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """Each factor for the gradient of the other one; of stacks of matrices, which torch lays out anew, copies."""
        for position, shape in enumerate(inputs):
            if len(output) == _MATRIX:
                yield SavedTensor(position, serves=(1 - position,))
            else:
                entries = product((*output[:-2], *shape[-2:]))
                yield SavedTensor(f"factor {position + 1}", entries, (1 - position,), reason=_LAID_OUT)


#: How many dimensions a matrix has.
_MATRIX = 2
_LAID_OUT = "torch copies matrices that are stretched, or do not lie one behind the other in memory"


def _different_stacks(layer: MatMul, inputs: tuple[Shape, ...]) -> str:
    shapes = " and ".join(shape_text(shape[:-2]) for shape in inputs)
    return f"{layer!r} needs as many matrices in both inputs, or a single one, but there are {shapes}."


_ONE_STACK = Require(
    "the inputs must have as many matrices",
    "=",
    lambda left, right: (left, right),
    alternatives=(("=", lambda left: (left, 1)), ("=", lambda right: (right, 1))),
    refusal=_different_stacks,
)
