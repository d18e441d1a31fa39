"""Normalisation: the shape stays; scale and shift are learned, running statistics are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers.core.conditions import Require, Requirement, at_least, equal_sizes
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, INPUT, OUTPUT, Gradient, Saved
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import MemoryOrder

_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch.nn."


#: Where nothing is learned or kept for each channel, nothing compares their number.
_CHANNELS = Require(
    "the input must have num_features channels",
    "=",
    lambda input, num_features, affine, track_running_stats: (
        (input[0], num_features) if affine or track_running_stats else None
    ),
)


#: The input, read again for the gradient of the input or of scale and shift.
_READ = Saved(0, serves=Gradient.ANY)


def _statistics(entries: Formula, *names: str, per_batch: bool = False) -> tuple[Saved, ...]:
    return tuple(Saved(name, entries, Gradient.ANY, per_batch) for name in names or ("mean", "deviation"))


class BatchNorm(Layer):
    """Each channel normalised over the batch and all positions. Abstract."""

    num_features: Int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True
    bias: bool = True

    nick, source = "norm", _DOCS + "BatchNorm2d.html"
    infers, has_lazy, takes_empty = ("num_features",), True, False
    normalized = Formula(lambda input: product(input[1:]))
    normalizes_in_training = True
    requires = (_CHANNELS,)
    shape = Formula(lambda input: input)
    parameters: ClassVar = {
        "weight": Formula(lambda num_features, affine: (num_features,) if affine else None),
        "bias": Formula(lambda num_features, affine, bias: (num_features,) if affine and bias else None),
    }
    buffers: ClassVar = {
        "running_mean": Formula(lambda num_features, track_running_stats: _if(track_running_stats, num_features)),
        "running_var": Formula(lambda num_features, track_running_stats: _if(track_running_stats, num_features)),
        "num_batches_tracked": Formula(lambda track_running_stats: () if track_running_stats else None),
    }
    counters = frozenset({"num_batches_tracked"})
    saves = (_READ, *_statistics(Formula(lambda input: input[0]), per_batch=True))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        # without statistics from training, those of the batch at hand, in evaluation too
        return STILL if self.track_running_stats or len(inputs[0]) == 1 else _of_the_map(inputs[0])

    def validate(self) -> None:
        if self.eps <= 0:
            raise SpecError(f"{type(self).__name__}: eps={self.eps} must be positive.")


def _if(exists: bool, size: Int) -> Shape | None:
    return (size,) if exists else None


@final
@register
class BatchNorm1d(BatchNorm):
    """Batch normalisation of features, or of channels × length."""

    dims = (1, 2)


@final
@register
class BatchNorm2d(BatchNorm):
    """Batch normalisation of channels × height × width."""

    dims = (3,)


@final
@register
class BatchNorm3d(BatchNorm):
    """Batch normalisation of channels × depth × height × width."""

    dims = (4,)


@final
@register
class SyncBatchNorm(BatchNorm):
    """Batch normalisation over the batches of all devices; torch runs it on GPUs only."""

    has_lazy = False
    dims = (1, 2, 3, 4)


def _of_the_map(shape: Shape) -> Motion:
    """The motion of a norm whose statistics are those of the input at hand, over all its positions."""
    return Motion(statistics=tuple(range(1, len(shape))))


class InstanceNorm(Layer):
    """Each channel of each input normalised over its positions. Abstract."""

    num_features: Int
    eps: float = 1e-5
    momentum: float = 0.1
    affine: bool = False
    track_running_stats: bool = False
    bias: bool = True

    nick, source = "norm", _DOCS + "InstanceNorm2d.html"
    memory_order, dims_apart = MemoryOrder.MADE, 0
    infers, has_lazy, takes_empty = ("num_features",), True, False
    lazy_defaults: ClassVar = {"affine": True, "track_running_stats": True}
    requires = (
        _CHANNELS,
        Require("there must be at least 2 positions to normalise", ">=", lambda input: (product(input[1:]), 2)),
    )
    shape = Formula(lambda input: input)
    parameters = BatchNorm.parameters
    buffers = BatchNorm.buffers
    counters = BatchNorm.counters
    #: torch folds the batch into the channels, and repeats weight and running statistics for each input
    saves = (
        _READ,
        *_statistics(Formula(lambda input: input[0])),
        *_statistics(Formula(lambda input, affine: input[0] if affine else None), "weight"),
        *_statistics(
            Formula(lambda input, track_running_stats: input[0] if track_running_stats else None),
            "running_mean",
            "running_var",
        ),
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL if self.track_running_stats else _of_the_map(inputs[0])


@final
@register
class InstanceNorm1d(InstanceNorm):
    """Instance normalisation of channels × length."""

    dims = (2,)


@final
@register
class InstanceNorm2d(InstanceNorm):
    """Instance normalisation of channels × height × width."""

    dims = (3,)


@final
@register
class InstanceNorm3d(InstanceNorm):
    """Instance normalisation of channels × depth × height × width."""

    dims = (4,)


@final
@register
class GroupNorm(Layer):
    """Groups of channels normalised together over all positions."""

    num_groups: Int
    num_channels: Int
    eps: float = 1e-5
    affine: bool = True
    bias: bool = True

    nick, source, dims_apart = "norm", _DOCS + "GroupNorm.html", 0
    infers = ("num_channels",)
    normalized = Formula(lambda input, num_groups: product(input) // num_groups)
    requires = (
        at_least(1, "num_groups"),
        Require(
            "num_groups must divide num_channels",
            "divides",
            lambda num_groups, num_channels: (num_groups, num_channels),
        ),
        Require(
            "num_groups must divide the input's channels", "divides", lambda num_groups, input: (num_groups, input[0])
        ),
        Require(
            "the input must have num_channels channels",
            "=",
            lambda input, num_channels, affine: (input[0], num_channels) if affine else None,
        ),
    )
    shape = Formula(lambda input: input)
    parameters: ClassVar = {
        "weight": Formula(lambda num_channels, affine: _if(affine, num_channels)),
        "bias": Formula(lambda num_channels, affine, bias: _if(affine and bias, num_channels)),
    }
    saves = (_READ, *_statistics(Formula(lambda num_groups: num_groups)))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return _of_the_map(inputs[0])


class OverLastDims(Layer):
    """Normalised over the last dimensions, whose sizes are given. Abstract."""

    normalized_shape: Shape

    nick, memory_order = "norm", MemoryOrder.MADE
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        dims = len(inputs[0])
        return Motion(statistics=tuple(range(dims - len(self.normalized_shape), dims)))

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if not 0 < len(self.normalized_shape) <= len(inputs[0]):
            raise ShapeError(_wrong_ends(self, inputs))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        yield from equal_sizes(_ENDS, self.normalized_shape, inputs[0][-len(self.normalized_shape) :])

    def alternatives(self, inputs: tuple[Shape, ...]) -> Iterator[Layer]:
        if self.normalized_shape != inputs[0][:1]:  # else it is meant for the channels, which come first
            yield self.replace(normalized_shape=inputs[0][-len(self.normalized_shape) :])


def _wrong_ends(layer: OverLastDims, inputs: tuple[Shape, ...]) -> str:
    return f"{layer!r}: the input must end in {shape_text(layer.normalized_shape)}, but it is {shape_text(inputs[0])}."


_ENDS = Require("the input must end in normalized_shape", "=", lambda left, right: (left, right), refusal=_wrong_ends)


#: How many vectors are normalised.
_NORMALIZED = Formula(lambda input, normalized_shape: product(input[: len(input) - len(normalized_shape)]))


@final
@register
class LayerNorm(OverLastDims):
    """Normalised over the last dimensions of each input."""

    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def alternatives(self, inputs: tuple[Shape, ...]) -> Iterator[Layer]:
        if len(inputs[0]) > 1 and self.normalized_shape == inputs[0][:1]:
            yield GroupNorm(1, inputs[0][0])
        yield from super().alternatives(inputs)

    source = _DOCS + "LayerNorm.html"
    saves = (_READ, *_statistics(_NORMALIZED))
    parameters: ClassVar = {
        "weight": Formula(
            lambda normalized_shape, elementwise_affine: normalized_shape if elementwise_affine else None
        ),
        "bias": Formula(
            lambda normalized_shape, elementwise_affine, bias: normalized_shape if elementwise_affine and bias else None
        ),
    }


@final
@register
class RMSNorm(OverLastDims):
    """Divided by the root of the mean square over the last dimensions."""

    eps: float | None = None
    elementwise_affine: bool = True

    source = _DOCS + "RMSNorm.html"
    saves = (INPUT, Saved("scales", _NORMALIZED), Saved("normalized", AS_INPUT, Gradient.WEIGHT))
    parameters: ClassVar = {"weight": LayerNorm.parameters["weight"]}


@final
@register
class LocalResponseNorm(Layer):
    """Divided by the activity of neighbouring channels at the same position."""

    size: Int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    nick, source = "norm", _DOCS + "LocalResponseNorm.html"
    dims, takes_empty = (2, 3, 4), False
    requires = (at_least(1, "size"),)
    shape = Formula(lambda input: input)
    saves = (
        INPUT,
        Saved("padded", Formula(lambda input, size: (input[0] + (size - 1)) * product(input[1:]))),
        Saved("sums", AS_INPUT),
        Saved("divisor", AS_INPUT),
    )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


@final
@register
class CrossMapLRN2d(Layer):
    """Local response normalisation as Caffe and Torch 7 had it."""

    size: Int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    nick, dims, takes_empty = "norm", (3,), False
    requires = LocalResponseNorm.requires
    saves = (INPUT, OUTPUT)
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL
