"""Objects that stand for arguments: what they are made of, as one reading of a program has them, and as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, final

from shapecalc.formats.source.mentions import mentioned
from shapecalc.formats.source.python.names import library
from shapecalc.formats.source.values import Fields, Native, Unknown, Value, Variables

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@final
class MadeObject(NamedTuple):
    """An object of a class of the program, with the arguments that make it."""

    name: str
    arguments: Mapping[str, Value]


@final
class MadeFields(NamedTuple):
    """An object with attributes, or a dict where ``is_table``."""

    attributes: Mapping[str, Value]
    is_table: bool = False


def names_needed(value: Value) -> Iterator[str]:
    """The names of the file that a value mentions."""
    match value:
        case MadeObject(name, arguments):
            yield name
            for entry in arguments.values():
                yield from names_needed(entry)
        case MadeFields(attributes):
            for entry in attributes.values():
                yield from names_needed(entry)
        case list():
            for entry in value:
                yield from names_needed(entry)
        case ast.expr():
            yield from mentioned(value)


def realized(reader: Interpreter, scope: Variables, value: Value) -> Value:
    """A value as one reading of the program has it, with objects of its own."""
    match value:
        case MadeObject(name, arguments):
            values = {key: realized(reader, scope, entry) for key, entry in arguments.items()}
            callee = library(f"torch.{name}", 0) if name.startswith("nn.") else scope.names.get(name)
            return reader.call(callee, [], values, getattr(callee, "node", None) or ast.Pass())
        case MadeFields(attributes, is_table):
            values = {key: realized(reader, scope, entry) for key, entry in attributes.items()}
            return values if is_table else Fields(values)
        case ast.expr():
            return reader.evaluate(value, scope)
        case list():
            return [realized(reader, scope, entry) for entry in value]
    return value


def shown(value: Value) -> str:
    """A value that stands for an argument, as a program would write it."""
    match value:
        case MadeObject(name, arguments):
            return f"{name}({', '.join(f'{key}={shown(entry)}' for key, entry in arguments.items())})"
        case MadeFields(attributes, is_table):
            inside = ", ".join(f"{key}={shown(entry)}" for key, entry in attributes.items())
            return f"dict({inside})" if is_table else f"SimpleNamespace({inside})"
        case ast.expr():
            return ast.unparse(value)
        case Native(path):
            return path.replace("torch.nn.", "nn.")
        case Unknown(construct):
            return construct.split(" ")[2] if construct.startswith("the argument ") else "..."
        case list():
            return f"[{', '.join(map(shown, value))}]"
    return repr(value) if isinstance(value, bool | int | float | str | None) else str(value)
