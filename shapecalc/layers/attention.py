"""Attention, and the transformer's encoder and decoder layers, which are made of layers declared elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers.core.conditions import Require, Requirement, at_least, equal_sizes
from shapecalc.layers.core.kinds import Shape, word_of
from shapecalc.layers.core.layer import Layer, Step
from shapecalc.layers.core.motion import Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import Gradient, SavedTensor
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import MemoryOrder
from shapecalc.layers.linear import Linear
from shapecalc.layers.norm import LayerNorm


@final
@register
class MultiheadAttention(Layer):
    """Every position of the query (L × features) weighs all positions of the key and sums their values.

    One input serves as query, key and value (self-attention); two are the query and what it attends to.
    """

    embed_dim: Int
    num_heads: Int
    dropout: float = 0.0
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: Int | None = None
    vdim: Int | None = None
    batch_first: bool = False

    nick, dims, arity, is_sequential = "attention", (2,), (1, 3), True
    memory_order = MemoryOrder.OPEN
    dim_names: ClassVar = {2: "length × features"}
    source = "https://arxiv.org/abs/1706.03762"
    infers = ("embed_dim",)
    gives: ClassVar[frozenset[str]] = Layer.gives | {"L", "S", "k_features", "v_features", "extra", "joint"}
    requires = (
        at_least(1, "num_heads"),
        at_least(1, "embed_dim"),
        Require("num_heads must divide embed_dim", "divides", lambda num_heads, embed_dim: (num_heads, embed_dim)),
        Require("the query must have embed_dim features", "=", lambda input, embed_dim: (input[-1], embed_dim)),
    )
    shape = Formula(lambda L, embed_dim: (L, embed_dim))
    parameters: ClassVar = {
        "in_proj_weight": Formula(lambda embed_dim, joint: (3 * embed_dim, embed_dim) if joint else None),
        "q_proj_weight": Formula(lambda embed_dim, joint: None if joint else (embed_dim, embed_dim)),
        "k_proj_weight": Formula(lambda embed_dim, k_features, joint: None if joint else (embed_dim, k_features)),
        "v_proj_weight": Formula(lambda embed_dim, v_features, joint: None if joint else (embed_dim, v_features)),
        "in_proj_bias": Formula(lambda embed_dim, bias: (3 * embed_dim,) if bias else None),
        "bias_k": Formula(lambda embed_dim, add_bias_kv: (1, 1, embed_dim) if add_bias_kv else None),
        "bias_v": Formula(lambda embed_dim, add_bias_kv: (1, 1, embed_dim) if add_bias_kv else None),
        "out_proj.weight": Formula(lambda embed_dim: (embed_dim, embed_dim)),
        "out_proj.bias": Formula(lambda embed_dim, bias: (embed_dim,) if bias else None),
    }

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        return {"embed_dim": inputs[0][-1]}

    def _projections(self) -> dict[str, Any]:
        keys = self.embed_dim if self.kdim is None else self.kdim
        values = self.embed_dim if self.vdim is None else self.vdim
        joint = bool(keys == self.embed_dim and values == self.embed_dim)
        return {**vars(self), "k_features": keys, "v_features": values, "joint": joint}

    def tensors(self) -> Iterator[Step]:
        env = self._projections()
        for name, formula in type(self).parameters.items():
            yield name, formula, env

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        extra = int(self.add_bias_kv) + int(self.add_zero_attn)
        lengths = {"L": inputs[0][0], "S": inputs[-1][0], "extra": extra}
        return {**self._projections(), "input": inputs[0], "inputs": inputs, **lengths}

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Step]:
        env = self.bind(inputs)
        for label, formula in _ATTENTION_WORK.items():
            yield label, formula, env

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if self.embed_dim is None:
            return  # it is inferred from the query, and the projections follow from it
        for name, shape, projected in self.sources(inputs):
            if len(shape) != len(projected):
                raise ShapeError(_refused_source(self, inputs, name))

    def sources(self, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, Shape, Shape]]:
        """The key and the value, each with its shape and the shape that its projection takes."""
        features, key, value = self._projections(), inputs[min(1, len(inputs) - 1)], inputs[-1]
        yield "key", key, (key[0], features["k_features"])
        yield "value", value, (key[0], features["v_features"])

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        for name, shape, projected in self.sources(inputs):
            yield from equal_sizes(_SOURCES[name], shape, projected)

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """A bound: copies of what is projected, query, key and value, the weights, and the sums."""
        env = self.bind(inputs)
        queries, keys = env["L"] * self.embed_dim, (env["S"] + env["extra"]) * self.embed_dim
        sources = 0 if len(inputs) == 1 else env["S"] * (env["k_features"] + env["v_features"])
        weights = self.num_heads * (env["L"] * (env["S"] + env["extra"])) * (3 if self.dropout else 1)
        yield SavedTensor("attention", 4 * queries + 3 * keys + sources + weights, Gradient.ANY, reason=_FUSED)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0, 1))

    def validate(self) -> None:
        if not 0 <= self.dropout <= 1:
            raise SpecError(f"MultiheadAttention: dropout={self.dropout} must be a probability, between 0 and 1.")


#: Why what attention saves is only a bound.
_FUSED = "torch chooses by device and arguments whether attention is fused, and then its weights are not kept"


def _refused_source(layer: MultiheadAttention, inputs: tuple[Shape, ...], name: str) -> str:
    shape, projected = next(shapes for source, *shapes in layer.sources(inputs) if source == name)
    return (
        f"{layer!r}: the {name} must be {shape_text(projected)}, but it is {shape_text(shape)} "
        f"(query {shape_text(inputs[0])})."
    )


_SOURCES = {
    name: Require(
        f"the {name} must have the shape that its projection takes",
        "=",
        lambda left, right: (left, right),
        refusal=partial(_refused_source, name=name),
    )
    for name in ("key", "value")
}

#: The matrix products of attention for L queries and S keys.
_ATTENTION_WORK = {
    "query projection": Formula(lambda L, embed_dim: L * (embed_dim * embed_dim)),
    "key projection": Formula(lambda S, embed_dim, k_features: S * (embed_dim * k_features)),
    "value projection": Formula(lambda S, embed_dim, v_features: S * (embed_dim * v_features)),
    "scores": Formula(lambda L, S, extra, embed_dim: L * (S + extra) * embed_dim),
    "weighted values": Formula(lambda L, S, extra, embed_dim: L * (S + extra) * embed_dim),
    "output projection": Formula(lambda L, embed_dim: L * (embed_dim * embed_dim)),
}


class TransformerLayer(Layer):
    """A stack of attention and two dense layers, each with a norm. Abstract.

    What it holds and costs is what its parts hold and cost, so it declares parts and no formulas of its own.
    """

    d_model: Int
    nhead: Int
    dim_feedforward: Int = 2048
    dropout: float = 0.1
    activation: Annotated[str, word_of(("relu", "gelu"))] = "relu"
    layer_norm_eps: float = 1e-5
    batch_first: bool = False
    norm_first: bool = False
    bias: bool = True

    nick, dims, is_sequential = "transformer", (2,), True
    memory_order = MemoryOrder.OPEN
    dim_names: ClassVar = {2: "length × features"}
    source = "https://arxiv.org/abs/1706.03762"
    infers = ("d_model",)
    shape = Formula(lambda input: input)

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        return {"d_model": inputs[0][-1]}

    def _dense(self, shape: Shape, norms: int) -> Iterator[tuple[str, Layer, tuple[Shape, ...]]]:
        yield "linear1", Linear(self.d_model, self.dim_feedforward, bias=self.bias), (shape,)
        inner = (*shape[:-1], self.dim_feedforward)
        yield "linear2", Linear(self.dim_feedforward, self.d_model, bias=self.bias), (inner,)
        for norm in range(1, norms + 1):
            yield f"norm{norm}", LayerNorm((self.d_model,), bias=self.bias), (shape,)

    def _attention(self) -> Layer:
        return MultiheadAttention(self.d_model, self.nhead, self.dropout, bias=self.bias)

    def tensors(self) -> Iterator[Step]:
        anything = (1, self.d_model)  # the tensors of a part do not depend on the length
        for prefix, part, _ in self.parts((anything, anything)):
            for name, formula, env in part.tensors():
                yield f"{prefix}.{name}", formula, env

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Step]:
        for prefix, part, shapes in self.parts(inputs):
            for label, formula, env in part.work(shapes, shapes[0]):
                yield f"{prefix} {label}", formula, env

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """A bound: what its parts save, and between them the activation, the masks and what they leave."""
        for prefix, part, shapes in self.parts(inputs):
            for tensor in part.saved(shapes, part.output_shape(shapes)):
                entries = tensor.entries or product(shapes[0])
                yield tensor._replace(
                    tensor=f"{prefix} {tensor.tensor}", entries=entries, serves=Gradient.ANY, reason=_FUSED
                )
        length, wide = inputs[0][0], 1 if self.activation == "relu" else 2
        inner = length * self.dim_feedforward * (wide + 1 if self.dropout else wide - 1)
        blocks = len([name for name, _, _ in self.parts(inputs) if name.startswith("norm")])
        masks = blocks * length * self.d_model if self.dropout else 0
        yield SavedTensor("activation", inner + masks, Gradient.ANY, reason=_FUSED)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0, 1))

    def validate(self) -> None:
        name = type(self).__name__
        self.check_word("activation")
        if not 0 <= self.dropout <= 1:
            raise SpecError(f"{name}: dropout={self.dropout} must be a probability, between 0 and 1.")


@final
@register
class TransformerEncoderLayer(TransformerLayer):
    """Self-attention and a feed-forward net, each added to what it came from."""

    def parts(self, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, Layer, tuple[Shape, ...]]]:
        yield "self_attn", self._attention(), (inputs[0],)
        yield from self._dense(inputs[0], norms=2)


@final
@register
class TransformerDecoderLayer(TransformerLayer):
    """Self-attention, attention to a memory (the second input) and a feed-forward net."""

    arity = (2, 2)

    def parts(self, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, Layer, tuple[Shape, ...]]]:
        target, memory = inputs
        yield "self_attn", self._attention(), (target,)
        yield "multihead_attn", self._attention(), (target, memory, memory)
        yield from self._dense(target, norms=3)
