"""Calls: how arguments meet the parameters of a function, and what each kind of callable gives."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import TYPE_CHECKING

from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.classes import make_instance
from shapecalc.formats.source.faults import Fault, Return, Stuck, misnamed
from shapecalc.formats.source.nesting import count_parts
from shapecalc.formats.source.notes import TENSOR, Frame, Use
from shapecalc.formats.source.origins import LeafTensor
from shapecalc.formats.source.run import MAX_CALLS, line_of, overwrite
from shapecalc.formats.source.torch.activations import is_number
from shapecalc.formats.source.torch.containers import run_container
from shapecalc.formats.source.torch.forward import run_layer
from shapecalc.formats.source.torch.kinds import MAKERS, kind_made, refuse_kind
from shapecalc.formats.source.values import (
    Bound,
    Class,
    Container,
    Instance,
    LayerObject,
    Library,
    Making,
    Native,
    Partial,
    ProgramFunction,
    Static,
    Tensor,
    Unknown,
    Value,
    Variables,
    name_set,
)
from shapecalc.layers import Layer, Shape
from shapecalc.layers.opaque import ENTRYWISE, MIXING, Entrywise, Mixing

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def follow_call(  # noqa: C901  one case for each kind of callable
    reader: Interpreter, callee: Value, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """What a call gives.

    Raises:
        Fault: it fails.
    """
    match callee:
        case Native():
            return _native(reader, callee, [*args], kwargs, node)
        case Bound(function, receiver):
            return reader.call(function, [receiver, *args], kwargs, node)
        case ProgramFunction():
            return _function(reader, callee, args, kwargs, node)
        case Class():
            return make_instance(reader, callee, args, kwargs, node)
        case Partial(function, first, named):
            return reader.call(function, [*first, *args], {**named, **kwargs}, node)
        case Static(function):
            return reader.call(function, args, kwargs, node)
        case LayerObject():
            return run_layer(reader, callee, args, kwargs, node)
        case Container():
            return run_container(reader, callee, args, kwargs, node)
        case Instance():
            return _instance(reader, callee, args, kwargs, node)
        case Unknown():
            return _unknown(reader, callee, args, kwargs)
        case Library(path):
            raise Fault("type", f"{path} is a module and cannot be called.", node, type_="TypeError")
    name = "None" if callee is None else f"a {type(callee).__name__.lower()}"
    raise Fault(
        "type",
        f"{ast.unparse(getattr(node, 'func', node))} is {name}, which cannot be called.",
        node,
        type_="TypeError",
    )


def _unknown(reader: Interpreter, callee: Unknown, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What is not known gives what is not known; where a tensor goes in, a tensor may come out."""
    if any(isinstance(value, Tensor) for value in (*args, *kwargs.values())):
        reader.run.skip(callee)
    if "summary" in callee.construct:
        _note_summary(reader, callee.construct, args, kwargs)
    return callee


def _note_summary(reader: Interpreter, path: str, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Note the shape in a call of torchsummary, which has no batch, or of torchinfo, which has."""
    network = next((each for each in (*args, *kwargs.values()) if isinstance(each, Instance)), None)
    sizes = next((each for each in (*args, *kwargs.values()) if isinstance(each, tuple | list)), ())
    if network is not None and sizes and all(isinstance(size, int) for size in sizes):
        shape = tuple(sizes)[1:] if "torchinfo" in path else tuple(sizes)
        reader.run.uses.append(Use(network, (shape,)))


def _native(reader: Interpreter, callee: Native, args: list[Value], kwargs: dict[str, Value], node: ast.AST) -> Value:
    """The rule of a library's function, whose parameters are the function's own."""
    signature, counts = _signature(callee)
    keywords = kwargs
    if callee.path.startswith(_OF_TORCH):
        refuse_kind(reader.run.frame, callee.path.rpartition(".")[2], args, kwargs, node)
    if kwargs:
        kwargs = _as_named(signature, callee.path, kwargs)
    if kwargs or len(args) not in counts:
        try:
            signature.bind(reader, node, *args, **kwargs)
        except TypeError as refused:
            message = f"{callee.path}: {refused}."
            raise Fault("call", message, node, type_="TypeError") from None
    reader.run.step(node, _NATIVE)
    count_parts(reader.run, node, args, kwargs)
    is_constant = all(map(_is_constant, _tensors((args, kwargs))))  # what works in place may change that
    try:
        output = callee.rule(reader, node, *args, **kwargs)
    except ShapecalcError:
        raise
    except (TypeError, ValueError, AttributeError, LookupError):  # values of a kind that the rule does not expect
        return reader.run.unknown(f"{callee.path} of these values", node)
    count_parts(reader.run, node, output)
    if not is_constant or _is_random(reader, callee.path):
        _explain(reader, callee.path, [*args, *kwargs.values()], output, node)
    if callee.path.startswith(_OF_TORCH) and isinstance(output, Tensor):
        _settle_kind(reader, callee.path, args, keywords, output, node)
    receiver = args[0] if args else None
    if callee.path.endswith("_") and isinstance(receiver, Tensor):  # torch's names for what works in place
        overwrite(receiver, output)
    return output


def _settle_kind(
    reader: Interpreter, path: str, args: list[Value], kwargs: dict[str, Value], output: Tensor, node: ast.AST
) -> None:
    """Let what comes out of a function of torch have the kind of numbers that the function gives."""
    name, first = path.rpartition(".")[2], args[0] if args else None
    if output is first:
        return
    if name.endswith("_") and isinstance(first, Tensor):
        output.kind, output.making = first.kind, first.making
        return
    output.kind = kind_made(name, args, kwargs, output)
    if name in MAKERS or (name == "to" and isinstance(first, Tensor) and first.kind != output.kind):
        output.making = Making(node, reader.run.file, reader.run.frame, output.shape or ())
    elif name in _PASSING and isinstance(first, Tensor):
        output.making = first.making


#: Functions whose output is what they get, in another place or with another role.
_PASSING = name_set(
    "to cuda cpu Parameter Variable requires_grad_ contiguous clone detach zero_ normal_ uniform_ fill_"
)
#: What the full names of the functions begin with that give tensors.
_OF_TORCH = ("torch.", "Tensor.")
#: A call of a library's function takes about as long as so many steps.
_NATIVE = 3
#: A call of a function of the program likewise, and so many parameters in one more.
_CALL, _PARAMETERS = 3, 4
#: Names of arguments as NumPy has them, which torch takes too, and as torch's own functions call them.
_AS_NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "x2": "other"}
#: Arguments of torch's functions that have no effect on shapes.
_WITHOUT_SHAPE = name_set("out dtype device layout requires_grad pin_memory memory_format generator non_blocking")


def _as_named(signature: inspect.Signature, path: str, kwargs: dict[str, Value]) -> dict[str, Value]:
    """Arguments by the names that a rule has for them."""
    names = signature.parameters
    if not path.startswith(("torch.", "Tensor.")) or any(each.kind is each.VAR_KEYWORD for each in names.values()):
        return kwargs
    renamed = {key if key in names else _AS_NUMPY.get(key, key): value for key, value in kwargs.items()}
    return {key: value for key, value in renamed.items() if key in names or key not in _WITHOUT_SHAPE}


def _tensors(value: Value, depth: int = 4) -> Iterator[Tensor]:
    """The tensors in tuples, lists and dicts, which may hold themselves."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list | dict) and depth:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tensors(each, depth - 1)


def _explain(reader: Interpreter, path: str, arguments: list[Value], output: Value, node: ast.AST) -> None:
    """Note of tensors that a rule makes by their shape alone what makes them: a function of each entry, or no layer."""
    layer = _shape_alone(path.rpartition(".")[2].rstrip("_"), arguments)
    tensors = [each for each in arguments if isinstance(each, Tensor)]
    is_single = isinstance(output, Tensor) and output.made is None and output.shape is not None
    if is_single and layer is not None and all(tensor.shape is not None for tensor in tensors):
        output.made = reader.run.drawn(layer, tensors, output.shape, node).made
    for each in _tensors(output):
        if each.made is None:
            each.made = reader.run.unfollowed(path, node)


def _shape_alone(name: str, arguments: list[Value]) -> Layer | None:
    """The layer of a function that keeps every size, or stretches several tensors to one; None for another one."""
    tensors = [each for each in arguments if isinstance(each, Tensor)]
    if len(tensors) != len([*_tensors(arguments)]):
        return None  # some of them stand in a list
    if name in MIXING and len(tensors) == 1:
        return Mixing(name)
    numbers = tuple([each for each in arguments if is_number(each)]) if len(tensors) == 1 else ()
    return Entrywise(name, *([numbers] if numbers else ())) if name in ENTRYWISE and tensors else None


def _is_constant(tensor: Tensor) -> bool:
    return isinstance(tensor.origin, LeafTensor) and tensor.origin.is_constant


def _is_random(reader: Interpreter, path: str) -> bool:
    """Whether a function gives other numbers in each call of forward."""
    return bool(reader.run.owners) and path.rpartition(".")[2].startswith(_RANDOM)


#: What the names of functions begin with that give random numbers.
_RANDOM = ("rand", "normal", "bernoulli", "multinomial")


def _signature(callee: Native) -> tuple[inspect.Signature, range]:
    """The parameters of a rule, which are those of every function with the same code; see also :func:`_counts`."""
    code = getattr(callee.rule, "__code__", None)
    if code in _SIGNATURES:
        return _SIGNATURES[code]
    signature = inspect.signature(callee.rule)
    parameters = signature, _counts(signature)
    if code is not None:
        _SIGNATURES[code] = parameters
    return parameters


def _counts(signature: inspect.Signature) -> range:
    """How many arguments without names a rule surely takes, besides the reader and the place."""
    least, most = 0, 0
    for each in signature.parameters.values():
        required = each.default is each.empty
        if each.kind is each.POSITIONAL_OR_KEYWORD:
            least, most = least + required, most + 1
        elif each.kind is each.VAR_POSITIONAL:
            most = sys.maxsize
        elif each.kind is each.KEYWORD_ONLY and required:
            return range(0)
    return range(least - 2, most - 1)


#: The parameters of each rule, by its code: as many as there are rules.
_SIGNATURES: dict[CodeType | None, tuple[inspect.Signature, range]] = {}


def _instance(
    reader: Interpreter, callee: Instance, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """A call of a module is one of its forward."""
    method = callee.cls.find("__call__") or (callee.cls.find("forward") if callee.is_module else None)
    if method is None:
        if not callee.cls.is_whole():
            return reader.run.unknown(f"a call of {callee.cls.name}", node)
        missing = "has no forward" if callee.is_module else "cannot be called"
        raise Fault("forward", f"{callee.cls.name} {missing}.", node, type_="NotImplementedError")
    if not callee.is_module:
        return reader.call(Bound(method, callee), args, kwargs, node)
    run = reader.run
    if isinstance(method, Static):
        return run.unknown("a forward that is static", node)
    if isinstance(method, ProgramFunction) and (construct := _no_value(method.node)):
        return run.unknown(construct, method.node)
    if not run.owners:
        _note_use(reader, callee, args, kwargs)
    run.owners.append(callee)
    try:
        return reader.call(Bound(method, callee), args, kwargs, node)
    finally:
        run.owners.pop()


@remember()
def _no_value(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> str:
    """Why a call of a method gives no tensor but something that is yet to be run; "" where it does give one."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "an asynchronous forward"
    yields = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))
    return "a forward that yields" if yields else ""


def _note_use(reader: Interpreter, network: Instance, args: list[Value], kwargs: Mapping[str, Value]) -> None:
    """Note with which shapes the program runs a network, and with which other arguments."""
    named = [*[("", each) for each in args], *kwargs.items()]
    tensors = [each for _, each in named if isinstance(each, Tensor)]
    arguments = tuple([(name, TENSOR if isinstance(each, Tensor) else each) for name, each in named])
    constants = all(
        each is TENSOR or each is None or isinstance(each, bool | int | float | str) for _, each in arguments
    )
    known = all(each.shape and _is_numbered(each.shape) for each in tensors)
    if tensors and constants and known and len({(each.shape or ())[0] for each in tensors}) == 1:  # the batch
        shapes = tuple([(each.shape or ())[1:] for each in tensors])
        reader.run.uses.append(Use(network, shapes, arguments))


def _is_numbered(shape: Shape) -> bool:
    return all(isinstance(size, int) for size in shape)


def _function(
    reader: Interpreter, function: ProgramFunction, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> Value:
    """The body of a function of the program, with its arguments."""
    run = reader.run
    if run.depth >= MAX_CALLS:
        raise Stuck(f"calls within calls, more than {MAX_CALLS} deep", line_of(node))
    run.step(node, _CALL + len(function.node.args.args) // _PARAMETERS)
    names = _bind(function, args, kwargs, node)
    scope = Variables(names, function.scope)
    parameters = [*function.node.args.posonlyargs, *function.node.args.args]
    if function.owner is not None and parameters:
        names["__receiver__"] = names[parameters[0].arg]
        names["__class__"] = function.owner
    outer, run.file, run.depth = run.file, function.file, run.depth + 1
    run.frame = frame = Frame(function, node, outer, run.frame)
    try:
        value = _body(reader, function, scope)
    except Fault as fault:
        fault.file = fault.file or run.file
        fault.calls.append((node, outer))
        raise
    finally:
        run.file, run.depth, run.frame = outer, run.depth - 1, frame.outer
    count_parts(run, node, value)
    return value


def _body(reader: Interpreter, function: ProgramFunction, scope: Variables) -> Value:
    if isinstance(function.node, ast.Lambda):
        return reader.evaluate(function.node.body, scope)
    try:
        reader.execute(function.node.body, scope)
    except Return as returned:
        return scope.names.get("__yielded__", returned.value)
    return scope.names.get("__yielded__")


def _bind(function: ProgramFunction, args: list[Value], kwargs: dict[str, Value], node: ast.AST) -> dict[str, Value]:
    """The variables of a call, as Python binds them.

    Raises:
        Fault: an argument is missing, or there is one too many.
    """
    signature = function.node.args
    positional = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    named = {*[argument.arg for argument in (*signature.args, *signature.kwonlyargs)]}
    names: dict[str, Value] = dict(zip(positional, args, strict=False))
    extra = args[len(positional) :]
    if signature.vararg is not None:
        names[signature.vararg.arg] = tuple(extra)
    elif extra:
        takes = len(positional) - (function.owner is not None)
        message = (
            f"{function.name}() takes {takes} arguments but {len(args) - (function.owner is not None)} were given."
        )
        raise Fault("call", message, node, type_="TypeError")
    rest: dict[str, Value] = {}
    for name, value in kwargs.items():
        if name in names and name in named:
            raise Fault("call", f"{function.name}() got two values for {name}.", node, type_="TypeError")
        (names if name in named else rest)[name] = value
    if signature.kwarg is not None:
        names[signature.kwarg.arg] = rest
    elif rest:
        name = next(iter(rest))
        raise misnamed("call", f"{function.name}() has no argument {name}", name, named, node, type_="TypeError")
    missing = [
        name
        for name in (*positional, *[argument.arg for argument in signature.kwonlyargs])
        if name not in names and name not in function.defaults
    ]
    if missing:
        raise Fault("call", f"{function.name}() needs a value for {', '.join(missing)}.", node, type_="TypeError")
    return {**function.defaults, **names}
