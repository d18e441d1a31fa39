"""Functions of numpy on rows of numbers that are known, as constructors compute sizes with them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra import Int
from shapecalc.formats.source.operators import BINARY, binary
from shapecalc.formats.source.python.rules import FUNCTIONS, function
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.torch import rules
from shapecalc.formats.source.values import Array, Native, Tensor, Unknown, Value, name_set

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Functions that numpy has under the name and with the arguments that torch's have.
AS_TORCH = name_set("zeros ones empty full eye zeros_like ones_like full_like triu tril stack concatenate")


def _is_number(value: Value) -> bool:
    return isinstance(value, Int | float)


@function("numpy.array", "numpy.asarray")
def _array(reader: Interpreter, node: ast.AST, value: Value, *args: Value, **kwargs: Value) -> Value:
    """A row of numbers; what has more dimensions has no numbers but a shape."""
    if _is_number(value) or isinstance(value, Array | Tensor | Unknown):
        return value
    if isinstance(value, list | tuple | range) and all(map(_is_number, value)):
        return Array(tuple(value))
    output = rules.RULES["torch.tensor"](reader, node, value)
    return Tensor(output.shape, "array")


@function("numpy.arange")
def _arange(reader: Interpreter, node: ast.AST, *ends: Value, **kwargs: Value) -> Value:
    if not all(isinstance(end, int) for end in ends) or len(range(*ends)) > MAX_LENGTH:
        return Unknown("numpy.arange", line_of(node))
    reader.run.step_over(node, len(range(*ends)))
    return Array(tuple(range(*ends)))


@function("numpy.linspace")
def _linspace(reader: Interpreter, node: ast.AST, start: Value, stop: Value, num: Value = 50, **kwargs: Value) -> Value:
    ends = (start, stop)
    if (
        kwargs
        or not isinstance(num, int)
        or not 1 < num < MAX_LENGTH
        or not all(isinstance(x, int | float) for x in ends)
    ):
        return Unknown("numpy.linspace", line_of(node))
    reader.run.step_over(node, num)
    step = (stop - start) / (num - 1)
    return Array(tuple([start + step * place for place in range(num)]))


@function("numpy.tile")
def _tile(reader: Interpreter, node: ast.AST, value: Value, reps: Value) -> Value:
    if not isinstance(value, Array) or not isinstance(reps, int) or len(value.numbers) * reps > MAX_LENGTH:
        return Unknown("numpy.tile", line_of(node))
    reader.run.step_over(node, len(value.numbers) * reps)
    return Array(value.numbers * reps)


@function("numpy.cumsum")
def _cumsum(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    numbers: list[Value] = []
    for each in reader.iterate(value, node):
        numbers.append(binary(reader, BINARY[ast.Add], numbers[-1], each, node) if numbers else each)
    return Array(tuple(numbers)) if all(map(_is_number, numbers)) else Unknown("numpy.cumsum", line_of(node))


@function("numpy.mean")
def _mean(reader: Interpreter, node: ast.AST, value: Value) -> Value:
    numbers = value.numbers if isinstance(value, Array) else value
    if not isinstance(numbers, list | tuple) or not all(isinstance(each, int | float) for each in numbers):
        return Unknown("numpy.mean", line_of(node))
    return sum(numbers) / len(numbers)


def _drawn(reader: Interpreter, node: ast.AST, *sizes: Value, size: Value = None, **kwargs: Value) -> Value:
    """Random numbers of a size."""
    shape = sizes if size is None else size
    shape = shape if isinstance(shape, tuple | list) else (shape,)
    return (
        Tensor(tuple(shape), "array")
        if shape and all(isinstance(each, Int) for each in shape)
        else Unknown("a random number", line_of(node))
    )


FUNCTIONS["numpy.random.rand"] = FUNCTIONS["numpy.random.randn"] = _drawn


@function("numpy.random.normal", "numpy.random.uniform")
def _distributed(reader: Interpreter, node: ast.AST, low: Value = 0.0, high: Value = 1.0, size: Value = None) -> Value:
    return _drawn(reader, node, size=size)


def as_torch(name: str) -> Callable[..., Value]:
    """The rule of a function that gives an array of the shape that torch's gives."""

    def rule(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        output = rules.RULES[f"torch.{name}"](reader, node, *args, **kwargs)
        return Tensor(output.shape, "array") if isinstance(output, Tensor) else output

    return rule


def array_attribute(value: Array, name: str, node: ast.AST) -> Value:
    """An attribute or method of a row of numbers."""
    count = len(value.numbers)
    plain = {"shape": (count,), "ndim": 1, "size": count, "T": value, "dtype": Unknown("a dtype", line_of(node))}
    if name in plain:
        return plain[name]
    if name == "tolist":
        return Native("numpy.ndarray.tolist", lambda reader, node: [*reader.iterate(value, node)])
    if name in {"copy", "flatten", "ravel"}:
        return Native(f"numpy.ndarray.{name}", lambda reader, node: value)
    if name == "astype":
        return Native("numpy.ndarray.astype", lambda reader, node, kind: _converted(reader, value, kind, node))
    path = f"numpy.{name}"
    if name in {"prod", "sum", "max", "min", "mean", "cumsum"}:
        rule = FUNCTIONS[f"builtins.{name}" if name in {"max", "min"} else path]
        return Native(f"numpy.ndarray.{name}", lambda reader, node: rule(reader, node, value))
    return Unknown(f"numpy.ndarray.{name}", line_of(node))


def _converted(reader: Interpreter, value: Array, kind: Value, node: ast.AST) -> Value:
    """The numbers as whole ones or as floats."""
    path = kind.path if isinstance(kind, Native) else f"builtins.{kind}" if kind in ("int", "float") else ""
    path = {"numpy.int64": "builtins.int", "numpy.int32": "builtins.int"}.get(path, path)
    if path not in {"builtins.int", "builtins.float", "numpy.float32", "numpy.float64"}:
        return Unknown("numpy.ndarray.astype", line_of(node))
    reader.run.step(node, len(value.numbers))
    return Array(tuple([FUNCTIONS[path](reader, node, each) for each in value.numbers]))
