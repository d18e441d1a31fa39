"""Products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from shapecalc.layers import layer_classes
from shapecalc.layers.dimensions import Permute, Transpose
from shapecalc.layers.merge import Add, MatMul
from shapecalc.pytorch.tracing.functions.table import PAIR, FunctionSite, Translation, entry
from shapecalc.pytorch.tracing.graph import Value


@entry("matmul bmm rmatmul imatmul mm")
def _matmul(at: FunctionSite, input: Tensor, other: Tensor, **kwargs: Any) -> Translation | None:
    left, right = at.operand(input), at.operand(other)
    if min(len(left.shapes[0]), len(right.shapes[0])) < PAIR:
        return None
    return Translation([MatMul()], at.align(left, right))


@entry("scaled_dot_product_attention")
def _attention(
    at: FunctionSite,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    *args: Any,
    **kwargs: Any,
) -> Translation | None:
    if kwargs.get("enable_gqa"):
        return None
    queries, keys, values = at.align(at.operand(query), at.operand(key), at.operand(value))
    turned = [(*shape[:-2], shape[-1], shape[-2]) for shape in keys.shapes]
    transposed = keys._replace(node=at.graph.add([Transpose(-2, -1)], (keys,)), shapes=tuple(turned))
    shapes = tuple([(*shape[:-1], other[-1]) for shape, other in zip(queries.shapes, turned, strict=True)])
    scores = queries._replace(node=at.graph.add([MatMul()], (queries, transposed)), shapes=shapes)
    mask = at.value(attn_mask)
    if mask is not None:
        scores = scores._replace(node=at.graph.add([Add()], at.align(scores, mask)))
    weights = scores._replace(node=at.graph.add([layer_classes()["Softmax"](-1)], (scores,)))
    return Translation([MatMul()], (weights, values))


@entry("einsum")
def _einsum(at: FunctionSite, equation: str, *operands: Any) -> Translation | None:
    tensors = operands[0] if isinstance(operands[0], tuple | list) else operands
    terms, _, result = equation.replace(" ", "").partition("->")
    names = terms.split(",")
    if len(tensors) != PAIR or "." in equation or not result:
        return None
    left, right = map(at.operand, tensors)
    stack = [name for name in result if name in names[0] and name in names[1]]
    own = [[name for name in term if name in result and name not in stack] for term in names]
    summed = [name for name in names[0] if name in names[1] and name not in result]
    orders = ([*stack, *own[0], *summed], [*stack, *summed, *own[1]], [*stack, *own[0], *own[1]])
    whole = [len(order) == len({*term}) == len(term) for order, term in zip(orders, (*names, result), strict=True)]
    if not all(whole) or [*map(len, (*own, summed))] != [1, 1, 1] or not left.batch == right.batch == 0 or left.folded:
        return None
    if not names[0][0] == names[1][0] == result[0]:
        return None
    values = (_ordered(at, left, names[0], orders[0]), _ordered(at, right, names[1], orders[1]))
    turned = (0, *[orders[2].index(name) for name in result[1:]])
    return Translation([MatMul(), *([] if [*turned] == sorted(turned) else [Permute(turned)])], values)


def _ordered(at: FunctionSite, value: Value, names: str, order: Sequence[str]) -> Value:
    """A value with its dimensions, which have names, in another order."""
    places = [names.index(name) for name in order]
    if places == sorted(places):
        return value
    shapes = tuple([tuple([shape[place - 1] for place in places[1:]]) for shape in value.shapes])
    return value._replace(node=at.graph.add([Permute(tuple(places))], (value,)), shapes=shapes)
