"""Other expressions for a size: where a number does not do, because the same line makes several layers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, final

from shapecalc.checking.callers import places_of
from shapecalc.checking.proposals import argument_of, argument_repairs, replacement, swapped_arguments
from shapecalc.checking.verdict import Repair
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.origins import LeafTensor, Operation, Origin
from shapecalc.formats.source.programs import Source, parse
from shapecalc.formats.source.values import LayerObject, Making, Tensor, name_set
from shapecalc.layers import Shape

#: How many operations back from a tensor the layers are sought that settle its sizes.
FURTHEST = 40
#: How many layers, names beside an expression and steps between two sizes are tried.
LAYERS, NAMES, STEPS = 4, 4, 2
#: The arguments that count what comes out of a layer.
WIDTHS = ("out_channels", "out_features", "hidden_size", "embedding_dim")
#: Names that are no sizes.
_NO_SIZES = name_set("self nn torch F np math cls super len int range x y device dtype")


@final
class WidthChange(NamedTuple):
    """A size that a tensor has, and the one that it would need."""

    present: int
    wanted: int


def expression_repairs(source: Source, module: LayerObject, name: str, sizes: WidthChange) -> Iterator[Repair]:
    """Another expression for an argument of a layer, where it is made or where the program hands the argument on."""
    call = module.place
    argument = argument_of(call, name, [*type(module.known()).fields]) if isinstance(call, ast.Call) else None
    for place in places_of(source, argument, module.frame, module.file):
        for text in rewritten(source, place, sizes):
            yield replacement(source, place, text)


def rewritten(source: Source, place: ast.expr, sizes: WidthChange) -> Iterator[str]:
    """Other texts for an expression whose value is a size, such as would give the wanted one."""
    text, (present, wanted) = source.segment(place), sizes
    names = {entry.id for entry in ast.walk(place) if isinstance(entry, ast.Name)}
    if present <= 0 or wanted <= 0 or not names:
        return
    grouped = f"({text})" if isinstance(place, ast.BinOp) and isinstance(place.op, ast.Add | ast.Sub) else text
    yield from _with_other_numbers(source, place, sizes)
    if wanted % present == 0:
        yield f"{grouped} * {wanted // present}"
    elif present % wanted == 0:
        yield f"{grouped} // {present // wanted}"
    elif 0 < abs(wanted - present) <= STEPS:
        yield f"{text} {'+' if wanted > present else '-'} {abs(wanted - present)}"
    names_beside = [name for name in _names_beside(source, place) if name not in names | _NO_SIZES][:NAMES]
    yield from names_beside
    yield from (f"{text} + {name}" for name in names_beside if wanted > present)


def _with_other_numbers(source: Source, place: ast.expr, sizes: WidthChange) -> Iterator[str]:
    """The expression with one of its numbers larger or smaller by as much."""
    text = source.segment(place)
    for number in [entry for entry in ast.walk(place) if isinstance(entry, ast.Constant)]:
        if not isinstance(number.value, int) or isinstance(number.value, bool):
            continue
        value, rest = divmod(number.value * sizes.wanted, sizes.present)
        start = number.col_offset - place.col_offset
        if rest == 0 and value > 0 and number.lineno == place.lineno == place.end_lineno and text.isascii():
            yield f"{text[:start]}{value}{text[start + len(str(number.value)) :]}"


def _names_beside(source: Source, place: ast.expr) -> list[str]:
    """The names in the statement of an expression, and those that the loops around it bind, each once."""
    statements = [
        node
        for node in ast.walk(parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= place.lineno <= (node.end_lineno or 0)
    ]
    simple = [node for node in statements if not hasattr(node, "body")][-1:]
    names = [entry.id for node in simple for entry in ast.walk(node) if isinstance(entry, ast.Name)]
    called = [entry.func.id for node in simple for entry in ast.walk(node)
              if isinstance(entry, ast.Call) and isinstance(entry.func, ast.Name)]  # fmt: skip
    loops = [node for node in statements if isinstance(node, ast.For)]
    targets = [entry.id for node in loops for entry in ast.walk(node.target) if isinstance(entry, ast.Name)]
    return [name for name in dict.fromkeys((*names, *targets)) if name not in called]


def producers(tensors: Iterator[Tensor]) -> list[LayerObject]:
    """The layers that settle how wide tensors are, the nearest first, also those of what is joined to one."""
    pending: list[Origin] = [tensor.origin for tensor in tensors]
    modules: dict[int, LayerObject] = {}
    seen: set[int] = set()
    while pending and len(seen) < FURTHEST and len(modules) < LAYERS:
        origin = pending.pop(0)
        if id(origin) in seen or not isinstance(origin, Operation):
            continue
        seen.add(id(origin))
        module = origin.module
        if module is not None and not module.known().values.keys().isdisjoint(WIDTHS):
            modules.setdefault(id(module), module)
        else:
            pending += origin.inputs
    return [*modules.values()]


def of_producers(source: Source, modules: list[LayerObject], sizes: WidthChange) -> Iterator[tuple[int, Repair]]:
    """Another width of layers before, in proportion or by as much as is missing, each with what it costs more."""
    for module in modules:
        values = module.known().values
        width = next(name for name in WIDTHS if name in values)
        count = values[width]
        if not isinstance(count, int):
            continue
        ratio, rest = divmod(count * sizes.wanted, sizes.present)
        for number in dict.fromkeys(([ratio] if rest == 0 else []) + [count + sizes.wanted - sizes.present]):
            if 0 < number != count:
                yield from ((0, repair) for repair in argument_repairs(source, module, width, number))
                changed = WidthChange(count, number)
                yield from ((1, repair) for repair in expression_repairs(source, module, width, changed))


def makings(fault: Fault) -> Iterator[tuple[Making, Shape]]:
    """The calls that make the tensors which do not fit, where these are parameters, states or constants."""
    for tensor in fault.tensors:
        origin, making = tensor.origin, tensor.making
        while isinstance(origin, Operation) and making is None:
            origin = origin.inputs[0]
        if isinstance(origin, LeafTensor):
            making = making or origin.making
        if making is not None:
            yield making, making.shape


def of_makings(source: Source, fault: Fault, wanted: Mapping[int, int]) -> Iterator[Repair]:
    """Another size in the call that makes a parameter, a state or a constant.

    Args:
        source: the program.
        fault: what does not fit.
        wanted: the sizes that it needs in the place of those that it has.
    """
    for making, shape in makings(fault):
        sizes = _size_arguments(making.place)
        for size, argument in zip(shape, sizes, strict=False):
            if isinstance(size, int) and size in wanted:
                for place in places_of(source, argument, making.frame, making.file):
                    texts = [*rewritten(source, place, WidthChange(size, wanted[size]))]
                    likely = [] if isinstance(place, ast.Name) else texts[:1]
                    for text in dict.fromkeys((*likely, str(wanted[size]), *texts)):
                        yield replacement(source, place, text)
        if making.file == source.path:
            for (first, size), (second, other) in pairwise(zip(sizes, shape, strict=False)):
                if isinstance(size, int) and wanted.get(size) == other:
                    yield from swapped_arguments(source, first, second)


def _size_arguments(place: ast.AST) -> list[ast.expr]:
    """The sizes in a call that makes a tensor; behind a cast, those of the call before it."""
    while (
        isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) and isinstance(place.func.value, ast.Call)
    ):
        place = place.func.value
    match place:
        case ast.Call(args=[ast.Tuple(elts=sizes) | ast.List(elts=sizes), *_]) | ast.Call(args=sizes):
            return [size for size in sizes if not isinstance(size, ast.Starred)]
    return []
