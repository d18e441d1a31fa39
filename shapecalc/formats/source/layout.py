"""How the values of tensors lie in memory, so far as it matters: torch refuses a view that would need a copy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from shapecalc.algebra import Int
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.formats.source.origins import LeafTensor, Operation
from shapecalc.formats.source.values import BATCH, Tensor
from shapecalc.layers.core.strides import MemoryOrder, Strides, lie_in_order, strides_in_order

#: A size for letters.
_SIZE = 97


def strides_of(tensor: Tensor) -> Strides | None:
    """The strides of a tensor; None where they depend on torch's choice. What nothing turns lies in order."""
    origin = tensor.origin
    if _is_ordered(tensor):
        return strides_in_order(tensor.shape or ())
    return origin.strides if isinstance(origin, Operation) else None


def _is_ordered(tensor: Tensor) -> bool:
    origin = tensor.origin
    return tensor.is_copied or isinstance(origin, LeafTensor) or origin.is_ordered


def _is_straight(tensor: Tensor) -> bool:
    """Whether no dimension of a tensor stands before another in memory: what is computed from it lies in order."""
    if _is_ordered(tensor):
        return True
    strides = strides_of(tensor)
    if strides is None:
        return False
    pairs = [(stride, size) for stride, size in zip(strides, tensor.shape or (), strict=True) if size != 1]
    steps = [_number(stride) for stride, _ in pairs]
    return all(left >= right for left, right in pairwise(each for each in steps if each))


def _number(stride: Int) -> int:
    """A stride with a number for each letter, to see which of two is larger."""
    number = evaluate(stride, dict.fromkeys(names_in(stride), _SIZE))
    return number if isinstance(number, int) else 0


def arrange(operation: Operation, tensors: Sequence[Tensor]) -> None:
    """Note how the output of an operation lies in memory, from how the tensors lie that it reads."""
    layer = operation.layer
    if layer.view and tensors:
        strides = _viewed(operation, tensors)
        steps = [_number(stride) for stride in strides or ()]
        operation.leads = bool(steps) and steps[0] >= max(steps)
        is_known = strides is not None and len(strides) == len(operation.shape)
        operation.strides = strides if is_known else None
        operation.is_ordered = is_known and lie_in_order(strides or (), operation.shape)
    else:
        operation.is_ordered = layer.memory_order is not MemoryOrder.KEPT or all(map(_is_straight, tensors))
        operation.leads = all(map(_leads, tensors))
        rest = [size for size in operation.shape[1:] if size != 1]
        if not operation.is_ordered and len(rest) < 2 and operation.shape[:1] == (BATCH,):
            operation.is_ordered = operation.leads  # one row an example, as of a reduction: no other order is left


def _leads(tensor: Tensor) -> bool:
    """Whether the batch is the outermost dimension of a tensor in memory, if it has a batch."""
    strides = strides_of(tensor)
    if strides is None:
        return isinstance(tensor.origin, Operation) and tensor.origin.leads
    steps = [_number(stride) for stride in strides]
    return not steps or steps[0] >= max(steps)


def _viewed(operation: Operation, tensors: Sequence[Tensor]) -> Strides | None:
    """The strides of what a layer makes of the same memory; dimensions that it does not see stay."""
    strides, shapes = strides_of(tensors[0]), [tensor.shape or () for tensor in tensors]
    lead = 0 if operation.batch is None else 1
    if strides is None or operation.batch not in (None, 0):
        return None
    layer, output = operation.layer, operation.shape[lead:]
    inner = layer.strides(strides[lead:], tuple([shape[lead:] for shape in shapes]), output)
    if inner is None and layer.copies:
        return strides_in_order(operation.shape)
    return None if inner is None else (*strides[:lead], *inner)


def turn_over(operation: Operation, first: int, second: int) -> None:
    """Let the output of an operation lie in memory as if two dimensions had been exchanged after it."""
    shape = [*operation.shape]
    shape[first], shape[second] = shape[second], shape[first]
    strides = [*strides_in_order(tuple(shape))]
    strides[first], strides[second] = strides[second], strides[first]
    operation.strides, operation.is_ordered = tuple(strides), False
