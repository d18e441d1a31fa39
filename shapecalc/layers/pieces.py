"""Layers that take a part of their input along a dimension, which torch counts with the batch as 0.

torch's split and chunk give several tensors. Here a layer has one output, so each names its piece by ``index``.
"""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, ceildiv, maximum, minimum
from shapecalc.errors import SpecError
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.kinds import INTEGER, Either, Series, Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import Motion, Reads, Slide
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.strides import Strides
from shapecalc.layers.reshape import place_apart

_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch."
#: The positions that come out: every step-th from low on.
_READS = Reads(lambda o, low, step: (low + o * step, 1, 1), lambda step: (1, step))

#: The one position that comes out, whatever is asked.
_PICKS = Reads(lambda low: (low, 1, 1), lambda: (1, 0))


class Portion(Layer):
    """A part of the input along a dimension. Abstract."""

    saves = ()
    view = turns = True
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first", "low", "high"}
    shape = Formula(lambda input, first, low, high: (*input[:first], maximum(high - low, 0), *input[first + 1 :]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        shape = inputs[0]
        first = place_apart(self, "dim", self.values["dim"], len(shape), "taking a part of")
        low, high = self.ends(shape[first])
        return {**super().bind(inputs), "first": first, "low": low, "high": high}

    def ends(self, size: Int) -> tuple[Int, Int]:
        """The first position that is taken, and the first behind them."""
        raise NotImplementedError

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        env = self.bind(inputs)
        return Motion(slides=((env["first"], Slide(_READS, (env["low"], self.values.get("step", 1)))),))

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        first, step = self.bind(inputs)["first"], self.values.get("step", 1)
        return tuple([stride * step if dim == first else stride for dim, stride in enumerate(strides)])


def _no_position(layer: Select, inputs: tuple[Shape, ...]) -> str:
    size = inputs[0][layer.bind(inputs)["first"]]
    return f"{layer!r}: there is no position {layer.index}, because dimension {layer.dim} has a size of {size}."


@final
@register
class Select(Layer):
    """Position index of dimension dim, which goes; an index below 0 counts from the end."""

    dim: Int
    index: Int

    nick, saves = "select", ()
    view = turns = True
    source = _DOCS + "select.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first", "reach"}
    requires = (
        Require(
            "there must be a position with that index",
            "<=",
            lambda reach, input, first: (reach, input[first]),
            refusal=_no_position,
        ),
    )
    shape = Formula(lambda input, first: (*input[:first], *input[first + 1 :]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        first = place_apart(self, "dim", self.dim, len(inputs[0]), "taking one of")
        reach = -self.index if _is_negative(self.index) else self.index + 1
        return {**super().bind(inputs), "first": first, "reach": reach}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        first = self.bind(inputs)["first"]
        dims = [(dim,) for dim in range(len(inputs[0])) if dim != first]
        position = inputs[0][first] + self.index if _is_negative(self.index) else self.index
        return Motion(
            dims=tuple(dims), slides=((first, Slide(_PICKS, (position,))),), reason="takes one position of a dimension"
        )

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        first = self.bind(inputs)["first"]
        return (*strides[:first], *strides[first + 1 :])


def _is_negative(number: Int | None) -> bool:
    """Whether a position counts from the end; a letter stands for one that does not."""
    return isinstance(number, int) and number < 0


@final
@register
class Slice(Portion):
    """Every step-th position of dimension dim from start to before end, as in Python's x[start:end:step]."""

    dim: Int
    start: Int | None = None
    end: Int | None = None
    step: Int = 1

    nick, source = "slice", "https://docs.pytorch.org/docs/stable/tensor_view.html"
    requires = (at_least(1, "step"),)
    shape = Formula(
        lambda input, first, low, high, step: (
            *input[:first],
            ceildiv(maximum(high - low, 0), step),
            *input[first + 1 :],
        )
    )

    def ends(self, size: Int) -> tuple[Int, Int]:
        return _within(0 if self.start is None else self.start, size), _within(self.end, size)


def _within(position: Int | None, size: Int) -> Int:
    """A position of a slice, cut to what there is."""
    if position is None:
        return size
    if _is_negative(position):
        return maximum(size + position, 0)
    return minimum(position, size)


def _no_piece(layer: Portion, inputs: tuple[Shape, ...]) -> str:
    env = layer.bind(inputs)
    if env["size"] == 0:
        return f"{layer!r}: of a dimension without positions there is no piece {env['index']}."
    pieces = f"{env['size']} positions are cut into pieces of {env['length']}, of which the last may be smaller"
    return f"{layer!r}: there is no piece {env['index']}: {pieces}."


class Numbered(Portion):
    """A piece of a dimension that is cut, by its number from 0 on. Abstract."""

    gives: ClassVar[frozenset[str]] = Portion.gives | {"size", "length", "room"}

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        env = super().bind(inputs)
        size = inputs[0][env["first"]]
        return {**env, "size": size, "length": self.length(size), "room": 1 if size == 0 else size}

    def length(self, size: Int) -> Int | None:
        """The length of all pieces but the last; None where each has its own."""
        raise NotImplementedError


@final
@register
class Chunk(Numbered):
    """Piece index, from 0 on, of as many equal chunks along dimension dim; the last may be smaller, or missing."""

    chunks: Int
    dim: Int
    index: Int

    nick, source = "chunk", _DOCS + "chunk.html"
    requires = (
        at_least(1, "chunks"),
        at_least(0, "index"),
        Require("index must be below chunks", "<=", lambda index, chunks: (index + 1, chunks)),
        Require(
            "there must be a piece with that index",
            "<=",
            lambda index, length, room: (index * length + 1, room),
            refusal=_no_piece,
        ),
    )

    def length(self, size: Int) -> Int:
        return ceildiv(size, self.chunks if self.chunks != 0 else 1)

    def ends(self, size: Int) -> tuple[Int, Int]:
        return _equal_piece(self.index, self.length(size), size)


def _equal_piece(index: Int, length: Int, size: Int) -> tuple[Int, Int]:
    return index * length, minimum((index + 1) * length, size)


def _another_sum(layer: Split, inputs: tuple[Shape, ...]) -> str:
    env = layer.bind(inputs)
    lengths = " + ".join(map(str, env["split_size_or_sections"]))
    return f"{layer!r}: the lengths must add up to the {env['size']} of dimension {layer.dim}, but {lengths} do not."


#: A length for all pieces, or one for each.
Lengths = Annotated[Int | tuple[Int, ...], Either(INTEGER, Series(INTEGER))]


@final
@register
class Split(Numbered):
    """Piece index, from 0 on, of dimension dim split into pieces of one length, or of a length for each."""

    split_size_or_sections: Lengths
    dim: Int
    index: Int

    nick, source = "split", _DOCS + "split.html"
    requires = (
        at_least(0, "index"),
        Require(
            "the length of the pieces must be at least 1",
            ">=",
            lambda length, room, size: None if length is None else (length + room - size, 1),
        ),
        Require(
            "there must be a piece with that index",
            "<=",
            lambda index, length, room: None if length is None else (index * length + 1, room),
            refusal=_no_piece,
        ),
        Require(
            "the lengths must not be negative",
            ">=",
            lambda split_size_or_sections, length: (
                None if length is not None else (reduce(minimum, split_size_or_sections), 0)
            ),
        ),
        Require(
            "the lengths must add up to the dimension",
            "=",
            lambda split_size_or_sections, length, size: (
                None if length is not None else (sum(split_size_or_sections), size)
            ),
            refusal=_another_sum,
        ),
        Require(
            "there must be a length for that index",
            "<=",
            lambda split_size_or_sections, length, index: (
                None if length is not None else (index + 1, len(split_size_or_sections))
            ),
        ),
    )

    def validate(self) -> None:
        if isinstance(self.split_size_or_sections, tuple) and not isinstance(self.index, int):
            raise SpecError("Split: index must be a number; a letter cannot say which of the lengths is meant.")

    def length(self, size: Int) -> Int | None:
        return None if isinstance(self.split_size_or_sections, tuple) else self.split_size_or_sections

    def ends(self, size: Int) -> tuple[Int, Int]:
        lengths, index = self.split_size_or_sections, self.index
        if not isinstance(lengths, tuple) or not isinstance(index, int):
            return _equal_piece(index, self.length(size) or 0, size)
        low: Int = sum(lengths[: max(index, 0)])
        return low, low + sum(lengths[max(index, 0) : max(index, 0) + 1])
