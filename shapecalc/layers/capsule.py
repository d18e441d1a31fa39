"""Capsules: vectors in place of numbers. The first dimension holds a capsule's vector, as elsewhere the channels.

Primary capsules need no layer of their own: a convolution whose channels are split into vectors and kinds of capsule,
``Conv2d(256, 256, 9, stride=2) Unflatten(1, (8, 32)) Flatten(2) Squash``, gives 8 × 1152, the vector × the capsules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

from shapecalc.algebra import Formula, Int, minimum, product
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import INPUT, OUTPUT, Gradient, Saved
from shapecalc.layers.core.strides import MemoryOrder

_PAPER = "https://arxiv.org/abs/1710.09829"


@final
@register
class Squash(Layer):
    """Vectors along the channels, shortened to a length below 1: x·‖x‖/(1 + ‖x‖²)."""

    nick, source, dims = "squash", _PAPER, (1, 2, 3, 4)
    shape = Formula(lambda input: input)
    saves = (
        INPUT,
        *(Saved(name, Formula(lambda input: product(input[1:]))) for name in ("lengths", "divisors", "factors")),
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0,))


def _copies(out_capsules: Int, num_iterations: Int) -> Int:
    """How often the votes are copied for a product of matrices; those for a single capsule need no copy."""
    return minimum(num_iterations - 1, 1) if out_capsules == 1 else 2 * (num_iterations - 1)


@final
@register
class Capsules(Layer):
    """Capsules fed by routing by agreement: each lower capsule predicts each upper one, and the votes are weighed.

    There is a matrix for each pair of a lower and an upper capsule. One iteration sums the votes by their weights; all
    but the last then compare each vote with the sum, to weigh it anew. Both are counted, like attention's products:
    in_capsules·out_capsules·out_dim each.
    """

    in_capsules: Int
    in_dim: Int
    out_capsules: Int
    out_dim: Int
    num_iterations: Int = 3

    nick, source, dims = "capsules", _PAPER, (2,)
    memory_order = MemoryOrder.OPEN
    dim_names: ClassVar = {2: "vector × capsules"}
    infers, takes_empty = ("in_capsules", "in_dim"), False
    requires = (
        at_least(1, "out_capsules"),
        at_least(1, "out_dim"),
        at_least(1, "num_iterations"),
        Require("the input must have in_capsules capsules", "=", lambda input, in_capsules: (input[1], in_capsules)),
        Require("the input's vectors must have in_dim numbers", "=", lambda input, in_dim: (input[0], in_dim)),
    )
    shape = Formula(lambda out_dim, out_capsules: (out_dim, out_capsules))
    parameters: ClassVar = {
        "weight": Formula(
            lambda in_capsules, out_capsules, out_dim, in_dim: (in_capsules, out_capsules, out_dim, in_dim)
        ),
    }
    saves = (
        Saved(0, serves=Gradient.WEIGHT),
        *(
            Saved(name, Formula(entries), Gradient.ANY)
            for name, entries in (
                (
                    "votes",
                    lambda in_capsules, out_capsules, out_dim, num_iterations: (
                        _copies(out_capsules, num_iterations) * (in_capsules * out_capsules * out_dim)
                    ),
                ),
                (
                    "weights",
                    lambda in_capsules, out_capsules, num_iterations: num_iterations * (in_capsules * out_capsules),
                ),
                (
                    "upper capsules",
                    lambda out_capsules, out_dim, num_iterations: (2 * num_iterations - 1) * (out_capsules * out_dim),
                ),
                ("squashing", lambda out_capsules, num_iterations: 3 * num_iterations * out_capsules),
            )
        ),
    )
    #: the votes, then num_iterations sums and one comparison fewer
    macs = Formula(
        lambda in_capsules, out_capsules, out_dim, in_dim, num_iterations: (
            in_capsules * out_capsules * out_dim * (in_dim + (2 * num_iterations - 1))
        )
    )

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        return {"in_capsules": inputs[0][1], "in_dim": inputs[0][0]}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0, 1))


@final
@register
class CapsuleLength(Layer):
    """The length of each vector along the channels: how sure a capsule is that what it stands for is there."""

    nick, source, dims = "length", _PAPER, (1, 2, 3, 4)
    shape = Formula(lambda input: input[1:])
    saves = (INPUT, OUTPUT)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(dims=tuple([(dim,) for dim in range(1, len(inputs[0]))]), full=(0,))


@final
@register
class CapsuleMask(Layer):
    """The longest vector, all others set to 0: what CapsNet's decoder draws from.

    In training its authors keep the capsule of the true class instead; the sizes are the same.
    """

    nick, source, dims, takes_empty = "mask", _PAPER, (2,), False
    dim_names: ClassVar = {2: "vector × capsules"}
    shape = Formula(lambda input: input)
    saves = (Saved("mask", Formula(lambda input: input[1])),)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0, 1))
