"""Changes in forward that give a tensor another shape: of views, of what is joined, and of numbers' kinds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from math import isqrt

from shapecalc.algebra import product
from shapecalc.checking.proposals import replacement
from shapecalc.checking.verdict import Repair
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.messages import wanted
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.origins import Operation, Origin
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.values import LayerObject
from shapecalc.layers import Shape

#: How many operations back from a tensor are looked at.
_FURTHEST = 30


def reshapings(source: Source, fault: Fault, reading: FollowedNetwork) -> Iterator[Repair]:
    """Other views, joints and orders of dimensions before what does not fit."""
    yield from _of_kinds(source, fault)
    yield from _folds(source, reading)
    yield from _turned_side(source, fault)
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None and fault.tensors:
        for name, count in wanted(module, fault.shapes).items():
            takes = module.known().values[name]
            if isinstance(takes, int) and isinstance(count, int):
                yield from _transposed(source, fault, takes, count)
                yield from _joined(source, fault)


def _operations(origin: Origin) -> Iterator[Operation]:
    """The operations behind a tensor, the nearest first."""
    pending, seen = [origin], 0
    while pending and seen < _FURTHEST:
        entry = pending.pop(0)
        seen += 1
        if isinstance(entry, Operation):
            yield entry
            pending += entry.inputs


def _of_kinds(source: Source, fault: Fault) -> Iterator[Repair]:
    """The cast that makes numbers of the kind that is asked for."""
    if fault.code != "dtype" or not fault.tensors or fault.file not in ("", source.path):
        return
    cast = next((word for word in ("long", "float", "bool") if f".{word}()" in fault.message), "")
    cause = fault.cause
    if cast and isinstance(cause, ast.Call) and isinstance(cause.func, ast.Attribute) and not cause.args:
        yield replacement(source, cause, f"{source.segment(cause.func.value)}.{cast}()")
    argument = fault.place.args[:1] if isinstance(fault.place, ast.Call) else []
    for value in argument:
        plain = isinstance(value, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
        text = source.segment(value)
        yield replacement(source, value, f"{text if plain else f'({text})'}.{cast}()")


def _folds(source: Source, reading: FollowedNetwork) -> Iterator[Repair]:
    """As many features as an example has, in a view before that joins the batch with others."""
    for fold in reading.run.folds:
        match fold.place:
            case ast.Call(func=ast.Attribute(attr="view" | "reshape"), args=[_, ast.expr() as features], keywords=[]):
                count = product(fold.before[1:])
                last = [*fold.before][-1] if len(fold.before) > 2 else None
                for size in (count, last):
                    if isinstance(size, int) and fold.file == source.path and size != fold.after[-1]:
                        yield replacement(source, features, str(size))


def _turned_side(source: Source, fault: Fault) -> Iterator[Repair]:
    """The right side of a product turned, where its columns are as many as those of the left."""
    shapes: list[Shape] = [tensor.shape or () for tensor in fault.tensors]
    if not fault.is_product or min(map(len, shapes)) < 2 or shapes[0][-1] != shapes[1][-1]:
        return
    match fault.place:
        case ast.BinOp(op=ast.MatMult(), right=right) | ast.Call(args=[_, right] | [right], keywords=[]):
            plain = isinstance(right, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
            text = source.segment(right)
            if fault.file in ("", source.path):
                yield replacement(source, right, f"{text if plain else f'({text})'}.transpose(-2, -1)")


def spread_views(source: Source, fault: Fault) -> Iterator[Repair]:
    """The sides of a map, in a view of as many values as an example has."""
    if fault.module is not None or [*map(len, fault.shapes)] != [2, 4] or fault.file not in ("", source.path):
        return
    count = product(fault.shapes[0][1:])
    match fault.place:
        case ast.Call(func=ast.Attribute(attr="view" | "reshape"), args=[_, _, height, width], keywords=[]):
            size = [*fault.shapes[1]][1]
            if isinstance(size, int) and isinstance(count, int) and size and count % size == 0:
                side = isqrt(count // size)
                if side * side * size == count and height.lineno == width.end_lineno:
                    both = ast.copy_location(ast.Tuple([height, width], ast.Load()), height)
                    both.end_lineno, both.end_col_offset = width.end_lineno, width.end_col_offset
                    yield replacement(source, both, f"{side}, {side}")


def _transposed(source: Source, fault: Fault, takes: int, count: int) -> Iterator[Repair]:
    """The dimensions turned, where another one has as many entries as the layer takes."""
    shape = fault.tensors[0].shape or ()
    if len(shape) < 3 or fault.file not in ("", source.path) or count not in shape:
        return
    here = shape.index(count)
    match fault.place:
        case ast.Call(args=[ast.expr() as value]) if takes in shape[1:]:
            there = shape.index(takes, 1)
            plain = isinstance(value, ast.Name | ast.Call | ast.Attribute)
            text = source.segment(value)
            first, second = sorted((here, there))
            yield replacement(source, value, f"{text if plain else f'({text})'}.transpose({first}, {second})")


def _joined(source: Source, fault: Fault) -> Iterator[Repair]:
    """Tensors joined along the dimension of their channels."""
    for operation in _operations(fault.tensors[0].origin):
        if type(operation.layer).__name__ != "Concat" or operation.file != source.path:
            continue
        match operation.place:
            case ast.Call(args=[_, dim]) | ast.Call(args=[_], keywords=[ast.keyword(arg="dim" | "axis", value=dim)]):
                if isinstance(dim, ast.Constant) and dim.value != 1:
                    yield replacement(source, dim, "1")
        return
