"""Layers of torchvision's models that torch.nn lacks; weights and arguments have torchvision's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int
from shapecalc.errors import SpecError
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.kinds import Shape, word_of
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import Gradient, Saved
from shapecalc.layers.core.shapes import positions
from shapecalc.layers.core.strides import MemoryOrder
from shapecalc.layers.norm import LayerNorm

_SOURCE = "https://github.com/pytorch/vision/blob/main/torchvision/"


@final
@register
class LayerNorm2d(Layer):
    """Normalised over the channels of a map, at each position (ConvNeXt)."""

    normalized_shape: Shape
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    nick, dims, infers = "norm", (3,), ("normalized_shape",)
    memory_order = MemoryOrder.OPEN
    source = _SOURCE + "models/convnext.py"
    requires = (
        Require(
            "the input must have normalized_shape channels",
            "=",
            lambda input, normalized_shape: (input[0], normalized_shape[0]),
        ),
    )
    shape = Formula(lambda input: input)
    parameters = LayerNorm.parameters
    saves = (
        Saved(0, serves=Gradient.ANY),
        *(Saved(name, Formula(positions, names=("input",)), Gradient.ANY) for name in ("mean", "deviation")),
    )

    def validate(self) -> None:
        if self.values["normalized_shape"] is not None and len(self.normalized_shape) != 1:
            raise SpecError("LayerNorm2d: normalized_shape must be one number, that of the channels.")

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Any]:
        return {"normalized_shape": inputs[0][:1]}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(statistics=(0,))


@final
@register
class FrozenBatchNorm2d(Layer):
    """Batch normalisation with numbers that training does not change, as the backbones of detectors have."""

    num_features: Int
    eps: float = 1e-5

    nick, dims, infers = "norm", (3,), ("num_features",)
    source = _SOURCE + "ops/misc.py"
    requires = (
        at_least(1, "num_features"),
        Require(
            "the input must have num_features channels",
            "=",
            lambda input, num_features: (input[0], num_features),
        ),
    )
    shape = Formula(lambda input: input)
    buffers: ClassVar = dict.fromkeys(
        ("weight", "bias", "running_mean", "running_var"), Formula(lambda num_features: (num_features,))
    )
    saves = (Saved("scale", Formula(lambda num_features: num_features), per_batch=True),)

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Any]:
        return {"num_features": inputs[0][0]}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


class RandomDepth(Layer):
    """Zeroes whole inputs at random in training, so that a residual block is passed by. Abstract."""

    nick, source = "drop", "https://arxiv.org/abs/1603.09382"
    shape = Formula(lambda input: input)

    def probability(self) -> float:
        """How often an input becomes zero."""
        raise NotImplementedError

    def validate(self) -> None:
        if not 0 <= self.probability() <= 1:
            raise SpecError(f"{type(self).__name__}: {self.probability()} is no probability, from 0 to 1.")

    def is_view(self) -> bool:
        return self.probability() == 0

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


@final
@register
class StochasticDepth(RandomDepth):
    """Zeroes each input of a batch with probability p, or (mode "batch") all of them; the name in torchvision."""

    p: float
    mode: Annotated[str, word_of(("batch", "row"))]

    saves = (
        Saved("mask", Formula(lambda p, mode: 1 if p and mode == "row" else None)),
        Saved("mask", Formula(lambda p, mode: 1 if p and mode == "batch" else None), per_batch=True),
    )

    def validate(self) -> None:
        super().validate()
        self.check_word("mode")

    def probability(self) -> float:
        return self.p


@final
@register
class DropPath(RandomDepth):
    """Zeroes each input of a batch with probability drop_prob; the name in timm."""

    drop_prob: float = 0.0
    scale_by_keep: bool = True

    saves = (Saved("mask", Formula(lambda drop_prob: 1 if drop_prob else None)),)

    def probability(self) -> float:
        return self.drop_prob
