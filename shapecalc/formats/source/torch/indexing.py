"""Brackets behind a tensor: numbers, slices, None, dots and masks."""

from __future__ import annotations

import ast

from shapecalc.algebra import Int, Name, ceildiv, maximum, minimum
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.expr import Expr
from shapecalc.algebra.names import names_in
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.origins import Operation
from shapecalc.formats.source.run import Trace
from shapecalc.formats.source.torch.arguments import layer_if_legal, make
from shapecalc.formats.source.torch.kinds import refuse_index
from shapecalc.formats.source.values import Tensor, Unknown, Value
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.conditions import Condition

#: A size beside which others are small.
LARGE = 1_000_000


def index(run: Trace, value: Tensor, key: Value, node: ast.AST) -> Value:
    """The part of a tensor that brackets name."""
    keys = list(key) if isinstance(key, tuple) else [key]
    unknown = next((each for each in keys if isinstance(each, Unknown)), None)
    if unknown is not None or value.shape is None:
        if unknown is not None:
            run.skip(unknown)
        return Tensor(None, value.kind)
    for each in keys:
        if isinstance(each, Tensor):
            refuse_index(run.frame, each, node)
    if any(isinstance(each, Tensor | list) for each in keys):
        return _gather(run, value, keys, node)
    taken = sum(each is not None and each is not Ellipsis for each in keys)
    if taken > len(value.shape):
        message = f"{taken} indices stand in brackets, but {shape_text(value.shape)} has {len(value.shape)} dimensions."
        raise Fault("index", message, node, type_="IndexError")
    fill = [slice(None)] * (len(value.shape) - taken)
    place = next((number for number, each in enumerate(keys) if each is Ellipsis), len(keys))
    keys = [*keys[:place], *fill, *keys[place + 1 :]]
    if any(isinstance(each, bool) for each in keys):
        return Tensor(None, value.kind, made=run.unfollowed("an index that is true or false", node))
    return _parts(run, value, keys, node)


def _parts(run: Trace, value: Tensor, keys: list[Value], node: ast.AST) -> Tensor:
    """What keys take of a tensor, one by one: numbers, slices and None."""
    dim = 0
    for key in keys:
        shape = value.shape or ()
        before, after = shape[:dim], shape[dim + 1 :]
        if key is None:
            value = run.apply(make("Unsqueeze", (dim + 1,), node), (value,), node)
        elif isinstance(key, slice):
            size = _length(run, key, shape[dim], node)
            if not (size == shape[dim] and key.step in (None, 1)):
                value = _slice(run, value, (dim, key), (*before, size, *after), node)
        else:
            _check(run, key, shape[dim], node)
            row = _row(value, dim, key)
            if row is not None:
                value = row
                continue
            value = run.drawn(layer_if_legal("Select", dim + 1, key), (value,), (*before, *after), node)
            continue
        dim += 1
    return value


def _row(value: Tensor, dim: int, index: Value) -> Tensor | None:
    """A tensor of a stack along a dimension, which is what was stacked."""
    origin, shape = value.origin, value.shape or ()
    if not isinstance(origin, Operation) or not isinstance(index, int):
        return None
    is_stack = type(origin.layer).__name__ in {"Stack", "Unsqueeze"} and origin.layer.values["dim"] == dim + 1
    return Tensor((*shape[:dim], *shape[dim + 1 :]), value.kind, made=origin.inputs[index]) if is_stack else None


def _slice(run: Trace, value: Tensor, part: tuple[int, slice], shape: Shape, node: ast.AST) -> Tensor:
    dim, key = part
    if any(isinstance(end, Unknown | Tensor) for end in (key.start, key.stop, key.step)):
        return Tensor(shape, value.kind, made=run.unfollowed("a slice", node))
    step = 1 if key.step is None else key.step
    return run.drawn(layer_if_legal("Slice", dim + 1, key.start, key.stop, step), (value,), shape, node)


def _check(run: Trace, number: Value, size: Int, node: ast.AST) -> None:
    if not isinstance(number, int) or not isinstance(size, int):
        if isinstance(number, Expr) and run.relate(Comparison(number, Relation.AT_MOST, normal(size - 1))) is False:
            raise Fault("index", f"The index {number} is beyond a size of {size}.", node, type_="IndexError")
        return  # an index of a size in letters: legal where the size is large enough
    if not -size <= number < size:
        raise Fault("index", f"The index {number} is beyond a size of {size}.", node, type_="IndexError")


def _length(run: Trace, part: slice, size: Int, node: ast.AST) -> Int:
    """How many entries a slice takes of a size."""
    start, stop, step = part.start, part.stop, 1 if part.step is None else part.step
    if any(isinstance(end, Unknown | Tensor) for end in (start, stop, step)):
        unknown = run.unknown("a slice", node)
        return _fresh(unknown)
    if not isinstance(step, int) or step < 1:
        raise Fault("index", "A tensor cannot be sliced with a step below 1.", node, type_="ValueError")
    if all(isinstance(end, int | None) for end in (start, stop)) and isinstance(size, int):
        return len(range(*part.indices(size)))
    lower = _end(run, start, size, 0, node)
    upper = _end(run, stop, size, size, node)
    if stop is None and isinstance(start, int | None) and (start or 0) <= 0 and start:
        return normal(ceildiv(minimum(-start, size), step))
    length = normal(upper - lower)
    known = run.relate(Comparison(length, Relation.AT_LEAST, 0))
    length = length if known or (isinstance(size, Expr) and stop is None) else maximum(length, 0)
    return normal(ceildiv(length, step))


def _end(run: Trace, end: Value, size: Int, default: Int, node: ast.AST) -> Int:
    if end is None:
        return default
    if isinstance(end, int) and end < 0:
        return normal(size + end)
    if isinstance(end, Expr) and _is_negative(end):
        condition = Condition("the slice must count from the end", (Comparison(end, Relation.AT_MOST, 0),))
        run.require(condition, f"A slice to {end} must count from the end.", node)
        return normal(size + end)
    return minimum(end, size) if end != size else size


def _is_negative(size: Expr) -> bool:
    """Whether an expression is negative for large sizes: one that counts from the end."""
    number = evaluate(size, dict.fromkeys(names_in(size), LARGE))
    return isinstance(number, int) and number < 0


def _fresh(unknown: Unknown) -> Int:
    return Name(f"?{unknown.line}")


def _gather(run: Trace, value: Tensor, keys: list[Value], node: ast.AST) -> Value:
    """The entries that a tensor or a list of places names, where they stand along one dimension."""
    chosen = [each for each in keys if isinstance(each, Tensor | list)]
    first = chosen[0]
    if len(chosen) != 1 or any(each is None or each is Ellipsis for each in keys):
        return _not_followed(run, value, node)
    if isinstance(first, Tensor) and (first.shape is None or first.kind == "bool"):
        return _not_followed(run, value, node)
    places = (len(first),) if isinstance(first, list) else (first.shape or ())
    position = next(place for place, each in enumerate(keys) if each is first)
    for number in first if isinstance(first, list) and position < len(value.shape or ()) else ():
        if isinstance(number, int) and not isinstance(number, bool):
            _check(run, number, (value.shape or ())[position], node)
    if any(not isinstance(each, slice) for each in keys if each is not first):
        return _not_followed(run, value, node)
    shape = value.shape or ()
    before = [_length(run, part, size, node) for part, size in zip(keys[:position], shape, strict=False)]
    rest = zip(keys[position + 1 :], shape[position + 1 :], strict=False)
    after = [_length(run, part, size, node) for part, size in rest]
    return Tensor((*before, *places, *after, *shape[len(keys) :]), value.kind)


def _not_followed(run: Trace, value: Tensor, node: ast.AST) -> Tensor:
    run.unknown("an index that is a tensor", node)
    return Tensor(None, value.kind)
