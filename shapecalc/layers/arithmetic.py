"""Arithmetic with numbers: what a program writes as ``x * 0.5``, ``1 - x`` or ``x ** 2``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar, final

from shapecalc.algebra import Formula
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import INPUT, Saved, SavedTensor


class Numeric(Layer):
    """Numbers joined to each entry by operators. Abstract."""

    shape = Formula(lambda input: input)
    source = "https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops"
    saves: ClassVar[tuple[Saved, ...]] = ()

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


@final
@register
class Scale(Numeric):
    """Each entry times a factor, plus an offset: x·factor + offset."""

    factor: float = 1.0
    offset: float = 0.0

    nick = "scale"


@final
@register
class Power(Numeric):
    """Each entry to the power of a number: −1 for 1/x, 0.5 for the root."""

    exponent: float

    nick, saves = "power", (INPUT,)

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """The input, whose gradient depends on it but for an exponent of 0."""
        if self.exponent != 0:
            yield from super().saved(inputs, output)


def operator_layers(sign: str, number: float, *, is_first: bool = False) -> tuple[Layer, ...]:
    """What an operator of Python with a tensor and a number is, one layer behind the other; () where it is none.

    Args:
        sign: the operator: + - * / **.
        number: the number.
        is_first: whether it stands on the left: ``1 - x``.
    """
    if not math.isfinite(number):
        return ()
    match sign, is_first:
        case "+", _:
            return (Scale(1, number),)
        case "-", False:
            return (Scale(1, -number),)
        case "-", True:
            return (Scale(-1, number),)
        case "*", _:
            return (Scale(number),)
        case "/", False:
            return (Scale(1 / number),) if number != 0 and math.isfinite(1 / number) else ()
        case "/", True:
            return (Power(-1),) if number == 1 else (Power(-1), Scale(number))
        case "**", False:
            return (Power(number),)
    return ()


#: Functions that are one of these layers.
NAMED_OPERATORS: Mapping[str, Layer] = MappingProxyType(
    {
        "neg": Scale(-1),
        "negative": Scale(-1),
        "sqrt": Power(0.5),
        "rsqrt": Power(-0.5),
        "square": Power(2),
        "reciprocal": Power(-1),
    }
)
