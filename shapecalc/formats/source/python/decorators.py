"""Decorators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.values import (
    Bound,
    Native,
    Partial,
    ProgramFunction,
    Unknown,
    Value,
    Variables,
)

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Decorators that leave a function as it is.
_PLAIN = {
    "no_grad",
    "inference_mode",
    "wraps",
    "lru_cache",
    "cache",
    "abstractmethod",
    "script",
    "export",
    "ignore",
    "unused",
    "overload",
    "autocast",
    "script_method",
    "custom_fwd",
    "property.setter",
    "torch_compile_disable",
    "compile",
}


#: Those of torchvision, which note a function or rename its older arguments.
_TORCHVISION = {"register_model", "handle_legacy_interface", "kwonly_to_pos_or_kw"}


def decorated(reader: Interpreter, decorator: ast.expr, value: Value, scope: Variables) -> Value:
    """What a decorator makes of a function."""
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    words = ast.unparse(callee)
    if words.endswith((".setter", ".deleter")):
        return scope.look_up(words.rpartition(".")[0])
    if words.rpartition(".")[2] in _TORCHVISION:
        return value
    maker = reader.evaluate(decorator, scope)
    if (words.rpartition(".")[2] in _PLAIN or "register" in words) and not isinstance(maker, ProgramFunction):
        return value
    if isinstance(maker, Native | ProgramFunction | Bound | Partial):
        return reader.call(maker, [value], {}, decorator)
    return Unknown(f"@{words}", line_of(decorator))
