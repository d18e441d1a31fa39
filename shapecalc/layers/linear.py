"""Dense layers, embeddings and the layer that does nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers.core.conditions import Require, Requirement, at_least, equal_sizes
from shapecalc.layers.core.kinds import Shape, word_of
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.motion import STILL, Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import INDEX, Gradient, Saved
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import MemoryOrder

_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch.nn."


@final
@register
class Linear(Layer):
    """A weighted sum of the last dimension for each output: y = xA + b."""

    in_features: Int
    out_features: Int
    bias: bool = True

    nick, source = "linear", _DOCS + "Linear.html"
    memory_order, dims_apart = MemoryOrder.MADE, 1
    gives: ClassVar[frozenset[str]] = Layer.gives | {"rows"}
    infers, has_lazy = ("in_features",), True
    requires = (
        at_least(0, "in_features"),
        at_least(0, "out_features"),
        Require("the last dimension must be in_features", "=", lambda input, in_features: (input[-1], in_features)),
    )
    shape = Formula(lambda input, out_features: (*input[:-1], out_features))
    parameters: ClassVar = {
        "weight": Formula(lambda out_features, in_features: (out_features, in_features)),
        "bias": Formula(lambda out_features, bias: (out_features,) if bias else None),
    }
    saves = (Saved(0, serves=Gradient.WEIGHT),)
    macs = Formula(lambda rows, out_features, in_features: rows * (out_features * in_features))

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if not inputs[0]:
            raise ShapeError(f"{self!r} needs an input with at least one dimension.")

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        return {"in_features": inputs[0][-1]}

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "rows": product(inputs[0][:-1])}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(len(inputs[0]) - 1,))


@final
@register
class Bilinear(Layer):
    """A weighted sum of the products of two inputs' last dimensions."""

    in1_features: Int
    in2_features: Int
    out_features: Int
    bias: bool = True

    nick, source, arity = "bilinear", _DOCS + "Bilinear.html", (2, 2)
    gives: ClassVar[frozenset[str]] = Layer.gives | {"rows"}
    requires = (
        at_least(1, "in1_features"),
        at_least(1, "in2_features"),
        at_least(0, "out_features"),
        Require(
            "the first input must end in in1_features", "=", lambda inputs, in1_features: (inputs[0][-1], in1_features)
        ),
        Require(
            "the second input must end in in2_features", "=", lambda inputs, in2_features: (inputs[1][-1], in2_features)
        ),
    )
    shape = Formula(lambda input, out_features: (*input[:-1], out_features))
    parameters: ClassVar = {
        "weight": Formula(lambda out_features, in1_features, in2_features: (out_features, in1_features, in2_features)),
        "bias": Formula(lambda out_features, bias: (out_features,) if bias else None),
    }
    saves = (Saved(0, serves=Gradient.ANY), Saved(1, serves=Gradient.ANY))
    macs = Formula(
        lambda rows, out_features, in1_features, in2_features: rows * (out_features * (in1_features * in2_features))
    )

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        super().check_inputs(inputs)
        if not (inputs[0] and inputs[1]) or len(inputs[0]) != len(inputs[1]):
            raise ShapeError(_disagreement(self, inputs))

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        yield from equal_sizes(_AGREE, inputs[0][:-1], inputs[1][:-1])

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "rows": product(inputs[0][:-1])}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(len(inputs[0]) - 1,))


def _disagreement(layer: Layer, inputs: tuple[Shape, ...]) -> str:
    shapes = " and ".join(map(shape_text, inputs))
    return f"{layer!r}: {_AGREE.words}, but they are {shapes}."


_AGREE = Require(
    "the inputs must agree in all dimensions but the last",
    "=",
    lambda left, right: (left, right),
    refusal=_disagreement,
)


@final
@register
class Identity(Layer):
    """What goes in comes out."""

    nick, view, saves = "identity", True, ()
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


@final
@register
class Embedding(Layer):
    """A vector for each index: the input holds indices, of any shape."""

    num_embeddings: Int
    embedding_dim: Int
    padding_idx: Int | None = None
    max_norm: float | None = None
    norm_type: float = 2.0
    scale_grad_by_freq: bool = False
    sparse: bool = False

    nick, source, reads_integers = "embedding", _DOCS + "Embedding.html", True
    memory_order = MemoryOrder.MADE
    requires = (
        at_least(1, "num_embeddings"),
        at_least(0, "embedding_dim"),
        Require(
            "padding_idx must be one of the embeddings",
            "<=",
            lambda padding_idx, num_embeddings: None if padding_idx is None else (padding_idx + 1, num_embeddings),
        ),
        Require(
            "padding_idx must be one of the embeddings, counted from the end",
            ">=",
            lambda padding_idx, num_embeddings: None if padding_idx is None else (padding_idx + num_embeddings, 0),
        ),
    )
    shape = Formula(lambda input, embedding_dim: (*input, embedding_dim))
    parameters: ClassVar = {
        "weight": Formula(lambda num_embeddings, embedding_dim: (num_embeddings, embedding_dim)),
    }
    saves = (Saved(0, serves=Gradient.WEIGHT, itemsize=INDEX),)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(dims=(*[(dim,) for dim in range(len(inputs[0]))], ()))


def _counts(mode: str, padding_idx: Int | None) -> bool:
    """Whether torch notes which bag each index is in: a plain sum does without."""
    return mode != "sum" or padding_idx is not None


@final
@register
class EmbeddingBag(Layer):
    """The sum, mean or maximum of the vectors of a bag of indices: the last dimension of the input."""

    num_embeddings: Int
    embedding_dim: Int
    max_norm: float | None = None
    norm_type: float = 2.0
    scale_grad_by_freq: bool = False
    mode: Annotated[str, word_of(("sum", "mean", "max"))] = "mean"
    sparse: bool = False
    include_last_offset: bool = False
    padding_idx: Int | None = None

    nick, source, dims, takes_empty = "embedding", _DOCS + "EmbeddingBag.html", (1,), False
    reads_integers = True
    requires = (
        *Embedding.requires,
        at_least(1, "embedding_dim"),
    )
    shape = Formula(lambda embedding_dim: (embedding_dim,))
    parameters = Embedding.parameters
    saves = (
        *Embedding.saves,
        *(
            Saved(name, Formula(entries), Gradient.WEIGHT, per_batch, INDEX)
            for name, entries, per_batch in (
                ("offsets", lambda: 1, False),
                (
                    "bag of each index",
                    lambda input, mode, padding_idx: input[0] if _counts(mode, padding_idx) else None,
                    False,
                ),
                ("end of the bags", lambda mode, padding_idx: 1 if _counts(mode, padding_idx) else None, True),
                ("bag sizes", lambda: 1, False),
                ("largest", lambda mode, embedding_dim: embedding_dim if mode == "max" else 1, False),
            )
        ),
    )

    def validate(self) -> None:
        self.check_word("mode")
        for name in ("sparse", "scale_grad_by_freq"):
            if self.mode == "max" and self.values[name]:
                raise SpecError(f'EmbeddingBag: mode="max" does not go with {name}=True.')

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(dims=((),), full=(0,))
