"""What rules ask of the arguments that a program writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.values import (
    Class,
    Native,
    Tensor,
    Unknown,
    Value,
)
from shapecalc.layers import Layer, layer_classes

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def spread(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Sizes or dimensions, written one by one or in brackets."""
    return tuple(values[0]) if len(values) == 1 and isinstance(values[0], tuple | list) else values


def unknown_in(*values: Value) -> Unknown | None:
    """The first value that is not known, in tuples and lists too."""
    for value in values:
        inner = unknown_in(*value) if isinstance(value, tuple | list) else value
        if isinstance(inner, Unknown):
            return inner
    return None


def tensor(reader: Interpreter, value: Value, name: str, node: ast.AST) -> Tensor:
    """A value that must be a tensor; one of unknown shape where it is not known.

    Raises:
        Fault: it is something else.
    """
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Unknown):
        reader.run.skip(value)
        return Tensor(None)
    what = "None" if value is None else f"a {type(value).__name__.lower()}"
    raise Fault("type", f"{name} takes a tensor but gets {what}.", node, type_="TypeError")


def shaped(
    reader: Interpreter, layer: str, args: dict[str, Value] | tuple[Value, ...], value: Tensor, node: ast.AST
) -> Tensor:
    """What a layer of the engine, for whom the batch is one more dimension, makes of a tensor."""
    unknown = unknown_in(*(args.values() if isinstance(args, dict) else args))
    if unknown is not None or value.shape is None:
        if unknown is not None:
            reader.run.skip(unknown)
        return Tensor(None, value.kind)
    return reader.run.apply(make(layer, args, node), (value,), node)


def make(layer: str, args: dict[str, Value] | tuple[Value, ...], node: ast.AST) -> Layer:
    """A layer of the engine.

    Raises:
        Fault: it refuses its arguments.
    """
    cls = layer_classes()[layer]
    try:
        return cls(**args) if isinstance(args, dict) else cls(*args)
    except ShapecalcError as refused:
        raise Fault("argument", str(refused), node, type_="ValueError") from None


def layer_if_legal(name: str, *args: Value, **kwargs: Value) -> Layer | None:
    """A layer of the engine; None where it refuses arguments that torch may take, and only a net lacks it."""
    try:
        return layer_classes()[name](*args, **kwargs)
    except (ShapecalcError, OverflowError):
        return None


def dimension_indices(dims: Sequence[Value], rank: int, node: ast.AST) -> list[int]:
    """Dimensions as indices from the left.

    Raises:
        Fault: there is none of a number, or one stands there twice.
    """
    places = [dimension_index(dim, rank, node) for dim in dims]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        listed = ", ".join(map(str, dims))
        raise Fault("dimension", f"The dimension {twice} stands twice in ({listed}).", node)
    return places


def trained(args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> bool | None:
    """The argument requires_grad, which says whether training changes a tensor; None where it is not known."""
    (value,) = args[:1] or (kwargs.get("requires_grad", True),)
    return value if isinstance(value, bool) else None


def dimension_index(dim: Value, dims: int, node: ast.AST) -> int:
    """A dimension as an index from the left.

    Raises:
        Fault: there is none of that number.
    """
    if not isinstance(dim, int) or not -dims <= dim < dims:
        message = f"There is no dimension {dim}: the tensor has {dims}, from {-dims} to {dims - 1}."
        raise Fault("dimension", message, node, type_="IndexError")
    return dim % dims


def flat(value: Value) -> Iterator[Value]:
    """The values in tuples, lists and dicts, however deep."""
    if isinstance(value, tuple | list):
        for each in value:
            yield from flat(each)
    elif isinstance(value, dict):
        yield from flat([*value.values()])
    else:
        yield value


def kind_text(value: Value) -> str:
    """What a value is, in words."""
    match value:
        case Native(path):
            return f"the class {path.rpartition('.')[2]}, which is not called"
        case Class(name):
            return f"the class {name}, which is not called"
        case list() | tuple():
            return f"a {type(value).__name__}: write *[...] to spread it"
        case None:
            return "None"
    return f"a {type(value).__name__.lower()}"
