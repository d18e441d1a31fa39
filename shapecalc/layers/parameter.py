"""A tensor that is learned by itself: a class token, a position embedding, the scale of a layer."""

from __future__ import annotations

from functools import reduce
from typing import Any, ClassVar, final

from shapecalc.algebra import Formula, minimum
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.kinds import Shape, Sizes
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.dimensions import Variadic

#: The name of its one tensor; in torch it has the name of the node itself.
VALUE = "value"


@final
@register
class Parameter(Variadic):
    """A learned tensor that reads nothing, of these sizes for every input of a batch, to be added, multiplied, joined.

    With ``batch_dim``, torch's tensor has a dimension of size 1 for the batch before its sizes, as torchvision's class
    token and position embedding have. All its numbers start as ``init``, or as random ones with a deviation of 0.02.
    """

    sizes: Sizes
    batch_dim: bool = False
    init: float | None = None

    nick, arity = "parameter", (0, 0)
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html"
    requires = (Require("the sizes must not be negative", ">=", lambda sizes: (reduce(minimum, sizes), 0)),)
    shape = Formula(lambda sizes: sizes)
    parameters: ClassVar = {
        VALUE: Formula(lambda sizes, batch_dim: (1, *sizes) if batch_dim else sizes),
    }

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**vars(self), "input": (), "inputs": inputs}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        if inputs:
            raise ShapeError(
                f"{self!r} reads nothing, so it has no place in a chain; in a network file, or with Builder, Add, "
                "Multiply or Concat join it to another value."
            )

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL
