"""The arguments of a layer in a text, between its brackets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shapecalc.formats.keras.vocabulary import IGNORED
from shapecalc.formats.text.expression import Division, Reader
from shapecalc.formats.text.vocabulary import bare_name, find_layer, fold
from shapecalc.layers import Layer
from shapecalc.layers.core.arguments import unknown_argument

#: What ends an argument.
_ENDS = (",", ")")


def read_arguments(
    reader: Reader, callee: str, at: int, foreign: Collection[str] = ()
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in an open bracket: those by position, and those by name."""
    cls = find_layer(callee)
    is_foreign = fold(callee.rpartition(".")[2]) in foreign  # the arguments may be those of another library
    names = iter(() if cls is None else _positions(cls, callee))
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    reader.nest(1)
    while not reader.take_if(")"):
        token = reader.next
        if token.kind == "name" and reader.second.text == "=":
            reader.take()
            reader.take()
            if token.text in kwargs:
                raise reader.error(f"{token.text} is given twice", token.at)
            if cls is not None and token.text not in cls.fields and not is_foreign:
                raise reader.error(unknown_argument(callee, cls.fields, token.text).removesuffix("."), at)
            is_ignored = is_foreign and token.text.endswith(IGNORED)
            kwargs[token.text] = _skip(reader) if is_ignored else _argument(reader, cls, token.text)
        else:
            value = _argument(reader, cls, next(names, ""))
            if reader.next.text == "(" and find_layer(bare_name(reader.tokens[reader.position - 1].text)):
                raise reader.error("a layer is no argument; write one behind the other, as in Conv2d(3, 8, 3) -> ReLU")
            if reader.take_if("="):
                raise reader.error("an argument's name must stand before =", token.at)
            if kwargs:
                raise reader.error("an argument without a name cannot follow one with a name", token.at)
            args.append(value)
        if not reader.take_if(","):
            reader.expect(")")
            break
    reader.nest(-1)
    return args, kwargs


def _positions(cls: type[Layer], callee: str) -> list[str]:
    """The arguments of a layer in the order of their positions."""
    return [name for name in cls.fields if callee == cls.__name__ or name not in cls.infers]


def _division(cls: type[Layer] | None, name: str) -> Division:
    """The meaning of a ``/`` in an argument, which may be decimal."""
    return "real" if cls is not None and name in cls.reals else "exact"


def _refuse_cross(reader: Reader, cls: type[Layer] | None, name: str) -> None:
    """Refuse 3×3 for an argument with a number for each axis, where it may be a product.

    Raises:
        SpecError: with both readings.
    """
    first, cross = reader.next, reader.second
    if first.kind == "int" and cross.text == "*" and reader.source[cross.at] == "×" and cls and name in cls.fields:
        second = reader.tokens[reader.position + 2]
        if second.kind == "int" and cls.fields[name].per_axis:
            sizes, product = f"({first.text}, {second.text})", f"{first.text}*{second.text}"
            raise reader.error(f"write {sizes} for one number along each axis, or {product} for their product")


def _skip(reader: Reader) -> str:
    """A value that changes neither a shape nor a count, perhaps a call, which is not read: ``l2(1e-4)``."""
    token = reader.take()
    depth = int(token.text == "(")
    while reader.next.kind != "end" and (depth or reader.next.text not in (",", ")")):
        text = reader.take().text
        depth += (text == "(") - (text == ")")
    return token.text


def _argument(reader: Reader, cls: type[Layer] | None, name: str) -> Any:
    """The value of an argument of a layer; nearly always a single word, for which no operators are searched."""
    second = reader.second
    if second.text in _ENDS and reader.next.kind in ("int", "name"):
        return reader.atom("exact")
    _refuse_cross(reader, cls, name)
    division = _division(cls, name)
    if reader.next.kind == "int" and second.text[:1] in ("x", "X") and second.text[1:].isdecimal():
        sizes = f"{reader.next.text}, {second.text[1:]}"
        raise reader.error(f"write ({sizes}) for one number along each axis; a cross stands between sizes of an input")
    if reader.next.text == "(" and reader.source[reader.next.at] == "[":
        start = reader.position
        value = reader.atom(division)
        if reader.next.text in _ENDS:
            return value if isinstance(value, tuple) else (value,)
        reader.position = start  # the bracket is part of an expression
    return reader.sum(division)
