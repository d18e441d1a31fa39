"""How arguments are written for Keras, and the refusal of what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shapecalc.emission.forms import value_text
from shapecalc.layers import Shape

#: A call in Keras: the function or class with ``layers.`` or ``ops.``, and its arguments.
Call = tuple[str, Sequence[str]]
#: From a completed layer, the shapes of its inputs and that of its output.
KerasWriter = Callable[[Any, tuple[Shape, ...], Shape], Iterator[Call]]


class LackingError(Exception):
    """Keras has no such layer, for a reason."""


def named_arguments(**values: Any) -> list[str]:
    """Arguments by name, without those that are None."""
    return [f"{name}={value_text(value)}" for name, value in values.items() if value is not None]


def plain_value(value: Any) -> Any:
    """One number for axes that agree."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def value_unless(value: Any, default: Any) -> Any:
    """A value, or None where it is what Keras takes by default."""
    value = plain_value(value)
    return None if value == default else value
