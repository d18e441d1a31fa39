"""Padding layers: constants, or the input itself, put around the axes. A negative padding crops."""

from __future__ import annotations

from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, Int, minimum
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.kinds import Sides
from shapecalc.layers.core.motion import Reads
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import INPUT, Saved


class Pad(Axiswise):
    """So many more before and after each axis. Abstract."""

    padding: Sides

    nick = "pad"
    saves: ClassVar[tuple[Saved, ...]] = ()
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html"
    gives: ClassVar[frozenset[str]] = Axiswise.gives | {"before", "after"}
    fits: ClassVar[tuple[Require, ...]] = (
        Require("the output must have at least 1 position", ">=", lambda W, before, after: (W + (before + after), 1)),
    )
    axis_size = Formula(lambda W, before, after: W + (before + after))
    reads = Reads(lambda o, before: (o - before, 1, 1), lambda: (1, 1))

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        env = super().axis_env(axis, size, channels)
        last_first = 2 * (len(self.values["padding"]) // 2 - 1 - axis)  # torch counts the axes from the last
        env["before"], env["after"] = self.values["padding"][last_first : last_first + 2]
        return env


#: What is cropped is cropped first, and cannot be more than there is.
_CROPPED = Require(
    "no more may be cropped than there is",
    ">=",
    lambda W, before, after: (W + (minimum(before, 0) + minimum(after, 0)), 0),
)


class ZeroPad(Pad):
    """Zeros around the input. Abstract."""

    takes_empty = True
    fits = (_CROPPED,)


@final
@register
class ZeroPad1d(ZeroPad):
    """Zeros before and after one axis."""

    rank, dims = 1, (1, 2, 3, 4)


@final
@register
class ZeroPad2d(ZeroPad):
    """Zeros around two axes."""

    rank, dims = 2, (2, 3, 4)


@final
@register
class ZeroPad3d(ZeroPad):
    """Zeros around three axes."""

    rank, dims = 3, (3, 4)


class ConstantPad(Pad):
    """A constant around the input. Abstract."""

    value: float

    takes_empty = True
    fits = (_CROPPED,)


@final
@register
class ConstantPad1d(ConstantPad):
    """A constant before and after one axis."""

    rank, dims = 1, (1, 2, 3, 4)


@final
@register
class ConstantPad2d(ConstantPad):
    """A constant around two axes."""

    rank, dims = 2, (2, 3, 4)


@final
@register
class ConstantPad3d(ConstantPad):
    """A constant around three axes."""

    rank, dims = 3, (3, 4)


class ReflectionPad(Pad):
    """The input mirrored at its edge, the edge itself not repeated. Abstract."""

    saves = (INPUT,)

    fits = (
        *Pad.fits,
        Require("reflected padding must be smaller than the input", "<=", lambda W, before: (before + 1, W)),
        Require("reflected padding must be smaller than the input", "<=", lambda W, after: (after + 1, W)),
    )

    def edge(self) -> str:
        return "reflect"


@final
@register
class ReflectionPad1d(ReflectionPad):
    """Mirror one axis at its ends."""

    rank, dims = 1, (2,)


@final
@register
class ReflectionPad2d(ReflectionPad):
    """Mirror two axes at their ends."""

    rank, dims = 2, (3,)


@final
@register
class ReflectionPad3d(ReflectionPad):
    """Mirror three axes at their ends."""

    rank, dims = 3, (4,)


class ReplicationPad(Pad):
    """The input's edge repeated. Abstract."""

    saves = (INPUT,)

    def edge(self) -> str:
        return "replicate"


@final
@register
class ReplicationPad1d(ReplicationPad):
    """Repeat the ends of one axis."""

    rank, dims = 1, (2,)


@final
@register
class ReplicationPad2d(ReplicationPad):
    """Repeat the ends of two axes."""

    rank, dims = 2, (3,)


@final
@register
class ReplicationPad3d(ReplicationPad):
    """Repeat the ends of three axes."""

    rank, dims = 3, (4,)


class CircularPad(Pad):
    """The input continued from its other end. Abstract."""

    fits = (
        _CROPPED,
        Require("circular padding must not exceed the input", "<=", lambda W, before: (before, W)),
        Require("circular padding must not exceed the input", "<=", lambda W, after: (after, W)),
    )

    def edge(self) -> str:
        return "circular"


@final
@register
class CircularPad1d(CircularPad):
    """Continue one axis from its other end."""

    rank, dims = 1, (2,)


@final
@register
class CircularPad2d(CircularPad):
    """Continue two axes from their other ends."""

    rank, dims = 2, (3,)


@final
@register
class CircularPad3d(CircularPad):
    """Continue three axes from their other ends."""

    rank, dims = 3, (4,)
