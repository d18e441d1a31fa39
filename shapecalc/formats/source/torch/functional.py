"""torch.nn.functional: layers, convolutions, losses and attention as functions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.activations import is_number
from shapecalc.formats.source.torch.arguments import layer_if_legal, make, tensor, unknown_in
from shapecalc.formats.source.torch.elementwise import matrix_product, stretched
from shapecalc.formats.source.torch.forward import run_on
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.values import (
    LayerObject,
    Ratio,
    Tensor,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers import Shape, layer_classes

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

_FUNCTIONAL = "torch.nn.functional."


#: torch.nn.functional's form of a layer: the function, the class, and those of its arguments that shape the output.
_LAYERS = {
    **{f"max_pool{n}d": f"MaxPool{n}d" for n in (1, 2, 3)},
    **{f"avg_pool{n}d": f"AvgPool{n}d" for n in (1, 2, 3)},
    **{f"lp_pool{n}d": f"LPPool{n}d" for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": f"AdaptiveAvgPool{n}d" for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": f"AdaptiveMaxPool{n}d" for n in (1, 2, 3)},
    "pixel_shuffle": "PixelShuffle",
    "pixel_unshuffle": "PixelUnshuffle",
    "channel_shuffle": "ChannelShuffle",
    "unfold": "Unfold",
    "fold": "Fold",
    "glu": "GLU",
    "interpolate": "Upsample",
    "upsample": "Upsample",
}


_LOSSES = name_set(
    "cross_entropy nll_loss mse_loss l1_loss binary_cross_entropy binary_cross_entropy_with_logits smooth_l1_loss "
    "kl_div huber_loss"
)


def declare_functional() -> None:
    """Declare losses, and the layers that have a form as a function."""
    for name in _LOSSES:
        RULES[_FUNCTIONAL + name] = _loss
    for name, cls in _LAYERS.items():
        RULES[_FUNCTIONAL + name] = _functional(name, cls)
        RULES.setdefault(f"torch.{name}", RULES[_FUNCTIONAL + name])


def _functional(name: str, cls_name: str) -> Callable[..., Value]:
    cls = layer_classes()[cls_name]
    names = [*cls.fields]
    if name == "interpolate":
        names = ["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"]
    elif name.startswith(("max_pool",)):
        names = ["kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"]

    def rule(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
        value = tensor(reader, input, f"F.{name}", node)
        arguments = {
            key: each for key, each in {**dict(zip(names, args, strict=False)), **kwargs}.items() if key in names
        }
        if value.shape is None or unknown_in(*arguments.values()):
            for each in arguments.values():
                if isinstance(each, Unknown):
                    reader.run.skip(each)
            return Tensor(None, value.kind)
        arguments = {key: tuple(each) if isinstance(each, list) else each for key, each in arguments.items()}
        module = LayerObject(cls_name, make(cls_name, arguments, node), node, reader.run.file)
        output = run_on(reader, module, [value], node)
        return (output, Tensor(output.shape, "int", made=output.made)) if arguments.get("return_indices") else output

    return rule


@declare(*[f"torch.nn.functional.max_pool{n}d_with_indices" for n in (1, 2, 3)])
def _with_indices(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
    return Unknown("max pooling with indices", line_of(node))


def _loss(reader: Interpreter, node: ast.AST, input: Value, target: Value, *args: Value, **kwargs: Value) -> Value:
    return Tensor(() if kwargs.get("reduction", "mean") != "none" else None)


@declare("torch.nn.functional.pad")
def pad(
    reader: Interpreter, node: ast.AST, input: Value, pad: Value, mode: Value = "constant", value: Value = None
) -> Value:
    """Entries added at the ends of the last dimensions, or taken away."""
    inside = tensor(reader, input, "F.pad", node)
    if inside.shape is None or unknown_in(pad) or isinstance(pad, int):
        return Tensor(None)
    sizes = [*inside.shape]
    if len(pad) > 2 * len(sizes) or len(pad) % 2:
        raise Fault("shape", f"F.pad takes two numbers for each dimension, at most {2 * len(sizes)}.", node)
    for number, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        if any(isinstance(each, float | Ratio) for each in (before, after)):
            raise Fault("type", "A number of F.pad is a float; use '//'.", node, type_="TypeError")
        sizes[-number] = normal(sizes[-number] + before + after)
    return _padded(reader, inside, tuple(pad), tuple(sizes), (mode, value), node)


#: The layers that pad, by torch's words for how; each has a number for its rank behind its name.
_PADS = {"constant": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def _padded(
    reader: Interpreter, value: Tensor, pads: Shape, output: Shape, how: tuple[Value, Value], node: ast.AST
) -> Tensor:
    """A padded tensor: a layer for images, with one more dimension where the channels are padded too."""
    while pads and pads[-2:] == (0, 0):
        pads = pads[:-2]
    if not pads:
        return value
    (mode, filling), run, rank = how, reader.run, len(output) - 2
    name, fillings = (_PADS.get(mode, ""), ()) if filling in (None, 0) else ("ConstantPad", (filling,))
    if len(pads) == 2 * (rank + 1) and mode == "constant":
        layers = layer_if_legal("Unsqueeze", 2), layer_if_legal(f"{name}{rank + 1}d", pads, *fillings)
        wide = run.drawn(layers[0], (value,), (*output[:1], 1, *(value.shape or ())[1:]), node)
        padded = run.drawn(layers[1], (wide,), (*output[:1], 1, *output[1:]), node, batch=0)
        return run.drawn(layer_if_legal("Squeeze", 2), (padded,), output, node)
    is_image = 0 < len(pads) // 2 <= rank and name
    layer = layer_if_legal(f"{name}{rank}d", pads + (0,) * (2 * rank - len(pads)), *fillings) if is_image else None
    return run.drawn(layer, (value,), output, node, batch=0)


@declare("torch.nn.functional.linear")
def linear(reader: Interpreter, node: ast.AST, input: Value, weight: Value, bias: Value = None) -> Value:
    """A product with a matrix of weights, which is turned over."""
    value, matrix = tensor(reader, input, "F.linear", node), tensor(reader, weight, "F.linear", node)
    if value.shape is None or matrix.shape is None:
        return Tensor(None)
    shape = matrix_product(reader.run, value, Tensor(matrix.shape[::-1]), node).shape
    if len(matrix.shape) != 2 or shape is None:
        return Tensor(shape)
    arguments = {"in_features": matrix.shape[1], "out_features": matrix.shape[0], "bias": bias is not None}
    module = _with_weights(reader, "Linear", arguments, (weight, bias), node)
    return Tensor(shape) if module is None else run_on(reader, module, [value], node)


def _with_weights(
    reader: Interpreter, name: str, arguments: dict[str, Value], weights: tuple[Value, Value], node: ast.AST
) -> LayerObject | None:
    """A layer that has a weight and a bias of the program; None where it is not known, or torch has none such."""
    weight, bias = weights
    layer = None if unknown_in(*arguments.values(), bias) else layer_if_legal(name, **arguments)
    if layer is None or not isinstance(weight, Tensor):
        return None
    tensors: dict[str, Value] = {"weight": weight} | ({"bias": bias} if isinstance(bias, Tensor) else {})
    return LayerObject(name, layer, node, reader.run.file, tensors)


def _convolution(rank: int, *, transposed: bool) -> Callable[..., Value]:
    name = f"Conv{'Transpose' if transposed else ''}{rank}d"

    def rule(
        reader: Interpreter,
        node: ast.AST,
        input: Value,
        weight: Value,
        bias: Value = None,
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        value, kernel = tensor(reader, input, f"F.conv{rank}d", node), tensor(reader, weight, f"F.conv{rank}d", node)
        named = (
            "stride",
            "padding",
            *(("output_padding", "groups", "dilation") if transposed else ("dilation", "groups")),
        )
        options = {**dict(zip(named, args, strict=False)), **kwargs}
        if value.shape is None or kernel.shape is None or unknown_in(*options.values()):
            return Tensor(None)
        first, second, *window = kernel.shape
        groups = options.get("groups", 1)
        channels = (first, second * groups) if transposed else (second * groups, first)
        arguments = (
            dict(zip(("in_channels", "out_channels"), channels, strict=True)) | {"kernel_size": tuple(window)} | options
        )
        arguments["bias"] = bias is not None
        module = _with_weights(reader, name, arguments, (weight, bias), node)
        if module is None:
            module = LayerObject(name, make(name, arguments, node), node, reader.run.file)
            return Tensor(run_on(reader, module, [value], node).shape)
        return run_on(reader, module, [value], node)

    return rule


for _rank in (1, 2, 3):
    RULES[f"{_FUNCTIONAL}conv{_rank}d"] = _convolution(_rank, transposed=False)
    RULES[f"{_FUNCTIONAL}conv_transpose{_rank}d"] = _convolution(_rank, transposed=True)


@declare("torch.nn.functional.layer_norm")
def layer_norm(
    reader: Interpreter,
    node: ast.AST,
    input: Value,
    normalized_shape: Value,
    weight: Value = None,
    bias: Value = None,
    eps: Value = 1e-5,
) -> Value:
    """Normalised along the last dimensions; the shape stays."""
    value = tensor(reader, input, "F.layer_norm", node)
    if value.shape is None:
        return Tensor(None, value.kind)
    sizes = tuple(normalized_shape) if isinstance(normalized_shape, list) else normalized_shape
    arguments = {"normalized_shape": sizes, "eps": eps, "bias": bias is not None}
    module = _with_weights(reader, "LayerNorm", arguments, (weight, bias), node)
    return Tensor(value.shape, value.kind) if module is None else run_on(reader, module, [value], node)


@declare("torch.nn.functional.embedding")
def embedding(reader: Interpreter, node: ast.AST, input: Value, weight: Value, **kwargs: Value) -> Value:
    """A row of weights for each index."""
    value, table = tensor(reader, input, "F.embedding", node), tensor(reader, weight, "F.embedding", node)
    if value.shape is None or table.shape is None or len(table.shape) != 2:
        return Tensor(None if value.shape is None or table.shape is None else (*value.shape, *table.shape[1:]))
    arguments = dict(zip(("num_embeddings", "embedding_dim"), table.shape, strict=True))
    module = _with_weights(reader, "Embedding", {**arguments, **kwargs}, (weight, None), node)
    return Tensor((*value.shape, *table.shape[1:])) if module is None else run_on(reader, module, [value], node)


@declare("torch.nn.functional.one_hot")
def one_hot(reader: Interpreter, node: ast.AST, tensor: Value, num_classes: Value = -1) -> Value:
    """A 1 among zeros for each index."""
    known = isinstance(tensor, Tensor) and tensor.shape is not None and num_classes != -1
    return Tensor((*tensor.shape, num_classes) if known else None, "int")


@declare("torch.nn.functional.scaled_dot_product_attention")
def attention(
    reader: Interpreter, node: ast.AST, query: Value, key: Value, value: Value, *args: Value, **kwargs: Value
) -> Value:
    """Attention: as many rows as the queries have, as many columns as the values."""
    keys = tensor(reader, key, "attention", node)
    if keys.shape is None:
        return Tensor(None)
    scores = matrix_product(reader.run, query, Tensor((*keys.shape[:-2], keys.shape[-1], keys.shape[-2])), node)
    output = Tensor(matrix_product(reader.run, scores, value, node).shape)
    options = {**dict(zip(("attn_mask", "dropout_p", "is_causal", "scale"), args, strict=False)), **kwargs}
    is_masked = options.get("attn_mask") is not None or options.get("is_causal", False) is not False
    return (
        output if is_masked or unknown_in(*options.values()) else _weighed(reader, (query, keys, value), options, node)
    )


def _weighed(reader: Interpreter, tensors: tuple[Tensor, ...], options: dict[str, Value], node: ast.AST) -> Tensor:
    """Attention without a mask, step by step."""
    (query, keys, value), run = tensors, reader.run
    features = (query.shape or (1,))[-1]
    scale = options.get("scale") or (features**-0.5 if isinstance(features, int) else None)
    scores = matrix_product(run, query, RULES["torch.transpose"](reader, node, keys, -2, -1), node)
    shape = scores.shape or ()
    scaled = run.drawn(layer_if_legal("Scale", scale) if is_number(scale) else None, (scores,), shape, node)
    weights = run.drawn(layer_if_legal("Softmax", -1), (scaled,), shape, node)
    chance = options.get("dropout_p", 0.0)
    if chance:
        weights = run.drawn(layer_if_legal("Dropout", chance), (weights,), shape, node)
    return matrix_product(run, weights, value, node)


@declare("torch.nn.functional.cosine_similarity", "torch.cosine_similarity")
def cosine_similarity(
    reader: Interpreter, node: ast.AST, x1: Value, x2: Value, dim: Value = 1, eps: Value = 1e-8
) -> Value:
    """The cosine between vectors along a dimension."""
    output = stretched(reader.run, x1, x2, node)
    return RULES["torch.sum"](reader, node, output, dim)
