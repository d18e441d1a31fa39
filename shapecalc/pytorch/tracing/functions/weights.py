"""Functions that take weights: the layer whose parameters these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.merge import Add
from shapecalc.layers.opaque import Entrywise
from shapecalc.pytorch.tracing.functions.table import FUNCTIONS, Entry, FunctionSite, Translation, as_tuple, entry


def weighted(
    at: FunctionSite, cls: type[Layer], arguments: Mapping[str, Any], input: Tensor, tensors: Mapping[str, Any]
) -> Translation | None:
    """A layer whose weights the function is called with, if they are the parameters of one module."""
    value = at.value(input)
    names = {key: at.graph.name_of(tensor) for key, tensor in tensors.items() if tensor is not None}
    prefixes = {name.removesuffix(f".{key}") for key, name in names.items() if name.endswith(f".{key}")}
    if value is None or len(prefixes) != 1 or not all(name.endswith(f".{key}") for key, name in names.items()):
        return None
    (prefix,) = prefixes
    return Translation([cls(**arguments)], (value,), prefix)


def _conv(rank: int, *, transposed: bool = False) -> Entry:
    order = "stride padding output_padding groups dilation" if transposed else "stride padding dilation groups"
    cls = layer_classes()[f"Conv{'Transpose' * transposed}{rank}d"]

    def rule(
        at: FunctionSite, input: Tensor, weight: Tensor, bias: Tensor | None = None, *args: Any, **kwargs: Any
    ) -> Translation | None:
        options = {
            name: as_tuple(value) for name, value in (dict(zip(order.split(), args, strict=False)) | kwargs).items()
        }
        options = {name: value for name, value in options.items() if name in cls.fields}
        first, second, *kernel = weight.shape
        groups = options.get("groups", 1)
        channels = (first, second * groups) if transposed else (second * groups, first)
        arguments = {"in_channels": channels[0], "out_channels": channels[1], "kernel_size": tuple(kernel)}
        arguments |= {"bias": bias is not None, **options}
        return weighted(at, cls, arguments, input, {"weight": weight, "bias": bias})

    return rule


FUNCTIONS.update({f"conv{rank}d": _conv(rank) for rank in (1, 2, 3)})
FUNCTIONS.update({f"conv_transpose{rank}d": _conv(rank, transposed=True) for rank in (1, 2, 3)})


@entry("linear")
def _linear(at: FunctionSite, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Translation | None:
    linear = layer_classes()["Linear"]
    outputs, inputs = weight.shape
    arguments = {"in_features": inputs, "out_features": outputs, "bias": bias is not None}
    step = weighted(at, linear, arguments, input, {"weight": weight, "bias": bias})
    if step is not None or bias is None:
        return step
    step, offset = weighted(at, linear, arguments | {"bias": False}, input, {"weight": weight}), at.value(bias)
    if step is None:
        return None
    if offset is None:
        return step._replace(layers=[*step.layers, Entrywise("add")])
    if not at.graph.fits(step.layers, step.inputs, at.shapes) or at.graph.has(step.name):
        return None
    product = step.inputs[0]._replace(node=at.graph.add(step.layers, step.inputs, name=step.name), shapes=at.shapes)
    return Translation([Add()], at.align(product, offset))


@entry("batch_norm instance_norm")
def _batch_norm(at: FunctionSite, input: Tensor, running_mean: Any = None, running_var: Any = None, weight: Any = None,
                bias: Any = None, *args: Any, **kwargs: Any) -> Translation | None:  # fmt: skip
    value = at.value(input)
    if value is None or value.folded:
        return None
    kind = "Instance" if kwargs["_name"] == "instance_norm" else "Batch"
    rank = max(1, len(value.shapes[0]) - 1)
    cls = layer_classes()[f"{kind}Norm{rank}d"]
    tracked = running_mean is not None
    arguments = {"num_features": value.shapes[0][0], "affine": weight is not None, "track_running_stats": tracked}
    if weight is not None and bias is None:
        arguments["bias"] = False
    tensors = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    return weighted(at, cls, arguments, input, tensors)


@entry("layer_norm rms_norm")
def _layer_norm(at: FunctionSite, input: Tensor, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None,
                *args: Any, **kwargs: Any) -> Translation | None:  # fmt: skip
    cls = layer_classes()["RMSNorm" if kwargs["_name"] == "rms_norm" else "LayerNorm"]
    arguments: dict[str, Any] = {"normalized_shape": tuple(normalized_shape), "elementwise_affine": weight is not None}
    if "bias" in cls.fields:
        arguments["bias"] = bias is not None
    value = at.value(input)
    if weight is None:
        return value and Translation([cls(**arguments)], (value,))
    return weighted(at, cls, arguments, input, {"weight": weight, "bias": bias if "bias" in cls.fields else None})


@entry("group_norm")
def _group_norm(at: FunctionSite, input: Tensor, num_groups: int, weight: Any = None, bias: Any = None, *args: Any,
                **kwargs: Any) -> Translation | None:  # fmt: skip
    value = at.value(input)
    arguments = {"num_groups": num_groups, "num_channels": input.shape[1], "affine": weight is not None}
    cls = layer_classes()["GroupNorm"]
    if weight is None:
        return value and Translation([cls(**arguments)], (value,))
    return weighted(at, cls, arguments, input, {"weight": weight, "bias": bias})


@entry("prelu")
def _prelu(at: FunctionSite, input: Tensor, weight: Tensor) -> Translation | None:
    return weighted(at, layer_classes()["PReLU"], {"num_parameters": len(weight)}, input, {"weight": weight})


@entry("embedding")
def _embedding(at: FunctionSite, input: Tensor, weight: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    rows, width = weight.shape
    arguments = {"num_embeddings": rows, "embedding_dim": width}
    return weighted(at, layer_classes()["Embedding"], arguments, input, {"weight": weight})
