"""Functions of entries: two tensors entry by entry, what is joined along dimensions, and picked from them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import (
    dimension_index,
    dimension_indices,
    layer_if_legal,
    spread,
    tensor,
    unknown_in,
)
from shapecalc.formats.source.torch.elementwise import operate, stretched
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.values import (
    Tensor,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers.core.conditions import Condition

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Functions of two tensors, entry by entry.
_PAIRS = name_set(
    "add sub mul div true_divide floor_divide subtract multiply divide maximum minimum where_ eq ne lt le gt ge "
    "logical_and logical_or logical_xor atan2 hypot"
)


#: The operators that some of them are.
_SIGNS = {
    **dict.fromkeys(("add",), "+"), **dict.fromkeys(("sub", "subtract"), "-"),
    **dict.fromkeys(("mul", "multiply"), "*"), **dict.fromkeys(("div", "divide", "true_divide"), "/"),
}  # fmt: skip


#: Functions that join the entries of dimensions, and whether they give the places too.
_REDUCTIONS = name_set(
    "sum mean prod std var norm amax amin any all logsumexp nansum nanmean argmax argmin count_nonzero"
)


#: The layers of the engine that some of them are.
_LAYERS = {"sum": "Sum", "mean": "Mean", "amax": "Max", "max": "Max"}


_WITH_PLACES = ("max", "min", "median", "cummax", "kthvalue", "mode")


def declare_operations() -> None:
    """Declare the functions of pairs of tensors, and those that join dimensions."""
    for name in _PAIRS:
        for path in (f"torch.{name}", f"Tensor.{name}", f"Tensor.{name}_"):
            RULES[path] = _pair(name)
    for name in _REDUCTIONS:
        for path in (f"torch.{name}", f"Tensor.{name}"):
            RULES[path] = _reduction(name, places=False)
    for name in _WITH_PLACES:
        for path in (f"torch.{name}", f"Tensor.{name}"):
            RULES[path] = _reduction(name, places=True)


def _pair(name: str) -> Callable[..., Value]:
    def rule(reader: Interpreter, node: ast.AST, input: Value, other: Value, **kwargs: Value) -> Value:
        plain = kwargs.get("alpha", 1) == 1 and kwargs.get("rounding_mode") is None
        output = operate(reader.run, _SIGNS.get(name, name) if plain else name, input, other, node)
        return Tensor(output.shape, "bool") if name in {"eq", "ne", "lt", "le", "gt", "ge"} else output

    return rule


def _reduction(name: str, *, places: bool) -> Callable[..., Value]:
    def rule(
        reader: Interpreter,
        node: ast.AST,
        input: Value,
        dim: Value = None,
        keepdim: Value = None,
        *more: Value,
        axis: Value = None,
        keepdims: Value = False,
        **kwargs: Value,
    ) -> Value:
        value = tensor(reader, input, f"torch.{name}", node)
        if name == "norm" and "p" not in kwargs and not isinstance(keepdim, bool):
            dim, keepdim = keepdim, more[0] if more else False  # norm(p, dim): what stands first is p
        elif (
            name == "norm"
            and isinstance(dim, int | float | str)
            and keepdim is None
            and "dim" not in kwargs
            and axis is None
        ):
            return Tensor(())
        if places and isinstance(dim, Tensor):
            return stretched(reader.run, value, dim, node)
        dims = dim if axis is None else axis
        kind = "int" if name.startswith("arg") else value.kind
        if dims is None or value.shape is None:
            return Tensor(() if dims is None else None, kind)
        if unknown_in(dims):
            return Tensor(None, kind)
        if isinstance(dims, bool):  # std(unbiased)
            return Tensor(())
        gone = dimension_indices(spread((dims,)), len(value.shape), node)
        keeps = keepdim is True or keepdims is True
        sizes = [1 if each in gone else size for each, size in enumerate(value.shape) if keeps or each not in gone]
        output = Tensor(tuple(sizes), kind)
        if name in _LAYERS:
            dim_ = tuple(sorted(each + 1 for each in gone))
            layer = layer_if_legal(_LAYERS[name], dim_ if name == "amax" or len(dim_) > 1 else dim_[0], keeps)
            output = reader.run.drawn(layer, (value,), tuple(sizes), node)
        return (output, Tensor(output.shape, "int")) if places else output

    return rule


@declare("torch.where")
def where(reader: Interpreter, node: ast.AST, condition: Value, input: Value = None, other: Value = None) -> Value:
    """Entries of one tensor or of the other."""
    if input is None:
        return Unknown("torch.where of a condition", line_of(node))
    return stretched(reader.run, stretched(reader.run, condition, input, node), other, node)


@declare("torch.gather", "Tensor.gather")
def gather(reader: Interpreter, node: ast.AST, input: Value, dim: Value, index: Value) -> Value:
    """Entries at places: the shape is that of the places."""
    return Tensor(tensor(reader, index, "gather", node).shape, getattr(input, "kind", "float"))


@declare("torch.index_select", "Tensor.index_select")
def index_select(reader: Interpreter, node: ast.AST, input: Value, dim: Value, index: Value) -> Value:
    """Slices at places along one dimension."""
    value, places = tensor(reader, input, "index_select", node), tensor(reader, index, "index_select", node)
    if value.shape is None or places.shape is None or unknown_in(dim):
        return Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    return Tensor((*value.shape[:along], *places.shape, *value.shape[along + 1 :]), value.kind)


@declare("torch.topk", "Tensor.topk")
def topk(
    reader: Interpreter, node: ast.AST, input: Value, k: Value, dim: Value = -1, *args: Value, **kwargs: Value
) -> Value:
    """The largest entries along a dimension, and their places."""
    value = tensor(reader, input, "topk", node)
    if value.shape is None or unknown_in(k, dim):
        return Tensor(None), Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    options = (Comparison(k, Relation.AT_MOST, value.shape[along]),)
    message = f"topk takes {k} entries, but dimension {dim} has {value.shape[along]}."
    reader.run.require(Condition("there must be as many entries", options), message, node)
    shape = (*value.shape[:along], k, *value.shape[along + 1 :])
    return Tensor(shape, value.kind), Tensor(shape, "int")


@declare("torch.sort", "Tensor.sort")
def sort(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
    """The entries in order, and their places."""
    value = tensor(reader, input, "sort", node)
    return value, Tensor(value.shape, "int")
