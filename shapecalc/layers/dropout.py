"""Dropout: in training, entries or whole channels become zero; shapes stay."""

from __future__ import annotations

from typing import final

from shapecalc.algebra import Formula
from shapecalc.errors import SpecError
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, TRUTH, Saved


def _mask(entries: Formula, *, cuda: int | None = None) -> tuple[Saved, ...]:
    """What is saved where 0 < p < 1: what the input is multiplied with. With p = 1 that is a single 0."""
    names = ("p", *entries.names)
    between = Formula(lambda p, *sizes: entries.function(*sizes) if 0 < p < 1 else None, names=names)
    return Saved("mask", between, cuda=cuda), Saved("zero", Formula(lambda p: 1 if p == 1 else None), per_batch=True)


#: One entry for each channel.
_CHANNELS = Formula(lambda input: input[0])


class AnyDropout(Layer):
    """Zeroes with probability p. Abstract."""

    p: float = 0.5
    inplace: bool = False

    nick = "dropout"
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html"
    shape = Formula(lambda input: input)
    saves = _mask(AS_INPUT)

    def is_view(self) -> bool:
        return super().is_view() or self.p == 0

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL

    def validate(self) -> None:
        if not 0 <= self.p <= 1:
            raise SpecError(f"{type(self).__name__}: p={self.p} must be a probability, between 0 and 1.")


@final
@register
class Dropout(AnyDropout):
    """Zeroes single entries."""

    saves = _mask(AS_INPUT, cuda=TRUTH)


@final
@register
class Dropout1d(AnyDropout):
    """Zeroes whole channels of channels × length."""

    dims = (1, 2)
    #: torch takes features in a batch for a single map of channels × length
    saves = _mask(Formula(lambda input: 1 if len(input) == 1 else input[0]))


@final
@register
class Dropout2d(AnyDropout):
    """Zeroes whole channels of channels × height × width."""

    saves = _mask(_CHANNELS)


@final
@register
class Dropout3d(AnyDropout):
    """Zeroes whole channels of channels × depth × height × width."""

    #: torch takes maps in a batch for a single volume
    saves = _mask(Formula(lambda input: input[0] if len(input) == 4 else 1))


@final
@register
class AlphaDropout(AnyDropout):
    """Sets entries to SELU's saturation value, keeping mean and variance."""


@final
@register
class FeatureAlphaDropout(AnyDropout):
    """Alpha dropout of whole channels."""

    saves = _mask(_CHANNELS)
