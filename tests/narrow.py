"""Values whose type a test knows better than the library can say."""

from __future__ import annotations

from typing import TypeVar

from shapecalc.algebra import Int

T = TypeVar("T")


def integer(value: Int | None) -> int:
    """A measure of a net without letters."""
    assert isinstance(value, int)
    return value


def integers(values: tuple[Int, ...]) -> tuple[int, ...]:
    """A shape without letters."""
    return tuple(map(integer, values))


def present(value: T | None) -> T:
    """What is not None."""
    assert value is not None
    return value
