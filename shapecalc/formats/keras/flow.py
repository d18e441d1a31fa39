"""A layer as Keras writes it, and what is known of the tensor that reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from shapecalc.algebra import Int
from shapecalc.errors import SpecError

#: A torch layer: its name, its arguments by position and those by name.
TorchLayer = tuple[str, list[Any], dict[str, Any]]


@final
class Flow:
    """What is known of the tensor between two layers.

    Args:
        shape: its sizes, or ().
        features_last: whether it is a sequence with its features last, as recurrent layers read it.

    Attributes:
        channels: how many channels or features it has.
        axes: how many axes it has besides them.
    """

    def __init__(self, shape: tuple[Int, ...], *, features_last: bool = False) -> None:
        self.features_last = features_last and len(shape) != 1
        self.channels: Int | None = shape[-1 if self.features_last else 0] if shape else None
        self.axes: int | None = len(shape) - 1 if shape else None

    def copy(self) -> Flow:
        flow = Flow(())
        flow.become(self)
        return flow

    def become(self, other: Flow) -> None:
        """Take what is known of another tensor."""
        self.channels, self.axes, self.features_last = other.channels, other.axes, other.features_last


@final
class KerasLayer:
    """A layer as Keras writes it.

    Args:
        name: its name in Keras.
        rank: how many axes it slides over; 0 for most.
        values: its arguments by name, defaults included.
        flow: what reaches it; its reading changes that.
    """

    def __init__(self, name: str, rank: int, values: Mapping[str, Any], flow: Flow) -> None:
        self.name = name
        self.rank = rank
        self.values = values
        self.flow = flow

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def per_axis(self, name: str) -> tuple[Any, ...]:
        """An argument with a value for each axis."""
        value = self.values[name]
        return value if isinstance(value, tuple) else (value,) * self.rank

    def numbers(self, name: str) -> tuple[int, ...]:
        """As :meth:`per_axis`, of an argument that must be numbers."""
        values = self.per_axis(name)
        if len(values) != self.rank or not all(isinstance(value, int) for value in values):
            raise SpecError(f"{self.name} needs a number for {name}, or {self.rank} of them.")
        return values

    def needs(self, what: str) -> SpecError:
        """The refusal of a layer that depends on an input that is not known."""
        return SpecError(f"{self.name} depends on {what} of its input; give the input, as in --input 3x32x32.")
