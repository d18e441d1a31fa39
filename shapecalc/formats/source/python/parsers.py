"""Parsers of command lines, whose options have the values that they have where none is given; fields of dataclasses."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from shapecalc.formats.source.faults import Stuck
from shapecalc.formats.source.python.rules import Rule, function
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.values import Fields, Instance, Native, Tensor, Unknown, Value

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: What an option without a default is where it is not given, by its action.
_FLAGS = {"store_true": False, "store_false": True}
#: Arguments that a parser takes for groups of options.
_GROUPS = ("add_argument_group", "add_mutually_exclusive_group")


@function("argparse.ArgumentParser")
def _parser(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    """A parser: an object with the methods that programs call."""
    options: dict[str, Value] = {}
    parser = Fields({})

    def add(reader: Interpreter, node: ast.AST, *flags: Value, **settings: Value) -> Value:
        name = settings.get("dest") or _name(flags)
        if isinstance(name, str):
            options[name] = _default(reader, name, flags, settings, node)

    def update(reader: Interpreter, node: ast.AST, **defaults: Value) -> Value:
        options.update(defaults)

    def group(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        return parser

    def parse(reader: Interpreter, node: ast.AST, args: Value = None, namespace: Value = None) -> Value:
        if args:
            return Unknown("arguments that the program itself parses", line_of(node))
        return Fields({**options})

    def parse_some(reader: Interpreter, node: ast.AST, args: Value = None, namespace: Value = None) -> Value:
        return parse(reader, node, args), []

    methods: dict[str, Rule] = {
        "add_argument": add,
        "set_defaults": update,
        "parse_args": parse,
        "parse_known_args": parse_some,
    }
    methods |= dict.fromkeys(_GROUPS, group)
    parser.attributes |= {name: Native(f"argparse.{name}", rule) for name, rule in methods.items()}
    return parser


def _name(flags: tuple[Value, ...]) -> Value:
    """The attribute of an option: its first long name, or else its first."""
    words = [flag for flag in flags if isinstance(flag, str)]
    chosen = next((word for word in words if word.startswith("--")), words[0] if words else "")
    return chosen.lstrip("-").replace("-", "_")


def _default(
    reader: Interpreter, name: str, flags: tuple[Value, ...], settings: dict[str, Value], node: ast.AST
) -> Value:
    """The value of an option that is not given."""
    is_positional = not str(flags[0] if flags else "").startswith("-")
    if "default" not in settings and (is_positional or settings.get("required") is True):
        return Unknown(f"the argument {name} of the command line", line_of(node))
    value = settings.get("default", _FLAGS.get(settings.get("action", "")))
    kind = settings.get("type")
    return reader.call(kind, [value], {}, node) if isinstance(value, str) and kind is not None else value


@final
@dataclass(frozen=True, eq=False)
class FieldFactory:
    """The default of a field that a function makes anew for each object."""

    factory: Value


@function("dataclasses.field")
def _field(
    reader: Interpreter, node: ast.AST, *, default: Value = None, default_factory: Value = None, **kwargs: Value
) -> Value:
    return default if default_factory is None else FieldFactory(default_factory)


@function("builtins.vars", "dataclasses.asdict")
def _attributes(reader: Interpreter, node: ast.AST, value: Value = None) -> Value:
    """The attributes of an object, by name; what is set among those of a module would register no layer."""
    if isinstance(value, Instance) and value.is_module:
        raise Stuck("vars() of a module", line_of(node))
    if isinstance(value, Fields | Instance):
        return value.attributes if isinstance(value, Fields) else {**value.attributes}
    return value if isinstance(value, Unknown) else Unknown("vars()", line_of(node))


@function("torch.cuda.is_available", "torch.backends.mps.is_available", "torch.cuda.is_bf16_supported")
def _no_device(reader: Interpreter, node: ast.AST) -> Value:
    """A program is read as it runs on the processor; where a tensor lies has no effect on its shape."""
    return False


@function("torch.cuda.device_count")
def _no_devices(reader: Interpreter, node: ast.AST) -> Value:
    return 0


@function("torch.is_tensor")
def _is_tensor(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return value if isinstance(value, Unknown) else isinstance(value, Tensor)
