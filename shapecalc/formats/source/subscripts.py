"""What stands in brackets: items of lists, dicts, tuples, texts, containers of modules and tensors."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Fault, Stuck, misnamed
from shapecalc.formats.source.nesting import check_key, count_parts
from shapecalc.formats.source.origins import LeafTensor
from shapecalc.formats.source.run import MAX_LENGTH, line_of, overwrite
from shapecalc.formats.source.torch.elementwise import fits_into
from shapecalc.formats.source.torch.indexing import index
from shapecalc.formats.source.values import Array, Bound, Class, Container, Instance, Tensor, Unknown, Value

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def item(reader: Interpreter, value: Value, key: Value, node: ast.expr) -> Value:
    """The value at a key."""
    if isinstance(value, Tensor):
        return index(reader.run, value, key, node)
    unknown = next((each for each in (value, key) if isinstance(each, Unknown)), None)
    if unknown is not None:
        return unknown
    count_parts(reader.run, node, key)
    if isinstance(value, Container | Array):
        return _module(value, key, node) if isinstance(value, Container) else _number(reader, value, key, node)
    if isinstance(value, Instance):
        method = value.cls.find("__getitem__")
        return reader.call(Bound(method, value), [key], {}, node) if method else Unknown("brackets", line_of(node))
    if isinstance(value, dict):
        check_key(reader.run, node, key)
        return _entry(value, key, node)
    if isinstance(value, Class) or not isinstance(value, list | tuple | str | range | bytes):
        return Unknown("brackets", line_of(node))
    if isinstance(key, Expr) or (isinstance(key, slice) and any(isinstance(end, Expr | Unknown) for end in _ends(key))):
        return Unknown("an index in letters", line_of(node))
    if isinstance(value, tuple) and isinstance(key, tuple) and any(isinstance(each, Tensor) for each in value):
        message = "This is a tuple of tensors, which has one index; a recurrent layer gives its output and its state."
        raise Fault("type", message, node, type_="TypeError")
    try:
        part = value[key]
    except (IndexError, TypeError, ValueError) as refused:
        message = (
            f"There are {len(value)} items, and none at {key}." if isinstance(refused, IndexError) else f"{refused}."
        )
        raise Fault("index", message, node, type_=type(refused).__name__) from None
    count_parts(reader.run, node, part if isinstance(key, slice) else None)
    return part


def _number(reader: Interpreter, value: Array, key: Value, node: ast.expr) -> Value:
    """A number of an array, or several in a row."""
    if not isinstance(key, int | slice):
        return Unknown("brackets of an array", line_of(node))
    part = item(reader, value.numbers, key, node)
    return Array(part) if isinstance(part, tuple) else part


def _ends(key: slice) -> tuple[Value, ...]:
    return key.start, key.stop, key.step


def _entry(value: dict[Any, Value], key: Value, node: ast.expr) -> Value:
    if key in value:
        return value[key]
    if any(isinstance(each, Unknown) for each in value):
        return Unknown("a dict with keys that are not known", line_of(node))
    if isinstance(key, str):
        known = [each for each in value if isinstance(each, str)]
        raise misnamed("key", f"The dict has no key {key!r}", key, known, node, type_="KeyError")
    raise Fault("key", f"The dict has no key {key!r}.", node, type_="KeyError")


def _module(value: Container, key: Value, node: ast.expr) -> Value:
    """A module of a container, or the container of several."""
    if value.open:
        return Unknown(f"the modules of {value.type}", line_of(node))
    if value.type == "ModuleDict":
        return _entry(dict(value.children), key, node)
    if isinstance(key, slice):
        if any(isinstance(end, Expr) for end in _ends(key)):
            return Unknown("an index in letters", line_of(node))
        names = [*value.children][key]
        return Container(value.type, {name: value.children[name] for name in names}, value.place)
    if not isinstance(key, int):
        return Unknown("an index", line_of(node))
    if not -len(value.children) <= key < len(value.children):
        raise Fault(
            "index", f"nn.{value.type} has {len(value.children)} modules, and none at {key}.", node, type_="IndexError"
        )
    return value.items[key]


def set_item(reader: Interpreter, value: Value, key: Value, entry: Value, node: ast.expr) -> None:
    """Set the value at a key."""
    if isinstance(value, dict):
        check_key(reader.run, node, key)
    if isinstance(value, dict) or (isinstance(value, list) and isinstance(key, int | slice)):
        try:
            value[key] = _whole_items(reader, entry, node) if isinstance(key, slice) else entry
        except (IndexError, ValueError, TypeError) as refused:
            raise Fault("index", f"{refused}.", node, type_=type(refused).__name__) from None
        if len(value) > MAX_LENGTH:
            raise Stuck(f"a list of more than {MAX_LENGTH:,} items", line_of(node))
    elif isinstance(value, Container) and isinstance(key, int | str):
        value.children[str(key)] = entry
    elif isinstance(value, Tensor):
        _write_into(reader, value, key, entry, node)
    elif isinstance(value, Instance):
        method = value.cls.find("__setitem__")
        if method:
            reader.call(Bound(method, value), [key, entry], {}, node)
    elif not (isinstance(value, Unknown) and value.construct.startswith(_ELSEWHERE)):
        reader.run.unknown("an assignment in brackets", node)


#: What holds no value of a network: assignments to its parts change nothing that is followed.
_ELSEWHERE = ("os.", "sys.", "matplotlib.", "pandas.", "random.", "wandb.", "torch.backends.")


def _write_into(reader: Interpreter, value: Tensor, key: Value, entry: Value, node: ast.expr) -> None:
    """Write entries into a part of a tensor, which from then on comes from no layer."""
    part = index(reader.run, value, key, node)
    if isinstance(entry, Tensor) and isinstance(part, Tensor):
        fits_into(reader.run, entry, part, node)
    origins = [each.origin for each in (value, entry) if isinstance(each, Tensor)]
    if not all(isinstance(origin, LeafTensor) and origin.is_constant for origin in origins):
        made = reader.run.unfollowed("an assignment in brackets", node)
        overwrite(value, Tensor(value.shape, made=made))


def _whole_items(reader: Interpreter, entry: Value, node: ast.expr) -> Value:
    """What is written into a part of a list: items."""
    return entry if isinstance(entry, Tensor) else [*reader.iterate(entry, node)]


def delete_item(reader: Interpreter, value: Value, key: Value, node: ast.expr) -> None:
    """Take the value at a key away."""
    if isinstance(value, dict | list) and not isinstance(key, Unknown | Expr):
        check_key(reader.run, node, key) if isinstance(value, dict) else None
        try:
            del value[key]
        except (KeyError, IndexError, TypeError) as refused:
            raise Fault(
                "index", f"There is nothing at {key!r} to delete.", node, type_=type(refused).__name__
            ) from None
    elif isinstance(value, Container) and isinstance(key, int) and -len(value.children) <= key < len(value.children):
        modules = value.items
        del modules[key]
        value.children = {str(place): module for place, module in enumerate(modules)}
    else:
        reader.run.unknown("del", node)
