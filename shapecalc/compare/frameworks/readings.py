"""What a reading of a layer by another framework is: formulas along one axis, beside torch's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

from shapecalc.algebra import Formula
from shapecalc.layers import Layer


@final
class Rule(NamedTuple):
    """How a framework places the windows along one axis, where that is not how torch does it.

    Attributes:
        written: the arguments with which a person writes the layer there.
        size: the size that comes out.
        before: how far the first window reaches beyond the start; of a transposed layer, how much is cut off there.
        why: what is different, and what to write for torch's numbers.
    """

    written: str
    size: Formula
    before: Formula
    why: str


@final
class Remark(NamedTuple):
    """Something to know, or a refusal, and for which arguments of a layer.

    Attributes:
        words: what is the case.
        when: a formula of the layer's arguments, or along an axis, that is True where it is.
    """

    words: str
    when: Formula


@final
class Reading(NamedTuple):
    """How a framework reads one kind of layer.

    Attributes:
        kind: a formula of the layer's arguments that names the rule it falls under.
        rules: the rules by name; under any other name the layer is as in torch.
        refuses: what the framework does not take.
    """

    kind: Formula
    rules: Mapping[str, Rule]
    refuses: tuple[Remark, ...] = ()


@final
@dataclass(frozen=True)
class Framework:
    """A framework, by how it reads what torch writes.

    Attributes:
        name: what it is called on the command line.
        version: what was run to find out.
        readings: for each kind of layer that was compared, how it is read; other layers are taken to be as in torch.
        remarks: what to know of a class wherever a net has it, along an axis.
        infers: whether a layer finds its number of input channels by itself, so that none can be wrong.
    """

    name: str
    version: str
    readings: Mapping[type[Layer], Reading] = field(default_factory=dict)
    remarks: Mapping[type[Layer], tuple[Remark, ...]] = field(default_factory=dict)
    infers: bool = False

    def reading(self, layer: Layer) -> Reading | None:
        """The reading of a layer's class, or of the nearest class that it inherits from."""
        return next((self.readings[cls] for cls in type(layer).__mro__ if cls in self.readings), None)

    def remarked(self, layer: Layer) -> tuple[Remark, ...]:
        """The remarks on a layer's class and those that it inherits from."""
        return tuple(one for cls in type(layer).__mro__ for one in self.remarks.get(cls, ()))


def any_above(values: Any, least: int) -> bool:
    """Whether one of the axes' numbers is above a number; letters may be, and do not count."""
    return any(isinstance(value, int) and value > least for value in values)
