"""Dropout: in training, entries or whole channels become zero; shapes stay."""

from __future__ import annotations

from typing import final

from shapecalc.algebra import Formula
from shapecalc.errors import SpecError
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register


class AnyDropout(Layer):
    """Zeroes with probability p. Abstract."""

    p: float = 0.5
    inplace: bool = False

    nick = "dropout"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html"
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL

    def validate(self) -> None:
        if not 0 <= self.p <= 1:
            raise SpecError(f"{type(self).__name__}: p={self.p} must be a probability, between 0 and 1.")


@final
@register
class Dropout(AnyDropout):
    """Zeroes single entries."""


@final
@register
class Dropout1d(AnyDropout):
    """Zeroes whole channels of channels × length."""

    dims = (1, 2)


@final
@register
class Dropout2d(AnyDropout):
    """Zeroes whole channels of channels × height × width."""


@final
@register
class Dropout3d(AnyDropout):
    """Zeroes whole channels of channels × depth × height × width."""


@final
@register
class AlphaDropout(AnyDropout):
    """Sets entries to SELU's saturation value, keeping mean and variance."""


@final
@register
class FeatureAlphaDropout(AnyDropout):
    """Alpha dropout of whole channels."""
