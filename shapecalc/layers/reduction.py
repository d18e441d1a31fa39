"""Layers that reduce dimensions to one number: a mean, a sum, a maximum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, product
from shapecalc.layers.core.conditions import Require, Requirement
from shapecalc.layers.core.kinds import Shape, Size
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import Motion
from shapecalc.layers.core.registry import register, register_as
from shapecalc.layers.core.saving import INDEX, OUTPUT_TENSOR, SavedTensor
from shapecalc.layers.dimensions import dims_of
from shapecalc.layers.reshape import refuse_batch

_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch."


class Reduction(Layer):
    """One number for all positions along dimension dim, or along each of several. Abstract."""

    dim: Size
    keepdim: bool = False

    saves = ()
    gives: ClassVar[frozenset[str]] = Layer.gives | {"first"}
    shape = Formula(
        lambda input, first, keepdim: tuple(
            [1 if dim in first else size for dim, size in enumerate(input) if keepdim or dim not in first]
        )
    )

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        places = dims_of(self, self.dim, len(inputs[0]))
        if -1 in places:
            raise refuse_batch(self, f"dim={self.dim}", "reducing")
        return {**super().bind(inputs), "first": tuple(places)}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        reduced = self.bind(inputs)["first"]
        if self.keepdim:
            return Motion(full=reduced)
        return Motion(dims=tuple([(dim,) for dim in range(len(inputs[0])) if dim not in reduced]), full=reduced)


@final
@register
class Mean(Reduction):
    """The mean along dimension dim, which counts the batch as 0, or along several."""

    nick, source = "mean", _DOCS + "mean.html"


@final
@register_as("Sum")
class Total(Reduction):
    """The sum along dimension dim, which counts the batch as 0, or along several."""

    nick, source = "sum", _DOCS + "sum.html"


@final
@register_as("Max")
class Maximum(Reduction):
    """The maximum along dimension dim, which counts the batch as 0 (torch.max), or along several (torch.amax)."""

    nick, source = "max", _DOCS + "amax.html"

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """Of one dimension where the maximum lies, of several what is compared with it."""
        if isinstance(self.dim, tuple):
            yield from (SavedTensor(0), SavedTensor(OUTPUT_TENSOR))
        else:
            yield SavedTensor("places", product(output), itemsize=INDEX)

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for dim in self.bind(inputs)["first"]:
            yield _SOME, {"size": inputs[0][dim]}, ""


_SOME = Require("there must be a position to take the maximum of", ">=", lambda size: (size, 1))
