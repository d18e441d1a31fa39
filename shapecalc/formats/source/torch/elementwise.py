"""Operations between tensors, entry by entry, and products of matrices."""

from __future__ import annotations

import ast

from shapecalc.algebra import Int
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import Trace
from shapecalc.formats.source.torch.activations import is_number
from shapecalc.formats.source.torch.arguments import layer_if_legal, make
from shapecalc.formats.source.torch.kinds import kind_of_operation, refuse_difference, refuse_mixture
from shapecalc.formats.source.values import Tensor, Unknown, Value
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.arithmetic import operator_layers
from shapecalc.layers.core.conditions import Condition
from shapecalc.layers.opaque import ENTRYWISE, Entrywise


def stretched(run: Trace, left: Value, right: Value, node: ast.AST) -> Tensor:
    """The tensor that an operator makes of two, or of one and a number; sizes of 1 are stretched."""
    tensors = [side for side in (left, right) if isinstance(side, Tensor)]
    for side in (left, right):
        if isinstance(side, Unknown):
            run.skip(side)
            return Tensor(None)
        if (
            not isinstance(side, Tensor | int | float | complex | bool)
            and not hasattr(side, "depth")
            and side is not None
        ):
            return _with_others(side, node)
        if side is None:
            raise Fault("type", "One side of the operator is None, and no tensor.", node, type_="TypeError")
    kind = kind_of_operation("+", left, right)
    shape = tensors[0].shape
    for tensor in tensors[1:]:
        if shape is None or tensor.shape is None:
            return Tensor(None, kind)
        first = len(run.assumptions)
        try:
            shape = joined(run, shape, tensor.shape, node)
        except Fault as fault:
            fault.tensors = tuple(tensors)
            raise
        run.note_between(first, tensors)
    return Tensor(shape, kind)


#: An operator on tensors takes about as long as so many steps.
_OPERATION = 6


def operate(run: Trace, sign: str, left: Value, right: Value, node: ast.AST) -> Tensor:
    """What an operator or a function of two tensors makes of them, or of one and a number."""
    run.step(node, _OPERATION)
    if sign == "-":
        refuse_difference(left, right, node)
    output = stretched(run, left, right, node)
    output.kind = kind_of_operation(sign, left, right)
    if output.shape is None:
        return output
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        drawn = _of_tensors(run, sign, (left, right), output.shape, node)
    elif isinstance(left, Tensor):
        drawn = _with_number(run, sign, right, left, node, is_first=False)
    else:
        drawn = _with_number(run, sign, left, right, node, is_first=True)
    return Tensor(output.shape, output.kind, made=drawn.made)


def _of_tensors(run: Trace, sign: str, sides: tuple[Tensor, Tensor], shape: Shape, node: ast.AST) -> Tensor:
    """A sum, a difference, a product or a quotient; another function is no layer."""
    left, right = sides
    own = right.shape or ()
    if sign == "-":
        right = run.drawn(layer_if_legal("Scale", -1), (right,), own, node)
    elif sign == "/":
        right = run.drawn(layer_if_legal("Power", -1), (right,), own, node)
    entrywise = Entrywise(sign) if sign in ENTRYWISE else None
    return run.drawn(layer_if_legal(_JOINTS[sign]) if sign in _JOINTS else entrywise, (left, right), shape, node)


def _with_number(run: Trace, sign: str, number: Value, value: Tensor, node: ast.AST, *, is_first: bool) -> Tensor:
    """What an operator makes of a tensor and a number, which may stand on its left."""
    layers = operator_layers(sign, number, is_first=is_first) if is_number(number) else ()
    for layer in layers or (None,):
        value = run.drawn(layer, (value,), value.shape or (), node)
    return value


#: The layers that join tensors: a difference is the sum with what is turned round, a quotient likewise.
_JOINTS = {"+": "Add", "-": "Add", "*": "Multiply", "/": "Multiply"}


def _with_others(side: Value, node: ast.AST) -> Tensor:
    if isinstance(side, tuple | list | str | dict):
        message = f"A tensor and a {type(side).__name__} cannot be joined by an operator."
        raise Fault("type", message, node, type_="TypeError")
    return Tensor(None)


def joined(run: Trace, left: Shape, right: Shape, node: ast.AST) -> Shape:
    """The common shape of two tensors, whose dimensions are compared from the last one on.

    Raises:
        Fault: two sizes differ, and neither is 1.
    """
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    lead = len(longer) - len(shorter)
    sizes = [*longer[:lead]]
    for place, (size, other) in enumerate(zip(longer[lead:], shorter, strict=True)):
        sizes.append(_stretched(run, size, other, node, (left, right, place + lead)))
    return tuple(sizes)


def _stretched(run: Trace, size: Int, other: Int, node: ast.AST, where: tuple[Shape, Shape, int]) -> Int:
    if other in (size, 1):
        return size
    if size == 1:
        return other
    left, right, place = where
    options = tuple(
        Comparison(*sides)
        for sides in ((size, Relation.EQUAL, other), (size, Relation.EQUAL, 1), (other, Relation.EQUAL, 1))
    )
    message = (
        f"Tensors of {shape_text(left)} and {shape_text(right)} do not fit each other: "
        f"in dimension {place} they have {size} and {other}."
    )
    run.require(Condition("the sizes must be equal, or one of them 1", options), message, node)
    return size if isinstance(size, int) or not isinstance(other, int) else other


def fits_into(run: Trace, entry: Tensor, part: Tensor, node: ast.AST) -> None:
    """Refuse a tensor that cannot be written into a part of another."""
    if entry.shape is not None and part.shape is not None:
        joined(run, part.shape, entry.shape, node)


def matrix_product(run: Trace, left: Value, right: Value, node: ast.AST) -> Tensor:
    """``left @ right``, with torch's rules for vectors and for stacks of matrices."""
    for side in (left, right):
        if not isinstance(side, Tensor):
            if isinstance(side, Unknown):
                run.skip(side)
                return Tensor(None)
            raise Fault("type", "A product of matrices needs two tensors.", node, type_="TypeError")
    if left.shape is None or right.shape is None:
        return Tensor(None)
    if not left.shape or not right.shape:
        raise Fault("shape", "A product of matrices needs at least one dimension on either side.", node)
    first = left.shape if len(left.shape) > 1 else (1, *left.shape)
    second = right.shape if len(right.shape) > 1 else (*right.shape, 1)
    message = (
        f"The product of {shape_text(left.shape)} and {shape_text(right.shape)} needs as many columns on the left as "
        f"rows on the right, but {first[-1]} ≠ {second[-2]}."
    )
    options = (Comparison(first[-1], Relation.EQUAL, second[-2]),)
    count = len(run.assumptions)
    try:
        run.require(Condition("the columns must be as many as the rows", options), message, node)
    except Fault as fault:
        fault.tensors, fault.is_product = (left, right), True
        raise
    run.note_between(count, (left, right), is_product=True)
    stack = joined(run, first[:-2], second[:-2], node)
    rows = first[-2:-1] if len(left.shape) > 1 else ()
    columns = second[-1:] if len(right.shape) > 1 else ()
    output = (*stack, *rows, *columns)
    if len(left.shape) == 1 or len(right.shape) == 1:
        return Tensor(output, made=run.unfollowed("the product of a matrix and a vector", node))
    refuse_mixture(left, right, node)
    result = run.drawn(make("MatMul", (), node), (left, right), output, node)
    result.kind = kind_of_operation("@", left, right)
    result.is_copied = len(left.shape) == len(right.shape)  # else torch may turn the smaller problem around
    return result
