"""Shapes: how they are written, and how many numbers they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shapecalc.algebra import Expr, Int, Name, product
from shapecalc.layers.core.kinds import Shape


def shape_text(shape: Shape) -> str:
    """A shape as 3x130x130; the shape of a single number is written scalar."""
    return joined_text(shape) or "scalar"


def joined_text(sizes: Iterable[Any]) -> str:
    """Sizes joined by x, those with an operator in brackets: 8x(2H − 1)x⌊W/2⌋."""
    return "x".join([_factor(size) if isinstance(size, Expr) else str(size) for size in sizes])


def counted_text(shape: Shape) -> str:
    """A shape with the number of its values: 20x16x16 (5,120 values); without it where that says nothing new."""
    values = product(shape)
    return (
        f"{shape_text(shape)} ({values:,} values)" if len(shape) > 1 and isinstance(values, int) else shape_text(shape)
    )


def _factor(size: Int) -> str:
    written = str(size)
    alone = isinstance(size, Name) or (written[0] in "⌊⌈" and written[-1] in "⌋⌉")
    return written if alone else f"({written})"


def entries_of(weight: Shape) -> Int:
    """How many numbers a weight holds, multiplied in the order of textbooks: K·F·F·D, where torch has K, D, F, F."""
    return product((weight[0], *weight[2:], weight[1]) if len(weight) > 2 else weight)


def positions(shape: Shape) -> Int:
    """How many places a map has, without its channels: the product of all sizes but the first."""
    return product(shape[1:])
