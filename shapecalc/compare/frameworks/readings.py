"""How another framework reads a layer: its formulas along one axis, in place of torch's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

from shapecalc.algebra import Formula
from shapecalc.layers import Layer


@final
class Rule(NamedTuple):
    """How a framework places the windows along one axis, where it differs from torch.

    Attributes:
        arguments: the arguments with which the layer is written there.
        size: the size of the output.
        before: how far the first window reaches beyond the start; for a transposed layer, how much is cut off there.
        reason: the difference, and what to write for torch's numbers.
    """

    arguments: str
    size: Formula
    before: Formula
    reason: str


@final
class Remark(NamedTuple):
    """A remark on some layers of a class, or the reason why a framework refuses them.

    Attributes:
        text: the remark.
        condition: a formula of the layer's arguments, or along an axis, that is True where the remark applies.
    """

    text: str
    condition: Formula


@final
class Reading(NamedTuple):
    """How a framework reads one kind of layer.

    Attributes:
        kind: a formula of the layer's arguments that gives the name of its rule.
        rules: the rules by name; with any other name the layer is as in torch.
        refusals: the layers that the framework refuses.
    """

    kind: Formula
    rules: Mapping[str, Rule]
    refusals: tuple[Remark, ...] = ()


@final
@dataclass(frozen=True)
class Framework:
    """A framework, as a reader of torch's layers.

    Attributes:
        name: its name on the command line.
        version: the versions that were run for the comparison.
        readings: how each kind of layer that was compared is read; other layers are taken to be as in torch.
        remarks: the remarks on each class of layers.
        infers: whether layers infer their number of input channels, so that no number can be wrong.
    """

    name: str
    version: str
    readings: Mapping[type[Layer], Reading] = field(default_factory=dict)
    remarks: Mapping[type[Layer], tuple[Remark, ...]] = field(default_factory=dict)
    infers: bool = False

    def reading(self, layer: Layer) -> Reading | None:
        """The reading for a layer's class, or for the nearest class that it inherits from."""
        return next((self.readings[cls] for cls in type(layer).__mro__ if cls in self.readings), None)

    def remarks_on(self, layer: Layer) -> tuple[Remark, ...]:
        """The remarks on a layer's class and on the classes that it inherits from."""
        return tuple(remark for cls in type(layer).__mro__ for remark in self.remarks.get(cls, ()))


def any_above(values: Any, least: int) -> bool:
    """Whether the number of any axis is above ``least``; letters do not count."""
    return any(isinstance(value, int) and value > least for value in values)
