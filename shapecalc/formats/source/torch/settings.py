"""Settings of torch, and what leaves its argument as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.values import (
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@declare("torch.Variable")
def variable(reader: Interpreter, node: ast.AST, data: Value, *args: Value, **kwargs: Value) -> Value:
    """The tensor itself."""
    return data


@declare("torch.utils.checkpoint.checkpoint")
def checkpoint(
    reader: Interpreter, node: ast.AST, function: Value, *args: Value, use_reentrant: Value = None, **kwargs: Value
) -> Value:
    """A call whose values are computed once more on the way back."""
    return reader.call(function, [*args], kwargs, node)


@declare(
    "torch.no_grad", "torch.enable_grad", "torch.inference_mode", "torch.manual_seed", "torch.device", "torch.autocast"
)
def context(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    """What has no effect on shapes."""
    return Unknown("a setting of torch", line_of(node))


@declare("torch.nn.parallel.data_parallel")
def data_parallel(reader: Interpreter, node: ast.AST, module: Value, inputs: Value, *args: Value) -> Value:
    """The module, on several devices."""
    return reader.call(module, [*inputs] if isinstance(inputs, tuple) else [inputs], {}, node)


@declare("torch.is_tensor")
def is_tensor(reader: Interpreter, node: ast.AST, obj: Value) -> Value:
    """Whether a value is a tensor."""
    return obj if isinstance(obj, Unknown) else isinstance(obj, Tensor)
