"""The shapes of a net's inputs, refused where they are something else."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc.algebra import Expr
from shapecalc.errors import SpecError, check_type, quoted
from shapecalc.layers import Shape


def check_shapes(inputs: Mapping[str, Shape]) -> None:
    """Refuse what is no shape by name.

    Raises:
        SpecError: it is no mapping, a name is no text, or a shape no tuple of integers and letters.
    """
    check_type("inputs", inputs, Mapping, "a shape for each input, such as {'input': (3, 32, 32)}")
    for name, shape in inputs.items():
        check_type("inputs", name, str, "names of inputs as text")
        check_shape(name, shape)


def check_shape(name: str, shape: object) -> Shape:
    """The shape itself.

    Raises:
        SpecError: it is no tuple of integers and letters.
    """
    if isinstance(shape, list):
        shape = tuple(shape)
    if isinstance(shape, tuple) and all(type(size) is int or isinstance(size, Expr) for size in shape):
        return shape
    text = " shapecalc.parse reads shapes that are text." if isinstance(shape, str) else ""
    raise SpecError(f"Expected a shape such as (3, 32, 32) but got {name}={quoted(shape)}.{text}")
