"""Functions of objects: their class, their attributes, and what wraps them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.python.rules import FUNCTIONS, function
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch import rules
from shapecalc.formats.source.values import (
    MODULE,
    Array,
    Bound,
    Class,
    ComputedAttribute,
    Container,
    Fields,
    Instance,
    LayerObject,
    Native,
    Partial,
    ProgramFunction,
    Ratio,
    Static,
    Super,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@function("builtins.str", "builtins.repr")
def _str(reader: Interpreter, node: ast.AST, value: Value = "") -> Value:
    return (
        str(value)
        if isinstance(value, bool | int | float | str | None)
        else Unknown("the text of an object", line_of(node))
    )


@function("builtins.print", "warnings.warn", "builtins.input", "builtins.object", "warnings.filterwarnings")
def _nothing(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    return None


@function("builtins.callable")
def _callable(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    return isinstance(value, ProgramFunction | Native | Bound | Class | LayerObject | Container | Partial | Instance)


@function("inspect.isfunction")
def _isfunction(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return value if isinstance(value, Unknown) else isinstance(value, ProgramFunction)


@function("inspect.isclass")
def _isclass(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    """Whether a value is a class: one of the program, or a layer of torch."""
    if isinstance(value, Unknown):
        return value
    return isinstance(value, Class) or (isinstance(value, Native) and value.path.rpartition(".")[2][:1].isupper())


@function("builtins.type")
def _type(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, LayerObject):
        return rules.find(f"torch.nn.{value.type}") or Unknown("type()", line_of(node))
    if isinstance(value, Class) or (isinstance(value, Native) and value.path.rpartition(".")[2][:1].isupper()):
        return Native("builtins.type", _type)
    if isinstance(value, ProgramFunction):
        return Native("types.FunctionType", _type)
    path = next((path for path, kinds in _TYPES.items() if isinstance(value, kinds)), "")
    if path in FUNCTIONS:
        return Native(path, FUNCTIONS[path])
    return Unknown("type()", line_of(node))


@function("builtins.id", "builtins.hash")
def _identity(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return Unknown("id()", line_of(node))


@function("builtins.isinstance", "builtins.issubclass")
def _isinstance(reader: Interpreter, node: ast.AST, value: Value, kinds: Value) -> Value:
    outcomes = [_is_a(value, kind, node) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if True in outcomes:
        return True
    return next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), False)


#: Python's types, by their full names.
_TYPES: dict[str, tuple[type, ...]] = {
    "builtins.bool": (bool,),
    "builtins.int": (int, Expr),
    "builtins.float": (float, Ratio),
    "builtins.str": (str,),
    "builtins.list": (list,),
    "builtins.tuple": (tuple,),
    "builtins.dict": (dict,),
    "builtins.set": (set,),
    "collections.OrderedDict": (dict,),
    "collections.abc.Iterable": (list, tuple, dict, set, str, range, Container),
    "collections.abc.Sequence": (list, tuple, str, range),
    "collections.abc.Callable": (ProgramFunction, Native, Bound, Class, LayerObject, Container, Partial),
    "functools.partial": (Partial,),
    "torch.Tensor": (Tensor,),
    "torch.nn.Parameter": (Tensor,),
    "torch.nn.ModuleList": (Container,),
    "torch.nn.ModuleDict": (Container,),
    "torch.nn.Sequential": (Container,),
    "numpy.ndarray": (Array,),
}


#: Where typing's names of kinds of collections come from.
_ABSTRACT = "collections.abc."


def _is_a(value: Value, kind: Value, node: ast.AST) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(kind, Class):
        if kind is MODULE:
            return isinstance(value, LayerObject | Container) or (isinstance(value, Instance) and value.is_module)
        return isinstance(value, Instance) and value.cls.inherits(kind)
    path = kind.path if isinstance(kind, Native) else getattr(kind, "construct", "").replace("typing.", _ABSTRACT)
    if path in _TYPES:
        if isinstance(value, Container):
            return Container in _TYPES[path] and path in {f"torch.nn.{value.type}", "collections.abc.Iterable"}
        return isinstance(value, _TYPES[path])
    if isinstance(kind, Native) and kind.path.startswith("torch.nn."):
        if isinstance(value, Instance):
            return any(each.node is None and f"torch.nn.{each.name}" == kind.path for each in value.cls.order)
        return isinstance(value, LayerObject) and f"torch.nn.{value.type}" == kind.path
    return Unknown("isinstance", line_of(node))


def run_text(reader: Interpreter, node: ast.AST, *_: Value) -> Value:
    """``exec``: a text that is run may set anything, so that nothing behind it is certain."""
    raise Stuck("exec", line_of(node))


@function("builtins.getattr")
def _getattr(reader: Interpreter, node: ast.AST, value: Value, name: Value, *default: Value) -> Value:
    if not isinstance(name, str):
        return Unknown("getattr", line_of(node))
    try:
        return reader.attribute(value, name, node)
    except Fault as fault:
        if default and fault.code == "attribute":
            return default[0]
        raise


def _is_closed(value: Value) -> bool:
    return isinstance(value, Container) and not value.open


@function("builtins.hasattr")
def _hasattr(reader: Interpreter, node: ast.AST, value: Value, name: Value) -> Value:
    try:
        member = _getattr(reader, node, value, name)
    except Fault as fault:
        if fault.code == "attribute":
            return False
        raise
    if isinstance(member, Unknown):
        return False if isinstance(value, LayerObject) or _is_closed(value) else member
    return True


@function("builtins.setattr")
def _setattr(reader: Interpreter, node: ast.AST, value: Value, name: Value, entry: Value) -> Value:
    if not isinstance(name, str):
        return reader.run.unknown("setattr", node)
    return reader.set_attribute(value, name, entry, node)


@function("builtins.super")
def _super(reader: Interpreter, node: ast.AST, cls: Value = None, receiver: Value = None) -> Value:
    if not isinstance(cls, Class) or not isinstance(receiver, Instance | Class):
        return Unknown("super()", line_of(node))
    return Super(cls, receiver)


@function("builtins.property", "functools.cached_property")
def _property(reader: Interpreter, node: ast.AST, getter: Value) -> Value:
    return ComputedAttribute(getter)


@function("builtins.staticmethod")
def _static(reader: Interpreter, node: ast.AST, callee: Value) -> Value:
    return Static(callee)


@function("builtins.classmethod")
def _of_class(reader: Interpreter, node: ast.AST, callee: Value) -> Value:
    return Static(callee, takes_class=True)


@function("functools.partial")
def _partial(reader: Interpreter, node: ast.AST, callee: Value, *args: Value, **kwargs: Value) -> Value:
    return Partial(callee, args, kwargs)


@function("types.SimpleNamespace", "argparse.Namespace", "easydict.EasyDict")
def _fields(reader: Interpreter, node: ast.AST, **attributes: Value) -> Value:
    return Fields(dict(attributes))


@function("argparse.ArgumentParser")
def _parser(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    """A parser of the command line: what it parses has the defaults."""
    parsed = Fields({})

    def add(reader: Interpreter, node: ast.AST, *names: Value, **kwargs: Value) -> None:
        words = [name for name in names if isinstance(name, str)]
        long = next((word for word in words if word.startswith("--")), words[0] if words else "")
        name = kwargs.get("dest") or long.lstrip("-").replace("-", "_")
        is_needed = kwargs.get("required") or long[:1] != "-"
        value: Value = Unknown(f"the option {long}", line_of(node)) if is_needed else None
        if kwargs.get("action") in {"store_true", "store_false"}:
            value = kwargs["action"] == "store_false"
        parsed.attributes[name] = kwargs.get("default", value)

    def fill(reader: Interpreter, node: ast.AST, **kwargs: Value) -> None:
        parsed.attributes |= kwargs

    methods: dict[str, Value] = {
        "add_argument": add,
        "set_defaults": fill,
        "parse_args": lambda *args, **kwargs: parsed,
    }
    methods["parse_known_args"] = lambda *args, **kwargs: (parsed, [])
    parser = Fields({name: Native(f"argparse.ArgumentParser.{name}", rule) for name, rule in methods.items()})
    for name in ("add_argument_group", "add_mutually_exclusive_group"):
        parser.attributes[name] = Native(f"argparse.ArgumentParser.{name}", lambda *args, **kwargs: parser)
    return parser


@function("typing.cast")
def _cast(reader: Interpreter, node: ast.AST, kind: Value, value: Value) -> Value:
    return value


@function("collections.namedtuple", "typing.NamedTuple")
def _named_tuple(
    reader: Interpreter, node: ast.AST, name: Value, fields: Value = (), *args: Value, **kwargs: Value
) -> Value:
    if isinstance(fields, str):
        fields = fields.replace(",", " ").split()
    if not isinstance(fields, list | tuple) or not isinstance(name, str):
        return Unknown("a named tuple", line_of(node))
    names = [each if isinstance(each, str) else each[0] for each in fields]
    return Class(name, (), {"__annotated__": names, "__dataclass__": True})


@function("copy.copy", "copy.deepcopy")
def _copy(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return rules.copied(value)
