"""Distributions of torch: objects of which samples, probabilities and moments are taken."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.formats.source.torch.arguments import spread, unknown_in
from shapecalc.formats.source.torch.elementwise import stretched
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.values import Fields, Native, Tensor, Value
from shapecalc.layers import Shape

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Those of which each entry has its own, and those that have one for all entries of the last dimension.
_ENTRYWISE = ("Normal", "Bernoulli", "Beta", "Gamma", "Uniform", "Laplace", "LogNormal", "Poisson", "Exponential")
_OF_ROWS = ("Categorical", "OneHotCategorical")


def _distribution(name: str) -> Callable[..., Value]:
    def make(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
        values = [entry for entry in (*args, *kwargs.values()) if isinstance(entry, Tensor)]
        if not values or unknown_in(*args, *kwargs.values()) or any(entry.shape is None for entry in values):
            return reader.run.unknown(f"torch.distributions.{name}", node)
        shape = values[0].shape or ()
        for entry in values[1:]:
            shape = stretched(reader.run, Tensor(shape), entry, node).shape or ()
        return _with_shape(shape[:-1] if name == "Categorical" else shape)

    return make


def _with_shape(shape: Shape) -> Fields:
    """The object; the shape is that of one sample."""

    def sample(reader: Interpreter, node: ast.AST, sample_shape: Value = ()) -> Value:
        return Tensor((*spread((sample_shape,)), *shape))

    def like(reader: Interpreter, node: ast.AST, value: Value) -> Value:
        return stretched(reader.run, value, Tensor(shape), node) if isinstance(value, Tensor) else Tensor(shape)

    methods: dict[str, Callable[..., Value]] = {
        "sample": sample,
        "rsample": sample,
        "sample_n": lambda reader, node, n: Tensor((n, *shape)),
        "log_prob": like,
        "cdf": like,
        "entropy": lambda reader, node: Tensor(shape),
    }
    moments = dict.fromkeys(("mean", "stddev", "variance", "loc", "scale", "probs", "logits", "mode"), Tensor(shape))
    return Fields({**{key: Native(f"Distribution.{key}", rule) for key, rule in methods.items()}, **moments})


for _name in (*_ENTRYWISE, *_OF_ROWS):
    RULES[f"torch.distributions.{_name}"] = _distribution(_name)
