"""Python's own functions, the methods of its values, and the parts of its library that networks use."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shapecalc.algebra import Int, maximum, minimum
from shapecalc.algebra.expr import Expr
from shapecalc.errors import did_you_mean
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.operators import BINARY, binary, rounded_up, truncated
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.torch import rules
from shapecalc.formats.source.values import (
    MODULE,
    Bound,
    Class,
    ComputedAttribute,
    Container,
    Fields,
    Instance,
    LayerObject,
    Library,
    Native,
    Partial,
    ProgramFunction,
    Ratio,
    Static,
    Super,
    Tensor,
    Unknown,
    Value,
    Variables,
    name_set,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

Rule = Callable[..., Value]

#: The functions of Python, and those of its library by their full names.
FUNCTIONS: dict[str, Rule] = {}


def function(*paths: str) -> Callable[[Rule], Rule]:
    """Declare the rule of a function of Python under its full names."""

    def declared(rule: Rule) -> Rule:
        FUNCTIONS.update(dict.fromkeys(paths, rule))
        return rule

    return declared


@function("builtins.len")
def _len(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return value.shape[0] if value.shape else Unknown("the length of a tensor", line_of(node))
    if isinstance(value, Container):
        return Unknown("the length of a container", line_of(node)) if value.open else len(value.children)
    if isinstance(value, Instance):
        method = value.cls.find("__len__")
        return reader.call(Bound(method, value), [], {}, node) if method else Unknown("len", line_of(node))
    if isinstance(value, str | bytes | tuple | list | dict | set | frozenset | range):
        return len(value)
    raise Fault("type", "len() is asked of what has no length.", node, type_="TypeError")


@function("builtins.range")
def _range(reader: Interpreter, node: ast.AST, *bounds: Value) -> Value:
    unknown = next((bound for bound in bounds if isinstance(bound, Unknown)), None)
    if unknown is not None:
        return unknown
    if any(isinstance(bound, Expr) for bound in bounds):
        return Unknown("a range up to a size in letters", line_of(node))
    try:
        return range(*bounds)
    except (TypeError, ValueError) as refused:
        raise Fault("type", f"{refused}.", node, type_="TypeError") from None


@function("builtins.enumerate")
def _enumerate(reader: Interpreter, node: ast.AST, iterable: Value, start: int = 0) -> Value:
    if isinstance(iterable, Unknown):
        return iterable
    return [*enumerate(reader.iterate(iterable, node), start)]


@function("builtins.zip", "itertools.zip_longest")
def _zip(reader: Interpreter, node: ast.AST, *iterables: Value, strict: bool = False) -> Value:
    unknown = next((each for each in iterables if isinstance(each, Unknown)), None)
    return unknown or [*zip(*[[*reader.iterate(each, node)] for each in iterables], strict=False)]


@function("builtins.map")
def _map(reader: Interpreter, node: ast.AST, callee: Value, *iterables: Value) -> Value:
    rows = _zip(reader, node, *iterables)
    return rows if isinstance(rows, Unknown) else [reader.call(callee, [*row], {}, node) for row in rows]


@function("builtins.filter")
def _filter(reader: Interpreter, node: ast.AST, callee: Value, iterable: Value) -> Value:
    items = [*reader.iterate(iterable, node)]
    return [
        each for each in items if reader.test(each if callee is None else reader.call(callee, [each], {}, node), node)
    ]


@function("builtins.list", "builtins.iter")
def _list(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else [*reader.iterate(iterable, node)]


@function("builtins.tuple", "torch.Size")
def _tuple(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else tuple(reader.iterate(iterable, node))


@function("builtins.set", "builtins.frozenset")
def _set(reader: Interpreter, node: ast.AST, iterable: Value = ()) -> Value:
    return iterable if isinstance(iterable, Unknown) else {*reader.iterate(iterable, node)}


@function("builtins.dict", "collections.OrderedDict")
def _dict(reader: Interpreter, node: ast.AST, pairs: Value = (), **more: Value) -> Value:
    if isinstance(pairs, Unknown):
        return pairs
    entries = dict(pairs) if isinstance(pairs, dict) else {}
    if not isinstance(pairs, dict):
        for pair in reader.iterate(pairs, node):
            key, value = reader.iterate(pair, node)
            entries[key] = value
    return {**entries, **more}


@function("builtins.reversed")
def _reversed(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return iterable if isinstance(iterable, Unknown) else [*reader.iterate(iterable, node)][::-1]


@function("builtins.sorted")
def _sorted(reader: Interpreter, node: ast.AST, iterable: Value, *, key: Value = None, reverse: bool = False) -> Value:
    items = [*reader.iterate(iterable, node)]
    keys = items if key is None else [reader.call(key, [each], {}, node) for each in items]
    try:
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=reverse)
    except TypeError:
        return Unknown("sorted", line_of(node))
    return [items[place] for place in order]


@function("builtins.sum", "numpy.sum")
def _sum(reader: Interpreter, node: ast.AST, iterable: Value, start: Value = 0) -> Value:
    if isinstance(iterable, Unknown):
        return iterable
    total = start
    for each in reader.iterate(iterable, node):
        total = binary(reader, BINARY[ast.Add], total, each, node)
    return total


def _extreme(
    reader: Interpreter, node: ast.AST, args: tuple[Value, ...], letters: Rule, known: Rule, **named: Value
) -> Value:
    items = args if len(args) > 1 else [*reader.iterate(args[0], node)]
    unknown = next((each for each in items if isinstance(each, Unknown | Tensor)), None)
    if unknown is not None or named.get("key") is not None:
        return unknown if isinstance(unknown, Unknown) else Unknown("max or min with a key", line_of(node))
    if not items:
        if "default" in named:
            return named["default"]
        raise Fault("type", "There is nothing of which to take the largest or smallest.", node, type_="ValueError")
    if any(isinstance(each, Expr) for each in items):
        if not all(isinstance(each, Int) for each in items):
            return Unknown("max or min", line_of(node))
        best = items[0]
        for each in items[1:]:
            best = letters(best, each)
        return best
    try:
        return known(items)
    except TypeError as refused:
        raise Fault("type", f"{refused}.", node, type_="TypeError") from None


@function("builtins.max", "numpy.maximum")
def _max(reader: Interpreter, node: ast.AST, *args: Value, **named: Value) -> Value:
    return _extreme(reader, node, args, maximum, max, **named)


@function("builtins.min", "numpy.minimum")
def _min(reader: Interpreter, node: ast.AST, *args: Value, **named: Value) -> Value:
    return _extreme(reader, node, args, minimum, min, **named)


@function("builtins.all")
def _all(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return (
        iterable if isinstance(iterable, Unknown) else all(reader.test(x, node) for x in reader.iterate(iterable, node))
    )


@function("builtins.any")
def _any(reader: Interpreter, node: ast.AST, iterable: Value) -> Value:
    return (
        iterable if isinstance(iterable, Unknown) else any(reader.test(x, node) for x in reader.iterate(iterable, node))
    )


@function("builtins.int", "math.floor", "numpy.floor", "math.trunc", "numpy.int64", "numpy.int32")
def _int(reader: Interpreter, node: ast.AST, value: Value = 0) -> Value:
    match value:
        case Ratio():
            return truncated(value)
        case Expr() | Unknown():
            return value
        case Tensor():
            return Unknown("a number taken from a tensor", line_of(node))
    return _number(int, value, node)


@function("math.ceil", "numpy.ceil")
def _ceil(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Ratio):
        return rounded_up(value)
    return value if isinstance(value, Expr | Unknown) else _number(math.ceil, value, node)


@function("builtins.float", "numpy.float32", "numpy.float64")
def _float(reader: Interpreter, node: ast.AST, value: Value = 0.0) -> Value:
    return value if isinstance(value, Expr | Unknown | Ratio | Tensor) else _number(float, value, node)


@function("builtins.round")
def _round(reader: Interpreter, node: ast.AST, value: Value, digits: int | None = None) -> Value:
    if isinstance(value, Expr | Unknown):
        return value
    if isinstance(value, Ratio):
        return Unknown("a rounded quotient of sizes", line_of(node))
    return _number(lambda number: round(number, digits), value, node)


@function("builtins.abs", "math.fabs", "numpy.abs")
def _abs(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return value if isinstance(value, Expr | Unknown | Tensor) else _number(abs, value, node)


def _number(compute: Callable[[Any], Any], value: Value, node: ast.AST) -> Value:
    try:
        return compute(value)
    except (TypeError, ValueError, OverflowError) as refused:
        raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None


@function("builtins.bool")
def _bool(reader: Interpreter, node: ast.AST, value: Value = None) -> Value:
    return value if isinstance(value, Unknown) else reader.test(value, node)


@function("builtins.str", "builtins.repr")
def _str(reader: Interpreter, node: ast.AST, value: Value = "") -> Value:
    return (
        str(value)
        if isinstance(value, bool | int | float | str | None)
        else Unknown("the text of an object", line_of(node))
    )


@function("builtins.divmod")
def _divmod(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return tuple(binary(reader, BINARY[kind], left, right, node) for kind in (ast.FloorDiv, ast.Mod))


@function("builtins.pow", "math.pow", "numpy.power")
def _pow(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Pow], left, right, node)


@function("builtins.print", "warnings.warn", "builtins.input", "warnings.filterwarnings")
def _nothing(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    return None


@function("builtins.callable")
def _callable(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    return isinstance(value, ProgramFunction | Native | Bound | Class | LayerObject | Container | Partial | Instance)


@function("builtins.type")
def _type(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    return value.cls if isinstance(value, Instance) else Unknown("type()", line_of(node))


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
    "builtins.int": (int, Expr),
    "builtins.float": (float, Ratio),
    "builtins.bool": (bool,),
    "builtins.str": (str,),
    "builtins.list": (list,),
    "builtins.tuple": (tuple,),
    "builtins.dict": (dict,),
    "builtins.set": (set,),
    "collections.OrderedDict": (dict,),
    "collections.abc.Iterable": (list, tuple, dict, set, str, range, Container),
    "collections.abc.Sequence": (list, tuple, str, range),
    "collections.abc.Callable": (ProgramFunction, Native, Bound, Class, LayerObject, Container, Partial),
    "torch.Tensor": (Tensor,),
    "torch.nn.Parameter": (Tensor,),
    "torch.nn.ModuleList": (Container,),
    "torch.nn.ModuleDict": (Container,),
    "torch.nn.Sequential": (Container,),
    "numpy.ndarray": (),
}


def _is_a(value: Value, kind: Value, node: ast.AST) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(kind, Class):
        if kind is MODULE:
            return isinstance(value, LayerObject | Container) or (isinstance(value, Instance) and value.is_module)
        return isinstance(value, Instance) and value.cls.inherits(kind)
    if isinstance(kind, Native) and kind.path in _TYPES:
        if isinstance(value, Container):
            return Container in _TYPES[kind.path] and kind.path in {
                f"torch.nn.{value.type}",
                "collections.abc.Iterable",
            }
        return isinstance(value, _TYPES[kind.path])
    if isinstance(kind, Native) and kind.path.startswith("torch.nn."):
        return isinstance(value, LayerObject) and f"torch.nn.{value.type}" == kind.path
    return Unknown("isinstance", line_of(node))


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


@function("builtins.hasattr")
def _hasattr(reader: Interpreter, node: ast.AST, value: Value, name: Value) -> Value:
    try:
        member = _getattr(reader, node, value, name)
    except Fault as fault:
        if fault.code == "attribute":
            return False
        raise
    if isinstance(member, Unknown):
        return False if isinstance(value, LayerObject) else member
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


@function("functools.reduce")
def _reduce(reader: Interpreter, node: ast.AST, callee: Value, iterable: Value, *start: Value) -> Value:
    items = [*start, *reader.iterate(iterable, node)]
    value = items[0]
    for each in items[1:]:
        value = reader.call(callee, [value, each], {}, node)
    return value


@function("operator.mul")
def _times(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Mult], left, right, node)


@function("operator.add")
def _plus(reader: Interpreter, node: ast.AST, left: Value, right: Value) -> Value:
    return binary(reader, BINARY[ast.Add], left, right, node)


@function("math.prod", "numpy.prod")
def _prod(reader: Interpreter, node: ast.AST, iterable: Value, start: Value = 1) -> Value:
    if isinstance(iterable, Unknown):
        return iterable
    for each in reader.iterate(iterable, node):
        start = _times(reader, node, start, each)
    return start


@function("itertools.chain", "itertools.chain.from_iterable")
def _chain(reader: Interpreter, node: ast.AST, *iterables: Value) -> Value:
    return [each for iterable in iterables for each in reader.iterate(iterable, node)]


@function("itertools.product")
def _product(reader: Interpreter, node: ast.AST, *iterables: Value) -> Value:
    rows: list[tuple[Value, ...]] = [()]
    for iterable in iterables:
        items = [*reader.iterate(iterable, node)]
        if len(rows) * len(items) > MAX_LENGTH:
            return reader.run.unknown("a product of that many", node)
        rows = [(*row, each) for row in rows for each in items]
    return rows


@function("types.SimpleNamespace", "argparse.Namespace", "easydict.EasyDict")
def _fields(reader: Interpreter, node: ast.AST, **attributes: Value) -> Value:
    return Fields(dict(attributes))


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


#: Functions of one number, computed where it is known.
_NUMERIC = (
    "sqrt",
    "log",
    "log2",
    "log10",
    "exp",
    "sin",
    "cos",
    "tan",
    "tanh",
    "radians",
    "isnan",
    "gcd",
    "log1p",
    "atan",
    "comb",
)
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None, "tau": math.tau}


def _numeric(name: str) -> Rule:
    compute = getattr(math, name)

    def rule(reader: Interpreter, node: ast.AST, *values: Value) -> Value:
        if all(isinstance(value, bool | int | float) for value in values):
            return _number(lambda numbers: compute(*numbers), values, node)
        return next((value for value in values if isinstance(value, Unknown)), None) or Unknown(
            f"{name}()", line_of(node)
        )

    return rule


def library(path: str, line: int) -> Value:
    """What stands in a library under a full name."""
    path = rules.full_name(path)
    if path == "torch.nn.Module":
        return MODULE
    if path in FUNCTIONS:
        return Native(path, FUNCTIONS[path])
    rule = rules.find(path)
    if rule is not None:
        return rule
    root, _, name = path.rpartition(".")
    if root in {"math", "numpy"}:
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _NUMERIC:
            return Native(path, _numeric(name))
    if rules.is_library(path):
        return Library(path)
    return Unknown(path, line)


BUILTINS: dict[str, Value] = {
    path.removeprefix("builtins."): Native(path, rule)
    for path, rule in FUNCTIONS.items()
    if path.startswith("builtins.")
}
BUILTINS["object"] = Native("builtins.object", _nothing)


#: Methods that need no rule: they compute on known values, and change nothing.
_PURE: dict[type, frozenset[str]] = {
    str: name_set(
        "lower upper strip lstrip rstrip split rsplit startswith endswith replace join title capitalize find count "
        "index isdigit isalpha partition rpartition removeprefix removesuffix zfill splitlines"
    ),
    tuple: frozenset({"index", "count"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
    range: frozenset({"index", "count"}),
}


def method(value: Value, name: str, node: ast.AST) -> Value:
    """A method of one of Python's own values."""
    if isinstance(value, Expr):
        return Unknown(f"the method {name} of a size", line_of(node))
    if isinstance(value, tuple) and name == "numel":
        return Native("torch.Size.numel", lambda reader, node: _prod(reader, node, value))
    kind = next(
        (each for each in (bool, int, float, str, list, dict, set, tuple, range) if isinstance(value, each)), None
    )
    if kind in (list, dict, set) and name in _CHANGING:
        return Native(f"{kind.__name__}.{name}", _changing(value, name))
    if kind is not None and name in _PURE.get(kind, ()):
        return Native(f"{kind.__name__}.{name}", _pure(value, name))
    if kind is None or hasattr(value, name):
        return Unknown(f"the attribute {name}", line_of(node))
    what = "None" if value is None else f"a {kind.__name__}"
    hint = did_you_mean(name, [each for each in dir(value) if not each.startswith("_")])
    raise Fault("attribute", f"{what} has no attribute {name}{hint}.", node, type_="AttributeError")


def _pure(value: Any, name: str) -> Rule:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        unknown = next((each for each in args if isinstance(each, Unknown | Expr)), None)
        nested = next((x for each in args if isinstance(each, list) for x in each if not isinstance(x, str)), None)
        if unknown is not None or nested is not None:
            return unknown if isinstance(unknown, Unknown) else Unknown(f"the method {name}", line_of(node))
        if _grows(value, args):
            return Unknown("a text that grows beyond the bounds", line_of(node))
        try:
            return getattr(value, name)(*args, **kwargs)
        except (TypeError, ValueError) as refused:
            raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None

    return rule


def _grows(value: Any, args: tuple[Value, ...]) -> bool:
    """Whether a method of a text may make one that is too long."""
    if not isinstance(value, str):
        return False
    longest = max([1, *[len(each) for each in args if isinstance(each, str)]])
    numbers = sum(abs(each) for each in args if isinstance(each, int))
    joined = sum(len(each) + len(value) for row in args if isinstance(row, list | tuple) for each in row)
    return len(value) * longest + numbers + joined > MAX_LENGTH


#: The methods of lists, dicts and sets.
_CHANGING = name_set(
    "append extend insert pop remove clear reverse copy index count keys values items get update setdefault add "
    "discard union popitem move_to_end sort"
)


def _changing(value: Any, name: str) -> Rule:
    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        if name in {"keys", "values", "items"}:
            return [*getattr(value, name)()]
        if name == "extend" and args:
            args = ([*reader.iterate(args[0], node)],)
        if name == "sort" or (name == "update" and args and not isinstance(args[0], dict)):
            return reader.run.unknown(f"the method {name}", node)
        if len(value) > MAX_LENGTH:
            return reader.run.unknown("a list of that many", node)
        try:
            return getattr(value, name)(*args, **kwargs)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as refused:
            raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None

    return rule


def container_method(value: Container, name: str, node: ast.AST) -> Value:
    """A method of Sequential, ModuleList or ModuleDict."""
    if name == "append":
        return Native("append", lambda reader, node, module: _append(value, [module]))
    if name == "extend":
        return Native("extend", lambda reader, node, modules: _append(value, [*reader.iterate(modules, node)]))
    if name == "insert":
        return Native("insert", lambda reader, node, place, module: _insert(value, place, module))
    if name in {"keys", "values", "items"}:
        return Native(name, lambda reader, node: [*getattr(value.children, name)()])
    if name == "update":
        return Native(name, lambda reader, node, modules: value.children.update(modules))
    return Unknown(f"{value.type}.{name}", line_of(node))


def _append(value: Container, modules: list[Value]) -> Container:
    for module in modules:
        value.children[str(len(value.children))] = module
        value.open = value.open or isinstance(module, Unknown)
    return value


def _insert(value: Container, place: int, module: Value) -> None:
    modules = value.items
    modules.insert(place, module)
    value.children = {str(number): each for number, each in enumerate(modules)}


#: Decorators that leave a function as it is.
_PLAIN = {
    "no_grad",
    "inference_mode",
    "wraps",
    "lru_cache",
    "cache",
    "abstractmethod",
    "script",
    "export",
    "ignore",
    "unused",
    "overload",
    "autocast",
    "script_method",
    "custom_fwd",
    "property.setter",
    "torch_compile_disable",
    "compile",
}


def decorated(reader: Interpreter, decorator: ast.expr, value: Value, scope: Variables) -> Value:
    """What a decorator makes of a function."""
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    words = ast.unparse(callee)
    if words.endswith((".setter", ".deleter")):
        return scope.look_up(words.rpartition(".")[0])
    maker = reader.evaluate(decorator, scope)
    if (words.rpartition(".")[2] in _PLAIN or "register" in words) and not isinstance(maker, ProgramFunction):
        return value
    if isinstance(maker, Native | ProgramFunction | Bound | Partial):
        return reader.call(maker, [value], {}, decorator)
    return Unknown(f"@{words}", line_of(decorator))
