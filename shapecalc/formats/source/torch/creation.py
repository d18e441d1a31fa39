"""New tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra import Int
from shapecalc.algebra.expr import Expr
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.torch.arguments import spread, tensor, trained, unknown_in
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.torch.tensors import entrywise
from shapecalc.formats.source.values import (
    Array,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


def _sizes(sizes: tuple[Value, ...], kwargs: dict[str, Value]) -> tuple[Value, ...]:
    return spread((kwargs["size"],)) if "size" in kwargs else spread(sizes)


def _new(name: str) -> Callable[..., Value]:
    def rule(reader: Interpreter, node: ast.AST, *size: Value, **kwargs: Value) -> Value:
        sizes = _sizes(size[:1] if name == "full" else size, kwargs)
        if unknown_in(*sizes):
            return Tensor(None)
        if any(not isinstance(each, Int) for each in sizes):
            raise Fault("type", f"torch.{name} takes whole numbers as sizes.", node, type_="TypeError")
        return Tensor(tuple(sizes))

    return rule


def _new_of(name: str) -> Callable[..., Value]:
    rule = _new(name)
    return lambda reader, node, input, *size, **kwargs: rule(reader, node, *size, **kwargs)


@declare("torch.randint")
def randint(reader: Interpreter, node: ast.AST, *args: Value, size: Value = None, **kwargs: Value) -> Value:
    """Whole numbers."""
    sizes = size if size is not None else args[-1]
    return Tensor(None if unknown_in(sizes) or isinstance(sizes, int) else tuple(sizes), "int")


@declare("torch.arange", "torch.range")
def arange(reader: Interpreter, node: ast.AST, *bounds: Value, **kwargs: Value) -> Value:
    """Numbers in a row."""
    ends = (*bounds, *[kwargs[key] for key in ("start", "end", "step") if key in kwargs])
    if unknown_in(*ends) or not ends:
        return Tensor(None)
    if all(isinstance(end, int) for end in ends):
        return Tensor((len(range(*ends)),), "int")
    start, end, *step = (0, *ends) if len(ends) == 1 else ends
    if all(isinstance(each, float | int) for each in ends):
        return Tensor((max(0, -int(-(end - start) // (step[0] if step else 1))),), "float")
    if step or not all(isinstance(each, Int) for each in ends):
        return Tensor(None)
    return Tensor((normal(end - start),), "int")


@declare("torch.linspace", "torch.logspace")
def linspace(reader: Interpreter, node: ast.AST, start: Value, end: Value, steps: Value, **kwargs: Value) -> Value:
    """Numbers at equal distances."""
    return Tensor(None if unknown_in(steps) else (steps,))


@declare("torch.eye")
def eye(reader: Interpreter, node: ast.AST, n: Value, m: Value = None, **kwargs: Value) -> Value:
    """The unit matrix."""
    return Tensor(None if unknown_in(n, m) else (n, n if m is None else m))


@declare("torch.tensor", "torch.as_tensor", "torch.Tensor", "torch.FloatTensor", "torch.LongTensor", "torch.from_numpy")
def new_tensor(reader: Interpreter, node: ast.AST, *data: Value, **kwargs: Value) -> Value:
    """A tensor of numbers that are written out, or of a size."""
    value = data[0] if len(data) == 1 else None
    if len(data) > 1 and all(isinstance(each, Int) for each in data):
        return Tensor(tuple(data))
    if isinstance(value, Tensor):
        return Tensor(value.shape) if value.kind == "array" else value
    if isinstance(value, Array):
        return Tensor((len(value.numbers),))
    if isinstance(value, int | Expr) and ast.unparse(node).partition("(")[0].endswith("Tensor"):
        return Tensor((value,))
    if isinstance(value, int | float | Expr):
        return Tensor(())
    shape: list[Int] = []
    while isinstance(value, list | tuple):
        shape.append(len(value))
        value = value[0] if value else 0
    return Tensor(tuple(shape) if isinstance(value, int | float) and shape else None)


@declare("torch.nn.Parameter")
def parameter(reader: Interpreter, node: ast.AST, data: Value = None, *args: Value, **kwargs: Value) -> Value:
    """A tensor that is learned, and trained unless ``requires_grad`` says that it is not."""
    value = tensor(reader, data, "nn.Parameter", node)
    return Tensor(value.shape, value.kind, learned=True, trained=trained(args, kwargs))


def declare_creation() -> None:
    """Declare the functions that make a tensor of a size, or of the size of another."""
    for name in ("zeros_like", "ones_like", "rand_like", "randn_like", "empty_like", "full_like", "randint_like"):
        RULES[f"torch.{name}"] = entrywise(name)
    for name in ("zeros", "ones", "rand", "randn", "empty", "full"):
        RULES[f"torch.{name}"] = _new(name)
        RULES[f"Tensor.new_{name}"] = _new_of(name)
    RULES["Tensor.new"] = _new_of("new")
