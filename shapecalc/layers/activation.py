"""Activations: every entry by itself, except the softmax family and GLU, which read a whole dimension."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.errors import SpecError
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.kinds import Shape, word_of
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion, Reads, Slide
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import AS_INPUT, INPUT, OUTPUT, Gradient, Saved, SavedTensor
from shapecalc.layers.reshape import place, refuse_batch


class Activation(Layer):
    """A function of each entry. Abstract."""

    nick = "activation"
    source = "https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity"
    shape = Formula(lambda input: input)
    saves: ClassVar[tuple[Saved, ...]] = (INPUT,)
    #: in place, the input is overwritten: autograd saves a copy of it, or the output instead.
    saves_in_place: ClassVar[tuple[Saved, ...]] = (Saved("input", AS_INPUT),)

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        if vars(self).get("inplace") is not True:
            return super().saved(inputs, output)
        return (
            SavedTensor(tensor.tensor, 0 if tensor.entries is None else product(inputs[0]))
            for tensor in type(self).saves_in_place
        )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


class InPlace(Activation):
    """A function whose only argument is whether it overwrites its input. Abstract."""

    inplace: bool = False


@final
@register
class ReLU(InPlace):
    """max(0, x)"""

    nick = "relu"
    saves = saves_in_place = (OUTPUT,)


@final
@register
class ReLU6(InPlace):
    """min(max(0, x), 6)"""


@final
@register
class SELU(InPlace):
    """The exponential linear unit, scaled to keep mean and variance."""

    saves_in_place = (OUTPUT,)


@final
@register
class SiLU(InPlace):
    """x·sigmoid(x)"""


@final
@register
class Mish(InPlace):
    """x·tanh(softplus(x))"""


@final
@register
class Hardsigmoid(InPlace):
    """The sigmoid in three straight pieces."""


@final
@register
class Hardswish(InPlace):
    """x·hardsigmoid(x)"""


@final
@register
class ELU(Activation):
    """x above 0, α(exp(x) − 1) below."""

    alpha: float = 1.0
    inplace: bool = False

    saves_in_place = (OUTPUT,)


@final
@register
class CELU(Activation):
    """x above 0, α(exp(x/α) − 1) below."""

    alpha: float = 1.0
    inplace: bool = False

    saves_in_place = (OUTPUT,)

    def validate(self) -> None:
        if self.alpha == 0:
            raise SpecError("CELU: alpha=0 would divide by 0.")


@final
@register
class LeakyReLU(Activation):
    """x above 0, a small slope below."""

    negative_slope: float = 0.01
    inplace: bool = False

    saves_in_place = (OUTPUT,)


@final
@register
class PReLU(Activation):
    """x above 0, a learned slope below: one for all channels, or one for each."""

    num_parameters: Int = 1
    init: float = 0.25

    parameters: ClassVar = {"weight": Formula(lambda num_parameters: (num_parameters,))}
    saves = (Saved(0, serves=Gradient.ANY),)
    requires = (
        Require(
            "num_parameters must be 1 or the input's channels",
            "=",
            lambda num_parameters, input: (num_parameters, input[0] if input else 1),
            alternatives=(("=", lambda num_parameters: (num_parameters, 1)),),
        ),
    )

    def alternatives(self, inputs: tuple[Shape, ...]) -> Iterator[Layer]:
        if inputs[0]:
            yield self.replace(num_parameters=inputs[0][0])


@final
@register
class RReLU(Activation):
    """x above 0, a random slope below."""

    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: bool = False

    saves = (INPUT, Saved("slopes", AS_INPUT))
    saves_in_place = (OUTPUT, Saved("slopes", AS_INPUT))

    def validate(self) -> None:
        if self.lower > self.upper:
            raise SpecError(f"RReLU: lower={self.lower} must not exceed upper={self.upper}.")


@final
@register
class GELU(Activation):
    """x·Φ(x), Φ the normal distribution."""

    approximate: Annotated[str, word_of(("none", "tanh"))] = "none"

    def validate(self) -> None:
        self.check_word("approximate")


@final
@register
class Hardtanh(Activation):
    """x cut off at min_val and max_val."""

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False

    def validate(self) -> None:
        if self.min_val >= self.max_val:
            raise SpecError(f"Hardtanh: min_val={self.min_val} must be below max_val={self.max_val}.")


@final
@register
class Hardshrink(Activation):
    """x, but 0 between −lambd and lambd."""

    lambd: float = 0.5


@final
@register
class Softshrink(Activation):
    """x moved towards 0 by lambd."""

    lambd: float = 0.5

    def validate(self) -> None:
        if self.lambd < 0:
            raise SpecError(f"Softshrink: lambd={self.lambd} must not be negative.")


@final
@register
class Softplus(Activation):
    """log(1 + exp(βx))/β"""

    beta: float = 1.0
    threshold: float = 20.0


@final
@register
class Threshold(Activation):
    """x above the threshold, a value below."""

    threshold: float
    value: float
    inplace: bool = False


@final
@register
class Sigmoid(Activation):
    """1/(1 + exp(−x))"""

    saves = (OUTPUT,)


@final
@register
class LogSigmoid(Activation):
    """The logarithm of the sigmoid."""

    saves = (INPUT, Saved("exponentials", AS_INPUT, cuda=0))


@final
@register
class Tanh(Activation):
    """The hyperbolic tangent."""

    saves = (OUTPUT,)


@final
@register
class Tanhshrink(Activation):
    """x − tanh(x)"""

    saves = (Saved("tanh", AS_INPUT),)


@final
@register
class Softsign(Activation):
    """x/(1 + |x|)"""

    saves = (INPUT, Saved("divisor", AS_INPUT))


class AlongDim(Activation):
    """A distribution over one dimension. Abstract. Without dim, torch takes 0 for 1- and 3-D batches, else 1."""

    dim: Int | None = None

    nick = "softmax"
    saves = (OUTPUT,)

    def along(self, dims: int) -> int:
        """The dimension as an index into a shape without the batch; -1 is the batch."""
        if self.dim is not None:
            return place(self, "dim", self.dim, dims)
        return place(self, "dim", 0 if dims + 1 in (0, 1, 3) else 1, dims)

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        self.along(len(inputs[0]))

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        along = self.along(len(inputs[0]))
        return Motion(full=(along,)) if along >= 0 else STILL


@final
@register
class Softmax(AlongDim):
    """Exponentials that sum to 1 along dim, which counts the batch as 0."""


@final
@register
class LogSoftmax(AlongDim):
    """The logarithm of the softmax."""


@final
@register
class Softmin(AlongDim):
    """The softmax of −x."""


@final
@register
class Softmax2d(Activation):
    """The softmax over the channels at each position."""

    nick, dims = "softmax", (3,)
    saves = (OUTPUT,)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0,))


#: What a gated half reads: a position, and the one as far behind it as a half is long.
_HALVES = Reads(lambda o, half: (o, half, 2), lambda: (1, 1))


@final
@register
class GLU(Activation):
    """The first half of a dimension, gated by the second: a·sigmoid(b)."""

    dim: Int = -1

    nick = "glu"
    source = "https://arxiv.org/abs/1612.08083"
    gives: ClassVar[frozenset[str]] = Activation.gives | {"first"}
    requires = (Require("the dimension must be even", "divides", lambda input, first: (2, input[first])),)
    shape = Formula(lambda input, first: (*input[:first], input[first] // 2, *input[first + 1 :]))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        first = place(self, "dim", self.dim, len(inputs[0]))
        if first < 0:
            raise refuse_batch(self, f"dim={self.dim}", "halving")
        return {**super().bind(inputs), "first": first}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        first: int = self.bind(inputs)["first"]
        return Motion(slides=((first, Slide(_HALVES, (output[first],))),))
